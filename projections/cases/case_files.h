// Case files: for each case all that happened on it, its claims and its claimant; and claimants who may be
// one person. Rows hold sequences only: what happened is read from the log.
//
//   'c' case, sequence           -> empty; its own later and its claims' events (the case's number is its first)
//   'k' claim                    -> '-', case (8, big-endian)
//   'p' claimant, sequence       -> empty; later events of the claimant (consents, accounts, corrections)
//   'h' claimant, claim          -> '-', programme, case (8 each, big-endian)
//   's' case, organisation       -> empty; shared with it
//   'a' claimant, organisation   -> empty; the claimant consents to share with it
//   'e' claimant or register     -> '-', data key (8, big-endian); was erased
//   'v' record                   -> empty; a look at personal data
//   'w' claimant, record         -> empty; a look at this claimant's
//   'D' document                 -> '-', case (8, big-endian)
//   'K' data key                 -> '-', claimant (8, big-endian)
#pragma once

#include "projections/core/projection.h"

namespace klaim::projections {

class CaseFiles final : public Projection {
 public:
  std::string name() const override { return "case_files"; }
  uint32_t version() const override { return 4; }
  void Apply(const v1::EventRecord& event, Rows& rows) override;
};

}  // namespace klaim::projections
