#include "engine/domain/money/settlement.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "absl/numeric/int128.h"
#include "engine/domain/core/rules.h"
#include "klaim/v1/event_cases.h"

namespace klaim::domain {
namespace {

void Take(const v1::SettlementReceiptRecorded& receipt, SettlementState& state) {
  ReceiptKept& kept = state.receipts_kept[receipt.bank_reference()];
  kept.payer_id = PayerOf(state.recorded, receipt.payer_id());
  for (const v1::ReceiptPart& part : receipt.parts()) {
    state.received_minor[part.instalment_number() - 1] += part.amount_minor();
    state.receipts.push_back(
        {part.instalment_number() - 1, part.amount_minor(), LastDayOf(receipt.booked_on())});
    kept.parts.push_back(part);
    kept.amount_minor += part.amount_minor();
  }
  kept.interest_minor += receipt.interest_minor();
  kept.excess_minor += receipt.excess_minor();
  kept.amount_minor += receipt.excess_minor() + receipt.interest_minor();
  state.interest_received_minor += receipt.interest_minor();
  state.excess_minor += receipt.excess_minor();
  state.bank_references.insert(receipt.bank_reference());
}

void TakeBack(const v1::ReceiptReversed& reversed, SettlementState& state) {
  for (const v1::ReceiptPart& part : reversed.parts()) {
    state.received_minor[part.instalment_number() - 1] -= part.amount_minor();
    state.receipts.push_back(
        {part.instalment_number() - 1, -part.amount_minor(), LastDayOf(reversed.booked_on())});
  }
  state.interest_received_minor -= reversed.interest_minor();
  state.excess_minor -= reversed.excess_minor();
  state.receipts_kept.erase(reversed.receipt_reference());
  state.open_moves.erase(reversed.proposal_id());
  if (reversed.bank_reference().empty()) {
    // Recorded wrongly: what the bank calls the right one is free again.
    state.bank_references.erase(reversed.receipt_reference());
  } else {
    state.bank_references.insert(reversed.bank_reference());
  }
}

// What was proposed is approved.
void Allocate(SettlementState& state) {
  const v1::AllocationProposed& allocation = state.open_allocation;
  state.allocated_minor += allocation.amount_minor() + allocation.interest_minor();
  state.interest_allocated_minor += allocation.interest_minor();
  state.costs_minor += allocation.costs_minor();
  state.reserve_minor += allocation.reserve_minor() - allocation.plan().reserve_used_minor();
  // Before it was told which money is new, each allocation took costs of all that it shared out, the reserve of earlier ones too.
  state.costed_minor +=
      allocation.has_new_money_minor()
          ? allocation.new_money_minor()
          : std::min(state.NewMoney(),
                     allocation.amount_minor() + allocation.costs_minor() + allocation.reserve_minor());
}

}  // namespace

uint64_t PayerOf(const v1::SettlementRecorded& settlement, uint64_t named_id) {
  if (named_id != 0) return named_id;
  return settlement.respondent_ids_size() == 1 ? settlement.respondent_ids(0) : 0;
}

int64_t ShareOf(const v1::SettlementRecorded& settlement, uint64_t respondent_id) {
  for (const v1::RespondentShare& share : settlement.shares()) {
    if (share.respondent_id() == respondent_id) return share.amount_minor();
  }
  return 0;
}

void EvolveReceipts(const v1::ReceiptsReported& reported, SettlementState& state) {
  for (const v1::SettlementReceiptRecorded& receipt : reported.receipts()) Take(receipt, state);
  for (const v1::ReceiptReversed& reversed : reported.reversed()) TakeBack(reversed, state);
}

bool FillReversalOf(const SettlementState& state, const std::string& receipt_reference,
                    v1::ReceiptReversed& reversed) {
  const ReceiptKept& kept = state.receipts_kept.find(receipt_reference)->second;
  if (!state.HasUnpromised(kept.PartsMinor(), kept.interest_minor) || kept.excess_minor > state.excess_minor)
    return false;
  reversed.set_receipt_reference(receipt_reference);
  for (const v1::ReceiptPart& part : kept.parts) *reversed.add_parts() = part;
  reversed.set_interest_minor(kept.interest_minor);
  reversed.set_excess_minor(kept.excess_minor);
  return true;
}

std::string FillReversal(const SettlementState& state, int64_t amount_minor, const v1::PartialDate& booked_on,
                         const std::string& bank_reference, v1::ReceiptReversed& reversed) {
  const std::pair<const std::string, ReceiptKept>* found = nullptr;
  for (const auto& receipt : state.receipts_kept) {
    if (receipt.second.amount_minor != amount_minor) continue;
    if (found != nullptr)
      return "takes back a receipt of which there are several of that amount: which is meant?";
    found = &receipt;
  }
  if (found == nullptr) return "takes back a receipt that isn't recorded with the settlement";
  if (!FillReversalOf(state, found->first, reversed))
    return "takes back a receipt whose money was allocated, spent or returned already: what becomes of it is "
           "for a person to decide";
  *reversed.mutable_booked_on() = booked_on;
  reversed.set_bank_reference(bank_reference);
  return "";
}

void FillReceipt(const SettlementState& state, const v1::InstalmentReceived& received,
                 v1::SettlementReceiptRecorded& receipt) {
  int64_t left = received.amount_minor();
  const auto pay_interest = [&] {
    const int64_t part = std::min(left, state.InterestOpenOn(LastDayOf(received.booked_on())));
    receipt.set_interest_minor(part);
    left -= part;
  };
  if (!state.recorded.interest_last()) pay_interest();
  for (size_t i = 0; i < state.received_minor.size() && left > 0; ++i) {
    const int64_t open = state.DueMinor(i) - state.received_minor[i];
    const int64_t part = std::min(open, left);
    if (part <= 0) continue;
    v1::ReceiptPart& paid = *receipt.add_parts();
    paid.set_instalment_number(static_cast<uint32_t>(i) + 1);
    paid.set_amount_minor(part);
    left -= part;
  }
  if (state.recorded.interest_last()) pay_interest();
  receipt.set_excess_minor(left);
  *receipt.mutable_booked_on() = received.booked_on();
  receipt.set_bank_reference(received.bank_reference());
  receipt.set_payer_id(received.payer_id());
}

int64_t SettlementState::Promised() const {
  int64_t promised = 0;
  for (size_t i = 0; i < received_minor.size(); ++i) promised += DueMinor(i);
  return promised;
}

int64_t SettlementState::Open() const {
  int64_t open = 0;
  for (size_t i = 0; i < received_minor.size(); ++i)
    open += std::max<int64_t>(0, DueMinor(i) - received_minor[i]);
  return open;
}

int64_t SettlementState::Received() const {
  return std::accumulate(received_minor.begin(), received_minor.end(), interest_received_minor);
}

int64_t SettlementState::InterestHeld() const { return interest_received_minor - interest_allocated_minor; }

int64_t SettlementState::InterestOpenOn(int64_t day) const {
  return std::max<int64_t>(0, LatenessOn(day).interest_minor - interest_received_minor);
}

int64_t SettlementState::InTrust() const {
  return Received() - allocated_minor - costs_minor - residual_minor - given_back_minor;
}

int64_t SettlementState::LossInTrust() const { return InTrust() - InterestHeld(); }

int64_t SettlementState::Free() const { return std::max<int64_t>(0, LossInTrust() - reserve_minor); }

bool SettlementState::HasUnpromised(int64_t loss_minor, int64_t late_interest_minor) const {
  const int64_t promised = open_allocation.amount_minor() + open_allocation.costs_minor();
  return loss_minor <= LossInTrust() - promised &&
         late_interest_minor <= InterestHeld() - open_allocation.interest_minor();
}

int64_t SettlementState::NewMoney() const {
  return std::max<int64_t>(0, Received() - interest_received_minor - costed_minor);
}

Lateness SettlementState::LatenessOn(int64_t day) const {
  Lateness late;
  int64_t all_open = 0;
  absl::int128 minor_days = 0;  // amount times days
  for (size_t i = 0; i < received_minor.size(); ++i) {
    const v1::Instalment& instalment = recorded.instalments(static_cast<int>(i));
    const int64_t due = LastDayOf(instalment.due_on());
    const int64_t open = DueMinor(i) - received_minor[i];
    all_open += open;
    // What was open for so long and then arrived, and what is open still.
    for (const PartReceived& part : receipts) {
      if (part.instalment != i || part.day <= due) continue;
      minor_days += absl::int128(part.amount_minor) * (std::min(part.day, day) - due);
    }
    if (day <= due || open <= 0) continue;
    minor_days += absl::int128(open) * (day - due);
    late.overdue_minor += open;
    late.in_default |= recorded.default_after_days() != 0 && day - due > recorded.default_after_days();
  }
  if (late.in_default) late.overdue_minor = all_open;
  constexpr int64_t kYear = 365 * 10'000;
  late.interest_minor =
      static_cast<int64_t>((minor_days * recorded.late_interest_basis_points() + kYear / 2) / kYear);
  return late;
}

void Evolve(SettlementState& state, const v1::EventRecord& event) {
  switch (event.event_case()) {
    case v1::EventRecord::kSettlementRecorded:
      state.recorded = event.settlement_recorded();
      state.received_minor.assign(static_cast<size_t>(state.recorded.instalments_size()), 0);
      state.forgiven_minor = state.received_minor;
      break;
    case v1::EventRecord::kInstalmentReceived: {
      const v1::InstalmentReceived& received = event.instalment_received();
      v1::SettlementReceiptRecorded receipt;
      v1::ReceiptPart& part = *receipt.add_parts();
      part.set_instalment_number(received.instalment_number());
      part.set_amount_minor(received.amount_minor());
      *receipt.mutable_booked_on() = received.booked_on();
      receipt.set_bank_reference(received.bank_reference());
      receipt.set_payer_id(received.payer_id());
      Take(receipt, state);
      break;
    }
    case v1::EventRecord::kSettlementReceiptRecorded:
      Take(event.settlement_receipt_recorded(), state);
      break;
    case v1::EventRecord::kReceiptsReported:
      EvolveReceipts(event.receipts_reported(), state);
      break;
    case v1::EventRecord::kReceiptReversed:
      TakeBack(event.receipt_reversed(), state);
      break;
    case v1::EventRecord::kReceiptAttributed:
    case v1::EventRecord::kRespondentReleased:
      EvolveDebtors(state, event);
      break;
    case v1::EventRecord::kExcessReturned:
      state.excess_minor -= event.excess_returned().amount_minor();
      state.bank_references.insert(event.excess_returned().bank_reference());
      state.open_moves.erase(event.excess_returned().proposal_id());
      break;
    case v1::EventRecord::kHeldMoneyReleased: {
      const v1::HeldMoneyReleased& released = event.held_money_released();
      if (released.use() == v1::HELD_MONEY_USE_CASE_FUND) {
        state.residual_minor += released.amount_minor();
      } else {
        state.given_back_minor += released.amount_minor();
        state.excess_minor += released.amount_minor();
      }
      state.open_moves.erase(released.proposal_id());
      break;
    }
    case v1::EventRecord::kSettlementMoveProposed:
      state.open_moves[event.sequence()] = {event.settlement_move_proposed(), event.actor()};
      break;
    case v1::EventRecord::kSettlementMoveRejected:
      state.open_moves.erase(event.settlement_move_rejected().proposal_id());
      break;
    case v1::EventRecord::kAllocationsLapsed:
      state.allocated_minor -= event.allocations_lapsed().amount_minor();
      if (event.allocations_lapsed().rule() == v1::RESIDUAL_RULE_CASE_FUND) {
        state.residual_minor += event.allocations_lapsed().amount_minor();
      }
      state.open_moves.erase(event.allocations_lapsed().proposal_id());
      break;
    case v1::EventRecord::kRepaymentReversed:
      state.allocated_minor += event.repayment_reversed().amount_minor();
      state.interest_allocated_minor += event.repayment_reversed().interest_minor();
      state.bank_references.erase(event.repayment_reversed().bank_reference());
      break;
    case v1::EventRecord::kTrustCostPaid:
      state.costs_paid_minor += event.trust_cost_paid().amount_minor();
      state.bank_references.insert(event.trust_cost_paid().bank_reference());
      state.open_moves.erase(event.trust_cost_paid().proposal_id());
      break;
    case v1::EventRecord::kAllocationTakenBack:
      state.allocated_minor -= event.allocation_taken_back().amount_minor();
      state.interest_allocated_minor -= event.allocation_taken_back().interest_minor();
      break;
    case v1::EventRecord::kRepaymentReceived:
      state.allocated_minor -= event.repayment_received().amount_minor();
      state.interest_allocated_minor -= event.repayment_received().interest_minor();
      state.bank_references.insert(event.repayment_received().bank_reference());
      break;
    case v1::EventRecord::kAllocationProposed:
      state.open_allocation_id = event.sequence();
      state.open_allocation = event.allocation_proposed();
      state.proposer = event.actor();
      break;
    case v1::EventRecord::kAllocationApproved:
      Allocate(state);
      state.open_allocation_id = 0;
      state.open_allocation.Clear();
      break;
    case v1::EventRecord::kAllocationRejected:
      state.open_allocation_id = 0;
      state.open_allocation.Clear();
      break;
    case KLAIM_ALL_BUT_SETTLEMENT_EVENTS:
      break;
  }
  // What left otherwise was not kept back any more.
  state.reserve_minor =
      std::clamp<int64_t>(state.LossInTrust(), 0, std::max<int64_t>(0, state.reserve_minor));
}

}  // namespace klaim::domain
