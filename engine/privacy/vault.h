// The vault: one data key a person, wrapped under the docket's master key, in a database of its own.
// Destroying a person's key is erasing the person.
//
// Keys and values:
//   'k' key id (8, big-endian)                 -> wrapped data key: nonce (24), ciphertext and tag (48)
//   'i' log sequence (8, big-endian)           -> a run of {key id (8), identity tag (8)}, little-endian
//   'm'                                        -> the docket's matching key, wrapped as a data key is
//
// Data keys are made ahead of need, hundreds with one sync, so that filing takes one that is durable already
// and waits for no disk. A key that was made and never used stays behind when the process ends.
//
// Identity tags are keyed hashes (BLAKE2b under the matching key) of what tells that two persons may be one.
// They stay in the vault, never in the log, so that they go with the key. Looked up in memory; their rows are
// written before the log's records but not synced: a loss of power may take the last of them, never one from
// the middle, and whoever opens the docket makes those again from the records (identities_recorded_to).
//
// Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "engine/privacy/master_key.h"

namespace rocksdb {
class DB;
}

namespace klaim::privacy {

// The data key of one person, usable.
struct DataKey {
  uint64_t key_id = 0;
  SecretKey key;
};

// Names a text without telling it. Two texts share one once in 2^64: a reviewer sees that they differ.
using IdentityTag = uint64_t;

// What tells that the person of a data key may be another one's too.
struct Identity {
  uint64_t key_id = 0;
  absl::InlinedVector<IdentityTag, 3> tags;
};

class Vault {
 public:
  // Opens the vault, or makes one where there is none. PERMISSION_DENIED when the master key is not the
  // vault's. `on_failure` is called, from any thread, when keys can't be made durable: the process should
  // then end.
  static absl::StatusOr<std::unique_ptr<Vault>> Open(
      const std::string& path, const SecretKey& master_key,
      std::function<void(const absl::Status&)> on_failure = [](const absl::Status&) {});
  ~Vault();

  // A key that nobody had, durable already. Waits while the next ones are being made.
  absl::StatusOr<DataKey> NewKey();

  // The key of a person. NOT_FOUND when it was destroyed, or never was.
  absl::StatusOr<DataKey> Open(uint64_t key_id) const;

  // A keyed hash of `text`, of which `kind` tells what it is.
  IdentityTag Tag(absl::string_view kind, absl::string_view text) const;

  // Notes who this is, and returns the earlier keys that share a tag, ascending.
  std::vector<uint64_t> NoteIdentity(const Identity& identity);

  // Takes back the key of a person who was certainly not recorded, for the next one, and forgets who it was.
  void GiveBack(const Identity& identity);

  // Writes identities, noted before, of claimants whose records the log is about to append from
  // `first_sequence` on. To be called for every append, in order, from one thread at a time; does nothing
  // most times when there are no identities.
  absl::Status RecordIdentities(uint64_t first_sequence, absl::Span<const Identity> identities);

  // The claimants of all records before this sequence have their identities here.
  uint64_t identities_recorded_to() const;

 private:
  Vault(const SecretKey& master_key, std::function<void(const absl::Status&)> on_failure);
  absl::Status Recover();
  absl::Status LoadMatchingKey();
  absl::Status LoadIdentities();
  void MakeKeysLoop();
  absl::StatusOr<std::vector<DataKey>> MakeKeys(uint64_t first_id, size_t count);
  void Note(IdentityTag tag, uint64_t key_id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(identities_mutex_);

  const SecretKey master_key_;
  SecretKey matching_key_;
  const std::function<void(const absl::Status&)> on_failure_;
  std::unique_ptr<rocksdb::DB> db_;

  absl::Mutex keys_mutex_;
  uint64_t next_key_id_ ABSL_GUARDED_BY(keys_mutex_) = 1;
  size_t bundle_ ABSL_GUARDED_BY(keys_mutex_);               // how many keys are made next
  std::vector<DataKey> ready_ ABSL_GUARDED_BY(keys_mutex_);  // the next is the last
  absl::Status failure_ ABSL_GUARDED_BY(keys_mutex_);
  bool stopping_ ABSL_GUARDED_BY(keys_mutex_) = false;

  mutable absl::Mutex identities_mutex_;
  absl::flat_hash_map<IdentityTag, absl::InlinedVector<uint64_t, 1>> keys_of_tag_
      ABSL_GUARDED_BY(identities_mutex_);
  uint64_t identities_recorded_to_ ABSL_GUARDED_BY(identities_mutex_) = 0;

  std::thread making_keys_;
};

// Fills `out` with random bytes. Buffered a thread, since a system call for each nonce would cost more than
// sealing.
void FillRandom(uint8_t* out, size_t size);

}  // namespace klaim::privacy
