// klaim import: an organisation's spreadsheet becomes filed claims, by a job of the daemon. Good lines are filed while bad ones
// wait in a file that can be mended and imported again; a line that was filed before stays as it is.

#include <fstream>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/return_if_error.h"
#include "klaim/v1/import_export_service.pb.h"
#include "klaim/v1/intake_service.pb.h"
#include "klaim/v1/registry_service.grpc.pb.h"
#include "services/common/csv_line.h"
#include "services/common/system_clock.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/filing/claim_sheet.h"
#include "tools/klaim/client/filing/imports.h"
#include "tools/klaim/client/registry/respondent_list.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

// Where a number is taken, it may be a line of another sheet that begins with 1 too.
std::string WithAdvice(const std::string& error) {
  if (!absl::StrContains(error, "request_id: was used before")) return error;
  return absl::StrCat(error,
                      ". A line of another sheet with the same number: import that sheet with --series NAME");
}

struct ImportOptions {
  std::string file;
  std::string programme;
  std::string encoding = "utf-8";
  std::string report;
  std::string mend;
  std::string cancel;
  std::string series;
  std::vector<std::string> left_out;
  bool preview = false;
  bool detach = false;
};

absl::StatusOr<v1::Programme> FindProgramme(Connection& connection, const std::string& code) {
  v1::ListProgrammesRequest request;
  v1::ListProgrammesResponse response;
  request.mutable_page()->set_size(1000);
  RETURN_IF_ERROR(connection.Call(&v1::RegistryService::Stub::ListProgrammes, request, response));
  std::vector<std::string> codes;
  for (const auto& programme : response.programmes()) {
    if (programme.opened().code() == code || absl::StrCat(programme.programme_id()) == code) return programme;
    codes.push_back(programme.opened().code());
  }
  return absl::NotFoundError(
      absl::StrCat("--programme: none is called \"", code, "\"; there are ", absl::StrJoin(codes, ", ")));
}

absl::StatusOr<RespondentNames> AllRespondents(Connection& connection) {
  RespondentNames names;
  absl::Status status = ForEachRespondent(connection, [&](const v1::Respondent& respondent) {
    std::set<std::string> folded = {FoldName(respondent.registered().name())};
    for (const std::string& alias : respondent.registered().aliases()) folded.insert(FoldName(alias));
    for (const auto& licence : respondent.registered().licences()) folded.insert(FoldName(licence.number()));
    for (const std::string& name : folded) names[name].push_back(respondent.respondent_id());
  });
  if (!status.ok()) return status;
  return names;
}

std::string ProblemsText(const ClaimLine& line) {
  return absl::StrJoin(line.problems, "; ", [](std::string* out, const CellProblem& problem) {
    absl::StrAppend(out, problem.column.empty() ? "" : problem.column + " ", problem.what);
  });
}

struct Tally {
  size_t filed = 0;
  size_t before = 0;
  size_t duplicates = 0;
  size_t waiting = 0;
  size_t accounts_refused = 0;
};

// What became of every line, and the lines that wait, as the sheet had them.
class Report {
 public:
  Report(const ImportOptions& options, const Spreadsheet& sheet)
      : delimiter_(sheet.delimiter), header_(sheet.header), mend_file_(options.mend) {
    report_.open(options.report);
    report_ << services::CsvLine({"line", "reference", "outcome", "claim", "details"}, ',');
  }
  void Add(const ClaimLine& line, const std::string& outcome, uint64_t claim_id, const std::string& details) {
    report_ << services::CsvLine(
        {absl::StrCat(line.row->line), services::ForSpreadsheets(line.reference), outcome,
         claim_id == 0 ? "" : absl::StrCat(claim_id), services::ForSpreadsheets(details)},
        ',');
  }
  void AddToMend(const ClaimLine& line) {
    if (!mend_.is_open()) {
      mend_.open(mend_file_);
      mend_ << services::CsvLine(header_, delimiter_);
    }
    mend_ << services::CsvLine(line.row->cells, delimiter_);
  }
  absl::Status Close() {
    report_.close();
    if (mend_.is_open()) mend_.close();
    if (!report_ || mend_.fail())
      return absl::InternalError("the report can't be written: is the disk full?");
    return absl::OkStatus();
  }

 private:
  const char delimiter_;
  const std::vector<std::string> header_;
  const std::string mend_file_;
  std::ofstream report_;
  std::ofstream mend_;
};

void Preview(const std::vector<ClaimLine>& lines) {
  size_t good = 0;
  size_t shown = 0;
  for (const ClaimLine& line : lines) {
    good += line.problems.empty() ? 1 : 0;
    for (const CellProblem& problem : line.problems) {
      if (++shown > 200) continue;
      std::cout << "line " << problem.line << (problem.column.empty() ? "" : ", column " + problem.column)
                << ": " << problem.what << "\n";
    }
  }
  if (shown > 200) std::cout << "... and " << shown - 200 << " problems more\n";
  std::cout << lines.size() << " lines: " << good << " can be filed, " << lines.size() - good
            << " have problems" << std::endl;
}

std::vector<v1::ImportedLine> GoodLines(const std::vector<ClaimLine>& lines) {
  std::vector<v1::ImportedLine> good;
  for (const ClaimLine& line : lines) {
    if (!line.problems.empty()) continue;
    v1::ImportedLine& imported = good.emplace_back();
    imported.set_number(static_cast<uint32_t>(line.row->line));
    *imported.mutable_filing() = line.filing;
    if (line.account.has_number()) *imported.mutable_account() = line.account;
  }
  return good;
}

absl::Status WriteReport(const ImportOptions& options, const Spreadsheet& sheet,
                         const std::vector<ClaimLine>& lines, const ImportResult& result, Tally& tally) {
  Report report(options, sheet);
  const auto wait = [&](const ClaimLine& line, const std::string& why) {
    report.Add(line, "waits", 0, why);
    report.AddToMend(line);
    ++tally.waiting;
  };
  for (const ClaimLine& line : lines) {
    const auto found = result.outcomes.find(static_cast<uint32_t>(line.row->line));
    if (!line.problems.empty()) {
      wait(line, ProblemsText(line));
    } else if (found == result.outcomes.end()) {
      wait(line, "the import ended before it");
    } else if (!found->second.outcome().has_filed()) {
      wait(line, WithAdvice(found->second.outcome().error().message()));
    } else {
      const v1::FileClaimResponse& claim = found->second.outcome().filed();
      const bool before = claim.receipt().recorded_before();
      ++(before ? tally.before : tally.filed);
      tally.duplicates += claim.possible_duplicate() && !before ? 1 : 0;
      const std::string& account = found->second.account_problem();
      report.Add(line, before ? "filed before" : "filed", claim.claim_id(),
                 !account.empty()             ? "the account was not recorded: " + account
                 : claim.possible_duplicate() ? "somebody who looks the same is registered: queued for review"
                                              : "");
      tally.accounts_refused += account.empty() ? 0 : 1;
    }
  }
  return report.Close();
}

void ShowTally(const Connection& connection, const ImportOptions& options, const ImportResult& result,
               size_t lines, const Tally& tally) {
  if (connection.json()) {
    std::cout << "{\"lines\":" << lines << ",\"filed\":" << tally.filed
              << ",\"filed_before\":" << tally.before << ",\"possible_duplicates\":" << tally.duplicates
              << ",\"waiting\":" << tally.waiting << ",\"accounts_refused\":" << tally.accounts_refused
              << ",\"job_id\":\"" << result.job_id << "\"}" << std::endl;
    return;
  }
  std::cout << CountText(tally.filed) << " filed, " << CountText(tally.before) << " filed before, "
            << CountText(tally.waiting) << " wait"
            << (tally.waiting > 0 ? absl::StrCat(" in ", options.mend) : "") << "; "
            << CountText(tally.duplicates)
            << " look like somebody registered before and are queued for review"
            << (tally.accounts_refused > 0
                    ? absl::StrCat("; ", CountText(tally.accounts_refused), " accounts were not recorded")
                    : "")
            << ".\nWhat became of every line: " << options.report << std::endl;
}

absl::Status ImportClaims(Connection& connection, const ImportOptions& options) {
  auto sheet =
      ReadSpreadsheet(options.file, options.encoding == "utf-8" ? Encoding::kUtf8 : Encoding::kWindows1252);
  if (!sheet.ok()) return sheet.status();
  RETURN_IF_ERROR(CheckClaimColumns(*sheet, options.left_out));
  ASSIGN_OR_RETURN(auto programme, FindProgramme(connection, options.programme));
  ASSIGN_OR_RETURN(auto names, AllRespondents(connection));
  const std::vector<ClaimLine> lines =
      ReadClaims(*sheet, programme, names, {options.series, services::SystemClockMicros()});
  if (!options.cancel.empty()) {
    absl::Status cancelled = CancelImport(connection, GoodLines(lines), options.cancel);
    if (cancelled.ok()) std::cout << "It ends soon; what is filed stays filed." << std::endl;
    return cancelled;
  }
  if (!connection.json()) Preview(lines);
  if (options.preview) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto result, FileLines(connection, GoodLines(lines), "claims", !options.detach));
  if (!result.ended) {
    std::cout << "Job " << result.job_id
              << " files them. The same command again tells how far it is, and what became of them."
              << std::endl;
    return absl::OkStatus();
  }
  Tally tally;
  absl::Status reported = WriteReport(options, *sheet, lines, result, tally);
  ShowTally(connection, options, result, lines.size(), tally);
  return reported;
}

}  // namespace

void AddImport(CLI::App& app, Connection& connection) {
  auto* command = app.add_subcommand("import", "Files the claims of a spreadsheet (CSV)");
  auto options = std::make_shared<ImportOptions>();
  command->add_option("FILE", options->file, "The sheet; columns in docs/import.md")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--programme", options->programme, "Code or number of the programme")->required();
  command->add_option("--encoding", options->encoding, "utf-8 or windows-1252")
      ->check(CLI::IsMember({"utf-8", "windows-1252"}))
      ->capture_default_str();
  command->add_option("--series", options->series,
                      "A name for this sheet's numbers, where another sheet of yours begins with 1 too");
  command->add_option("--leave-out", options->left_out,
                      "A column that is not to be taken in; can be given again");
  command->add_flag("--preview", options->preview,
                    "Only show what is wrong, by line and column; file nothing");
  command->add_flag("--detach", options->detach,
                    "Don't wait: the daemon files them; the same command again shows the outcome");
  command->add_option("--cancel", options->cancel, "End an import of this file that goes on, and say why");
  command->add_option("--report", options->report,
                      "Where to write what became of every line (default: FILE.report.csv)");
  command->add_option("--mend", options->mend, "Where to write lines that wait (default: FILE.mend.csv)");
  command->footer(
      "Examples:\n"
      "  klaim import claims.csv --programme HK-FEES-2025 --preview\n"
      "  klaim import claims.csv --programme HK-FEES-2025\n"
      "  klaim import claims.csv.mend.csv --programme HK-FEES-2025\n"
      "  klaim import claims.csv --programme HK-FEES-2025 --detach");
  OnCall(command, connection, [=, &connection] {
    if (options->report.empty()) options->report = options->file + ".report.csv";
    if (options->mend.empty()) options->mend = options->file + ".mend.csv";
    return ImportClaims(connection, *options);
  });
}

}  // namespace klaim::tools
