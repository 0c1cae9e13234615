#include "engine/domain/money/overpayment.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/numeric/int128.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/hold.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/registry/programme.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

// What a part of a payment that comes back gives back of its loss's ceiling: in proportion, rounded down, so that no more is free than came.
void GiveBackDraw(const ClaimPayment& payment, const v1::HeadAmount& paid, int64_t part,
                  v1::ClaimRepaid& repaid) {
  for (const v1::LossDraw& draw : payment.draws) {
    if (draw.head() != paid.code()) continue;
    v1::LossDraw& back = *repaid.add_draws();
    back = draw;
    back.set_payment_batch_id(payment.batch_id);
    back.set_payment_number(payment.number);
    back.set_drawn_minor(static_cast<int64_t>(absl::int128(draw.drawn_minor()) * part / paid.minor_units()));
  }
}

// Puts what came back against what was paid beyond what is due, forgiven or not, of each payment, the last one first. What is left is returned.
int64_t PutAgainstPayments(const ClaimState& claim, int64_t amount, v1::ClaimRepaid& repaid) {
  std::map<std::string, int64_t> open;
  for (const ClaimHead& head : claim.heads) open[head.filed.code()] = head.BeyondDue();
  for (auto payment = claim.payments.rbegin(); payment != claim.payments.rend(); ++payment) {
    if (!payment->paid) continue;
    for (const v1::HeadAmount& paid : payment->heads) {
      const int64_t part = std::min({amount, open[paid.code()], paid.minor_units()});
      if (part == 0) continue;
      v1::RepaidPart& back = *repaid.add_parts();
      back.set_settlement_id(payment->settlement_id);
      back.set_head(paid.code());
      back.set_minor_units(part);
      back.set_payment_batch_id(payment->batch_id);
      back.set_payment_number(payment->number);
      GiveBackDraw(*payment, paid, part, repaid);
      open[paid.code()] -= part;
      amount -= part;
    }
  }
  return amount;
}

// What came back of a payment isn't paid, nor ordered or allocated (sign -1); it is again once the repayment is taken back (+1).
void MovePart(ClaimState& state, const v1::RepaidPart& part, int sign) {
  const int64_t moved = sign * part.minor_units();
  ClaimHead& head = *state.Head(part.head());
  head.paid_minor += moved;
  head.ordered_minor += moved;
  head.allocated_minor += moved;
  for (Entitlement& entitlement : state.entitlements) {
    if (entitlement.settlement_id != part.settlement_id() || entitlement.head != part.head()) continue;
    entitlement.allocated_minor += moved;
    entitlement.ordered_minor += moved;
  }
  ClaimPayment* payment = state.Payment(part.payment_batch_id(), part.payment_number());
  if (payment == nullptr) return;
  for (v1::HeadAmount& paid : payment->heads) {
    if (paid.code() == part.head()) paid.set_minor_units(paid.minor_units() + moved);
  }
}

// Likewise of the ceilings of losses.
void MoveDraw(ClaimState& state, const v1::LossDraw& back, int sign) {
  ClaimPayment* payment = state.Payment(back.payment_batch_id(), back.payment_number());
  if (payment == nullptr) return;
  state.Head(back.head())->drawn_minor += sign * back.drawn_minor();
  for (v1::LossDraw& draw : payment->draws) {
    if (draw.head() == back.head()) draw.set_drawn_minor(draw.drawn_minor() + sign * back.drawn_minor());
  }
}

// What of a settlement came back, or is taken away again.
struct BackToSettlement {
  int64_t amount_minor = 0;
  int64_t interest_minor = 0;
};
std::map<uint64_t, BackToSettlement> BySettlement(
    const google::protobuf::RepeatedPtrField<v1::RepaidPart>& parts) {
  std::map<uint64_t, BackToSettlement> by_settlement;
  for (const v1::RepaidPart& part : parts) {
    BackToSettlement& back = by_settlement[part.settlement_id()];
    back.amount_minor += part.minor_units();
    if (part.head() == kLateInterest) back.interest_minor += part.minor_units();
  }
  return by_settlement;
}

const v1::ClaimRepaid* RepaymentOf(const ClaimState& claim, const std::string& bank_reference) {
  for (const v1::ClaimRepaid& repaid : claim.repayments) {
    if (repaid.bank_reference() == bank_reference) return &repaid;
  }
  return nullptr;
}

// Of the events that OverpaidIn reads.
v1::OverpaidSums* MutableOverpaid(v1::EventRecord& event) {
  if (event.has_claim_decision_revised()) return event.mutable_claim_decision_revised()->mutable_overpaid();
  if (event.has_claim_credited()) return event.mutable_claim_credited()->mutable_overpaid();
  if (event.has_claim_credit_reversed()) return event.mutable_claim_credit_reversed()->mutable_overpaid();
  if (event.has_claim_paid()) return event.mutable_claim_paid()->mutable_overpaid();
  if (event.has_claim_payment_returned()) return event.mutable_claim_payment_returned()->mutable_overpaid();
  if (event.has_claim_repaid()) return event.mutable_claim_repaid()->mutable_overpaid();
  if (event.has_claim_repayment_reversed())
    return event.mutable_claim_repayment_reversed()->mutable_overpaid();
  return event.mutable_claim_overpayment_forgiven()->mutable_overpaid();
}

}  // namespace

int64_t OverpaidOf(const ClaimHead& head) {
  return std::max<int64_t>(0, head.BeyondDue() - head.forgiven_minor);
}

v1::OverpaidSums OverpaidSumsOf(const ClaimState& claim) {
  v1::OverpaidSums sums;
  for (const ClaimHead& head : claim.heads) {
    sums.set_open_minor(sums.open_minor() + OverpaidOf(head));
    sums.set_forgiven_minor(sums.forgiven_minor() + head.forgiven_minor);
  }
  return sums;
}

const v1::OverpaidSums* OverpaidIn(const v1::EventRecord& event) {
  const auto told = [](const auto& message) {
    return message.has_overpaid() ? &message.overpaid() : nullptr;
  };
  if (event.has_claim_decision_revised()) return told(event.claim_decision_revised());
  if (event.has_claim_credited()) return told(event.claim_credited());
  if (event.has_claim_credit_reversed()) return told(event.claim_credit_reversed());
  if (event.has_claim_paid()) return told(event.claim_paid());
  if (event.has_claim_payment_returned()) return told(event.claim_payment_returned());
  if (event.has_claim_repaid()) return told(event.claim_repaid());
  if (event.has_claim_repayment_reversed()) return told(event.claim_repayment_reversed());
  if (event.has_claim_overpayment_forgiven()) return told(event.claim_overpayment_forgiven());
  return nullptr;
}

void TellOverpaid(const ClaimState& before, v1::EventRecord& event) {
  // A batch has thousands of payments, and hardly ever one of more than is due.
  const bool may_be = std::any_of(before.heads.begin(), before.heads.end(), [](const ClaimHead& head) {
    return head.ordered_minor > std::max<int64_t>(0, head.determined_minor - head.credited_minor);
  });
  if (!may_be && (event.has_claim_paid() || event.has_claim_payment_returned())) return;
  ClaimState after = before;
  Evolve(after, event);
  const v1::OverpaidSums was = OverpaidSumsOf(before);
  v1::OverpaidSums is = OverpaidSumsOf(after);
  if (was.ByteSizeLong() == 0 && is.ByteSizeLong() == 0) return;
  is.set_currency(before.heads[0].filed.claimed().currency());
  *MutableOverpaid(event) = is;
}

absl::Status CheckNotOverpaid(absl::string_view field, const ClaimState& claim) {
  if (OverpaidSumsOf(claim).open_minor() == 0) return absl::OkStatus();
  return NotNow(field, v1::REASON_CLAIM_IS_OVERPAID, claim.id);
}

absl::Status CheckNotRepaid(const ClaimState& claim, uint64_t batch_id, uint32_t number) {
  for (const v1::ClaimRepaid& repaid : claim.repayments) {
    for (const v1::RepaidPart& part : repaid.parts()) {
      if (part.payment_batch_id() == batch_id && part.payment_number() == number)
        return NotNow("returned.number", v1::REASON_PART_OF_PAYMENT_WAS_PAID_BACK, number);
    }
  }
  return absl::OkStatus();
}

absl::Status FillForgiveness(const ClaimState& claim, v1::OverpaymentForgiveness& forgiveness) {
  forgiveness.clear_heads();
  for (const ClaimHead& head : claim.heads) {
    if (OverpaidOf(head) == 0) continue;
    v1::HeadAmount& amount = *forgiveness.add_heads();
    amount.set_code(head.filed.code());
    amount.set_minor_units(OverpaidOf(head));
  }
  if (!forgiveness.heads().empty()) return absl::OkStatus();
  return NotNow("claim_id", v1::REASON_NOTHING_OF_CLAIM_IS_OVERPAID, claim.id);
}

void EvolveOverpayment(ClaimState& state, const v1::EventRecord& event) {
  if (event.has_claim_overpayment_forgiven()) {
    for (const v1::HeadAmount& amount : event.claim_overpayment_forgiven().forgiveness().heads())
      state.Head(amount.code())->forgiven_minor += amount.minor_units();
    state.open_moves.erase(event.claim_overpayment_forgiven().proposal_id());
    return;
  }
  if (event.has_claim_repaid()) {
    state.repayments.push_back(event.claim_repaid());
    for (const v1::RepaidPart& part : event.claim_repaid().parts()) MovePart(state, part, -1);
    for (const v1::LossDraw& draw : event.claim_repaid().draws()) MoveDraw(state, draw, -1);
    return;
  }
  const v1::RepaymentReversal& reversal = event.claim_repayment_reversed().reversal();
  for (const v1::RepaidPart& part : reversal.parts()) MovePart(state, part, +1);
  for (const v1::LossDraw& draw : reversal.draws()) MoveDraw(state, draw, +1);
  std::erase_if(state.repayments, [&](const v1::ClaimRepaid& repaid) {
    return repaid.bank_reference() == reversal.bank_reference();
  });
  state.open_moves.erase(event.claim_repayment_reversed().proposal_id());
}

absl::Status Decide(const v1::RecordRepaymentRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckBankEntry("", request.amount_minor(), request.booked_on(), request.bank_reference(),
                                 context.now_micros));
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
  ASSIGN_OR_RETURN(auto programme, docket.Find<ProgrammeState>("claim_id", claim->programme_id));
  // Who was forgiven may still pay.
  int64_t open = 0;
  for (const ClaimHead& head : claim->heads) open += head.BeyondDue();
  if (open == 0) return NotNow("claim_id", v1::REASON_NOTHING_OF_CLAIM_IS_OVERPAID, claim->id);
  v1::EventRecord& event = decision.Append(*claim);
  v1::ClaimRepaid& repaid = *event.mutable_claim_repaid();
  if (request.amount_minor() > open || PutAgainstPayments(*claim, request.amount_minor(), repaid) > 0)
    return NotNow("amount_minor", v1::REASON_ONLY_SO_MUCH_IS_OVERPAID, open);
  repaid.set_currency(programme->rules.currency());
  *repaid.mutable_booked_on() = request.booked_on();
  repaid.set_bank_reference(request.bank_reference());
  TellOverpaid(*claim, event);
  for (const auto& [settlement_id, back] : BySettlement(repaid.parts())) {
    ASSIGN_OR_RETURN(auto settlement, docket.Find<SettlementState>("claim_id", settlement_id));
    if (settlement->bank_references.contains(request.bank_reference()))
      return NotNow("bank_reference", v1::REASON_IS_RECORDED_ALREADY);
    v1::RepaymentReceived& received = *decision.Append(*settlement).mutable_repayment_received();
    received.set_claim_id(claim->id);
    received.set_amount_minor(back.amount_minor);
    received.set_interest_minor(back.interest_minor);
    *received.mutable_booked_on() = request.booked_on();
    received.set_bank_reference(request.bank_reference());
  }
  return absl::OkStatus();
}

absl::Status FillReversal(const ClaimState& claim, v1::RepaymentReversal& reversal) {
  const v1::ClaimRepaid* repaid = RepaymentOf(claim, reversal.bank_reference());
  if (repaid == nullptr)
    return NotNow("bank_reference", v1::REASON_CLAIM_HAS_NO_SUCH_REPAYMENT, claim.id,
                  reversal.bank_reference());
  *reversal.mutable_parts() = repaid->parts();
  *reversal.mutable_draws() = repaid->draws();
  reversal.set_currency(repaid->currency());
  return absl::OkStatus();
}

absl::Status AppendReversal(const ClaimState& claim, const v1::RepaymentReversal& reversal,
                            uint64_t proposal_id, Docket& docket, Decision& decision) {
  v1::EventRecord& event = decision.Append(claim);
  v1::ClaimRepaymentReversed& reversed = *event.mutable_claim_repayment_reversed();
  *reversed.mutable_reversal() = reversal;
  reversed.set_proposal_id(proposal_id);
  TellOverpaid(claim, event);
  for (const auto& [settlement_id, back] : BySettlement(reversal.parts())) {
    ASSIGN_OR_RETURN(auto settlement, docket.Find<SettlementState>("claim_id", settlement_id));
    if (!settlement->HasUnpromised(back.amount_minor - back.interest_minor, back.interest_minor))
      return NotNow("bank_reference", v1::REASON_REPAYMENT_MONEY_WENT_ON);
    v1::RepaymentReversed& of_settlement = *decision.Append(*settlement).mutable_repayment_reversed();
    of_settlement.set_claim_id(claim.id);
    of_settlement.set_amount_minor(back.amount_minor);
    of_settlement.set_interest_minor(back.interest_minor);
    of_settlement.set_bank_reference(reversal.bank_reference());
  }
  return absl::OkStatus();
}

absl::Status Decide(const v1::ReverseRepaymentRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
  ASSIGN_OR_RETURN(auto claim, ClaimWithRoom(request.claim_id(), docket));
  v1::RepaymentReversal& reversal =
      *decision.Append(*claim).mutable_claim_move_proposed()->mutable_reversal();
  reversal.set_bank_reference(request.bank_reference());
  reversal.set_reason(request.reason());
  return FillReversal(*claim, reversal);
}

absl::Status Decide(const v1::ForgiveOverpaymentRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
  ASSIGN_OR_RETURN(auto claim, ClaimWithRoom(request.claim_id(), docket));
  ASSIGN_OR_RETURN(auto programme, docket.Find<ProgrammeState>("claim_id", claim->programme_id));
  v1::OverpaymentForgiveness& forgiveness =
      *decision.Append(*claim).mutable_claim_move_proposed()->mutable_forgiveness();
  forgiveness.set_written_off(request.written_off());
  forgiveness.set_reason(request.reason());
  forgiveness.set_currency(programme->rules.currency());
  return FillForgiveness(*claim, forgiveness);
}

}  // namespace klaim::domain
