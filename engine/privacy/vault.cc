#include "engine/privacy/vault.h"

#include <pthread.h>
#include <sodium.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/privacy/wrapping.h"
#include "engine/record/byte_order.h"

namespace klaim::privacy {
namespace {

// Of what is written at once: it fits into a message to another machine.
constexpr size_t kMaxWriteBytes = 4 << 20;
constexpr char kMatchingKeyName[] = "m";
constexpr char kChangeName[] = "r";
// Keys made with one sync: few at first, so that a restart leaves few unused, then twice as many each time.
constexpr size_t kFirstBundle = 256;
constexpr size_t kMaxBundle = 4'096;

std::string KeyName(uint64_t key_id) { return RowName('k', key_id); }

absl::Status NoSuchKey(uint64_t key_id) {
  return absl::NotFoundError(absl::StrCat("the vault has no data key ", key_id));
}

bool IsWrapped(absl::string_view row) {
  return absl::StartsWith(row, "k") || absl::StartsWith(row, "s") || row == kMatchingKeyName;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Vault>> Vault::Open(const std::string& path, const SecretKey& master_key,
                                                   std::function<void(const absl::Status&)> on_failure) {
  ASSIGN_OR_RETURN(auto rows, OpenVaultRows(path));
  ASSIGN_OR_RETURN(auto identities, IdentityIndex::Begin(path));
  return Open(std::move(rows), std::move(identities), master_key, std::nullopt, std::move(on_failure));
}

absl::StatusOr<std::unique_ptr<Vault>> Vault::Open(std::unique_ptr<VaultRows> rows,
                                                   std::unique_ptr<IdentityIndex> identities,
                                                   const SecretKey& master_key,
                                                   const std::optional<SecretKey>& next_master_key,
                                                   std::function<void(const absl::Status&)> on_failure) {
  if (sodium_init() < 0) return absl::InternalError("libsodium can't start on this machine");
  std::unique_ptr<Vault> vault(
      new Vault(std::move(rows), std::move(identities), {master_key}, std::move(on_failure)));
  // The generation first: a change that begins after it is met at the first write, one before it by the choice of keys.
  RETURN_IF_ERROR(vault->LoadGeneration());
  RETURN_IF_ERROR(vault->ChooseMasterKeys(next_master_key));
  RETURN_IF_ERROR(vault->Recover());
  return vault;
}

absl::Status Vault::MakeKeysAhead() {
  ASSIGN_OR_RETURN(auto next, NextKeyId());
  TakeNumbersBefore(next);
  making_keys_ = std::thread([this] { MakeKeysLoop(); });
  pthread_setname_np(making_keys_.native_handle(), "making-keys");
  return absl::OkStatus();
}

Vault::Vault(std::unique_ptr<VaultRows> rows, std::unique_ptr<IdentityIndex> identities,
             MasterKeys master_keys, std::function<void(const absl::Status&)> on_failure)
    : master_keys_(std::move(master_keys)),
      on_failure_(std::move(on_failure)),
      rows_(std::move(rows)),
      bundle_(kFirstBundle),
      identities_(std::move(identities)) {}

Vault::~Vault() {
  {
    absl::MutexLock lock(&keys_mutex_);
    stopping_ = true;
  }
  if (making_keys_.joinable()) making_keys_.join();
}

Vault::MasterKeys Vault::master_keys() const {
  absl::MutexLock lock(&master_mutex_);
  return master_keys_;
}

absl::Status Vault::Recover() {
  RETURN_IF_ERROR(LoadMatchingKey());
  ASSIGN_OR_RETURN(auto next, NextKeyId());
  TakeNumbersBefore(next);
  return LoadIdentities();
}

void Vault::TakeNumbersBefore(uint64_t next_key_id) {
  absl::MutexLock lock(&keys_mutex_);
  next_key_id_ = std::max(next_key_id_, next_key_id);
}

absl::StatusOr<uint64_t> Vault::NextKeyId() const {
  uint64_t next = 1;
  for (const char* kind : {"k", "e"}) {
    ASSIGN_OR_RETURN(auto last, rows_->Last(kind));
    if (last.size() == 9) next = std::max(next, record::LoadBig64(last.data() + 1) + 1);
  }
  return next;
}

absl::StatusOr<bool> Vault::ChangeUnderWay() const {
  auto found = rows_->Get(kChangeName);
  if (absl::IsNotFound(found.status())) return false;
  if (!found.ok()) return found.status();
  return true;
}

bool Vault::IsUnder(const SecretKey& master_key) const {
  const SecretKey used = master_keys().front();
  return sodium_memcmp(used.data(), master_key.data(), SecretKey::size()) == 0;
}

absl::Status Vault::LoadGeneration() {
  auto generation = rows_->Get(kGenerationRow);
  if (!generation.ok() && !absl::IsNotFound(generation.status())) return generation.status();
  absl::MutexLock lock(&master_mutex_);
  generation_ = generation.value_or("");
  rows_->ExpectGeneration(generation_);
  return absl::OkStatus();
}

// Whether the rows are still wrapped under the master keys in use here.
absl::Status Vault::CheckGeneration() const {
  if (!rows_->shared()) return absl::OkStatus();
  absl::Status changed;
  {
    absl::MutexLock lock(&master_mutex_);
    auto generation = rows_->Get(kGenerationRow);
    if (!generation.ok() && !absl::IsNotFound(generation.status())) return generation.status();
    if (generation.value_or("") == generation_) return absl::OkStatus();
    changed = absl::FailedPreconditionError(
        "another node changed the docket's master key: put the new one in its place on this node too");
  }
  on_failure_(changed);
  return changed;
}

absl::Status Vault::NotOpened(absl::string_view what) const {
  RETURN_IF_ERROR(CheckGeneration());
  return absl::DataLossError(absl::StrCat(what, " of the vault is damaged"));
}

// Rows are wrapped under the next key only once a change to it has begun; it may have ended, but for the key
// being put in its place.
absl::Status Vault::ChooseMasterKeys(const std::optional<SecretKey>& next_master_key) {
  ASSIGN_OR_RETURN(auto under_way, ChangeUnderWay());
  auto wrapped = rows_->Get(under_way ? kChangeName : kMatchingKeyName);
  if (absl::IsNotFound(wrapped.status())) return absl::OkStatus();
  if (!wrapped.ok()) return wrapped.status();
  SecretKey ignored;
  absl::MutexLock lock(&master_mutex_);
  const absl::string_view row = under_way ? kChangeName : kMatchingKeyName;
  if (!under_way && Unwrap(*wrapped, row, master_keys_, ignored)) return absl::OkStatus();
  const bool next_opens = next_master_key.has_value() && Unwrap(*wrapped, row, {*next_master_key}, ignored);
  if (next_opens && under_way) master_keys_.insert(master_keys_.begin(), *next_master_key);
  if (next_opens && !under_way) master_keys_ = {*next_master_key};
  if (next_opens || !under_way) return absl::OkStatus();  // LoadMatchingKey refuses a wrong key
  return absl::FailedPreconditionError(
      "the master key was being changed: put the next one back where it was, so that the change can be "
      "ended");
}

absl::Status Vault::LoadMatchingKey() {
  auto wrapped = rows_->Get(kMatchingKeyName);
  if (absl::IsNotFound(wrapped.status())) {
    FillRandom(matching_key_.data(), SecretKey::size());
    const std::string fresh = Wrap(matching_key_, kMatchingKeyName, master_keys().front());
    absl::Status added = rows_->Add({{kMatchingKeyName, fresh}});
    if (!absl::IsAlreadyExists(added)) return added;
    wrapped = rows_->Get(kMatchingKeyName);  // another node was first
  }
  if (!wrapped.ok()) return wrapped.status();
  if (!Unwrap(*wrapped, kMatchingKeyName, master_keys(), matching_key_)) {
    return absl::PermissionDeniedError("this master key is not the one that the vault was made with");
  }
  return absl::OkStatus();
}

// All or none.
absl::StatusOr<std::vector<DataKey>> Vault::AddKeys(uint64_t first_id, size_t count,
                                                    absl::string_view owner) {
  std::vector<DataKey> keys(count);
  std::vector<VaultRow> rows(count);
  absl::MutexLock lock(&rows_mutex_);
  const SecretKey master_key = master_keys().front();
  for (size_t i = 0; i < count; ++i) {
    keys[count - 1 - i].key_id = first_id + i;
    SecretKey& key = keys[count - 1 - i].key;
    FillRandom(key.data(), SecretKey::size());
    rows[i].name = KeyName(first_id + i);
    rows[i].value = WrapKey(key, owner, rows[i].name, master_key);
  }
  RETURN_IF_ERROR(rows_->Add(rows));
  return keys;
}

// Under numbers that nobody had, the highest first.
absl::StatusOr<std::vector<DataKey>> Vault::MakeKeys(size_t count, absl::string_view owner) {
  while (true) {
    uint64_t first_id = 0;
    {
      absl::MutexLock lock(&keys_mutex_);
      first_id = next_key_id_;
      next_key_id_ += count;
    }
    auto made = AddKeys(first_id, count, owner);
    if (!absl::IsAlreadyExists(made.status())) return made;
    // Another node made keys meanwhile, or this one did and never learnt of it: those numbers are taken.
    ASSIGN_OR_RETURN(auto next, NextKeyId());
    TakeNumbersBefore(next);
  }
}

absl::Status Vault::MakeBundle() {
  size_t count = 0;
  {
    absl::MutexLock lock(&keys_mutex_);
    count = bundle_;
  }
  ASSIGN_OR_RETURN(auto made, MakeKeys(count, kPersonsKey));
  absl::MutexLock lock(&keys_mutex_);
  bundle_ = std::min(2 * count, kMaxBundle);
  made.insert(made.end(), std::make_move_iterator(ready_.begin()), std::make_move_iterator(ready_.end()));
  ready_ = std::move(made);
  return absl::OkStatus();
}

void Vault::MakeKeysLoop() {
  const auto wanted = [this]() ABSL_SHARED_LOCKS_REQUIRED(keys_mutex_) {
    return ready_.size() <= bundle_ / 4 || stopping_;
  };
  while (true) {
    {
      absl::MutexLock lock(&keys_mutex_);
      keys_mutex_.Await(absl::Condition(&wanted));
      if (stopping_) return;
    }
    const absl::Status made = MakeBundle();
    if (made.ok()) continue;
    {
      absl::MutexLock lock(&keys_mutex_);
      failure_ = made;
      stopping_ = true;
    }
    return on_failure_(made);
  }
}

absl::StatusOr<DataKey> Vault::NewKey() {
  const auto some = [this]() ABSL_SHARED_LOCKS_REQUIRED(keys_mutex_) { return !ready_.empty() || stopping_; };
  while (true) {
    {
      absl::MutexLock lock(&keys_mutex_);
      if (making_keys_.joinable()) keys_mutex_.Await(absl::Condition(&some));
      if (!ready_.empty()) {
        DataKey key = std::move(ready_.back());
        ready_.pop_back();
        return key;
      }
      if (!failure_.ok()) return failure_;
      if (stopping_) {
        return absl::UnavailableError("klaimd is stopping: try again, with the same request_id");
      }
    }
    RETURN_IF_ERROR(MakeBundle());
  }
}

absl::StatusOr<DataKey> Vault::NewKeyOf(absl::string_view owner) {
  ASSIGN_OR_RETURN(auto made, MakeKeys(1, owner));
  return std::move(made.front());
}

absl::StatusOr<DataKey> Vault::Open(uint64_t key_id, absl::string_view owner) const {
  const std::string row = KeyName(key_id);
  auto wrapped = rows_->Get(row);
  if (absl::IsNotFound(wrapped.status())) return NoSuchKey(key_id);
  if (!wrapped.ok()) return wrapped.status();
  const std::optional<OwnedKey> opened = UnwrapKey(*wrapped, row, master_keys());
  if (!opened.has_value()) return NotOpened(absl::StrCat("data key ", key_id));
  if (!opened->BelongsTo(owner)) return NoSuchKey(key_id);
  return DataKey{key_id, opened->key};
}

absl::StatusOr<Vault::KeysFrom> Vault::OpenFrom(uint64_t first_key_id, size_t most) const {
  const MasterKeys before = master_keys();
  KeysFrom found;
  absl::Status scanned =
      rows_->Scan(KeyName(first_key_id), "k", [&](absl::string_view name, absl::string_view wrapped) {
        const uint64_t key_id = record::LoadBig64(name.data() + 1);
        std::optional<OwnedKey> opened = UnwrapKey(wrapped, name, before);
        // The master key may be changed here meanwhile.
        if (!opened.has_value()) opened = UnwrapKey(wrapped, name, master_keys());
        found.last_key_id = key_id;
        if (!opened.has_value()) {
          found.damaged.push_back(key_id);
        } else if (opened->BelongsTo(kPersonsKey)) {
          found.keys.push_back({key_id, opened->key});
        }
        return found.keys.size() + found.damaged.size() < most;
      });
  if (!scanned.ok()) return scanned;
  if (found.damaged.empty()) return found;
  RETURN_IF_ERROR(CheckGeneration());
  return found;
}

void Vault::GiveBack(const Identity& identity) {
  {
    absl::MutexLock lock(&identities_mutex_);
    for (IdentityTag tag : identity.tags) {
      absl::Status forgotten = identities_->Forget(tag, identity.key_id);
      if (!forgotten.ok()) return on_failure_(forgotten);
    }
  }
  // Nothing sealed under it was kept, so it is as good as new.
  absl::StatusOr<DataKey> key = Open(identity.key_id);
  absl::MutexLock lock(&keys_mutex_);
  if (key.ok() && ready_.size() < 2 * kMaxBundle) ready_.push_back(*std::move(key));
}

absl::Status Vault::RequireKeys(absl::Span<const Identity> persons) const {
  if (persons.empty() || !rows_->shared()) return absl::OkStatus();
  std::vector<std::string> names;
  for (const Identity& person : persons) names.push_back(KeyName(person.key_id));
  const absl::Status there = rows_->RequireAll(names);
  if (!absl::IsNotFound(there)) return there;
  return absl::DataLossError(
      "the vault has lost data keys that were made in it: nothing is recorded under them. Was its machine "
      "given a backup while klaimd ran?");
}

// Durable, in parts that fit into a message to another machine. May be repeated when it was cut off.
absl::Status Vault::WriteInParts(const std::vector<VaultRow>& rows) {
  std::vector<VaultRow> part;
  size_t bytes = 0;
  for (const VaultRow& row : rows) {
    part.push_back(row);
    bytes += row.name.size() + (row.value.has_value() ? row.value->size() : 0);
    if (part.size() < kMaxBundle && bytes < kMaxWriteBytes) continue;
    RETURN_IF_ERROR(rows_->Write(part, true));
    part.clear();
    bytes = 0;
  }
  return part.empty() ? absl::OkStatus() : rows_->Write(part, true);
}

// Who can't be told, since the row is damaged, is nobody else.
absl::StatusOr<bool> Vault::IsAnothers(uint64_t key_id, absl::string_view owner) const {
  const std::string row = KeyName(key_id);
  auto wrapped = rows_->Get(row);
  if (absl::IsNotFound(wrapped.status())) return false;
  if (!wrapped.ok()) return wrapped.status();
  const std::optional<OwnedKey> opened = UnwrapKey(*wrapped, row, master_keys());
  return opened.has_value() && !opened->BelongsTo(owner);
}

absl::Status Vault::Erase(absl::Span<const uint64_t> key_ids, absl::string_view owner) {
  absl::MutexLock lock(&rows_mutex_);
  if (owner == kPersonsKey) {
    RETURN_IF_ERROR(EraseIdentities(key_ids));
  }
  std::vector<VaultRow> rows;
  for (uint64_t key_id : key_ids) {
    ASSIGN_OR_RETURN(const bool anothers, IsAnothers(key_id, owner));
    if (anothers) continue;
    // In this order, so that a number whose key is gone is never free.
    rows.push_back({RowName('e', key_id), ""});
    rows.push_back({KeyName(key_id), std::nullopt});
  }
  RETURN_IF_ERROR(WriteInParts(rows));
  return rows_->ForceOutOfFiles();
}

absl::Status Vault::NeverGive(absl::Span<const uint64_t> key_ids) {
  if (key_ids.empty()) return absl::OkStatus();
  TakeNumbersBefore(*std::max_element(key_ids.begin(), key_ids.end()) + 1);
  std::vector<VaultRow> rows;
  for (uint64_t key_id : key_ids) rows.push_back({RowName('e', key_id), ""});
  return WriteInParts(rows);
}

absl::Status Vault::Adopt(absl::Span<const DataKey> keys, absl::Span<const uint64_t> not_ours) {
  {
    absl::MutexLock lock(&rows_mutex_);
    const SecretKey master_key = master_keys().front();
    std::vector<VaultRow> rows;
    for (const DataKey& key : keys) {
      TakeNumbersBefore(key.key_id + 1);
      const std::string name = KeyName(key.key_id);
      rows.push_back({name, WrapKey(key.key, kPersonsKey, name, master_key)});
    }
    RETURN_IF_ERROR(WriteInParts(rows));
  }
  return NeverGive(not_ours);
}

absl::Status Vault::ChangeMasterKey(const SecretKey& next, absl::FunctionRef<void(uint64_t rows)> progress) {
  {
    absl::MutexLock rows_lock(&rows_mutex_);
    absl::MutexLock lock(&master_mutex_);
    if (sodium_memcmp(master_keys_.front().data(), next.data(), SecretKey::size()) != 0) {
      master_keys_.insert(master_keys_.begin(), next);
    }
    std::string generation;
    record::AppendBig64(generation, (generation_.empty() ? 0 : record::LoadBig64(generation_.data())) + 1);
    RETURN_IF_ERROR(rows_->Write(
        {{kChangeName, Wrap(matching_key_, kChangeName, next)}, {kGenerationRow, generation}}, true));
    generation_ = generation;
  }
  std::string from;
  uint64_t done = 0;
  for (bool more = true; more; progress(done)) {
    ASSIGN_OR_RETURN(auto wrapped, WrapNextRows(next, from));
    done += wrapped;
    more = wrapped == kMaxBundle;
  }
  RETURN_IF_ERROR(rows_->ForceOutOfFiles());
  RETURN_IF_ERROR(rows_->Write({{kChangeName, std::nullopt}}, true));
  absl::MutexLock lock(&master_mutex_);
  master_keys_ = {next};
  return absl::OkStatus();
}

// Some rows from `from` on, which is left behind the last of them; how many.
absl::StatusOr<size_t> Vault::WrapNextRows(const SecretKey& next, std::string& from) {
  const MasterKeys keys = master_keys();
  absl::MutexLock lock(&rows_mutex_);
  std::vector<VaultRow> rows;
  bool damaged = false;
  absl::Status scanned = rows_->Scan(from, "", [&](absl::string_view name, absl::string_view value) {
    if (!IsWrapped(name)) return true;
    std::optional<std::string> clear = UnwrapBytes(value, name, keys);
    damaged = !clear.has_value();
    if (damaged) return false;
    rows.push_back({std::string(name), WrapBytes(*clear, name, next)});
    sodium_memzero(clear->data(), clear->size());
    return rows.size() < kMaxBundle;
  });
  if (!scanned.ok()) return scanned;
  if (damaged) {
    return absl::DataLossError("a row of the vault opens under neither master key: it is damaged");
  }
  if (!rows.empty()) from = absl::StrCat(rows.back().name, absl::string_view("\0", 1));
  RETURN_IF_ERROR(rows_->Write(rows, true));
  return rows.size();
}

absl::StatusOr<bool> Vault::WasErased(uint64_t key_id) const {
  auto found = rows_->Get(RowName('e', key_id));
  if (absl::IsNotFound(found.status())) return false;
  if (!found.ok()) return found.status();
  return true;
}

bool Vault::IsWhole(absl::string_view name, absl::string_view value, const MasterKeys& master_keys) {
  if (IsWrapped(name) || name == kChangeName) {
    std::optional<std::string> opened = UnwrapBytes(value, name, master_keys);
    if (opened.has_value()) sodium_memzero(opened->data(), opened->size());
    return opened.has_value();
  }
  return !absl::StartsWith(name, "i") || (name.size() >= 9 && value.size() % 16 == 0);
}

absl::Status Vault::BackUp(const std::string& folder, uint32_t keep) const {
  return rows_->BackUp(folder, keep);
}

absl::Status Vault::PutSecret(absl::string_view name, absl::string_view secret) {
  const std::string row = absl::StrCat("s", name);
  absl::MutexLock lock(&rows_mutex_);
  VaultRow changed{row, std::nullopt};
  if (!secret.empty()) changed.value = WrapBytes(secret, row, master_keys().front());
  return rows_->Write({changed}, true);
}

absl::Status Vault::DestroySecret(absl::string_view name) {
  RETURN_IF_ERROR(PutSecret(name, ""));
  absl::MutexLock lock(&rows_mutex_);
  return rows_->ForceOutOfFiles();
}

absl::StatusOr<std::string> Vault::GetSecret(absl::string_view name) const {
  const std::string row = absl::StrCat("s", name);
  auto wrapped = rows_->Get(row);
  if (absl::IsNotFound(wrapped.status())) return absl::NotFoundError("the vault has no such secret");
  if (!wrapped.ok()) return wrapped.status();
  std::optional<std::string> clear = UnwrapBytes(*wrapped, row, master_keys());
  if (!clear.has_value()) return NotOpened("a secret");
  return *std::move(clear);
}

}  // namespace klaim::privacy
