#include "engine/privacy/keys_in_order.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace klaim::privacy {
namespace {

constexpr size_t kFetched = 500;

}  // namespace

absl::StatusOr<DataKey> KeysInOrder::Open(uint64_t key_id) {
  if (keys_.empty() || key_id < first_ || key_id > keys_.back().key_id) {
    auto fetched = vault_.OpenFrom(key_id, kFetched);
    if (!fetched.ok()) return fetched.status();
    keys_ = *std::move(fetched);
    first_ = key_id;
  }
  const auto key = std::lower_bound(keys_.begin(), keys_.end(), key_id,
                                    [](const DataKey& one, uint64_t id) { return one.key_id < id; });
  if (key == keys_.end() || key->key_id != key_id)
    return absl::NotFoundError(absl::StrCat("the vault has no data key ", key_id));
  return *key;
}

}  // namespace klaim::privacy
