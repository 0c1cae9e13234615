#include "services/jobs/mass_decision_service.h"

#include <fstream>
#include <sstream>

#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/valuation.h"
#include "engine/domain/registry/programme.h"
#include "engine/merkle/checkpoint.h"
#include "engine/sequencer/folded.h"
#include "klaim/v1/event_record.pb.h"
#include "projections/claims/claims_query.h"
#include "projections/claims/statistics.h"
#include "projections/core/sums.h"
#include "projections/operations/jobs_query.h"
#include "services/boundary/write_reactors.h"

namespace klaim::services {
namespace {

using sequencer::Outcome;

constexpr int kClaimsAMessage = 500;
constexpr int kClaimsATurn = 1'000;

// Values every claim of a programme by other rules, and tells where that makes a difference.
class Revaluation final : public PartWriter<v1::PreviewRevaluationResponse> {
 public:
  Revaluation(CallPipeline& calls, grpc::CallbackServerContext& context,
              v1::PreviewRevaluationRequest request, Caller caller)
      : PartWriter(calls.turns(), caller.actor, calls.timers(), context),
        calls_(calls),
        context_(context),
        request_(std::move(request)),
        caller_(std::move(caller)),
        docket_(sequencer::LoaderOf(calls_.LogFor(caller_)), 10'000) {
    GoOn();
  }

 private:
  absl::Status StillAllowed() override {
    return calls_.StillAllowed(context_, v1::PreviewRevaluationRequest::default_instance());
  }

  absl::StatusOr<More> Next(v1::PreviewRevaluationResponse& part) override {
    if (sums_.last()) return More::kNone;
    if (currency_.empty()) {
      RETURN_IF_ERROR(Prepare());
    }
    // Some claims a turn; the next one goes on behind the last.
    int looked_at = 0;
    bool all = true;
    absl::Status status;
    absl::Status read = calls_.ModelsFor(caller_)
                            .claims()
                            .From(next_claim_)
                            .Read("", [&](absl::string_view, const projections::ListedClaim& claim) {
                              next_claim_ = claim.claim_id;
                              all = looked_at++ < kClaimsATurn && part.claims_size() < kClaimsAMessage;
                              if (!all) return false;
                              if (claim.programme_id == request_.programme_id())
                                status = Revalue(claim.claim_id, part);
                              return status.ok();
                            });
    if (!status.ok() || !read.ok()) return read.ok() ? status : read;
    if (!all) return part.claims().empty() ? More::kNotYet : More::kPart;
    sums_.set_last(true);
    bool too_large = false;
    sums_.set_valued_minor(projections::Told(valued_, too_large));
    sums_.set_revalued_minor(projections::Told(revalued_, too_large));
    sums_.set_too_large(too_large);
    part.MergeFrom(sums_);
    return More::kPart;
  }

  absl::Status Prepare() {
    ASSIGN_OR_RETURN(auto programme,
                     docket_.Find<domain::ProgrammeState>("programme_id", request_.programme_id()));
    currency_ = programme->rules.currency();
    absl::Status checked = domain::CheckHeadRules("heads", request_.heads(), currency_, docket_);
    for (const v1::HeadRule& head : request_.heads()) rules_[head.code()] = &head;
    return checked;
  }

  absl::Status Revalue(uint64_t claim_id, v1::PreviewRevaluationResponse& part) {
    ASSIGN_OR_RETURN(auto claim,
                     sequencer::Folded<domain::ClaimState>(calls_.LogFor(caller_), "programme_id", claim_id));
    v1::RevaluedClaim row;
    row.set_claim_id(claim_id);
    for (const domain::ClaimHead& head : claim.heads) {
      row.set_valued_minor(row.valued_minor() + head.valued_minor);
      const auto rule = rules_.find(head.filed.code());
      if (rule == rules_.end() || head.merged_into != 0) continue;
      auto value = domain::Value(head.filed, *rule->second, currency_, docket_);
      if (absl::IsInvalidArgument(value.status())) {
        row.set_problem(std::string(value.status().message()));
      } else if (!value.ok()) {
        return value.status();
      } else {
        row.set_revalued_minor(row.revalued_minor() + value->value().minor_units());
      }
    }
    if (row.valued_minor() == 0) return absl::OkStatus();  // it has no value yet
    sums_.set_valued(sums_.valued() + 1);
    valued_ += row.valued_minor();
    revalued_ += row.revalued_minor();
    if (row.valued_minor() == row.revalued_minor() && row.problem().empty()) return absl::OkStatus();
    sums_.set_changed(sums_.changed() + 1);
    *part.add_claims() = std::move(row);
    return absl::OkStatus();
  }

  CallPipeline& calls_;
  grpc::CallbackServerContext& context_;
  const v1::PreviewRevaluationRequest request_;
  const Caller caller_;
  domain::Docket docket_;
  std::string currency_;
  std::map<std::string, const v1::HeadRule*> rules_;
  uint64_t next_claim_ = 0;
  v1::PreviewRevaluationResponse sums_;  // of all so far
  absl::int128 valued_ = 0;
  absl::int128 revalued_ = 0;
};

// What was asked, by the kind of job, without lists of claims.
void FillAsked(const v1::EventRecord& started, v1::Job& row) {
  if (started.has_bulk_decision_started()) {
    *row.mutable_asked() = started.bulk_decision_started();
    row.set_total(static_cast<uint64_t>(row.asked().claim_ids_size()));
    row.mutable_asked()->clear_claim_ids();
  } else if (started.has_register_matching_started()) {
    *row.mutable_matching() = started.register_matching_started();
    row.set_total(static_cast<uint64_t>(row.matching().claim_ids_size()));
    row.mutable_matching()->clear_claim_ids();
  } else if (started.has_linking_started()) {
    row.mutable_linking();
  } else if (started.has_allocation_started()) {
    *row.mutable_allocation() = started.allocation_started();
  } else if (started.has_import_started()) {
    *row.mutable_import() = started.import_started();
    row.set_total(row.import().lines());
  } else if (started.has_ledger_export_started()) {
    *row.mutable_ledger_export() = started.ledger_export_started();
  } else if (started.has_log_export_started()) {
    *row.mutable_log_export() = started.log_export_started();
  }
}

}  // namespace

MassDecisionService::MassDecisionService(CallPipeline& calls, std::string checkpoint_file,
                                         const JobRunner& jobs)
    : calls_(calls), checkpoint_file_(std::move(checkpoint_file)), jobs_(jobs) {
  Serve(&MassDecisionService::CancelJob, &MassDecisionService::ReviewSample,
        &MassDecisionService::StartBulkDecision, &MassDecisionService::StartBulkValuation,
        &MassDecisionService::StartLinking, &MassDecisionService::StartAllocation,
        &MassDecisionService::GetJob, &MassDecisionService::ListJobs,
        &MassDecisionService::PreviewRevaluation, &MassDecisionService::AnnounceSample,
        &MassDecisionService::DrawSample, &MassDecisionService::EstimateSample,
        &MassDecisionService::GetSample);
}

grpc::ServerUnaryReactor* MassDecisionService::StartBulkDecision(grpc::CallbackServerContext* context,
                                                                 const v1::StartBulkDecisionRequest* request,
                                                                 v1::StartBulkDecisionResponse* response) {
  return jobs_.Start(context, request, response);
}

grpc::ServerUnaryReactor* MassDecisionService::StartBulkValuation(
    grpc::CallbackServerContext* context, const v1::StartBulkValuationRequest* request,
    v1::StartBulkValuationResponse* response) {
  return jobs_.Start(context, request, response);
}

grpc::ServerUnaryReactor* MassDecisionService::StartLinking(grpc::CallbackServerContext* context,
                                                            const v1::StartLinkingRequest* request,
                                                            v1::StartLinkingResponse* response) {
  return jobs_.Start(context, request, response);
}

grpc::ServerUnaryReactor* MassDecisionService::StartAllocation(grpc::CallbackServerContext* context,
                                                               const v1::StartAllocationRequest* request,
                                                               v1::StartAllocationResponse* response) {
  return jobs_.Start(context, request, response);
}

absl::Status MassDecisionService::FillJob(const Caller& caller, uint64_t job_id, v1::Job& row) const {
  const log::LogReader& log = calls_.LogFor(caller);
  // A job is over once what it did can be seen.
  ASSIGN_OR_RETURN(auto goes_on, calls_.ModelsFor(caller).jobs().GoesOn(job_id));
  ASSIGN_OR_RETURN(auto job, sequencer::Folded<domain::JobState>(log, "job_id", job_id));
  row.set_job_id(job_id);
  row.set_actor(job.actor);
  FillAsked(job.started, row);
  row.set_ended(job.ended && !goes_on);
  if (row.ended()) {
    *row.mutable_result() = job.result;
    row.set_looked_at(job.result.done() + job.result.left());
    if (row.total() == 0) row.set_total(row.looked_at());
    return absl::OkStatus();
  }
  const JobProgress progress = jobs_.ProgressOf(job_id);
  row.set_looked_at(progress.looked_at);
  if (progress.total != 0) row.set_total(progress.total);
  row.set_seconds_left(static_cast<uint32_t>(absl::ToInt64Seconds(progress.left)));
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* MassDecisionService::GetJob(grpc::CallbackServerContext* context,
                                                      const v1::GetJobRequest* request,
                                                      v1::GetJobResponse* response) {
  return calls_.Read(context, request, 0, [this, request, response](Caller& caller) {
    return FillJob(caller, request->job_id(), *response->mutable_job());
  });
}

grpc::ServerUnaryReactor* MassDecisionService::ListJobs(grpc::CallbackServerContext* context,
                                                        const v1::ListJobsRequest* request,
                                                        v1::ListJobsResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(), [this, request, response](const Caller& caller) {
        return calls_.AnswerPage(caller, *request, *response, calls_.ModelsFor(caller).jobs().All(),
                                 [&](uint64_t job_id) -> absl::StatusOr<bool> {
                                   RETURN_IF_ERROR(FillJob(caller, job_id, *response->add_jobs()));
                                   return true;
                                 });
      });
}

grpc::ServerWriteReactor<v1::PreviewRevaluationResponse>* MassDecisionService::PreviewRevaluation(
    grpc::CallbackServerContext* context, const v1::PreviewRevaluationRequest* request) {
  auto caller = calls_.AuthoriseNow(*context, *request);
  if (!caller.ok()) return new RefusedWriter<v1::PreviewRevaluationResponse>(caller.status());
  return new Revaluation(calls_, *context, *request, *std::move(caller));
}

grpc::ServerUnaryReactor* MassDecisionService::AnnounceSample(grpc::CallbackServerContext* context,
                                                              const v1::AnnounceSampleRequest* request,
                                                              v1::AnnounceSampleResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_sample_id(outcome.first_sequence);
  });
}

absl::Status MassDecisionService::FillDraw(v1::DrawSampleRequest& request) const {
  if (!request.announcement_root().empty() || !request.checkpoint().empty()) {
    return domain::InvalidField("announcement_root", v1::REASON_MUST_BE_LEFT_OUT_IT_IS_TAKEN_FROM_LOG);
  }
  auto sample =
      sequencer::Folded<domain::SampleState>(*calls_.docket().log, "sample_id", request.sample_id());
  if (!sample.ok()) return sample.status();
  const uint64_t size = sample->announced_at + 1;
  std::ifstream file(checkpoint_file_);
  std::stringstream published;
  published << file.rdbuf();
  auto note = merkle::SignedNote::Parse(published.str());
  auto checkpoint =
      note.ok() ? merkle::Checkpoint::Parse(note->text) : absl::StatusOr<merkle::Checkpoint>(note.status());
  if (!checkpoint.ok() || checkpoint->size < size) {
    return domain::NotNow("sample_id", v1::REASON_NO_CHECKPOINT_THAT_COVERS_ANNOUNCEMENT_IS_PUBLISHED);
  }
  ASSIGN_OR_RETURN(auto root, calls_.docket().log->Root(size));
  request.set_announcement_root(root.data(), root.size());
  request.set_checkpoint(published.str());
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* MassDecisionService::DrawSample(grpc::CallbackServerContext* context,
                                                          const v1::DrawSampleRequest* request,
                                                          v1::DrawSampleResponse* response) {
  return calls_.WriteCompleted(
      context, request, response, [this](const Caller&, auto& owned) { return FillDraw(owned); },
      [](const Outcome&, const auto&, const auto&) {});
}

grpc::ServerUnaryReactor* MassDecisionService::EstimateSample(grpc::CallbackServerContext* context,
                                                              const v1::EstimateSampleRequest* request,
                                                              v1::EstimateSampleResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    *answer.mutable_estimated() = outcome.first->sample_estimated();
  });
}

grpc::ServerUnaryReactor* MassDecisionService::GetSample(grpc::CallbackServerContext* context,
                                                         const v1::GetSampleRequest* request,
                                                         v1::GetSampleResponse* response) {
  return calls_.Read(context, request, 0, [this, request, response](Caller& caller) {
    auto sample =
        sequencer::Folded<domain::SampleState>(calls_.LogFor(caller), "sample_id", request->sample_id());
    if (!sample.ok()) return sample.status();
    *response->mutable_announced() = sample->announced;
    if (!sample->drawn.seed().empty()) *response->mutable_drawn() = sample->drawn;
    for (const auto& [claim_id, review] : sample->reviewed) *response->add_reviewed() = review;
    if (sample->estimated) *response->mutable_estimated() = sample->estimate;
    return absl::OkStatus();
  });
}

}  // namespace klaim::services
