// What banks report, read or refused; and the files that they take.

#include "services/money/bank_report.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/rules.h"
#include "services/jobs/ledger_export.h"
#include "services/money/payment_file.h"
#include "testing/processes.h"
#include "testing/temporary_folder.h"
#include "tools/installation/authority.h"

namespace klaim::services {
namespace {

using domain::PlainAmount;

const ReportedAccount kAccount = {"00123456", "HKD", {}};

absl::StatusOr<v1::BankReportRecorded> Read(const std::string& document) {
  return ReadBankReport(document, kAccount);
}

std::string StatusReport(const std::string& transactions) {
  return absl::StrCat(
      R"(<?xml version="1.0"?><x:Document xmlns:x="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><x:CstmrPmtStsRpt>)"
      R"(<x:GrpHdr><x:MsgId>R-1</x:MsgId><x:CreDtTm>2027-02-03T10:00:00</x:CreDtTm></x:GrpHdr><x:OrgnlPmtInfAndSts>)",
      transactions, "</x:OrgnlPmtInfAndSts></x:CstmrPmtStsRpt></x:Document>");
}

TEST(BankReport, APaymentStatusReportIsReadWhateverItsPrefixes) {
  const auto report = Read(StatusReport(
      "<x:TxInfAndSts><x:OrgnlEndToEndId>K4711-2</x:OrgnlEndToEndId><x:TxSts>RJCT</"
      "x:TxSts><x:StsRsnInf><x:Rsn>"
      "<x:Cd>AC04</x:Cd></x:Rsn></x:StsRsnInf></x:TxInfAndSts>"
      "<x:TxInfAndSts><x:OrgnlEndToEndId>K4711-1</x:OrgnlEndToEndId><x:TxSts>ACSC</x:TxSts></x:TxInfAndSts>"
      "<x:TxInfAndSts><x:OrgnlEndToEndId>K4711-3</x:OrgnlEndToEndId><x:TxSts>ACSP</x:TxSts></"
      "x:TxInfAndSts>"));
  ASSERT_TRUE(report.ok()) << report.status();
  ASSERT_EQ(report->entries_size(), 3);
  EXPECT_TRUE(absl::StrContains(report->entries(2).problem(), "under way (ACSP)"))
      << "told, and books nothing";
  const auto& back = report->entries(0);
  EXPECT_EQ(back.kind(), v1::REPORTED_ENTRY_KIND_RETURN);
  EXPECT_EQ(back.payment_batch_id(), 4711u);
  EXPECT_EQ(back.payment_number(), 2u);
  EXPECT_EQ(back.reason_code(), "AC04");
  EXPECT_EQ(report->entries(1).kind(), v1::REPORTED_ENTRY_KIND_PAYMENT);
  EXPECT_EQ(report->report_id(), "R-1");
}

std::string OneEntry(const std::string& amount) {
  return absl::StrCat(
      "<Document><BkToCstmrStmt><Stmt><Id>1</Id><Ntry>", amount,
      "<CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2027-02-03</Dt></BookgDt>"
      "</Ntry></Stmt></BkToCstmrStmt></Document>");
}

// What is read and names nothing is for a person to look at; where nothing can be read, nothing is recorded.
TEST(BankReport, WhatIsNoneIsRefusedWithWhatIsWrong) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "4 MiB"},
      {"account;amount\n", "is no XML"},
      {"<html/>", "neither a statement"},
      {"<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><Document>&b;</Document>",
       "neither a statement"},
      {"<Document><BkToCstmrStmt></BkToCstmrStmt></Document>", "holds no statement"},
      {OneEntry("<Amt Ccy=\"HKD\">1.234</Amt>"), "an amount with more decimals than HKD has"},
      {OneEntry("<Amt Ccy=\"XXX\">1</Amt>"), "1 entry, and none can be read"},
      {OneEntry("<Amt Ccy=\"IDR\">2000</Amt>"), "IDR"},
      {OneEntry("<Amt Ccy=\"HKD\">1.00</Amt>"), ""},
  };
  for (const auto& [document, what] : cases) {
    const auto report = Read(document);
    EXPECT_EQ(report.ok(), what.empty()) << document;
    if (!what.empty()) {
      EXPECT_TRUE(absl::StrContains(report.status().message(), what)) << report.status();
    }
  }
}

TEST(BankReport, WhatAnEntrySaysItselfIsFoundBehindItsTransactionsToo) {
  const auto statement = [](const std::string& more) {
    return absl::StrCat(
        "<Document><BkToCstmrStmt><Stmt><Id>1</Id><Ntry><Amt Ccy=\"HKD\">3.00</Amt><NtryDtls>"
        "<TxDtls><Amt Ccy=\"HKD\">1.00</Amt></TxDtls><TxDtls><Amt Ccy=\"HKD\">2.00</Amt></TxDtls></NtryDtls>",
        more,
        "<AcctSvcrRef>REF1</AcctSvcrRef><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
        "<BookgDt><Dt>2027-02-03</Dt></BookgDt></Ntry></Stmt></BkToCstmrStmt></Document>");
  };
  const auto report = Read(statement(""));
  ASSERT_TRUE(report.ok()) << report.status();
  ASSERT_EQ(report->entries_size(), 2);
  EXPECT_TRUE(report->entries(1).credit());
  EXPECT_EQ(report->entries(1).amount_minor(), 200);
  EXPECT_EQ(report->entries(1).bank_reference(), "REF1/2");
  std::string many;
  for (int i = 0; i < 300; ++i) many += "<X/>";
  EXPECT_TRUE(absl::StrContains(Read(statement(many)).status().message(), "more than 200 elements"));
  EXPECT_FALSE(
      Read(absl::StrCat("<Document><BkToCstmrStmt><Stmt><Ntry><Amt Ccy=\"HKD\">", std::string(100'000, '.'),
                        "</Amt><Sts><Cd>BOOK</Cd></Sts></Ntry></Stmt></BkToCstmrStmt></Document>"))
          .ok());
}

// An entry of a statement: what was booked, its only transaction, what is told of charges, and the code of it all.
std::string StatementOf(const std::string& booked, const std::string& direction, const std::string& details,
                        const std::string& code = "") {
  return absl::StrCat("<Document><BkToCstmrStmt><Stmt><Id>ST-32</Id><Ntry><Amt Ccy=\"HKD\">", booked,
                      "</Amt><CdtDbtInd>", direction,
                      "</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2027-02-05</Dt></BookgDt>",
                      "<AcctSvcrRef>CH-32</AcctSvcrRef><BkTxCd>", code, "</BkTxCd><NtryDtls><TxDtls>",
                      details, "</TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>");
}

TEST(BankReport, ChargesAreTheDifferenceOfWhatWasBookedToItsTransactions) {
  constexpr char kOwn[] = "<Amt Ccy=\"HKD\">1000.00</Amt>";
  constexpr char kTaken[] = "<Chrgs><Rcrd><Amt Ccy=\"HKD\">15.00</Amt></Rcrd></Chrgs>";
  constexpr char kIncluded[] =
      "<Chrgs><Rcrd><Amt Ccy=\"HKD\">15.00</Amt><ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>";
  constexpr char kReceipt[] = "<RmtInf><Ustrd>S2202</Ustrd></RmtInf>";
  constexpr char kPayment[] = "<Refs><EndToEndId>K2215-1</EndToEndId></Refs>";
  struct Case {
    std::string document;
    v1::ReportedEntryKind kind;
    int64_t amount_minor;
    int64_t charge_minor;  // 0 for no row of its own
  };
  const Case cases[] = {
      {StatementOf("985.00", "CRDT", absl::StrCat(kOwn, kTaken, kReceipt)), v1::REPORTED_ENTRY_KIND_RECEIPT,
       100'000, 1'500},
      {StatementOf("1015.00", "DBIT", absl::StrCat(kPayment, kOwn, kTaken)), v1::REPORTED_ENTRY_KIND_PAYMENT,
       100'000, 1'500},
      {StatementOf("985.00", "CRDT", absl::StrCat(kPayment, kOwn, kTaken)), v1::REPORTED_ENTRY_KIND_RETURN,
       100'000, 1'500},
      // Told, and booked by themselves.
      {StatementOf("1000.00", "CRDT", absl::StrCat(kOwn, kTaken, kReceipt)), v1::REPORTED_ENTRY_KIND_RECEIPT,
       100'000, 0},
      // The transaction doesn't tell its own amount, the bank says that the charges are in what was booked.
      {StatementOf("1015.00", "DBIT", absl::StrCat(kPayment, kIncluded)), v1::REPORTED_ENTRY_KIND_PAYMENT,
       100'000, 1'500},
      // For a person to look at.
      {StatementOf("990.00", "CRDT", absl::StrCat(kOwn, kTaken, kReceipt)),
       v1::REPORTED_ENTRY_KIND_UNSPECIFIED, 100'000, 0},
      // Charges by themselves.
      {StatementOf("25.00", "DBIT", "",
                   "<Domn><Cd>PMNT</Cd><Fmly><Cd>MDOP</Cd><SubFmlyCd>CHRG</SubFmlyCd></Fmly></Domn>"),
       v1::REPORTED_ENTRY_KIND_CHARGE, 2'500, 0},
      {StatementOf("25.00", "DBIT", "", "<Prtry><Cd>NCHG</Cd></Prtry>"), v1::REPORTED_ENTRY_KIND_CHARGE,
       2'500, 0},
  };
  for (const Case& test : cases) {
    SCOPED_TRACE(test.document);
    const auto report = Read(test.document);
    ASSERT_TRUE(report.ok()) << report.status();
    ASSERT_EQ(report->entries_size(), test.charge_minor == 0 ? 1 : 2);
    EXPECT_EQ(report->entries(0).kind(), test.kind);
    EXPECT_EQ(report->entries(0).amount_minor(), test.amount_minor);
    EXPECT_EQ(report->entries(0).problem().empty(), test.kind != v1::REPORTED_ENTRY_KIND_UNSPECIFIED);
    if (test.charge_minor == 0) continue;
    const v1::ReportedEntry& charge = report->entries(1);
    EXPECT_EQ(charge.kind(), v1::REPORTED_ENTRY_KIND_CHARGE);
    EXPECT_EQ(charge.amount_minor(), test.charge_minor);
    EXPECT_FALSE(charge.credit());
    EXPECT_EQ(charge.bank_reference(), "CH-32/charges");
    EXPECT_EQ(charge.settlement_id(), report->entries(0).settlement_id());
    EXPECT_EQ(charge.payment_batch_id(), report->entries(0).payment_batch_id());
  }
}

TEST(PaymentFile, AmountsAndNamesAreWrittenAsBanksReadThem) {
  EXPECT_EQ(PlainAmount(125'000'050, 2), "1250000.50");
  EXPECT_EQ(PlainAmount(5, 2), "0.05");
  EXPECT_EQ(PlainAmount(1'250, 0), "1250");
  uint64_t batch = 0;
  uint32_t number = 0;
  EXPECT_TRUE(ParseEndToEndId(EndToEndId(4711, 12), batch, number));
  EXPECT_EQ(batch, 4711u);
  EXPECT_EQ(number, 12u);
  for (const char* other : {"", "K", "K1", "K1-", "4711-12", "NOTPROVIDED", "K1-2-3"}) {
    EXPECT_FALSE(ParseEndToEndId(other, batch, number)) << other;
  }
}

// An entry in a line: "receipt 250.00 of S2202", "back 1111.11 of K2215-3", "look at 780.00: has ...".
std::string InALine(const v1::ReportedEntry& entry) {
  std::string line = PlainAmount(entry.amount_minor(), 2);
  if (entry.payment_batch_id() != 0) absl::StrAppend(&line, " of K", entry.payment_batch_id());
  if (entry.payment_number() != 0) absl::StrAppend(&line, "-", entry.payment_number());
  if (entry.settlement_id() != 0) absl::StrAppend(&line, " of S", entry.settlement_id());
  if (!entry.problem().empty()) return absl::StrCat("look at ", line, ": ", entry.problem());
  switch (entry.kind()) {
    case v1::REPORTED_ENTRY_KIND_RECEIPT:
      return absl::StrCat(entry.reversal() ? "taken back " : "receipt ", line);
    case v1::REPORTED_ENTRY_KIND_PAYMENT:
      return "paid " + line;
    case v1::REPORTED_ENTRY_KIND_RETURN:
      return "back " + line;
    case v1::REPORTED_ENTRY_KIND_CHARGE:
      return "charge " + line;
    default:
      return "? " + line;
  }
}

// Whatever a bank's document says books to the last unit what it says, or is for a person to look at, with why.
TEST(BankReport, BooksWhatItSaysToTheLastUnitOrNothing) {
  const std::pair<std::string, std::vector<std::string>> cases[] = {
      {"v02.xml", {"receipt 250.00 of S2202"}},
      {"batch-nodetails.xml", {"paid 999.00 of K2215"}},
      {"same-ref.xml",
       {"look at 15.00: names neither a settlement nor a payment", "receipt 300.00 of S2202"}},
      {"no-ref.xml", {"receipt 310.00 of S2202"}},
      {"page1.xml", {"receipt 320.00 of S2202"}},
      {"page2.xml", {"receipt 321.00 of S2202"}},
      {"foreign-detail.xml",
       {"look at 780.00 of S2202: has a transaction that is in USD, the account in HKD: it isn't booked by "
        "its digits"}},
      {"foreign-entry.xml",
       {"refused: document: has 1 entry, and none can be read; nothing was recorded. The first is in KWD, "
        "the account in HKD: it isn't booked by its digits"}},
      {"reversed-debit.xml",
       {"look at 1111.11 of K2215-3: takes back, or returns, a payment while money went out"}},
      {"reversed-credit.xml", {"taken back 250.00 of S2202"}},
      {"two-statements.xml", {"receipt 330.00 of S2202", "receipt 331.00 of S2202"}},
      {"charges.xml", {"receipt 1000.00 of S2202", "charge 15.00 of S2202"}},
      {"latin1.xml", {"receipt 360.00 of S2202"}},
      {"mixed-signs.xml",
       {"look at 1111.12 of K2215-1: is of an entry whose transactions and charges don't make what was "
        "booked",
        "look at 1111.11 of K2215-2: is of an entry whose transactions and charges don't make what was "
        "booked"}},
      {"pain002.xml", {"back 0.00 of K2215"}},
      {"unknown-currency-detail.xml",
       {"look at 780.00 of S1896: has a transaction that is in LKR, the account in HKD: it isn't booked by "
        "its digits"}},
  };
  for (const auto& [file, wanted] : cases) {
    SCOPED_TRACE(file);
    const auto report = Read(*tools::ReadFile(absl::StrCat(KLAIM_SOURCE "/tests/services/bank/", file)));
    std::vector<std::string> lines;
    if (report.ok()) {
      for (const v1::ReportedEntry& entry : report->entries()) lines.push_back(InALine(entry));
    } else {
      lines.push_back(absl::StrCat("refused: ", report.status().message()));
    }
    EXPECT_EQ(lines, wanted);
  }
  // Pages and statements of one file have identifications of their own, so that none keeps another out.
  const auto id = [](const char* file) {
    const auto report = Read(*tools::ReadFile(absl::StrCat(KLAIM_SOURCE "/tests/services/bank/", file)));
    return report.ok() ? report->report_id() : "";
  };
  EXPECT_NE(id("page1.xml"), id("page2.xml"));
}

// A booked credit of which the entry's own elements are given.
std::vector<std::string> LinesOf(const std::string& entries, const std::string& root = "<Document>") {
  const auto report = Read(
      absl::StrCat(root, "<BkToCstmrStmt><Stmt><Id>1</Id>", entries, "</Stmt></BkToCstmrStmt></Document>"));
  if (!report.ok()) return {absl::StrCat("refused: ", report.status().message())};
  std::vector<std::string> lines;
  for (const v1::ReportedEntry& entry : report->entries()) lines.push_back(InALine(entry));
  return lines;
}
std::string Credit(const std::string& amount, const std::string& more = "",
                   const std::string& text = "S2202") {
  return absl::StrCat(
      "<Ntry>", amount,
      "<CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2027-02-03</Dt></BookgDt>", more,
      "<NtryDtls><TxDtls><RmtInf><Ustrd>", text, "</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>");
}

// What parts a text, a namespace of somebody else's, and what stands twice make no other amount of it.
TEST(BankReport, ReadsWholeTextsOfItsOwnElementsAlone) {
  const std::vector<std::string> hundred = {"receipt 100.00 of S2202"};
  EXPECT_EQ(LinesOf(Credit("<Amt Ccy=\"HKD\">100.00</Amt>")), hundred);
  EXPECT_EQ(LinesOf(Credit("<Amt Ccy=\"HKD\">1<!-- x -->00.00</Amt>")), hundred);
  EXPECT_EQ(LinesOf(Credit("<Amt Ccy=\"HKD\">1<?x y?>00.00</Amt>")), hundred);
  EXPECT_EQ(LinesOf(Credit("<Amt Ccy=\"HKD\">1<![CDATA[00.00]]></Amt>")), hundred);
  EXPECT_EQ(LinesOf(Credit("<Amt Ccy=\"HKD\">100.00</Amt>", "", "S220<!-- -->2")), hundred);
  EXPECT_EQ(LinesOf(Credit("<x:Amt xmlns:x=\"urn:x\" Ccy=\"HKD\">1.00</x:Amt><Amt Ccy=\"HKD\">100.00</Amt>")),
            hundred);
  for (const std::string& other : {Credit("<Amt Ccy=\"HKD\">1<b/>00.00</Amt>"),
                                   Credit("<Amt Ccy=\"HKD\">1.00</Amt><Amt Ccy=\"HKD\">100.00</Amt>"),
                                   Credit("<Amt Ccy=\"HKD\">100.00</Amt>", "<RvslInd>TRUE</RvslInd>"),
                                   Credit("<Amt Ccy=\"HKD\">100.00</Amt>", "<CdtDbtInd>DBIT</CdtDbtInd>")}) {
    const std::vector<std::string> lines = LinesOf(other);
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_TRUE(absl::StartsWith(lines[0], "look at") || absl::StartsWith(lines[0], "refused")) << lines[0];
  }
  for (const char* root : {"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.08\">",
                           "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.002.02\">"}) {
    EXPECT_TRUE(absl::StartsWith(LinesOf(Credit("<Amt Ccy=\"HKD\">100.00</Amt>"), root)[0], "refused"))
        << root;
  }
}

TEST(BankReport, AnEntryThatStandsTwiceIsBookedOnce) {
  const std::string entry = Credit("<Amt Ccy=\"HKD\">100.00</Amt>", "<AcctSvcrRef>B2</AcctSvcrRef>");
  EXPECT_EQ(LinesOf(entry + entry),
            (std::vector<std::string>{
                "receipt 100.00 of S2202",
                "look at 100.00 of S2202: stands twice in the document, with one reference"}));
}

TEST(BankReport, OfAnEntryThatGoesBothWaysNothingIsBooked) {
  const auto lines = LinesOf(
      "<Ntry><Amt "
      "Ccy=\"HKD\">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2027-02-03</"
      "Dt>"
      "</BookgDt><NtryDtls><TxDtls><Amt "
      "Ccy=\"HKD\">150.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><RmtInf><Ustrd>S2202</Ustrd></RmtInf>"
      "</TxDtls><TxDtls><Amt Ccy=\"HKD\">50.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls></NtryDtls></Ntry>");
  ASSERT_EQ(lines.size(), 2u);
  for (const std::string& line : lines) EXPECT_TRUE(absl::StartsWith(line, "look at")) << line;
}

PaymentFile OnePayment(v1::BankCharacters characters, const std::string& holder) {
  PaymentFile file;
  file.batch_id = 7;
  file.message_id = "KLAIM-7";
  file.edition = 1;
  file.execution_on.set_year(2027);
  file.execution_on.set_month(2);
  file.execution_on.set_day(1);
  file.from.set_holder("SBMI");
  file.from.mutable_profile()->set_characters(characters);
  file.batch.set_currency("IDR");
  file.batch.set_kind(v1::PAYOUT_KIND_BANK);
  auto& payment = *file.batch.add_payments();
  payment.set_number(1);
  payment.set_amount_minor(100);
  file.payees.push_back({holder, "DE89370400440532013000", "COBADEFF"});
  return file;
}

TEST(PaymentFile, NamesAreWrittenInTheCharactersThatTheBankTakes) {
  struct Case {
    v1::BankCharacters characters;
    std::string holder;
    std::string written;  // empty where nothing is left of it
  };
  const Case cases[] = {
      {v1::BANK_CHARACTERS_UNSPECIFIED, "Siti Aminah", "Siti Aminah"},
      {v1::BANK_CHARACTERS_UNSPECIFIED, "José Müller & Søn", "Jose Muller + Son"},
      {v1::BANK_CHARACTERS_UNSPECIFIED, "陳大文", "chen da wen"},
      {v1::BANK_CHARACTERS_UNSPECIFIED, "Nguyễn Thị Ánh", "Nguyen Thi Anh"},
      {v1::BANK_CHARACTERS_UNSPECIFIED, "Siti \xF0\x9F\x98\x80", "Siti"},
      {v1::BANK_CHARACTERS_UNSPECIFIED, "\xF0\x9F\x98\x80", ""},
      {v1::BANK_CHARACTERS_ANY, "陳大文", "陳大文"},
  };
  for (const Case& test : cases) {
    SCOPED_TRACE(test.holder);
    const PaymentFile file = OnePayment(test.characters, test.holder);
    const std::string written = NameInFile(file.payees[0], file.from.profile());
    EXPECT_EQ(written, test.written);
    EXPECT_EQ(WhyNotInFile(file.payees[0], v1::PAYOUT_KIND_BANK, file.from.profile()).empty(),
              !written.empty());
    const auto xml = WritePaymentFile(file);
    if (written.empty()) {
      // Left out before: the others are paid.
      EXPECT_EQ(xml.status().code(), absl::StatusCode::kFailedPrecondition);
      EXPECT_TRUE(absl::StrContains(xml.status().message(), "payment 1")) << xml.status();
      continue;
    }
    ASSERT_TRUE(xml.ok()) << xml.status();
    EXPECT_TRUE(absl::StrContains(*xml, "<Nm>" + written + "</Nm>")) << *xml;
    EXPECT_TRUE(absl::StrContains(*xml, "<IBAN>DE89370400440532013000</IBAN>"));
    EXPECT_TRUE(absl::StrContains(*xml, "2027-02-01"));
  }
}

TEST(PaymentFile, ANameIsCutAtACharactersEndAndVouchersHoldNoAccounts) {
  std::string name;
  while (name.size() < 160) name += "\xC3\xA9";
  PaymentFile file = OnePayment(v1::BANK_CHARACTERS_ANY, name);
  const std::string written = NameInFile(file.payees[0], file.from.profile());
  EXPECT_LT(written.size(), name.size());
  EXPECT_EQ(name.substr(0, written.size()), written);
  EXPECT_EQ(written.size() % 2, 0u);
  // A file from before is written as it was then, byte for byte.
  file.edition = 0;
  const auto xml = WritePaymentFile(file);
  ASSERT_TRUE(xml.ok()) << xml.status();
  EXPECT_TRUE(absl::StrContains(*xml, "<Nm>" + name.substr(0, 140) + "</Nm>"));
  file.batch.set_kind(v1::PAYOUT_KIND_CASH);
  file.payees[0] = {"Siti \"Ami\"", "", ""};
  EXPECT_TRUE(absl::StrContains(*WritePaymentFile(file), "K7-1,0,\"Siti \"\"Ami\"\"\",\"\",1.00,IDR"));
}

// A receipt and a cost, whose purpose is in people's own words.
std::vector<v1::LedgerEntry> EntriesIn(const std::string& currency, uint64_t first_record) {
  std::vector<v1::LedgerEntry> entries;
  for (const char* description : {"receipt for settlement 7", "cost: lawyer; bus\nand translation"}) {
    v1::LedgerEntry& entry = entries.emplace_back();
    entry.set_sequence(first_record + entries.size());
    entry.mutable_date()->set_year(2027);
    entry.mutable_date()->set_month(2);
    entry.mutable_date()->set_day(1);
    entry.set_description(description);
    entry.set_currency(currency);
    for (const int64_t amount : {int64_t{1'234'567}, int64_t{-1'234'567}}) {
      v1::Posting& posting = *entry.add_postings();
      posting.set_account(amount > 0 ? "assets:trust:bank" : "liabilities:held:settlement 7");
      posting.set_amount_minor(amount);
    }
  }
  return entries;
}

TEST(LedgerJournal, HledgerTakesEachCurrencyOfTheTable) {
  const std::vector<std::string> codes = domain::KnownCurrencies();
  const std::set<std::string> accounts = {"assets:trust:bank", "liabilities:held:settlement 7"};
  klaim::testing::TemporaryFolder folder;
  // Each alone, as in a docket of one programme, and all of them together.
  std::vector<std::set<std::string>> dockets;
  dockets.emplace_back(codes.begin(), codes.end());
  for (const std::string& code : codes) dockets.push_back({code});
  for (const std::set<std::string>& currencies : dockets) {
    const std::string path = folder.path("klaim.journal");
    std::ofstream out(path);
    const auto head = JournalHead(currencies, accounts);
    ASSERT_TRUE(head.ok()) << head.status();
    out << *head;
    uint64_t record = 0;
    for (const std::string& currency : currencies) {
      for (const v1::LedgerEntry& entry : EntriesIn(currency, record += 10)) {
        const auto text = JournalText(entry);
        ASSERT_TRUE(text.ok()) << text.status();
        out << *text;
      }
    }
    out.close();
    for (const char* check : {"--strict", "ordereddates"}) {
      const auto checked =
          klaim::testing::RunProgram({"/usr/bin/env", "hledger", "-f", path, "check", check});
      EXPECT_EQ(checked.exit_code, 0) << checked.out;
    }
  }
}

}  // namespace
}  // namespace klaim::services
