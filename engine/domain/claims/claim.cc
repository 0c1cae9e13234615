#include "engine/domain/claims/claim.h"

#include <algorithm>

#include "engine/domain/core/money.h"
#include "engine/domain/core/rules.h"
#include "klaim/v1/event_cases.h"

namespace klaim::domain {
namespace {

// Adds (sign +1) or takes back (-1) what a payment orders.
void MoveOrdered(ClaimState& state, const ClaimPayment& payment, int sign) {
  for (const v1::HeadAmount& amount : payment.heads) {
    state.Head(amount.code())->ordered_minor += sign * amount.minor_units();
    for (Entitlement& entitlement : state.entitlements) {
      if (entitlement.settlement_id == payment.settlement_id && entitlement.head == amount.code()) {
        entitlement.ordered_minor += sign * amount.minor_units();
      }
    }
  }
}

// Gives to the losses (sign +1), or gives back (-1), what a payment takes of their ceilings.
void MoveDrawn(ClaimState& state, const ClaimPayment& payment, int sign) {
  for (const v1::LossDraw& draw : payment.draws)
    state.Head(draw.head())->drawn_minor += sign * draw.drawn_minor();
}

void MovePaid(ClaimState& state, const ClaimPayment& payment, int sign) {
  for (const v1::HeadAmount& amount : payment.heads) {
    state.Head(amount.code())->paid_minor += sign * amount.minor_units();
  }
}

void DropPayment(ClaimState& state, uint64_t batch_id, uint32_t number) {
  std::erase_if(state.payments, [&](const ClaimPayment& payment) {
    return payment.batch_id == batch_id && payment.number == number;
  });
}

// Late interest isn't claimed: what is allocated of it is what is determined, and none of it lapses.
void DetermineInterest(ClaimState& state, int64_t amount) {
  if (state.Head(kLateInterest) == nullptr) state.heads.emplace_back().filed.set_code(kLateInterest);
  state.Head(kLateInterest)->determined_minor += amount;
}

void Allocate(ClaimState& state, const v1::ClaimAllocated& allocated) {
  for (const v1::HeadAmount& amount : allocated.heads()) {
    if (amount.code() == kLateInterest) DetermineInterest(state, amount.minor_units());
    state.Head(amount.code())->allocated_minor += amount.minor_units();
    auto found =
        std::find_if(state.entitlements.begin(), state.entitlements.end(), [&](const Entitlement& e) {
          return e.settlement_id == allocated.settlement_id() && e.head == amount.code();
        });
    if (found == state.entitlements.end()) {
      found = state.entitlements.insert(found, {allocated.settlement_id(), amount.code(), 0, 0, 0});
    }
    found->allocated_minor += amount.minor_units();
  }
}

void Lapse(ClaimState& state, const v1::ClaimAllocationLapsed& lapsed, uint64_t sequence) {
  for (const v1::HeadAmount& amount : lapsed.heads()) {
    state.Head(amount.code())->allocated_minor -= amount.minor_units();
    for (Entitlement& entitlement : state.entitlements) {
      if (entitlement.settlement_id == lapsed.settlement_id() && entitlement.head == amount.code()) {
        entitlement.allocated_minor -= amount.minor_units();
        entitlement.lapsed_at = sequence;
      }
    }
  }
}

void Order(ClaimState& state, const v1::ClaimPaymentOrdered& ordered, int64_t day) {
  ClaimPayment payment{ordered.payment_batch_id(),
                       ordered.payment_number(),
                       ordered.settlement_id(),
                       {ordered.heads().begin(), ordered.heads().end()},
                       {ordered.draws().begin(), ordered.draws().end()},
                       day,
                       false};
  MoveOrdered(state, payment, +1);
  MoveDrawn(state, payment, +1);
  state.payments.push_back(std::move(payment));
  state.returned_batch_id = 0;
  state.returned_number = 0;
}

void Release(ClaimState& state, const v1::ClaimPaymentReleased& released) {
  const auto* payment = state.Payment(released.payment_batch_id(), released.payment_number());
  if (payment == nullptr) return;
  MoveOrdered(state, *payment, -1);
  MoveDrawn(state, *payment, -1);
  DropPayment(state, released.payment_batch_id(), released.payment_number());
}

void Pay(ClaimState& state, const v1::ClaimPaid& paid) {
  auto* payment = state.Payment(paid.payment_batch_id(), paid.payment_number());
  if (payment == nullptr) return;
  payment->paid = true;
  MovePaid(state, *payment, +1);
}

void Return(ClaimState& state, const v1::ClaimPaymentReturned& returned) {
  const auto* payment = state.Payment(returned.payment_batch_id(), returned.payment_number());
  if (payment == nullptr) return;
  if (payment->paid) MovePaid(state, *payment, -1);
  MoveOrdered(state, *payment, -1);
  MoveDrawn(state, *payment, -1);
  DropPayment(state, returned.payment_batch_id(), returned.payment_number());
  state.returned_batch_id = returned.payment_batch_id();
  state.returned_number = returned.payment_number();
}

void JoinLoss(ClaimState& state, const v1::ClaimLossJoined& joined) {
  for (const std::string& code : joined.heads()) state.Head(code)->loss_id = joined.loss_id();
  // Whoever found it to be two losses before found something else since.
  state.proposed_separate.clear();
  for (const v1::LossDraw& draw : joined.draws()) {
    auto* payment = state.Payment(draw.payment_batch_id(), draw.payment_number());
    auto* credit = state.Credit(draw.credit_id());
    if (payment == nullptr && credit == nullptr) continue;
    if (payment != nullptr) payment->draws.push_back(draw);
    if (credit != nullptr) *credit->credited.add_draws() = draw;
    state.Head(draw.head())->drawn_minor += draw.drawn_minor();
  }
}

void LeaveLoss(ClaimState& state, const v1::ClaimLossSeparated& separated) {
  for (const std::string& code : separated.heads()) {
    ClaimHead& head = *state.Head(code);
    head.loss_id = 0;
    head.drawn_minor = 0;
    head.separate_losses.push_back(separated.loss_id());
    for (ClaimPayment& payment : state.payments)
      std::erase_if(payment.draws, [&](const v1::LossDraw& draw) { return draw.head() == code; });
    for (ClaimCredit& credit : state.credits) {
      auto& draws = *credit.credited.mutable_draws();
      draws.erase(std::remove_if(draws.begin(), draws.end(),
                                 [&](const v1::LossDraw& draw) { return draw.head() == code; }),
                  draws.end());
    }
  }
}

}  // namespace

int64_t ClaimHead::BeyondDue() const {
  return std::max<int64_t>(0, paid_minor - std::max<int64_t>(0, determined_minor - credited_minor));
}

bool ClaimState::PaidInFullWith(uint64_t batch_id, uint32_t number) const {
  int64_t open = 0;
  for (const ClaimHead& head : heads)
    open += std::max<int64_t>(head.determined_minor - head.credited_minor, head.paid_minor) - head.paid_minor;
  for (const ClaimPayment& payment : payments) {
    if (payment.batch_id != batch_id || payment.number != number) continue;
    for (const v1::HeadAmount& amount : payment.heads) open -= amount.minor_units();
  }
  return open <= 0;
}

bool ClaimState::MoneyWaits() const {
  return std::any_of(heads.begin(), heads.end(),
                     [](const ClaimHead& head) { return head.allocated_minor > head.paid_minor; });
}

bool ClaimState::ContradictedByRegister() const {
  return std::any_of(register_checks.begin(), register_checks.end(), [](const auto& checked) {
    return checked.result() == v1::REGISTER_RESULT_CONTRADICTED;
  });
}

bool ClaimState::ProvenByRegisters() const {
  return std::all_of(heads.begin(), heads.end(), [&](const ClaimHead& head) {
    if (head.merged_into != 0) return true;
    return std::any_of(register_checks.begin(), register_checks.end(), [&](const auto& checked) {
      const auto& proven = checked.proven_heads();
      return std::find(proven.begin(), proven.end(), head.filed.code()) != proven.end();
    });
  });
}

ClaimPayment* ClaimState::Payment(uint64_t batch_id, uint32_t number) {
  const auto found = std::find_if(payments.begin(), payments.end(), [&](const ClaimPayment& payment) {
    return payment.batch_id == batch_id && payment.number == number;
  });
  return found == payments.end() ? nullptr : &*found;
}

const ClaimHead* ClaimState::Head(absl::string_view code) const {
  for (const ClaimHead& head : heads) {
    if (head.filed.code() == code) return &head;
  }
  return nullptr;
}

ClaimHead* ClaimState::Head(absl::string_view code) {
  return const_cast<ClaimHead*>(static_cast<const ClaimState*>(this)->Head(code));
}

const ClaimCredit* ClaimState::Credit(uint64_t credit_id) const {
  for (const ClaimCredit& credit : credits) {
    if (credit.id == credit_id) return &credit;
  }
  return nullptr;
}

ClaimCredit* ClaimState::Credit(uint64_t credit_id) {
  return const_cast<ClaimCredit*>(static_cast<const ClaimState*>(this)->Credit(credit_id));
}

void Evolve(ClaimState& state, const v1::EventRecord& event) {
  EvolveLife(state, event);
  switch (event.event_case()) {
    case v1::EventRecord::kClaimFiled:
      state.programme_id = event.claim_filed().programme_id();
      state.claimant_id = event.claim_filed().claimant_id();
      state.case_id = event.claim_filed().case_id();
      state.respondent_ids.assign(event.claim_filed().respondent_ids().begin(),
                                  event.claim_filed().respondent_ids().end());
      for (const v1::ClaimedHead& head : event.claim_filed().heads()) state.heads.push_back({head});
      break;
    case v1::EventRecord::kClaimDeficiencyNoticed:
      state.answer_by = event.claim_deficiency_noticed().answer_by();
      break;
    case v1::EventRecord::kClaimEligibilityDecided:
      state.eligibility =
          event.claim_eligibility_decided().eligible() ? Eligibility::kEligible : Eligibility::kIneligible;
      state.appeal_until = event.claim_eligibility_decided().appeal_until();
      state.decided_day = DayOf(event.recorded_at_micros());
      // What was determined before an appeal is owed no more.
      if (state.eligibility == Eligibility::kEligible) break;
      for (ClaimHead& head : state.heads) {
        head.determined_minor = 0;
        head.determined_before_merging_minor = 0;
      }
      break;
    case v1::EventRecord::kClaimValued:
      for (const v1::ValuedHead& head : event.claim_valued().heads()) {
        state.Head(head.code())->valued_minor = head.value().minor_units();
      }
      break;
    case v1::EventRecord::kClaimDetermined:
      state.appeal_until = event.claim_determined().appeal_until();
      state.decided_day = DayOf(event.recorded_at_micros());
      for (const v1::HeadAmount& head : event.claim_determined().heads()) {
        state.Head(head.code())->determined_minor = head.minor_units();
      }
      break;
    case v1::EventRecord::kClaimGrouped:
      state.groups.push_back(event.claim_grouped());
      break;
    case v1::EventRecord::kClaimRegisterChecked: {
      const v1::ClaimRegisterChecked& checked = event.claim_register_checked();
      std::erase_if(state.register_checks, [&](const auto& before) {
        return before.reference_register_id() == checked.reference_register_id();
      });
      state.register_checks.push_back(checked);
      break;
    }
    case v1::EventRecord::kClaimMerged:
    case v1::EventRecord::kClaimMergeUndone:
    case v1::EventRecord::kClaimsProposedSeparate:
    case v1::EventRecord::kClaimsFoundSeparate:
      EvolveMerging(state, event);
      break;
    case v1::EventRecord::kClaimLossJoined:
      JoinLoss(state, event.claim_loss_joined());
      break;
    case v1::EventRecord::kClaimLossSeparated:
      LeaveLoss(state, event.claim_loss_separated());
      break;
    case v1::EventRecord::kClaimAllocated:
      Allocate(state, event.claim_allocated());
      break;
    case v1::EventRecord::kClaimAllocationLapsed:
      Lapse(state, event.claim_allocation_lapsed(), event.sequence());
      break;
    case v1::EventRecord::kClaimPaymentOrdered:
      Order(state, event.claim_payment_ordered(), DayOf(event.recorded_at_micros()));
      break;
    case v1::EventRecord::kClaimPaymentReleased:
      Release(state, event.claim_payment_released());
      break;
    case v1::EventRecord::kClaimPaid:
      Pay(state, event.claim_paid());
      break;
    case v1::EventRecord::kClaimPaymentReturned:
      Return(state, event.claim_payment_returned());
      break;
    case v1::EventRecord::kClaimCredited:
    case v1::EventRecord::kClaimCreditReversalProposed:
    case v1::EventRecord::kClaimCreditReversed:
      EvolveCredits(state, event);
      break;
    case v1::EventRecord::kClaimHeld:
    case v1::EventRecord::kClaimHoldReleased:
      EvolveHolds(state, event);
      break;
    case v1::EventRecord::kClaimAppealed:
    case v1::EventRecord::kClaimAppealDismissed:
    case v1::EventRecord::kClaimMoveProposed:
    case v1::EventRecord::kClaimMoveRejected:
    case v1::EventRecord::kClaimDecisionRevised:
      EvolveRevision(state, event);
      break;
    case v1::EventRecord::kClaimOverpaymentForgiven:
    case v1::EventRecord::kClaimRepaid:
    case v1::EventRecord::kClaimRepaymentReversed:
      EvolveOverpayment(state, event);
      break;
    case v1::EventRecord::kClaimReopened:
    case v1::EventRecord::kClaimDeficiencyCured:
    case v1::EventRecord::kClaimReviewStarted:
    case v1::EventRecord::kClaimOptedOut:
    case v1::EventRecord::kClaimWithdrawn:
    case v1::EventRecord::kClaimSuspended:
    case v1::EventRecord::kClaimResumed:
    case v1::EventRecord::kClaimClosed:
    case v1::EventRecord::kClaimHandedOver:  // its status alone
    case KLAIM_ALL_BUT_CLAIM_EVENTS:
      break;
  }
  // What is due after all isn't forgiven any more.
  for (ClaimHead& head : state.heads) head.forgiven_minor = std::min(head.forgiven_minor, head.BeyondDue());
}

}  // namespace klaim::domain
