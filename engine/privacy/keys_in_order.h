// Keys of many persons for whoever comes to them nearly in the order of their numbers, as in reading the log from its beginning: with
// the one that is asked for come those after it, so that a vault on another machine is asked once for hundreds.
//
// So a key may be given that was destroyed since it was fetched: only for a reader who comes to the erasure too. For one thread.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "engine/privacy/vault.h"

namespace klaim::privacy {

class KeysInOrder {
 public:
  // The vault must live longer.
  explicit KeysInOrder(const Vault& vault) : vault_(vault) {}

  // NOT_FOUND as Vault::Open.
  absl::StatusOr<DataKey> Open(uint64_t key_id);

 private:
  const Vault& vault_;
  std::vector<DataKey> keys_;  // by number: all that there were from first_ to the last of them
  uint64_t first_ = 0;
};

}  // namespace klaim::privacy
