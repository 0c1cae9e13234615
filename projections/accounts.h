// Accounts: who may call, and what their roles are.
//
//   'a' account                 -> v1.Account
//   'n' organisation, name      -> '-', account (8, big-endian)
#pragma once

#include "projections/projection.h"

namespace klaim::projections {

class Accounts final : public Projection {
 public:
  std::string name() const override { return "accounts"; }
  uint32_t version() const override { return 1; }
  void Apply(const v1::EventRecord& event, Rows& rows) override;
};

}  // namespace klaim::projections
