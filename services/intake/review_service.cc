#include "services/intake/review_service.h"

#include "engine/domain/claims/hold.h"
#include "engine/domain/claims/revision.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::services {

ReviewService::ReviewService(CallPipeline& calls) : calls_(calls) {
  Serve(&ReviewService::NoticeDeficiency, &ReviewService::StartReview, &ReviewService::DecideEligibility,
        &ReviewService::ValueClaim, &ReviewService::DetermineClaim, &ReviewService::SuspendClaim,
        &ReviewService::ResumeClaim, &ReviewService::AppealClaim, &ReviewService::CloseClaim,
        &ReviewService::DismissAppeal, &ReviewService::ReviseDecision, &ReviewService::ApproveClaimMove,
        &ReviewService::RejectClaimMove, &ReviewService::HoldClaim, &ReviewService::ReleaseClaimHold,
        &ReviewService::ReopenClaim);
}

grpc::ServerUnaryReactor* ReviewService::NoticeDeficiency(grpc::CallbackServerContext* context,
                                                          const v1::NoticeDeficiencyRequest* request,
                                                          v1::NoticeDeficiencyResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* ReviewService::StartReview(grpc::CallbackServerContext* context,
                                                     const v1::StartReviewRequest* request,
                                                     v1::StartReviewResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* ReviewService::DecideEligibility(grpc::CallbackServerContext* context,
                                                           const v1::DecideEligibilityRequest* request,
                                                           v1::DecideEligibilityResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* ReviewService::DetermineClaim(grpc::CallbackServerContext* context,
                                                        const v1::DetermineClaimRequest* request,
                                                        v1::DetermineClaimResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* ReviewService::SuspendClaim(grpc::CallbackServerContext* context,
                                                      const v1::SuspendClaimRequest* request,
                                                      v1::SuspendClaimResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* ReviewService::ResumeClaim(grpc::CallbackServerContext* context,
                                                     const v1::ResumeClaimRequest* request,
                                                     v1::ResumeClaimResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* ReviewService::AppealClaim(grpc::CallbackServerContext* context,
                                                     const v1::AppealClaimRequest* request,
                                                     v1::AppealClaimResponse* response) {
  return calls_.Write(context, request, response,
                      [](const sequencer::Outcome& outcome, const auto&, auto& answer) {
                        answer.set_decision_stands(outcome.first->claim_appealed().decision_stands());
                      });
}

grpc::ServerUnaryReactor* ReviewService::CloseClaim(grpc::CallbackServerContext* context,
                                                    const v1::CloseClaimRequest* request,
                                                    v1::CloseClaimResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* ReviewService::DismissAppeal(grpc::CallbackServerContext* context,
                                                       const v1::DismissAppealRequest* request,
                                                       v1::DismissAppealResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* ReviewService::ReviseDecision(grpc::CallbackServerContext* context,
                                                        const v1::ReviseDecisionRequest* request,
                                                        v1::ReviseDecisionResponse* response) {
  return calls_.Write(context, request, response,
                      [](const sequencer::Outcome& outcome, const auto&, auto& answer) {
                        if (outcome.first->has_claim_move_proposed())
                          answer.set_proposal_id(outcome.first_sequence);
                      });
}

grpc::ServerUnaryReactor* ReviewService::ApproveClaimMove(grpc::CallbackServerContext* context,
                                                          const v1::ApproveClaimMoveRequest* request,
                                                          v1::ApproveClaimMoveResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* ReviewService::RejectClaimMove(grpc::CallbackServerContext* context,
                                                         const v1::RejectClaimMoveRequest* request,
                                                         v1::RejectClaimMoveResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* ReviewService::HoldClaim(grpc::CallbackServerContext* context,
                                                   const v1::HoldClaimRequest* request,
                                                   v1::HoldClaimResponse* response) {
  return calls_.Write(context, request, response,
                      [](const sequencer::Outcome& outcome, const auto&, auto& answer) {
                        answer.set_hold_id(outcome.first_sequence);
                      });
}

grpc::ServerUnaryReactor* ReviewService::ReleaseClaimHold(grpc::CallbackServerContext* context,
                                                          const v1::ReleaseClaimHoldRequest* request,
                                                          v1::ReleaseClaimHoldResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* ReviewService::ReopenClaim(grpc::CallbackServerContext* context,
                                                     const v1::ReopenClaimRequest* request,
                                                     v1::ReopenClaimResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* ReviewService::ValueClaim(grpc::CallbackServerContext* context,
                                                    const v1::ValueClaimRequest* request,
                                                    v1::ValueClaimResponse* response) {
  return calls_.Write(context, request, response,
                      [](const sequencer::Outcome& outcome, const auto&, auto& answer) {
                        for (const v1::ValuedHead& head : outcome.last->claim_valued().heads()) {
                          answer.set_currency(head.value().currency());
                          answer.set_total_minor(answer.total_minor() + head.value().minor_units());
                        }
                      });
}

}  // namespace klaim::services
