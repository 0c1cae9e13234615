#include "services/linkage/linkage_service.h"

#include <algorithm>

#include "engine/base/return_if_error.h"
#include "engine/domain/registry/programme.h"
#include "engine/sequencer/folded.h"
#include "projections/duplicates/duplicates_query.h"
#include "services/common/limits.h"

namespace klaim::services {
namespace {

// What one person found, and holds once another finds the same.
constexpr auto kTellWhetherItWaits = [](const sequencer::Outcome& outcome, const auto&, auto& answer) {
  answer.set_waits_for_another(outcome.first->has_claims_proposed_separate() ||
                               outcome.first->has_loss_separation_proposed() ||
                               outcome.first->has_loss_ceiling_proposed());
};

}  // namespace

LinkageService::LinkageService(CallPipeline& calls) : calls_(calls) {
  Serve(&LinkageService::RefuseDuplicate, &LinkageService::MergeClaimants, &LinkageService::UndoMerge,
        &LinkageService::LinkFamily, &LinkageService::UnlinkFamily, &LinkageService::JoinLoss,
        &LinkageService::ListSuspectedDuplicates, &LinkageService::ListDoubleClaims,
        &LinkageService::DecideDoubleClaim, &LinkageService::OpenLoss, &LinkageService::SeparateLoss,
        &LinkageService::SetLossCeiling, &LinkageService::GetLoss);
}

grpc::ServerUnaryReactor* LinkageService::ListSuspectedDuplicates(
    grpc::CallbackServerContext* context, const v1::ListSuspectedDuplicatesRequest* request,
    v1::ListSuspectedDuplicatesResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(),
      [this, request, response](Caller& caller) { return AnswerSuspected(caller, *request, *response); });
}

grpc::ServerUnaryReactor* LinkageService::ListDoubleClaims(grpc::CallbackServerContext* context,
                                                           const v1::ListDoubleClaimsRequest* request,
                                                           v1::ListDoubleClaimsResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(),
      [this, request, response](Caller& caller) { return AnswerDoubleClaims(caller, *request, *response); });
}

grpc::ServerUnaryReactor* LinkageService::OpenLoss(grpc::CallbackServerContext* context,
                                                   const v1::OpenLossRequest* request,
                                                   v1::OpenLossResponse* response) {
  return calls_.Write(context, request, response,
                      [](const sequencer::Outcome& outcome, const auto&, auto& answer) {
                        answer.set_loss_id(outcome.first_sequence);
                      });
}

grpc::ServerUnaryReactor* LinkageService::DecideDoubleClaim(grpc::CallbackServerContext* context,
                                                            const v1::DecideDoubleClaimRequest* request,
                                                            v1::DecideDoubleClaimResponse* response) {
  return calls_.Write(context, request, response, kTellWhetherItWaits);
}

grpc::ServerUnaryReactor* LinkageService::SeparateLoss(grpc::CallbackServerContext* context,
                                                       const v1::SeparateLossRequest* request,
                                                       v1::SeparateLossResponse* response) {
  return calls_.Write(context, request, response, kTellWhetherItWaits);
}

grpc::ServerUnaryReactor* LinkageService::SetLossCeiling(grpc::CallbackServerContext* context,
                                                         const v1::SetLossCeilingRequest* request,
                                                         v1::SetLossCeilingResponse* response) {
  return calls_.Write(context, request, response, kTellWhetherItWaits);
}

grpc::ServerUnaryReactor* LinkageService::GetLoss(grpc::CallbackServerContext* context,
                                                  const v1::GetLossRequest* request,
                                                  v1::GetLossResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](Caller& caller) {
                       return AnswerLoss(caller, request->loss_id(), *response);
                     });
}

// Told from the log itself, as what is paid is decided by it.
absl::Status LinkageService::AnswerLoss(const Caller& caller, uint64_t loss_id,
                                        v1::GetLossResponse& response) {
  const log::LogReader& log = calls_.LogFor(caller);
  ASSIGN_OR_RETURN(auto loss, sequencer::Folded<domain::LossState>(log, "loss_id", loss_id));
  response.set_family(loss.opened.family());
  *response.mutable_ceiling() = loss.opened.ceiling();
  for (const v1::LossHead& member : loss.opened.heads()) {
    ASSIGN_OR_RETURN(auto claim, sequencer::Folded<domain::ClaimState>(log, "loss_id", member.claim_id()));
    ASSIGN_OR_RETURN(auto programme,
                     sequencer::Folded<domain::ProgrammeState>(log, "loss_id", claim.programme_id));
    const domain::ClaimHead& head = *claim.Head(member.head());
    v1::LossHeadRecovery& recovery = *response.add_heads();
    *recovery.mutable_head() = member;
    recovery.set_currency(programme.rules.currency());
    recovery.set_determined_minor(head.determined_minor);
    recovery.set_allocated_minor(head.allocated_minor);
    recovery.set_ordered_minor(head.ordered_minor);
    recovery.set_paid_minor(head.paid_minor);
    recovery.set_credited_minor(head.credited_minor);
    recovery.set_drawn_minor(head.drawn_minor);
    response.set_drawn_minor(response.drawn_minor() + head.drawn_minor);
    if (loss.separations.contains({member.claim_id(), member.head()}))
      *response.add_proposed_separate() = member;
  }
  if (loss.raise.id != 0) *response.mutable_proposed_ceiling() = loss.raised_to;
  const int64_t left = loss.opened.ceiling().minor_units() - response.drawn_minor();
  response.set_left_minor(std::max<int64_t>(0, left));
  response.set_above_minor(std::max<int64_t>(0, -left));
  return absl::OkStatus();
}

// A pair is shown to who may see both: whoever sees one alone would learn of another's claimant.
absl::Status LinkageService::AnswerSuspected(const Caller& caller,
                                             const v1::ListSuspectedDuplicatesRequest& request,
                                             v1::ListSuspectedDuplicatesResponse& response) {
  const projections::DuplicatesQuery duplicates = calls_.ModelsFor(caller).duplicates();
  return calls_.AnswerPage(caller, request, response, duplicates.Suspected(),
                           [&](const projections::PairOfClaimants& pair) -> absl::StatusOr<bool> {
                             for (uint64_t id : {pair.later_id, pair.earlier_id}) {
                               if (!calls_.scope().MayRead(caller, "claimant", id)) return false;
                             }
                             ASSIGN_OR_RETURN(*response.add_pairs(), duplicates.Suspicion(pair));
                             return true;
                           });
}

absl::Status LinkageService::AnswerDoubleClaims(const Caller& caller,
                                                const v1::ListDoubleClaimsRequest& request,
                                                v1::ListDoubleClaimsResponse& response) {
  return calls_.AnswerPage(caller, request, response, calls_.ModelsFor(caller).duplicates().DoubleClaims(),
                           [&](v1::DoubleClaim claim) -> absl::StatusOr<bool> {
                             for (uint64_t id : {claim.claim_id(), claim.other_claim_id()}) {
                               if (!calls_.scope().MayRead(caller, "claim", id)) return false;
                             }
                             *response.add_claims() = std::move(claim);
                             return true;
                           });
}

}  // namespace klaim::services
