// LinkageService: what the linkage found, and what people decide about it.
#pragma once

#include "engine/domain/claims/double_claim.h"
#include "engine/domain/claims/loss.h"
#include "engine/domain/people/duplicate.h"
#include "klaim/v1/linkage_service.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/boundary/service_methods.h"

namespace klaim::services {

class LinkageService final : public ServiceMethods {
 public:
  explicit LinkageService(CallPipeline& calls);

  grpc::ServerUnaryReactor* ListSuspectedDuplicates(grpc::CallbackServerContext* context,
                                                    const v1::ListSuspectedDuplicatesRequest* request,
                                                    v1::ListSuspectedDuplicatesResponse* response);
  grpc::ServerUnaryReactor* RefuseDuplicate(grpc::CallbackServerContext* context,
                                            const v1::RefuseDuplicateRequest* request,
                                            v1::RefuseDuplicateResponse* response) {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* MergeClaimants(grpc::CallbackServerContext* context,
                                           const v1::MergeClaimantsRequest* request,
                                           v1::MergeClaimantsResponse* response) {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* UndoMerge(grpc::CallbackServerContext* context,
                                      const v1::UndoMergeRequest* request, v1::UndoMergeResponse* response) {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* LinkFamily(grpc::CallbackServerContext* context,
                                       const v1::LinkFamilyRequest* request,
                                       v1::LinkFamilyResponse* response) {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* UnlinkFamily(grpc::CallbackServerContext* context,
                                         const v1::UnlinkFamilyRequest* request,
                                         v1::UnlinkFamilyResponse* response) {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* ListDoubleClaims(grpc::CallbackServerContext* context,
                                             const v1::ListDoubleClaimsRequest* request,
                                             v1::ListDoubleClaimsResponse* response);
  grpc::ServerUnaryReactor* DecideDoubleClaim(grpc::CallbackServerContext* context,
                                              const v1::DecideDoubleClaimRequest* request,
                                              v1::DecideDoubleClaimResponse* response);
  grpc::ServerUnaryReactor* OpenLoss(grpc::CallbackServerContext* context, const v1::OpenLossRequest* request,
                                     v1::OpenLossResponse* response);
  grpc::ServerUnaryReactor* JoinLoss(grpc::CallbackServerContext* context, const v1::JoinLossRequest* request,
                                     v1::JoinLossResponse* response) {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* SeparateLoss(grpc::CallbackServerContext* context,
                                         const v1::SeparateLossRequest* request,
                                         v1::SeparateLossResponse* response);
  grpc::ServerUnaryReactor* SetLossCeiling(grpc::CallbackServerContext* context,
                                           const v1::SetLossCeilingRequest* request,
                                           v1::SetLossCeilingResponse* response);
  grpc::ServerUnaryReactor* GetLoss(grpc::CallbackServerContext* context, const v1::GetLossRequest* request,
                                    v1::GetLossResponse* response);

 private:
  absl::Status AnswerSuspected(const Caller& caller, const v1::ListSuspectedDuplicatesRequest& request,
                               v1::ListSuspectedDuplicatesResponse& response);
  absl::Status AnswerDoubleClaims(const Caller& caller, const v1::ListDoubleClaimsRequest& request,
                                  v1::ListDoubleClaimsResponse& response);
  absl::Status AnswerLoss(const Caller& caller, uint64_t loss_id, v1::GetLossResponse& response);

  CallPipeline& calls_;
};

}  // namespace klaim::services
