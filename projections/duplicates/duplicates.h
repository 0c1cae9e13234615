// Who may be registered twice, and which losses are claimed twice: the queues of the reviewers.
//
//   'p' claimant, other              -> v1.SuspectedDuplicate
//   'w' 2^63-1 - at stake, 2^32 - probability, claimant, other -> empty; pairs that wait, most at stake first
//   'c' claim                        -> v1.ClaimedLossRow
//   'k' claimant                     -> v1.ClaimantLinksRow
//   'd' claim, later claim           -> v1.DoubleClaim that waits for a decision
//   'P' claim                        -> empty; a payment for it was confirmed, or a credit recorded, once
//   'x' claim, other                 -> empty; found to be two losses, from both sides
//   'y' claim, other                 -> empty; one person found them to be two losses, from both sides
//   'f' programme                    -> v1.LossFamiliesRow
#pragma once

#include "klaim/v1/linkage_service.pb.h"
#include "klaim/v1/read_models.pb.h"
#include "projections/core/projection.h"

namespace klaim::projections {

class Duplicates final : public Projection {
 public:
  std::string name() const override { return "duplicates"; }
  uint32_t version() const override { return 5; }
  void Apply(const v1::EventRecord& event, Rows& rows) override;

 private:
  void ApplyToProgramme(const v1::EventRecord& event, Rows& rows);
  void ApplyToClaim(const v1::EventRecord& event, Rows& rows);
  void ApplyToClaimant(const v1::EventRecord& event, Rows& rows);
};

}  // namespace klaim::projections
