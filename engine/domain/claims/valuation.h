// What a head is worth by its programme's rule (domain: heads of claim). Pure.
#pragma once

#include "absl/status/statusor.h"
#include "klaim/v1/claim_events.pb.h"
#include "klaim/v1/programme_events.pb.h"

namespace klaim::domain {

class Docket;

// The value with the inputs and steps that anyone can compute it from again. Rounding: half up, to the minor
// unit. Reference tables that the rule names are looked up in the docket. INVALID_ARGUMENT when the result is larger than an amount may be.
absl::StatusOr<v1::ValuedHead> Value(const v1::ClaimedHead& head, const v1::HeadRule& rule,
                                     const std::string& currency, Docket& docket);

}  // namespace klaim::domain
