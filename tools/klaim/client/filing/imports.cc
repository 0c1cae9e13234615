#include "tools/klaim/client/filing/imports.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/merkle/hash.h"
#include "klaim/v1/import_export_service.grpc.pb.h"
#include "services/common/limits.h"
#include "tools/klaim/client/connection.h"
#include "tools/klaim/client/progress.h"

namespace klaim::tools {
namespace {

using Service = v1::ImportExportService::Stub;
using Lines = std::vector<v1::ImportedLine>;

constexpr size_t kMessageBytes = 1 << 20;
constexpr int kMaxRounds = 1'000;
constexpr auto kLook = std::chrono::milliseconds(100);

// The same lines have the same name, whoever runs the command again.
std::string NameOf(const Lines& lines, int round) {
  merkle::Sha256Stream hash;
  for (const v1::ImportedLine& line : lines) {
    const std::string bytes = line.SerializeAsString();
    hash.Update(absl::StrCat(bytes.size(), ":"));
    hash.Update(bytes);
  }
  return absl::StrCat(merkle::ToHex(merkle::AsBytes(hash.Finish())), "-", round);
}

absl::StatusOr<v1::GetImportResponse> Get(Connection& connection, const std::string& name) {
  v1::GetImportRequest request;
  v1::GetImportResponse response;
  request.set_import_name(name);
  RETURN_IF_ERROR(connection.Call(&Service::GetImport, request, response));
  return response;
}

absl::Status Stage(Connection& connection, const std::string& name, const Lines& lines, uint32_t staged) {
  Progress progress("sent", lines.size(), connection.quiet());
  while (staged < lines.size()) {
    v1::StageImportRequest request;
    v1::StageImportResponse response;
    request.set_import_name(name);
    request.set_staged_before(staged);
    size_t bytes = 0;
    for (size_t i = staged; i < lines.size() && request.lines_size() < services::kMaxFilingsAMessage; ++i) {
      bytes += lines[i].ByteSizeLong();
      if (bytes > kMessageBytes && request.lines_size() > 0) break;
      *request.add_lines() = lines[i];
    }
    RETURN_IF_ERROR(connection.Call(&Service::StageImport, request, response));
    staged = response.staged();
    progress.Set(staged);
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> Start(Connection& connection, const std::string& name, size_t lines) {
  v1::StartImportRequest request;
  v1::StartImportResponse response;
  request.set_request_id("import:" + name);
  request.set_import_name(name);
  request.set_lines(static_cast<uint32_t>(lines));
  RETURN_IF_ERROR(connection.Call(&Service::StartImport, request, response));
  return response.job_id();
}

absl::Status WaitForEnd(Connection& connection, const std::string& name, size_t lines,
                        const std::string& what) {
  Progress progress(what, lines, connection.quiet());
  while (true) {
    ASSIGN_OR_RETURN(auto import, Get(connection, name));
    progress.Set(import.looked_at());
    if (!import.ended()) {
      std::this_thread::sleep_for(kLook);
      continue;
    }
    if (import.result().problems_size() == 0) return absl::OkStatus();
    return absl::FailedPreconditionError(import.result().problems(0).problem());
  }
}

absl::Status ReadOutcomes(Connection& connection, const std::string& name,
                          std::map<uint32_t, v1::ImportOutcome>& outcomes) {
  v1::ListImportOutcomesRequest request;
  request.set_import_name(name);
  do {
    v1::ListImportOutcomesResponse response;
    RETURN_IF_ERROR(connection.Call(&Service::ListImportOutcomes, request, response));
    for (v1::ImportOutcome& outcome : *response.mutable_outcomes()) {
      connection.NoteRecorded(outcome.outcome().filed().receipt().sequence());
      outcomes[outcome.number()] = std::move(outcome);
    }
    request.mutable_page()->set_cursor(response.page().next_cursor());
  } while (!request.page().cursor().empty());
  return absl::OkStatus();
}

// Of an import that is over: takes over what it filed, and leaves in `lines` what it didn't. True when it filed anything.
absl::StatusOr<bool> TakeOver(Connection& connection, const std::string& name, Lines& lines,
                              ImportResult& result) {
  std::map<uint32_t, v1::ImportOutcome> outcomes;
  RETURN_IF_ERROR(ReadOutcomes(connection, name, outcomes));
  const size_t before = lines.size();
  std::erase_if(lines, [&](const v1::ImportedLine& line) {
    const auto found = outcomes.find(line.number());
    if (found == outcomes.end() || !found->second.outcome().has_filed()) return false;
    found->second.mutable_outcome()->mutable_filed()->mutable_receipt()->set_recorded_before(true);
    result.outcomes.insert(*found);
    return true;
  });
  return lines.size() < before;
}

}  // namespace

absl::StatusOr<ImportResult> FileLines(Connection& connection, std::vector<v1::ImportedLine> lines,
                                       const std::string& what, bool wait) {
  ImportResult result;
  for (int round = 0; round < kMaxRounds && !lines.empty(); ++round) {
    const std::string name = NameOf(lines, round);
    ASSIGN_OR_RETURN(auto import, Get(connection, name));
    if (import.ended()) {
      ASSIGN_OR_RETURN(const bool filed, TakeOver(connection, name, lines, result));
      result.job_id = import.job_id();
      if (filed) round = -1;  // what is left has a name of its own
      continue;
    }
    absl::Status status;
    if (import.job_id() == 0) status = Stage(connection, name, lines, import.staged());
    if (!status.ok()) return status;
    ASSIGN_OR_RETURN(auto job_id, Start(connection, name, lines.size()));
    result.job_id = job_id;
    result.ended = wait;
    if (!wait) return result;
    status = WaitForEnd(connection, name, lines.size(), what);
    if (status.ok()) status = ReadOutcomes(connection, name, result.outcomes);
    if (!status.ok()) return status;
    return result;
  }
  return result;
}

absl::Status CancelImport(Connection& connection, const std::vector<v1::ImportedLine>& lines,
                          const std::string& reason) {
  for (int round = 0; round < kMaxRounds; ++round) {
    ASSIGN_OR_RETURN(auto import, Get(connection, NameOf(lines, round)));
    if (import.job_id() == 0) return absl::NotFoundError("no import of this file goes on");
    if (import.ended()) continue;
    v1::CancelImportRequest request;
    v1::CancelImportResponse response;
    request.set_request_id(connection.RequestId());
    request.set_job_id(import.job_id());
    request.set_reason(reason);
    return connection.Call(&Service::CancelImport, request, response);
  }
  return absl::NotFoundError("no import of this file goes on");
}

}  // namespace klaim::tools
