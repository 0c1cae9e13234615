// What a cluster costs, and how it grows with dockets, all on one machine: claims a second filed in bulk over gRPC, with one
// caller a docket. One embedded docket is the measure of the rest. Then the same with a caller a docket who files so many
// claims a second and no more: what the dockets do together grows with them until the machine is full.
//
//   cluster_benchmark [SECONDS]   for each row (default 8)

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "cluster/cluster.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "testing/processes.h"
#include "testing/served_fixtures.h"
#include "tools/klaim/admin/sample_persons.h"

namespace klaim::testing {
namespace {

// Else a caller is slowed to his share.
const std::vector<std::string> kWithoutShares = {"--filings-a-second", "1000000"};
// So many are under way that a docket's rate isn't that of one append after the other.
constexpr int kFilingsAMessage = 250;
constexpr int kMessagesAhead = 8;
// A docket's steady caller, who needs no more than a part of the machine.
constexpr absl::Duration kBetweenSteadyMessages = absl::Milliseconds(250);
constexpr absl::Duration kWarmingUp = absl::Seconds(4);  // connections, caches, and the brokers' compiler
constexpr absl::Duration kMaxQuieting = absl::Minutes(2);
constexpr double kQuiet = 0.25;  // of all processors

// Of somebody like nobody else: what is filed is compared with all that was filed before.
v1::FileClaimRequest FilingOf(const ServedFixtures& fixtures, const std::string& request_id,
                              tools::SamplePeople& people, tools::Dice& dice) {
  v1::FileClaimRequest filing = fixtures.Filing(request_id);
  const tools::SamplePerson sample = people.Next(dice.Chance(70));
  auto& person = *filing.mutable_new_claimant()->mutable_person();
  person.mutable_name()->set_clear(sample.name);
  person.mutable_phone()->set_clear(absl::StrCat("+628", 100'000'000 + dice.Below(900'000'000)));
  person.mutable_national_id()->set_clear(sample.nik);
  return filing;
}

// One caller's stream, until the time is over; how many claims were acknowledged. `between` messages passes so much time at
// the least.
uint64_t FileUntil(const std::shared_ptr<grpc::Channel>& channel, const ServedFixtures& fixtures,
                   const std::string& prefix, absl::Time until, absl::Duration between) {
  auto stub = v1::IntakeService::NewStub(channel);
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  auto stream = stub->FileClaims(&context);
  absl::Mutex mutex;
  int ahead = 0;
  std::thread sender([&] {
    tools::Dice dice(std::hash<std::string>()(prefix));
    tools::SamplePeople people({"33.01.22.2001", "35.07.10.2003", "52.03.05.2004"}, 1'000'000, dice);
    const absl::Time began = absl::Now();
    for (int part = 0; absl::Now() < until; ++part) {
      absl::SleepFor(began + part * between - absl::Now());
      {
        absl::MutexLock lock(&mutex);
        const auto room = [&] { return ahead < kMessagesAhead * kFilingsAMessage; };
        mutex.Await(absl::Condition(&room));
        ahead += kFilingsAMessage;
      }
      v1::FileClaimsRequest message;
      for (int i = 0; i < kFilingsAMessage; ++i) {
        *message.add_filings() = FilingOf(fixtures, absl::StrCat(prefix, part, "-", i), people, dice);
      }
      if (!stream->Write(message)) break;
    }
    stream->WritesDone();
  });
  uint64_t filed = 0;
  uint64_t refused = 0;
  v1::FileClaimsResponse response;
  while (stream->Read(&response)) {
    for (const v1::FilingOutcome& outcome : response.outcomes()) {
      if (outcome.has_filed()) {
        ++filed;
      } else if (refused++ == 0) {
        std::fprintf(stderr, "cluster_benchmark: %s\n", outcome.error().message().c_str());
      }
    }
    absl::MutexLock lock(&mutex);
    ahead -= response.outcomes_size();
  }
  sender.join();
  (void)stream->Finish();
  return filed;
}

struct Served {
  std::shared_ptr<grpc::Channel> channel;
  ServedFixtures fixtures;
};

double ClaimsASecond(const std::vector<Served>& dockets, absl::Duration length,
                     absl::Duration between = absl::ZeroDuration()) {
  static std::atomic<int> run = 0;
  const std::string prefix = absl::StrCat("run-", run++, "-");
  const absl::Time began = absl::Now();
  std::atomic<uint64_t> filed = 0;
  std::vector<std::thread> callers;
  for (const Served& docket : dockets) {
    callers.emplace_back(
        [&] { filed += FileUntil(docket.channel, docket.fixtures, prefix, began + length, between); });
  }
  for (std::thread& caller : callers) caller.join();
  return static_cast<double>(filed) / absl::ToDoubleSeconds(absl::Now() - began);
}

// Of the machine's processors, since it was asked before: all of them were busy for this share of the time.
double ProcessorsBusy() {
  static uint64_t busy_before = 0;
  static uint64_t all_before = 0;
  std::ifstream stat("/proc/stat");
  std::string name;
  stat >> name;
  uint64_t all = 0;
  uint64_t idle = 0;
  for (int column = 0; column < 8; ++column) {
    uint64_t ticks = 0;
    stat >> ticks;
    all += ticks;
    if (column == 3 || column == 4) idle += ticks;  // idle, and waiting for a disk
  }
  const uint64_t busy = all - idle;
  const double share = static_cast<double>(busy - busy_before) / static_cast<double>(all - all_before);
  busy_before = busy;
  all_before = all;
  return share;
}

// Waits until what the row before left to be done, as linking and folding of copies, is done.
void WaitUntilQuiet() {
  const absl::Time until = absl::Now() + kMaxQuieting;
  do {
    ProcessorsBusy();
    absl::SleepFor(absl::Seconds(1));
  } while (ProcessorsBusy() > kQuiet && absl::Now() < until);
}

// As klaim_benchmark prints its figures.
void Row(const std::string& name, double rate, const std::string& floor_name = "", double floor = 0) {
  std::printf("{\"name\":\"%s\",\"value\":%.6g,\"unit\":\"claims/s\"", name.c_str(), rate);
  if (floor != 0) {
    std::printf(",\"floor_name\":\"%s\",\"floor_value\":%.6g,\"ratio\":%.3f", floor_name.c_str(), floor,
                rate / floor);
  }
  std::printf("}\n");
  std::fflush(stdout);
}

void BusyRow(const std::string& name) {
  std::printf("{\"name\":\"%s_processors_busy\",\"value\":%.3f,\"unit\":\"of all\"}\n", name.c_str(),
              ProcessorsBusy());
  std::fflush(stdout);
}

int Run(absl::Duration length) {
  TemporaryFolder embedded;
  RunProgram({Program("klaim"), "init", "--docket", embedded.path(), "--name", "Union"});
  double measure = 0;
  {
    Daemon daemon(embedded.path(), "", kWithoutShares);
    if (!daemon.started()) return 1;
    const auto channel = daemon.Connect("legal-team");
    measure = ClaimsASecond({{channel, RegisterFixtures(channel)}}, length);
  }
  Row("cluster_embedded", measure);
  Cluster cluster;
  if (cluster.brokers().empty()) return 1;
  std::vector<ServedFixtures> fixtures(8);
  for (size_t i = 0; i < fixtures.size(); ++i) {
    cluster.AddDocket(absl::StrCat("d", i), [&](std::shared_ptr<grpc::Channel> channel) {
      fixtures[i] = RegisterFixtures(channel);
    });
  }
  for (int node = 0; node < kNodes; ++node) cluster.StartNode(node, kWithoutShares);
  const auto first_dockets = [&](size_t count) {
    std::vector<Served> dockets;
    for (size_t i = 0; i < count; ++i) {
      dockets.push_back(
          {cluster.Connect(absl::StrCat("d", i), static_cast<int>(i) % kNodes, "legal-team"), fixtures[i]});
    }
    ClaimsASecond(dockets, kWarmingUp);
    WaitUntilQuiet();
    ProcessorsBusy();
    return dockets;
  };
  double one_steady = 0;
  for (const size_t count : {1u, 2u, 4u, 8u}) {
    const std::vector<Served> dockets = first_dockets(count);
    const std::string name = absl::StrCat("cluster_steady_dockets_", count);
    const double rate = ClaimsASecond(dockets, length, kBetweenSteadyMessages);
    if (count == 1) one_steady = rate;
    Row(name, rate, "cluster_steady_dockets_1_each", one_steady * static_cast<double>(count));
    BusyRow(name);
  }
  for (const size_t count : {1u, 2u, 4u, 8u}) {
    const std::vector<Served> dockets = first_dockets(count);
    const std::string name = absl::StrCat("cluster_dockets_", count);
    Row(name, ClaimsASecond(dockets, length), "cluster_embedded", measure);
    BusyRow(name);
  }
  return 0;
}

}  // namespace
}  // namespace klaim::testing

int main(int argc, char** argv) {
  return klaim::testing::Run(absl::Seconds(argc > 1 ? std::atoi(argv[1]) : 8));
}
