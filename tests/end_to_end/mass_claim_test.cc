// One programme from the first call to the last payment, with the real programs: claimants filed twice, a group, a
// settlement in three instalments of which one is late, a plan of allocation, files and reports of a bank, a payment that
// comes back, the books, and the audit at the end.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "testing/bounded_tests.h"
#include "testing/klaim_program.h"
#include "tools/installation/authority.h"

namespace klaim::testing {
namespace {

class MassClaimTest : public KlaimProgram {
 protected:
  // Valid against the official schema, where KLAIM_SCHEMAS says in which folder it lies.
  void ExpectValid(const std::string& file, const std::string& schema) {
    const char* folder = std::getenv("KLAIM_SCHEMAS");
    if (folder == nullptr) {
      std::fprintf(stderr,
                   "SKIPPED: %s is not checked against %s: set KLAIM_SCHEMAS to the folder of the schemas\n",
                   file.c_str(), schema.c_str());
      return;
    }
    const Finished linted = RunProgram(
        {"/usr/bin/env", "xmllint", "--noout", "--schema", absl::StrCat(folder, "/", schema), file});
    EXPECT_EQ(linted.exit_code, 0) << linted.out;
  }

  void LoadSample(const std::string& claims) {
    Must({"generate", "--claims", claims, "--seed", "5", "--duplicates", "15", "--out",
          folder_.path("sample")});
    Must({"programme", "open", folder_.path("sample/programmes.json")});
    Must({"respondent", "import", folder_.path("sample/respondents.csv"), "--links",
          folder_.path("sample/links.csv")});
    Must({"import", folder_.path("sample/claims-HK-FEES-2025.csv"), "--programme", "HK-FEES-2025"});
  }

  // Waits until the daemon compared everybody.
  boost::json::array Suspected(size_t at_least) {
    for (const absl::Time until = absl::Now() + absl::Seconds(60); absl::Now() < until;) {
      const auto listed = Json({"duplicates", "list", "--size", "1000"});
      const auto* pairs = listed.as_object().if_contains("pairs");
      if (pairs != nullptr && pairs->as_array().size() >= at_least) return pairs->as_array();
      absl::SleepFor(absl::Milliseconds(200));
    }
    ADD_FAILURE() << "fewer than " << at_least << " pairs were suspected";
    return {};
  }
};

// A statement of the trust account: money in for a settlement, payments out, one back.
std::string Statement(const std::string& id, const std::vector<std::string>& entries) {
  std::string text = absl::StrCat(
      R"(<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">)"
      R"(<BkToCstmrStmt><GrpHdr><MsgId>)",
      id, R"(</MsgId><CreDtTm>2027-02-01T08:00:00Z</CreDtTm></GrpHdr><Stmt><Id>)", id,
      R"(</Id><CreDtTm>2027-02-01T08:00:00Z</CreDtTm><Acct><Id><Othr><Id>00123456</Id></Othr></Id><Ccy>HKD</Ccy></Acct>)",
      R"(<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="HKD">0</Amt><CdtDbtInd>CRDT</CdtDbtInd>)",
      R"(<Dt><Dt>2027-02-01</Dt></Dt></Bal>)");
  for (const std::string& entry : entries) text += entry;
  return text + "</Stmt></BkToCstmrStmt></Document>";
}

std::string PaidClaim(const boost::json::array& payments) {
  return std::string(payments[1].at("payment").at("claim_id").as_string());
}

std::string Amount(int64_t minor) { return absl::StrFormat("%d.%02d", minor / 100, minor % 100); }

std::string Entry(const std::string& reference, int64_t minor, bool credit, const std::string& end_to_end,
                  const std::string& remittance, const std::string& return_reason = "") {
  std::string details = absl::StrCat(
      "<Refs>", end_to_end.empty() ? "" : absl::StrCat("<EndToEndId>", end_to_end, "</EndToEndId>"),
      "</Refs>");
  if (!remittance.empty()) absl::StrAppend(&details, "<RmtInf><Ustrd>", remittance, "</Ustrd></RmtInf>");
  if (!return_reason.empty())
    absl::StrAppend(&details, "<RtrInf><Rsn><Cd>", return_reason, "</Cd></Rsn></RtrInf>");
  return absl::StrCat(
      "<Ntry><Amt Ccy=\"HKD\">", Amount(minor), "</Amt><CdtDbtInd>", credit ? "CRDT" : "DBIT",
      "</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2027-02-01</Dt></BookgDt><AcctSvcrRef>", reference,
      "</AcctSvcrRef><BkTxCd/><NtryDtls><TxDtls>", details, "</TxDtls></NtryDtls></Ntry>");
}

TEST_F(MassClaimTest, FromTheFirstCallToTheLastPayment) {
  AllowMinutes(5, "the whole life of a mass claim, by hundreds of calls of the program");
  LoadSample("15000");  // of which this programme has 3,000

  // Duplicates: what the linkage suspects is nearly all true; a reviewer decides, and can undo.
  const boost::json::array pairs = Suspected(20);
  ASSERT_FALSE(pairs.empty());
  EXPECT_GE(pairs[0].at("suspected").at("fields").as_array().size(), 3u) << "each score is explained";
  const auto stake = [](const boost::json::value& pair) {
    const auto* at_stake = pair.as_object().if_contains("at_stake_minor");
    return at_stake == nullptr ? uint64_t{0} : Number(*at_stake);
  };
  for (size_t i = 1; i < pairs.size(); ++i) {
    EXPECT_GE(stake(pairs[i - 1]), stake(pairs[i])) << "most at stake first";
  }
  const std::string merged = Text(pairs[0].at("claimant_id"));
  const std::string stays = Text(pairs[0].at("suspected").at("other_id"));
  Must({"duplicates", "merge", merged, stays, "--reason", "The same card."});
  EXPECT_NE(Klaim({"duplicates", "merge", merged, stays, "--reason", "Again."}).exit_code, 0);
  Must({"duplicates", "undo", merged, "--reason", "Not yet sure."});
  Must({"duplicates", "merge", merged, stays, "--reason", "The same card after all."});
  Must({"duplicates", "refuse", Text(pairs[1].at("claimant_id")),
        Text(pairs[1].at("suspected").at("other_id")), "--reason", "Sisters."});
  const auto left = Suspected(pairs.size() - 2);
  for (const auto& pair : left) {
    EXPECT_FALSE(Text(pair.at("claimant_id")) == merged &&
                 Text(pair.at("suspected").at("other_id")) == stays);
  }

  // Two networks turn out to be one: their proposals become one, and remember.
  const auto apart = Json({"groups", "proposals", "--size", "1000"}).at("proposals").as_array();
  const auto& largest = apart[0].as_object();
  const auto other = std::find_if(apart.begin() + 1, apart.end(), [&](const auto& one) {
    return one.at("network_id") != largest.at("network_id") && one.at("head") == largest.at("head") &&
           one.at("origin") == largest.at("origin") && one.at("destination") == largest.at("destination");
  });
  ASSERT_NE(other, apart.end());
  Must({"network", "link", Text(other->at("network_id")), Text(largest.at("network_id")), "--kind",
        "same_director", "--evidence", "deed of 2019"});
  const auto merged_proposal = Json({"groups", "proposals", "--size", "1"}).at("proposals").at(0);
  EXPECT_EQ(Number(merged_proposal.at("claims")), Number(largest.at("claims")) + Number(other->at("claims")));
  const auto described = Json({"groups", "describe", Text(merged_proposal.at("proposal_id"))});
  EXPECT_FALSE(described.at("proposal").at("lineage").as_array().empty());
  EXPECT_FALSE(described.at("leads").as_array().empty());

  // A group; a deficiency round; eligibility, value and determination of all its members, as jobs.
  const auto proposal = Json({"groups", "proposals", "--size", "1"}).at("proposals").at(0);
  const std::string group(
      Text(Json({"groups", "certify", Text(proposal.at("proposal_id")), "--name", "First"}).at("group_id")));
  const auto members =
      Json({"groups", "members", "--group", group, "--size", "1000"}).at("claim_ids").as_array();
  const std::string first_member = Text(members.at(0));
  const auto job = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "bulk");
    words.insert(words.end(), {"--group", group});
    return Json(words).at("job").at("result");
  };
  const auto noticed = job({"notice", "--missing", "buku bank", "--answer-by", "31-12-2090"});
  const uint64_t done = Number(noticed.at("done"));
  EXPECT_GE(done + 1, members.size()) << "all but who was merged";
  const auto due = Json({"case", "deadlines", "--size", "1000"}).at("deadlines").as_array();
  EXPECT_EQ(due.size(), done) << "each notice is due";
  Must({"claim", "cure", first_member, "--answer", "Handed in."});
  EXPECT_EQ(Number(job({"review"}).at("done")), 1u) << "the others have still to answer";
  for (const auto& member : members) {
    if (Text(member) != first_member) (void)Klaim({"claim", "cure", Text(member), "--answer", "Handed in."});
  }
  EXPECT_EQ(Number(job({"review"}).at("done")), done - 1);
  const auto decided = job({"decide", "--except", first_member, "--decision", "eligible", "--reason-code",
                            "meets_criteria", "--reasons", "As the rules say."});
  EXPECT_EQ(Number(decided.at("done")), done - 1) << "one was taken out";
  Must({"bulk", "decide", "--claim", first_member, "--decision", "eligible", "--reason-code", "as_precedent",
        "--reasons", "As the others.", "--precedent", Text(members.at(1))});
  EXPECT_EQ(Number(job({"value"}).at("done")), done);
  const auto determined = job({"determine", "--reason-code", "as_valued", "--reasons", "As computed."});
  EXPECT_EQ(Number(determined.at("done")), done);
  const auto again = job({"determine", "--reason-code", "as_valued", "--reasons", "As computed."});
  EXPECT_EQ(Number(again.at("done")), 0u) << "what is determined stays";
  EXPECT_FALSE(again.at("problems").as_array().empty());

  // An appeal, decided anew.
  Must({"claim", "appeal", first_member, "--grounds", "A receipt was overlooked."});
  Must({"claim", "determine", first_member});

  // A sample of the group, drawn by the log's own lot, and what it says in money.
  const std::string sample = Text(Json({"sample", "announce", group, "--margin", "2000"}).at("sample_id"));
  Finished drawn;
  for (const absl::Time until = absl::Now() + absl::Seconds(30); absl::Now() < until;) {
    drawn = Klaim({"sample", "draw", sample});
    if (drawn.exit_code == 0) break;
    EXPECT_TRUE(absl::StrContains(drawn.out, "try again in a second")) << drawn.out;
    absl::SleepFor(absl::Milliseconds(100));
  }
  ASSERT_EQ(drawn.exit_code, 0) << drawn.out;
  const auto lots = Json({"sample", "show", sample}).at("drawn").at("claim_ids").as_array();
  EXPECT_GE(lots.size(), 2u);
  for (const auto& claim : lots) {
    Must(
        {"sample", "review", sample, Text(claim), "--found-minor", "1000000", "--finding", "Counted again."});
  }
  Must({"sample", "estimate", sample});
  EXPECT_NE(Number(Json({"sample", "show", sample}).at("estimated").at("determined_minor")), 0u);
  const std::string programme = Text(proposal.at("programme_id"));
  const std::string respondent = Text(proposal.at("network_id"));

  // A settlement in three instalments; the second is late, and bears interest.
  const std::string settlement = Text(Json({"settlement",      "record",
                                            "--programme",     programme,
                                            "--group",         group,
                                            "--respondent",    respondent,
                                            "--currency",      "HKD",
                                            "--instalment",    "31-01-2026=100.000",
                                            "--instalment",    "28-02-2026=50.000",
                                            "--instalment",    "31-12-2090=50.000",
                                            "--forum",         "Labour Tribunal",
                                            "--late-interest", "600"})
                                          .at("settlement_id"));
  const std::string account = Text(Json({"treasury", "trust-account", "--holder", "Union Trust", "--number",
                                         "00123456", "--bic", "HSBCHKHH", "--currency", "HKD"})
                                       .at("trust_account_id"));
  std::ofstream(folder_.path("in.xml")) << Statement(
      "STMT-1", {Entry("BANK-1", 10'000'000, true, "", absl::StrCat("Settlement S", settlement, " first")),
                 Entry("BANK-2", 777, true, "", "who knows")});
  ExpectValid(folder_.path("in.xml"), "camt.053.001.08.xsd");
  const auto reported =
      Json({"treasury", "report", account, folder_.path("in.xml")}).at("entries").as_array();
  ASSERT_EQ(reported.size(), 2u);
  EXPECT_EQ(reported[0].at("kind").as_string(), "REPORTED_ENTRY_KIND_RECEIPT");
  EXPECT_TRUE(absl::StrContains(Text(reported[1].at("problem")), "neither"));
  EXPECT_NE(Klaim({"treasury", "report", account, folder_.path("in.xml")}).exit_code, 0)
      << "a report is recorded once";
  const auto settled = Json({"settlement", "list"}).at("settlements").at(0);
  // It came late: interest first.
  const uint64_t received = Number(settled.at("received_minor").at(0));
  const uint64_t interest = Number(settled.at("late_interest_received_minor"));
  EXPECT_GT(interest, 0u);
  EXPECT_EQ(received + interest, 10'000'000u);
  EXPECT_EQ(Number(settled.at("overdue_minor")), 15'000'000u - received);

  // A plan, tried beside another, then proposed and approved by another person.
  std::ofstream(folder_.path("plan.json"))
      << R"({"name":"equal first payment, then pro rata","costs_basis_points":300,"costs_rule":"decision 4/2026","reserve_basis_points":500,"steps":[{"rule":"ALLOCATION_RULE_EQUAL","cap_minor":"100000"},{"rule":"ALLOCATION_RULE_PRO_RATA"}]})";
  std::ofstream(folder_.path("rata.json")) << R"({"steps":[{"rule":"ALLOCATION_RULE_PRO_RATA"}]})";
  const auto preview = Json({"settlement", "preview", settlement, "--plan", folder_.path("plan.json"),
                             "--other", folder_.path("rata.json"), "--most", "10000"});
  const auto& summary = preview.at("summary");
  const uint64_t costs = received * 300 / 10'000;
  EXPECT_EQ(Number(summary.at("costs_minor")), costs);
  EXPECT_EQ(Number(summary.at("reserve_minor")), (received - costs) * 500 / 10'000);
  EXPECT_EQ(Number(summary.at("interest_minor")), interest);
  uint64_t sum = 0;
  for (const auto& share : preview.at("shares").as_array()) {
    sum += Number(share.at("amount_minor"));
    EXPECT_TRUE(absl::StrContains(Text(share.at("explanation")), "as the equal payment"));
  }
  EXPECT_EQ(sum, Number(summary.at("amount_minor")) + interest) << "the parts are the whole";
  const std::string allocation = Text(
      Json({"settlement", "allocate", settlement, "--plan", folder_.path("plan.json")}).at("allocation_id"));
  EXPECT_NE(Klaim({"settlement", "approve", settlement, allocation}).exit_code, 0) << "four eyes";
  Must({"--as", "approver", "settlement", "approve", settlement, allocation});
  const auto shares = Json({"settlement", "shares", settlement, allocation, "--size", "1000"});
  EXPECT_EQ(shares.at("summary"), summary) << "what was tried is what was done";

  // What nobody claims goes to the case fund by two persons, as costs and surpluses do.
  const std::string unclaimed = Text(shares.at("shares").at(0).at("claim_id"));
  const std::string lapse = Text(Json({"settlement", "lapse", settlement, "--claim", unclaimed, "--rule",
                                       "case-fund", "--reason", "three letters"})
                                     .at("proposal_id"));
  EXPECT_NE(Klaim({"settlement", "approve-move", settlement, lapse}).exit_code, 0) << "four eyes";
  EXPECT_EQ(Json({"settlement", "moves", settlement}).at("open_moves").as_array().size(), 1u);
  Must({"--as", "approver", "settlement", "reject-move", settlement, lapse, "--reason", "she called"});
  const std::string fund = Text(
      Json({"treasury", "case-fund", "--name", "Koperasi", "--source", "AD pasal 41"}).at("case_fund_id"));
  const std::string surplus = Text(
      Json({"treasury", "accrue", fund, "--year", "2025", "--surplus-minor", "1000000"}).at("proposal_id"));
  EXPECT_NE(Klaim({"treasury", "approve", fund, surplus}).exit_code, 0) << "four eyes";
  Must({"--as", "approver", "treasury", "approve", fund, surplus});
  const std::string cost = Text(Json({"treasury", "cost", fund, "--amount-minor", "20000", "--purpose",
                                      "sworn translation; bus", "--paid-on", "05-02-2027"})
                                    .at("proposal_id"));
  Must({"--as", "approver", "treasury", "approve", fund, cost});
  EXPECT_EQ(Text(Json({"treasury", "funds"}).at("case_funds").at(0).at("social_minor")), "30000");

  // The bank's file: the same each time, valid, and never another one for the same batch.
  const std::string batch =
      Text(Json({"payment", "propose", settlement, "--most-payments", "10"}).at("payment_batch_id"));
  Must({"--as", "approver", "payment", "approve", batch});
  EXPECT_NE(Klaim({"payment", "file", batch, "--out", folder_.path("early.xml")}).exit_code, 0)
      << "no file before it is recorded as sent";
  // One payment is held, released by another person, and held again in a batch that is sent without it.
  Must({"payment", "hold", batch, "--payment", "3", "--reason", "disputed"});
  EXPECT_NE(Klaim({"payment", "release", batch, "--payment", "3", "--reason", "settled"}).exit_code, 0)
      << "four eyes";
  Must({"--as", "approver", "payment", "release", batch, "--payment", "3", "--reason", "settled"});
  const std::string without_one =
      Text(Json({"payment", "propose", settlement, "--most-payments", "2"}).at("payment_batch_id"));
  Must({"--as", "approver", "payment", "approve", without_one});
  Must({"payment", "hold", without_one, "--payment", "1", "--reason", "disputed"});
  Must({"payment", "send", without_one, "--trust-account", account});
  Must({"payment", "file", without_one, "--out", folder_.path("without.xml")});
  const std::string partial = *tools::ReadFile(folder_.path("without.xml"));
  EXPECT_FALSE(absl::StrContains(partial, absl::StrCat("K", without_one, "-1<"))) << "held";
  EXPECT_TRUE(absl::StrContains(partial, absl::StrCat("K", without_one, "-2<")));
  EXPECT_TRUE(absl::StrContains(partial, "<NbOfTxs>1</NbOfTxs>"));
  ExpectValid(folder_.path("without.xml"), "pain.001.001.09.xsd");
  Must({"payment", "send", batch, "--trust-account", account});
  EXPECT_NE(Klaim({"payment", "send", batch, "--trust-account", account}).exit_code, 0) << "sent once";
  Must({"payment", "file", batch, "--out", folder_.path("one.xml")});
  daemon_->Kill();
  daemon_ = std::make_unique<Daemon>(folder_.path());
  ASSERT_TRUE(daemon_->started()) << daemon_->output();
  Must({"payment", "file", batch, "--out", folder_.path("two.xml")});
  EXPECT_EQ(*tools::ReadFile(folder_.path("one.xml")), *tools::ReadFile(folder_.path("two.xml")));
  ExpectValid(folder_.path("one.xml"), "pain.001.001.09.xsd");
  EXPECT_NE(Klaim({"payment", "file", batch, "--out", folder_.path("two.xml")}).exit_code, 0)
      << "nothing is overwritten";

  // What the bank says of it: all paid but one, which comes back.
  const auto payments = Json({"payment", "show", batch}).at("payments").as_array();
  ASSERT_EQ(payments.size(), 10u);
  std::vector<std::string> entries;
  uint64_t paid = 0;
  for (size_t i = 0; i < payments.size(); ++i) {
    const auto amount = static_cast<int64_t>(Number(payments[i].at("payment").at("amount_minor")));
    entries.push_back(
        Entry(absl::StrCat("OUT-", i), amount, false, absl::StrCat("K", batch, "-", i + 1), ""));
    paid += static_cast<uint64_t>(amount);
  }
  std::ofstream(folder_.path("out.xml")) << Statement("STMT-2", entries);
  Must({"treasury", "report", account, folder_.path("out.xml")});
  const auto first_amount = static_cast<int64_t>(Number(payments[0].at("payment").at("amount_minor")));
  std::ofstream(folder_.path("back.xml")) << Statement(
      "STMT-3", {Entry("BACK-1", first_amount, true, absl::StrCat("K", batch, "-1"), "", "AC04")});
  Must({"treasury", "report", account, folder_.path("back.xml")});
  EXPECT_EQ(Json({"payment", "show", batch}).at("payments").at(0).at("status").as_string(),
            "PAYMENT_STATUS_RETURNED");
  paid -= static_cast<uint64_t>(first_amount);

  // The bank keeps something of a receipt, and takes a fee: the books say what the bank says.
  std::ofstream(folder_.path("fees.xml")) << Statement(
      "STMT-4",
      {absl::StrCat(
           "<Ntry><Amt Ccy=\"HKD\">985.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>",
           "<BookgDt><Dt>2027-02-05</Dt></BookgDt><AcctSvcrRef>CH-32</AcctSvcrRef><BkTxCd/><NtryDtls>",
           "<TxDtls><Amt Ccy=\"HKD\">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Chrgs><Rcrd><Amt ",
           "Ccy=\"HKD\">15.00</Amt></Rcrd></Chrgs><RmtInf><Ustrd>S", settlement,
           "</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"),
       "<Ntry><Amt "
       "Ccy=\"HKD\">25.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2027-02-05"
       "</Dt></BookgDt><AcctSvcrRef>FEE-1</AcctSvcrRef><BkTxCd><Prtry><Cd>NCHG</Cd></Prtry></BkTxCd></"
       "Ntry>"});
  ExpectValid(folder_.path("fees.xml"), "camt.053.001.08.xsd");
  EXPECT_NE(Klaim({"treasury", "report", account, folder_.path("fees.xml")}).exit_code, 0)
      << "nobody said who bears the fee";
  const auto charged =
      Json({"treasury", "report", account, folder_.path("fees.xml"), "--charges-programme", programme})
          .at("entries")
          .as_array();
  ASSERT_EQ(charged.size(), 3u);
  EXPECT_EQ(charged[1].at("ledger_account").as_string(), "expenses:bank charges");

  // The books: hledger accepts them, and trust money is what was received less what was paid.
  Must({"ledger", "export", "--out", folder_.path("klaim.journal")});
  for (const char* check : {"--strict", "ordereddates"}) {
    const Finished checked =
        RunProgram({"/usr/bin/env", "hledger", "-f", folder_.path("klaim.journal"), "check", check});
    EXPECT_EQ(checked.exit_code, 0) << checked.out;
  }
  const auto accounts = Json({"ledger", "accounts"});
  for (const auto& held : accounts.at("accounts").as_array()) {
    if (held.at("account").as_string() != "assets:trust:bank") continue;
    EXPECT_EQ(Number(held.at("balance_minor")), 10'000'000 + 100'000 - 1'500 - 2'500 - paid);
  }
  for (const char* format : {"csv", "xlsx"}) {
    Must({"ledger", "export", "--format", format, "--out", folder_.path(absl::StrCat("ledger.", format))});
  }
  EXPECT_EQ(tools::ReadFile(folder_.path("ledger.xlsx"))->substr(0, 2), "PK");

  // Where the money stopped: the foreign agent says that it paid, the home agency that nothing arrived.
  const auto one_claim = Json({"claim", "show", PaidClaim(payments)}).at("claim").at("filed");
  const std::string of_case = Text(one_claim.at("case_id"));
  const std::string home = Text(one_claim.at("respondent_ids").at(0));
  const std::string abroad = Text(one_claim.at("respondent_ids").at(1));
  for (const auto& [stance, by] : {std::pair("paid", abroad), std::pair("not-received", home)}) {
    Must({"case", "transfer", of_case, "--from", abroad, "--to", home, "--said-by", by, "--stance", stance,
          "--amount", "5.400", "--currency", "HKD"});
  }
  EXPECT_NE(Klaim({"case", "transfer", of_case, "--from", abroad, "--stance", "paid", "--amount", "1",
                   "--currency", "HKD", "--proven"})
                .exit_code,
            0)
      << "a proof needs its document";
  const auto chain = Json({"case", "transfers", of_case}).at("links").at(0);
  EXPECT_TRUE(chain.at("contradicted").as_bool());
  EXPECT_EQ(Number(chain.at("asserted_minor")), 540'000u);
  EXPECT_EQ(Number(chain.at("denied_minor")), 540'000u);
  EXPECT_EQ(Number(chain.at("proven_minor")), 0u);
  EXPECT_EQ(Number(Json({"case", "transfers-of", home}).at("cases")), 1u);

  // On paper, for the claimant and for the court, in both languages.
  const std::string paid_claim = PaidClaim(payments);
  Must({"statement", "claim", paid_claim, "--out", folder_.path("claim.pdf")});
  Must({"statement", "settlement", settlement, "--english", "--out", folder_.path("court.pdf")});
  const auto words_of = [&](const std::string& file) {
    return RunProgram({"/usr/bin/env", "pdftotext", "-layout", folder_.path(file), "-"}).out;
  };
  EXPECT_TRUE(absl::StrContains(words_of("claim.pdf"), "Klaim nomor " + paid_claim)) << words_of("claim.pdf");
  EXPECT_TRUE(absl::StrContains(words_of("claim.pdf"), "dibayar"));
  EXPECT_TRUE(absl::StrContains(words_of("court.pdf"), "HKD 100.000,00")) << words_of("court.pdf");

  // The audit.
  const auto audit = Json({"audit", "verify"});
  EXPECT_GT(Number(audit.at("size")), 2'000u);
}

TEST_F(MassClaimTest, ALossThatIsClaimedTwiceIsPaidOnce) {
  LoadSample("600");
  const auto pairs = Suspected(3);
  // Two claims of one person for one loss: after the merger one of them is pursued.
  Must({"duplicates", "merge", Text(pairs[0].at("claimant_id")),
        Text(pairs[0].at("suspected").at("other_id")), "--reason", "The same card."});
  const auto claims = Json({"claim", "list", "--size", "1000"}).at("claims").as_array();
  size_t merged = 0;
  for (const auto& claim : claims) merged += claim.at("status").as_string() == "CLAIM_STATUS_MERGED";
  const auto doubles = Json({"double-claims", "list"});
  // Either their losses were one, or they are of different heads or agencies and both go on.
  EXPECT_TRUE(merged == 1 || doubles.at("claims").as_array().empty());
  // Strangers are merged by who says that nobody suspects them, not by a mistyped number.
  const std::string mistyped = Text(pairs[0].at("claimant_id"));
  const auto stranger = std::find_if(pairs.begin() + 1, pairs.end(), [&](const auto& pair) {
    return std::none_of(pairs.begin(), pairs.end(), [&](const auto& each) {
      const std::set<std::string> both = {Text(each.at("claimant_id")),
                                          Text(each.at("suspected").at("other_id"))};
      return both.contains(Text(pair.at("claimant_id"))) && both.contains(mistyped);
    });
  });
  ASSERT_NE(stranger, pairs.end());
  Must({"duplicates", "undo", mistyped, "--reason", "Once more."});
  const std::string into = Text(stranger->at("claimant_id"));
  const Finished asked =
      Klaim({"--purpose", "duplicates", "duplicates", "merge", mistyped, into, "--reason", "The same card."});
  EXPECT_EQ(asked.exit_code, 1) << asked.out;
  EXPECT_TRUE(absl::StrContains(asked.out, "nobody suspects")) << asked.out;
  EXPECT_TRUE(absl::StrContains(asked.out, "differs")) << "both are shown: " << asked.out;
  EXPECT_TRUE(absl::StrContains(asked.out, "--although-not-suspected")) << asked.out;
  Must({"duplicates", "merge", mistyped, into, "--reason", "Compared.", "--although-not-suspected"});
  Must({"duplicates", "undo", mistyped, "--reason", "Two persons."});
  // Family is never merged.
  const std::string one = Text(pairs[1].at("claimant_id"));
  const std::string other = Text(pairs[1].at("suspected").at("other_id"));
  Must({"family", "link", one, other, "--relation", "spouse", "--evidence", "buku nikah"});
  EXPECT_NE(Klaim({"duplicates", "merge", one, other, "--reason", "No."}).exit_code, 0);
}

}  // namespace
}  // namespace klaim::testing
