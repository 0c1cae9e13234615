// To whom the money of a claimant who died goes, until estates with shares are known: one heir, shown by a document, named by one person and
// confirmed by another. A second is refused while one is named.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/compensation_service.pb.h"

namespace klaim::domain {

class Docket;
struct ClaimantState;

// To whom this claimant's money goes by now: the claimant, or who is left of the heirs. A refusal names `field`. Valid until the next Trim().
absl::StatusOr<const ClaimantState*> EntitledTo(absl::string_view field, uint64_t claimant_id,
                                                Docket& docket);

// Proposes; with the claimant as heir, that what was named is taken back (found alive).
absl::Status Decide(const v1::NameHeirRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Four eyes: not for who proposed. Looks again at what there is now.
absl::Status Decide(const v1::ConfirmHeirRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::RefuseHeirRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
