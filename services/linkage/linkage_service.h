// LinkageService: what the linkage found, and what people decide about it.
#pragma once

#include "engine/domain/claims/double_claim.h"
#include "engine/domain/claims/loss.h"
#include "engine/domain/people/duplicate.h"
#include "klaim/v1/linkage_service.grpc.pb.h"
#include "services/boundary/call_pipeline.h"

namespace klaim::services {

class LinkageService final : public v1::LinkageService::CallbackService {
 public:
  explicit LinkageService(CallPipeline& calls) : calls_(calls) {}

  grpc::ServerUnaryReactor* ListSuspectedDuplicates(grpc::CallbackServerContext* context,
                                                    const v1::ListSuspectedDuplicatesRequest* request,
                                                    v1::ListSuspectedDuplicatesResponse* response) override;
  grpc::ServerUnaryReactor* RefuseDuplicate(grpc::CallbackServerContext* context,
                                            const v1::RefuseDuplicateRequest* request,
                                            v1::RefuseDuplicateResponse* response) override {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* MergeClaimants(grpc::CallbackServerContext* context,
                                           const v1::MergeClaimantsRequest* request,
                                           v1::MergeClaimantsResponse* response) override {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* UndoMerge(grpc::CallbackServerContext* context,
                                      const v1::UndoMergeRequest* request,
                                      v1::UndoMergeResponse* response) override {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* LinkFamily(grpc::CallbackServerContext* context,
                                       const v1::LinkFamilyRequest* request,
                                       v1::LinkFamilyResponse* response) override {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* UnlinkFamily(grpc::CallbackServerContext* context,
                                         const v1::UnlinkFamilyRequest* request,
                                         v1::UnlinkFamilyResponse* response) override {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* ListDoubleClaims(grpc::CallbackServerContext* context,
                                             const v1::ListDoubleClaimsRequest* request,
                                             v1::ListDoubleClaimsResponse* response) override;
  grpc::ServerUnaryReactor* DecideDoubleClaim(grpc::CallbackServerContext* context,
                                              const v1::DecideDoubleClaimRequest* request,
                                              v1::DecideDoubleClaimResponse* response) override;
  grpc::ServerUnaryReactor* OpenLoss(grpc::CallbackServerContext* context, const v1::OpenLossRequest* request,
                                     v1::OpenLossResponse* response) override;
  grpc::ServerUnaryReactor* JoinLoss(grpc::CallbackServerContext* context, const v1::JoinLossRequest* request,
                                     v1::JoinLossResponse* response) override {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* SeparateLoss(grpc::CallbackServerContext* context,
                                         const v1::SeparateLossRequest* request,
                                         v1::SeparateLossResponse* response) override;
  grpc::ServerUnaryReactor* SetLossCeiling(grpc::CallbackServerContext* context,
                                           const v1::SetLossCeilingRequest* request,
                                           v1::SetLossCeilingResponse* response) override;
  grpc::ServerUnaryReactor* GetLoss(grpc::CallbackServerContext* context, const v1::GetLossRequest* request,
                                    v1::GetLossResponse* response) override;

 private:
  absl::Status AnswerSuspected(const Caller& caller, const v1::ListSuspectedDuplicatesRequest& request,
                               v1::ListSuspectedDuplicatesResponse& response);
  absl::Status AnswerDoubleClaims(const Caller& caller, const v1::ListDoubleClaimsRequest& request,
                                  v1::ListDoubleClaimsResponse& response);
  absl::Status AnswerLoss(const Caller& caller, uint64_t loss_id, v1::GetLossResponse& response);

  CallPipeline& calls_;
};

}  // namespace klaim::services
