// What keeps a claim from going on: holds, and what waits to be decided of it. A hold: something is kept from being done with a claim, whatever its status, by one person, until another ends it: a contested certificate, a
// payee who can't be reached, a complaint. Beside the status SUSPENDED, which is for claims that aren't decided yet.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/review_service.pb.h"

namespace klaim::domain {

class Docket;
struct ClaimState;
struct ClaimHold;

// The hold that keeps this from being done: a hold of allocations keeps payments too. Null when there is none.
const ClaimHold* HoldOf(const ClaimState& claim, v1::HoldScope scope);

// FAILED_PRECONDITION, naming `field`, when there is one.
absl::Status CheckNotHeld(absl::string_view field, const ClaimState& claim, v1::HoldScope scope);

// The claim, when there is room for another proposal.
absl::StatusOr<const ClaimState*> ClaimWithRoom(uint64_t claim_id, Docket& docket);

// FAILED_PRECONDITION, naming `field`, when somebody proposed to revise the decision: nothing is paid by one that may not be.
absl::Status CheckNoRevisionWaits(absl::string_view field, const ClaimState& claim);

// FAILED_PRECONDITION, naming `field`, when something of the claim is held, appealed or proposed: it doesn't end meanwhile.
absl::Status CheckNothingWaits(absl::string_view field, const ClaimState& claim);

absl::Status Decide(const v1::HoldClaimRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Four eyes: not for who held it.
absl::Status Decide(const v1::ReleaseClaimHoldRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
