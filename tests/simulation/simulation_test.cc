// Seeds run clean, alike each time; defects that are put in on purpose are found.
//
//   KLAIM_SEEDS  how many seeds (default 100)
//   KLAIM_SEED   one alone

#include "simulation/simulation.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "testing/bounded_tests.h"

namespace klaim::simulation {
namespace {

uint64_t Setting(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

void Add(Report& sum, const Report& one) {
  sum.events += one.events;
  sum.accepted += one.accepted;
  sum.refused += one.refused;
  sum.repeated += one.repeated;
  sum.restarts += one.restarts;
  sum.power_failures += one.power_failures;
  sum.disk_errors += one.disk_errors;
  sum.full_disks += one.full_disks;
  sum.corruptions += one.corruptions;
  sum.erasures += one.erasures;
  sum.done_by_jobs += one.done_by_jobs;
  sum.paid_minor += one.paid_minor;
}

TEST(Simulation, SeedsRunClean) {
  const uint64_t one = Setting("KLAIM_SEED", 0);
  const uint64_t first = one != 0 ? one : Setting("KLAIM_FIRST_SEED", 1);
  const uint64_t end = one != 0 ? one + 1 : first + Setting("KLAIM_SEEDS", 100);
  testing::AllowMinutes(5 + static_cast<unsigned>((end - first) / 20),
                        "seeds by the hundred, each with starts, losses of power and full disks");
  std::atomic<uint64_t> next = first;
  std::atomic<int> failures = 0;
  std::mutex mutex;
  Report sum;
  const auto work = [&] {
    for (uint64_t seed = next++; seed < end && failures < 5; seed = next++) {
      const Report report = Simulate(seed);
      const std::lock_guard lock(mutex);
      Add(sum, report);
      if (!report.status.ok()) {
        ++failures;
        ADD_FAILURE() << "KLAIM_SEED=" << seed << ": " << report.status;
      }
      if ((seed - first + 1) % 500 == 0) std::cout << seed - first + 1 << " seeds" << std::endl;
    }
  };
  std::thread beside(work);
  work();
  beside.join();
  std::cout << end - first << " seeds: " << sum.events << " events, " << sum.accepted
            << " requests accepted, " << sum.refused << " refused, " << sum.repeated << " repetitions, "
            << sum.restarts << " restarts, " << sum.power_failures << " power failures, " << sum.disk_errors
            << " disk errors, " << sum.full_disks << " full disks, " << sum.corruptions << " corruptions, "
            << sum.erasures << " erasures, " << sum.done_by_jobs << " decisions by jobs, " << sum.paid_minor
            << " minor units paid" << std::endl;
  if (end - first < 50) return;
  // Or they show nothing.
  for (uint64_t count : {sum.repeated, sum.power_failures, sum.disk_errors, sum.full_disks, sum.corruptions,
                         sum.paid_minor, sum.done_by_jobs}) {
    EXPECT_GT(count, 0u);
  }
}

TEST(Simulation, ASeedRunsAlikeEachTime) {
  for (uint64_t seed : {3u, 14u, 15u, 92u}) {
    const Report once = Simulate(seed);
    const Report again = Simulate(seed);
    EXPECT_EQ(once.root, again.root) << "seed " << seed;
    EXPECT_EQ(once.status, again.status);
    EXPECT_EQ(once.accepted, again.accepted);
  }
}

class SeededBug : public ::testing::TestWithParam<std::pair<Bug, const char*>> {};

TEST_P(SeededBug, IsFoundWithinAMinute) {
  testing::AllowMinutes(3, "it looks for a minute, and runs what it found once more");
  const absl::Time until = absl::Now() + absl::Minutes(1);
  for (uint64_t seed = 1; absl::Now() < until; ++seed) {
    const Report report = Simulate(seed, GetParam().first);
    if (report.status.ok()) continue;
    std::cout << "seed " << seed << ": " << report.status << std::endl;
    // And alike when it is run again.
    EXPECT_EQ(Simulate(seed, GetParam().first).status, report.status);
    return;
  }
  FAIL() << GetParam().second << " was not found within a minute";
}

INSTANTIATE_TEST_SUITE_P(Bugs, SeededBug,
                         ::testing::Values(std::pair(Bug::kDiskLies, "DiskLies"),
                                           std::pair(Bug::kForgetsRequests, "ForgetsRequests"),
                                           std::pair(Bug::kTearsRequests, "TearsRequests"),
                                           std::pair(Bug::kOverpays, "Overpays"),
                                           std::pair(Bug::kSkipsEvents, "SkipsEvents")),
                         [](const auto& bug) { return bug.param.second; });

}  // namespace
}  // namespace klaim::simulation
