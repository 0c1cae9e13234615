// The vault: one data key a person, wrapped under the docket's master key, in a database of its own.
// Destroying a person's key is erasing the person.
//
// Keys and values:
//   'k' key id (8, big-endian)                 -> wrapped data key and its owner: nonce (24), ciphertext and tag;
//                                                 without an owner in rows of earlier programs
//   'i' log sequence (8, big-endian), random (8)
//                                              -> a run of {key id (8), identity tag (8)}, little-endian; without
//                                                 the random bytes in rows of earlier programs
//   'm'                                        -> the docket's matching key, wrapped: nonce (24), ciphertext and
//                                                 tag (48)
//   'e' key id (8, big-endian)                 -> empty; a key that was destroyed, or is known to be gone: its
//                                                 number isn't given again
//   'r'                                        -> wrapped as 'm' is; a change to the master key that opens it is
//                                                 under way
//   'g'                                        -> generation of the master key (8, big-endian): how often a change
//                                                 of it was begun; none before the first
//   's' name                                   -> a secret of the services, as an account's password hash:
//                                                 nonce (24), ciphertext and tag
//
// Data keys are made ahead of need, hundreds with one sync, so that filing takes one that is durable already
// and waits for no disk. A key that was made and never used stays behind when the process ends.
//
// A key is its owner's: persons' keys, a reference register's, a staged import's. Under another owner's name its number opens
// nothing and destroys nothing, so that a number that was given twice, as after an old vault was restored, harms nobody.
//
// Identity tags are keyed hashes (BLAKE2b under the matching key) of what tells that two persons may be one.
// They stay in the vault, never in the log, so that they go with the key. Looked up in an index that each process makes
// of them (identity_index.h); their rows are written after the log's records, so that they name nobody who isn't in the log. In
// a database of the docket's own they are not synced: a crash may take the last of them, never one from
// the middle, and whoever opens the docket makes those again from the records (identities_recorded_to).
//
// The master key can be changed while the vault is in use: what is wrapped from then on is wrapped under the
// new one, and every row is wrapped anew; until that is done, both open.
//
// The rows may stand on another machine, which never has the master key (vault_rows.h). There a process that has the master key of
// before can't write any more once a change has begun, and ends when it meets a row that it can't open for that.
//
// Thread-safe.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "engine/privacy/identity_index.h"
#include "engine/privacy/master_key.h"
#include "engine/privacy/vault_rows.h"
#include "engine/privacy/wrapping.h"

namespace klaim::privacy {

// Whose a data key is: some person's (whose, the log says), a reference register's, or what else its maker calls itself.
inline constexpr absl::string_view kPersonsKey = "person";
inline constexpr absl::string_view kRegistersKey = "register";

// A data key, usable.
struct DataKey {
  uint64_t key_id = 0;
  SecretKey key;
};

// What tells that the person of a data key may be another one's too.
struct Identity {
  uint64_t key_id = 0;
  absl::InlinedVector<IdentityTag, 3> tags;
};

class Vault {
 public:
  // Opens the vault in a folder, or makes one where there is none. PERMISSION_DENIED when the master key is not the
  // vault's. `on_failure` is called, from any thread, when keys can't be made durable: the process should
  // then end. Keys are made when they are needed, so that whoever only looks makes none, until MakeKeysAhead().
  static absl::StatusOr<std::unique_ptr<Vault>> Open(
      const std::string& path, const SecretKey& master_key,
      std::function<void(const absl::Status&)> on_failure = [](const absl::Status&) {});

  // The same where a change to the next master key may have been cut off. FAILED_PRECONDITION when one was, and
  // the next key isn't given.
  static absl::StatusOr<std::unique_ptr<Vault>> Open(std::unique_ptr<VaultRows> rows,
                                                     std::unique_ptr<IdentityIndex> identities,
                                                     const SecretKey& master_key,
                                                     const std::optional<SecretKey>& next_master_key,
                                                     std::function<void(const absl::Status&)> on_failure);
  ~Vault();

  // A vault to look at alone: Open, WasErased and Check are for it, nothing else. It needs no row to be whole but the one that
  // tells its master key. NOT_FOUND when there is no vault; errors as Open otherwise.
  static absl::StatusOr<std::unique_ptr<Vault>> OpenToCheck(std::unique_ptr<VaultRows> rows,
                                                            const SecretKey& master_key,
                                                            const std::optional<SecretKey>& next_master_key);

  // From now on a thread makes keys ahead of need. Once, before several threads use the vault. Numbers that were destroyed meanwhile
  // aren't given again.
  absl::Status MakeKeysAhead();

  // A key that nobody had, for a person, durable already. Waits while the next ones are being made.
  absl::StatusOr<DataKey> NewKey();
  // The same for another owner; made at once, with a sync of its own.
  absl::StatusOr<DataKey> NewKeyOf(absl::string_view owner);

  // The owner's key. NOT_FOUND when it was destroyed, never was, or is another's; DATA_LOSS when its row is damaged.
  absl::StatusOr<DataKey> Open(uint64_t key_id, absl::string_view owner = kPersonsKey) const;

  // Persons' keys of a range of numbers.
  struct KeysFrom {
    std::vector<DataKey> keys;      // by number
    std::vector<uint64_t> damaged;  // numbers whose rows don't open, in order
    uint64_t last_key_id = 0;       // of the range; 0 when there are none
  };
  // The keys from this number on, at most `most` (1 or more); those that were destroyed are left out.
  absl::StatusOr<KeysFrom> OpenFrom(uint64_t first_key_id, size_t most) const;

  // A keyed hash of `text`, of which `kind` tells what it is.
  IdentityTag Tag(absl::string_view kind, absl::string_view text) const;
  // A key for keyed hashes of this kind; the same as long as there is the vault.
  std::array<uint8_t, 16> KeyFor(absl::string_view kind) const;

  // Notes who this is, and returns the earlier keys that share a tag, ascending.
  absl::StatusOr<std::vector<uint64_t>> NoteIdentity(const Identity& identity);

  // Takes back the key of a person who was certainly not recorded, for the next one, and forgets who it was.
  void GiveBack(const Identity& identity);

  // To be called before the log appends records that are sealed under these persons' keys: DATA_LOSS unless a vault on another
  // machine still has all of them.
  absl::Status RequireKeys(absl::Span<const Identity> persons) const;

  // Writes identities, noted before, of some thousands of claimants at the most, whose records the log has appended from
  // `first_sequence` on. To be called after every append, in order, from one thread at a time; does nothing
  // most times when there are no identities.
  absl::Status RecordIdentities(uint64_t first_sequence, absl::Span<const Identity> identities);

  // Forgets identities that were recorded for records from this sequence on, where the log ends: it never had those records. For
  // whoever opens the docket to write. Where others may write rows too, it forgets them for this process alone.
  absl::Status ForgetIdentitiesFrom(uint64_t next_sequence);

  // Destroys the owner's keys, and who the persons were. When it returns, neither is in any file of the vault. Another owner's
  // key under one of these numbers stays. Takes as long as rewriting the vault's files does, however many they are.
  absl::Status Erase(absl::Span<const uint64_t> key_ids, absl::string_view owner = kPersonsKey);

  // Numbers whose keys are gone, as those that stand in the log and not in a vault that is older: they are never given again.
  absl::Status NeverGive(absl::Span<const uint64_t> key_ids);

  // Takes over persons' keys of another docket's vault, for one that was made of that docket: those that it has, and as
  // destroyed those that it may not have, so that no number is given twice. Before any key is made here.
  absl::Status Adopt(absl::Span<const DataKey> keys, absl::Span<const uint64_t> not_ours);

  // Wraps every row under another master key, while the vault goes on serving. When it returns, nothing in the
  // vault's files is wrapped under the one before. `progress` is told how many rows are done. May be repeated
  // with the same key after a failure.
  absl::Status ChangeMasterKey(const SecretKey& next, absl::FunctionRef<void(uint64_t rows)> progress);

  // True when this key was destroyed here, or is known to be gone.
  absl::StatusOr<bool> WasErased(uint64_t key_id) const;

  // Sees the rows from `from` on, by name, and whether each is whole (one that is wrapped opens, any other has its form), until the visitor
  // returns false. DATA_LOSS where the rows that come next can't be read.
  absl::Status Check(const std::string& from,
                     absl::FunctionRef<bool(absl::string_view name, bool whole)> visit) const;
  // The files in which the rows stand on this machine.
  std::vector<storage::TableFile> TableFiles() const { return rows_->TableFiles(); }

  // A change of the master key was cut off: it must be ended with ChangeMasterKey.
  absl::StatusOr<bool> ChangeUnderWay() const;
  // Whether the rows are wrapped under this master key.
  bool IsUnder(const SecretKey& master_key) const;

  // Adds a backup to a folder, and keeps the latest `keep` (engine/storage/database_backup.h).
  absl::Status BackUp(const std::string& folder, uint32_t keep) const;

  // Keeps a secret under a name, durable when it returns; an empty one is removed.
  absl::Status PutSecret(absl::string_view name, absl::string_view secret);
  // Removes a secret. When it returns, it is in no file of the vault; takes as long as Erase.
  absl::Status DestroySecret(absl::string_view name);
  // NOT_FOUND when there is none.
  absl::StatusOr<std::string> GetSecret(absl::string_view name) const;

  // The claimants of all records before this sequence have their identities here.
  uint64_t identities_recorded_to() const;

 private:
  // The master keys in use: rows are wrapped under the first, and opened under any.
  using MasterKeys = std::vector<SecretKey>;

  Vault(std::unique_ptr<VaultRows> rows, std::unique_ptr<IdentityIndex> identities, MasterKeys master_keys,
        std::function<void(const absl::Status&)> on_failure);
  MasterKeys master_keys() const;
  static bool IsWhole(absl::string_view name, absl::string_view value, const MasterKeys& master_keys);
  absl::Status Recover();
  absl::Status LoadGeneration();
  absl::Status ChooseMasterKeys(const std::optional<SecretKey>& next_master_key);
  absl::Status LoadMatchingKey();
  absl::Status LoadIdentities();
  void MakeKeysLoop();
  absl::StatusOr<uint64_t> NextKeyId() const;
  absl::Status MakeBundle();
  absl::StatusOr<std::vector<DataKey>> MakeKeys(size_t count, absl::string_view owner);
  absl::StatusOr<std::vector<DataKey>> AddKeys(uint64_t first_id, size_t count, absl::string_view owner);
  void TakeNumbersBefore(uint64_t next_key_id);
  absl::Status CheckGeneration() const;
  absl::Status NotOpened(absl::string_view what) const;

  absl::Status WriteInParts(const std::vector<VaultRow>& rows);
  absl::StatusOr<bool> IsAnothers(uint64_t key_id, absl::string_view owner) const;
  absl::StatusOr<size_t> WrapNextRows(const SecretKey& next, std::string& from);
  absl::Status EraseIdentities(absl::Span<const uint64_t> key_ids);
  absl::Status ForgetTags(absl::Span<const std::pair<IdentityTag, uint64_t>> tags);

  mutable absl::Mutex master_mutex_;
  MasterKeys master_keys_ ABSL_GUARDED_BY(master_mutex_);
  std::string generation_ ABSL_GUARDED_BY(master_mutex_);  // of them, as kGenerationRow has it
  // Held by whoever writes rows that another may be rewriting. Taken before every other lock.
  absl::Mutex rows_mutex_;
  SecretKey matching_key_;
  const std::function<void(const absl::Status&)> on_failure_;
  const std::unique_ptr<VaultRows> rows_;

  absl::Mutex keys_mutex_;
  uint64_t next_key_id_ ABSL_GUARDED_BY(keys_mutex_) = 1;
  size_t bundle_ ABSL_GUARDED_BY(keys_mutex_);               // how many keys are made next
  std::vector<DataKey> ready_ ABSL_GUARDED_BY(keys_mutex_);  // the next is the last
  absl::Status failure_ ABSL_GUARDED_BY(keys_mutex_);
  bool stopping_ ABSL_GUARDED_BY(keys_mutex_) = false;

  mutable absl::Mutex identities_mutex_;
  const std::unique_ptr<IdentityIndex> identities_ ABSL_PT_GUARDED_BY(identities_mutex_);
  uint64_t identities_recorded_to_ ABSL_GUARDED_BY(identities_mutex_) = 0;

  std::thread making_keys_;
};

}  // namespace klaim::privacy
