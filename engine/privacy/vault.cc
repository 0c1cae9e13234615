#include "engine/privacy/vault.h"

#include <pthread.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/record/byte_order.h"

namespace klaim::privacy {
namespace {

constexpr size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr size_t kWrappedBytes = kNonceBytes + SecretKey::size() + kTagBytes;
constexpr char kMatchingKeyName[] = "m";
constexpr char kChangeName[] = "r";
// Keys made with one sync: few at first, so that a restart leaves few unused, then twice as many each time.
constexpr size_t kFirstBundle = 256;
constexpr size_t kMaxBundle = 4'096;
// Records after which a run without identities is written, so that little is looked at again after a crash.
constexpr uint64_t kMaxRecordsBetweenRuns = 100'000;

std::string RowName(char kind, uint64_t number) {
  std::string name(1, kind);
  record::AppendBig64(name, number);
  return name;
}

std::string KeyName(uint64_t key_id) { return RowName('k', key_id); }

// The name of the row is bound in, so that what is wrapped can't be moved to another row.
std::string WrapBytes(absl::string_view clear, absl::string_view row, const SecretKey& master_key) {
  std::string wrapped(kNonceBytes + clear.size() + kTagBytes, '\0');
  auto* out = reinterpret_cast<uint8_t*>(wrapped.data());
  FillRandom(out, kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      out + kNonceBytes, nullptr, reinterpret_cast<const uint8_t*>(clear.data()), clear.size(),
      reinterpret_cast<const uint8_t*>(row.data()), row.size(), nullptr, out, master_key.data());
  return wrapped;
}

std::string Wrap(const SecretKey& key, absl::string_view row, const SecretKey& master_key) {
  return WrapBytes(absl::string_view(reinterpret_cast<const char*>(key.data()), SecretKey::size()), row,
                   master_key);
}

bool UnwrapUnder(absl::string_view wrapped, absl::string_view row, const SecretKey& master_key,
                 uint8_t* clear) {
  const auto* in = reinterpret_cast<const uint8_t*>(wrapped.data());
  return crypto_aead_xchacha20poly1305_ietf_decrypt(
             clear, nullptr, nullptr, in + kNonceBytes, wrapped.size() - kNonceBytes,
             reinterpret_cast<const uint8_t*>(row.data()), row.size(), in, master_key.data()) == 0;
}

bool Unwrap(absl::string_view wrapped, absl::string_view row, const std::vector<SecretKey>& master_keys,
            SecretKey& key) {
  if (wrapped.size() != kWrappedBytes) return false;
  return std::any_of(master_keys.begin(), master_keys.end(), [&](const SecretKey& master_key) {
    return UnwrapUnder(wrapped, row, master_key, key.data());
  });
}

// A secret is wiped by whoever asked for it.
std::optional<std::string> UnwrapBytes(absl::string_view wrapped, absl::string_view row,
                                       const std::vector<SecretKey>& master_keys) {
  if (wrapped.size() < kNonceBytes + kTagBytes) return std::nullopt;
  std::string clear(wrapped.size() - kNonceBytes - kTagBytes, '\0');
  for (const SecretKey& master_key : master_keys) {
    if (UnwrapUnder(wrapped, row, master_key, reinterpret_cast<uint8_t*>(clear.data()))) return clear;
  }
  return std::nullopt;
}

bool IsWrapped(absl::string_view row) {
  return absl::StartsWith(row, "k") || absl::StartsWith(row, "s") || row == kMatchingKeyName;
}

}  // namespace

void FillRandom(uint8_t* out, size_t size) {
  struct Pool {
    std::array<uint8_t, 4096> bytes;
    size_t used = sizeof(bytes);
    ~Pool() { sodium_memzero(bytes.data(), bytes.size()); }
  };
  thread_local Pool pool;
  if (size > pool.bytes.size()) return randombytes_buf(out, size);
  if (pool.used + size > pool.bytes.size()) {
    // One system call for the seed; libsodium's generator asks the kernel for every 256 bytes.
    uint8_t seed[randombytes_SEEDBYTES];
    randombytes_buf(seed, sizeof(seed));
    randombytes_buf_deterministic(pool.bytes.data(), pool.bytes.size(), seed);
    sodium_memzero(seed, sizeof(seed));
    pool.used = 0;
  }
  std::memcpy(out, pool.bytes.data() + pool.used, size);
  sodium_memzero(pool.bytes.data() + pool.used, size);
  pool.used += size;
}

absl::StatusOr<std::unique_ptr<Vault>> Vault::Open(const std::string& path, const SecretKey& master_key,
                                                   std::function<void(const absl::Status&)> on_failure) {
  auto rows = OpenVaultRows(path);
  if (!rows.ok()) return rows.status();
  auto identities = IdentityIndex::Begin(path);
  if (!identities.ok()) return identities.status();
  return Open(*std::move(rows), *std::move(identities), master_key, std::nullopt, std::move(on_failure));
}

absl::StatusOr<std::unique_ptr<Vault>> Vault::Open(std::unique_ptr<VaultRows> rows,
                                                   std::unique_ptr<IdentityIndex> identities,
                                                   const SecretKey& master_key,
                                                   const std::optional<SecretKey>& next_master_key,
                                                   std::function<void(const absl::Status&)> on_failure,
                                                   KeyMaking key_making) {
  if (sodium_init() < 0) return absl::InternalError("libsodium can't start on this machine");
  std::unique_ptr<Vault> vault(
      new Vault(std::move(rows), std::move(identities), {master_key}, std::move(on_failure)));
  if (absl::Status status = vault->ChooseMasterKeys(next_master_key); !status.ok()) return status;
  if (absl::Status status = vault->Recover(); !status.ok()) return status;
  if (key_making == KeyMaking::kWhenNeeded) return vault;
  if (absl::Status status = vault->MakeKeysAhead(); !status.ok()) return status;
  return vault;
}

absl::Status Vault::MakeKeysAhead() {
  auto next = NextKeyId();
  if (!next.ok()) return next.status();
  {
    absl::MutexLock lock(&keys_mutex_);
    next_key_id_ = *next;
  }
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
  if (absl::Status status = LoadMatchingKey(); !status.ok()) return status;
  auto next = NextKeyId();
  if (!next.ok()) return next.status();
  {
    absl::MutexLock lock(&keys_mutex_);
    next_key_id_ = *next;
  }
  return LoadIdentities();
}

absl::StatusOr<uint64_t> Vault::NextKeyId() const {
  uint64_t next = 1;
  for (const char* kind : {"k", "e"}) {
    auto last = rows_->Last(kind);
    if (!last.ok()) return last.status();
    if (last->size() == 9) next = std::max(next, record::LoadBig64(last->data() + 1) + 1);
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

// Rows are wrapped under the next key only once a change to it has begun; it may have ended, but for the key
// being put in its place.
absl::Status Vault::ChooseMasterKeys(const std::optional<SecretKey>& next_master_key) {
  auto under_way = ChangeUnderWay();
  if (!under_way.ok()) return under_way.status();
  auto wrapped = rows_->Get(*under_way ? kChangeName : kMatchingKeyName);
  if (absl::IsNotFound(wrapped.status())) return absl::OkStatus();
  if (!wrapped.ok()) return wrapped.status();
  SecretKey ignored;
  absl::MutexLock lock(&master_mutex_);
  const absl::string_view row = *under_way ? kChangeName : kMatchingKeyName;
  if (!*under_way && Unwrap(*wrapped, row, master_keys_, ignored)) return absl::OkStatus();
  const bool next_opens = next_master_key.has_value() && Unwrap(*wrapped, row, {*next_master_key}, ignored);
  if (next_opens && *under_way) master_keys_.insert(master_keys_.begin(), *next_master_key);
  if (next_opens && !*under_way) master_keys_ = {*next_master_key};
  if (next_opens || !*under_way) return absl::OkStatus();  // LoadMatchingKey refuses a wrong key
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

absl::Status Vault::LoadIdentities() {
  absl::MutexLock lock(&identities_mutex_);
  absl::Status status;
  absl::Status scanned = rows_->Scan("i", "i", [&](absl::string_view name, absl::string_view run) {
    if (name.size() < 9 || run.size() % 16 != 0) {
      status = absl::DataLossError("a run of identity tags in the vault is damaged");
      return false;
    }
    identities_recorded_to_ = record::LoadBig64(name.data() + 1);
    for (size_t at = 0; at < run.size(); at += 16) {
      identities_mutex_.AssertHeld();
      status =
          identities_->Note(record::LoadLittle64(run.data() + at + 8), record::LoadLittle64(run.data() + at));
      if (!status.ok()) return false;
    }
    return true;
  });
  return scanned.ok() ? status : scanned;
}

absl::StatusOr<std::vector<DataKey>> Vault::MakeKeys(uint64_t first_id, size_t count) {
  std::vector<DataKey> keys(count);
  std::vector<VaultRow> rows(count);
  absl::MutexLock lock(&rows_mutex_);
  const SecretKey master_key = master_keys().front();
  for (size_t i = 0; i < count; ++i) {
    keys[count - 1 - i].key_id = first_id + i;
    SecretKey& key = keys[count - 1 - i].key;
    FillRandom(key.data(), SecretKey::size());
    rows[i].name = KeyName(first_id + i);
    rows[i].value = Wrap(key, rows[i].name, master_key);
  }
  absl::Status written = rows_->Add(rows);
  if (!written.ok()) return written;
  return keys;
}

// One bundle more, by one thread at a time.
absl::Status Vault::MakeBundle() {
  uint64_t first_id = 0;
  size_t count = 0;
  {
    absl::MutexLock lock(&keys_mutex_);
    first_id = next_key_id_;
    count = bundle_;
  }
  auto made = MakeKeys(first_id, count);
  absl::StatusOr<uint64_t> next = first_id + count;
  // Another node made keys meanwhile, or this one did and never learnt of it: those numbers are taken.
  const bool taken = absl::IsAlreadyExists(made.status());
  if (taken) next = NextKeyId();
  if (!taken && !made.ok()) return made.status();
  if (!next.ok()) return next.status();
  absl::MutexLock lock(&keys_mutex_);
  next_key_id_ = *next;
  if (taken) return absl::OkStatus();
  bundle_ = std::min(2 * bundle_, kMaxBundle);
  made->insert(made->end(), std::make_move_iterator(ready_.begin()), std::make_move_iterator(ready_.end()));
  ready_ = *std::move(made);
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
  while (!making_keys_.joinable()) {
    {
      absl::MutexLock lock(&keys_mutex_);
      if (!ready_.empty()) break;
    }
    if (absl::Status status = MakeBundle(); !status.ok()) return status;
  }
  absl::MutexLock lock(&keys_mutex_);
  const auto some = [this]() ABSL_SHARED_LOCKS_REQUIRED(keys_mutex_) { return !ready_.empty() || stopping_; };
  keys_mutex_.Await(absl::Condition(&some));
  if (ready_.empty()) {
    return failure_.ok() ? absl::UnavailableError("klaimd is stopping: try again, with the same request_id")
                         : failure_;
  }
  DataKey key = std::move(ready_.back());
  ready_.pop_back();
  return key;
}

absl::StatusOr<DataKey> Vault::Open(uint64_t key_id) const {
  const std::string row = KeyName(key_id);
  auto wrapped = rows_->Get(row);
  if (absl::IsNotFound(wrapped.status())) {
    return absl::NotFoundError(absl::StrCat("the vault has no data key ", key_id));
  }
  if (!wrapped.ok()) return wrapped.status();
  DataKey key;
  key.key_id = key_id;
  if (!Unwrap(*wrapped, row, master_keys(), key.key)) {
    return absl::DataLossError(absl::StrCat("data key ", key_id, " of the vault is damaged"));
  }
  return key;
}

absl::StatusOr<std::vector<DataKey>> Vault::OpenFrom(uint64_t first_key_id, size_t most) const {
  const MasterKeys masters = master_keys();
  std::vector<DataKey> keys;
  absl::Status damaged;
  absl::Status scanned =
      rows_->Scan(KeyName(first_key_id), "k", [&](absl::string_view name, absl::string_view wrapped) {
        DataKey& key = keys.emplace_back();
        key.key_id = record::LoadBig64(name.data() + 1);
        if (!Unwrap(wrapped, name, masters, key.key)) {
          damaged = absl::DataLossError(absl::StrCat("data key ", key.key_id, " of the vault is damaged"));
        }
        return damaged.ok() && keys.size() < most;
      });
  if (!scanned.ok()) return scanned;
  if (!damaged.ok()) return damaged;
  return keys;
}

IdentityTag Vault::Tag(absl::string_view kind, absl::string_view text) const {
  const std::string named = absl::StrCat(kind, absl::string_view("\0", 1), text);
  uint8_t hash[crypto_generichash_BYTES_MIN];
  crypto_generichash(hash, sizeof(hash), reinterpret_cast<const uint8_t*>(named.data()), named.size(),
                     matching_key_.data(), SecretKey::size());
  return record::LoadLittle64(reinterpret_cast<const char*>(hash));
}

absl::StatusOr<std::vector<uint64_t>> Vault::NoteIdentity(const Identity& identity) {
  std::vector<uint64_t> similar;
  absl::MutexLock lock(&identities_mutex_);
  for (IdentityTag tag : identity.tags) {
    absl::Status status = identities_->AppendKeysOf(tag, similar);
    if (status.ok()) status = identities_->Note(tag, identity.key_id);
    if (status.ok()) continue;
    on_failure_(status);
    return status;
  }
  std::sort(similar.begin(), similar.end());
  similar.erase(std::unique(similar.begin(), similar.end()), similar.end());
  return similar;
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

absl::Status Vault::RecordIdentities(uint64_t first_sequence, absl::Span<const Identity> identities) {
  if (identities.empty() && first_sequence < identities_recorded_to() + kMaxRecordsBetweenRuns) {
    return absl::OkStatus();
  }
  std::string run;
  for (const Identity& identity : identities) {
    for (IdentityTag tag : identity.tags) {
      char entry[16];
      record::StoreLittle64(entry, identity.key_id);
      record::StoreLittle64(entry + 8, tag);
      run.append(entry, sizeof(entry));
    }
  }
  std::string name = RowName('i', first_sequence);
  if (rows_->shared()) {
    // A writer that lost the docket writes its run beside the one of whoever has it.
    uint8_t mark[8];
    FillRandom(mark, sizeof(mark));
    name.append(reinterpret_cast<const char*>(mark), sizeof(mark));
  }
  absl::Status written = rows_->Write({{std::move(name), std::move(run)}}, false);
  absl::MutexLock lock(&identities_mutex_);
  identities_recorded_to_ = first_sequence;
  return written;
}

absl::Status Vault::Erase(absl::Span<const uint64_t> key_ids) {
  absl::MutexLock lock(&rows_mutex_);
  if (absl::Status status = EraseIdentities(key_ids); !status.ok()) return status;
  for (size_t done = 0; done < key_ids.size(); done += kMaxBundle) {
    std::vector<VaultRow> rows;
    for (uint64_t key_id : key_ids.subspan(done, kMaxBundle)) {
      rows.push_back({KeyName(key_id), std::nullopt});
      rows.push_back({RowName('e', key_id), ""});
    }
    if (absl::Status deleted = rows_->Write(rows, true); !deleted.ok()) return deleted;
  }
  return rows_->ForceOutOfFiles();
}

absl::Status Vault::Adopt(absl::Span<const DataKey> keys, absl::Span<const uint64_t> not_ours) {
  absl::MutexLock lock(&rows_mutex_);
  const SecretKey master_key = master_keys().front();
  for (size_t done = 0; done < keys.size(); done += kMaxBundle) {
    std::vector<VaultRow> rows;
    for (const DataKey& key : keys.subspan(done, kMaxBundle)) {
      const std::string name = KeyName(key.key_id);
      rows.push_back({name, Wrap(key.key, name, master_key)});
    }
    if (absl::Status written = rows_->Write(rows, true); !written.ok()) return written;
  }
  for (size_t done = 0; done < not_ours.size(); done += kMaxBundle) {
    std::vector<VaultRow> rows;
    for (uint64_t key_id : not_ours.subspan(done, kMaxBundle)) rows.push_back({RowName('e', key_id), ""});
    if (absl::Status written = rows_->Write(rows, true); !written.ok()) return written;
  }
  return absl::OkStatus();
}

// Tags of a person stand in a run with those of others who were filed at the same time.
absl::Status Vault::EraseIdentities(absl::Span<const uint64_t> key_ids) {
  const absl::flat_hash_set<uint64_t> gone(key_ids.begin(), key_ids.end());
  std::vector<VaultRow> rewritten;
  std::vector<std::pair<IdentityTag, uint64_t>> forgotten;
  absl::Status scanned = rows_->Scan("i", "i", [&](absl::string_view name, absl::string_view run) {
    std::string kept;
    for (size_t at = 0; at + 16 <= run.size(); at += 16) {
      const uint64_t key_id = record::LoadLittle64(run.data() + at);
      if (gone.contains(key_id)) {
        forgotten.emplace_back(record::LoadLittle64(run.data() + at + 8), key_id);
      } else {
        kept.append(run.data() + at, 16);
      }
    }
    if (kept.size() != run.size()) rewritten.push_back({std::string(name), std::move(kept)});
    return true;
  });
  if (!scanned.ok()) return scanned;
  if (absl::Status written = rows_->Write(rewritten, true); !written.ok()) return written;
  absl::MutexLock lock(&identities_mutex_);
  for (const auto& [tag, key_id] : forgotten) {
    if (absl::Status status = identities_->Forget(tag, key_id); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Vault::ChangeMasterKey(const SecretKey& next, absl::FunctionRef<void(uint64_t rows)> progress) {
  {
    absl::MutexLock rows_lock(&rows_mutex_);
    absl::MutexLock lock(&master_mutex_);
    if (sodium_memcmp(master_keys_.front().data(), next.data(), SecretKey::size()) != 0) {
      master_keys_.insert(master_keys_.begin(), next);
    }
    absl::Status begun = rows_->Write({{kChangeName, Wrap(matching_key_, kChangeName, next)}}, true);
    if (!begun.ok()) return begun;
  }
  std::string from;
  uint64_t done = 0;
  for (bool more = true; more; progress(done)) {
    auto wrapped = WrapNextRows(next, from);
    if (!wrapped.ok()) return wrapped.status();
    done += *wrapped;
    more = *wrapped == kMaxBundle;
  }
  if (absl::Status status = rows_->ForceOutOfFiles(); !status.ok()) return status;
  if (absl::Status ended = rows_->Write({{kChangeName, std::nullopt}}, true); !ended.ok()) return ended;
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
  if (absl::Status written = rows_->Write(rows, true); !written.ok()) return written;
  return rows.size();
}

absl::StatusOr<bool> Vault::WasErased(uint64_t key_id) const {
  auto found = rows_->Get(RowName('e', key_id));
  if (absl::IsNotFound(found.status())) return false;
  if (!found.ok()) return found.status();
  return true;
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
  if (absl::Status status = PutSecret(name, ""); !status.ok()) return status;
  absl::MutexLock lock(&rows_mutex_);
  return rows_->ForceOutOfFiles();
}

absl::StatusOr<std::string> Vault::GetSecret(absl::string_view name) const {
  const std::string row = absl::StrCat("s", name);
  auto wrapped = rows_->Get(row);
  if (absl::IsNotFound(wrapped.status())) return absl::NotFoundError("the vault has no such secret");
  if (!wrapped.ok()) return wrapped.status();
  std::optional<std::string> clear = UnwrapBytes(*wrapped, row, master_keys());
  if (!clear.has_value()) return absl::DataLossError("a secret of the vault is damaged");
  return *std::move(clear);
}

uint64_t Vault::identities_recorded_to() const {
  absl::MutexLock lock(&identities_mutex_);
  return identities_recorded_to_;
}

}  // namespace klaim::privacy
