// Handing programmes over to another docket: when one docket becomes two, both keep the log as it was up to then, and from then
// on each programme goes on in one of them alone.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/domain/core/decision.h"

namespace klaim::domain {

class Docket;

// Programmes go on in another docket. From this on nothing more is decided about them here.
struct HandOverProgrammes {
  std::vector<uint64_t> programme_ids;
  std::string docket;        // its name, 1 to 80 characters
  uint64_t shared_size = 0;  // records that both dockets' logs share
  std::string shared_root;   // RFC 6962 root of those
};
absl::Status Decide(const HandOverProgrammes& programmes, Docket& docket, const Context& context,
                    Decision& decision);

// A claim of a programme that was handed over goes with it.
struct HandOverClaim {
  uint64_t claim_id = 0;
};
absl::Status Decide(const HandOverClaim& claim, Docket& docket, const Context& context, Decision& decision);

// FAILED_PRECONDITION when a decision is about a programme that was handed over, whatever was asked: asked of every
// decision before it is recorded. Any other error when that can't be known, and so nothing may be recorded.
absl::Status CheckStillHere(const Decision& decision, Docket& docket);

}  // namespace klaim::domain
