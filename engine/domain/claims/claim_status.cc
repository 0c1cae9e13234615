#include "engine/domain/claims/claim_status.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "engine/domain/core/refusal.h"
#include "klaim/v1/event_cases.h"

namespace klaim::domain {
namespace {

struct StepRule {
  ClaimStep step;
  absl::string_view taken;  // "to be ... it must be"
  std::vector<v1::ClaimStatus> from;
};

const StepRule& RuleOf(ClaimStep step) {
  static const auto& rules = *new std::vector<StepRule>{
      {ClaimStep::kNoticeDeficiency,
       "noticed of a deficiency",
       {v1::CLAIM_STATUS_FILED, v1::CLAIM_STATUS_CURED, v1::CLAIM_STATUS_UNDER_REVIEW}},
      {ClaimStep::kCure, "cured", {v1::CLAIM_STATUS_DEFICIENT}},
      {ClaimStep::kStartReview, "reviewed", {v1::CLAIM_STATUS_FILED, v1::CLAIM_STATUS_CURED}},
      {ClaimStep::kDecideEligibility, "decided on", {v1::CLAIM_STATUS_UNDER_REVIEW}},
      {ClaimStep::kValue, "valued", {v1::CLAIM_STATUS_ELIGIBLE, v1::CLAIM_STATUS_VALUED}},
      {ClaimStep::kDetermine, "determined", {v1::CLAIM_STATUS_VALUED}},
      {ClaimStep::kWithdraw,
       "withdrawn",
       {v1::CLAIM_STATUS_FILED, v1::CLAIM_STATUS_DEFICIENT, v1::CLAIM_STATUS_CURED,
        v1::CLAIM_STATUS_UNDER_REVIEW, v1::CLAIM_STATUS_ELIGIBLE, v1::CLAIM_STATUS_VALUED,
        v1::CLAIM_STATUS_DETERMINED, v1::CLAIM_STATUS_SUSPENDED}},
      {ClaimStep::kSuspend,
       "suspended",
       {v1::CLAIM_STATUS_FILED, v1::CLAIM_STATUS_DEFICIENT, v1::CLAIM_STATUS_CURED,
        v1::CLAIM_STATUS_UNDER_REVIEW, v1::CLAIM_STATUS_ELIGIBLE, v1::CLAIM_STATUS_VALUED,
        v1::CLAIM_STATUS_DETERMINED}},
      {ClaimStep::kResume, "resumed", {v1::CLAIM_STATUS_SUSPENDED}},
      {ClaimStep::kAppeal,
       "appealed",
       {v1::CLAIM_STATUS_INELIGIBLE, v1::CLAIM_STATUS_DETERMINED, v1::CLAIM_STATUS_ALLOCATED,
        v1::CLAIM_STATUS_PAID}},
      {ClaimStep::kRevise,
       "revised",
       {v1::CLAIM_STATUS_ELIGIBLE, v1::CLAIM_STATUS_VALUED, v1::CLAIM_STATUS_INELIGIBLE,
        v1::CLAIM_STATUS_DETERMINED, v1::CLAIM_STATUS_ALLOCATED, v1::CLAIM_STATUS_PAID}},
      {ClaimStep::kReopen,
       "reopened",
       {v1::CLAIM_STATUS_WITHDRAWN, v1::CLAIM_STATUS_CLOSED, v1::CLAIM_STATUS_OPTED_OUT}},
      {ClaimStep::kHold,
       "held",
       {v1::CLAIM_STATUS_FILED, v1::CLAIM_STATUS_DEFICIENT, v1::CLAIM_STATUS_CURED,
        v1::CLAIM_STATUS_UNDER_REVIEW, v1::CLAIM_STATUS_ELIGIBLE, v1::CLAIM_STATUS_INELIGIBLE,
        v1::CLAIM_STATUS_VALUED, v1::CLAIM_STATUS_DETERMINED, v1::CLAIM_STATUS_ALLOCATED,
        v1::CLAIM_STATUS_PAID, v1::CLAIM_STATUS_CLOSED, v1::CLAIM_STATUS_WITHDRAWN,
        v1::CLAIM_STATUS_OPTED_OUT, v1::CLAIM_STATUS_SUSPENDED}},
      {ClaimStep::kClose,
       "closed",
       {v1::CLAIM_STATUS_DEFICIENT, v1::CLAIM_STATUS_INELIGIBLE, v1::CLAIM_STATUS_DETERMINED,
        v1::CLAIM_STATUS_ALLOCATED, v1::CLAIM_STATUS_PAID, v1::CLAIM_STATUS_WITHDRAWN,
        v1::CLAIM_STATUS_OPTED_OUT}},
      {ClaimStep::kOptOut,
       "opted out",
       {v1::CLAIM_STATUS_FILED, v1::CLAIM_STATUS_DEFICIENT, v1::CLAIM_STATUS_CURED,
        v1::CLAIM_STATUS_UNDER_REVIEW, v1::CLAIM_STATUS_ELIGIBLE, v1::CLAIM_STATUS_VALUED,
        v1::CLAIM_STATUS_DETERMINED, v1::CLAIM_STATUS_SUSPENDED}},
  };
  // A step that isn't listed may be taken from nowhere.
  static const auto& none = *new StepRule{};
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&](const StepRule& rule) { return rule.step == step; });
  return found == rules.end() ? none : *found;
}

// It ends, unless it is reopened.
void End(ClaimLife& claim, v1::ClaimStatus status) {
  // Who withdraws first and is closed then goes on where it stood before both.
  const bool ended = claim.status == v1::CLAIM_STATUS_WITHDRAWN || claim.status == v1::CLAIM_STATUS_OPTED_OUT;
  if (!ended) claim.status_before_ending = claim.status;
  claim.status = status;
}

}  // namespace

void EvolveLife(ClaimLife& claim, const v1::EventRecord& event) {
  switch (event.event_case()) {
    case v1::EventRecord::kClaimFiled:
      claim.status = v1::CLAIM_STATUS_FILED;
      break;
    case v1::EventRecord::kClaimDeficiencyNoticed:
      claim.status = v1::CLAIM_STATUS_DEFICIENT;
      break;
    case v1::EventRecord::kClaimDeficiencyCured:
      claim.status = v1::CLAIM_STATUS_CURED;
      break;
    case v1::EventRecord::kClaimReviewStarted:
      claim.status = v1::CLAIM_STATUS_UNDER_REVIEW;
      break;
    case v1::EventRecord::kClaimAppealed:
      if (!event.claim_appealed().decision_stands()) claim.status = v1::CLAIM_STATUS_UNDER_REVIEW;
      break;
    case v1::EventRecord::kClaimDecisionRevised:
      claim.status = event.claim_decision_revised().status();
      break;
    case v1::EventRecord::kClaimReopened:
      claim.status = claim.status_before_ending;
      break;
    case v1::EventRecord::kClaimEligibilityDecided:
      claim.status = event.claim_eligibility_decided().eligible() ? v1::CLAIM_STATUS_ELIGIBLE
                                                                  : v1::CLAIM_STATUS_INELIGIBLE;
      break;
    case v1::EventRecord::kClaimValued:
      claim.status = v1::CLAIM_STATUS_VALUED;
      break;
    case v1::EventRecord::kClaimDetermined:
      claim.status = v1::CLAIM_STATUS_DETERMINED;
      break;
    case v1::EventRecord::kClaimOptedOut:
      End(claim, v1::CLAIM_STATUS_OPTED_OUT);
      break;
    case v1::EventRecord::kClaimAllocated:
    case v1::EventRecord::kClaimPaymentReturned:
      claim.status = v1::CLAIM_STATUS_ALLOCATED;
      break;
    case v1::EventRecord::kClaimPaid:
      if (event.claim_paid().in_full()) claim.status = v1::CLAIM_STATUS_PAID;
      break;
    case v1::EventRecord::kClaimWithdrawn:
      End(claim, v1::CLAIM_STATUS_WITHDRAWN);
      break;
    case v1::EventRecord::kClaimSuspended:
      claim.status_before_suspension = claim.status;
      claim.status = v1::CLAIM_STATUS_SUSPENDED;
      break;
    case v1::EventRecord::kClaimResumed:
      claim.status = claim.status_before_suspension;
      break;
    case v1::EventRecord::kClaimClosed:
      End(claim, v1::CLAIM_STATUS_CLOSED);
      break;
    case v1::EventRecord::kClaimHandedOver:
      claim.status = v1::CLAIM_STATUS_HANDED_OVER;
      break;
    case v1::EventRecord::kClaimMerged:
      if (!event.claim_merged().whole()) break;
      claim.status_before_merging = claim.status;
      claim.status = v1::CLAIM_STATUS_MERGED;
      break;
    case v1::EventRecord::kClaimMergeUndone:
      if (claim.status == v1::CLAIM_STATUS_MERGED) claim.status = claim.status_before_merging;
      break;
    case v1::EventRecord::kClaimGrouped:
    case v1::EventRecord::kClaimRegisterChecked:
    case v1::EventRecord::kClaimsProposedSeparate:
    case v1::EventRecord::kClaimsFoundSeparate:
    case v1::EventRecord::kClaimLossJoined:
    case v1::EventRecord::kClaimLossSeparated:
    case v1::EventRecord::kClaimCredited:
    case v1::EventRecord::kClaimCreditReversalProposed:
    case v1::EventRecord::kClaimCreditReversed:
    case v1::EventRecord::kClaimAllocationLapsed:
    case v1::EventRecord::kClaimPaymentOrdered:
    case v1::EventRecord::kClaimPaymentReleased:
    case v1::EventRecord::kClaimHeld:
    case v1::EventRecord::kClaimHoldReleased:
    case v1::EventRecord::kClaimMoveProposed:
    case v1::EventRecord::kClaimMoveRejected:
    case v1::EventRecord::kClaimOverpaymentForgiven:
    case v1::EventRecord::kClaimRepaid:
    case v1::EventRecord::kClaimRepaymentReversed:
    case v1::EventRecord::kClaimAppealDismissed:
    case KLAIM_ALL_BUT_CLAIM_EVENTS:
      break;
  }
}

absl::Status CheckStep(uint64_t claim_id, v1::ClaimStatus status, ClaimStep step) {
  const StepRule& rule = RuleOf(step);
  if (std::find(rule.from.begin(), rule.from.end(), status) != rule.from.end()) return absl::OkStatus();
  if (status == v1::CLAIM_STATUS_HANDED_OVER) {
    return NotNow("claim_id", v1::REASON_CLAIM_GOES_ON_IN_ANOTHER_DOCKET_WITH_ITS_PROGRAMME, claim_id);
  }
  const std::string names = absl::StrJoin(
      rule.from, " or ", [](std::string* out, v1::ClaimStatus from) { out->append(NameOf(from)); });
  return NotNow("claim_id", v1::REASON_CLAIM_STATUS_DOES_NOT_ALLOW_THIS, claim_id, NameOf(status), rule.taken,
                names);
}

std::string NameOf(v1::ClaimStatus status) {
  return absl::AsciiStrToLower(absl::StripPrefix(v1::ClaimStatus_Name(status), "CLAIM_STATUS_"));
}

bool IsPursued(v1::ClaimStatus status) {
  return status != v1::CLAIM_STATUS_WITHDRAWN && status != v1::CLAIM_STATUS_INELIGIBLE &&
         status != v1::CLAIM_STATUS_CLOSED && status != v1::CLAIM_STATUS_OPTED_OUT &&
         status != v1::CLAIM_STATUS_MERGED;
}

bool IsDetermined(v1::ClaimStatus status) {
  return status == v1::CLAIM_STATUS_DETERMINED || IsPayable(status);
}

bool MayBeDetermined(v1::ClaimStatus status) {
  switch (status) {
    case v1::CLAIM_STATUS_FILED:
    case v1::CLAIM_STATUS_DEFICIENT:
    case v1::CLAIM_STATUS_CURED:
    case v1::CLAIM_STATUS_UNDER_REVIEW:
    case v1::CLAIM_STATUS_ELIGIBLE:
    case v1::CLAIM_STATUS_VALUED:
    case v1::CLAIM_STATUS_SUSPENDED:
      return true;
    default:
      return false;
  }
}

bool IsPayable(v1::ClaimStatus status) {
  return status == v1::CLAIM_STATUS_ALLOCATED || status == v1::CLAIM_STATUS_PAID;
}

}  // namespace klaim::domain
