// What banks report, read or refused; and the files that they take.

#include "services/bank_report.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/payment_file.h"

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
  file.batch.set_kind(v1::PAYOUT_KIND_CASH);
  file.payees[0] = {"Siti \"Ami\"", "", ""};
  EXPECT_TRUE(absl::StrContains(*WritePaymentFile(file), "K7-1,0,\"Siti \"\"Ami\"\"\",\"\",1.00,IDR"));
}

}  // namespace
}  // namespace klaim::services
