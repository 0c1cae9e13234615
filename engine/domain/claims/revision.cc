#include "engine/domain/claims/revision.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/hold.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/overpayment.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/registry/programme.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

// Late interest isn't decided on: it is shared out.
std::vector<const ClaimHead*> DecidedHeads(const ClaimState& claim) {
  std::vector<const ClaimHead*> heads;
  for (const ClaimHead& head : claim.heads) {
    if (head.filed.code() != kLateInterest) heads.push_back(&head);
  }
  return heads;
}

absl::Status CheckHeads(const v1::DecisionRevision& revision, const std::vector<const ClaimHead*>& heads) {
  if (revision.heads_size() != static_cast<int>(heads.size())) {
    return InvalidField("revision.heads", v1::REASON_DECIDES_HEADS_CLAIM_HAS, revision.heads_size(),
                        heads.size());
  }
  for (int i = 0; i < revision.heads_size(); ++i) {
    const std::string field = absl::StrCat("revision.heads[", i, "]");
    const v1::RevisedHead& revised = revision.heads(i);
    const ClaimHead& head = *heads[static_cast<size_t>(i)];
    if (revised.code() != head.filed.code())
      return InvalidField(field + ".code", v1::REASON_MUST_BE_IN_CLAIM_ORDER, head.filed.code());
    RETURN_IF_ERROR(CheckAmount(field + ".after_minor", revised.after_minor(), 0));
    if (revised.after_minor() != 0 && !revision.eligible())
      return InvalidField(field + ".after_minor", v1::REASON_WHAT_IS_INELIGIBLE_IS_WORTH_NOTHING);
    if (revised.after_minor() != 0 && head.merged_into != 0)
      return InvalidField(field + ".after_minor", v1::REASON_MUST_BE_0, head.merged_into);
  }
  return absl::OkStatus();
}

absl::Status CheckAppealOf(const v1::DecisionRevision& revision, const ClaimState& claim) {
  const bool by_appeal = revision.kind() == v1::REVISION_KIND_APPEAL;
  if (by_appeal ? revision.appeal_id() != 0 && revision.appeal_id() == claim.open_appeal_id
                : revision.appeal_id() == 0)
    return absl::OkStatus();
  return NotNow("revision.appeal_id", v1::REASON_CLAIM_HAS_NO_SUCH_OPEN_APPEAL, claim.id,
                revision.appeal_id());
}

// Nobody decides on late interest: who is ineligible is due none, and who is eligible what was allocated.
void PutInterest(const ClaimState& claim, v1::DecisionRevision& revision) {
  const ClaimHead* interest = claim.Head(kLateInterest);
  if (interest == nullptr) return;
  v1::RevisedHead& revised = *revision.add_heads();
  revised.set_code(kLateInterest);
  revised.set_after_minor(revision.eligible() ? interest->allocated_minor : 0);
}

// As it was wished: without what was filled in.
v1::DecisionRevision WishOf(v1::DecisionRevision revision) {
  const int last = revision.heads_size() - 1;
  if (last >= 0 && revision.heads(last).code() == kLateInterest) revision.mutable_heads()->RemoveLast();
  return revision;
}

// What is wished, with what was before.
absl::StatusOr<v1::DecisionRevision> RevisionOf(const v1::DecisionRevision& wished, const ClaimState& claim,
                                                Docket& docket) {
  RETURN_IF_ERROR(CheckStep(claim.id, claim.status, ClaimStep::kRevise));
  RETURN_IF_ERROR(CheckNotHeld("claim_id", claim, v1::HOLD_SCOPE_DECIDE));
  ASSIGN_OR_RETURN(auto programme, docket.Find<ProgrammeState>("claim_id", claim.programme_id));
  const std::vector<const ClaimHead*> heads = DecidedHeads(claim);
  RETURN_IF_ERROR(CheckHeads(wished, heads));
  RETURN_IF_ERROR(CheckAppealOf(wished, claim));
  v1::DecisionRevision revision = wished;
  revision.set_currency(programme->rules.currency());
  PutInterest(claim, revision);
  const bool decided = IsDetermined(claim.status) || claim.status == v1::CLAIM_STATUS_INELIGIBLE;
  bool changes = revision.eligible() != (claim.eligibility == Eligibility::kEligible);
  for (v1::RevisedHead& revised : *revision.mutable_heads()) {
    revised.set_before_minor(claim.Head(revised.code())->determined_minor);
    changes |= decided && revised.before_minor() != revised.after_minor();
  }
  if (changes) return revision;
  return NotNow("revision", v1::REASON_REVISION_CHANGES_NOTHING);
}

// Of what was allocated to a head and isn't due after the revision, what no payment orders, the settlement that gave last first.
void TakeBack(const ClaimState& claim, const ClaimHead& head, int64_t more,
              v1::ClaimDecisionRevised& revised) {
  for (auto given = claim.entitlements.rbegin(); given != claim.entitlements.rend() && more > 0; ++given) {
    if (given->head != head.filed.code()) continue;
    const int64_t part = std::min(more, given->allocated_minor - given->ordered_minor);
    if (part <= 0) continue;
    v1::SettlementHeadAmount& back = *revised.add_taken_back();
    back.set_settlement_id(given->settlement_id);
    back.set_head(given->head);
    back.set_minor_units(part);
    more -= part;
  }
}

uint64_t BatchUnderWay(const ClaimState& claim) {
  for (const ClaimPayment& payment : claim.payments) {
    if (!payment.paid) return payment.batch_id;
  }
  return 0;
}

v1::ClaimStatus StatusAfter(const ClaimState& claim, const v1::DecisionRevision& revision) {
  if (!revision.eligible()) return v1::CLAIM_STATUS_INELIGIBLE;
  bool allocated = false;
  bool open = false;
  for (const ClaimHead& head : claim.heads) {
    allocated |= head.allocated_minor > 0;
    open |= head.determined_minor - head.credited_minor > head.paid_minor ||
            head.allocated_minor > head.paid_minor;
  }
  if (!allocated) return v1::CLAIM_STATUS_DETERMINED;
  return open ? v1::CLAIM_STATUS_ALLOCATED : v1::CLAIM_STATUS_PAID;
}

// Appends what the revision does to the claim and to the settlements that gave to it.
absl::Status Revise(const ClaimState& claim, const v1::DecisionRevision& revision, uint64_t proposal_id,
                    Docket& docket, Decision& decision) {
  v1::EventRecord& event = decision.Append(claim);
  v1::ClaimDecisionRevised& revised = *event.mutable_claim_decision_revised();
  *revised.mutable_revision() = revision;
  revised.set_proposal_id(proposal_id);
  for (const v1::RevisedHead& after : revision.heads()) {
    const ClaimHead& head = *claim.Head(after.code());
    const int64_t stays = std::max(after.after_minor(), head.paid_minor);
    if (head.ordered_minor > stays)
      return NotNow("claim_id", v1::REASON_PAYMENT_OF_CLAIM_IS_UNDER_WAY, claim.id, BatchUnderWay(claim));
    TakeBack(claim, head, head.allocated_minor - stays, revised);
  }
  ClaimState after = claim;
  Evolve(after, event);
  revised.set_status(StatusAfter(after, revision));
  TellOverpaid(claim, event);
  std::map<uint64_t, v1::AllocationTakenBack> by_settlement;
  for (const v1::SettlementHeadAmount& back : revised.taken_back()) {
    v1::AllocationTakenBack& of_settlement = by_settlement[back.settlement_id()];
    of_settlement.set_claim_id(claim.id);
    of_settlement.set_amount_minor(of_settlement.amount_minor() + back.minor_units());
    if (back.head() == kLateInterest)
      of_settlement.set_interest_minor(of_settlement.interest_minor() + back.minor_units());
  }
  for (const auto& [settlement_id, back] : by_settlement) {
    ASSIGN_OR_RETURN(auto settlement, docket.Find<SettlementState>("claim_id", settlement_id));
    *decision.Append(*settlement).mutable_allocation_taken_back() = back;
  }
  return absl::OkStatus();
}

absl::StatusOr<const ClaimState*> WithOpenMove(Docket& docket, uint64_t claim_id, uint64_t proposal_id) {
  auto claim = docket.Find<ClaimState>("claim_id", claim_id);
  if (claim.ok() && !(*claim)->open_moves.contains(proposal_id))
    return NotNow("proposal_id", v1::REASON_PROPOSAL_DOES_NOT_WAIT_FOR_ANOTHER_PERSON, proposal_id);
  return claim;
}

absl::Status ApproveForgiveness(const ClaimState& claim, const v1::OverpaymentForgiveness& proposed,
                                uint64_t proposal_id, Decision& decision) {
  v1::OverpaymentForgiveness now = proposed;
  RETURN_IF_ERROR(FillForgiveness(claim, now));
  if (now.SerializeAsString() != proposed.SerializeAsString())
    return NotNow("proposal_id", v1::REASON_CLAIM_STANDS_OTHERWISE_BY_NOW);
  v1::EventRecord& event = decision.Append(claim);
  v1::ClaimOverpaymentForgiven& forgiven = *event.mutable_claim_overpayment_forgiven();
  *forgiven.mutable_forgiveness() = proposed;
  forgiven.set_proposal_id(proposal_id);
  TellOverpaid(claim, event);
  return absl::OkStatus();
}

void TakeBackFrom(ClaimState& state, const v1::SettlementHeadAmount& back) {
  state.Head(back.head())->allocated_minor -= back.minor_units();
  for (Entitlement& entitlement : state.entitlements) {
    if (entitlement.settlement_id == back.settlement_id() && entitlement.head == back.head())
      entitlement.allocated_minor -= back.minor_units();
  }
}

}  // namespace

void EvolveRevision(ClaimState& state, const v1::EventRecord& event) {
  if (event.has_claim_appealed()) {
    if (event.claim_appealed().decision_stands()) state.open_appeal_id = event.sequence();
  } else if (event.has_claim_appeal_dismissed()) {
    state.open_appeal_id = 0;
  } else if (event.has_claim_move_proposed()) {
    state.open_moves[event.sequence()] = {event.claim_move_proposed(), event.actor()};
  } else if (event.has_claim_move_rejected()) {
    state.open_moves.erase(event.claim_move_rejected().proposal_id());
  } else if (event.has_claim_decision_revised()) {
    const v1::ClaimDecisionRevised& revised = event.claim_decision_revised();
    const v1::DecisionRevision& revision = revised.revision();
    for (const v1::RevisedHead& head : revision.heads())
      state.Head(head.code())->determined_minor = head.after_minor();
    for (const v1::SettlementHeadAmount& back : revised.taken_back()) TakeBackFrom(state, back);
    state.eligibility = revision.eligible() ? Eligibility::kEligible : Eligibility::kIneligible;
    state.appeal_until = revision.appeal_until();
    state.decided_day = DayOf(event.recorded_at_micros());
    if (revision.appeal_id() != 0) state.open_appeal_id = 0;
    state.open_moves.erase(revised.proposal_id());
  }
}

absl::Status CheckAppealUntil(absl::string_view field, const v1::PartialDate& until, int64_t now_micros) {
  RETURN_IF_ERROR(CheckDate(field, until, true, true));
  if (until.year() == 0 || LastDayOf(until) >= DayOf(now_micros)) return CheckDue(field, until, now_micros);
  return InvalidField(field, v1::REASON_DAY_OF_APPEALING_IS_OVER_ALREADY);
}

absl::Status Decide(const v1::ReviseDecisionRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  const v1::DecisionRevision& wished = request.revision();
  if (!v1::RevisionKind_IsValid(wished.kind()) || wished.kind() == 0)
    return InvalidField("revision.kind", v1::REASON_MUST_SAY_WHY_IT_IS_REVISED);
  RETURN_IF_ERROR(CheckCode("revision.reason_code", wished.reason_code()));
  RETURN_IF_ERROR(CheckText("revision.reasons", wished.reasons(), 1, 2'000));
  RETURN_IF_ERROR(CheckAppealUntil("revision.appeal_until", wished.appeal_until(), context.now_micros));
  ASSIGN_OR_RETURN(auto claim, ClaimWithRoom(request.claim_id(), docket));
  ASSIGN_OR_RETURN(auto revision, RevisionOf(wished, *claim, docket));
  if (!claim->HadMoney()) return Revise(*claim, revision, 0, docket, decision);
  *decision.Append(*claim).mutable_claim_move_proposed()->mutable_revision() = revision;
  return absl::OkStatus();
}

absl::Status Decide(const v1::ApproveClaimMoveRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto claim, WithOpenMove(docket, request.claim_id(), request.proposal_id()));
  const OpenClaimMove& move = claim->open_moves.find(request.proposal_id())->second;
  if (move.proposer == context.actor) return AnotherPerson("proposal_id", v1::REASON_YOU_PROPOSED_THIS);
  const v1::ClaimMoveProposed& proposed = move.proposed;
  if (proposed.has_forgiveness())
    return ApproveForgiveness(*claim, proposed.forgiveness(), request.proposal_id(), decision);
  if (proposed.has_reversal()) {
    v1::RepaymentReversal now = proposed.reversal();
    RETURN_IF_ERROR(FillReversal(*claim, now));
    return AppendReversal(*claim, now, request.proposal_id(), docket, decision);
  }
  ASSIGN_OR_RETURN(auto revision, RevisionOf(WishOf(proposed.revision()), *claim, docket));
  if (revision.SerializeAsString() != proposed.revision().SerializeAsString())
    return NotNow("proposal_id", v1::REASON_CLAIM_STANDS_OTHERWISE_BY_NOW);
  return Revise(*claim, revision, request.proposal_id(), docket, decision);
}

absl::Status Decide(const v1::RejectClaimMoveRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
  ASSIGN_OR_RETURN(auto claim, WithOpenMove(docket, request.claim_id(), request.proposal_id()));
  v1::ClaimMoveRejected& rejected = *decision.Append(*claim).mutable_claim_move_rejected();
  rejected.set_proposal_id(request.proposal_id());
  rejected.set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::DismissAppealRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reasons", request.reasons(), 1, 2'000));
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
  RETURN_IF_ERROR(CheckNotHeld("claim_id", *claim, v1::HOLD_SCOPE_DECIDE));
  RETURN_IF_ERROR(CheckNoRevisionWaits("appeal_id", *claim));
  if (request.appeal_id() == 0 || request.appeal_id() != claim->open_appeal_id)
    return NotNow("appeal_id", v1::REASON_CLAIM_HAS_NO_SUCH_OPEN_APPEAL, claim->id, request.appeal_id());
  v1::ClaimAppealDismissed& dismissed = *decision.Append(*claim).mutable_claim_appeal_dismissed();
  dismissed.set_appeal_id(request.appeal_id());
  dismissed.set_reasons(request.reasons());
  return absl::OkStatus();
}

absl::Status Decide(const v1::ReopenClaimRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
  RETURN_IF_ERROR(CheckStep(claim->id, claim->status, ClaimStep::kReopen));
  decision.Append(*claim).mutable_claim_reopened()->set_reason(request.reason());
  return absl::OkStatus();
}

}  // namespace klaim::domain
