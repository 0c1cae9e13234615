// What banks report, read or refused; and the files that they take.

#include "services/bank_report.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/domain/rules.h"
#include "services/ledger_export.h"
#include "services/payment_file.h"
#include "testing/processes.h"
#include "testing/temporary_folder.h"

namespace klaim::services {
namespace {

std::string StatusReport(const std::string& transactions) {
  return absl::StrCat(
      R"(<?xml version="1.0"?><x:Document xmlns:x="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><x:CstmrPmtStsRpt>)"
      R"(<x:GrpHdr><x:MsgId>R-1</x:MsgId><x:CreDtTm>2027-02-03T10:00:00</x:CreDtTm></x:GrpHdr><x:OrgnlPmtInfAndSts>)",
      transactions, "</x:OrgnlPmtInfAndSts></x:CstmrPmtStsRpt></x:Document>");
}

TEST(BankReport, APaymentStatusReportIsReadWhateverItsPrefixes) {
  const auto report = ReadBankReport(StatusReport(
      "<x:TxInfAndSts><x:OrgnlEndToEndId>K4711-2</x:OrgnlEndToEndId><x:TxSts>RJCT</"
      "x:TxSts><x:StsRsnInf><x:Rsn>"
      "<x:Cd>AC04</x:Cd></x:Rsn></x:StsRsnInf></x:TxInfAndSts>"
      "<x:TxInfAndSts><x:OrgnlEndToEndId>K4711-1</x:OrgnlEndToEndId><x:TxSts>ACSC</x:TxSts></x:TxInfAndSts>"
      "<x:TxInfAndSts><x:OrgnlEndToEndId>K4711-3</x:OrgnlEndToEndId><x:TxSts>ACSP</x:TxSts></"
      "x:TxInfAndSts>"));
  ASSERT_TRUE(report.ok()) << report.status();
  ASSERT_EQ(report->recorded.entries_size(), 2) << "what is under way isn't told yet";
  const auto& back = report->recorded.entries(0);
  EXPECT_EQ(back.kind(), v1::REPORTED_ENTRY_KIND_RETURN);
  EXPECT_EQ(back.payment_batch_id(), 4711u);
  EXPECT_EQ(back.payment_number(), 2u);
  EXPECT_EQ(back.reason_code(), "AC04");
  EXPECT_EQ(report->recorded.entries(1).kind(), v1::REPORTED_ENTRY_KIND_PAYMENT);
  EXPECT_EQ(report->recorded.report_id(), "R-1");
}

TEST(BankReport, WhatIsNoneIsRefusedWithWhatIsWrong) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "4 MiB"},
      {"account;amount\n", "is no XML"},
      {"<html/>", "neither a statement"},
      {"<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><Document>&b;</Document>",
       "neither a statement"},
      {"<Document><BkToCstmrStmt></BkToCstmrStmt></Document>", "one statement"},
      {"<Document><BkToCstmrStmt><Stmt><Id>1</Id><Ntry><Amt "
       "Ccy=\"HKD\">1.234</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK"
       "</Sts></Ntry></Stmt></BkToCstmrStmt></Document>",
       ""},
      {"<Document><BkToCstmrStmt><Stmt><Id>1</Id><Ntry><Amt "
       "Ccy=\"HKD\">1.234</Amt><Sts><Cd>BOOK</Cd></Sts></Ntry></Stmt>"
       "</BkToCstmrStmt></Document>",
       "an amount that is none"},
      {"<Document><BkToCstmrStmt><Stmt><Id>1</Id><Ntry><Amt "
       "Ccy=\"XXX\">1</Amt><Sts><Cd>BOOK</Cd></Sts></Ntry></Stmt>"
       "</BkToCstmrStmt></Document>",
       "document"},
      {"<Document><BkToCstmrStmt><Stmt><Id>1</Id><Ntry><Amt "
       "Ccy=\"HKD\">1</Amt><Sts><Cd>BOOK</Cd></Sts></Ntry></Stmt>"
       "</BkToCstmrStmt></Document>",
       "without a booking date"},
  };
  for (const auto& [document, what] : cases) {
    const auto report = ReadBankReport(document);
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
  const auto report = ReadBankReport(statement(""));
  ASSERT_TRUE(report.ok()) << report.status();
  ASSERT_EQ(report->recorded.entries_size(), 2);
  EXPECT_TRUE(report->recorded.entries(1).credit());
  EXPECT_EQ(report->recorded.entries(1).amount_minor(), 200);
  EXPECT_EQ(report->recorded.entries(1).bank_reference(), "REF1/2");
  std::string many;
  for (int i = 0; i < 300; ++i) many += "<X/>";
  EXPECT_TRUE(
      absl::StrContains(ReadBankReport(statement(many)).status().message(), "more than 200 elements"));
  EXPECT_FALSE(
      ReadBankReport(absl::StrCat("<Document><BkToCstmrStmt><Stmt><Ntry><Amt Ccy=\"HKD\">",
                                  std::string(100'000, '.'),
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
    const auto report = ReadBankReport(test.document);
    ASSERT_TRUE(report.ok()) << report.status();
    ASSERT_EQ(report->recorded.entries_size(), test.charge_minor == 0 ? 1 : 2);
    EXPECT_EQ(report->recorded.entries(0).kind(), test.kind);
    EXPECT_EQ(report->recorded.entries(0).amount_minor(), test.amount_minor);
    EXPECT_EQ(report->recorded.entries(0).problem().empty(),
              test.kind != v1::REPORTED_ENTRY_KIND_UNSPECIFIED);
    if (test.charge_minor == 0) continue;
    const v1::ReportedEntry& charge = report->recorded.entries(1);
    EXPECT_EQ(charge.kind(), v1::REPORTED_ENTRY_KIND_CHARGE);
    EXPECT_EQ(charge.amount_minor(), test.charge_minor);
    EXPECT_FALSE(charge.credit());
    EXPECT_EQ(charge.bank_reference(), "CH-32/charges");
    EXPECT_EQ(charge.settlement_id(), report->recorded.entries(0).settlement_id());
    EXPECT_EQ(charge.payment_batch_id(), report->recorded.entries(0).payment_batch_id());
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

TEST(PaymentFile, ANameIsCutAtACharactersEndAndVouchersHoldNoAccounts) {
  PaymentFile file;
  file.batch_id = 7;
  file.message_id = "KLAIM-7";
  file.batch.set_currency("IDR");
  file.batch.set_kind(v1::PAYOUT_KIND_BANK);
  auto& payment = *file.batch.add_payments();
  payment.set_number(1);
  payment.set_amount_minor(100);
  std::string name;
  while (name.size() < 160) name += "\xC3\xA9";
  file.payees.push_back({name, "DE89370400440532013000", "COBADEFF"});
  const auto xml = WritePaymentFile(file);
  ASSERT_TRUE(xml.ok());
  EXPECT_TRUE(absl::StrContains(*xml, "<Nm>" + name.substr(0, 140) + "</Nm>"));
  EXPECT_TRUE(absl::StrContains(*xml, "<IBAN>DE89370400440532013000</IBAN>"));
  // From before such a name was refused: the payment is named, so that it can be held and the others paid.
  file.payees[0].holder = "Siti \xEF\xBF\xBF";
  const auto unwritable = WritePaymentFile(file);
  EXPECT_EQ(unwritable.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(absl::StrContains(unwritable.status().message(), "payment 1")) << unwritable.status();
  EXPECT_TRUE(absl::StrContains(unwritable.status().message(), "hold that payment"));
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
