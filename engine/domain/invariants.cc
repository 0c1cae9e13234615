#include "engine/domain/invariants.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/loss.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/money/case_fund.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/work/handover.h"
#include "klaim/v1/event_cases.h"

namespace klaim::domain {
namespace {

using Amount = std::pair<absl::string_view, int64_t>;

// Each amount with its name, none of which is less than the one before. `of` is asked for when something is wrong.
absl::Status CheckRising(absl::FunctionRef<std::string()> of, std::initializer_list<Amount> amounts) {
  Amount before = {"nothing", 0};
  for (const Amount& amount : amounts) {
    if (amount.second < before.second) {
      return absl::InternalError(absl::StrCat(of(), ": ", before.first, " would be ", before.second,
                                              " minor units, ", amount.first, " ", amount.second,
                                              ": nothing was recorded; this is a defect, please report it"));
    }
    before = amount;
  }
  return absl::OkStatus();
}

absl::Status Check(const ClaimState& claim) {
  for (const ClaimHead& head : claim.heads) {
    RETURN_IF_ERROR(CheckRising(
        [&] { return absl::StrCat("claim ", claim.id, ", ", head.filed.code()); },
        {{"paid", head.paid_minor}, {"ordered", head.ordered_minor}, {"allocated", head.allocated_minor}}));
  }
  for (const Entitlement& given : claim.entitlements) {
    const auto of = [&] {
      return absl::StrCat("claim ", claim.id, ", ", given.head, " of settlement ", given.settlement_id);
    };
    RETURN_IF_ERROR(
        CheckRising(of, {{"ordered", given.ordered_minor}, {"allocated", given.allocated_minor}}));
  }
  return absl::OkStatus();
}

// No more is given than is due, or was paid before less was. Asked where something is decided or given: what a bank returns of a decision that
// was revised since stays allocated, and isn't payable beyond what is due (PayableOf).
absl::Status CheckWithinDecision(const v1::EventRecord& event, const ClaimState& claim) {
  if (!event.has_claim_determined() && !event.has_claim_allocated() && !event.has_claim_decision_revised() &&
      !event.has_claim_merged() && !event.has_claim_merge_undone())
    return absl::OkStatus();
  for (const ClaimHead& head : claim.heads) {
    RETURN_IF_ERROR(CheckRising([&] { return absl::StrCat("claim ", claim.id, ", ", head.filed.code()); },
                                {{"allocated", head.allocated_minor},
                                 {"determined, or paid", std::max(head.determined_minor, head.paid_minor)}}));
  }
  return absl::OkStatus();
}

// Of what the claimant got otherwise nothing is given out again: asked where it is given out, since a credit may come later.
absl::Status CheckBesideCredits(const v1::EventRecord& event, const ClaimState& claim) {
  const bool allocates = event.has_claim_allocated();
  if (!allocates && !event.has_claim_payment_ordered()) return absl::OkStatus();
  const auto& heads = allocates ? event.claim_allocated().heads() : event.claim_payment_ordered().heads();
  for (const v1::HeadAmount& amount : heads) {
    const ClaimHead& head = *claim.Head(amount.code());
    const Amount given =
        allocates ? Amount{"allocated", head.allocated_minor} : Amount{"ordered", head.ordered_minor};
    RETURN_IF_ERROR(
        CheckRising([&] { return absl::StrCat("claim ", claim.id, ", ", amount.code()); },
                    {given, {"determined less credited", head.determined_minor - head.credited_minor}}));
  }
  return absl::OkStatus();
}

absl::Status Check(const SettlementState& settlement) {
  const auto of = [&] { return absl::StrCat("settlement ", settlement.id); };
  for (int64_t received : settlement.received_minor)
    RETURN_IF_ERROR(CheckRising(of, {{"received of an instalment", received}}));
  for (const Amount& amount : {Amount{"allocated", settlement.allocated_minor},
                               {"costs", settlement.costs_minor},
                               {"costs not paid", settlement.CostsHeld()},
                               {"released to the case fund", settlement.residual_minor},
                               {"released to be given back", settlement.given_back_minor},
                               {"excess", settlement.excess_minor},
                               {"late interest that is held", settlement.InterestHeld()},
                               {"in trust", settlement.InTrust()}}) {
    RETURN_IF_ERROR(CheckRising(of, {amount}));
  }
  return absl::OkStatus();
}

absl::Status Check(const CaseFundState& fund) {
  const auto of = [&] { return absl::StrCat("case fund ", fund.id); };
  RETURN_IF_ERROR(CheckRising(of, {{"social part", fund.social_minor}}));
  return CheckRising(of, {{"education part", fund.education_minor}});
}

bool MovesMoneyOfClaim(const v1::EventRecord& event) {
  switch (event.event_case()) {
    case v1::EventRecord::kClaimDetermined:
    case v1::EventRecord::kClaimAllocated:
    case v1::EventRecord::kClaimCredited:
    case v1::EventRecord::kClaimCreditReversalProposed:
    case v1::EventRecord::kClaimCreditReversed:
    case v1::EventRecord::kClaimAllocationLapsed:
    case v1::EventRecord::kClaimPaymentOrdered:
    case v1::EventRecord::kClaimPaymentReleased:
    case v1::EventRecord::kClaimPaid:
    case v1::EventRecord::kClaimPaymentReturned:
    case v1::EventRecord::kClaimMerged:
    case v1::EventRecord::kClaimMergeUndone:
    case v1::EventRecord::kClaimDecisionRevised:
    case v1::EventRecord::kClaimOverpaymentForgiven:
    case v1::EventRecord::kClaimRepaid:
    case v1::EventRecord::kClaimRepaymentReversed:
      return true;
    case v1::EventRecord::kClaimFiled:
    case v1::EventRecord::kClaimDeficiencyNoticed:
    case v1::EventRecord::kClaimDeficiencyCured:
    case v1::EventRecord::kClaimReviewStarted:
    case v1::EventRecord::kClaimEligibilityDecided:
    case v1::EventRecord::kClaimValued:
    case v1::EventRecord::kClaimGrouped:
    case v1::EventRecord::kClaimOptedOut:
    case v1::EventRecord::kClaimWithdrawn:
    case v1::EventRecord::kClaimSuspended:
    case v1::EventRecord::kClaimResumed:
    case v1::EventRecord::kClaimAppealed:
    case v1::EventRecord::kClaimClosed:
    case v1::EventRecord::kClaimHandedOver:
    case v1::EventRecord::kClaimRegisterChecked:
    case v1::EventRecord::kClaimsProposedSeparate:
    case v1::EventRecord::kClaimsFoundSeparate:
    case v1::EventRecord::kClaimLossJoined:
    case v1::EventRecord::kClaimLossSeparated:
    case v1::EventRecord::kClaimHeld:
    case v1::EventRecord::kClaimHoldReleased:
    case v1::EventRecord::kClaimMoveProposed:
    case v1::EventRecord::kClaimMoveRejected:
    case v1::EventRecord::kClaimReopened:
    case v1::EventRecord::kClaimAppealDismissed:
    case KLAIM_ALL_BUT_CLAIM_EVENTS:
      return false;
  }
  return true;
}

// What payments of this decision take of losses is within the ceilings, with all that others took.
absl::Status CheckCeilings(const Decision& decision, Docket& docket) {
  std::map<uint64_t, int64_t> drawn;  // by loss
  for (const v1::EventRecord* event : decision.events()) {
    if (!event->has_claim_payment_ordered() || event->claim_payment_ordered().draws().empty()) continue;
    ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("", event->stream()));
    for (const v1::LossDraw& draw : event->claim_payment_ordered().draws())
      drawn[claim->Head(draw.head())->loss_id] += draw.drawn_minor();
  }
  for (const auto& [loss_id, now] : drawn) {
    ASSIGN_OR_RETURN(auto loss, docket.Find<LossState>("", loss_id));
    ASSIGN_OR_RETURN(const int64_t before, DrawnOf("", *loss, docket));
    RETURN_IF_ERROR(
        CheckRising([id = loss_id] { return absl::StrCat("loss ", id); },
                    {{"recovered", before + now}, {"ceiling", loss->opened.ceiling().minor_units()}}));
  }
  return absl::OkStatus();
}

// The aggregate as it would be after the event.
template <class State>
absl::StatusOr<State> CheckAfter(const v1::EventRecord& event, Docket& docket) {
  State state;
  if (event.stream_version() > 0) {
    ASSIGN_OR_RETURN(const State* before, docket.Find<State>("", event.stream()));
    state = *before;
  }
  RETURN_IF_ERROR(EvolveState(state, event));
  RETURN_IF_ERROR(Check(state));
  return state;
}

}  // namespace

absl::Status CheckInvariants(const Decision& decision, Docket& docket) {
  RETURN_IF_ERROR(CheckCeilings(decision, docket));
  for (const v1::EventRecord* event : decision.events()) {
    const v1::AggregateKind kind = KindOf(*event);
    if (MovesMoneyOfClaim(*event)) {
      ASSIGN_OR_RETURN(auto claim, CheckAfter<ClaimState>(*event, docket));
      RETURN_IF_ERROR(CheckWithinDecision(*event, claim));
      RETURN_IF_ERROR(CheckBesideCredits(*event, claim));
    }
    if (kind == v1::AGGREGATE_KIND_SETTLEMENT)
      RETURN_IF_ERROR(CheckAfter<SettlementState>(*event, docket).status());
    if (kind == v1::AGGREGATE_KIND_CASE_FUND)
      RETURN_IF_ERROR(CheckAfter<CaseFundState>(*event, docket).status());
  }
  return absl::OkStatus();
}

absl::Status CheckDecision(const Decision& decision, Docket& docket) {
  RETURN_IF_ERROR(CheckStillHere(decision, docket));
  RETURN_IF_ERROR(CheckOneEventAStream(decision));
  return CheckInvariants(decision, docket);
}

}  // namespace klaim::domain
