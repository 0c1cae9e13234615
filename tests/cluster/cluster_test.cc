// A docket on three real brokers and two nodes, under load, while brokers and nodes are killed, paused and cut off at
// random: nothing acknowledged is lost, there is one log, every receipt's proof is good, and service is back within 30
// seconds of each fault.
//
//   KLAIM_CLUSTER_SECONDS  how long (default 120)
//   KLAIM_CLUSTER_SEED     which faults (default one of its own, printed)

#include "cluster/cluster.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "engine/merkle/hash.h"
#include "klaim/v1/audit_service.grpc.pb.h"
#include "klaim/v1/event_record.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "testing/bounded_tests.h"
#include "testing/processes.h"
#include "testing/served_fixtures.h"

namespace klaim::testing {
namespace {

constexpr absl::Duration kBackWithin = absl::Seconds(30);
constexpr int kFilers = 3;

uint64_t Setting(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Callers that file one claim after the other, and ask again, with the same request id, until each is answered.
class Load {
 public:
  Load(const Cluster& cluster, const ServedFixtures& fixtures) : cluster_(cluster), fixtures_(fixtures) {
    for (int filer = 0; filer < kFilers; ++filer) threads_.emplace_back([this, filer] { File(filer); });
  }
  ~Load() { Stop(); }

  void Stop() {
    stopping_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  // Waits until a call is answered that was begun after now.
  bool WaitForAnswer(absl::Duration patience) const {
    const absl::Time now = absl::Now();
    absl::MutexLock lock(&mutex_);
    const auto answered = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return last_begun_ > now; };
    return mutex_.AwaitWithTimeout(absl::Condition(&answered), patience);
  }

  std::string last_error() const {
    absl::MutexLock lock(&mutex_);
    return last_error_;
  }

  struct Acknowledged {
    std::string request_id;
    std::string leaf_hash;
    uint64_t sequence = 0;
  };
  std::map<uint64_t, Acknowledged> acknowledged() const {
    absl::MutexLock lock(&mutex_);
    return acknowledged_;
  }

 private:
  void File(int filer) {
    std::vector<std::unique_ptr<v1::IntakeService::Stub>> nodes;
    for (int node = 0; node < kNodes; ++node) {
      nodes.push_back(v1::IntakeService::NewStub(cluster_.Connect("sbmi", node, "legal-team")));
    }
    size_t node = static_cast<size_t>(filer) % nodes.size();
    for (int count = 0; !stopping_; ++count) {
      const v1::FileClaimRequest request = fixtures_.Filing(absl::StrCat("filer-", filer, "-", count));
      while (true) {
        const absl::Time begun = absl::Now();
        grpc::ClientContext context;
        context.set_deadline(absl::ToChronoTime(begun + absl::Seconds(4)));
        context.set_wait_for_ready(true);
        v1::FileClaimResponse response;
        const grpc::Status status = nodes[node]->FileClaim(&context, request, &response);
        if (status.ok()) {
          absl::MutexLock lock(&mutex_);
          last_begun_ = std::max(last_begun_, begun);
          acknowledged_[response.claim_id()] = {request.request_id(), response.receipt().leaf_hash(),
                                                response.receipt().sequence()};
          break;
        }
        // Whatever it was, it passes; nothing here is refused for what it says.
        EXPECT_NE(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
        {
          absl::MutexLock lock(&mutex_);
          last_error_ = absl::StrCat("node ", node, ": ", status.error_code(), " ", status.error_message());
        }
        if (stopping_) return;
        node = (node + 1) % nodes.size();
        absl::SleepFor(absl::Milliseconds(50));  // a caller's own pause before the next try
      }
    }
  }

  const Cluster& cluster_;
  const ServedFixtures& fixtures_;
  std::atomic<bool> stopping_ = false;
  mutable absl::Mutex mutex_;
  absl::Time last_begun_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  std::map<uint64_t, Acknowledged> acknowledged_ ABSL_GUARDED_BY(mutex_);
  std::string last_error_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

// Asks the copies that nodes keep, while they are there, for the tree as they see it.
class CopyReader {
 public:
  explicit CopyReader(const Cluster& cluster) : cluster_(cluster), thread_([this] { Ask(); }) {}
  ~CopyReader() { Stop(); }

  void Stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }

  // Size and root, as any copy ever answered; read after Stop().
  const std::map<uint64_t, std::string>& heads() const { return heads_; }

 private:
  void Ask() {
    std::vector<std::unique_ptr<v1::AuditService::Stub>> copies;
    for (int node = 0; node < kNodes; ++node) {
      copies.push_back(v1::AuditService::NewStub(cluster_.ConnectToCopy("sbmi", node, "auditor")));
    }
    for (size_t count = 0; !stopping_; ++count) {
      grpc::ClientContext context;
      context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Milliseconds(500)));
      context.set_wait_for_ready(true);
      v1::GetTreeHeadResponse head;
      if (!copies[count % copies.size()]->GetTreeHead(&context, {}, &head).ok()) continue;
      const auto [known, added] = heads_.emplace(head.size(), head.root());
      EXPECT_EQ(known->second, head.root()) << "two trees of " << head.size() << " records";
      absl::SleepFor(absl::Milliseconds(100));  // a reader's own pause before it looks again
    }
  }

  const Cluster& cluster_;
  std::atomic<bool> stopping_ = false;
  std::map<uint64_t, std::string> heads_;
  std::thread thread_;
};

// Queries go to a copy, refused there is what must be recorded, and what it lacks it soon has.
void CheckCopy(const Cluster& cluster, const ServedFixtures& fixtures, uint64_t size) {
  const absl::Time until = absl::Now() + kBackWithin;
  for (int node = 0; absl::Now() < until; node = (node + 1) % kNodes) {
    const auto channel = cluster.ConnectToCopy("sbmi", node, "legal-team");
    const auto audit = v1::AuditService::NewStub(cluster.ConnectToCopy("sbmi", node, "auditor"));
    grpc::ClientContext a;
    a.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(2)));
    a.set_wait_for_ready(true);
    v1::GetTreeHeadResponse head;
    if (!audit->GetTreeHead(&a, {}, &head).ok() || head.size() < size) continue;
    grpc::ClientContext b;
    v1::FileClaimResponse response;
    const grpc::Status refused =
        v1::IntakeService::NewStub(channel)->FileClaim(&b, fixtures.Filing("to-a-copy"), &response);
    EXPECT_FALSE(refused.ok());
    std::cout << "copy at node " << node << " has " << head.size()
              << " records and answers a filing with: " << refused.error_message() << std::endl;
    return;
  }
  ADD_FAILURE() << "no copy had " << size << " records within " << kBackWithin;
}

struct Fault {
  std::string name;
  std::function<void()> strike;
  std::function<void()> heal;
};

std::vector<Fault> FaultsOf(Cluster& cluster) {
  std::vector<Fault> faults;
  for (int broker = 1; broker <= kBrokers; ++broker) {
    const auto act = [&cluster, broker](const char* what) {
      return [&cluster, broker, what] { cluster.Do(what, broker); };
    };
    faults.push_back({absl::StrCat("broker ", broker, " killed"), act("kill"), act("run")});
    faults.push_back({absl::StrCat("broker ", broker, " paused"), act("pause"), act("resume")});
    if (cluster.has_networks())
      faults.push_back({absl::StrCat("broker ", broker, " cut off"), act("cut"), act("join")});
  }
  for (int node = 0; node < kNodes; ++node) {
    faults.push_back({absl::StrCat("node ", node, " killed"), [&cluster, node] { cluster.KillNode(node); },
                      [&cluster, node] { cluster.StartNode(node); }});
    faults.push_back({absl::StrCat("node ", node, " paused"), [&cluster, node] { cluster.PauseNode(node); },
                      [&cluster, node] { cluster.ResumeNode(node); }});
    faults.push_back({absl::StrCat("klaimd of node ", node, " killed"),
                      [&cluster, node] { cluster.KillDaemonOf(node); }, [] {}});
    if (cluster.has_networks()) {
      const int place = kFirstNode + node;
      faults.push_back({absl::StrCat("node ", node, " cut off"),
                        [&cluster, place] { cluster.Do("cut", place); },
                        [&cluster, place] { cluster.Do("join", place); }});
    }
  }
  return faults;
}

// Reads the whole log through one node and holds it against what callers were told.
void CheckLog(const Cluster& cluster, int node, const std::map<uint64_t, Load::Acknowledged>& acknowledged,
              const std::map<uint64_t, std::string>& heads_of_copies, merkle::Hash& root) {
  auto audit = v1::AuditService::NewStub(cluster.Connect("sbmi", node, "auditor"));
  v1::GetTreeHeadResponse head;
  grpc::ClientContext a;
  a.set_wait_for_ready(true);
  const grpc::Status asked = audit->GetTreeHead(&a, {}, &head);
  ASSERT_TRUE(asked.ok()) << asked.error_message();
  std::vector<merkle::Hash> leaves;
  std::map<uint64_t, std::string> claims;
  std::set<std::string> requests;
  grpc::ClientContext b;
  auto reader = audit->ReadLog(&b, {});
  v1::ReadLogResponse response;
  while (reader->Read(&response)) {
    for (const std::string& bytes : response.records()) {
      v1::EventRecord event;
      ASSERT_TRUE(event.ParseFromString(bytes));
      ASSERT_EQ(event.sequence(), leaves.size());
      if (event.has_claim_filed()) {
        claims[event.sequence()] = event.request_id();
        ASSERT_TRUE(requests.insert(event.request_id()).second) << event.request_id() << " was filed twice";
      }
      leaves.push_back(merkle::LeafHash(bytes));
    }
  }
  ASSERT_TRUE(reader->Finish().ok());
  ASSERT_GE(leaves.size(), head.size());
  root = merkle::RootOfHashes(absl::MakeSpan(leaves).subspan(0, head.size()));
  ASSERT_EQ(merkle::AsBytes(root), absl::string_view(head.root()));
  for (const auto& [claim_id, receipt] : acknowledged) {
    ASSERT_TRUE(claims.contains(claim_id)) << "acknowledged claim " << claim_id << " is lost";
    ASSERT_EQ(claims[claim_id], receipt.request_id);
    ASSERT_LT(receipt.sequence, head.size());
    ASSERT_EQ(merkle::AsBytes(leaves[receipt.sequence]), absl::string_view(receipt.leaf_hash));
  }
  for (const auto& [size, root_of_copy] : heads_of_copies) {
    v1::GetTreeHeadRequest ask;
    ask.set_size(size);
    v1::GetTreeHeadResponse then;
    grpc::ClientContext c;
    ASSERT_TRUE(audit->GetTreeHead(&c, ask, &then).ok());
    ASSERT_EQ(then.root(), root_of_copy) << "a copy showed another tree of " << size << " records";
  }
  // Proofs as callers ask for them, of receipts all over the log.
  size_t count = 0;
  for (const auto& [claim_id, receipt] : acknowledged) {
    if (++count % (acknowledged.size() / 100 + 1) != 0) continue;
    v1::GetInclusionProofRequest ask;
    ask.set_sequence(receipt.sequence);
    ask.set_size(head.size());
    v1::GetInclusionProofResponse proof;
    grpc::ClientContext c;
    ASSERT_TRUE(audit->GetInclusionProof(&c, ask, &proof).ok());
    std::vector<merkle::Hash> path;
    for (const std::string& hash : proof.path()) path.push_back(merkle::HashFromBytes(hash));
    ASSERT_TRUE(merkle::VerifyInclusion(merkle::HashFromBytes(receipt.leaf_hash), receipt.sequence,
                                        head.size(), path, root));
  }
}

TEST(Cluster, NothingAcknowledgedIsLostWhateverFails) {
  const uint64_t seed = Setting("KLAIM_CLUSTER_SEED", std::random_device()());
  const absl::Duration length = absl::Seconds(static_cast<int64_t>(Setting("KLAIM_CLUSTER_SECONDS", 120)));
  AllowMinutes(10 + static_cast<unsigned>(absl::ToInt64Minutes(length)),
               "faults go on for as long as was asked for; brokers start, and all is read again");
  std::cout << "seed " << seed << std::endl;
  std::mt19937_64 random(seed);
  Cluster cluster;
  ASSERT_FALSE(cluster.brokers().empty());
  ServedFixtures fixtures;
  cluster.AddDocket("sbmi",
                    [&](std::shared_ptr<grpc::Channel> channel) { fixtures = RegisterFixtures(channel); });
  ASSERT_FALSE(HasFailure());
  for (int node = 0; node < kNodes; ++node) cluster.StartNode(node);
  Load load(cluster, fixtures);
  ASSERT_TRUE(load.WaitForAnswer(kBackWithin)) << load.last_error() << "\n"
                                               << cluster.OutputOf(0) << cluster.OutputOf(1);

  CopyReader copies(cluster);
  const std::vector<Fault> faults = FaultsOf(cluster);
  absl::Duration slowest;
  int struck = 0;
  for (const absl::Time end = absl::Now() + length; absl::Now() < end && !HasFailure(); ++struck) {
    const Fault& fault = faults[random() % faults.size()];
    for (const auto& [name, act] :
         {std::pair(fault.name, fault.strike), std::pair(fault.name + ": healed", fault.heal)}) {
      const absl::Time began = absl::Now();
      act();
      const bool back = load.WaitForAnswer(kBackWithin);
      const absl::Duration took = absl::Trunc(absl::Now() - began, absl::Milliseconds(1));
      std::cout << "  " << name << ": back after " << absl::FormatDuration(took) << ", "
                << load.acknowledged().size() << " claims" << std::endl;
      slowest = std::max(slowest, took);
      EXPECT_TRUE(back) << name << ": no service for " << kBackWithin << ": " << load.last_error() << "\n"
                        << cluster.OutputOf(0) << cluster.OutputOf(1);
      // A fault lasts for a while, and so does health.
      absl::SleepFor(absl::Milliseconds(random() % 4'000));
    }
    // One fault at a time: two brokers of three that are away can't be done without.
    cluster.WaitForInSync("klaim.docket.sbmi");
  }
  load.Stop();
  copies.Stop();
  const auto acknowledged = load.acknowledged();
  std::cout << struck << " faults, " << acknowledged.size() << " claims acknowledged, slowest back after "
            << absl::FormatDuration(slowest) << "; copies were asked for " << copies.heads().size()
            << " trees" << std::endl;
  ASSERT_GT(acknowledged.size(), 10u);
  EXPECT_FALSE(copies.heads().empty());
  uint64_t newest = 0;
  for (const auto& [claim_id, receipt] : acknowledged) newest = std::max(newest, receipt.sequence);
  CheckCopy(cluster, fixtures, newest + 1);
  merkle::Hash roots[kNodes];
  for (int node = 0; node < kNodes && !HasFatalFailure(); ++node)
    CheckLog(cluster, node, acknowledged, copies.heads(), roots[node]);

  // And back to one machine, with the same tree.
  for (int node = 0; node < kNodes; ++node) EXPECT_EQ(cluster.StopNode(node), 0);
  const Finished back =
      RunProgram({Program("klaim"), "docket", "move", "--back", "--docket", cluster.FolderOf("sbmi", 1),
                  "--brokers", cluster.brokers(), "--topic", "klaim.docket.sbmi"});
  EXPECT_EQ(back.exit_code, 0) << back.out;
  EXPECT_TRUE(absl::StrContains(back.out, "Moved back")) << back.out;
}

}  // namespace
}  // namespace klaim::testing
