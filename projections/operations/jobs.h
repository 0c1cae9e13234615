// Jobs: those that go on, and all of them.
//
//   'r' job                -> empty; goes on
//   'j' 2^64-1 - job       -> '-', job (8); the latest first
#pragma once

#include "projections/core/projection.h"

namespace klaim::projections {

class Jobs final : public Projection {
 public:
  std::string name() const override { return "jobs"; }
  uint32_t version() const override { return 1; }
  void Apply(const v1::EventRecord& event, Rows& rows) override;
};

}  // namespace klaim::projections
