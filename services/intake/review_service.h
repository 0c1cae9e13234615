// ReviewService: the legal team's decisions on claims.
#pragma once

#include "engine/domain/claims/claim.h"
#include "klaim/v1/review_service.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/boundary/service_methods.h"

namespace klaim::services {

class ReviewService final : public ServiceMethods {
 public:
  explicit ReviewService(CallPipeline& calls);

  grpc::ServerUnaryReactor* NoticeDeficiency(grpc::CallbackServerContext* context,
                                             const v1::NoticeDeficiencyRequest* request,
                                             v1::NoticeDeficiencyResponse* response);
  grpc::ServerUnaryReactor* StartReview(grpc::CallbackServerContext* context,
                                        const v1::StartReviewRequest* request,
                                        v1::StartReviewResponse* response);
  grpc::ServerUnaryReactor* DecideEligibility(grpc::CallbackServerContext* context,
                                              const v1::DecideEligibilityRequest* request,
                                              v1::DecideEligibilityResponse* response);
  grpc::ServerUnaryReactor* ValueClaim(grpc::CallbackServerContext* context,
                                       const v1::ValueClaimRequest* request,
                                       v1::ValueClaimResponse* response);
  grpc::ServerUnaryReactor* DetermineClaim(grpc::CallbackServerContext* context,
                                           const v1::DetermineClaimRequest* request,
                                           v1::DetermineClaimResponse* response);
  grpc::ServerUnaryReactor* SuspendClaim(grpc::CallbackServerContext* context,
                                         const v1::SuspendClaimRequest* request,
                                         v1::SuspendClaimResponse* response);
  grpc::ServerUnaryReactor* ResumeClaim(grpc::CallbackServerContext* context,
                                        const v1::ResumeClaimRequest* request,
                                        v1::ResumeClaimResponse* response);
  grpc::ServerUnaryReactor* AppealClaim(grpc::CallbackServerContext* context,
                                        const v1::AppealClaimRequest* request,
                                        v1::AppealClaimResponse* response);
  grpc::ServerUnaryReactor* CloseClaim(grpc::CallbackServerContext* context,
                                       const v1::CloseClaimRequest* request,
                                       v1::CloseClaimResponse* response);
  grpc::ServerUnaryReactor* DismissAppeal(grpc::CallbackServerContext* context,
                                          const v1::DismissAppealRequest* request,
                                          v1::DismissAppealResponse* response);
  grpc::ServerUnaryReactor* ReviseDecision(grpc::CallbackServerContext* context,
                                           const v1::ReviseDecisionRequest* request,
                                           v1::ReviseDecisionResponse* response);
  grpc::ServerUnaryReactor* ApproveClaimMove(grpc::CallbackServerContext* context,
                                             const v1::ApproveClaimMoveRequest* request,
                                             v1::ApproveClaimMoveResponse* response);
  grpc::ServerUnaryReactor* RejectClaimMove(grpc::CallbackServerContext* context,
                                            const v1::RejectClaimMoveRequest* request,
                                            v1::RejectClaimMoveResponse* response);
  grpc::ServerUnaryReactor* HoldClaim(grpc::CallbackServerContext* context,
                                      const v1::HoldClaimRequest* request, v1::HoldClaimResponse* response);
  grpc::ServerUnaryReactor* ReleaseClaimHold(grpc::CallbackServerContext* context,
                                             const v1::ReleaseClaimHoldRequest* request,
                                             v1::ReleaseClaimHoldResponse* response);
  grpc::ServerUnaryReactor* ReopenClaim(grpc::CallbackServerContext* context,
                                        const v1::ReopenClaimRequest* request,
                                        v1::ReopenClaimResponse* response);

 private:
  CallPipeline& calls_;
};

}  // namespace klaim::services
