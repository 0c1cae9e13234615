// One person, one claimant: what was suspected, decided and undone about who is who, and who is whose family.
//
// Every decision can be undone, and both histories stay: a merger lets the claims go on in the other's name, and undoing
// it gives them back as they were.
#pragma once

#include "absl/status/status.h"
#include "engine/domain/people/claimant.h"
#include "klaim/v1/linkage_service.pb.h"

namespace klaim::domain {

// What the linkage found about a claimant; recorded by the daemon itself.
struct SuspectedDuplicates {
  uint64_t claimant_id = 0;
  v1::DuplicateSuspected suspected;
};

// FAILED_PRECONDITION when the pair was suspected or decided before, or one of them was merged or erased.
absl::Status Decide(const SuspectedDuplicates& found, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::RefuseDuplicateRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::MergeClaimantsRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::UndoMergeRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::LinkFamilyRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::UnlinkFamilyRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
