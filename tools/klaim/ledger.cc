// klaim ledger: the books, for people and for other programs.

#include <xlsxwriter.h>

#include <fstream>
#include <iostream>
#include <set>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/domain/rules.h"
#include "services/payment_file.h"
#include "tools/klaim/session.h"
#include "tools/klaim/spreadsheet.h"

namespace klaim::tools {
namespace {

using Treasury = v1::TreasuryService::Stub;

absl::Status ForEachEntry(Session& session, absl::FunctionRef<absl::Status(const v1::LedgerEntry&)> visit) {
  v1::ListLedgerRequest request;
  request.mutable_page()->set_size(1000);
  do {
    v1::ListLedgerResponse response;
    absl::Status status = session.Call(session.treasury(), &Treasury::ListLedger, request, response);
    for (int i = 0; status.ok() && i < response.entries_size(); ++i) status = visit(response.entries(i));
    if (!status.ok()) return status;
    request.mutable_page()->set_cursor(response.page().next_cursor());
  } while (!request.page().cursor().empty());
  return absl::OkStatus();
}

std::string IsoDay(const v1::PartialDate& date) {
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
}

absl::StatusOr<std::string> Signed(int64_t minor, const std::string& currency) {
  auto digits = domain::MinorDigits("currency", currency);
  if (!digits.ok()) return digits.status();
  return absl::StrCat(minor < 0 ? "-" : "", services::PlainAmount(minor < 0 ? -minor : minor, *digits));
}

// One journal entry as hledger reads it; the record's number is its code.
absl::StatusOr<std::string> JournalText(const v1::LedgerEntry& entry) {
  std::string text =
      absl::StrCat(IsoDay(entry.date()), " * (", entry.sequence(), ") ", entry.description(), "\n");
  for (const v1::Posting& posting : entry.postings()) {
    auto amount = Signed(posting.amount_minor(), entry.currency());
    if (!amount.ok()) return amount.status();
    // Two spaces end an account's name.
    absl::StrAppend(&text, "    ", posting.account(), "  ", *amount, " ", entry.currency(), "\n");
  }
  return text + "\n";
}

absl::Status WriteHledger(Session& session, std::ostream& out) {
  // What hledger check wants declared; amounts with a point, as the journal writes them.
  v1::ListLedgerAccountsRequest request;
  v1::ListLedgerAccountsResponse accounts;
  absl::Status status = session.Call(session.treasury(), &Treasury::ListLedgerAccounts, request, accounts);
  if (!status.ok()) return status;
  out << "; Klaim: the ledger of the docket, from its log alone\ndecimal-mark .\n";
  std::set<std::string> currencies;
  std::set<std::string> names;
  for (const auto& account : accounts.accounts()) {
    currencies.insert(account.currency());
    names.insert(account.account());
  }
  for (const std::string& currency : currencies) {
    auto amount = Signed(100'000, currency);
    if (!amount.ok()) return amount.status();
    out << "commodity " << *amount << " " << currency << "\n";
  }
  for (const std::string& name : names) out << "account " << name << "\n";
  out << "\n";
  return ForEachEntry(session, [&](const v1::LedgerEntry& entry) -> absl::Status {
    auto text = JournalText(entry);
    if (text.ok()) out << *text;
    return text.status();
  });
}

const std::vector<std::string> kColumns = {"record",   "date",  "description", "account",
                                           "currency", "debit", "credit"};

// One line a posting.
absl::Status ForEachLine(Session& session, absl::FunctionRef<void(const std::vector<std::string>&)> line) {
  return ForEachEntry(session, [&](const v1::LedgerEntry& entry) -> absl::Status {
    for (const v1::Posting& posting : entry.postings()) {
      const bool debit = posting.amount_minor() >= 0;
      auto amount = Signed(debit ? posting.amount_minor() : -posting.amount_minor(), entry.currency());
      if (!amount.ok()) return amount.status();
      line({absl::StrCat(entry.sequence()), IsoDay(entry.date()), entry.description(), posting.account(),
            entry.currency(), debit ? *amount : "", debit ? "" : *amount});
    }
    return absl::OkStatus();
  });
}

absl::Status WriteXlsx(Session& session, const std::string& path) {
  lxw_workbook* workbook = workbook_new(path.c_str());
  lxw_worksheet* sheet = workbook_add_worksheet(workbook, "Buku besar");
  lxw_format* bold = workbook_add_format(workbook);
  format_set_bold(bold);
  lxw_format* money = workbook_add_format(workbook);
  format_set_num_format(money, "#,##0.00");
  for (size_t i = 0; i < kColumns.size(); ++i) {
    worksheet_write_string(sheet, 0, static_cast<lxw_col_t>(i), kColumns[i].c_str(), bold);
  }
  worksheet_set_column(sheet, 2, 3, 40, nullptr);
  worksheet_freeze_panes(sheet, 1, 0);
  lxw_row_t row = 1;
  absl::Status status = ForEachLine(session, [&](const std::vector<std::string>& cells) {
    for (size_t i = 0; i < cells.size(); ++i) {
      const auto column = static_cast<lxw_col_t>(i);
      if (i >= 5 && !cells[i].empty()) {
        worksheet_write_number(sheet, row, column, std::stod(cells[i]), money);
      } else {
        worksheet_write_string(sheet, row, column, cells[i].c_str(), nullptr);
      }
    }
    ++row;
  });
  const lxw_error error = workbook_close(workbook);
  if (status.ok() && error != LXW_NO_ERROR)
    return absl::InternalError(absl::StrCat(path, ": ", lxw_strerror(error)));
  return status;
}

absl::Status Export(Session& session, const std::string& format, const std::string& path) {
  if (format == "xlsx") return WriteXlsx(session, path);
  std::ofstream out(path);
  if (!out) return absl::PermissionDeniedError(absl::StrCat("--out: can't write ", path));
  absl::Status status;
  if (format == "hledger") {
    status = WriteHledger(session, out);
  } else {
    out << CsvLine(kColumns, ',');
    status = ForEachLine(session, [&](const std::vector<std::string>& cells) { out << CsvLine(cells, ','); });
  }
  out.flush();
  if (status.ok() && !out)
    return absl::InternalError(absl::StrCat("can't write ", path, ": is the disk full?"));
  return status;
}

}  // namespace

void AddLedger(CLI::App& app, Session& session) {
  auto* ledger = app.add_subcommand("ledger", "The books: double entry, from the log alone");
  ledger->require_subcommand(1);
  auto* accounts = ledger->add_subcommand("accounts", "Lists the accounts with their balances");
  OnCall(accounts, session, [&session] {
    v1::ListLedgerAccountsRequest request;
    v1::ListLedgerAccountsResponse response;
    absl::Status status = session.Call(session.treasury(), &Treasury::ListLedgerAccounts, request, response);
    Table table({"account", "balance"});
    for (const auto& account : response.accounts()) {
      const int64_t balance = account.balance_minor();
      table.Add({account.account(),
                 (balance < 0 ? "-" : "") + MoneyText(balance < 0 ? -balance : balance, account.currency())});
    }
    if (status.ok()) session.Show(response, table.Text());
    return status;
  });
  auto* export_to = ledger->add_subcommand("export", "Writes the journal for hledger, or a table");
  auto format = std::make_shared<std::string>("hledger");
  auto path = std::make_shared<std::string>();
  export_to->add_option("--format", *format, "hledger, csv or xlsx")
      ->capture_default_str()
      ->check(CLI::IsMember({"hledger", "csv", "xlsx"}));
  export_to->add_option("--out", *path, "Where to write it")->required();
  export_to->footer("Example:\n  klaim ledger export --out klaim.journal && hledger -f klaim.journal check");
  OnCall(export_to, session, [=, &session] { return Export(session, *format, *path); });
}

}  // namespace klaim::tools
