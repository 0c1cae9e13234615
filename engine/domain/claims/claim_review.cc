// What is decided of it (engine/domain/claims/claim.h).
#include <algorithm>
#include <initializer_list>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/claimant_group.h"
#include "engine/domain/claims/credit.h"
#include "engine/domain/claims/hold.h"
#include "engine/domain/claims/revision.h"
#include "engine/domain/claims/valuation.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/overpayment.h"
#include "engine/domain/people/claimant.h"
#include "engine/domain/registry/programme.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

// Who withdrew the consent to pursue the claim has nothing more decided on it, until it is given again. Money
// that is allocated already is theirs.
absl::Status RequireConsent(const ClaimState& claim, Docket& docket) {
  ASSIGN_OR_RETURN(auto claimant, docket.Find<ClaimantState>("claim_id", claim.claimant_id));
  if (claimant->consents_to_claim) return absl::OkStatus();
  return NotNow("claim_id", v1::REASON_CLAIMANT_WITHDREW_CONSENT_TO_PURSUE_CLAIM_OR_WAS);
}

// Whoever finds a claim eligible that a register contradicts says that they saw it.
absl::Status CheckAgainstRegisters(const ClaimState& claim, const v1::ClaimEligibilityDecided& decision) {
  const bool against = decision.eligible() && claim.ContradictedByRegister();
  if (against && !decision.despite_register()) {
    return NotNow("decision.eligible", v1::REASON_REFERENCE_REGISTER_CONTRADICTS_CLAIM, claim.id);
  }
  if (!against && decision.despite_register()) {
    return InvalidField("decision.despite_register", v1::REASON_NO_REGISTER_CONTRADICTS_CLAIM);
  }
  return absl::OkStatus();
}

// A precedent is a decided claim of the same programme that shares a head, and was decided in the same way.
absl::Status CheckPrecedent(const ClaimState& claim, const v1::ClaimEligibilityDecided& decision,
                            Docket& docket) {
  const char* field = "decision.precedent_claim_id";
  ASSIGN_OR_RETURN(auto found, docket.Find<ClaimState>(field, decision.precedent_claim_id()));
  const ClaimState& precedent = *found;
  const bool shared = std::any_of(claim.heads.begin(), claim.heads.end(), [&](const ClaimHead& head) {
    return precedent.Head(head.filed.code()) != nullptr;
  });
  if (precedent.id == claim.id || precedent.programme_id != claim.programme_id || !shared) {
    return InvalidField(field, v1::REASON_IS_NO_CLAIM_LIKE_THIS_ONE);
  }
  if (precedent.eligibility == Eligibility::kUndecided)
    return NotNow(field, v1::REASON_IS_NOT_DECIDED_ITSELF);
  if ((precedent.eligibility == Eligibility::kEligible) != decision.eligible()) {
    return InvalidField(field, v1::REASON_WAS_DECIDED_OTHER_WAY);
  }
  return absl::OkStatus();
}

// Who appeals late says why it is heard all the same.
absl::Status CheckInTime(const ClaimState& claim, const v1::ClaimAppealed& appealed, int64_t now_micros) {
  RETURN_IF_ERROR(CheckDate("appealed_on", appealed.appealed_on(), true, false));
  RETURN_IF_ERROR(CheckHappened("appealed_on", appealed.appealed_on(), now_micros));
  if (LastDayOf(appealed.appealed_on()) < claim.decided_day)
    return InvalidField("appealed_on", v1::REASON_APPEAL_IS_BEFORE_DECISION);
  const bool late =
      claim.appeal_until.year() != 0 && LastDayOf(appealed.appealed_on()) > LastDayOf(claim.appeal_until);
  if (!late && !appealed.late_cause().empty())
    return InvalidField("late_cause", v1::REASON_APPEAL_IS_NOT_LATE);
  if (!late) return absl::OkStatus();
  if (appealed.late_cause().empty()) {
    const v1::PartialDate& last = claim.appeal_until;
    return NotNow("late_cause", v1::REASON_LAST_DAY_OF_APPEALING_IS_OVER,
                  absl::StrFormat("%04d-%02d-%02d", last.year(), last.month(), last.day()));
  }
  return CheckText("late_cause", appealed.late_cause(), 1, 1'000);
}

v1::ValuedHead NothingHere(const ClaimHead& head, const std::string& currency) {
  v1::ValuedHead valued;
  valued.set_code(head.filed.code());
  valued.mutable_value()->set_currency(currency);
  valued.set_computation(absl::StrCat("pursued in claim ", head.merged_into));
  return valued;
}

}  // namespace

absl::Status Decide(const v1::NoticeDeficiencyRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  const v1::ClaimDeficiencyNoticed& notice = request.notice();
  if (notice.missing().empty() || notice.missing_size() > 20) {
    return InvalidField("notice.missing", v1::REASON_MUST_LIST_1_TO_20_THINGS_THAT_ARE_MISSING);
  }
  for (int i = 0; i < notice.missing_size(); ++i) {
    RETURN_IF_ERROR(CheckText(absl::StrCat("notice.missing[", i, "]"), notice.missing(i), 1, 200));
  }
  RETURN_IF_ERROR(CheckDate("notice.answer_by", notice.answer_by(), true, false));
  RETURN_IF_ERROR(CheckDue("notice.answer_by", notice.answer_by(), context.now_micros));
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
  RETURN_IF_ERROR(CheckStep(claim->id, claim->status, ClaimStep::kNoticeDeficiency));
  *decision.Append(*claim).mutable_claim_deficiency_noticed() = notice;
  return absl::OkStatus();
}

absl::Status Decide(const v1::CureDeficiencyRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("answer", request.answer(), 1, 1000));
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
  RETURN_IF_ERROR(CheckStep(claim->id, claim->status, ClaimStep::kCure));
  decision.Append(*claim).mutable_claim_deficiency_cured()->set_answer(request.answer());
  return absl::OkStatus();
}

absl::Status Decide(const v1::StartReviewRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
  RETURN_IF_ERROR(CheckStep(claim->id, claim->status, ClaimStep::kStartReview));
  RETURN_IF_ERROR(RequireConsent(*claim, docket));
  decision.Append(*claim).mutable_claim_review_started();
  return absl::OkStatus();
}

absl::Status Decide(const v1::DecideEligibilityRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckCode("decision.reason_code", request.decision().reason_code()));
  RETURN_IF_ERROR(CheckText("decision.reasons", request.decision().reasons(), 1, 2000));
  RETURN_IF_ERROR(
      CheckAppealUntil("decision.appeal_until", request.decision().appeal_until(), context.now_micros));
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
  RETURN_IF_ERROR(CheckStep(claim->id, claim->status, ClaimStep::kDecideEligibility));
  RETURN_IF_ERROR(CheckNotHeld("claim_id", *claim, v1::HOLD_SCOPE_DECIDE));
  RETURN_IF_ERROR(CheckAgainstRegisters(*claim, request.decision()));
  if (request.decision().precedent_claim_id() != 0) {
    RETURN_IF_ERROR(CheckPrecedent(*claim, request.decision(), docket));
  }
  RETURN_IF_ERROR(RequireConsent(*claim, docket));
  *decision.Append(*claim).mutable_claim_eligibility_decided() = request.decision();
  return absl::OkStatus();
}

absl::Status Decide(const v1::ValueClaimRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
  RETURN_IF_ERROR(CheckStep(claim->id, claim->status, ClaimStep::kValue));
  RETURN_IF_ERROR(CheckNotHeld("claim_id", *claim, v1::HOLD_SCOPE_DECIDE));
  RETURN_IF_ERROR(RequireConsent(*claim, docket));
  ASSIGN_OR_RETURN(auto programme, docket.Find<ProgrammeState>("programme_id", claim->programme_id));
  v1::ClaimValued& valued = *decision.Append(*claim).mutable_claim_valued();
  valued.set_rules_version(programme->rules_version);
  for (const ClaimHead& head : claim->heads) {
    if (head.merged_into != 0) {
      *valued.add_heads() = NothingHere(head, programme->rules.currency());
      continue;
    }
    const v1::HeadRule& rule = *programme->Head(head.filed.code());
    ASSIGN_OR_RETURN(*valued.add_heads(), Value(head.filed, rule, programme->rules.currency(), docket));
  }
  return absl::OkStatus();
}

absl::Status Decide(const v1::DetermineClaimRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckCode("reason_code", request.reason_code()));
  RETURN_IF_ERROR(CheckText("reasons", request.reasons(), 1, 2000));
  RETURN_IF_ERROR(CheckAppealUntil("appeal_until", request.appeal_until(), context.now_micros));
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
  RETURN_IF_ERROR(CheckStep(claim->id, claim->status, ClaimStep::kDetermine));
  RETURN_IF_ERROR(CheckNotHeld("claim_id", *claim, v1::HOLD_SCOPE_DECIDE));
  RETURN_IF_ERROR(RequireConsent(*claim, docket));
  ASSIGN_OR_RETURN(auto programme, docket.Find<ProgrammeState>("programme_id", claim->programme_id));
  v1::ClaimDetermined& determined = *decision.Append(*claim).mutable_claim_determined();
  determined.set_currency(programme->rules.currency());
  determined.set_reason_code(request.reason_code());
  determined.set_reasons(request.reasons());
  if (request.has_appeal_until()) *determined.mutable_appeal_until() = request.appeal_until();
  for (const ClaimHead& head : claim->heads) {
    auto* amount = determined.add_heads();
    amount->set_code(head.filed.code());
    amount->set_minor_units(head.valued_minor);
  }
  if (request.heads().empty()) return absl::OkStatus();
  if (request.heads_size() != determined.heads_size()) {
    return InvalidField("heads", v1::REASON_DECIDES_HEADS_CLAIM_HAS, request.heads_size(),
                        determined.heads_size());
  }
  for (int i = 0; i < request.heads_size(); ++i) {
    const std::string field = absl::StrCat("heads[", i, "]");
    if (request.heads(i).code() != determined.heads(i).code()) {
      return InvalidField(field + ".code", v1::REASON_MUST_BE_IN_CLAIM_ORDER, determined.heads(i).code());
    }
    RETURN_IF_ERROR(CheckAmount(field + ".minor_units", request.heads(i).minor_units(), 0));
    if (const uint64_t other = claim->heads[static_cast<size_t>(i)].merged_into;
        other != 0 && request.heads(i).minor_units() != 0) {
      return InvalidField(field + ".minor_units", v1::REASON_MUST_BE_0, other);
    }
    determined.mutable_heads(i)->set_minor_units(request.heads(i).minor_units());
  }
  return absl::OkStatus();
}

absl::Status Decide(const v1::WithdrawClaimRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
  RETURN_IF_ERROR(CheckStep(claim->id, claim->status, ClaimStep::kWithdraw));
  decision.Append(*claim).mutable_claim_withdrawn()->set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::SuspendClaimRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
  RETURN_IF_ERROR(CheckStep(claim->id, claim->status, ClaimStep::kSuspend));
  decision.Append(*claim).mutable_claim_suspended()->set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::ResumeClaimRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
  RETURN_IF_ERROR(CheckStep(claim->id, claim->status, ClaimStep::kResume));
  decision.Append(*claim).mutable_claim_resumed();
  return absl::OkStatus();
}

absl::Status Decide(const v1::AppealClaimRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("grounds", request.grounds(), 1, 2000));
  if (!v1::Appellant_IsValid(request.by())) return InvalidField("by", v1::REASON_MUST_SAY_WHO_APPEALS);
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
  RETURN_IF_ERROR(CheckStep(claim->id, claim->status, ClaimStep::kAppeal));
  if (claim->open_appeal_id != 0)
    return NotNow("claim_id", v1::REASON_APPEAL_WAITS_TO_BE_DECIDED, claim->open_appeal_id, claim->id);
  v1::ClaimAppealed& appealed = *decision.Append(*claim).mutable_claim_appealed();
  appealed.set_grounds(request.grounds());
  appealed.set_by(request.by());
  *appealed.mutable_appealed_on() =
      request.has_appealed_on() ? request.appealed_on() : DateOf(DayOf(context.now_micros));
  appealed.set_late_cause(request.late_cause());
  // What two persons may have decided isn't opened again by one.
  appealed.set_decision_stands(claim->HadMoney());
  return CheckInTime(*claim, appealed, context.now_micros);
}

absl::Status Decide(const v1::CloseClaimRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
  RETURN_IF_ERROR(CheckStep(claim->id, claim->status, ClaimStep::kClose));
  if (claim->status == v1::CLAIM_STATUS_ALLOCATED && claim->MoneyWaits()) {
    return NotNow("claim_id", v1::REASON_ITS_MONEY_IS_NOT_PAID);
  }
  RETURN_IF_ERROR(CheckNotOverpaid("claim_id", *claim));
  RETURN_IF_ERROR(CheckNothingWaits("claim_id", *claim));
  if (claim->status == v1::CLAIM_STATUS_DETERMINED && claim->IsOwed())
    return NotNow("claim_id", v1::REASON_CLAIM_IS_STILL_OWED, claim->id);
  if (claim->status == v1::CLAIM_STATUS_DEFICIENT &&
      DayOf(context.now_micros) <= LastDayOf(claim->answer_by)) {
    return NotNow("claim_id", v1::REASON_CLAIMANT_CAN_STILL_ANSWER_DEFICIENCY_NOTICE);
  }
  decision.Append(*claim).mutable_claim_closed()->set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::OptOutRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
  // A group of others answers as one that nobody certified.
  auto group = docket.Find<ClaimantGroupState>("group_id", request.group_id());
  if (!group.ok() && !absl::IsNotFound(group.status())) return group.status();
  if (!group.ok() || !(*group)->Has(request.claim_id())) {
    return NotNow("claim_id", v1::REASON_CLAIM_IS_NO_MEMBER_OF_GROUP, request.claim_id(), request.group_id());
  }
  const v1::PartialDate& last = (*group)->opt_out_until;
  if (last.year() != 0 && DayOf(context.now_micros) > LastDayOf(last)) {
    return NotNow("group_id", v1::REASON_LAST_DAY_OF_OPTING_OUT_OF_THIS_GROUP_IS_OVER);
  }
  RETURN_IF_ERROR(CheckStep(claim->id, claim->status, ClaimStep::kOptOut));
  decision.Append(*claim).mutable_claim_opted_out()->set_group_id(request.group_id());
  return absl::OkStatus();
}

}  // namespace klaim::domain
