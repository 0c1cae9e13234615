// What the reviewers' queues of pairs are asked.
#pragma once

#include <cstdint>
#include <utility>

#include "klaim/v1/linkage_service.pb.h"
#include "projections/core/listing.h"

namespace klaim::projections {

// Two claimants who may be one: the one registered later, and the one before.
struct PairOfClaimants {
  uint64_t later_id = 0;
  uint64_t earlier_id = 0;
};

class DuplicatesQuery {
 public:
  explicit DuplicatesQuery(View view) : view_(std::move(view)) {}

  // Pairs that wait for a decision, most at stake first.
  Listing<PairOfClaimants> Suspected() const;
  // Why a pair of these is suspected.
  absl::StatusOr<v1::SuspectedDuplicate> Suspicion(const PairOfClaimants& pair) const;
  // Losses that are claimed twice, and wait for a decision.
  Listing<v1::DoubleClaim> DoubleClaims() const;

 private:
  View view_;
};

}  // namespace klaim::projections
