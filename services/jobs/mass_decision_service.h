// MassDecisionService: decisions about many claims, samples, and what other rules would do.
#pragma once

#include <string>

#include "engine/domain/claims/sample.h"
#include "klaim/v1/mass_decision_service.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/boundary/service_methods.h"
#include "services/jobs/job_runner.h"

namespace klaim::services {

class MassDecisionService final : public ServiceMethods {
 public:
  // `checkpoint_file` is where the daemon keeps the checkpoint that it published last.
  MassDecisionService(CallPipeline& calls, std::string checkpoint_file, const JobRunner& jobs);

  grpc::ServerUnaryReactor* StartBulkDecision(grpc::CallbackServerContext* context,
                                              const v1::StartBulkDecisionRequest* request,
                                              v1::StartBulkDecisionResponse* response);
  grpc::ServerUnaryReactor* StartBulkValuation(grpc::CallbackServerContext* context,
                                               const v1::StartBulkValuationRequest* request,
                                               v1::StartBulkValuationResponse* response);
  grpc::ServerUnaryReactor* StartLinking(grpc::CallbackServerContext* context,
                                         const v1::StartLinkingRequest* request,
                                         v1::StartLinkingResponse* response);
  grpc::ServerUnaryReactor* StartAllocation(grpc::CallbackServerContext* context,
                                            const v1::StartAllocationRequest* request,
                                            v1::StartAllocationResponse* response);
  grpc::ServerUnaryReactor* GetJob(grpc::CallbackServerContext* context, const v1::GetJobRequest* request,
                                   v1::GetJobResponse* response);
  grpc::ServerUnaryReactor* ListJobs(grpc::CallbackServerContext* context, const v1::ListJobsRequest* request,
                                     v1::ListJobsResponse* response);
  grpc::ServerUnaryReactor* CancelJob(grpc::CallbackServerContext* context,
                                      const v1::CancelJobRequest* request,
                                      v1::CancelJobResponse* response) {
    return calls_.Write(context, request, response);
  }
  grpc::ServerWriteReactor<v1::PreviewRevaluationResponse>* PreviewRevaluation(
      grpc::CallbackServerContext* context, const v1::PreviewRevaluationRequest* request);
  grpc::ServerUnaryReactor* AnnounceSample(grpc::CallbackServerContext* context,
                                           const v1::AnnounceSampleRequest* request,
                                           v1::AnnounceSampleResponse* response);
  grpc::ServerUnaryReactor* DrawSample(grpc::CallbackServerContext* context,
                                       const v1::DrawSampleRequest* request,
                                       v1::DrawSampleResponse* response);
  grpc::ServerUnaryReactor* ReviewSample(grpc::CallbackServerContext* context,
                                         const v1::ReviewSampleRequest* request,
                                         v1::ReviewSampleResponse* response) {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* EstimateSample(grpc::CallbackServerContext* context,
                                           const v1::EstimateSampleRequest* request,
                                           v1::EstimateSampleResponse* response);
  grpc::ServerUnaryReactor* GetSample(grpc::CallbackServerContext* context,
                                      const v1::GetSampleRequest* request,
                                      v1::GetSampleResponse* response);

 private:
  absl::Status FillJob(const Caller& caller, uint64_t job_id, v1::Job& row) const;
  // Adds the root up to the announcement and the checkpoint that covers it. FAILED_PRECONDITION before one is out.
  absl::Status FillDraw(v1::DrawSampleRequest& request) const;

  CallPipeline& calls_;
  const std::string checkpoint_file_;
  const JobRunner& jobs_;
};

}  // namespace klaim::services
