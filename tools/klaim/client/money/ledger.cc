// klaim ledger: the books, for people and for other programs.

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/money.h"
#include "klaim/v1/import_export_service.grpc.pb.h"
#include "klaim/v1/treasury_service.grpc.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"
#include "tools/klaim/client/trust/exports.h"

namespace klaim::tools {
namespace {

using Treasury = v1::TreasuryService::Stub;

absl::Status Export(Connection& connection, const std::string& format, const std::string& path) {
  v1::StartLedgerExportRequest request;
  v1::StartLedgerExportResponse response;
  request.set_request_id(connection.RequestId());
  request.set_format(format == "hledger" ? v1::LEDGER_FORMAT_HLEDGER
                     : format == "csv"   ? v1::LEDGER_FORMAT_CSV
                                         : v1::LEDGER_FORMAT_XLSX);
  RETURN_IF_ERROR(connection.Call(&v1::ImportExportService::Stub::StartLedgerExport, request, response));
  return FetchExport<v1::ReadLedgerExportRequest>(connection, response.job_id(), "entries",
                                                  &v1::ImportExportService::Stub::ReadLedgerExport,
                                                  [&](const std::string&) { return path; });
}

}  // namespace

void AddLedger(CLI::App& app, Connection& connection) {
  auto* ledger = app.add_subcommand("ledger", "The books: double entry, from the log alone");
  ledger->require_subcommand(1);
  auto* accounts = ledger->add_subcommand("accounts", "Lists the accounts with their balances");
  OnCall(accounts, connection, [&connection] {
    v1::ListLedgerAccountsRequest request;
    v1::ListLedgerAccountsResponse response;
    absl::Status status = connection.Call(&Treasury::ListLedgerAccounts, request, response);
    Table table({"account", "balance"});
    for (const auto& account : response.accounts()) {
      const int64_t balance = account.balance_minor();
      table.Add({account.account(),
                 (balance < 0 ? "-" : "") + MoneyText(balance < 0 ? -balance : balance, account.currency())});
    }
    if (status.ok()) connection.Show(response, table.Text());
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
  OnCall(export_to, connection, [=, &connection] { return Export(connection, *format, *path); });
}

}  // namespace klaim::tools
