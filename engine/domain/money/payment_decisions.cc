// What is decided of it (engine/domain/money/payment_batch.h).
#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claimant_group.h"
#include "engine/domain/claims/credit.h"
#include "engine/domain/claims/double_claim.h"
#include "engine/domain/claims/hold.h"
#include "engine/domain/claims/loss.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/bank_day.h"
#include "engine/domain/money/overpayment.h"
#include "engine/domain/money/payment_batch.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/money/trust_account.h"
#include "engine/domain/people/heir.h"
#include "engine/domain/registry/reference_table.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

// Most payments of one batch.
constexpr uint32_t kMaxPayments = 100'000;

absl::StatusOr<const PaymentBatchState*> InStatus(Docket& docket, uint64_t batch_id,
                                                  v1::PaymentBatchStatus status, absl::string_view what) {
  ASSIGN_OR_RETURN(auto batch, docket.Find<PaymentBatchState>("payment_batch_id", batch_id));
  if (batch->status != status) {
    return NotNow("payment_batch_id", v1::REASON_PAYMENT_BATCH, batch_id, what);
  }
  return batch;
}

absl::Status RequireAnother(const PaymentBatchState& batch, const Context& context) {
  if (batch.proposer != context.actor) return absl::OkStatus();
  return AnotherPerson("payment_batch_id", v1::REASON_YOU_PROPOSED_THIS_BATCH);
}

absl::StatusOr<const PaymentBatchState*> NotYetSent(Docket& docket, uint64_t batch_id) {
  ASSIGN_OR_RETURN(auto batch, docket.Find<PaymentBatchState>("payment_batch_id", batch_id));
  if (batch->status != v1::PAYMENT_BATCH_STATUS_PROPOSED &&
      batch->status != v1::PAYMENT_BATCH_STATUS_APPROVED) {
    return NotNow("payment_batch_id", v1::REASON_PAYMENT_BATCH_WAS_SENT_OR_REJECTED_ALREADY, batch_id);
  }
  return batch;
}

// What a payment was ordered for may have changed: who was to be paid was erased, died, or isn't the claimant after all.
absl::Status CheckPayment(const v1::Payment& payment, Docket& docket) {
  ASSIGN_OR_RETURN(auto payee, docket.Find<ClaimantState>("payment_batch_id", payment.claimant_id()));
  if (payee->erased) {
    return NotNow("payment_batch_id", v1::REASON_PAYEE_OF_PAYMENT_WAS_ERASED_SO_THAT_NOBODY_CAN_READ,
                  payment.number());
  }
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("payment_batch_id", payment.claim_id()));
  RETURN_IF_ERROR(CheckNotHeld("payment_batch_id", *claim, v1::HOLD_SCOPE_PAY));
  RETURN_IF_ERROR(CheckNoRevisionWaits("payment_batch_id", *claim));
  RETURN_IF_ERROR(CheckNotOverpaid("payment_batch_id", *claim));
  RETURN_IF_ERROR(RequireNoDoubleClaim("payment_batch_id", *claim, payment.heads(), docket));
  RETURN_IF_ERROR(CheckWithinCeilings("payment_batch_id", *claim, payment.heads(), docket));
  RETURN_IF_ERROR(CheckBesideCredits("payment_batch_id", *claim, payment.heads()));
  ASSIGN_OR_RETURN(auto entitled, EntitledTo("payment_batch_id", claim->claimant_id, docket));
  ASSIGN_OR_RETURN(auto paid, PersonNow("payment_batch_id", payment.claimant_id(), docket));
  if (paid->id == entitled->id) return absl::OkStatus();
  return NotNow("payment_batch_id", v1::REASON_PAYMENT_GOES_TO_ANOTHER_CLAIMANT_BY_NOW, payment.number(),
                payment.claimant_id(), payment.claim_id(), entitled->id);
}

absl::Status CheckLeftOut(const v1::SendPaymentBatchRequest& request, const PaymentBatchState& batch) {
  for (const v1::LeftOutPayment& left_out : request.left_out()) {
    RETURN_IF_ERROR(CheckText("left_out.reason", left_out.reason(), 1, 500));
    if (left_out.number() < 1 || left_out.number() > batch.payments.size())
      return InvalidField("left_out.number", v1::REASON_IS_NO_PAYMENT_OF_BATCH);
  }
  return absl::OkStatus();
}

absl::Status CheckPayments(const PaymentBatchState& batch, const std::set<uint32_t>& left_out,
                           Docket& docket) {
  for (const v1::Payment& payment : batch.proposed.payments()) {
    if (batch.StaysBehind(payment.number()) || left_out.contains(payment.number())) continue;
    RETURN_IF_ERROR(CheckPayment(payment, docket));
  }
  return absl::OkStatus();
}

// Frees what a payment ordered.
absl::Status FreeOrder(uint64_t batch_id, const v1::Payment& payment, Docket& docket, Decision& decision) {
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("payment_batch_id", payment.claim_id()));
  auto* released = decision.Append(*claim).mutable_claim_payment_released();
  released->set_payment_batch_id(batch_id);
  released->set_payment_number(payment.number());
  return absl::OkStatus();
}

using Draws = google::protobuf::RepeatedPtrField<v1::LossDraw>;

// Of heads that are one loss with others no more is paid than is left of its ceiling.
absl::Status CutToLosses(const ClaimState& claim, LossRoom& room, v1::Payment& payment, Draws& draws) {
  payment.set_amount_minor(0);
  uint64_t recovered = 0;  // a loss of which nothing is left
  for (v1::HeadAmount& amount : *payment.mutable_heads()) {
    const ClaimHead& head = *claim.Head(amount.code());
    v1::LossDraw draw;
    ASSIGN_OR_RETURN(auto within, room.TakeForPayment("claim_ids", claim, head, amount.minor_units(), draw));
    amount.set_minor_units(within);
    payment.set_amount_minor(payment.amount_minor() + within);
    if (within == 0) recovered = head.loss_id;
    if (within > 0 && head.loss_id != 0) *draws.Add() = std::move(draw);
  }
  auto& heads = *payment.mutable_heads();
  heads.erase(std::remove_if(heads.begin(), heads.end(),
                             [](const v1::HeadAmount& amount) { return amount.minor_units() == 0; }),
              heads.end());
  if (!heads.empty()) return absl::OkStatus();
  return NotNow("claim_ids", v1::REASON_LOSS_IS_RECOVERED_UP_TO_ITS_CEILING, recovered, claim.id);
}

// The payment of what the settlement gives to the claim and is not ordered yet, and what it takes of losses' ceilings; no heads when there is
// nothing to pay. FAILED_PRECONDITION says why it can't be paid now.
absl::StatusOr<v1::Payment> PaymentFor(const ClaimState& claim, const SettlementState& settlement,
                                       v1::PayoutKind kind, LossRoom& room, Draws& draws, Docket& docket) {
  v1::Payment payment;
  std::string got_otherwise;
  for (const Entitlement& entitlement : claim.entitlements) {
    const int64_t given = entitlement.allocated_minor - entitlement.ordered_minor;
    if (entitlement.settlement_id != settlement.id || given <= 0) continue;
    const int64_t open = std::min(given, PayableOf(*claim.Head(entitlement.head)));
    if (open == 0) got_otherwise = entitlement.head;
    if (open == 0) continue;
    auto* head = payment.add_heads();
    head->set_code(entitlement.head);
    head->set_minor_units(open);
    payment.set_amount_minor(payment.amount_minor() + open);
  }
  if (payment.heads().empty() && !got_otherwise.empty())
    return NotNow("claim_ids", v1::REASON_NOTHING_OF_HEAD_IS_LEFT, got_otherwise, claim.id);
  if (payment.heads().empty()) return payment;
  RETURN_IF_ERROR(RequireNoDoubleClaim("claim_ids", claim, payment.heads(), docket));
  RETURN_IF_ERROR(CheckNotHeld("claim_ids", claim, v1::HOLD_SCOPE_PAY));
  RETURN_IF_ERROR(CheckNoRevisionWaits("claim_ids", claim));
  RETURN_IF_ERROR(CheckNotOverpaid("claim_ids", claim));
  if (!IsPayable(claim.status)) {
    return NotNow("claim_ids", v1::REASON_CLAIM_IS_ON_HOLD_OR_CLOSED, claim.id);
  }
  auto claimant = docket.Find<ClaimantState>("claim_ids", claim.claimant_id);
  if (!claimant.ok()) return claimant.status();
  if ((*claimant)->heir_id != 0) {
    claimant = docket.Find<ClaimantState>("claim_ids", (*claimant)->heir_id);
    if (!claimant.ok()) return claimant.status();
  }
  if ((*claimant)->merged_into != 0) {
    return NotNow("claim_ids", v1::REASON_CLAIMANT_WAS_MERGED_INTO_ANOTHER, (*claimant)->id);
  }
  if ((*claimant)->id != claim.claimant_id && (*claimant)->heir_id != 0) {
    return NotNow("claim_ids", v1::REASON_HEIR_OWN_MONEY_GOES_TO_ANOTHER_PERSON);
  }
  const std::string& currency = settlement.recorded.amount().currency();
  if ((*claimant)->account_id == 0 || (*claimant)->account_currency != currency) {
    return NotNow("claim_ids", v1::REASON_CLAIMANT_OF_CLAIM_HAS_NO_CONFIRMED_ACCOUNT_IN, claim.id, currency);
  }
  if ((*claimant)->account_kind != kind) {
    return NotNow("claim_ids", v1::REASON_CLAIMANT_OF_CLAIM_IS_PAID_IN_ANOTHER_WAY, claim.id);
  }
  if (claim.returned_batch_id != 0) {
    // A confirmation is newer than the returned payment exactly when its sequence is higher than the batch's.
    ASSIGN_OR_RETURN(auto returned, docket.Find<PaymentBatchState>("claim_ids", claim.returned_batch_id));
    const auto& before = returned->proposed.payments(static_cast<int>(claim.returned_number) - 1);
    if (before.account_id() == (*claimant)->account_id) {
      return NotNow("claim_ids", v1::REASON_PAYMENT_FOR_CLAIM_CAME_BACK, claim.id);
    }
    payment.set_reissue_of_batch_id(claim.returned_batch_id);
    payment.set_reissue_of_number(claim.returned_number);
  }
  payment.set_claim_id(claim.id);
  payment.set_claimant_id((*claimant)->id);
  payment.set_account_id((*claimant)->account_id);
  RETURN_IF_ERROR(CutToLosses(claim, room, payment, draws));
  return payment;
}

absl::StatusOr<std::vector<uint64_t>> ClaimsToPay(const v1::ProposePaymentBatchRequest& request,
                                                  const SettlementState& settlement, Docket& docket) {
  std::set<uint64_t> members;
  for (uint64_t group_id : settlement.recorded.group_ids()) {
    ASSIGN_OR_RETURN(auto group, docket.Find<ClaimantGroupState>("settlement_id", group_id));
    members.insert(group->members.begin(), group->members.end());
  }
  if (request.claim_ids().empty()) return std::vector<uint64_t>(members.begin(), members.end());
  std::set<uint64_t> named;
  for (uint64_t claim_id : request.claim_ids()) {
    if (!members.contains(claim_id)) {
      return InvalidField("claim_ids", v1::REASON_SETTLEMENT_GROUPS_HAVE_NO_CLAIM, claim_id);
    }
    if (!named.insert(claim_id).second)
      return InvalidField("claim_ids", v1::REASON_NAMES_CLAIM_TWICE, claim_id);
  }
  return std::vector<uint64_t>(named.begin(), named.end());
}

absl::Status CheckOpenPayment(const PaymentBatchState& batch, const std::string& field, uint32_t number) {
  if (number < 1 || number > batch.payments.size()) {
    return InvalidField(field, v1::REASON_BATCH_HAS_NO_PAYMENT_OF_THIS_NUMBER, batch.payments.size(), number);
  }
  if (batch.payments[number - 1] == v1::PAYMENT_STATUS_HELD) {
    return NotNow(field, v1::REASON_PAYMENT_IS_HELD, number);
  }
  if (batch.LeftOut(number)) return NotNow(field, v1::REASON_PAYMENT_WAS_LEFT_OUT, number);
  if (batch.payments[number - 1] != v1::PAYMENT_STATUS_OPEN) {
    return NotNow(field, v1::REASON_PAYMENT_IS_SETTLED_ALREADY, number);
  }
  return absl::OkStatus();
}

// What the boundary made of the file still holds: the account's currency, the payments, the day.
absl::Status CheckFile(const v1::SendPaymentBatchRequest& request, const PaymentBatchState& batch,
                       Docket& docket, const Context& context) {
  ASSIGN_OR_RETURN(auto account,
                   docket.Find<TrustAccountState>("trust_account_id", request.trust_account_id()));
  const v1::TrustAccountOpened& opened = account->opened;
  if (opened.currency() != batch.proposed.currency()) {
    return InvalidField("trust_account_id", v1::REASON_IS_IN_BATCH_IN, opened.currency(),
                        batch.proposed.currency());
  }
  if (request.file_of_version() != batch.version) {
    return NotNow("payment_batch_id", v1::REASON_PAYMENT_WAS_HELD_OR_RELEASED_WHILE_FILE_WAS_MADE);
  }
  const v1::ReferenceTablePublished* holidays = nullptr;
  if (opened.profile().bank_days_table_id() != 0) {
    ASSIGN_OR_RETURN(auto table, docket.Find<ReferenceTableState>("trust_account_id",
                                                                  opened.profile().bank_days_table_id()));
    holidays = &table->published;
  }
  return CheckExecutionDay(request.file_execution_on(), absl::string_view(opened.bank_bic()).substr(4, 2),
                           context.now_micros, holidays);
}

}  // namespace

absl::StatusOr<std::vector<v1::LeftOutPayment>> PaymentsThatMayNotBeMade(uint64_t batch_id, Docket& docket) {
  ASSIGN_OR_RETURN(auto batch, docket.Find<PaymentBatchState>("payment_batch_id", batch_id));
  std::vector<v1::LeftOutPayment> found;
  for (const v1::Payment& payment : batch->proposed.payments()) {
    if (batch->StaysBehind(payment.number())) continue;
    const absl::Status checked = CheckPayment(payment, docket);
    if (checked.ok()) continue;
    if (!absl::IsFailedPrecondition(checked)) return checked;
    v1::LeftOutPayment& left_out = found.emplace_back();
    left_out.set_number(payment.number());
    // Without the field of a request, which is no part of the reason.
    left_out.set_reason(std::string(absl::StripPrefix(checked.message(), "payment_batch_id: ")));
  }
  return found;
}

absl::Status CheckExecutionDay(const v1::PartialDate& day, absl::string_view country, int64_t now_micros,
                               const v1::ReferenceTablePublished* holidays) {
  RETURN_IF_ERROR(CheckDate("execution_on", day, true, false));
  const int64_t asked = LastDayOf(day);
  const int64_t today = DayIn(country, now_micros);
  if (asked < today) return NotNow("execution_on", v1::REASON_IS_DAY_THAT_IS_OVER_AT_BANK_PLACE);
  if (asked > today + 90) return InvalidField("execution_on", v1::REASON_IS_MORE_THAN_NINETY_DAYS_AHEAD);
  if (IsBankDay(country, asked, holidays)) return absl::OkStatus();
  const v1::PartialDate next = DateOf(BankDayFrom(country, asked, holidays));
  return InvalidField("execution_on", v1::REASON_IS_NO_DAY_ON_WHICH_BANKS_WORK_AT_BANK_PLACE, country,
                      absl::StrFormat("%04d-%02d-%02d", next.year(), next.month(), next.day()));
}

absl::Status Decide(const v1::ProposePaymentBatchRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto settlement, docket.Find<SettlementState>("settlement_id", request.settlement_id()));
  ASSIGN_OR_RETURN(auto claim_ids, ClaimsToPay(request, *settlement, docket));
  if (!v1::PayoutKind_IsValid(request.kind())) return InvalidField("kind", v1::REASON_IS_NO_WAY_TO_PAY);
  const v1::PayoutKind kind = request.kind() == 0 ? v1::PAYOUT_KIND_BANK : request.kind();
  RETURN_IF_ERROR(CheckAmount("most_total_minor", request.most_total_minor(), 0));
  const int most_payments = request.most_payments() == 0 || request.most_payments() > kMaxPayments
                                ? static_cast<int>(kMaxPayments)
                                : static_cast<int>(request.most_payments());
  const uint64_t batch_id = decision.next_sequence();
  v1::PaymentBatchProposed& batch = *decision.Open().mutable_payment_batch_proposed();
  batch.set_kind(kind);
  batch.set_settlement_id(request.settlement_id());
  batch.set_currency(settlement->recorded.amount().currency());
  std::set<uint64_t> heirs;
  Refusals passed_over;
  LossRoom room(docket, context.now_micros);
  for (uint64_t claim_id : claim_ids) {
    ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_ids", claim_id));
    if (batch.payments_size() == most_payments) break;  // the next batch takes the others
    Draws draws;
    auto payment = PaymentFor(*claim, *settlement, kind, room, draws, docket);
    if (!payment.ok()) room.GiveBack(*claim, draws);
    const bool named = !request.claim_ids().empty();
    if (absl::IsFailedPrecondition(payment.status()) && !named) {
      passed_over.Note(payment.status());
      continue;
    }
    if (!payment.ok()) return payment.status();
    if (payment->heads().empty()) {
      if (!named) continue;
      return NotNow("claim_ids", v1::REASON_CLAIM_HAS_NOTHING_ALLOCATED_THAT_IS_NOT_ORDERED, claim_id);
    }
    if (request.most_total_minor() != 0 &&
        batch.total_minor() + payment->amount_minor() > request.most_total_minor()) {
      room.GiveBack(*claim, draws);
      continue;
    }
    payment->set_number(static_cast<uint32_t>(batch.payments_size()) + 1);
    auto* ordered = decision.Append(*claim).mutable_claim_payment_ordered();
    ordered->set_payment_batch_id(batch_id);
    ordered->set_payment_number(payment->number());
    *ordered->mutable_heads() = payment->heads();
    for (v1::LossDraw& draw : draws) {
      draw.set_payment_batch_id(batch_id);
      draw.set_payment_number(payment->number());
      *ordered->add_draws() = std::move(draw);
    }
    ordered->set_settlement_id(request.settlement_id());
    if (payment->claimant_id() != claim->claimant_id) heirs.insert(payment->claimant_id());
    batch.set_total_minor(batch.total_minor() + payment->amount_minor());
    *batch.add_payments() = *std::move(payment);
  }
  if (batch.payments().empty()) {
    RETURN_IF_ERROR(passed_over.Summary());
    return NotNow("settlement_id", v1::REASON_NO_CLAIM_OF_ITS_GROUPS_CAN_BE_PAID);
  }
  for (uint64_t heir_id : heirs) {
    ASSIGN_OR_RETURN(auto heir, docket.Find<ClaimantState>("claim_ids", heir_id));
    decision.Append(*heir).mutable_heir_payment_ordered()->set_payment_batch_id(batch_id);
  }
  return absl::OkStatus();
}

absl::Status Decide(const v1::ApprovePaymentBatchRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto batch, InStatus(docket, request.payment_batch_id(), v1::PAYMENT_BATCH_STATUS_PROPOSED,
                                        "doesn't wait for approval"));
  RETURN_IF_ERROR(RequireAnother(*batch, context));
  ASSIGN_OR_RETURN(const auto left_out, PaymentsThatMayNotBeMade(request.payment_batch_id(), docket));
  if (batch->holds.size() + left_out.size() == batch->payments.size() && !left_out.empty()) {
    return NotNow("payment_batch_id", v1::REASON_NO_PAYMENT_OF_BATCH_MAY_BE_MADE, left_out[0].number(),
                  left_out[0].reason());
  }
  auto& approved = *decision.Append(*batch).mutable_payment_batch_approved();
  approved.mutable_left_out()->Assign(left_out.begin(), left_out.end());
  for (const v1::LeftOutPayment& payment : left_out) {
    RETURN_IF_ERROR(FreeOrder(request.payment_batch_id(),
                              batch->proposed.payments(static_cast<int>(payment.number()) - 1), docket,
                              decision));
  }
  return absl::OkStatus();
}

absl::Status Decide(const v1::RejectPaymentBatchRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto batch, NotYetSent(docket, request.payment_batch_id()));
  RETURN_IF_ERROR(RequireAnother(*batch, context));
  decision.Append(*batch).mutable_payment_batch_rejected()->set_reason(request.reason());
  for (const v1::Payment& payment : batch->proposed.payments()) {
    if (batch->LeftOut(payment.number())) continue;
    RETURN_IF_ERROR(FreeOrder(request.payment_batch_id(), payment, docket, decision));
  }
  return absl::OkStatus();
}

absl::Status Decide(const v1::HoldPaymentRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto batch, NotYetSent(docket, request.payment_batch_id()));
  RETURN_IF_ERROR(CheckOpenPayment(*batch, "number", request.number()));
  v1::PaymentHeld& held = *decision.Append(*batch).mutable_payment_held();
  held.set_number(request.number());
  held.set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::ReleasePaymentRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto batch, NotYetSent(docket, request.payment_batch_id()));
  const auto hold = batch->holds.find(request.number());
  if (hold == batch->holds.end()) {
    return NotNow("number", v1::REASON_PAYMENT_IS_NOT_HELD, request.number());
  }
  if (batch->LeftOut(request.number()))
    return NotNow("number", v1::REASON_PAYMENT_WAS_LEFT_OUT, request.number());
  if (hold->second.holder == context.actor) {
    return AnotherPerson("number", v1::REASON_YOU_HELD_THIS_PAYMENT);
  }
  v1::PaymentHoldReleased& released = *decision.Append(*batch).mutable_payment_hold_released();
  released.set_number(request.number());
  released.set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::SendPaymentBatchRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckLine("message_id", request.message_id(), 0, 35));
  ASSIGN_OR_RETURN(auto batch, InStatus(docket, request.payment_batch_id(), v1::PAYMENT_BATCH_STATUS_APPROVED,
                                        "can't be sent: it is not approved, or was sent already"));
  if (request.trust_account_id() != 0) RETURN_IF_ERROR(CheckFile(request, *batch, docket, context));
  RETURN_IF_ERROR(CheckLeftOut(request, *batch));
  std::set<uint32_t> held;
  for (const auto& [number, hold] : batch->holds) held.insert(number);
  for (const v1::LeftOutPayment& left_out : request.left_out()) held.insert(left_out.number());
  if (held.size() == batch->payments.size()) {
    if (request.left_out().empty())
      return NotNow("payment_batch_id", v1::REASON_EACH_PAYMENT_OF_BATCH_IS_HELD);
    return NotNow("payment_batch_id", v1::REASON_NO_PAYMENT_OF_BATCH_CAN_BE_SENT,
                  request.left_out(0).number(), request.left_out(0).reason());
  }
  RETURN_IF_ERROR(CheckPayments(*batch, held, docket));
  v1::PaymentBatchSent& sent = *decision.Append(*batch).mutable_payment_batch_sent();
  sent.set_message_id(request.message_id().empty() ? MessageIdOf(request.payment_batch_id())
                                                   : request.message_id());
  sent.set_trust_account_id(request.trust_account_id());
  sent.set_file_sha256(request.file_sha256());
  *sent.mutable_left_out() = request.left_out();
  if (request.trust_account_id() != 0) {
    *sent.mutable_execution_on() = request.file_execution_on();
    sent.set_file_edition(kFileEdition);
  }
  for (uint32_t number : held) {
    sent.add_held_numbers(number);
    if (batch->LeftOut(number)) continue;
    const v1::Payment& payment = batch->proposed.payments(static_cast<int>(number) - 1);
    RETURN_IF_ERROR(FreeOrder(request.payment_batch_id(), payment, docket, decision));
  }
  return absl::OkStatus();
}

absl::Status Decide(const v1::ConfirmPaymentsRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckDate("confirmed.booked_on", request.confirmed().booked_on(), true, false));
  RETURN_IF_ERROR(CheckBooked("confirmed.booked_on", request.confirmed().booked_on(), context.now_micros));
  auto batch =
      InStatus(docket, request.payment_batch_id(), v1::PAYMENT_BATCH_STATUS_SENT, "was not sent to the bank");
  if (!batch.ok()) return batch.status();
  if (static_cast<uint32_t>(request.confirmed().numbers_size()) > kMaxPayments)
    return InvalidField("confirmed.numbers", v1::REASON_HAS_MORE_THAN_100_000_PAYMENTS);
  std::set<uint32_t> numbers(request.confirmed().numbers().begin(), request.confirmed().numbers().end());
  if (static_cast<int>(numbers.size()) != request.confirmed().numbers_size()) {
    return InvalidField("confirmed.numbers", v1::REASON_NAMES_PAYMENT_TWICE);
  }
  if (numbers.empty()) {
    for (uint32_t i = 0; i < (*batch)->payments.size(); ++i) {
      if ((*batch)->payments[i] == v1::PAYMENT_STATUS_OPEN) numbers.insert(i + 1);
    }
    if (numbers.empty())
      return NotNow("payment_batch_id", v1::REASON_BATCH_HAS_NO_PAYMENT_THAT_WAITS_FOR_BANK);
  }
  if ((*batch)->proposed.kind() == v1::PAYOUT_KIND_CASH) {
    RETURN_IF_ERROR(CheckText("confirmed.acknowledgement", request.confirmed().acknowledgement(), 1, 200));
  }
  RETURN_IF_ERROR(CheckText("confirmed.acknowledgement", request.confirmed().acknowledgement(), 0, 200));
  auto* confirmed = decision.Append(**batch).mutable_payments_confirmed();
  confirmed->set_acknowledgement(request.confirmed().acknowledgement());
  *confirmed->mutable_booked_on() = request.confirmed().booked_on();
  for (uint32_t number : numbers) {
    RETURN_IF_ERROR(CheckOpenPayment(**batch, "confirmed.numbers", number));
    confirmed->add_numbers(number);
    const uint64_t claim_id = (*batch)->proposed.payments(static_cast<int>(number) - 1).claim_id();
    ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("confirmed.numbers", claim_id));
    v1::EventRecord& event = decision.Append(*claim);
    auto* paid = event.mutable_claim_paid();
    paid->set_payment_batch_id(request.payment_batch_id());
    paid->set_payment_number(number);
    paid->set_in_full(claim->PaidInFullWith(request.payment_batch_id(), number));
    TellOverpaid(*claim, event);
  }
  return absl::OkStatus();
}

absl::Status Decide(const v1::ReturnPaymentRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  const v1::PaymentReturned& returned = request.returned();
  const std::string& reason = returned.reason_code();
  if (reason.size() != 4 || !std::all_of(reason.begin(), reason.end(), [](char c) {
        return absl::ascii_isupper(c) || absl::ascii_isdigit(c);
      })) {
    return InvalidField("returned.reason_code", v1::REASON_MUST_BE_ISO_20022_REASON_CODE);
  }
  auto batch =
      InStatus(docket, request.payment_batch_id(), v1::PAYMENT_BATCH_STATUS_SENT, "was not sent to the bank");
  if (!batch.ok()) return batch.status();
  const uint32_t number = returned.number();
  // Banks also return what they had confirmed.
  if (number >= 1 && number <= (*batch)->payments.size() &&
      (*batch)->payments[number - 1] == v1::PAYMENT_STATUS_RETURNED) {
    return NotNow("returned.number", v1::REASON_PAYMENT_IS_RECORDED_AS_RETURNED_ALREADY, number);
  }
  if ((*batch)->holds.contains(number)) {
    return NotNow("returned.number", v1::REASON_PAYMENT_IS_HELD, number);
  }
  if (number < 1 || number > (*batch)->payments.size()) {
    return InvalidField("returned.number", v1::REASON_BATCH_HAS_NO_SUCH_PAYMENT, (*batch)->payments.size());
  }
  *decision.Append(**batch).mutable_payment_returned() = returned;
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>(
                                   "returned.number",
                                   (*batch)->proposed.payments(static_cast<int>(number) - 1).claim_id()));
  RETURN_IF_ERROR(CheckNotRepaid(*claim, request.payment_batch_id(), number));
  v1::EventRecord& event = decision.Append(*claim);
  auto* came_back = event.mutable_claim_payment_returned();
  came_back->set_payment_batch_id(request.payment_batch_id());
  came_back->set_payment_number(number);
  came_back->set_reason_code(reason);
  TellOverpaid(*claim, event);
  return absl::OkStatus();
}

}  // namespace klaim::domain
