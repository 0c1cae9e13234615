// Keys of many persons for whoever comes to them nearly in the order of their numbers, as in reading the log from its beginning: with
// the one that is asked for come those after it, so that a vault on another machine is asked once for hundreds.
//
// So a key may be given that was destroyed since it was fetched: only for a reader who comes to the erasure too. For one thread.
#pragma once

#include "absl/status/statusor.h"
#include "engine/privacy/vault.h"

namespace klaim::privacy {

class KeysInOrder {
 public:
  // The vault must live longer.
  explicit KeysInOrder(const Vault& vault) : vault_(vault) {}

  // NOT_FOUND and DATA_LOSS as Vault::Open: one damaged row keeps nobody else's key back.
  absl::StatusOr<DataKey> Open(uint64_t key_id);

 private:
  const Vault& vault_;
  Vault::KeysFrom fetched_;  // all that there were from first_ to the last of them
  uint64_t first_ = 1;
};

}  // namespace klaim::privacy
