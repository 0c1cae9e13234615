// Documents: what was handed in, what it is linked to, what was found of it, who handled it.
//
//   'd' document               -> v1.Document, its title sealed
//   'c' case, document         -> empty
//   'k' claim, document        -> empty; linked to it
//   'p' claimant, document     -> empty
//   's' document, record       -> empty; its chain of custody, looks at its content among them
#pragma once

#include "projections/core/projection.h"

namespace klaim::projections {

class Documents final : public Projection {
 public:
  std::string name() const override { return "documents"; }
  uint32_t version() const override { return 1; }
  void Apply(const v1::EventRecord& event, Rows& rows) override;
};

}  // namespace klaim::projections
