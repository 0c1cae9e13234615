// The vault: one data key a person, wrapped under the docket's master key, in a database of its own.
// Destroying a person's key is erasing the person.
//
// Keys and values:
//   'k' key id (8, big-endian)              -> wrapped data key: nonce (24), ciphertext and tag (48);
//   identity tags (16 each) 't' identity tag (16)                   -> key ids (8 each), at most 20 of them
//   'm'                                     -> the docket's matching key, wrapped: nonce (24), ciphertext and
//   tag (48)
//
// Identity tags are keyed hashes (BLAKE2b under the matching key) of what tells that two persons may be one:
// they stay in the vault, never in the log, so that they go with the key. Thread-safe.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "engine/privacy/master_key.h"

namespace rocksdb {
class DB;
}

namespace klaim::privacy {

using IdentityTag = std::array<char, 16>;

// The data key of one person, usable.
struct DataKey {
  uint64_t key_id = 0;
  SecretKey key;
};

// What must be durable before anything sealed under the key is.
struct WrappedKey {
  uint64_t key_id = 0;
  std::string wrapped;
  std::vector<IdentityTag> tags;
};

class Vault {
 public:
  // Opens the vault, or makes one where there is none. PERMISSION_DENIED when the master key is not the
  // vault's.
  static absl::StatusOr<std::unique_ptr<Vault>> Open(const std::string& path, const SecretKey& master_key);
  ~Vault();

  // A fresh key and its wrapped form, which nothing has made durable yet: Persist() or Discard() it.
  std::pair<DataKey, WrappedKey> NewKey();

  // Makes keys durable. From one thread at a time.
  absl::Status Persist(absl::Span<const WrappedKey> keys);

  // Forgets a key that was not used after all.
  void Discard(const WrappedKey& key);

  // The key of a person. NOT_FOUND when it was destroyed, or never was.
  absl::StatusOr<DataKey> Open(uint64_t key_id) const;

  // A keyed hash of `text`, of which `kind` tells what it is.
  IdentityTag Tag(absl::string_view kind, absl::string_view text) const;

  // Notes the tags with the key, and returns the earlier keys that have one of them, ascending.
  absl::StatusOr<std::vector<uint64_t>> NoteTags(WrappedKey& key, std::vector<IdentityTag> tags);

 private:
  explicit Vault(const SecretKey& master_key);
  absl::Status Recover();
  absl::StatusOr<std::vector<uint64_t>> DurableKeysOf(const IdentityTag& tag) const;

  const SecretKey master_key_;
  SecretKey matching_key_;
  std::unique_ptr<rocksdb::DB> db_;

  mutable absl::Mutex mutex_;
  uint64_t next_key_id_ ABSL_GUARDED_BY(mutex_) = 1;
  // Tags of keys that are not durable yet.
  absl::flat_hash_map<std::string, std::vector<uint64_t>> pending_tags_ ABSL_GUARDED_BY(mutex_);
};

// Fills `out` with random bytes. Buffered a thread, since a system call for each nonce would cost more than
// sealing.
void FillRandom(uint8_t* out, size_t size);

}  // namespace klaim::privacy
