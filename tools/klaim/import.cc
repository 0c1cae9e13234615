// klaim import: an organisation's spreadsheet becomes filed claims. Good lines are filed while bad ones wait
// in a file that can be mended and imported again; a line that was filed before stays as it is.

#include <condition_variable>
#include <deque>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/klaim/claim_sheet.h"
#include "tools/klaim/session.h"

namespace klaim::tools {
namespace {

constexpr int kFilingsAMessage = 128;
constexpr int kMessagesAhead = 6;
constexpr int kMostTries = 20;

struct Options {
  std::string file;
  std::string programme;
  std::string encoding = "utf-8";
  std::string report;
  std::string mend;
  bool preview = false;
};

absl::StatusOr<v1::Programme> FindProgramme(Session& session, const std::string& code) {
  v1::ListProgrammesRequest request;
  v1::ListProgrammesResponse response;
  request.mutable_page()->set_size(1000);
  absl::Status status =
      session.Call(session.registry(), &v1::RegistryService::Stub::ListProgrammes, request, response);
  if (!status.ok()) return status;
  std::vector<std::string> codes;
  for (const auto& programme : response.programmes()) {
    if (programme.opened().code() == code || absl::StrCat(programme.programme_id()) == code) return programme;
    codes.push_back(programme.opened().code());
  }
  return absl::NotFoundError(
      absl::StrCat("--programme: none is called \"", code, "\"; there are ", absl::StrJoin(codes, ", ")));
}

absl::StatusOr<RespondentNames> AllRespondents(Session& session) {
  RespondentNames names;
  v1::ListRespondentsRequest request;
  request.mutable_page()->set_size(1000);
  do {
    v1::ListRespondentsResponse response;
    absl::Status status =
        session.Call(session.registry(), &v1::RegistryService::Stub::ListRespondents, request, response);
    if (!status.ok()) return status;
    for (const auto& respondent : response.respondents()) {
      std::set<std::string> folded = {FoldName(respondent.registered().name())};
      for (const std::string& alias : respondent.registered().aliases()) folded.insert(FoldName(alias));
      for (const auto& licence : respondent.registered().licences())
        folded.insert(FoldName(licence.number()));
      for (const std::string& name : folded) names[name].push_back(respondent.respondent_id());
    }
    request.mutable_page()->set_cursor(response.page().next_cursor());
  } while (!request.page().cursor().empty());
  return names;
}

// Files lines over FileClaims and gathers what became of each. After a cut it goes on from the first
// unanswered line; what had been filed is answered with its first receipt.
class BulkFiler {
 public:
  BulkFiler(Session& session, std::vector<const ClaimLine*> lines)
      : session_(session), lines_(std::move(lines)), outcomes_(lines_.size()) {}

  absl::Status Run() {
    Progress progress("claims", lines_.size(), session_.quiet());
    std::vector<size_t> waiting(lines_.size());
    for (size_t i = 0; i < waiting.size(); ++i) waiting[i] = i;
    absl::Status last;
    for (int tries = 0; !waiting.empty() && tries < kMostTries; ++tries) {
      if (tries > 0) std::this_thread::sleep_for(std::chrono::milliseconds(300 * tries));
      last = FileOnce(waiting, progress);
      if (absl::IsPermissionDenied(last) || absl::IsUnauthenticated(last)) return last;
      std::vector<size_t> again;
      for (size_t i : waiting) {
        const int code = outcomes_[i].error().code();
        const bool busy = code == static_cast<int>(absl::StatusCode::kResourceExhausted) ||
                          code == static_cast<int>(absl::StatusCode::kUnavailable);
        if (outcomes_[i].result_case() == v1::FilingOutcome::RESULT_NOT_SET || busy) again.push_back(i);
      }
      if (again.size() < waiting.size()) tries = 0;
      waiting = std::move(again);
    }
    if (waiting.empty()) return absl::OkStatus();
    return absl::UnavailableError(absl::StrCat(waiting.size(), " lines are not answered (", last.message(),
                                               "): import the file again, what is filed stays filed"));
  }

  const v1::FilingOutcome& outcome(size_t i) const { return outcomes_[i]; }

 private:
  absl::Status FileOnce(const std::vector<size_t>& which, Progress& progress) {
    grpc::ClientContext context;
    session_.AddMetadata(context);
    auto stream = session_.intake().FileClaims(&context);
    std::mutex mutex;
    std::condition_variable room;
    int ahead = 0;
    bool ended = false;
    std::thread sender([&] {
      for (size_t begin = 0; begin < which.size(); begin += kFilingsAMessage) {
        v1::FileClaimsRequest message;
        for (size_t i = begin; i < std::min(begin + kFilingsAMessage, which.size()); ++i) {
          *message.add_filings() = lines_[which[i]]->filing;
        }
        std::unique_lock lock(mutex);
        room.wait(lock, [&] { return ahead < kMessagesAhead || ended; });
        if (ended) return;
        ++ahead;
        lock.unlock();
        if (!stream->Write(message)) return;
      }
      stream->WritesDone();
    });
    v1::FileClaimsResponse response;
    size_t answered = 0;
    while (stream->Read(&response)) {
      for (auto& outcome : *response.mutable_outcomes()) {
        if (answered < which.size()) outcomes_[which[answered++]] = std::move(outcome);
      }
      progress.Set(lines_.size() - which.size() + answered);
      std::lock_guard lock(mutex);
      --ahead;
      room.notify_one();
    }
    {
      std::lock_guard lock(mutex);
      ended = true;
      room.notify_one();
    }
    sender.join();
    return services::FromWire(stream->Finish());
  }

  Session& session_;
  std::vector<const ClaimLine*> lines_;
  std::vector<v1::FilingOutcome> outcomes_;
};

absl::Status ConfirmAccounts(Session& session,
                             const std::vector<std::pair<const ClaimLine*, uint64_t>>& accounts) {
  Progress progress("accounts", accounts.size(), session.quiet());
  uint64_t done = 0;
  for (const auto& [line, claimant_id] : accounts) {
    v1::ConfirmPayoutAccountRequest request;
    request.set_request_id("account:" + line->filing.request_id());
    request.set_claimant_id(claimant_id);
    *request.mutable_account() = line->account;
    v1::ConfirmPayoutAccountResponse response;
    absl::Status status =
        session.Call(session.intake(), &v1::IntakeService::Stub::ConfirmPayoutAccount, request, response);
    if (!status.ok())
      return absl::Status(status.code(),
                          absl::StrCat("account of line ", line->row->line, ": ", status.message()));
    progress.Set(++done);
  }
  return absl::OkStatus();
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
};

// What became of every line, and the lines that wait, as the sheet had them.
class Report {
 public:
  Report(const Options& options, const Spreadsheet& sheet)
      : delimiter_(sheet.delimiter), header_(sheet.header), mend_file_(options.mend) {
    report_.open(options.report);
    report_ << CsvLine({"line", "reference", "outcome", "claim", "details"}, ',');
  }
  void Add(const ClaimLine& line, const std::string& outcome, uint64_t claim_id, const std::string& details) {
    report_ << CsvLine({absl::StrCat(line.row->line), line.reference, outcome,
                        claim_id == 0 ? "" : absl::StrCat(claim_id), details},
                       ',');
  }
  void AddToMend(const ClaimLine& line) {
    if (!mend_.is_open()) {
      mend_.open(mend_file_);
      mend_ << CsvLine(header_, delimiter_);
    }
    mend_ << CsvLine(line.row->cells, delimiter_);
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

absl::Status FileLines(Session& session, const Options& options, const Spreadsheet& sheet,
                       const std::vector<ClaimLine>& lines, Tally& tally) {
  std::vector<const ClaimLine*> good;
  for (const ClaimLine& line : lines) {
    if (line.problems.empty()) good.push_back(&line);
  }
  BulkFiler filer(session, good);
  absl::Status filed = filer.Run();
  Report report(options, sheet);
  std::vector<std::pair<const ClaimLine*, uint64_t>> accounts;
  size_t at = 0;
  for (const ClaimLine& line : lines) {
    if (!line.problems.empty()) {
      report.Add(line, "waits", 0, ProblemsText(line));
      report.AddToMend(line);
      ++tally.waiting;
      continue;
    }
    const v1::FilingOutcome& outcome = filer.outcome(at++);
    if (!outcome.has_filed()) {
      report.Add(line, "waits", 0, outcome.has_error() ? outcome.error().message() : "not answered");
      report.AddToMend(line);
      ++tally.waiting;
      continue;
    }
    const v1::FileClaimResponse& claim = outcome.filed();
    const bool before = claim.receipt().recorded_before();
    session.NoteRecorded(claim.receipt().sequence());
    ++(before ? tally.before : tally.filed);
    tally.duplicates += claim.possible_duplicate() ? 1 : 0;
    report.Add(
        line, before ? "filed before" : "filed", claim.claim_id(),
        claim.possible_duplicate() ? "somebody who looks the same is registered: queued for review" : "");
    if (line.account.has_number()) accounts.emplace_back(&line, claim.claimant_id());
  }
  absl::Status confirmed = ConfirmAccounts(session, accounts);
  absl::Status closed = report.Close();
  return !filed.ok() ? filed : !confirmed.ok() ? confirmed : closed;
}

absl::Status Import(Session& session, const Options& options) {
  auto sheet =
      ReadSpreadsheet(options.file, options.encoding == "utf-8" ? Encoding::kUtf8 : Encoding::kWindows1252);
  if (!sheet.ok()) return sheet.status();
  auto programme = FindProgramme(session, options.programme);
  if (!programme.ok()) return programme.status();
  auto names = AllRespondents(session);
  if (!names.ok()) return names.status();
  const std::vector<ClaimLine> lines = ReadClaims(*sheet, *programme, *names);
  if (!session.json()) Preview(lines);
  if (options.preview) return absl::OkStatus();
  Tally tally;
  absl::Status status = FileLines(session, options, *sheet, lines, tally);
  if (session.json()) {
    std::cout << "{\"lines\":" << lines.size() << ",\"filed\":" << tally.filed
              << ",\"filed_before\":" << tally.before << ",\"possible_duplicates\":" << tally.duplicates
              << ",\"waiting\":" << tally.waiting << "}" << std::endl;
  } else {
    std::cout << CountText(tally.filed) << " filed, " << CountText(tally.before) << " filed before, "
              << CountText(tally.waiting) << " wait"
              << (tally.waiting > 0 ? absl::StrCat(" in ", options.mend) : "") << "; "
              << CountText(tally.duplicates)
              << " look like somebody registered before and are queued for review.\n"
              << "What became of every line: " << options.report << std::endl;
  }
  return status;
}

}  // namespace

void AddImport(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("import", "Files the claims of a spreadsheet (CSV)");
  auto options = std::make_shared<Options>();
  command->add_option("FILE", options->file, "The sheet; columns in docs/import.md")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--programme", options->programme, "Code or number of the programme")->required();
  command->add_option("--encoding", options->encoding, "utf-8 or windows-1252")
      ->check(CLI::IsMember({"utf-8", "windows-1252"}))
      ->capture_default_str();
  command->add_flag("--preview", options->preview,
                    "Only show what is wrong, by line and column; file nothing");
  command->add_option("--report", options->report,
                      "Where to write what became of every line (default: FILE.report.csv)");
  command->add_option("--mend", options->mend, "Where to write lines that wait (default: FILE.mend.csv)");
  command->footer(
      "Examples:\n"
      "  klaim import claims.csv --programme HK-FEES-2025 --preview\n"
      "  klaim import claims.csv --programme HK-FEES-2025\n"
      "  klaim import claims.csv.mend.csv --programme HK-FEES-2025");
  OnCall(command, session, [=, &session] {
    if (options->report.empty()) options->report = options->file + ".report.csv";
    if (options->mend.empty()) options->mend = options->file + ".mend.csv";
    return Import(session, *options);
  });
}

}  // namespace klaim::tools
