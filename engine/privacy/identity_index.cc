#include "engine/privacy/identity_index.h"

#include <algorithm>

namespace klaim::privacy {
namespace {

constexpr size_t kMaxKeysOfTag = 20;  // enough for a reviewer

}  // namespace

void IdentityIndex::Note(IdentityTag tag, uint64_t key_id) {
  const auto [first, fresh] = first_keys_.try_emplace(tag, key_id);
  if (fresh || first->second == key_id) return;
  std::vector<uint64_t>& further = further_keys_[tag];
  const bool known = std::find(further.begin(), further.end(), key_id) != further.end();
  if (!known && further.size() + 1 < kMaxKeysOfTag) further.push_back(key_id);
}

void IdentityIndex::AppendKeysOf(IdentityTag tag, std::vector<uint64_t>& key_ids) const {
  const auto first = first_keys_.find(tag);
  if (first == first_keys_.end()) return;
  key_ids.push_back(first->second);
  const auto further = further_keys_.find(tag);
  if (further == further_keys_.end()) return;
  key_ids.insert(key_ids.end(), further->second.begin(), further->second.end());
}

void IdentityIndex::Forget(IdentityTag tag, uint64_t key_id) {
  std::vector<uint64_t> kept;
  AppendKeysOf(tag, kept);
  kept.erase(std::remove(kept.begin(), kept.end(), key_id), kept.end());
  first_keys_.erase(tag);
  further_keys_.erase(tag);
  for (uint64_t key : kept) Note(tag, key);
}

void IdentityIndex::ForgetAll(const absl::flat_hash_set<uint64_t>& key_ids) {
  std::vector<std::pair<IdentityTag, uint64_t>> gone;
  for (const auto& [tag, key_id] : first_keys_) {
    if (key_ids.contains(key_id)) gone.emplace_back(tag, key_id);
  }
  for (const auto& [tag, further] : further_keys_) {
    for (uint64_t key_id : further) {
      if (key_ids.contains(key_id)) gone.emplace_back(tag, key_id);
    }
  }
  for (const auto& [tag, key_id] : gone) Forget(tag, key_id);
}

}  // namespace klaim::privacy
