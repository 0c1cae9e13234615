// To whom the money of a claimant who died goes, until estates with shares are known: one heir, shown by a document, named by one person and
// confirmed by another. A second is refused while one is named.
#pragma once

#include "absl/status/status.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/compensation_service.pb.h"

namespace klaim::domain {

class Docket;
struct ClaimantState;

// Proposes; with the claimant as heir, that what was named is taken back (found alive).
absl::Status Decide(const v1::NameHeirRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Four eyes: not for who proposed. Looks again at what there is now.
absl::Status Decide(const v1::ConfirmHeirRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::RefuseHeirRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
