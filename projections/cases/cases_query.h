// What case files are asked.
#pragma once

#include <cstdint>
#include <optional>

#include "projections/core/listing.h"

namespace klaim::projections {

struct ClaimOfClaimant {
  uint64_t claim_id = 0;
  uint64_t programme_id = 0;
  uint64_t case_id = 0;
};

// A person or register that was erased, with the data key of it.
struct ErasedKey {
  uint64_t stream = 0;
  uint64_t key_id = 0;
};

class CasesQuery {
 public:
  explicit CasesQuery(View view) : view_(std::move(view)) {}

  // By number.
  Listing<ClaimOfClaimant> ClaimsOf(uint64_t claimant_id) const;
  // 0 for a claim that isn't there (yet).
  absl::StatusOr<uint64_t> CaseOf(uint64_t claim_id) const;
  // Sequences of what happened on a case, and on its claims, after it was opened; of what happened to a claimant after that was registered.
  // From a sequence on.
  Listing<uint64_t> EventsOfCase(uint64_t case_id, uint64_t from = 0) const;
  Listing<uint64_t> EventsOfClaimant(uint64_t claimant_id, uint64_t from = 0) const;
  // Organisations with whom a case is shared.
  Listing<uint64_t> SharedWith(uint64_t case_id) const;
  // The claimant of a data key.
  absl::StatusOr<std::optional<uint64_t>> ClaimantOfKey(uint64_t key_id) const;
  Listing<ErasedKey> Erased() const;
  // Sequences of looks at personal data: of one claimant, or of all for 0.
  Listing<uint64_t> Looks(uint64_t claimant_id) const;

 private:
  View view_;
};

}  // namespace klaim::projections
