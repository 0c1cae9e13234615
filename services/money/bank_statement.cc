#include "services/money/bank_statement.h"

#include <algorithm>
#include <map>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/entry_reference.h"
#include "engine/domain/money/payment_batch.h"
#include "engine/merkle/hash.h"
#include "services/money/bank_xml.h"
#include "services/money/payment_file.h"

namespace klaim::services {
namespace {

// ISO 20022 (camt.053) has some 25 beside the transactions.
constexpr int kMaxOfAnEntry = 200;
constexpr int kMaxNotes = 100;

using Nodes = std::vector<pugi::xml_node>;

// "S4100" among the words, each once.
std::set<uint64_t> SettlementsIn(absl::string_view text) {
  std::set<uint64_t> settlements;
  for (absl::string_view word : absl::StrSplit(text, absl::ByAnyChar(" ,;:/.()+-\n\t"), absl::SkipEmpty())) {
    uint64_t number = 0;
    if (absl::ConsumePrefix(&word, "S") && absl::SimpleAtoi(word, &number) && number != 0)
      settlements.insert(number);
  }
  return settlements;
}

// Whether a transaction code (BkTxCd) says that it is a charge: ISO 20022's external sub-families, or SWIFT's NCHG.
bool IsCharge(const pugi::xml_node& parent) {
  const std::string family = TextAt(parent, "BkTxCd/Domn/Fmly/SubFmlyCd");
  return family == "CHRG" || family == "COMM" || family == "FEES" ||
         TextAt(parent, "BkTxCd/Prtry/Cd") == "NCHG";
}

// Until .07 it stands there itself, since .08 as a code.
std::string StatusOf(const pugi::xml_node& entry) {
  const std::string status = absl::StrCat(TextAt(entry, "Sts/Cd"), TextAt(entry, "Sts/Prtry"));
  return status.empty() ? TextAt(entry, "Sts") : status;
}

std::string Shortened(const std::string& text, size_t most) { return text.substr(0, most); }

int64_t Signed(const v1::ReportedEntry& row) {
  return row.credit() ? row.amount_minor() : -row.amount_minor();
}

// One entry of a statement, and the rows that it becomes.
class Entry {
 public:
  Entry(const pugi::xml_node& whole, const std::string& currency) : whole_(whole), currency_(currency) {}

  std::vector<v1::ReportedEntry> Read() {
    if (!TakeHead()) return std::move(rows_);
    ReadBasics();
    if (!row_.problem().empty()) {
      rows_.push_back(row_);
      return std::move(rows_);
    }
    for (const pugi::xml_node& details : Children(whole_, "NtryDtls")) {
      for (const pugi::xml_node& transaction : Children(details, "TxDtls"))
        transactions_.push_back(transaction);
    }
    if (transactions_.empty() && ReadBatch()) return std::move(rows_);
    if (transactions_.empty()) transactions_.emplace_back();
    for (size_t i = 0; i < transactions_.size(); ++i) ReadTransaction(transactions_[i], i + 1);
    Reconcile();
    return std::move(rows_);
  }

 private:
  // What it says itself is looked for once a transaction, and must not lie behind all of them.
  bool TakeHead() {
    head_ = heads_.append_child(whole_.name());
    int elements = 0;
    for (pugi::xml_node child : whole_.children()) {
      const absl::string_view name = child.name();
      if (absl::EndsWith(name, "NtryDtls")) continue;
      if (++elements > kMaxOfAnEntry) {
        row_.set_bank_reference("?");
        row_.set_problem("has more than 200 elements");
        rows_.push_back(row_);
        return false;
      }
      head_.append_copy(child);
    }
    return true;
  }

  void ReadBasics() {
    const BankAmount amount = ReadAmount(Child(head_, "Amt"), currency_);
    const std::string sign = TextAt(head_, "CdtDbtInd");
    row_.set_credit(sign == "CRDT");
    row_.set_reversal(IsTrue(TextAt(head_, "RvslInd")));
    if (amount.minor.has_value()) {
      row_.set_amount_minor(*amount.minor);
    } else {
      row_.set_amount_as_reported(amount.as_reported);
    }
    reference_ = TextAt(head_, "AcctSvcrRef");
    if (reference_ == "NOTPROVIDED") reference_.clear();
    row_.set_bank_reference(Shortened(reference_, kMaxReferenceBytes));
    const std::string booked = absl::StrCat(TextAt(head_, "BookgDt/Dt"), TextAt(head_, "BookgDt/DtTm"));
    const bool dated = ReadDay(booked, *row_.mutable_booked_on());
    if (!dated) row_.clear_booked_on();
    const std::string status = StatusOf(head_);
    if (const std::string twice = StandsTwice(head_); !twice.empty()) {
      row_.set_problem(absl::StrCat("has ", twice, " more than once"));
    } else if (const std::string reversal = TextAt(head_, "RvslInd");
               Child(head_, "RvslInd") && !IsTrue(reversal) && reversal != "false" && reversal != "0") {
      row_.set_problem("says neither true nor false of being a reversal (RvslInd)");
    } else if (status != "BOOK") {
      row_.set_problem(status.empty() ? "doesn't say whether it is booked"
                                      : absl::StrCat("isn't booked (", Shortened(status, 10),
                                                     "): it comes again once it is"));
    } else if (!amount.minor.has_value()) {
      row_.set_problem(amount.problem);
    } else if (sign != "CRDT" && sign != "DBIT") {
      row_.set_problem("doesn't say whether money came in or went out (CdtDbtInd)");
    } else if (!dated) {
      row_.set_problem("has no booking date");
    }
  }

  // Which of what can stand once alone stands twice; empty when none does.
  static std::string StandsTwice(const pugi::xml_node& parent) {
    for (const char* name : {"Amt", "CdtDbtInd", "RvslInd", "Sts", "BookgDt", "AcctSvcrRef"}) {
      if (Children(parent, name).size() > 1) return name;
    }
    return "";
  }

  // A batch that the bank booked as one sum, without its transactions.
  bool ReadBatch() {
    const pugi::xml_node batch = Child(whole_, "NtryDtls/Btch");
    if (!batch) return false;
    uint64_t batch_id = 0;
    if (!ParseBatchId(TextAt(batch, "PmtInfId"), batch_id) && !ParseBatchId(TextAt(batch, "MsgId"), batch_id))
      return false;
    v1::ReportedEntry row = row_;
    row.set_payment_batch_id(batch_id);
    uint32_t count = 0;
    const std::string told = TextAt(batch, "NbOfTxs");
    row.set_kind(v1::REPORTED_ENTRY_KIND_PAYMENT);
    if (!told.empty() && (!absl::SimpleAtoi(told, &count) || count == 0)) {
      row.set_problem("tells a number of payments that is none");
    } else if (row.credit() || row.reversal()) {
      row.set_problem("is a batch that came back as one sum: which of its payments did?");
    }
    if (!row.problem().empty()) row.set_kind(v1::REPORTED_ENTRY_KIND_UNSPECIFIED);
    row.set_payments(count);
    rows_.push_back(std::move(row));
    return true;
  }

  void ReadTransaction(const pugi::xml_node& details, size_t part) {
    v1::ReportedEntry row = row_;
    std::string own_reference = TextAt(details, "Refs/AcctSvcrRef");
    if (own_reference == "NOTPROVIDED") own_reference.clear();
    if (!own_reference.empty() && (reference_.empty() || reference_ == own_reference)) {
      row.set_bank_reference(Shortened(own_reference, kMaxReferenceBytes));
    } else if (!own_reference.empty()) {
      row.set_bank_reference(domain::NamedPart(Shortened(reference_, 39), Shortened(own_reference, 40)));
    } else if (transactions_.size() > 1 && !reference_.empty()) {
      row.set_bank_reference(domain::NumberedPart(Shortened(reference_, kMaxReferenceBytes - 8), part));
    }
    const std::string sign = TextAt(details, "CdtDbtInd");
    if (!sign.empty()) row.set_credit(sign == "CRDT");
    std::string problem = sign.empty() || sign == "CRDT" || sign == "DBIT"
                              ? ""
                              : "has a transaction whose direction can't be read";
    if (const std::string twice = StandsTwice(details); problem.empty() && !twice.empty())
      problem = absl::StrCat("has ", twice, " of a transaction more than once");
    if (const std::string wrong = TakeOwnAmount(details, row); problem.empty()) problem = wrong;
    row.set_reason_code(Shortened(TextAt(details, "RtrInf/Rsn/Cd"), 35));
    Classify(details, row, problem);
    row.set_problem(problem);
    if (!problem.empty()) row.set_kind(v1::REPORTED_ENTRY_KIND_UNSPECIFIED);
    rows_.push_back(std::move(row));
  }

  // What the transaction comes to in the account's currency; what is wrong when that isn't told.
  std::string TakeOwnAmount(const pugi::xml_node& details, v1::ReportedEntry& row) {
    std::string foreign;
    bool told = false;
    for (const char* path : {"Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/CntrValAmt/Amt"}) {
      const pugi::xml_node node = Child(details, path);
      if (!node) continue;
      const BankAmount amount = ReadAmount(node, currency_);
      if (amount.minor.has_value()) {
        row.set_amount_minor(*amount.minor);
        own_amounts_.push_back(true);
        return "";
      }
      told = true;
      if (foreign.empty()) foreign = absl::StrCat("has a transaction that ", amount.problem);
    }
    own_amounts_.push_back(false);
    if (told) return foreign;
    return transactions_.size() > 1 ? "is of several transactions without an amount of each" : "";
  }

  std::string RemittanceOf(const pugi::xml_node& details) const {
    std::string text;
    for (const pugi::xml_node& line : Children(Child(details, "RmtInf"), "Ustrd"))
      absl::StrAppend(&text, TextOf(line), " ");
    for (const pugi::xml_node& line : Children(Child(details, "RmtInf"), "Strd"))
      absl::StrAppend(&text, TextAt(line, "CdtrRefInf/Ref"), " ");
    return absl::StrCat(text, TextAt(head_, "AddtlNtryInf"), " ", TextAt(details, "AddtlTxInf"));
  }

  void Classify(const pugi::xml_node& details, v1::ReportedEntry& row, std::string& problem) const {
    uint64_t batch_id = 0;
    uint32_t number = 0;
    if (ParseEndToEndId(TextAt(details, "Refs/EndToEndId"), batch_id, number)) {
      row.set_payment_batch_id(batch_id);
      row.set_payment_number(number);
      if (row.credit()) {
        row.set_kind(v1::REPORTED_ENTRY_KIND_RETURN);
        if (row.reason_code().empty()) row.set_reason_code("MS03");
      } else if (row.reversal() || !row.reason_code().empty()) {
        if (problem.empty()) problem = "takes back, or returns, a payment while money went out";
      } else {
        row.set_kind(v1::REPORTED_ENTRY_KIND_PAYMENT);
      }
      return;
    }
    if (IsCharge(details) || IsCharge(head_)) {
      row.set_kind(v1::REPORTED_ENTRY_KIND_CHARGE);
      return;
    }
    const std::set<uint64_t> settlements = SettlementsIn(RemittanceOf(details));
    if (settlements.size() > 1) {
      if (problem.empty())
        problem = absl::StrCat("names several settlements (S", absl::StrJoin(settlements, ", S"),
                               "): which is meant?");
    } else if (settlements.size() == 1) {
      row.set_settlement_id(*settlements.begin());
      // A reversal is booked the other way round than what it takes back.
      if (row.credit() == !row.reversal()) {
        row.set_kind(v1::REPORTED_ENTRY_KIND_RECEIPT);
      } else if (problem.empty()) {
        problem = row.reversal() ? "takes back money that went out, for a settlement"
                                 : "is money that went out, for a settlement";
      }
    } else if (problem.empty()) {
      problem = "names neither a settlement nor a payment";
    }
  }

  // What the bank took (more than zero) or gave back as charges, by what stands in Chrgs; other currencies' were taken by others before.
  // Nothing where that can't be read.
  std::optional<int64_t> ChargesIn(const pugi::xml_node& parent) const {
    absl::int128 sum = 0;
    for (const pugi::xml_node& record : Children(Child(parent, "Chrgs"), "Rcrd")) {
      const pugi::xml_node node = Child(record, "Amt");
      if (currency_ != node.attribute("Ccy").value()) continue;
      const BankAmount amount = ReadAmount(node, currency_);
      if (amount.problem == "has an amount of nothing") continue;
      if (!amount.minor.has_value()) return std::nullopt;
      sum += TextAt(record, "CdtDbtInd") == "CRDT" ? -*amount.minor : *amount.minor;
    }
    if (sum > domain::kMaxAmountMinor || sum < -domain::kMaxAmountMinor) return std::nullopt;
    return static_cast<int64_t>(sum);
  }

  void LeaveAll(absl::string_view problem) {
    for (v1::ReportedEntry& row : rows_) {
      row.set_kind(v1::REPORTED_ENTRY_KIND_UNSPECIFIED);
      if (row.problem().empty()) row.set_problem(std::string(problem));
    }
  }

  // The transactions and the charges told with them make what was booked, to the minor unit, or nothing of the entry is taken. Charges
  // that make the difference get rows of their own.
  void Reconcile() {
    const bool one_is_left = std::any_of(rows_.begin(), rows_.end(), [](const v1::ReportedEntry& row) {
      return !row.problem().empty() && row.kind() == v1::REPORTED_ENTRY_KIND_UNSPECIFIED &&
             row.amount_minor() == 0;
    });
    if (one_is_left) return LeaveAll("is of an entry of which another transaction can't be read");
    std::vector<int64_t> charges;
    absl::int128 told = 0;
    absl::int128 sum = 0;
    bool included = IsTrue(TextAt(head_, "Chrgs/Rcrd/ChrgInclInd"));
    for (size_t i = 0; i < transactions_.size(); ++i) {
      const std::optional<int64_t> charge = ChargesIn(transactions_[i]);
      if (!charge.has_value()) return LeaveAll("tells charges that can't be read");
      charges.push_back(*charge);
      told += *charge;
      sum += Signed(rows_[i]);
      included |= IsTrue(TextAt(transactions_[i], "Chrgs/Rcrd/ChrgInclInd"));
    }
    // The sum for the whole entry may stand there alone, or above its parts again.
    const std::optional<int64_t> of_entry = ChargesIn(head_);
    if (!of_entry.has_value()) return LeaveAll("tells charges that can't be read");
    if (told == 0) told = charges[0] = *of_entry;
    const absl::int128 booked = Signed(row_);
    const bool both_ways = std::any_of(rows_.begin(), rows_.end(), [&](const v1::ReportedEntry& row) {
      return row.credit() != row_.credit();
    });
    if (both_ways && (sum == booked || sum - told == booked))
      return LeaveAll("is of an entry whose transactions go both ways: a part of it would make another sum");
    if (sum == booked) {
      // But where one transaction doesn't tell its own amount, what was booked may hold them.
      const absl::int128 gross = booked + told;
      const bool hidden = told != 0 && included && transactions_.size() == 1 && !own_amounts_[0] &&
                          rows_[0].kind() != v1::REPORTED_ENTRY_KIND_CHARGE && (gross > 0) == (booked > 0) &&
                          gross != 0;
      if (!hidden) return;
      rows_[0].set_amount_minor(static_cast<int64_t>(gross > 0 ? gross : -gross));
    } else if (sum - told != booked || told == 0) {
      return LeaveAll("is of an entry whose transactions and charges don't make what was booked");
    }
    for (size_t i = 0; i < charges.size(); ++i) {
      if (charges[i] != 0 && rows_[i].problem().empty()) AddCharge(rows_[i], charges[i]);
    }
  }

  void AddCharge(const v1::ReportedEntry& of, int64_t charge) {
    v1::ReportedEntry added;
    added.set_kind(v1::REPORTED_ENTRY_KIND_CHARGE);
    added.set_amount_minor(charge < 0 ? -charge : charge);
    added.set_credit(charge < 0);
    *added.mutable_booked_on() = of.booked_on();
    if (!of.bank_reference().empty())
      added.set_bank_reference(domain::ChargesOf(Shortened(of.bank_reference(), kMaxReferenceBytes - 10)));
    added.set_settlement_id(of.settlement_id());
    added.set_payment_batch_id(of.payment_batch_id());
    rows_.push_back(std::move(added));
  }

  const pugi::xml_node whole_;
  const std::string& currency_;
  pugi::xml_document heads_;
  pugi::xml_node head_;
  std::string reference_;
  v1::ReportedEntry row_;  // what all rows of it have
  Nodes transactions_;
  std::vector<bool> own_amounts_;  // by transaction
  std::vector<v1::ReportedEntry> rows_;
};

// Gives each entry a reference of its own: one without is named by what it says, and one that isn't the first with its reference, too; so that
// the same entry in another report is known again.
class References {
 public:
  void Give(v1::ReportedEntry& entry) {
    std::string reference = entry.bank_reference();
    v1::ReportedEntry said = entry;
    said.clear_problem();
    const std::string content = said.SerializeAsString();
    const auto [first, fresh] = seen_.try_emplace(reference, content);
    if (!reference.empty() && !fresh && first->second == content && entry.problem().empty()) {
      entry.set_problem("stands twice in the document, with one reference");
      entry.set_kind(v1::REPORTED_ENTRY_KIND_UNSPECIFIED);
    }
    if (reference.empty() || !fresh) {
      const std::string hash = merkle::ToHex(merkle::AsBytes(merkle::Sha256(content))).substr(0, 16);
      const std::string base = domain::AnotherOf(Shortened(reference, kMaxReferenceBytes - 24), hash);
      reference = base;
      for (int i = 2; !seen_.try_emplace(reference, content).second; ++i)
        reference = absl::StrCat(base, "-", i);
    }
    entry.set_bank_reference(reference);
  }

 private:
  std::map<std::string, std::string> seen_;  // what was said under each
};

void AddNote(const std::string& note, v1::BankReportRecorded& report) {
  if (report.notes_size() < kMaxNotes) report.add_notes(note);
}

// A page of several has an identification of its own.
std::string IdentificationOf(const pugi::xml_node& body, const pugi::xml_node& statement) {
  const std::string id = TextAt(statement, "Id");
  pugi::xml_node pages = Child(statement, "StmtPgntn");
  if (!pages) pages = Child(statement, "RptPgntn");
  if (!pages) pages = Child(statement, "NtfctnPgntn");
  if (!pages) pages = Child(body, "GrpHdr/MsgPgntn");
  const std::string page = TextAt(pages, "PgNb");
  const bool only = page.empty() || (page == "1" && IsTrue(TextAt(pages, "LastPgInd")));
  return only ? id : absl::StrCat(id, "/page ", page);
}

bool IsOneOfSeveralPages(const std::string& id) { return absl::StrContains(id, "/page "); }

std::optional<int64_t> Balance(const pugi::xml_node& statement, absl::string_view code,
                               const std::string& currency) {
  for (const pugi::xml_node& balance : Children(statement, "Bal")) {
    if (TextAt(balance, "Tp/CdOrPrtry/Cd") != code) continue;
    const BankAmount amount = ReadAmount(Child(balance, "Amt"), currency);
    if (amount.problem == "has an amount of nothing") return 0;
    if (!amount.minor.has_value()) return std::nullopt;
    return TextAt(balance, "CdtDbtInd") == "DBIT" ? -*amount.minor : *amount.minor;
  }
  return std::nullopt;
}

// Opening and closing balance tell what the entries must come to.
void CheckBalances(const pugi::xml_node& statement, const std::string& id, const std::string& currency,
                   absl::int128 booked, bool all_read, v1::BankReportRecorded& report) {
  std::optional<int64_t> opening = Balance(statement, "OPBD", currency);
  if (!opening.has_value()) opening = Balance(statement, "PRCD", currency);
  const std::optional<int64_t> closing = Balance(statement, "CLBD", currency);
  if (!opening.has_value() || !closing.has_value() || !all_read || IsOneOfSeveralPages(id)) return;
  if (absl::int128(*opening) + booked == *closing) return;
  AddNote(absl::StrCat("statement ", id, ": its entries don't make the difference of its balances, ",
                       domain::Describe(*opening, currency), " and ", domain::Describe(*closing, currency),
                       ": has the bank left something out?"),
          report);
}

void ReadStatement(const pugi::xml_node& statement, const std::string& id, const ReportedAccount& account,
                   References& references, v1::BankReportRecorded& report) {
  absl::int128 booked = 0;
  bool all_read = true;
  for (const pugi::xml_node& whole : Children(statement, "Ntry")) {
    const BankAmount amount = ReadAmount(Child(whole, "Amt"), account.currency);
    const std::string status = StatusOf(whole);
    if (status == "BOOK" && amount.minor.has_value())
      booked += TextAt(whole, "CdtDbtInd") == "CRDT" ? *amount.minor : -*amount.minor;
    all_read &= status != "BOOK" || amount.minor.has_value();
    for (v1::ReportedEntry& row : Entry(whole, account.currency).Read()) {
      references.Give(row);
      *report.add_entries() = std::move(row);
    }
  }
  CheckBalances(statement, id, account.currency, booked, all_read, report);
}

// Why a statement is none of this account's to read; empty when it is.
std::string WhyNot(const pugi::xml_node& statement, const std::string& id, const ReportedAccount& account) {
  const std::string number =
      absl::StrCat(TextAt(statement, "Acct/Id/IBAN"), TextAt(statement, "Acct/Id/Othr/Id"));
  const std::string currency = TextAt(statement, "Acct/Ccy");
  if (!number.empty() && number != account.number) return "is of another account";
  if (!currency.empty() && currency != account.currency) return absl::StrCat("is in ", currency.substr(0, 3));
  if (id.empty() || id.size() > kMaxReferenceBytes) return "has no identification (Id) of 1 to 80 characters";
  return "";
}

}  // namespace

absl::Status ReadStatements(const pugi::xml_node& body, absl::string_view name,
                            const ReportedAccount& account, v1::BankReportRecorded& report) {
  const Nodes statements = Children(body, name);
  if (statements.empty()) return WrongDocument(v1::REASON_HOLDS_NO_STATEMENT, name);
  References references;
  std::vector<std::string> left_out;
  std::set<std::string> ids;
  // A document that is recorded whole is answered as it was, or refused, by the log.
  const bool any_new =
      std::any_of(statements.begin(), statements.end(), [&](const pugi::xml_node& statement) {
        const std::string id = IdentificationOf(body, statement);
        return WhyNot(statement, id, account).empty() && !account.recorded.contains(id);
      });
  for (const pugi::xml_node& statement : statements) {
    const std::string id = IdentificationOf(body, statement);
    std::string why = WhyNot(statement, id, account);
    if (why.empty() && any_new && account.recorded.contains(id)) why = "is recorded already";
    if (why.empty() && !ids.insert(id).second) why = "stands twice in the document";
    if (!why.empty()) {
      left_out.push_back(absl::StrCat("statement ", Shortened(id, kMaxReferenceBytes), " ", why));
      continue;
    }
    if (report.report_id().empty()) {
      report.set_report_id(id);
    } else {
      report.add_further_report_ids(id);
    }
    ReadStatement(statement, id, account, references, report);
  }
  if (ids.empty())
    return WrongDocument(v1::REASON_HAS_NOTHING_FOR_THIS_ACCOUNT, absl::StrJoin(left_out, "; "));
  for (const std::string& each : left_out) AddNote(absl::StrCat(each, ": it was left out"), report);
  return absl::OkStatus();
}

}  // namespace klaim::services
