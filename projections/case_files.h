// Case files: for each case all that happened on it, its claims and its claimant; and claimants who may be
// one person. Rows hold sequences only: what happened is read from the log.
//
//   'c' case, sequence           -> empty; its own later and its claims' events (the case's number is its first)
//   'k' claim                    -> '-', case (8, big-endian)
//   'p' claimant, sequence       -> empty; later events of the claimant (consents, accounts)
//   'd' data key                 -> '-', claimant (8, big-endian)
//   'q' later claimant, earlier  -> empty; a pair to be reviewed
#pragma once

#include "projections/projection.h"

namespace klaim::projections {

class CaseFiles final : public Projection {
 public:
  std::string name() const override { return "case_files"; }
  uint32_t version() const override { return 1; }
  void Apply(const v1::EventRecord& event, Rows& rows) override;
};

}  // namespace klaim::projections
