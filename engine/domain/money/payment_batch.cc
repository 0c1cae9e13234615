#include "engine/domain/money/payment_batch.h"

#include "absl/strings/str_cat.h"
#include "klaim/v1/event_cases.h"

namespace klaim::domain {

bool PaymentBatchState::UnderWay(uint32_t number) const {
  const v1::PaymentStatus payment = payments[number - 1];
  if (status == v1::PAYMENT_BATCH_STATUS_REJECTED) return false;
  if (status == v1::PAYMENT_BATCH_STATUS_SENT) return payment == v1::PAYMENT_STATUS_OPEN;
  return true;
}

std::string MessageIdOf(uint64_t batch_id) { return absl::StrCat("KLAIM-", batch_id); }

void Evolve(PaymentBatchState& state, const v1::EventRecord& event) {
  switch (event.event_case()) {
    case v1::EventRecord::kPaymentBatchProposed:
      state.proposed = event.payment_batch_proposed();
      state.proposer = event.actor();
      state.status = v1::PAYMENT_BATCH_STATUS_PROPOSED;
      state.payments.assign(static_cast<size_t>(state.proposed.payments_size()), v1::PAYMENT_STATUS_OPEN);
      break;
    case v1::EventRecord::kPaymentBatchApproved:
      state.status = v1::PAYMENT_BATCH_STATUS_APPROVED;
      for (const v1::LeftOutPayment& left_out : event.payment_batch_approved().left_out()) {
        state.payments[left_out.number() - 1] = v1::PAYMENT_STATUS_LEFT_OUT;
        state.holds[left_out.number()] = {event.actor(), left_out.reason()};
      }
      break;
    case v1::EventRecord::kPaymentBatchRejected:
      state.status = v1::PAYMENT_BATCH_STATUS_REJECTED;
      break;
    case v1::EventRecord::kPaymentBatchSent:
      state.status = v1::PAYMENT_BATCH_STATUS_SENT;
      state.sent = event.payment_batch_sent();
      for (const v1::LeftOutPayment& left_out : state.sent.left_out()) {
        state.payments[left_out.number() - 1] = v1::PAYMENT_STATUS_HELD;
        state.holds[left_out.number()] = {event.actor(), left_out.reason()};
      }
      break;
    case v1::EventRecord::kPaymentHeld: {
      const v1::PaymentHeld& held = event.payment_held();
      state.payments[held.number() - 1] = v1::PAYMENT_STATUS_HELD;
      state.holds[held.number()] = {event.actor(), held.reason()};
      break;
    }
    case v1::EventRecord::kPaymentHoldReleased:
      state.payments[event.payment_hold_released().number() - 1] = v1::PAYMENT_STATUS_OPEN;
      state.holds.erase(event.payment_hold_released().number());
      break;
    case v1::EventRecord::kPaymentsConfirmed:
      for (uint32_t number : event.payments_confirmed().numbers()) {
        state.payments[number - 1] = v1::PAYMENT_STATUS_CONFIRMED;
      }
      break;
    case v1::EventRecord::kPaymentsReported:
      for (const v1::ConfirmedPayment& payment : event.payments_reported().confirmed()) {
        state.payments[payment.number() - 1] = v1::PAYMENT_STATUS_CONFIRMED;
      }
      for (const v1::PaymentReturned& payment : event.payments_reported().returned()) {
        state.payments[payment.number() - 1] = v1::PAYMENT_STATUS_RETURNED;
      }
      break;
    case v1::EventRecord::kPaymentReturned:
      state.payments[event.payment_returned().number() - 1] = v1::PAYMENT_STATUS_RETURNED;
      break;
    case KLAIM_ALL_BUT_PAYMENT_BATCH_EVENTS:
      break;
  }
}

}  // namespace klaim::domain
