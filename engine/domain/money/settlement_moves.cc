// Moves of a settlement's money beside allocations: unclaimed money that lapses, excess that is returned, money that no
// claim is owed. Each is proposed by one person, and approved or rejected by another.

#include <set>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/claimant_group.h"
#include "engine/domain/claims/hold.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/debtors.h"
#include "engine/domain/money/settlement.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

// Of one settlement, so that what waits stays small: a lapse names thousands of claims.
constexpr size_t kMaxOpenSettlementMoves = 100;

// What the settlement allocated to the claim and no payment orders. Late interest stays the claim's: it is nobody else's loss.
v1::ClaimAllocationLapsed OpenAllocationOf(const ClaimState& claim, uint64_t settlement_id) {
  v1::ClaimAllocationLapsed open;
  open.set_settlement_id(settlement_id);
  for (const Entitlement& entitlement : claim.entitlements) {
    const int64_t left = entitlement.allocated_minor - entitlement.ordered_minor;
    if (entitlement.settlement_id != settlement_id || entitlement.head == kLateInterest || left <= 0)
      continue;
    auto* head = open.add_heads();
    head->set_code(entitlement.head);
    head->set_minor_units(left);
  }
  return open;
}

// What lapses of these claims by now; a claim of which nothing does is refused.
absl::StatusOr<int64_t> SumOfLapse(const char* field, uint64_t settlement_id,
                                   const v1::AllocationsLapsed& lapse, Docket& docket) {
  int64_t sum = 0;
  for (uint64_t claim_id : lapse.claim_ids()) {
    ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>(field, claim_id));
    RETURN_IF_ERROR(CheckNotHeld(field, *claim, v1::HOLD_SCOPE_PAY));
    const v1::ClaimAllocationLapsed open = OpenAllocationOf(*claim, settlement_id);
    if (open.heads().empty()) {
      return NotNow(field, v1::REASON_CLAIM_HAS_NOTHING_OPEN_OF_THIS_SETTLEMENT, claim_id);
    }
    for (const v1::HeadAmount& head : open.heads()) sum += head.minor_units();
  }
  return sum;
}

// What is held is for claims as long as one is owed something, or may be; `waits_minor` is what other proposals are to
// release already.
absl::Status CheckRelease(const SettlementState& settlement, int64_t amount_minor, int64_t waits_minor,
                          int64_t now_micros, Docket& docket) {
  const int64_t there = settlement.InTrust() - waits_minor;
  if (there <= 0) return NotNow("settlement_id", v1::REASON_NOTHING_WAS_RECEIVED_THAT_IS_NOT_ALLOCATED);
  if (amount_minor > there) {
    return NotNow("amount_minor", v1::REASON_ONLY_MINOR_UNITS_WERE_RECEIVED_AND_NOT_ALLOCATED, there);
  }
  if (settlement.open_allocation_id != 0) {
    return NotNow("settlement_id", v1::REASON_ALLOCATION_WAITS_FOR_APPROVAL, settlement.open_allocation_id);
  }
  if (settlement.InterestHeld() > 0) {
    return NotNow("settlement_id", v1::REASON_LATE_INTEREST_IS_NOT_SHARED_OUT,
                  Describe(settlement.InterestHeld(), settlement.recorded.amount().currency()));
  }
  ASSIGN_OR_RETURN(auto owed, OwedUnder(settlement, now_micros, docket));
  for (const OwedHead& head : owed) {
    if (head.owed_minor > 0)
      return NotNow("settlement_id", v1::REASON_CLAIM_IS_STILL_OWED_MONEY, head.claim_id);
  }
  return ForEachMember(
      settlement, docket, [](const ClaimantGroupState&, const ClaimState& claim) -> absl::Status {
        if (IsDetermined(claim.status) && claim.IsOwed())
          RETURN_IF_ERROR(CheckNotHeld("settlement_id", claim, v1::HOLD_SCOPE_ALLOCATE));
        if (!MayBeDetermined(claim.status)) return absl::OkStatus();
        return NotNow("settlement_id", v1::REASON_CLAIM_IS_NOT_DECIDED_YET_AND_MAY_BE_OWED_THIS_MONEY,
                      claim.id);
      });
}

// `waits_minor` is what other proposals are to return already.
absl::Status CheckExcess(const SettlementState& settlement, const v1::ExcessReturned& returned,
                         int64_t waits_minor, int64_t now_micros) {
  RETURN_IF_ERROR(CheckBankEntry("returned.", returned.amount_minor(), returned.booked_on(),
                                 returned.bank_reference(), now_micros));
  if (returned.amount_minor() > settlement.excess_minor - waits_minor) {
    return NotNow("returned.amount_minor", v1::REASON_ONLY_MINOR_UNITS_WERE_PAID_IN_EXCESS_AND_NOT_RETURNED,
                  settlement.excess_minor - waits_minor);
  }
  if (settlement.bank_references.contains(returned.bank_reference())) {
    return NotNow("returned.bank_reference", v1::REASON_IS_RECORDED_ALREADY);
  }
  return absl::OkStatus();
}

// `waits_minor` is what other proposals are to pay already.
absl::Status CheckCost(const SettlementState& settlement, const v1::TrustCostPaid& cost, int64_t waits_minor,
                       int64_t now_micros) {
  RETURN_IF_ERROR(CheckLine("cost.payee", cost.payee(), 1, 200));
  RETURN_IF_ERROR(CheckText("cost.purpose", cost.purpose(), 1, 1'000));
  RETURN_IF_ERROR(
      CheckBankEntry("cost.", cost.amount_minor(), cost.booked_on(), cost.bank_reference(), now_micros));
  const int64_t there = settlement.CostsHeld() - waits_minor;
  if (cost.amount_minor() > there)
    return NotNow("cost.amount_minor", v1::REASON_ONLY_SO_MUCH_WAS_TAKEN_FOR_COSTS, there);
  if (settlement.bank_references.contains(cost.bank_reference()))
    return NotNow("cost.bank_reference", v1::REASON_IS_RECORDED_ALREADY);
  return absl::OkStatus();
}

// What taking a receipt back would do by now.
absl::StatusOr<v1::ReceiptReversed> ReversalOf(const SettlementState& settlement,
                                               const v1::ReceiptReversed& wished, int64_t now_micros) {
  RETURN_IF_ERROR(CheckText("reason", wished.reason(), 1, 1000));
  RETURN_IF_ERROR(CheckDate("booked_on", wished.booked_on(), true, false));
  RETURN_IF_ERROR(CheckBooked("booked_on", wished.booked_on(), now_micros));
  RETURN_IF_ERROR(CheckLine("bank_reference", wished.bank_reference(), 0, 80));
  if (!settlement.receipts_kept.contains(wished.receipt_reference()))
    return NotNow("receipt_reference", v1::REASON_SETTLEMENT_HAS_NO_SUCH_RECEIPT, settlement.id);
  if (settlement.bank_references.contains(wished.bank_reference()))
    return NotNow("bank_reference", v1::REASON_IS_RECORDED_ALREADY);
  v1::ReceiptReversed reversal = wished;
  if (!FillReversalOf(settlement, wished.receipt_reference(), reversal))
    return NotNow("receipt_reference", v1::REASON_RECEIPT_MONEY_WENT_ON);
  return reversal;
}

absl::StatusOr<const SettlementState*> SettlementWithRoom(Docket& docket, uint64_t settlement_id) {
  auto settlement = docket.Find<SettlementState>("settlement_id", settlement_id);
  if (settlement.ok() && (*settlement)->open_moves.size() >= kMaxOpenSettlementMoves) {
    return NotNow("settlement_id", v1::REASON_TOO_MANY_PROPOSALS_WAIT, kMaxOpenSettlementMoves);
  }
  return settlement;
}

absl::StatusOr<const SettlementState*> SettlementWithOpenMove(Docket& docket, uint64_t settlement_id,
                                                              uint64_t proposal_id, const Context& context) {
  ASSIGN_OR_RETURN(auto settlement, docket.Find<SettlementState>("settlement_id", settlement_id));
  const auto move = settlement->open_moves.find(proposal_id);
  if (move == settlement->open_moves.end()) {
    return NotNow("proposal_id", v1::REASON_PROPOSAL_DOES_NOT_WAIT_FOR_ANOTHER_PERSON, proposal_id);
  }
  if (move->second.proposer == context.actor) {
    return AnotherPerson("proposal_id", v1::REASON_YOU_PROPOSED_THIS);
  }
  return settlement;
}

}  // namespace

absl::Status Decide(const v1::ReturnExcessRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto settlement, SettlementWithRoom(docket, request.settlement_id()));
  int64_t waits = 0;
  for (const auto& open : settlement->open_moves) waits += open.second.proposed.excess().amount_minor();
  RETURN_IF_ERROR(CheckExcess(*settlement, request.returned(), waits, context.now_micros));
  v1::ExcessReturned& excess =
      *decision.Append(*settlement).mutable_settlement_move_proposed()->mutable_excess();
  excess = request.returned();
  excess.clear_proposal_id();
  return absl::OkStatus();
}

absl::Status Decide(const v1::PayTrustCostRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto settlement, SettlementWithRoom(docket, request.settlement_id()));
  int64_t waits = 0;
  for (const auto& open : settlement->open_moves) waits += open.second.proposed.cost().amount_minor();
  RETURN_IF_ERROR(CheckCost(*settlement, request.cost(), waits, context.now_micros));
  v1::TrustCostPaid& cost = *decision.Append(*settlement).mutable_settlement_move_proposed()->mutable_cost();
  cost = request.cost();
  cost.clear_proposal_id();
  return absl::OkStatus();
}

absl::Status Decide(const v1::LapseAllocationsRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  if (!v1::ResidualRule_IsValid(request.rule()) || request.rule() == 0) {
    return InvalidField("rule", v1::REASON_MUST_SAY_WHAT_BECOMES_OF_MONEY);
  }
  if (request.claim_ids().empty() || request.claim_ids_size() > 10'000) {
    return InvalidField("claim_ids", v1::REASON_MUST_NAME_1_TO_10_000_CLAIMS);
  }
  ASSIGN_OR_RETURN(auto settlement, SettlementWithRoom(docket, request.settlement_id()));
  const std::set<uint64_t> claim_ids(request.claim_ids().begin(), request.claim_ids().end());
  v1::AllocationsLapsed lapse;
  lapse.mutable_claim_ids()->Assign(claim_ids.begin(), claim_ids.end());
  ASSIGN_OR_RETURN(auto amount, SumOfLapse("claim_ids", request.settlement_id(), lapse, docket));
  lapse.set_amount_minor(amount);
  lapse.set_rule(request.rule());
  lapse.set_reason(request.reason());
  *decision.Append(*settlement).mutable_settlement_move_proposed()->mutable_lapse() = std::move(lapse);
  return absl::OkStatus();
}

absl::Status Decide(const v1::ReverseReceiptRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto settlement, SettlementWithRoom(docket, request.settlement_id()));
  v1::ReceiptReversed wished;
  wished.set_receipt_reference(request.receipt_reference());
  *wished.mutable_booked_on() = request.booked_on();
  wished.set_bank_reference(request.bank_reference());
  wished.set_reason(request.reason());
  ASSIGN_OR_RETURN(*decision.Append(*settlement).mutable_settlement_move_proposed()->mutable_reversal(),
                   ReversalOf(*settlement, wished, context.now_micros));
  return absl::OkStatus();
}

absl::Status Decide(const v1::ReleaseHeldMoneyRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  RETURN_IF_ERROR(CheckAmount("amount_minor", request.amount_minor(), 0));
  if (!v1::HeldMoneyUse_IsValid(request.use()) || request.use() == 0) {
    return InvalidField("use", v1::REASON_MUST_SAY_WHAT_BECOMES_OF_MONEY);
  }
  ASSIGN_OR_RETURN(auto settlement, SettlementWithRoom(docket, request.settlement_id()));
  int64_t waits = 0;
  for (const auto& open : settlement->open_moves) waits += open.second.proposed.release().amount_minor();
  const int64_t amount = request.amount_minor() == 0 ? settlement->InTrust() - waits : request.amount_minor();
  RETURN_IF_ERROR(CheckRelease(*settlement, amount, waits, context.now_micros, docket));
  v1::HeldMoneyReleased& release =
      *decision.Append(*settlement).mutable_settlement_move_proposed()->mutable_release();
  release.set_amount_minor(amount);
  release.set_use(request.use());
  release.set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::ApproveSettlementMoveRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto settlement,
                   SettlementWithOpenMove(docket, request.settlement_id(), request.proposal_id(), context));
  const v1::SettlementMoveProposed& proposed =
      settlement->open_moves.find(request.proposal_id())->second.proposed;
  if (proposed.has_excess()) {
    RETURN_IF_ERROR(CheckExcess(*settlement, proposed.excess(), 0, context.now_micros));
    v1::ExcessReturned& returned = *decision.Append(*settlement).mutable_excess_returned();
    returned = proposed.excess();
    returned.set_proposal_id(request.proposal_id());
    return absl::OkStatus();
  }
  if (proposed.has_cost()) {
    RETURN_IF_ERROR(CheckCost(*settlement, proposed.cost(), 0, context.now_micros));
    v1::TrustCostPaid& paid = *decision.Append(*settlement).mutable_trust_cost_paid();
    paid = proposed.cost();
    paid.set_proposal_id(request.proposal_id());
    return absl::OkStatus();
  }
  if (proposed.has_reversal()) {
    v1::ReceiptReversed wished = proposed.reversal();
    wished.clear_parts();
    ASSIGN_OR_RETURN(auto reversal, ReversalOf(*settlement, wished, context.now_micros));
    reversal.set_proposal_id(request.proposal_id());
    *decision.Append(*settlement).mutable_receipt_reversed() = reversal;
    return absl::OkStatus();
  }
  if (proposed.has_respondent()) {
    ASSIGN_OR_RETURN(auto release, ReleaseOf(*settlement, proposed.respondent()));
    if (release.share_minor() != proposed.respondent().share_minor())
      return NotNow("proposal_id", v1::REASON_ANOTHER_SUM_OF_SETTLEMENT_IS_OPEN_BY_NOW);
    release.set_proposal_id(request.proposal_id());
    *decision.Append(*settlement).mutable_respondent_released() = release;
    return absl::OkStatus();
  }
  if (proposed.has_release()) {
    RETURN_IF_ERROR(
        CheckRelease(*settlement, proposed.release().amount_minor(), 0, context.now_micros, docket));
    v1::HeldMoneyReleased& released = *decision.Append(*settlement).mutable_held_money_released();
    released = proposed.release();
    released.set_proposal_id(request.proposal_id());
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(auto amount, SumOfLapse("proposal_id", request.settlement_id(), proposed.lapse(), docket));
  if (amount != proposed.lapse().amount_minor()) {
    return NotNow("proposal_id", v1::REASON_OF_THESE_CLAIMS_ANOTHER_SUM_IS_OPEN_BY_NOW);
  }
  for (uint64_t claim_id : proposed.lapse().claim_ids()) {
    ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("proposal_id", claim_id));
    *decision.Append(*claim).mutable_claim_allocation_lapsed() =
        OpenAllocationOf(*claim, request.settlement_id());
  }
  v1::AllocationsLapsed& lapsed = *decision.Append(*settlement).mutable_allocations_lapsed();
  lapsed = proposed.lapse();
  lapsed.set_proposal_id(request.proposal_id());
  return absl::OkStatus();
}

absl::Status Decide(const v1::RejectSettlementMoveRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto settlement,
                   SettlementWithOpenMove(docket, request.settlement_id(), request.proposal_id(), context));
  auto* rejected = decision.Append(*settlement).mutable_settlement_move_rejected();
  rejected->set_proposal_id(request.proposal_id());
  rejected->set_reason(request.reason());
  return absl::OkStatus();
}

}  // namespace klaim::domain
