// The main job end to end, as its users do it: with the programs, from generated files to a paid claim and
// back in time.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "testing/bounded_tests.h"
#include "testing/klaim_program.h"
#include "tools/installation/authority.h"

namespace klaim::testing {
namespace {

class MainJobTest : public KlaimProgram {
 protected:
  void LoadSample() {
    Must({"generate", "--claims", "400", "--seed", "3", "--out", folder_.path("sample")});
    Must({"programme", "open", folder_.path("sample/programmes.json")});
    Must({"respondent", "import", folder_.path("sample/respondents.csv"), "--links",
          folder_.path("sample/links.csv")});
  }
};

TEST_F(MainJobTest, TheSameSeedGivesTheSameBytes) {
  for (const char* name : {"a", "b"})
    Must({"generate", "--claims", "200", "--seed", "9", "--out", folder_.path(name)});
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path("a"))) {
    EXPECT_EQ(*tools::ReadFile(entry.path()),
              *tools::ReadFile(folder_.path("b/" + entry.path().filename().string())));
    ++files;
  }
  EXPECT_EQ(files, 10);
}

TEST_F(MainJobTest, FromImportToPaidAndBackInTime) {
  AllowMinutes(5, "from a sheet to payments, by a hundred calls of the program");
  LoadSample();
  const std::string sheet = folder_.path("sample/claims-HK-FEES-2025.csv");
  // One line is spoilt: it waits in a file of its own, the others are filed.
  std::string text = *tools::ReadFile(sheet);
  const size_t second = text.find('\n') + 1;
  const std::string good_line = text.substr(second, text.find('\n', second) - second);
  std::string bad_line = good_line;
  bad_line.replace(bad_line.find(";pekerja;") == std::string::npos ? bad_line.find(";ahli_waris;")
                                                                   : bad_line.find(";pekerja;"),
                   9, ";buruh;");
  text.replace(second, good_line.size(), bad_line);
  std::ofstream(sheet) << text;
  const Finished preview = Klaim({"import", sheet, "--programme", "HK-FEES-2025", "--preview"});
  EXPECT_TRUE(absl::StrContains(preview.out, "line 2, column selaku")) << preview.out;
  const auto first = Json({"import", sheet, "--programme", "HK-FEES-2025"});
  const int64_t lines = first.at("lines").as_int64();
  EXPECT_GT(lines, 40);
  EXPECT_EQ(first.at("filed").as_int64(), lines - 1);
  EXPECT_EQ(first.at("waiting").as_int64(), 1);
  EXPECT_TRUE(absl::StrContains(*tools::ReadFile(sheet + ".report.csv"), "waits"));
  // The same file again changes nothing.
  const auto head_before = Json({"audit", "verify"});
  const auto again = Json({"import", sheet, "--programme", "HK-FEES-2025"});
  EXPECT_EQ(again.at("filed").as_int64(), 0);
  EXPECT_EQ(again.at("filed_before").as_int64(), lines - 1);
  EXPECT_EQ(Json({"audit", "verify"}), head_before);
  // The line that waited, mended.
  std::string mend = *tools::ReadFile(sheet + ".mend.csv");
  mend.replace(mend.find(bad_line), bad_line.size(), good_line);
  std::ofstream(sheet + ".mend.csv") << mend;
  EXPECT_EQ(Json({"import", sheet + ".mend.csv", "--programme", "HK-FEES-2025"}).at("filed").as_int64(), 1);

  const uint64_t before_money = Number(Json({"audit", "verify"}).at("size")) - 1;
  const auto figures_before = Json({"audit", "replay", "--at", std::to_string(before_money)});
  const auto proposal = Json({"groups", "proposals", "--size", "1"}).at("proposals").at(0);
  const std::string proposal_id(proposal.at("proposal_id").as_string());
  const auto certified =
      Json({"groups", "certify", proposal_id, "--name", "First group", "--request-id", "certify"});
  EXPECT_EQ(certified.at("members"), proposal.at("claims"));
  EXPECT_EQ(Json({"groups", "certify", proposal_id, "--name", "First group", "--request-id", "certify"})
                .at("group_id"),
            certified.at("group_id"));
  const std::string group(certified.at("group_id").as_string());
  Must({"claim", "determine", "--group", group});
  const std::string programme(proposal.at("programme_id").as_string());
  const std::string respondent(proposal.at("network_id").as_string());
  const auto settlement_json =
      Json({"settlement", "record", "--programme", programme, "--group", group, "--respondent", respondent,
            "--currency", "HKD", "--instalment", "31-01-2027=10.000,01", "--instalment", "30-04-2027=20.000",
            "--forum", "Labour Tribunal"});
  const std::string settlement(settlement_json.at("settlement_id").as_string());
  Must({"settlement", "receive", settlement, "--instalment", "1", "--amount", "10.000,01", "--booked-on",
        "31-01-2027", "--bank-reference", "A1"});
  const std::string allocation(Json({"settlement", "allocate", settlement}).at("allocation_id").as_string());
  const Finished own = Klaim({"settlement", "approve", settlement, allocation});
  EXPECT_NE(own.exit_code, 0) << "the proposer may not approve";
  Must({"--as", "approver", "settlement", "approve", settlement, allocation});
  const std::string batch(Json({"payment", "propose", settlement}).at("payment_batch_id").as_string());
  Must({"--as", "approver", "payment", "approve", batch});
  Must({"payment", "send", batch, "--message-id", "MSG-1"});
  Must({"payment", "confirm", batch, "--booked-on", "05-02-2027"});
  const auto shown = Json({"payment", "show", batch});
  const auto& payments = shown.at("payments").as_array();
  ASSERT_FALSE(payments.empty());
  EXPECT_EQ(payments[0].at("status").as_string(), "PAYMENT_STATUS_CONFIRMED");
  // Returned, a new account, reissued.
  Must({"payment", "return", batch, "--payment", "1", "--reason-code", "AC04"});
  EXPECT_NE(Klaim({"payment", "propose", settlement}).exit_code, 0);
  const std::string claimant(payments[0].at("payment").at("claimant_id").as_string());
  EXPECT_EQ(RunProgram({Program("klaim"), "--addresses", folder_.path("addresses.json"), "payment", "account",
                        claimant, "--bic", "BRINIDJA", "--currency", "HKD"},
                       "Siti Aminah\n00112233\n")
                .exit_code,
            0);
  const std::string reissue(Json({"payment", "propose", settlement}).at("payment_batch_id").as_string());
  EXPECT_EQ(std::string(Json({"payment", "show", reissue})
                            .at("payments")
                            .at(0)
                            .at("payment")
                            .at("reissue_of_batch_id")
                            .as_string()),
            batch);

  // All of it proven, and the past as it was.
  const auto head = Json({"audit", "verify"});
  Must({"audit", "prove", "--record", group, "--out", folder_.path("group.tlog-proof")});
  EXPECT_EQ(Json({"audit", "replay", "--at", std::to_string(before_money)}), figures_before);
  EXPECT_EQ(daemon_->Stop(), 0) << daemon_->output();
  daemon_ = std::make_unique<Daemon>(folder_.path());
  ASSERT_TRUE(daemon_->started()) << daemon_->output();
  EXPECT_EQ(Json({"audit", "verify"}), head) << "a restart changes nothing";
}

TEST_F(MainJobTest, ADecisionIsAppealedAndMadeAgainAndAGroupGoesOnWithoutWhoLeft) {
  LoadSample();
  const std::string sheet = folder_.path("sample/claims-HK-FEES-2025.csv");
  Must({"import", sheet, "--programme", "HK-FEES-2025"});
  const auto proposal = Json({"groups", "proposals", "--size", "1"}).at("proposals").at(0);
  const std::string group(
      Json({"groups", "certify", std::string(proposal.at("proposal_id").as_string()), "--name", "First"})
          .at("group_id")
          .as_string());
  const auto listed =
      Json({"groups", "members", "--group", group, "--size", "1000"}).at("claim_ids").as_array();
  ASSERT_GE(listed.size(), 3u);
  const auto member = [&](size_t i) { return std::string(listed[i].as_string()); };
  const auto status_of = [&](const std::string& claim) {
    return std::string(Json({"claim", "show", claim}).at("claim").at("status").as_string());
  };
  // One opts out, one is refused: the others are determined, and these two are named.
  Must({"groups", "opt-out", group, member(0)});
  Must({"claim", "refuse", member(1), "--reason-code", "outside_period", "--reasons", "Before the period."});
  EXPECT_EQ(status_of(member(1)), "CLAIM_STATUS_INELIGIBLE");
  const Finished determined = Klaim({"claim", "determine", "--group", group});
  EXPECT_EQ(determined.exit_code, 1);
  EXPECT_TRUE(absl::StrContains(determined.out, "2 claims were left as they are")) << determined.out;
  EXPECT_TRUE(absl::StrContains(determined.out, "claim " + member(0) + ": is opted_out")) << determined.out;
  EXPECT_EQ(status_of(member(2)), "CLAIM_STATUS_DETERMINED");
  // A decision that is appealed is made again, by the same command.
  for (const std::string& claim : {member(1), member(2)}) {
    Must({"claim", "appeal", claim, "--grounds", "The receipt was overlooked."});
    EXPECT_EQ(status_of(claim), "CLAIM_STATUS_UNDER_REVIEW");
    Must({"claim", "determine", claim});
    EXPECT_EQ(status_of(claim), "CLAIM_STATUS_DETERMINED");
  }
  EXPECT_TRUE(Json({"claim", "suspend", member(2), "--reason", "A court asked for it."})
                  .as_object()
                  .contains("receipt"));
  EXPECT_NE(Klaim({"claim", "determine", member(2)}).exit_code, 0);
  Must({"claim", "resume", member(2)});
  EXPECT_EQ(status_of(member(2)), "CLAIM_STATUS_DETERMINED");
  Must({"claim", "withdraw", member(2), "--reason", "Settled at home."});
  Must({"claim", "close", member(2), "--reason", "Withdrawn."});
  EXPECT_EQ(status_of(member(2)), "CLAIM_STATUS_CLOSED");
  // Another claim of the programme joins later.
  const auto claims = Json({"claim", "list", "--size", "1000"}).at("claims").as_array();
  std::string joiner;
  for (const auto& claim : claims) {
    const std::string id(claim.at("claim_id").as_string());
    const std::string head(proposal.at("head").as_string());
    const bool has_head =
        std::any_of(claim.at("heads").as_array().begin(), claim.at("heads").as_array().end(),
                    [&](const auto& h) { return h.at("code").as_string() == head; });
    const auto* groups = claim.as_object().if_contains("group_ids");
    if (has_head && (groups == nullptr || groups->as_array().empty())) joiner = id;
  }
  ASSERT_FALSE(joiner.empty());
  Must({"groups", "addendum", group, joiner});
  EXPECT_EQ(Json({"groups", "members", "--group", group, "--size", "1000"}).at("claim_ids").as_array().size(),
            listed.size() + 1);
}

TEST_F(MainJobTest, AReadOnlyFolderIsSaidClearlyAndLosesNothing) {
  LoadSample();
  const auto head = Json({"audit", "verify"});
  EXPECT_EQ(daemon_->Stop(), 0);
  // Root may write anywhere, so then another user starts the daemon: one who owns all but may write nothing.
  std::vector<std::string> command = {Program("klaimd"), "--docket", folder_.path()};
  if (geteuid() == 0) {
    command.insert(command.begin(), {"/usr/bin/env", "setpriv", "--reuid=65534", "--clear-groups"});
    ASSERT_EQ(RunProgram({"/usr/bin/env", "chown", "-R", "65534", folder_.path()}).exit_code, 0);
  }
  ASSERT_EQ(RunProgram({"/usr/bin/env", "chmod", "-R", "a-w", folder_.path("data")}).exit_code, 0);
  const Finished started = RunProgram(command);
  EXPECT_EQ(started.exit_code, 1);
  EXPECT_TRUE(absl::StrContains(started.out, "can't write in the folder")) << started.out;
  ASSERT_EQ(RunProgram({"/usr/bin/env", "chmod", "-R", "u+w", folder_.path("data")}).exit_code, 0);
  daemon_ = std::make_unique<Daemon>(folder_.path());
  ASSERT_TRUE(daemon_->started()) << daemon_->output();
  EXPECT_EQ(Json({"audit", "verify"}), head);
}

TEST_F(MainJobTest, AMissingOrReadableMasterKeyIsSaidClearly) {
  EXPECT_EQ(daemon_->Stop(), 0);
  std::filesystem::rename(folder_.path("master.key"), folder_.path("gone"));
  Finished started = RunProgram({Program("klaimd"), "--docket", folder_.path()});
  EXPECT_EQ(started.exit_code, 1);
  EXPECT_TRUE(absl::StrContains(started.out, "can't read the master key")) << started.out;
  std::filesystem::rename(folder_.path("gone"), folder_.path("master.key"));
  std::filesystem::permissions(folder_.path("master.key"), std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  started = RunProgram({Program("klaimd"), "--docket", folder_.path()});
  EXPECT_TRUE(absl::StrContains(started.out, "chmod 600")) << started.out;
  const Finished unserved = Klaim({"status"});
  EXPECT_EQ(unserved.exit_code, 1);
  EXPECT_TRUE(absl::StrContains(unserved.out, "no daemon serves here")) << unserved.out;
  EXPECT_NE(RunProgram({Program("klaim"), "init", "--docket", folder_.path(), "--name", "Again"}).exit_code,
            0);
}

}  // namespace
}  // namespace klaim::testing
