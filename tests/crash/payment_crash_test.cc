// Payments through real kills: whatever is cut off at whatever step and asked for again under the same name, there is one
// batch, one handing over, and one file.

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "klaim/v1/audit_service.grpc.pb.h"
#include "klaim/v1/event_record.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "testing/bounded_tests.h"
#include "testing/docket_people.h"
#include "testing/processes.h"
#include "testing/served_fixtures.h"
#include "testing/temporary_folder.h"
#include "tools/installation/authority.h"

namespace klaim::testing {
namespace {

class PaymentCrashTest : public ::testing::Test {
 protected:
  Finished Klaim(std::vector<std::string> words) {
    words.insert(words.begin(),
                 {Program("klaim"), "--quiet", "--json", "--addresses", folder_.path("addresses.json")});
    return RunProgram(words);
  }

  // Asks while the daemon is killed at some moment, and again until it is answered.
  std::string ThroughKills(const std::vector<std::string>& words) {
    for (int attempt = 0; attempt < 3; ++attempt) {
      std::thread asking([&] { (void)Klaim(words); });
      // Any moment will do: a few thousand turns of a counter, different each time, no clock.
      state_ = state_ * 6364136223846793005 + 1442695040888963407;
      for (std::atomic<uint64_t> turn = 0; turn < (state_ >> 33) % 20'000'000; ++turn) {
      }
      daemon_->Kill();
      asking.join();
      daemon_ = std::make_unique<Daemon>(folder_.path());
      EXPECT_TRUE(daemon_->started()) << daemon_->output();
    }
    const Finished answered = Klaim(words);
    EXPECT_EQ(answered.exit_code, 0) << answered.out;
    return answered.out;
  }

  static std::string NumberIn(const std::string& json, const std::string& field) {
    const size_t at = json.find(absl::StrCat("\"", field, "\":\""));
    if (at == std::string::npos) return "";
    const size_t begin = at + field.size() + 4;
    return json.substr(begin, json.find('"', begin) - begin);
  }

  // Events of the whole log by name.
  std::map<int, int> Count() {
    std::map<int, int> counts;
    auto audit = v1::AuditService::NewStub(daemon_->Connect("legal-team"));
    grpc::ClientContext context;
    auto reader = audit->ReadLog(&context, {});
    v1::ReadLogResponse response;
    while (reader->Read(&response)) {
      for (const std::string& bytes : response.records()) {
        v1::EventRecord event;
        EXPECT_TRUE(event.ParseFromString(bytes));
        ++counts[event.event_case()];
      }
    }
    EXPECT_TRUE(reader->Finish().ok());
    return counts;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Daemon> daemon_;
  uint64_t state_ = 20261125;
};

TEST_F(PaymentCrashTest, OneBatchOneHandingOverOneFile) {
  AllowMinutes(5, "two dozen daemons are started one after the other");
  ASSERT_EQ(RunProgram({Program("klaim"), "init", "--docket", folder_.path(), "--name", "Union"}).exit_code,
            0);
  daemon_ = std::make_unique<Daemon>(folder_.path());
  ASSERT_TRUE(daemon_->started()) << daemon_->output();
  const ServedFixtures fixtures = RegisterFixtures(daemon_->Connect("legal-team"));
  auto intake = v1::IntakeService::NewStub(daemon_->Connect("legal-team"));
  std::string last;
  for (int i = 0; i < 5; ++i) {
    v1::FileClaimRequest filing = fixtures.Filing(absl::StrCat("filing ", i));
    filing.mutable_heads(0)->set_documented_minor(1'000'000 + i);
    v1::FileClaimResponse filed;
    grpc::ClientContext a;
    ASSERT_TRUE(intake->FileClaim(&a, filing, &filed).ok());
    v1::ConfirmPayoutAccountRequest account;
    account.set_request_id(absl::StrCat("account ", i));
    account.set_claimant_id(filed.claimant_id());
    account.mutable_account()->mutable_holder()->set_clear("Siti");
    account.mutable_account()->mutable_number()->set_clear(absl::StrCat("12345", i));
    account.mutable_account()->set_bank_bic("BRINIDJA");
    account.mutable_account()->set_currency("HKD");
    v1::ConfirmPayoutAccountResponse confirmed;
    grpc::ClientContext b;
    ASSERT_TRUE(intake->ConfirmPayoutAccount(&b, account, &confirmed).ok());
    last = absl::StrCat(confirmed.receipt().sequence());
  }
  ASSERT_EQ(Klaim({"status", "--at-least", last}).exit_code, 0);
  const std::string proposals = Klaim({"groups", "proposals"}).out;
  const std::string group = NumberIn(
      Klaim({"groups", "certify", NumberIn(proposals, "proposal_id"), "--name", "All"}).out, "group_id");
  ASSERT_EQ(Klaim({"claim", "determine", "--group", group}).exit_code, 0);
  const std::string settlement =
      NumberIn(Klaim({"settlement", "record", "--programme", absl::StrCat(fixtures.programme), "--group",
                      group, "--respondent", absl::StrCat(fixtures.agency), "--currency", "HKD",
                      "--instalment", "31-01-2027=40.000", "--forum", "T"})
                   .out,
               "settlement_id");
  ASSERT_EQ(Klaim({"settlement", "receive", settlement, "--amount", "40.000", "--booked-on", "31-01-2027",
                   "--bank-reference", "A"})
                .exit_code,
            0);
  const std::string trust = NumberIn(Klaim({"treasury", "trust-account", "--holder", "U", "--number", "1",
                                            "--bic", "HSBCHKHH", "--currency", "HKD"})
                                         .out,
                                     "trust_account_id");
  const std::string allocation = NumberIn(
      ThroughKills({"--request-id", "allocate", "settlement", "allocate", settlement}), "allocation_id");
  ThroughKills(
      {"--as", "approver", "--request-id", "approve", "settlement", "approve", settlement, allocation});
  const std::string batch =
      NumberIn(ThroughKills({"--request-id", "batch", "payment", "propose", settlement}), "payment_batch_id");
  ThroughKills({"--as", "approver", "--request-id", "approve-batch", "payment", "approve", batch});
  ThroughKills({"--request-id", "send", "payment", "send", batch, "--trust-account", trust});
  std::set<std::string> files;
  for (int i = 0; i < 3; ++i) {
    const std::string file = folder_.path(absl::StrCat("file", i));
    ASSERT_EQ(Klaim({"payment", "file", batch, "--out", file}).exit_code, 0);
    files.insert(*tools::ReadFile(file));
    daemon_->Kill();
    daemon_ = std::make_unique<Daemon>(folder_.path());
    ASSERT_TRUE(daemon_->started()) << daemon_->output();
  }
  EXPECT_EQ(files.size(), 1u) << "the same bytes each time";
  EXPECT_TRUE(absl::StrContains(*files.begin(), absl::StrCat("<MsgId>KLAIM-", batch, "</MsgId>")));
  ThroughKills({"--request-id", "confirm", "payment", "confirm", batch, "--booked-on", "05-02-2027"});
  const std::map<int, int> counts = Count();
  for (int event : {v1::EventRecord::kAllocationProposed, v1::EventRecord::kAllocationApproved,
                    v1::EventRecord::kPaymentBatchProposed, v1::EventRecord::kPaymentBatchApproved,
                    v1::EventRecord::kPaymentBatchSent, v1::EventRecord::kPaymentsConfirmed}) {
    EXPECT_EQ(counts.at(event), 1) << "event " << event;
  }
  for (int event : {v1::EventRecord::kClaimAllocated, v1::EventRecord::kClaimPaymentOrdered,
                    v1::EventRecord::kClaimPaid}) {
    EXPECT_EQ(counts.at(event), 5) << "event " << event;
  }
}

}  // namespace
}  // namespace klaim::testing
