// A loss that is claimed twice: by one person or one family, under one programme or several, for heads of one loss family (a programme's
// HeadRule says which) and times that aren't known to be apart. Against whom doesn't matter: respondents answer jointly along the chain, so
// that one loss can be claimed from the agency at home in one claim and from its partner abroad in another. Nothing is paid on such claims
// until somebody decided which of them is pursued, or that they are one loss under a ceiling (engine/domain/claims/loss.h), or until two
// persons found them to be two losses.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/people/claimant.h"
#include "klaim/v1/linkage_service.pb.h"

namespace klaim::domain {

// A claim goes on in another's name; heads that one of that one's claims pursues already, and for which nothing is
// allocated here, are merged into it.
absl::Status MoveClaim(uint64_t claim_id, const ClaimantState& to, Docket& docket, Decision& decision);
// The opposite.
absl::Status GiveClaimBack(uint64_t claim_id, uint64_t claimant_id, Docket& docket, Decision& decision);

// FAILED_PRECONDITION naming `field` when a head of these is claimed twice and nobody decided about it.
absl::Status RequireNoDoubleClaim(const std::string& field, const ClaimState& claim,
                                  const google::protobuf::RepeatedPtrField<v1::HeadAmount>& heads,
                                  Docket& docket);

// FAILED_PRECONDITION naming `field` when a claim of the one and one of the other look like one loss, and nobody decided about it.
absl::Status RequireNoDoubleClaimBetween(const std::string& field, const ClaimantState& one,
                                         const ClaimantState& other, Docket& docket);

// That they are two losses is a proposal until another person decides the same.
absl::Status Decide(const v1::DecideDoubleClaimRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
