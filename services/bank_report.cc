#include "services/bank_report.h"

#include <cstring>
#include <pugixml.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/domain/refusal.h"
#include "engine/domain/rules.h"
#include "engine/merkle/hash.h"
#include "services/payment_file.h"

namespace klaim::services {
namespace {

absl::Status Wrong(absl::string_view what) { return domain::InvalidField("document", what); }

// Elements by their local name: banks use prefixes as they like.
absl::string_view LocalName(const pugi::xml_node& node) {
  const absl::string_view name = node.name();
  const size_t colon = name.find(':');
  return colon == absl::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node Child(const pugi::xml_node& parent, absl::string_view path) {
  pugi::xml_node node = parent;
  for (absl::string_view name : absl::StrSplit(path, '/')) {
    pugi::xml_node found;
    for (pugi::xml_node child : node.children()) {
      if (LocalName(child) == name) {
        found = child;
        break;
      }
    }
    node = found;
  }
  return node;
}

std::string Text(const pugi::xml_node& parent, absl::string_view path) {
  return std::string(absl::StripAsciiWhitespace(Child(parent, path).text().get()));
}

std::vector<pugi::xml_node> Children(const pugi::xml_node& parent, absl::string_view name) {
  std::vector<pugi::xml_node> found;
  for (pugi::xml_node child : parent.children()) {
    if (LocalName(child) == name) found.push_back(child);
  }
  return found;
}

// "1250.5" of a currency with two decimals is 125050.
absl::StatusOr<int64_t> Amount(const pugi::xml_node& node) {
  const std::string currency = node.attribute("Ccy").value();
  auto digits = domain::MinorDigits("document", currency);
  if (!digits.ok()) return digits.status();
  const std::string text(absl::StripAsciiWhitespace(node.text().get()));
  const std::vector<std::string> parts = absl::StrSplit(text, '.');
  std::string fraction = parts.size() == 2 ? parts[1] : "";
  while (fraction.size() > static_cast<size_t>(*digits) && fraction.back() == '0') fraction.pop_back();
  int64_t minor = 0;
  if (parts.size() > 2 || fraction.size() > static_cast<size_t>(*digits))
    return Wrong("has an amount that is none");
  fraction.resize(static_cast<size_t>(*digits), '0');
  if (!absl::SimpleAtoi(parts[0] + fraction, &minor) || minor < 0 || minor > domain::kMaxAmountMinor) {
    return Wrong("has an amount that is none, or too large");
  }
  return minor;
}

// The day of an ISO 8601 date or time.
bool Day(absl::string_view text, v1::PartialDate& day) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text.substr(0, 10), '-');
  uint32_t numbers[3];
  for (size_t i = 0; i < 3; ++i) {
    if (parts.size() != 3 || !absl::SimpleAtoi(parts[i], &numbers[i])) return false;
  }
  day.set_year(numbers[0]);
  day.set_month(numbers[1]);
  day.set_day(numbers[2]);
  return domain::CheckDate("document", day, true, false).ok();
}

// "S4100" among the words.
uint64_t SettlementIn(absl::string_view text) {
  for (absl::string_view word : absl::StrSplit(text, absl::ByAnyChar(" ,;:/.()"), absl::SkipEmpty())) {
    uint64_t number = 0;
    if (absl::ConsumePrefix(&word, "S") && absl::SimpleAtoi(word, &number)) return number;
  }
  return 0;
}

void Classify(const std::string& end_to_end, absl::string_view remittance, bool returned,
              v1::ReportedEntry& entry) {
  uint64_t batch_id = 0;
  uint32_t number = 0;
  if (ParseEndToEndId(end_to_end, batch_id, number)) {
    entry.set_kind(returned || entry.credit() ? v1::REPORTED_ENTRY_KIND_RETURN
                                              : v1::REPORTED_ENTRY_KIND_PAYMENT);
    entry.set_payment_batch_id(batch_id);
    entry.set_payment_number(number);
  } else if (const uint64_t settlement_id = SettlementIn(remittance); settlement_id != 0 && entry.credit()) {
    entry.set_kind(v1::REPORTED_ENTRY_KIND_RECEIPT);
    entry.set_settlement_id(settlement_id);
  }
}

absl::Status AddTransaction(const pugi::xml_node& entry, const pugi::xml_node& details, size_t part,
                            size_t parts, v1::BankReportRecorded& report) {
  v1::ReportedEntry& row = *report.add_entries();
  row.set_credit(Text(entry, "CdtDbtInd") == "CRDT");
  pugi::xml_node amount = Child(details, "Amt");
  if (!amount) amount = Child(details, "AmtDtls/TxAmt/Amt");
  if (!amount && parts > 1) return Wrong("has an entry of several transactions without an amount of each");
  auto minor = Amount(amount ? amount : Child(entry, "Amt"));
  if (!minor.ok()) return minor.status();
  row.set_amount_minor(*minor);
  const std::string booked = absl::StrCat(Text(entry, "BookgDt/Dt"), Text(entry, "BookgDt/DtTm"));
  if (!Day(booked, *row.mutable_booked_on())) return Wrong("has an entry without a booking date");
  std::string reference = Text(details, "Refs/AcctSvcrRef");
  if (reference.empty()) {
    reference = Text(entry, "AcctSvcrRef");
    if (parts > 1) absl::StrAppend(&reference, "/", part);
  }
  if (reference.empty()) return Wrong("has an entry without the bank's reference (AcctSvcrRef)");
  row.set_bank_reference(reference.substr(0, 80));
  row.set_reason_code(Text(details, "RtrInf/Rsn/Cd"));
  std::string remittance;
  for (const pugi::xml_node& line : Children(Child(details, "RmtInf"), "Ustrd")) {
    absl::StrAppend(&remittance, line.text().get(), " ");
  }
  absl::StrAppend(&remittance, Text(details, "RmtInf/Strd/CdtrRefInf/Ref"), " ", Text(entry, "AddtlNtryInf"));
  Classify(Text(details, "Refs/EndToEndId"), remittance, !row.reason_code().empty(), row);
  if (row.kind() == v1::REPORTED_ENTRY_KIND_RETURN && row.reason_code().empty()) row.set_reason_code("MS03");
  return absl::OkStatus();
}

absl::Status ReadStatement(const pugi::xml_node& statement, BankReport& report) {
  report.recorded.set_report_id(Text(statement, "Id"));
  report.account = absl::StrCat(Text(statement, "Acct/Id/IBAN"), Text(statement, "Acct/Id/Othr/Id"));
  report.currency = Text(statement, "Acct/Ccy");
  for (const pugi::xml_node& entry : Children(statement, "Ntry")) {
    // What isn't booked may still change.
    const std::string status = absl::StrCat(Text(entry, "Sts/Cd"), Text(entry, "Sts/Prtry"));
    if (status != "BOOK") continue;
    std::vector<pugi::xml_node> transactions;
    for (const pugi::xml_node& details : Children(entry, "NtryDtls")) {
      for (const pugi::xml_node& transaction : Children(details, "TxDtls"))
        transactions.push_back(transaction);
    }
    if (transactions.empty()) transactions.emplace_back();
    for (size_t i = 0; i < transactions.size(); ++i) {
      absl::Status added =
          AddTransaction(entry, transactions[i], i + 1, transactions.size(), report.recorded);
      if (!added.ok()) return added;
    }
  }
  return absl::OkStatus();
}

absl::Status ReadStatusReport(const pugi::xml_node& body, BankReport& report) {
  const std::string message_id = Text(body, "GrpHdr/MsgId");
  report.recorded.set_report_id(message_id);
  v1::PartialDate day;
  if (!Day(Text(body, "GrpHdr/CreDtTm"), day)) return Wrong("has no creation time");
  for (const pugi::xml_node& group : Children(body, "OrgnlPmtInfAndSts")) {
    for (const pugi::xml_node& transaction : Children(group, "TxInfAndSts")) {
      const std::string status = Text(transaction, "TxSts");
      const bool settled = status == "ACSC" || status == "ACCC";
      if (!settled && status != "RJCT") continue;  // under way
      v1::ReportedEntry& row = *report.recorded.add_entries();
      const std::string end_to_end = Text(transaction, "OrgnlEndToEndId");
      row.set_bank_reference(absl::StrCat(message_id, "/", end_to_end).substr(0, 80));
      *row.mutable_booked_on() = day;
      if (const pugi::xml_node amount = Child(transaction, "OrgnlTxRef/Amt/InstdAmt"); amount) {
        auto minor = Amount(amount);
        if (!minor.ok()) return minor.status();
        row.set_amount_minor(*minor);
      }
      row.set_reason_code(Text(transaction, "StsRsnInf/Rsn/Cd"));
      if (!settled && row.reason_code().empty()) row.set_reason_code("NARR");
      Classify(end_to_end, "", !settled, row);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<BankReport> ReadBankReport(absl::string_view document) {
  if (document.empty() || document.size() > kMaxBankReportBytes) {
    return Wrong("must be an XML document of at most 4 MiB: ask the bank for shorter periods");
  }
  pugi::xml_document xml;
  const pugi::xml_parse_result parsed = xml.load_buffer(document.data(), document.size());
  if (!parsed) return Wrong(absl::StrCat("is no XML: ", parsed.description(), " at byte ", parsed.offset));
  BankReport report;
  const pugi::xml_node root = xml.document_element();
  absl::Status read;
  if (const pugi::xml_node statements = Child(root, "BkToCstmrStmt"); statements) {
    const std::vector<pugi::xml_node> all = Children(statements, "Stmt");
    if (all.size() != 1) return Wrong("must hold one statement (Stmt)");
    read = ReadStatement(all[0], report);
  } else if (const pugi::xml_node body = Child(root, "CstmrPmtStsRpt"); body) {
    read = ReadStatusReport(body, report);
  } else {
    return Wrong("is neither a statement (camt.053) nor a payment status report (pain.002)");
  }
  if (!read.ok()) return read;
  const merkle::Hash hash = merkle::Sha256(document);
  report.recorded.set_document_sha256(hash.data(), hash.size());
  return report;
}

}  // namespace klaim::services
