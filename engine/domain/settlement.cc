#include "engine/domain/settlement.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "engine/domain/allocation.h"
#include "engine/domain/docket.h"
#include "engine/domain/refusal.h"
#include "engine/domain/rules.h"

namespace klaim::domain {
namespace {

absl::Status CheckInstalments(const v1::SettlementRecorded& settlement, int64_t now_micros) {
  if (settlement.instalments().empty() || settlement.instalments_size() > 120) {
    return InvalidField("settlement.instalments", "must list 1 to 120 instalments");
  }
  absl::int128 sum = 0;
  for (int i = 0; i < settlement.instalments_size(); ++i) {
    const std::string field = absl::StrCat("settlement.instalments[", i, "]");
    KLAIM_REFUSE_IF_NOT(CheckDate(field + ".due_on", settlement.instalments(i).due_on(), true, false));
    KLAIM_REFUSE_IF_NOT(CheckDue(field + ".due_on", settlement.instalments(i).due_on(), now_micros));
    KLAIM_REFUSE_IF_NOT(CheckAmount(field + ".amount_minor", settlement.instalments(i).amount_minor(), 1));
    if (i > 0 &&
        LastDayOf(settlement.instalments(i - 1).due_on()) > LastDayOf(settlement.instalments(i).due_on())) {
      return InvalidField(field + ".due_on", "is due before the instalment above it: list them by date");
    }
    sum += settlement.instalments(i).amount_minor();
  }
  if (sum != settlement.amount().minor_units()) {
    return InvalidField("settlement.instalments",
                        absl::StrCat("sum to ", static_cast<int64_t>(sum), " minor units, the settlement is ",
                                     settlement.amount().minor_units()));
  }
  return absl::OkStatus();
}

bool TakesMoney(const ClaimState& claim) {
  return claim.status == v1::CLAIM_STATUS_DETERMINED || claim.status == v1::CLAIM_STATUS_ALLOCATED ||
         claim.status == v1::CLAIM_STATUS_PAID;
}

absl::Status CheckShares(const v1::SettlementRecorded& settlement) {
  if (settlement.respondent_ids().empty() || settlement.respondent_ids_size() > 20) {
    return InvalidField("settlement.respondent_ids", "must name 1 to 20 respondents who pay");
  }
  if (settlement.shares().empty()) return absl::OkStatus();
  absl::int128 sum = 0;
  std::set<uint64_t> owing;
  for (int i = 0; i < settlement.shares_size(); ++i) {
    const std::string field = absl::StrCat("settlement.shares[", i, "]");
    const v1::RespondentShare& share = settlement.shares(i);
    KLAIM_REFUSE_IF_NOT(CheckAmount(field + ".amount_minor", share.amount_minor(), 1));
    const auto& payers = settlement.respondent_ids();
    if (std::find(payers.begin(), payers.end(), share.respondent_id()) == payers.end() ||
        !owing.insert(share.respondent_id()).second) {
      return InvalidField(field + ".respondent_id", "must be one of the respondents who pay, each once");
    }
    sum += share.amount_minor();
  }
  if (sum == settlement.amount().minor_units()) return absl::OkStatus();
  return InvalidField("settlement.shares",
                      absl::StrCat("sum to ", static_cast<int64_t>(sum), " minor units, the settlement is ",
                                   settlement.amount().minor_units()));
}

absl::StatusOr<const SettlementState*> WithOpenAllocation(Docket& docket, uint64_t settlement_id,
                                                          uint64_t allocation_id, const Context& context) {
  auto settlement = docket.Find<SettlementState>("settlement_id", settlement_id);
  if (!settlement.ok()) return settlement.status();
  if ((*settlement)->open_allocation_id == 0 || (*settlement)->open_allocation_id != allocation_id) {
    return NotNow("allocation_id", absl::StrCat("allocation ", allocation_id, " of settlement ",
                                                settlement_id, " doesn't wait for approval"));
  }
  if ((*settlement)->proposer == context.actor) {
    return AnotherPerson("allocation_id",
                         "you proposed this allocation: another person must approve or reject it");
  }
  return *settlement;
}

// Emits what one claim gets; `share` runs over the claim's shares and is left behind them.
absl::Status AllocateToClaim(const SettlementState& settlement, int& share, Docket& docket,
                             Decision& decision) {
  const auto& shares = settlement.open_allocation.shares();
  const uint64_t claim_id = shares[share].claim_id();
  auto claim = docket.Find<ClaimState>("allocation_id", claim_id);
  if (!claim.ok()) return claim.status();
  v1::ClaimAllocated& allocated = *decision.Append(**claim).mutable_claim_allocated();
  allocated.set_settlement_id(settlement.id);
  allocated.set_allocation_id(settlement.open_allocation_id);
  allocated.set_currency(settlement.recorded.amount().currency());
  for (; share < shares.size() && shares[share].claim_id() == claim_id; ++share) {
    const ClaimHead* head = (*claim)->Head(shares[share].head());
    const bool fits = head != nullptr && TakesMoney(**claim) &&
                      shares[share].amount_minor() <= head->determined_minor - head->allocated_minor;
    if (!fits) {
      return NotNow("allocation_id",
                    absl::StrCat("claim ", claim_id, " is no longer owed what was proposed for its ",
                                 shares[share].head(), ": reject the allocation and propose it anew"));
    }
    auto* amount = allocated.add_heads();
    amount->set_code(shares[share].head());
    amount->set_minor_units(shares[share].amount_minor());
  }
  return absl::OkStatus();
}

void Take(const v1::SettlementReceiptRecorded& receipt, SettlementState& state) {
  ReceiptKept& kept = state.receipts_kept[receipt.bank_reference()];
  for (const v1::ReceiptPart& part : receipt.parts()) {
    state.received_minor[part.instalment_number() - 1] += part.amount_minor();
    state.receipts.push_back(
        {part.instalment_number() - 1, part.amount_minor(), LastDayOf(receipt.booked_on())});
    kept.parts.push_back(part);
    kept.amount_minor += part.amount_minor();
  }
  kept.excess_minor += receipt.excess_minor();
  kept.amount_minor += receipt.excess_minor();
  state.excess_minor += receipt.excess_minor();
  state.bank_references.insert(receipt.bank_reference());
}

void TakeBack(const v1::ReceiptReversed& reversed, SettlementState& state) {
  for (const v1::ReceiptPart& part : reversed.parts()) {
    state.received_minor[part.instalment_number() - 1] -= part.amount_minor();
    state.receipts.push_back(
        {part.instalment_number() - 1, -part.amount_minor(), LastDayOf(reversed.booked_on())});
  }
  state.excess_minor -= reversed.excess_minor();
  state.receipts_kept.erase(reversed.receipt_reference());
  state.bank_references.insert(reversed.bank_reference());
}

}  // namespace

void EvolveReceipts(const v1::ReceiptsReported& reported, SettlementState& state) {
  for (const v1::SettlementReceiptRecorded& receipt : reported.receipts()) Take(receipt, state);
  for (const v1::ReceiptReversed& reversed : reported.reversed()) TakeBack(reversed, state);
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
  int64_t in_parts = 0;
  for (const v1::ReceiptPart& part : found->second.parts) in_parts += part.amount_minor();
  // What waits for approval counts as gone.
  const int64_t promised = state.open_allocation_id == 0
                               ? 0
                               : state.open_allocation.amount_minor() + state.open_allocation.costs_minor();
  if (in_parts > state.InTrust() - promised || found->second.excess_minor > state.excess_minor)
    return "takes back a receipt whose money was allocated, spent or returned already: what becomes of it is "
           "for a person to decide";
  reversed.set_receipt_reference(found->first);
  for (const v1::ReceiptPart& part : found->second.parts) *reversed.add_parts() = part;
  reversed.set_excess_minor(found->second.excess_minor);
  *reversed.mutable_booked_on() = booked_on;
  reversed.set_bank_reference(bank_reference);
  return "";
}

absl::Status ForEachMember(
    const SettlementState& settlement, Docket& docket,
    absl::FunctionRef<absl::Status(const ClaimantGroupState& group, const ClaimState& claim)> visit) {
  for (uint64_t group_id : settlement.recorded.group_ids()) {
    auto group = docket.Find<ClaimantGroupState>("settlement_id", group_id);
    if (!group.ok()) return group.status();
    for (uint64_t claim_id : (*group)->members) {
      auto claim = docket.Find<ClaimState>("settlement_id", claim_id);
      if (!claim.ok()) return claim.status();
      KLAIM_REFUSE_IF_NOT(visit(**group, **claim));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<OwedHead>> OwedUnder(const SettlementState& settlement, Docket& docket) {
  auto programme = docket.Find<ProgrammeState>("settlement_id", settlement.recorded.programme_id());
  if (!programme.ok()) return programme.status();
  std::vector<OwedHead> owed;
  KLAIM_REFUSE_IF_NOT(ForEachMember(
      settlement, docket, [&](const ClaimantGroupState& group, const ClaimState& claim) -> absl::Status {
        if (!TakesMoney(claim)) return absl::OkStatus();
        for (const ClaimHead& head : claim.heads) {
          if (!group.head.empty() && head.filed.code() != group.head) continue;
          const int64_t left = head.determined_minor - head.allocated_minor;
          const v1::HeadRule* rule = (*programme)->Head(head.filed.code());
          const uint32_t tier = rule == nullptr ? 1 : rule->priority_tier();
          if (left > 0) owed.push_back({claim.id, head.filed.code(), tier, left});
        }
        return absl::OkStatus();
      }));
  const auto key = [](const OwedHead& head) { return std::tie(head.claim_id, head.head); };
  std::sort(owed.begin(), owed.end(), [&](const OwedHead& a, const OwedHead& b) { return key(a) < key(b); });
  // A head may be reached by two groups of one settlement.
  owed.erase(std::unique(owed.begin(), owed.end(),
                         [&](const OwedHead& a, const OwedHead& b) { return key(a) == key(b); }),
             owed.end());
  return owed;
}

void FillReceipt(const SettlementState& state, const v1::InstalmentReceived& received,
                 v1::SettlementReceiptRecorded& receipt) {
  int64_t left = received.amount_minor();
  for (size_t i = 0; i < state.received_minor.size() && left > 0; ++i) {
    const int64_t open =
        state.recorded.instalments(static_cast<int>(i)).amount_minor() - state.received_minor[i];
    const int64_t part = std::min(open, left);
    if (part <= 0) continue;
    v1::ReceiptPart& paid = *receipt.add_parts();
    paid.set_instalment_number(static_cast<uint32_t>(i) + 1);
    paid.set_amount_minor(part);
    left -= part;
  }
  receipt.set_excess_minor(left);
  *receipt.mutable_booked_on() = received.booked_on();
  receipt.set_bank_reference(received.bank_reference());
}

int64_t SettlementState::InTrust() const {
  return std::accumulate(received_minor.begin(), received_minor.end(), int64_t{0}) - allocated_minor -
         costs_minor - residual_minor - given_back_minor;
}

Lateness SettlementState::LatenessOn(int64_t day) const {
  Lateness late;
  int64_t all_open = 0;
  absl::int128 minor_days = 0;  // amount times days
  for (size_t i = 0; i < received_minor.size(); ++i) {
    const v1::Instalment& instalment = recorded.instalments(static_cast<int>(i));
    const int64_t due = LastDayOf(instalment.due_on());
    const int64_t open = instalment.amount_minor() - received_minor[i];
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
      break;
    case v1::EventRecord::kInstalmentReceived: {
      const v1::InstalmentReceived& received = event.instalment_received();
      v1::SettlementReceiptRecorded receipt;
      v1::ReceiptPart& part = *receipt.add_parts();
      part.set_instalment_number(received.instalment_number());
      part.set_amount_minor(received.amount_minor());
      *receipt.mutable_booked_on() = received.booked_on();
      receipt.set_bank_reference(received.bank_reference());
      Take(receipt, state);
      break;
    }
    case v1::EventRecord::kSettlementReceiptRecorded:
      Take(event.settlement_receipt_recorded(), state);
      break;
    case v1::EventRecord::kReceiptsReported:
      EvolveReceipts(event.receipts_reported(), state);
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
    case v1::EventRecord::kAllocationProposed:
      state.open_allocation_id = event.sequence();
      state.open_allocation = event.allocation_proposed();
      state.proposer = event.actor();
      break;
    case v1::EventRecord::kAllocationApproved:
      state.allocated_minor += state.open_allocation.amount_minor();
      state.costs_minor += state.open_allocation.costs_minor();
      state.open_allocation_id = 0;
      state.open_allocation.Clear();
      break;
    case v1::EventRecord::kAllocationRejected:
      state.open_allocation_id = 0;
      state.open_allocation.Clear();
      break;
    default:
      break;
  }
}

absl::Status Decide(const v1::RecordSettlementRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  const v1::SettlementRecorded& settlement = request.settlement();
  auto programme = docket.Find<ProgrammeState>("settlement.programme_id", settlement.programme_id());
  if (!programme.ok()) return programme.status();
  KLAIM_REFUSE_IF_NOT(CheckMoney("settlement.amount", settlement.amount(), (*programme)->rules.currency()));
  KLAIM_REFUSE_IF_NOT(CheckInstalments(settlement, context.now_micros));
  KLAIM_REFUSE_IF_NOT(CheckText("settlement.forum", settlement.forum(), 1, 200));
  KLAIM_REFUSE_IF_NOT(CheckText("settlement.terms", settlement.terms(), 0, 2000));
  KLAIM_REFUSE_IF_NOT(CheckShares(settlement));
  if (settlement.late_interest_basis_points() > 10'000) {
    return InvalidField("settlement.late_interest_basis_points", "is more than 100 % a year (10,000)");
  }
  if (settlement.default_after_days() > 3'650) {
    return InvalidField("settlement.default_after_days", "is more than ten years (3,650)");
  }
  if (settlement.group_ids().empty() || settlement.group_ids_size() > 20) {
    return InvalidField("settlement.group_ids", "must name 1 to 20 groups");
  }
  std::set<uint64_t> seen;
  for (uint64_t group_id : settlement.group_ids()) {
    auto group = docket.Find<ClaimantGroupState>("settlement.group_ids", group_id);
    if (!group.ok()) return group.status();
    if ((*group)->programme_id != settlement.programme_id()) {
      return InvalidField("settlement.group_ids",
                          absl::StrCat("group ", group_id, " is of another programme"));
    }
    if (!seen.insert(group_id).second) return InvalidField("settlement.group_ids", "names a group twice");
  }
  std::set<uint64_t> payers;
  for (uint64_t respondent_id : settlement.respondent_ids()) {
    if (!payers.insert(respondent_id).second)
      return InvalidField("settlement.respondent_ids", "names a respondent twice");
    auto respondent = docket.Find<RespondentState>("settlement.respondent_ids", respondent_id);
    if (!respondent.ok()) return respondent.status();
  }
  *decision.Open().mutable_settlement_recorded() = settlement;
  return absl::OkStatus();
}

absl::Status Decide(const v1::RecordInstalmentRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  const v1::InstalmentReceived& received = request.received();
  KLAIM_REFUSE_IF_NOT(CheckAmount("received.amount_minor", received.amount_minor(), 1));
  KLAIM_REFUSE_IF_NOT(CheckDate("received.booked_on", received.booked_on(), true, false));
  KLAIM_REFUSE_IF_NOT(CheckBooked("received.booked_on", received.booked_on(), context.now_micros));
  KLAIM_REFUSE_IF_NOT(CheckLine("received.bank_reference", received.bank_reference(), 1, 80));
  auto settlement = docket.Find<SettlementState>("settlement_id", request.settlement_id());
  if (!settlement.ok()) return settlement.status();
  const SettlementState& state = **settlement;
  const uint32_t number = received.instalment_number();
  if (number == 0) {
    if (state.bank_references.contains(received.bank_reference())) {
      return NotNow("received.bank_reference", "this receipt is recorded already");
    }
    v1::SettlementReceiptRecorded& receipt = *decision.Append(state).mutable_settlement_receipt_recorded();
    FillReceipt(state, received, receipt);
    // What is held for who paid in excess is an amount, too.
    return CheckAmount("received.amount_minor", state.excess_minor + receipt.excess_minor(), 0);
  }
  if (number < 1 || number > state.received_minor.size()) {
    return InvalidField("received.instalment_number",
                        absl::StrCat("must be 1 to ", state.received_minor.size()));
  }
  const int64_t due = state.recorded.instalments(static_cast<int>(number) - 1).amount_minor();
  const int64_t open = due - state.received_minor[number - 1];
  if (received.amount_minor() > open) {
    return NotNow(
        "received.amount_minor",
        absl::StrCat("instalment ", number, " is still owed ", open,
                     " minor units: leave the number out to put the receipt against all that is open"));
  }
  if (state.bank_references.contains(received.bank_reference())) {
    return NotNow("received.bank_reference", "this receipt is recorded already");
  }
  *decision.Append(state).mutable_instalment_received() = received;
  return absl::OkStatus();
}

absl::Status Decide(const v1::ProposeAllocationRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  KLAIM_REFUSE_IF_NOT(CheckAmount("amount_minor", request.amount_minor(), 0));
  KLAIM_REFUSE_IF_NOT(CheckPlan("plan", request.plan()));
  auto settlement = docket.Find<SettlementState>("settlement_id", request.settlement_id());
  if (!settlement.ok()) return settlement.status();
  const SettlementState& state = **settlement;
  if (state.open_allocation_id != 0) {
    return NotNow("settlement_id", absl::StrCat("allocation ", state.open_allocation_id,
                                                " waits for approval: decide on it first"));
  }
  const int64_t in_trust = state.InTrust();
  if (in_trust <= 0) return NotNow("settlement_id", "nothing was received that isn't allocated");
  if (request.amount_minor() > in_trust) {
    return NotNow("amount_minor",
                  absl::StrCat("only ", in_trust, " minor units were received and not allocated"));
  }
  auto owed = OwedUnder(state, docket);
  if (!owed.ok()) return owed.status();
  absl::int128 total = 0;
  for (const OwedHead& head : *owed) total += head.owed_minor;
  if (total == 0) return NotNow("settlement_id", "no claim of its groups is determined and still owed money");
  if (total > absl::int128(kMaxAmountMinor) * 1000)
    return InvalidField("settlement_id", "its groups are owed too much");
  const int64_t wished = request.amount_minor() == 0 ? in_trust : request.amount_minor();
  const SharedOut shared = ShareOut(wished, request.plan(), *owed);
  if (shared.amount_minor == 0) {
    return NotNow("plan", "gives no claim anything: look at its tiers, its costs and its reserve");
  }
  v1::AllocationProposed& proposed = *decision.Append(state).mutable_allocation_proposed();
  proposed.set_amount_minor(shared.amount_minor);
  proposed.set_owed_minor(static_cast<int64_t>(total));
  if (request.has_plan()) *proposed.mutable_plan() = request.plan();
  proposed.set_costs_minor(shared.costs_minor);
  proposed.set_reserve_minor(shared.reserve_minor);
  for (size_t i = 0; i < owed->size(); ++i) {
    const int64_t amount = std::accumulate(shared.shares[i].begin(), shared.shares[i].end(), int64_t{0});
    if (amount == 0) continue;
    auto* share = proposed.add_shares();
    share->set_claim_id((*owed)[i].claim_id);
    share->set_head((*owed)[i].head);
    share->set_amount_minor(amount);
    share->set_owed_minor((*owed)[i].owed_minor);
    if (request.has_plan())
      share->mutable_step_minor()->Assign(shared.shares[i].begin(), shared.shares[i].end());
  }
  return absl::OkStatus();
}

absl::Status Decide(const v1::ApproveAllocationRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  auto settlement = WithOpenAllocation(docket, request.settlement_id(), request.allocation_id(), context);
  if (!settlement.ok()) return settlement.status();
  const v1::AllocationProposed& proposed = (*settlement)->open_allocation;
  if (proposed.amount_minor() + proposed.costs_minor() > (*settlement)->InTrust()) {
    return NotNow("allocation_id", "shares out more than is in trust by now: reject it and propose it anew");
  }
  decision.Append(**settlement).mutable_allocation_approved()->set_allocation_id(request.allocation_id());
  for (int share = 0; share < (*settlement)->open_allocation.shares_size();) {
    KLAIM_REFUSE_IF_NOT(AllocateToClaim(**settlement, share, docket, decision));
  }
  return absl::OkStatus();
}

absl::Status Decide(const v1::RejectAllocationRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  KLAIM_REFUSE_IF_NOT(CheckText("reason", request.reason(), 1, 1000));
  auto settlement = WithOpenAllocation(docket, request.settlement_id(), request.allocation_id(), context);
  if (!settlement.ok()) return settlement.status();
  auto* rejected = decision.Append(**settlement).mutable_allocation_rejected();
  rejected->set_allocation_id(request.allocation_id());
  rejected->set_reason(request.reason());
  return absl::OkStatus();
}

}  // namespace klaim::domain
