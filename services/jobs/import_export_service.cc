#include "services/jobs/import_export_service.h"

#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "engine/record/protected_fields.h"
#include "engine/sequencer/folded.h"
#include "klaim/v1/event_record.pb.h"
#include "projections/operations/jobs_query.h"
#include "services/boundary/write_reactors.h"
#include "services/common/limits.h"
#include "services/jobs/import_work.h"

namespace klaim::services {
namespace {

using sequencer::Outcome;

// Sends files in parts.
template <class Request, class Response>
class ExportReader final : public PartWriter<Response> {
 public:
  ExportReader(CallPipeline& calls, Turns& turns, grpc::CallbackServerContext& context,
               const std::string& who, const ExportFolders& exports, uint64_t job_id,
               std::vector<std::string> files)
      : PartWriter<Response>(turns, who, calls.timers(), context),
        calls_(calls),
        context_(context),
        exports_(exports),
        job_id_(job_id),
        files_(std::move(files)) {
    this->GoOn();
  }

 private:
  using More = typename PartWriter<Response>::More;

  absl::Status StillAllowed() override { return calls_.StillAllowed(context_, Request::default_instance()); }

  absl::StatusOr<More> Next(Response& response) override {
    if (at_ == files_.size()) return More::kNone;
    if (!file_.is_open()) file_.open(exports_.PathOf(job_id_, files_[at_]), std::ios::binary);
    if (!file_) return domain::Refuse(absl::StatusCode::kNotFound, v1::REASON_EXPORT_WAS_REMOVED);
    v1::ExportedPart& part = *response.mutable_part();
    part.set_path(files_[at_]);
    part.mutable_data()->resize(kMaxChunkBytes);
    file_.read(part.mutable_data()->data(), static_cast<std::streamsize>(kMaxChunkBytes));
    part.mutable_data()->resize(static_cast<size_t>(file_.gcount()));
    part.set_last(file_.peek() == std::ifstream::traits_type::eof());
    if (part.last()) {
      ++at_;
      file_ = std::ifstream();
    }
    return More::kPart;
  }

  CallPipeline& calls_;
  grpc::CallbackServerContext& context_;
  const ExportFolders& exports_;
  const uint64_t job_id_;
  const std::vector<std::string> files_;
  size_t at_ = 0;       // the file that is read
  std::ifstream file_;  // open while it is
};

}  // namespace

ImportExportService::ImportExportService(CallPipeline& calls, ImportStaging& staging,
                                         const ExportFolders& exports, const JobRunner& jobs)
    : calls_(calls), staging_(staging), exports_(exports), jobs_(jobs) {
  Serve(&ImportExportService::CancelImport, &ImportExportService::StageImport,
        &ImportExportService::StartImport, &ImportExportService::GetImport,
        &ImportExportService::ListImportOutcomes, &ImportExportService::StartLedgerExport,
        &ImportExportService::StartLogExport, &ImportExportService::ReadLedgerExport,
        &ImportExportService::ReadLogExport);
}

absl::Status ImportExportService::CheckLines(const Caller& caller,
                                             const v1::StageImportRequest& request) const {
  if (request.lines_size() > kMaxFilingsAMessage) {
    return domain::InvalidField("lines", v1::REASON_HAS_AT_MOST_GO_INTO_ONE_MESSAGE, request.lines_size(),
                                kMaxFilingsAMessage);
  }
  for (int i = 0; i < request.lines_size(); ++i) {
    RETURN_IF_ERROR(CheckImportedLine(caller, request.lines(i)));
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* ImportExportService::StageImport(grpc::CallbackServerContext* context,
                                                           const v1::StageImportRequest* request,
                                                           v1::StageImportResponse* response) {
  auto* reactor = context->DefaultReactor();
  auto caller = calls_.AuthoriseNow(*context, *request);
  absl::Status checked = caller.status();
  if (checked.ok()) checked = calls_.docket().RequireLead();
  if (checked.ok()) checked = domain::CheckImportName("import_name", request->import_name());
  if (checked.ok()) checked = CheckLines(*caller, *request);
  auto& owned = CallPipeline::Own(*request);
  // What a value must look like is told line by line, when it is filed.
  if (checked.ok()) {
    checked = record::VisitProtected(owned, [](absl::string_view name, v1::Protected& value) {
      return value.has_clear() ? absl::OkStatus()
                               : domain::InvalidField(name, v1::REASON_HAND_PERSONAL_DATA_IN_AS_CLEAR);
    });
  }
  if (!checked.ok()) return CallPipeline::Refuse(reactor, checked);
  workers_.Do(caller->actor, [this, reactor, &owned, response, actor = caller->actor] {
    auto staged = staging_.Stage(actor, owned);
    if (staged.ok()) response->set_staged(*staged);
    reactor->Finish(ToWire(staged.status()));
  });
  return reactor;
}

grpc::ServerUnaryReactor* ImportExportService::StartImport(grpc::CallbackServerContext* context,
                                                           const v1::StartImportRequest* request,
                                                           v1::StartImportResponse* response) {
  return calls_.WriteInStages(
      context, request, response,
      [this](const Caller& caller, const v1::StartImportRequest& asked) {
        return CheckWhole(caller.actor, asked);
      },
      CallPipeline::kAsAsked,
      [this, request, response](const Principal& caller, const Outcome& outcome,
                                grpc::ServerUnaryReactor* reactor) {
        response->set_job_id(outcome.first_sequence);
        workers_.Do(caller.actor, [this, reactor, request, response, actor = caller.actor] {
          reactor->Finish(ToWire(staging_.NoteJob(actor, request->import_name(), response->job_id())));
        });
      });
}

absl::Status ImportExportService::CheckWhole(const std::string& actor,
                                             const v1::StartImportRequest& request) {
  // Repeated after the job is over, it is answered as the first time: the lines are gone then.
  if (staging_.JobOf(actor, request.import_name()) != 0) return absl::OkStatus();
  auto staged = staging_.Staged(actor, request.import_name());
  if (!staged.ok() || *staged == request.lines()) return staged.status();
  return domain::NotNow("lines", v1::REASON_NOT_ALL_LINES_ARE_STAGED, request.lines(), *staged);
}

absl::Status ImportExportService::FillImport(const Caller& caller, const std::string& name,
                                             v1::GetImportResponse& response) {
  response.set_job_id(staging_.JobOf(caller.actor, name));
  if (response.job_id() == 0) {
    auto staged = staging_.Staged(caller.actor, name);
    if (staged.ok()) response.set_staged(*staged);
    return staged.status();
  }
  ASSIGN_OR_RETURN(
      auto job, sequencer::Folded<domain::JobState>(*calls_.docket().log, "import_name", response.job_id()));
  response.set_staged(job.started.import_started().lines());
  // It is over once what it did can be seen.
  ASSIGN_OR_RETURN(auto goes_on, calls_.ModelsFor(caller).jobs().GoesOn(job.id));
  response.set_ended(job.ended && !goes_on);
  if (response.ended()) {
    *response.mutable_result() = job.result;
    response.set_looked_at(job.result.done() + job.result.left());
  } else {
    const JobProgress progress = jobs_.ProgressOf(job.id);
    response.set_looked_at(progress.looked_at);
    response.set_seconds_left(static_cast<uint32_t>(absl::ToInt64Seconds(progress.left)));
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* ImportExportService::GetImport(grpc::CallbackServerContext* context,
                                                         const v1::GetImportRequest* request,
                                                         v1::GetImportResponse* response) {
  return calls_.Read(context, request, 0, [this, request, response](const Caller& caller) {
    absl::Status named = domain::CheckImportName("import_name", request->import_name());
    return named.ok() ? FillImport(caller, request->import_name(), *response) : named;
  });
}

absl::Status ImportExportService::FillOutcomes(const Caller& caller,
                                               const v1::ListImportOutcomesRequest& request,
                                               v1::ListImportOutcomesResponse& response) const {
  ASSIGN_OR_RETURN(auto page, calls_.PageOf(caller, request, ""));
  ASSIGN_OR_RETURN(auto first, page.Number());
  const std::vector<ImportStaging::Part> parts = staging_.Parts(caller.actor, request.import_name());
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].first < first || !parts[i].answered) continue;
    ASSIGN_OR_RETURN(response, staging_.Outcomes(caller.actor, request.import_name(), parts[i].first));
    if (i + 1 < parts.size() && parts[i + 1].answered) {
      response.mutable_page()->set_next_cursor(page.CursorAtNumber(parts[i + 1].first));
    }
    break;
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* ImportExportService::ListImportOutcomes(
    grpc::CallbackServerContext* context, const v1::ListImportOutcomesRequest* request,
    v1::ListImportOutcomesResponse* response) {
  return calls_.Read(context, request, 0, [this, request, response](const Caller& caller) {
    absl::Status named = domain::CheckImportName("import_name", request->import_name());
    return named.ok() ? FillOutcomes(caller, *request, *response) : named;
  });
}

grpc::ServerUnaryReactor* ImportExportService::StartLedgerExport(grpc::CallbackServerContext* context,
                                                                 const v1::StartLedgerExportRequest* request,
                                                                 v1::StartLedgerExportResponse* response) {
  return jobs_.Start(context, request, response);
}

grpc::ServerUnaryReactor* ImportExportService::StartLogExport(grpc::CallbackServerContext* context,
                                                              const v1::StartLogExportRequest* request,
                                                              v1::StartLogExportResponse* response) {
  return jobs_.Start(context, request, response);
}

template <class Request, class Response>
grpc::ServerWriteReactor<Response>* ImportExportService::ReadExport(grpc::CallbackServerContext& context,
                                                                    const Request& request,
                                                                    bool (v1::EventRecord::*of_the_kind)()
                                                                        const) {
  using Refused = RefusedWriter<Response>;
  auto caller = calls_.AuthoriseNow(context, request);
  if (!caller.ok()) return new Refused(caller.status());
  auto job = sequencer::Folded<domain::JobState>(*calls_.docket().log, "job_id", request.job_id());
  if (!job.ok() && !absl::IsNotFound(job.status())) return new Refused(job.status());
  // Others' exports answer as none.
  if (!job.ok() || !(job->started.*of_the_kind)() || job->actor != caller->actor) {
    return new Refused(domain::UnknownId("job_id", "export of yours", request.job_id()));
  }
  auto files = exports_.Files(request.job_id());
  if (!files.ok()) return new Refused(files.status());
  files->erase(files->begin(), std::upper_bound(files->begin(), files->end(), request.after_path()));
  return new ExportReader<Request, Response>(calls_, readers_, context, caller->actor, exports_,
                                             request.job_id(), *std::move(files));
}

grpc::ServerWriteReactor<v1::ReadLedgerExportResponse>* ImportExportService::ReadLedgerExport(
    grpc::CallbackServerContext* context, const v1::ReadLedgerExportRequest* request) {
  return ReadExport<v1::ReadLedgerExportRequest, v1::ReadLedgerExportResponse>(
      *context, *request, &v1::EventRecord::has_ledger_export_started);
}

grpc::ServerWriteReactor<v1::ReadLogExportResponse>* ImportExportService::ReadLogExport(
    grpc::CallbackServerContext* context, const v1::ReadLogExportRequest* request) {
  return ReadExport<v1::ReadLogExportRequest, v1::ReadLogExportResponse>(
      *context, *request, &v1::EventRecord::has_log_export_started);
}

}  // namespace klaim::services
