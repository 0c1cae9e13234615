// kill -9 at random moments of bulk filing: every acknowledged receipt is there, its leaf verifies under the
// root, nothing is half-written, and the read models catch up.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "engine/log/rocksdb_event_log.h"
#include "engine/merkle/tree.h"
#include "klaim/v1/audit_service.grpc.pb.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "klaim/v1/event_record.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "simulation/oracle.h"
#include "testing/bounded_tests.h"
#include "testing/processes.h"
#include "testing/served_fixtures.h"
#include "testing/temporary_folder.h"

namespace klaim::testing {
namespace {

struct Acknowledged {
  std::string request_id;
  std::string leaf_hash;
};

struct ServedClaim {
  std::string request_id;
  uint64_t claimant_id = 0;
};

class CrashTest : public ::testing::Test {
 protected:
  // Files until the daemon is killed, and notes what was acknowledged.
  void FileUntilKilled(Daemon& daemon, int round, uint64_t kill_after) {
    auto stub = v1::IntakeService::NewStub(daemon.Connect("legal-team"));
    grpc::ClientContext context;
    auto stream = stub->FileClaims(&context);
    std::atomic<uint64_t> answered = 0;
    std::atomic<bool> gone = false;
    std::thread sender([&] {
      for (int part = 0; !gone; ++part) {
        v1::FileClaimsRequest message;
        for (int i = 0; i < 1 + part % 40; ++i)
          *message.add_filings() = fixtures_.Filing(absl::StrCat(round, "-", part, "-", i));
        if (!stream->Write(message)) break;
      }
      stream->WritesDone();
    });
    v1::FileClaimsResponse response;
    while (stream->Read(&response)) {
      for (const auto& outcome : response.outcomes()) {
        if (!outcome.has_filed()) continue;
        new_acknowledged_[outcome.filed().claim_id()] = {outcome.request_id(),
                                                         outcome.filed().receipt().leaf_hash()};
        sequencer::Outcome told;
        told.last_sequence = outcome.filed().receipt().sequence();
        told.first_sequence = told.last_sequence - 2;  // claimant, case and claim
        told.leaf_hash = merkle::HashFromBytes(outcome.filed().receipt().leaf_hash());
        const absl::Status same = oracle_.NoteAccepted(outcome.request_id(), told);
        EXPECT_TRUE(same.ok()) << same;
        if (++answered >= kill_after && !gone) {
          gone = true;
          daemon.Kill();
        }
      }
    }
    gone = true;
    sender.join();
    (void)stream->Finish();
    daemon.Kill();
  }

  // The simulation's oracle looks at what the kill left on the disk, before anybody mends it.
  void Watch(simulation::Oracle::Reading reading, bool read_models) {
    const auto master_key = privacy::ReadMasterKey(folder_.path("master.key"));
    auto log = log::RocksDbEventLog::Open(folder_.path("data/log"));
    ASSERT_TRUE(log.ok()) << log.status();
    auto vault = privacy::Vault::Open(folder_.path("data/vault"), *master_key);
    ASSERT_TRUE(vault.ok()) << vault.status();
    simulation::Random random(1);
    simulation::Desk desk(random);
    const uint64_t from = reading == simulation::Oracle::Reading::kWhole ? 0 : oracle_.leaves().size();
    v1::EventRecord event;
    ASSERT_TRUE((*log)
                    ->Read(from,
                           [&](uint64_t sequence, absl::string_view bytes) {
                             if (record::DecodeRecord(sequence, bytes, event).ok()) desk.Learn(event);
                             return true;
                           })
                    .ok());
    const absl::Status right = oracle_.Check(**log, **vault, desk, reading);
    ASSERT_TRUE(right.ok()) << right;
    if (!read_models) return;
    auto projector = projections::Projector::Open(folder_.path("data/projections"), **log);
    ASSERT_TRUE(projector.ok()) << projector.status();
    ASSERT_TRUE((*projector)->FoldTo((*log)->next_sequence(), [](uint64_t) {}).ok());
    const absl::Status folded = simulation::Oracle::CheckReadModels(**log, **projector);
    ASSERT_TRUE(folded.ok()) << folded;
  }

  // Reads what a daemon serves from where it was read to.
  void ReadOn(v1::AuditService::Stub& audit) {
    grpc::ClientContext context;
    v1::ReadLogRequest ask;
    ask.set_from_sequence(leaves_.size());
    auto reader = audit.ReadLog(&context, ask);
    v1::ReadLogResponse response;
    uint64_t expected_of_request = 0;
    while (reader->Read(&response)) {
      for (const std::string& bytes : response.records()) {
        v1::EventRecord event;
        ASSERT_TRUE(event.ParseFromString(bytes));
        ASSERT_EQ(event.sequence(), leaves_.size());
        // Nothing half-written: a filing's three events stand together or not at all.
        if (event.has_claimant_registered()) {
          expected_of_request = event.sequence() + 2;
          ASSERT_TRUE(keys_.insert(event.claimant_registered().key_id()).second)
              << "two persons under one data key";
        }
        if (event.has_claim_filed()) {
          ASSERT_EQ(event.sequence(), expected_of_request);
          claims_[event.sequence()] = {event.request_id(), event.claim_filed().claimant_id()};
        }
        leaves_.push_back(merkle::LeafHash(bytes));
      }
    }
    ASSERT_TRUE(reader->Finish().ok());
    ASSERT_TRUE(claims_.empty() || claims_.rbegin()->first >= expected_of_request)
        << "a claimant without its claim at the end";
  }

  void Check(const Daemon& daemon) {
    const auto channel = daemon.Connect("legal-team");
    auto audit = v1::AuditService::NewStub(channel);
    v1::GetTreeHeadResponse head;
    grpc::ClientContext a;
    ASSERT_TRUE(audit->GetTreeHead(&a, {}, &head).ok());
    ReadOn(*audit);
    if (HasFatalFailure()) return;
    // The daemon itself may have added what it suspects of the claimants meanwhile.
    ASSERT_GE(leaves_.size(), head.size());
    ASSERT_GE(head.size(), tree_.size());
    tree_.Append(absl::MakeConstSpan(leaves_).subspan(tree_.size(), head.size() - tree_.size()));
    ASSERT_EQ(merkle::AsBytes(tree_.Root()), absl::string_view(head.root()))
        << "the tree isn't that of all records that were ever served";
    for (const auto& [claim_id, receipt] : new_acknowledged_) {
      ASSERT_TRUE(claims_.contains(claim_id)) << "acknowledged claim " << claim_id << " is lost";
      ASSERT_EQ(claims_[claim_id].request_id, receipt.request_id);
      ASSERT_EQ(merkle::AsBytes(leaves_[claim_id]), absl::string_view(receipt.leaf_hash));
    }
    auto compensation = v1::CompensationService::NewStub(channel);
    v1::GetStatisticsRequest ask;
    ask.set_at_least_sequence(head.size() - 1);
    v1::GetStatisticsResponse statistics;
    grpc::ClientContext c;
    ASSERT_TRUE(compensation->GetStatistics(&c, ask, &statistics).ok());
    ASSERT_EQ(statistics.claims(), claims_.size()) << "the read models caught up with the log";
    ASSERT_GE(statistics.events(), head.size());
    // What was sealed just before the kill can be opened: its key is there.
    auto intake = v1::IntakeService::NewStub(channel);
    int opened = 0;
    for (auto last = new_acknowledged_.rbegin(); last != new_acknowledged_.rend() && opened < 20;
         ++last, ++opened) {
      v1::GetClaimantRequest ask_claimant;
      ask_claimant.set_claimant_id(claims_[last->first].claimant_id);
      v1::GetClaimantResponse claimant;
      grpc::ClientContext d;
      ASSERT_TRUE(intake->GetClaimant(&d, ask_claimant, &claimant).ok());
      ASSERT_EQ(claimant.claimant().person().name().clear(), "Siti Aminah " + last->second.request_id);
    }
    acknowledged_ += new_acknowledged_.size();
    new_acknowledged_.clear();
  }

  TemporaryFolder folder_;
  ServedFixtures fixtures_;
  // By claim: what was acknowledged since the last check. What was found then is held by the tree from then on.
  std::map<uint64_t, Acknowledged> new_acknowledged_;
  uint64_t acknowledged_ = 0;  // and found, so far
  // What was served so far, and the tree of what the head spoke of.
  std::vector<merkle::Hash> leaves_;
  merkle::Frontier tree_;
  std::map<uint64_t, ServedClaim> claims_;
  std::set<uint64_t> keys_;
  simulation::Oracle oracle_;
};

TEST_F(CrashTest, NothingAcknowledgedIsEverLost) {
  const char* wanted = std::getenv("KLAIM_CRASH_ROUNDS");
  const int rounds = wanted != nullptr ? std::atoi(wanted) : 50;
  AllowMinutes(2 + static_cast<unsigned>(rounds) / 6,
               "each round starts a daemon, files until it is killed and reads what it left");
  ASSERT_EQ(RunProgram({Program("klaim"), "init", "--docket", folder_.path(), "--name", "Union"}).exit_code,
            0);
  uint64_t state = 20261124;
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    Daemon daemon(folder_.path());
    ASSERT_TRUE(daemon.started()) << daemon.output();
    if (round == 0) fixtures_ = RegisterFixtures(daemon.Connect("legal-team"));
    Check(daemon);
    if (HasFatalFailure()) return;
    state = state * 6364136223846793005 + 1442695040888963407;
    FileUntilKilled(daemon, round, 1 + (state >> 33) % 1200);
    // Each round what is new; now and then, and in the end, all of it.
    const bool whole = round % std::max(10, rounds / 20) == 9 || round + 1 == rounds;
    Watch(whole ? simulation::Oracle::Reading::kWhole : simulation::Oracle::Reading::kNew, whole);
    if (HasFatalFailure()) return;
    if ((round + 1) % 100 == 0) {
      std::cout << round + 1 << " rounds: " << acknowledged_ + new_acknowledged_.size()
                << " claims acknowledged, all there, among " << leaves_.size() << " records" << std::endl;
    }
  }
  Daemon daemon(folder_.path());
  ASSERT_TRUE(daemon.started()) << daemon.output();
  Check(daemon);
  EXPECT_GT(acknowledged_, static_cast<uint64_t>(rounds));
}

// A full disk, as the kernel gives it: files may not grow past a limit.
TEST_F(CrashTest, AFullDiskStopsCleanlyAndLosesNothing) {
  ASSERT_EQ(RunProgram({Program("klaim"), "init", "--docket", folder_.path(), "--name", "Union"}).exit_code,
            0);
  {
    Daemon daemon(folder_.path());
    ASSERT_TRUE(daemon.started());
    fixtures_ = RegisterFixtures(daemon.Connect("legal-team"));
    EXPECT_EQ(daemon.Stop(), 0);
  }
  const std::string wrapper = folder_.path("limited");
  std::ofstream(wrapper) << "#!/bin/sh\nulimit -f 2000\nexec \"$@\"\n";
  chmod(wrapper.c_str(), 0700);
  Daemon daemon(folder_.path(), wrapper);
  ASSERT_TRUE(daemon.started()) << daemon.output();
  FileUntilKilled(daemon, 1, 1'000'000);
  EXPECT_NE(daemon.output().find("stopping"), std::string::npos) << daemon.output();
  ASSERT_FALSE(new_acknowledged_.empty());
  Daemon again(folder_.path());
  ASSERT_TRUE(again.started()) << again.output();
  Check(again);
}

}  // namespace
}  // namespace klaim::testing
