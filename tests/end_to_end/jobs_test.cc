// Long work, with the real programs: it goes on without who asked for it and after kill -9, ends early when asked to, and has one
// result however often it is asked for.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "testing/bounded_tests.h"
#include "testing/klaim_program.h"
#include "tools/installation/authority.h"

namespace klaim::testing {
namespace {

class JobsTest : public KlaimProgram {
 protected:
  // A programme of three thousand claims, and its sheet.
  void Sample() {
    AllowMinutes(5, "jobs go through thousands of lines, some while the daemon is killed and started again");
    Must({"generate", "--claims", "12000", "--seed", "11", "--out", folder_.path("sample")});
    Must({"programme", "open", folder_.path("sample/programmes.json")});
    Must({"respondent", "import", folder_.path("sample/respondents.csv"), "--links",
          folder_.path("sample/links.csv")});
    sheet_ = folder_.path("sample/claims-HK-FEES-2025.csv");
    const boost::json::array programmes = Json({"programme", "list"}).at("programmes").as_array();
    for (const auto& row : programmes) {
      if (Text(row.at("opened").at("code")) == "HK-FEES-2025") programme_ = Text(row.at("programme_id"));
    }
  }
  std::vector<std::string> Import(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"import", sheet_, "--programme", "HK-FEES-2025"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  void KillAndStart() {
    daemon_->Kill();
    daemon_.reset();
    daemon_ = std::make_unique<Daemon>(folder_.path());
    ASSERT_TRUE(daemon_->started()) << daemon_->output();
  }
  // Begins a job, and doesn't wait.
  std::string Detached(std::vector<std::string> words) {
    words.push_back("--detach");
    return Text(Json(words).at("job_id"));
  }
  // The latest job.
  boost::json::value Latest() { return Json({"job", "list"}).at("jobs").at(0); }
  boost::json::value Ended(const std::string& job) { return Json({"job", "show", job}).at("job"); }
  static uint64_t Count(const boost::json::value& job, const std::string& what) {
    for (const auto& count : job.at("result").at("counts").as_array()) {
      if (Text(count.at("what")) == what) return Number(count.at("count"));
    }
    return 0;
  }

  std::string sheet_;
  std::string programme_;
};

TEST_F(JobsTest, AnImportNeedsNobodyAndSurvivesKills) {
  Sample();
  EXPECT_TRUE(absl::StrContains(Klaim(Import({"--detach"})).out, "files them"));
  const std::string job = Text(Latest().at("job_id"));
  // Killed wherever it is, several times; the job goes on by itself.
  for (int i = 0; i < 3; ++i) KillAndStart();
  const auto ended = Ended(job);
  const auto lines = static_cast<uint64_t>(ended.at("import").at("lines").as_int64());
  EXPECT_GT(lines, 2'000u);
  EXPECT_EQ(Number(ended.at("result").at("done")), lines);
  EXPECT_EQ(Count(ended, "filed"), lines) << "what a kill cut off is no claim that was there before";
  // Asked again, it is the same import: nothing is filed twice, and nothing more is recorded.
  const auto again = Json(Import());
  EXPECT_EQ(Text(again.at("job_id")), job);
  EXPECT_EQ(static_cast<uint64_t>(again.at("filed_before").as_int64()), lines);
  EXPECT_EQ(again.at("filed").as_int64(), 0);
  EXPECT_EQ(Text(Latest().at("job_id")), job);
  EXPECT_EQ(Json({"claim", "list", "--size", "1"}).at("claims").as_array().size(), 1u);
  // The names that were staged are gone; what became of the lines is told without them.
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path("data/imports"))) {
    EXPECT_NE(entry.path().extension(), ".lines") << entry.path();
  }
  EXPECT_EQ(Klaim({"audit", "verify"}).exit_code, 0);
}

TEST_F(JobsTest, AnImportIsEndedEarlyAndGoneOnWithLater) {
  Sample();
  Must(Import({"--detach"}));
  const std::string job = Text(Latest().at("job_id"));
  const Finished cancelled = Klaim(Import({"--cancel", "The wrong sheet."}));
  const auto ended = Ended(job);
  // It may have been quicker than we were, wholly or by its last lines.
  if (cancelled.exit_code == 0) {
    EXPECT_NE(ended.at("result").at("cancelled").as_bool(),
              Number(ended.at("result").at("done")) == Number(ended.at("total")));
  } else {
    // Over before it was looked for, or between that and the end that was asked for.
    EXPECT_TRUE(absl::StrContains(cancelled.out, "no import of this file goes on") ||
                absl::StrContains(cancelled.out, "is over already"))
        << cancelled.out;
  }
  EXPECT_NE(Klaim(Import({"--cancel", "Again."})).exit_code, 0);
  const auto rest = Json(Import());
  EXPECT_EQ(rest.at("waiting").as_int64(), 0);
  EXPECT_EQ(static_cast<uint64_t>(rest.at("filed_before").as_int64()), Number(ended.at("result").at("done")));
  EXPECT_EQ(rest.at("filed").as_int64() + rest.at("filed_before").as_int64(), rest.at("lines").as_int64());
}

TEST_F(JobsTest, APartnersImportIsItsOwn) {
  Sample();
  const auto open = [&](const std::string& name, const std::string& person) {
    const std::string organisation =
        Text(Json({"organisation", "register", "--name", name, "--country", "ID"}).at("organisation_id"));
    const std::string account =
        Text(Json({"account", "open", "--organisation", organisation, "--name", person, "--role", "partner"})
                 .at("account_id"));
    Must({"--as", "administrator", "account", "confirm", account});
    Must({"organisation", "certificate", "issue", "--docket", folder_.path(), "--organisation", organisation,
          "--name", person});
  };
  open("Partner A", "ani");
  open("Partner B", "budi");
  const auto as = [&](const std::string& person, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"--as", person};
    const auto import = Import(more);
    words.insert(words.end(), import.begin(), import.end());
    return words;
  };
  Must(as("ani", {"--detach"}));
  EXPECT_NE(Klaim(as("budi", {"--cancel", "Not mine."})).exit_code, 0) << "another's import isn't seen";
  const auto own = Json(as("ani"));
  EXPECT_EQ(own.at("waiting").as_int64(), 0);
  EXPECT_NE(Klaim({"--as", "ani", "job", "list"}).exit_code, 0) << "jobs of all are for the national body";
  EXPECT_EQ(Text(Latest().at("actor")).rfind("ani@", 0), 0u);
  // What was filed is in Ani's name, and Budi doesn't see it.
  EXPECT_FALSE(Json({"--as", "ani", "claim", "list", "--size", "1"}).at("claims").as_array().empty());
  EXPECT_TRUE(Json({"--as", "budi", "claim", "list", "--size", "1"}).at("claims").as_array().empty());
}

TEST_F(JobsTest, ALineThatIsRefusedWaitsAndIsAskedAgain) {
  Sample();
  std::string text = *tools::ReadFile(sheet_);
  // Two lines of one reference differ: the second is refused by the sheet's reader already, so the daemon's own
  // refusal is provoked by a programme that closes.
  const size_t header = text.find('\n') + 1;
  std::ofstream(sheet_) << text.substr(0, text.find('\n', text.find('\n', header) + 1) + 1);
  Must({"programme", "close", programme_, "--reason", "Done."});
  const auto refused = Json(Import());
  EXPECT_EQ(refused.at("waiting").as_int64(), 2);
  EXPECT_EQ(refused.at("filed").as_int64(), 0);
  const auto again = Json(Import());
  EXPECT_EQ(again.at("waiting").as_int64(), 2);
  EXPECT_NE(Text(again.at("job_id")), Text(refused.at("job_id"))) << "what was refused is asked once more";
  EXPECT_TRUE(absl::StrContains(*tools::ReadFile(sheet_ + ".report.csv"), "waits"));
}

TEST_F(JobsTest, MatchingAndLinkingGoOnAfterKillsAndEndEarly) {
  Sample();
  Must(Import());
  std::ofstream(folder_.path("list.csv")) << "name,from,until\nSiti Aminah,01-01-2020,01-01-2022\n";
  Must({"register", "import", folder_.path("list.csv"), "--code", "L", "--kind", "deployment", "--source",
        "letter", "--as-of", "31-12-2022"});
  const std::string list = Text(Json({"register", "list"}).at("registers").at(0).at("reference_register_id"));
  const std::string match = Detached({"register", "match", list, "--programme", programme_});
  KillAndStart();
  KillAndStart();
  const auto matched = Ended(match);
  EXPECT_GT(Number(matched.at("total")), 2'000u);
  EXPECT_EQ(Number(matched.at("result").at("done")), Number(matched.at("total")));
  EXPECT_EQ(Number(Json({"register", "list"}).at("registers").at(0).at("no_record")) +
                Number(Json({"register", "list"}).at("registers").at(0).at("confirmed")) +
                Number(Json({"register", "list"}).at("registers").at(0).at("contradicted")),
            Number(matched.at("total")))
      << "each claim once";
  const std::string link = Detached({"job", "link"});
  KillAndStart();
  EXPECT_FALSE(Ended(link).at("result").at("cancelled").as_bool());
  // Behind two others a job waits, and is over as soon as its turn comes when it was cancelled.
  const std::string first = Detached({"job", "link"});
  const std::string second = Detached({"register", "match", list, "--programme", programme_});
  const std::string third = Detached({"job", "link"});
  for (const std::string& job : {second, third}) {
    const Finished cancelled = Klaim({"job", "cancel", job, "--reason", "Not needed."});
    const auto ended = Ended(job);
    EXPECT_EQ(ended.at("result").at("cancelled").as_bool(), cancelled.exit_code == 0) << cancelled.out;
    EXPECT_NE(Klaim({"job", "cancel", job, "--reason", "Again."}).exit_code, 0) << "it is over";
  }
  EXPECT_FALSE(Ended(first).at("result").at("cancelled").as_bool());
}

TEST_F(JobsTest, AnAllocationIsProposedOnceThroughKillsOrNotAtAll) {
  Sample();
  Must(Import());
  const std::string proposal = Text(Json({"groups", "proposals"}).at("proposals").at(0).at("proposal_id"));
  const std::string group = Text(Json({"groups", "certify", proposal, "--name", "G"}).at("group_id"));
  Must({"claim", "determine", "--group", group});
  const std::string settlement =
      Text(Json({"settlement", "record", "--programme", programme_, "--group", group, "--respondent",
                 Text(Json({"respondent", "list"}).at("respondents").at(0).at("respondent_id")), "--currency",
                 "HKD", "--instalment", "31-01-2026=3.000", "--forum", "Mediation"})
               .at("settlement_id"));
  Must({"settlement", "receive", settlement, "--instalment", "1", "--amount", "3.000", "--booked-on",
        "01-02-2026", "--bank-reference", "B1"});
  // Behind another a job waits; cancelled, it proposes nothing when its turn comes.
  const std::string first = Detached({"job", "link"});
  const std::string unwanted = Detached({"job", "allocate", settlement});
  const bool cancelled = Klaim({"job", "cancel", unwanted, "--reason", "Another plan."}).exit_code == 0;
  EXPECT_EQ(Ended(unwanted).at("result").at("cancelled").as_bool(), cancelled);
  EXPECT_FALSE(Ended(first).at("result").at("cancelled").as_bool());
  if (!cancelled) return;  // it was quicker than we were: it can't be asked for again
  // Killed wherever it is, again and again: one proposal.
  const std::string job = Detached({"job", "allocate", settlement});
  for (int i = 0; i < 4; ++i) KillAndStart();
  const auto ended = Ended(job);
  EXPECT_EQ(Number(ended.at("result").at("done")), 1u);
  const std::string allocation = Text(ended.at("result").at("outcome_id"));
  EXPECT_TRUE(absl::StrContains(
      Text(Json({"job", "allocate", settlement}).at("job").at("result").at("problems").at(0).at("problem")),
      "waits for approval"))
      << "one at a time";
  Must({"--as", "approver", "settlement", "approve", settlement, allocation});
  EXPECT_EQ(Number(Json({"settlement", "shares", settlement, allocation}).at("summary").at("amount_minor")),
            300'000u);
}

TEST_F(JobsTest, ExportsAreMadeByTheDaemonAndFetchedAgain) {
  Must({"ledger", "export", "--out", folder_.path("a.journal")});
  Must({"ledger", "export", "--out", folder_.path("b.journal")});
  EXPECT_EQ(*tools::ReadFile(folder_.path("a.journal")), *tools::ReadFile(folder_.path("b.journal")));
  Must({"audit", "export", folder_.path("log")});
  const auto job = Latest();
  EXPECT_TRUE(job.at("ended").as_bool());
  EXPECT_TRUE(job.as_object().contains("log_export"));
  KillAndStart();
  Must({"audit", "export", folder_.path("again"), "--job", Text(job.at("job_id"))});
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path("log"))) {
    if (!entry.is_regular_file()) continue;
    const std::string file = std::filesystem::relative(entry.path(), folder_.path("log"));
    EXPECT_EQ(*tools::ReadFile(entry.path()), *tools::ReadFile(folder_.path("again/" + file))) << file;
  }
  EXPECT_EQ(
      Klaim({"audit", "verify", "--folder", folder_.path("again"), "--vkey", folder_.path("again/vkey")})
          .exit_code,
      0);
  EXPECT_NE(Klaim({"audit", "export", folder_.path("none"), "--job", "1"}).exit_code, 0) << "no export";
  // One of the ledger can't be read by who asks for the log.
  const auto ledger = Json({"job", "list"}).at("jobs").at(1);
  EXPECT_TRUE(ledger.as_object().contains("ledger_export"));
  EXPECT_NE(Klaim({"audit", "export", folder_.path("none"), "--job", Text(ledger.at("job_id"))}).exit_code,
            0);
  // Killed right after it was begun, it is made all the same.
  Must({"audit", "export", folder_.path("cut"), "--detach"});
  const std::string cut = Text(Latest().at("job_id"));
  KillAndStart();
  Must({"audit", "export", folder_.path("cut"), "--job", cut});
  EXPECT_EQ(Klaim({"audit", "verify", "--folder", folder_.path("cut"), "--vkey", folder_.path("again/vkey")})
                .exit_code,
            0);
}

}  // namespace
}  // namespace klaim::testing
