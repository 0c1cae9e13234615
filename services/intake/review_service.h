// ReviewService: the legal team's decisions on claims.
#pragma once

#include "engine/domain/claims/claim.h"
#include "klaim/v1/review_service.grpc.pb.h"
#include "services/boundary/call_pipeline.h"

namespace klaim::services {

class ReviewService final : public v1::ReviewService::CallbackService {
 public:
  explicit ReviewService(CallPipeline& calls) : calls_(calls) {}

  grpc::ServerUnaryReactor* NoticeDeficiency(grpc::CallbackServerContext* context,
                                             const v1::NoticeDeficiencyRequest* request,
                                             v1::NoticeDeficiencyResponse* response) override;
  grpc::ServerUnaryReactor* StartReview(grpc::CallbackServerContext* context,
                                        const v1::StartReviewRequest* request,
                                        v1::StartReviewResponse* response) override;
  grpc::ServerUnaryReactor* DecideEligibility(grpc::CallbackServerContext* context,
                                              const v1::DecideEligibilityRequest* request,
                                              v1::DecideEligibilityResponse* response) override;
  grpc::ServerUnaryReactor* ValueClaim(grpc::CallbackServerContext* context,
                                       const v1::ValueClaimRequest* request,
                                       v1::ValueClaimResponse* response) override;
  grpc::ServerUnaryReactor* DetermineClaim(grpc::CallbackServerContext* context,
                                           const v1::DetermineClaimRequest* request,
                                           v1::DetermineClaimResponse* response) override;
  grpc::ServerUnaryReactor* SuspendClaim(grpc::CallbackServerContext* context,
                                         const v1::SuspendClaimRequest* request,
                                         v1::SuspendClaimResponse* response) override;
  grpc::ServerUnaryReactor* ResumeClaim(grpc::CallbackServerContext* context,
                                        const v1::ResumeClaimRequest* request,
                                        v1::ResumeClaimResponse* response) override;
  grpc::ServerUnaryReactor* AppealClaim(grpc::CallbackServerContext* context,
                                        const v1::AppealClaimRequest* request,
                                        v1::AppealClaimResponse* response) override;
  grpc::ServerUnaryReactor* CloseClaim(grpc::CallbackServerContext* context,
                                       const v1::CloseClaimRequest* request,
                                       v1::CloseClaimResponse* response) override;

 private:
  CallPipeline& calls_;
};

}  // namespace klaim::services
