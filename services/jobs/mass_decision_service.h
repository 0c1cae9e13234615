// MassDecisionService: decisions about many claims, samples, and what other rules would do.
#pragma once

#include <string>

#include "engine/domain/claims/sample.h"
#include "klaim/v1/mass_decision_service.grpc.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/jobs/job_runner.h"

namespace klaim::services {

class MassDecisionService final : public v1::MassDecisionService::CallbackService {
 public:
  // `checkpoint_file` is where the daemon keeps the checkpoint that it published last.
  MassDecisionService(CallPipeline& calls, std::string checkpoint_file, const JobRunner& jobs)
      : calls_(calls), checkpoint_file_(std::move(checkpoint_file)), jobs_(jobs) {}

  grpc::ServerUnaryReactor* StartBulkDecision(grpc::CallbackServerContext* context,
                                              const v1::StartBulkDecisionRequest* request,
                                              v1::StartBulkDecisionResponse* response) override;
  grpc::ServerUnaryReactor* StartBulkValuation(grpc::CallbackServerContext* context,
                                               const v1::StartBulkValuationRequest* request,
                                               v1::StartBulkValuationResponse* response) override;
  grpc::ServerUnaryReactor* StartLinking(grpc::CallbackServerContext* context,
                                         const v1::StartLinkingRequest* request,
                                         v1::StartLinkingResponse* response) override;
  grpc::ServerUnaryReactor* StartAllocation(grpc::CallbackServerContext* context,
                                            const v1::StartAllocationRequest* request,
                                            v1::StartAllocationResponse* response) override;
  grpc::ServerUnaryReactor* GetJob(grpc::CallbackServerContext* context, const v1::GetJobRequest* request,
                                   v1::GetJobResponse* response) override;
  grpc::ServerUnaryReactor* ListJobs(grpc::CallbackServerContext* context, const v1::ListJobsRequest* request,
                                     v1::ListJobsResponse* response) override;
  grpc::ServerUnaryReactor* CancelJob(grpc::CallbackServerContext* context,
                                      const v1::CancelJobRequest* request,
                                      v1::CancelJobResponse* response) override {
    return calls_.Write(context, request, response);
  }
  grpc::ServerWriteReactor<v1::PreviewRevaluationResponse>* PreviewRevaluation(
      grpc::CallbackServerContext* context, const v1::PreviewRevaluationRequest* request) override;
  grpc::ServerUnaryReactor* AnnounceSample(grpc::CallbackServerContext* context,
                                           const v1::AnnounceSampleRequest* request,
                                           v1::AnnounceSampleResponse* response) override;
  grpc::ServerUnaryReactor* DrawSample(grpc::CallbackServerContext* context,
                                       const v1::DrawSampleRequest* request,
                                       v1::DrawSampleResponse* response) override;
  grpc::ServerUnaryReactor* ReviewSample(grpc::CallbackServerContext* context,
                                         const v1::ReviewSampleRequest* request,
                                         v1::ReviewSampleResponse* response) override {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* EstimateSample(grpc::CallbackServerContext* context,
                                           const v1::EstimateSampleRequest* request,
                                           v1::EstimateSampleResponse* response) override;
  grpc::ServerUnaryReactor* GetSample(grpc::CallbackServerContext* context,
                                      const v1::GetSampleRequest* request,
                                      v1::GetSampleResponse* response) override;

 private:
  absl::Status FillJob(const Caller& caller, uint64_t job_id, v1::Job& row) const;
  // Adds the root up to the announcement and the checkpoint that covers it. FAILED_PRECONDITION before one is out.
  absl::Status FillDraw(v1::DrawSampleRequest& request) const;

  CallPipeline& calls_;
  const std::string checkpoint_file_;
  const JobRunner& jobs_;
};

}  // namespace klaim::services
