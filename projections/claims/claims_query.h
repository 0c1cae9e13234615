// What is asked of the claims as they are listed and counted.
#pragma once

#include <cstdint>
#include <optional>

#include "klaim/v1/compensation_service.pb.h"
#include "projections/claims/statistics.h"
#include "projections/core/listing.h"

namespace klaim::projections {

class ClaimsQuery {
 public:
  explicit ClaimsQuery(View view) : view_(std::move(view)) {}

  // All claims, or those of a status, or of a status and programme: by number, or the latest first.
  Listing<ListedClaim> Listed(v1::ClaimStatus status, uint64_t programme_id, bool newest_first) const;
  // All claims from a number on.
  Listing<ListedClaim> From(uint64_t claim_id) const;
  // Nothing where the claim isn't folded yet.
  absl::StatusOr<std::optional<ListedClaim>> Claim(uint64_t claim_id) const;
  // How many claims stand where, when and from where they came, and the totals.
  absl::Status FillStatistics(v1::GetStatisticsResponse& statistics) const;

 private:
  View view_;
};

}  // namespace klaim::projections
