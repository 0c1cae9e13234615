#include "services/jobs/ledger_export.h"

#include <xlsxwriter.h>

#include <fstream>
#include <iterator>

#include "absl/functional/function_ref.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "klaim/v1/treasury_service.pb.h"
#include "projections/money/ledger.h"
#include "projections/money/ledger_query.h"
#include "services/common/csv_line.h"
#include "services/common/personal_data.h"
#include "services/jobs/export_folders.h"

namespace klaim::services {
namespace {

constexpr uint64_t kMaxSheetRows = 1'048'575;  // of an XLSX sheet, below its header

absl::StatusOr<std::string> Signed(int64_t minor, const std::string& currency) {
  ASSIGN_OR_RETURN(auto digits, domain::MinorDigits("currency", currency));
  return domain::PlainAmount(minor, digits);
}

// The entries up to the last one that there was when the export began: it may be read twice.
class Entries {
 public:
  explicit Entries(JobRun& run) : run_(run) {}

  // Looks at all of them once.
  absl::Status Survey() {
    return Each(run_.docket.models().ledger().Entries(), [&](const v1::LedgerEntry& entry) {
      last_ = entry.sequence();
      ++count_;
      postings_ += static_cast<uint64_t>(entry.postings_size());
      for (const v1::Posting& posting : entry.postings()) accounts_.insert(posting.account());
      currencies_.insert(entry.currency());
      return absl::OkStatus();
    });
  }

  // Those that were surveyed, in the order of the log, and by date.
  absl::Status ForEach(absl::FunctionRef<absl::Status(const v1::LedgerEntry&)> visit) {
    return Surveyed(run_.docket.models().ledger().Entries(), visit);
  }
  absl::Status ForEachByDate(absl::FunctionRef<absl::Status(const v1::LedgerEntry&)> visit) {
    return Surveyed(run_.docket.models().ledger().EntriesByDate(), visit);
  }

  uint64_t postings() const { return postings_; }
  const std::set<std::string>& accounts() const { return accounts_; }
  const std::set<std::string>& currencies() const { return currencies_; }

 private:
  absl::Status Surveyed(const projections::Listing<v1::LedgerEntry>& entries,
                        absl::FunctionRef<absl::Status(const v1::LedgerEntry&)> visit) {
    run_.SetTotal(count_ + 1);
    uint64_t looked_at = 0;
    return Each(entries, [&](const v1::LedgerEntry& entry) {
      if (entry.sequence() > last_) return absl::OkStatus();
      run_.SetLookedAt(++looked_at);
      return visit(entry);
    });
  }
  absl::Status Each(const projections::Listing<v1::LedgerEntry>& entries,
                    absl::FunctionRef<absl::Status(const v1::LedgerEntry&)> visit) {
    return entries.ForEach([&](const v1::LedgerEntry& entry) {
      return run_.GoesOn() ? visit(entry) : absl::CancelledError("cancelled");
    });
  }

  JobRun& run_;
  uint64_t last_ = 0;  // sequence of the last that was surveyed
  uint64_t count_ = 0;
  uint64_t postings_ = 0;
  std::set<std::string> accounts_;
  std::set<std::string> currencies_;
};

}  // namespace

absl::StatusOr<std::string> JournalHead(const std::set<std::string>& currencies,
                                        const std::set<std::string>& accounts) {
  std::string text = "; Klaim: the ledger of the docket, from its log alone\ndecimal-mark .\n";
  for (const std::string& currency : currencies) {
    ASSIGN_OR_RETURN(auto amount, Signed(100'000, currency));
    // hledger wants a decimal mark there, of currencies without decimals too.
    const bool whole = !absl::StrContains(amount, '.');
    absl::StrAppend(&text, "commodity ", amount, whole ? "." : "", " ", currency, "\n");
  }
  for (const std::string& account : accounts) absl::StrAppend(&text, "account ", account, "\n");
  return text + "\n";
}

absl::StatusOr<std::string> JournalText(const v1::LedgerEntry& entry) {
  // Purposes are people's words: in a journal, a line break ends an entry's head, and a semicolon begins a comment.
  std::string text =
      absl::StrCat(IsoDate(entry.date()), " * (", entry.sequence(), ") ",
                   absl::StrReplaceAll(entry.description(), {{"\n", " "}, {"\t", " "}, {";", ","}}), "\n");
  for (const v1::Posting& posting : entry.postings()) {
    ASSIGN_OR_RETURN(auto amount, Signed(posting.amount_minor(), entry.currency()));
    // Two spaces end an account's name.
    absl::StrAppend(&text, "    ", posting.account(), "  ", amount, " ", entry.currency(), "\n");
  }
  return text + "\n";
}

namespace {

absl::Status WriteHledger(Entries& entries, std::ostream& out) {
  ASSIGN_OR_RETURN(auto head, JournalHead(entries.currencies(), entries.accounts()));
  out << head;
  return entries.ForEachByDate([&](const v1::LedgerEntry& entry) -> absl::Status {
    auto text = JournalText(entry);
    if (text.ok()) out << *text;
    return text.status();
  });
}

const std::vector<std::string> kColumns = {"record",   "date",  "description", "account",
                                           "currency", "debit", "credit"};

// One line a posting.
absl::Status ForEachLine(Entries& entries, absl::FunctionRef<void(const std::vector<std::string>&)> line) {
  return entries.ForEach([&](const v1::LedgerEntry& entry) -> absl::Status {
    for (const v1::Posting& posting : entry.postings()) {
      const bool debit = posting.amount_minor() >= 0;
      ASSIGN_OR_RETURN(auto amount,
                       Signed(debit ? posting.amount_minor() : -posting.amount_minor(), entry.currency()));
      line({absl::StrCat(entry.sequence()), IsoDate(entry.date()), entry.description(), posting.account(),
            entry.currency(), debit ? amount : "", debit ? "" : amount});
    }
    return absl::OkStatus();
  });
}

absl::Status WriteXlsx(Entries& entries, const std::string& path) {
  if (entries.postings() > kMaxSheetRows) {
    return domain::Refuse(absl::StatusCode::kInvalidArgument, "format", v1::REASON_SHEET_HOLDS_FEWER_LINES,
                          {});
  }
  lxw_workbook* workbook = workbook_new(path.c_str());
  lxw_worksheet* sheet = workbook_add_worksheet(workbook, "Buku besar");
  lxw_format* bold = workbook_add_format(workbook);
  format_set_bold(bold);
  // By the decimals of the currency: 0, 2 or 3.
  static constexpr const char* kPatterns[] = {"#,##0", "#,##0.0", "#,##0.00", "#,##0.000"};
  lxw_format* money[std::size(kPatterns)];
  for (size_t i = 0; i < std::size(kPatterns); ++i) {
    money[i] = workbook_add_format(workbook);
    format_set_num_format(money[i], kPatterns[i]);
  }
  for (size_t i = 0; i < kColumns.size(); ++i) {
    worksheet_write_string(sheet, 0, static_cast<lxw_col_t>(i), kColumns[i].c_str(), bold);
  }
  worksheet_set_column(sheet, 2, 3, 40, nullptr);
  worksheet_freeze_panes(sheet, 1, 0);
  lxw_row_t row = 1;
  absl::Status status = ForEachLine(entries, [&](const std::vector<std::string>& cells) {
    for (size_t i = 0; i < cells.size(); ++i) {
      const auto column = static_cast<lxw_col_t>(i);
      if (i >= 5 && !cells[i].empty()) {
        const size_t point = cells[i].find('.');
        const size_t digits = point == std::string::npos ? 0 : cells[i].size() - point - 1;
        worksheet_write_number(sheet, row, column, std::stod(cells[i]), money[digits]);
      } else {
        worksheet_write_string(sheet, row, column, cells[i].c_str(), nullptr);
      }
    }
    ++row;
  });
  const lxw_error error = workbook_close(workbook);
  if (status.ok() && error != LXW_NO_ERROR)
    return absl::InternalError(absl::StrCat("can't write the ledger: ", lxw_strerror(error)));
  return status;
}

absl::Status Write(JobRun& run, const std::string& folder) {
  const v1::LedgerFormat format = run.job.started.ledger_export_started().format();
  const std::string path = folder + "/" + LedgerFileName(format);
  Entries entries(run);
  RETURN_IF_ERROR(entries.Survey());
  if (format == v1::LEDGER_FORMAT_XLSX) return WriteXlsx(entries, path);
  std::ofstream out(path);
  absl::Status status;
  if (format == v1::LEDGER_FORMAT_HLEDGER) {
    status = WriteHledger(entries, out);
  } else {
    out << CsvLine(kColumns, ',');
    status = ForEachLine(entries, [&](const std::vector<std::string>& cells) { out << CsvLine(cells, ','); });
  }
  out.close();
  return status.ok() && !out ? absl::InternalError("can't write the ledger: is the disk full?") : status;
}

}  // namespace

std::string LedgerFileName(v1::LedgerFormat format) {
  return format == v1::LEDGER_FORMAT_HLEDGER ? "klaim.journal"
         : format == v1::LEDGER_FORMAT_CSV   ? "ledger.csv"
                                             : "ledger.xlsx";
}

void ExportLedger(JobRun& run) {
  run.exports.Make(run, [&run](const std::string& folder) { return Write(run, folder); });
}

}  // namespace klaim::services
