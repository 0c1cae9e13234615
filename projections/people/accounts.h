// Accounts: who may call, and what their roles are.
//
//   'a' account                 -> v1.Account
//   'n' organisation, name      -> '-', account (8, big-endian)
#pragma once

#include "klaim/v1/accounts_service.pb.h"
#include "projections/core/projection.h"

namespace klaim::projections {

// What an event of an account's stream changes of it; false when it changes nothing.
bool FoldAccount(const v1::EventRecord& event, v1::Account& account);

class Accounts final : public Projection {
 public:
  std::string name() const override { return "accounts"; }
  uint32_t version() const override { return 2; }
  void Apply(const v1::EventRecord& event, Rows& rows) override;
};

}  // namespace klaim::projections
