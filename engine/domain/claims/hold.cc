#include "engine/domain/claims/hold.h"

#include <algorithm>

#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

constexpr size_t kMaxHolds = 20;
constexpr size_t kMaxOpenClaimMoves = 20;

}  // namespace

void EvolveHolds(ClaimState& state, const v1::EventRecord& event) {
  if (event.has_claim_held()) {
    state.holds.push_back({event.sequence(), event.claim_held(), event.actor()});
    return;
  }
  std::erase_if(state.holds,
                [&](const ClaimHold& hold) { return hold.id == event.claim_hold_released().hold_id(); });
}

const ClaimHold* HoldOf(const ClaimState& claim, v1::HoldScope scope) {
  const auto keeps = [&](const ClaimHold& hold) {
    const bool all_money = hold.held.scope() == v1::HOLD_SCOPE_ALLOCATE && scope == v1::HOLD_SCOPE_PAY;
    return hold.held.scope() == scope || all_money;
  };
  const auto found = std::find_if(claim.holds.begin(), claim.holds.end(), keeps);
  return found == claim.holds.end() ? nullptr : &*found;
}

absl::Status CheckNotHeld(absl::string_view field, const ClaimState& claim, v1::HoldScope scope) {
  const ClaimHold* hold = HoldOf(claim, scope);
  if (hold == nullptr) return absl::OkStatus();
  return NotNow(field, v1::REASON_CLAIM_IS_HELD, claim.id, hold->id);
}

absl::StatusOr<const ClaimState*> ClaimWithRoom(uint64_t claim_id, Docket& docket) {
  auto claim = docket.Find<ClaimState>("claim_id", claim_id);
  if (claim.ok() && (*claim)->open_moves.size() >= kMaxOpenClaimMoves)
    return NotNow("claim_id", v1::REASON_TOO_MANY_PROPOSALS_WAIT, kMaxOpenClaimMoves);
  return claim;
}

absl::Status CheckNoRevisionWaits(absl::string_view field, const ClaimState& claim) {
  for (const auto& [proposal_id, move] : claim.open_moves) {
    if (move.proposed.has_revision())
      return NotNow(field, v1::REASON_REVISION_OF_CLAIM_WAITS, proposal_id, claim.id);
  }
  return absl::OkStatus();
}

absl::Status CheckNothingWaits(absl::string_view field, const ClaimState& claim) {
  if (!claim.holds.empty()) return NotNow(field, v1::REASON_CLAIM_IS_HELD, claim.id, claim.holds[0].id);
  if (claim.open_appeal_id != 0)
    return NotNow(field, v1::REASON_APPEAL_WAITS_TO_BE_DECIDED, claim.open_appeal_id, claim.id);
  if (claim.open_moves.empty()) return absl::OkStatus();
  return NotNow(field, v1::REASON_PROPOSAL_WAITS_FOR_CLAIM, claim.open_moves.begin()->first, claim.id);
}

absl::Status Decide(const v1::HoldClaimRequest& request, Docket& docket, const Context&, Decision& decision) {
  if (!v1::HoldScope_IsValid(request.scope()) || request.scope() == 0)
    return InvalidField("scope", v1::REASON_MUST_SAY_WHAT_IS_HELD);
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
  RETURN_IF_ERROR(CheckStep(claim->id, claim->status, ClaimStep::kHold));
  if (claim->holds.size() >= kMaxHolds)
    return NotNow("claim_id", v1::REASON_CLAIM_HAS_TOO_MANY_HOLDS, claim->id, claim->holds.size());
  v1::ClaimHeld& held = *decision.Append(*claim).mutable_claim_held();
  held.set_scope(request.scope());
  held.set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::ReleaseClaimHoldRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
  const auto hold = std::find_if(claim->holds.begin(), claim->holds.end(),
                                 [&](const ClaimHold& each) { return each.id == request.hold_id(); });
  if (hold == claim->holds.end())
    return NotNow("hold_id", v1::REASON_CLAIM_HAS_NO_SUCH_HOLD, claim->id, request.hold_id());
  if (hold->holder == context.actor) return AnotherPerson("hold_id", v1::REASON_YOU_HELD_THIS_CLAIM);
  v1::ClaimHoldReleased& released = *decision.Append(*claim).mutable_claim_hold_released();
  released.set_hold_id(request.hold_id());
  released.set_reason(request.reason());
  return absl::OkStatus();
}

}  // namespace klaim::domain
