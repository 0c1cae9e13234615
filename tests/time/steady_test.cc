// Waiting where the wall clock is set: nothing waits longer for it.

#include "engine/time/steady.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "engine/log/rocksdb_event_log.h"
#include "klaim/v1/event_record.pb.h"
#include "services/docket/checkpoint_publisher.h"
#include "testing/temporary_folder.h"

namespace {

std::atomic<int64_t> ahead_seconds = 0;

}  // namespace

// The program's wall clock, but not the kernel's, by which it is woken: what a clock that was set back after the waiting began is
// to whoever waits.
extern "C" int clock_gettime(clockid_t which, struct timespec* now) noexcept {
  const long result = syscall(SYS_clock_gettime, which, now);
  if (result == 0 && which == CLOCK_REALTIME) now->tv_sec += ahead_seconds;
  return static_cast<int>(result);
}

namespace klaim::steady {
namespace {

using klaim::testing::TemporaryFolder;

class SteadyTest : public ::testing::Test {
 protected:
  SteadyTest() {
    const absl::Time before = absl::Now();
    ahead_seconds = 3600;
    EXPECT_GT(absl::Now() - before, absl::Minutes(59)) << "the program's clock can't be set";
  }
  ~SteadyTest() override { ahead_seconds = 0; }
};

TEST_F(SteadyTest, AWaitEndsThoughTheClockWasSetBack) {
  absl::Mutex mutex;
  bool there = false;
  absl::MutexLock lock(&mutex);
  const absl::Duration began = Now();
  EXPECT_FALSE(AwaitFor(mutex, absl::Condition(&there), absl::Milliseconds(20)));
  EXPECT_GE(Now() - began, absl::Milliseconds(20));
}

TEST_F(SteadyTest, WhatIsWaitedForEndsItAtOnce) {
  absl::Mutex mutex;
  bool there = false;
  std::thread other([&] {
    absl::MutexLock lock(&mutex);
    there = true;
  });
  {
    absl::MutexLock lock(&mutex);
    EXPECT_TRUE(AwaitFor(mutex, absl::Condition(&there), absl::InfiniteDuration()));
    EXPECT_TRUE(AwaitFor(mutex, absl::Condition(&there), absl::ZeroDuration()));
    there = false;
    EXPECT_FALSE(AwaitFor(mutex, absl::Condition(&there), -absl::Seconds(1)));
  }
  other.join();
}

// Many wait with few mutexes, so that their ends meet with each other and with those who have the mutex.
TEST_F(SteadyTest, EachOfManyIsTold) {
  std::vector<absl::Mutex> mutexes(3);
  std::vector<std::thread> threads;
  std::atomic<int> ended = 0;
  for (size_t i = 0; i < 24; ++i) {
    threads.emplace_back([&, i] {
      const bool never = false;
      for (int round = 0; round < 40; ++round) {
        absl::Mutex& mutex = mutexes[i % mutexes.size()];
        absl::MutexLock lock(&mutex);
        EXPECT_FALSE(AwaitFor(mutex, absl::Condition(&never), absl::Microseconds(100 * (i % 7))));
        ++ended;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ended, 24 * 40);
}

TEST_F(SteadyTest, WaitingForARecordEndsThoughTheClockWasSetBack) {
  TemporaryFolder folder;
  auto log = log::RocksDbEventLog::Open(folder.path("log"));
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_FALSE((*log)->WaitForAppend(0, absl::Milliseconds(20)));
}

TEST_F(SteadyTest, CheckpointsComeOutThoughTheClockWasSetBack) {
  TemporaryFolder folder;
  auto log = log::RocksDbEventLog::Open(folder.path("log"));
  ASSERT_TRUE(log.ok()) << log.status();
  auto key = merkle::SigningKey::Generate("klaim.invalid/test", merkle::KeyType::kEd25519);
  ASSERT_TRUE(key.ok()) << key.status();
  services::PublisherOptions options{*std::move(key), folder.path("checkpoint"), {}};
  options.interval = absl::Milliseconds(20);
  auto publisher =
      services::CheckpointPublisher::Start(**log, std::move(options), [](const absl::Status&) {});
  ASSERT_TRUE(publisher.ok()) << publisher.status();
  record::EncodedRecords records;
  v1::EventRecord event;
  event.mutable_claim_withdrawn()->set_reason("first");
  ASSERT_TRUE(records.Add(event, 1).ok());
  ASSERT_TRUE((*log)->Append(0, records).ok());
  const absl::Duration until = Now() + absl::Seconds(30);
  while ((*publisher)->current()->size < 1 && Now() < until) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_EQ((*publisher)->current()->size, 1u);
}

}  // namespace
}  // namespace klaim::steady
