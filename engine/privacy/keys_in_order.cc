#include "engine/privacy/keys_in_order.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace klaim::privacy {
namespace {

constexpr size_t kFetched = 500;

}  // namespace

absl::StatusOr<DataKey> KeysInOrder::Open(uint64_t key_id) {
  if (key_id < first_ || key_id > fetched_.last_key_id) {
    auto fetched = vault_.OpenFrom(key_id, kFetched);
    // One that is damaged doesn't take its neighbours along.
    if (absl::IsDataLoss(fetched.status())) return vault_.Open(key_id);
    if (!fetched.ok()) return fetched.status();
    fetched_ = *std::move(fetched);
    first_ = key_id;
  }
  const std::vector<DataKey>& keys = fetched_.keys;
  const auto key = std::lower_bound(keys.begin(), keys.end(), key_id,
                                    [](const DataKey& one, uint64_t id) { return one.key_id < id; });
  if (key != keys.end() && key->key_id == key_id) return *key;
  if (std::binary_search(fetched_.damaged.begin(), fetched_.damaged.end(), key_id)) {
    return absl::DataLossError(absl::StrCat("data key ", key_id, " of the vault is damaged"));
  }
  return absl::NotFoundError(absl::StrCat("the vault has no data key ", key_id));
}

}  // namespace klaim::privacy
