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

// ISO 20022 (camt.053) has some 25 beside the transactions.
constexpr int kMostOfAnEntry = 200;

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
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('.', 2));
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

// What a transaction tells of its own amount, beside its entry's; nothing where it doesn't.
pugi::xml_node OwnAmount(const pugi::xml_node& details) {
  const pugi::xml_node amount = Child(details, "Amt");
  return amount ? amount : Child(details, "AmtDtls/TxAmt/Amt");
}

// Whether a transaction code (BkTxCd) says that it is a charge: ISO 20022's external sub-families, or SWIFT's NCHG.
bool IsCharge(const pugi::xml_node& parent) {
  const std::string family = Text(parent, "BkTxCd/Domn/Fmly/SubFmlyCd");
  return family == "CHRG" || family == "COMM" || family == "FEES" ||
         Text(parent, "BkTxCd/Prtry/Cd") == "NCHG";
}

// Adds, as long as the sum is an amount.
absl::Status AddTo(int64_t& sum, int64_t amount) {
  sum += amount;
  if (sum >= -domain::kMaxAmountMinor && sum <= domain::kMaxAmountMinor) return absl::OkStatus();
  return Wrong("has an entry whose parts are too large together");
}

// What the bank took (more than zero) or gave back as charges, by what stands in Chrgs; other currencies' were taken by
// others before.
absl::StatusOr<int64_t> ChargesIn(const pugi::xml_node& parent, absl::string_view currency) {
  int64_t sum = 0;
  for (const pugi::xml_node& record : Children(Child(parent, "Chrgs"), "Rcrd")) {
    const pugi::xml_node node = Child(record, "Amt");
    if (currency != node.attribute("Ccy").value()) continue;
    auto minor = Amount(node);
    if (!minor.ok()) return minor.status();
    absl::Status added = AddTo(sum, Text(record, "CdtDbtInd") == "CRDT" ? -*minor : *minor);
    if (!added.ok()) return added;
  }
  return sum;
}

// The row of a charge that came with another.
void AddChargeOf(const v1::ReportedEntry& row, int64_t charge, v1::BankReportRecorded& report) {
  v1::ReportedEntry added;
  added.set_kind(v1::REPORTED_ENTRY_KIND_CHARGE);
  added.set_amount_minor(charge < 0 ? -charge : charge);
  added.set_credit(charge < 0);
  *added.mutable_booked_on() = row.booked_on();
  added.set_bank_reference(absl::StrCat(row.bank_reference().substr(0, 70), "/charges"));
  added.set_settlement_id(row.settlement_id());
  added.set_payment_batch_id(row.payment_batch_id());
  *report.add_entries() = std::move(added);
}

// What charges are told with an entry.
struct EntryCharges {
  std::vector<int64_t> charges;  // by transaction
  int64_t told = 0;              // their sum
  int64_t gross = 0;             // the rows' sum
  bool included = false;         // the bank says that the amounts above them hold them
};

absl::StatusOr<EntryCharges> ChargesOf(const pugi::xml_node& entry,
                                       const std::vector<pugi::xml_node>& transactions, int first,
                                       const v1::BankReportRecorded& report) {
  const std::string currency = Child(entry, "Amt").attribute("Ccy").value();
  EntryCharges all;
  all.included = Text(entry, "Chrgs/Rcrd/ChrgInclInd") == "true";
  for (size_t i = 0; i < transactions.size(); ++i) {
    auto charge = ChargesIn(transactions[i], currency);
    if (!charge.ok()) return charge.status();
    all.charges.push_back(*charge);
    absl::Status added = AddTo(all.told, *charge);
    if (added.ok()) added = AddTo(all.gross, report.entries(first + static_cast<int>(i)).amount_minor());
    if (!added.ok()) return added;
    all.included |= Text(transactions[i], "Chrgs/Rcrd/ChrgInclInd") == "true";
  }
  // The sum for the whole entry may stand there alone, or above its parts again.
  auto of_entry = ChargesIn(entry, currency);
  if (!of_entry.ok()) return of_entry.status();
  if (all.told == 0) all.told = all.charges[0] = *of_entry;
  return all;
}

// Where charges are told with an entry and make the difference between what was booked and its transactions, they get rows
// of their own; where there is none, the bank booked them by themselves.
absl::Status AddCharges(const pugi::xml_node& entry, const std::vector<pugi::xml_node>& transactions,
                        int first, v1::BankReportRecorded& report) {
  auto all = ChargesOf(entry, transactions, first, report);
  if (!all.ok()) return all.status();
  v1::ReportedEntry& row = *report.mutable_entries(first);
  if (all->told == 0 || row.kind() == v1::REPORTED_ENTRY_KIND_CHARGE) return absl::OkStatus();
  auto booked = Amount(Child(entry, "Amt"));
  if (!booked.ok()) return booked.status();
  const int64_t gross = row.credit() ? *booked + all->told : *booked - all->told;
  if (all->gross == *booked) {
    // But where one transaction doesn't tell its own amount, what was booked may hold them.
    const bool hidden = all->included && transactions.size() == 1 && !OwnAmount(transactions[0]) && gross > 0;
    if (!hidden) return absl::OkStatus();
    row.set_amount_minor(gross);
  } else if (all->gross != gross) {
    for (int i = first; i < first + static_cast<int>(transactions.size()); ++i) {
      report.mutable_entries(i)->set_kind(v1::REPORTED_ENTRY_KIND_UNSPECIFIED);
      report.mutable_entries(i)->set_problem(
          "is of an entry whose transactions and charges don't make what was booked");
    }
    return absl::OkStatus();
  }
  for (size_t i = 0; i < transactions.size(); ++i) {
    if (all->charges[i] == 0) continue;
    AddChargeOf(report.entries(first + static_cast<int>(i)), all->charges[i], report);
  }
  return absl::OkStatus();
}

absl::Status AddTransaction(const pugi::xml_node& entry, const pugi::xml_node& details, size_t part,
                            size_t parts, v1::BankReportRecorded& report) {
  v1::ReportedEntry& row = *report.add_entries();
  row.set_credit(Text(entry, "CdtDbtInd") == "CRDT");
  const pugi::xml_node amount = OwnAmount(details);
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
  if (row.kind() == v1::REPORTED_ENTRY_KIND_UNSPECIFIED && (IsCharge(details) || IsCharge(entry))) {
    row.set_kind(v1::REPORTED_ENTRY_KIND_CHARGE);
  }
  return absl::OkStatus();
}

// An entry without its transactions: what it says itself is looked for once a transaction, and must not lie behind all of them.
absl::StatusOr<pugi::xml_node> HeadOf(const pugi::xml_node& entry, pugi::xml_document& heads) {
  heads.reset();
  pugi::xml_node head = heads.append_child(entry.name());
  int elements = 0;
  for (pugi::xml_node child : entry.children()) {
    if (LocalName(child) == "NtryDtls") continue;
    if (++elements > kMostOfAnEntry) return Wrong("has an entry of more than 200 elements");
    head.append_copy(child);
  }
  return head;
}

absl::Status ReadStatement(const pugi::xml_node& statement, BankReport& report) {
  report.recorded.set_report_id(Text(statement, "Id"));
  report.account = absl::StrCat(Text(statement, "Acct/Id/IBAN"), Text(statement, "Acct/Id/Othr/Id"));
  report.currency = Text(statement, "Acct/Ccy");
  pugi::xml_document heads;
  for (const pugi::xml_node& whole : Children(statement, "Ntry")) {
    auto head = HeadOf(whole, heads);
    if (!head.ok()) return head.status();
    const pugi::xml_node entry = *head;
    // What isn't booked may still change.
    const std::string status = absl::StrCat(Text(entry, "Sts/Cd"), Text(entry, "Sts/Prtry"));
    if (status != "BOOK") continue;
    std::vector<pugi::xml_node> transactions;
    for (const pugi::xml_node& details : Children(whole, "NtryDtls")) {
      for (const pugi::xml_node& transaction : Children(details, "TxDtls"))
        transactions.push_back(transaction);
    }
    if (transactions.empty()) transactions.emplace_back();
    const int first = report.recorded.entries_size();
    for (size_t i = 0; i < transactions.size(); ++i) {
      absl::Status added =
          AddTransaction(entry, transactions[i], i + 1, transactions.size(), report.recorded);
      if (!added.ok()) return added;
    }
    absl::Status charged = AddCharges(entry, transactions, first, report.recorded);
    if (!charged.ok()) return charged;
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
