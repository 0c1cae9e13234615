// Erasing persons: what the log says was erased is made true, whatever cuts that off. What is destroyed, the log alone decides:
// read models help to find it, and what they haven't folded yet is read from the log.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/docket/open_docket.h"

namespace klaim::services {

// A claimant and the data key of that person.
struct ErasedClaimant {
  uint64_t claimant_id = 0;
  uint64_t key_id = 0;
};

// The numbers of all documents of these claimants that stand in the log, ascending. Reads what isn't folded yet: some
// milliseconds for each thousand records.
absl::StatusOr<std::vector<uint64_t>> DocumentsOf(const OpenDocket& docket,
                                                  const absl::flat_hash_set<uint64_t>& claimant_ids);

// Makes erasures true that are in the log: destroys the persons' data keys, and removes their documents. What an earlier call
// couldn't end is ended with it. One call at a time.
absl::Status Erase(OpenDocket& docket, absl::Span<const ErasedClaimant> erased);

// The same of erasures in the log that weren't ended when the process did, and of those that a vault restored from a
// backup of before doesn't know. A store of documents that is away doesn't keep a docket from opening: they are removed with the
// next erasure, or at the next start.
absl::Status FinishErasures(OpenDocket& docket);

}  // namespace klaim::services
