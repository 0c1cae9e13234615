// Whose keys share an identity tag, in memory: 17 bytes a tag, over a load of a half to seven eighths, since nearly every
// tag is of one person alone.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace klaim::privacy {

// Names a text without telling it. Two texts share one once in 2^64: a reviewer sees that they differ.
using IdentityTag = uint64_t;

// Not thread-safe.
class IdentityIndex {
 public:
  // Does nothing when a tag has many keys already: more would be a made-up number like 0000000000000000.
  void Note(IdentityTag tag, uint64_t key_id);
  void AppendKeysOf(IdentityTag tag, std::vector<uint64_t>& key_ids) const;
  void Forget(IdentityTag tag, uint64_t key_id);
  void ForgetAll(const absl::flat_hash_set<uint64_t>& key_ids);

 private:
  absl::flat_hash_map<IdentityTag, uint64_t> first_keys_;
  absl::flat_hash_map<IdentityTag, std::vector<uint64_t>> further_keys_;  // none without a first
};

}  // namespace klaim::privacy
