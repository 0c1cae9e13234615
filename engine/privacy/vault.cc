#include "engine/privacy/vault.h"

#include <pthread.h>
#include <rocksdb/db.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "absl/strings/str_cat.h"
#include "engine/record/byte_order.h"
#include "engine/storage/database_backup.h"

namespace klaim::privacy {
namespace {

constexpr size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr size_t kWrappedBytes = kNonceBytes + SecretKey::size() + kTagBytes;
constexpr char kMatchingKeyName[] = "m";
constexpr char kChangeName[] = "r";
// Enough for a reviewer; more would be a made-up number like 0000000000000000.
constexpr size_t kMaxKeysOfTag = 20;
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

bool IsWrapped(const rocksdb::Slice& row) {
  return row.starts_with("k") || row.starts_with("s") || row == kMatchingKeyName;
}

rocksdb::WriteOptions Durable() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

absl::Status FromVault(const rocksdb::Status& status, absl::string_view doing) {
  if (status.ok()) return absl::OkStatus();
  if (status.IsCorruption()) return absl::DataLossError(absl::StrCat(doing, ": ", status.ToString()));
  return absl::InternalError(absl::StrCat(doing, ": ", status.ToString()));
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
  return Open(path, master_key, std::nullopt, std::move(on_failure));
}

absl::StatusOr<std::unique_ptr<Vault>> Vault::Open(const std::string& path, const SecretKey& master_key,
                                                   const std::optional<SecretKey>& next_master_key,
                                                   std::function<void(const absl::Status&)> on_failure) {
  if (sodium_init() < 0) return absl::InternalError("libsodium can't start on this machine");
  rocksdb::Options options;
  options.create_if_missing = true;
  options.paranoid_checks = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.keep_log_file_num = 4;
  options.write_buffer_size = 32 << 20;
  options.compression = rocksdb::kNoCompression;
  std::unique_ptr<Vault> vault(new Vault({master_key}, std::move(on_failure)));
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened = rocksdb::DB::Open(options, path, &db);
  if (!opened.ok()) return FromVault(opened, absl::StrCat("opening the vault in ", path));
  vault->db_.reset(db);
  if (absl::Status status = vault->ChooseMasterKeys(next_master_key); !status.ok()) return status;
  if (absl::Status status = vault->Recover(); !status.ok()) return status;
  vault->making_keys_ = std::thread([self = vault.get()] { self->MakeKeysLoop(); });
  pthread_setname_np(vault->making_keys_.native_handle(), "making-keys");
  return vault;
}

Vault::Vault(MasterKeys master_keys, std::function<void(const absl::Status&)> on_failure)
    : master_keys_(std::move(master_keys)), on_failure_(std::move(on_failure)), bundle_(kFirstBundle) {}

Vault::~Vault() {
  {
    absl::MutexLock lock(&keys_mutex_);
    stopping_ = true;
  }
  if (making_keys_.joinable()) making_keys_.join();
  if (db_ == nullptr) return;
  db_->SyncWAL();
  db_->Close();
}

Vault::MasterKeys Vault::master_keys() const {
  absl::MutexLock lock(&master_mutex_);
  return master_keys_;
}

absl::Status Vault::Recover() {
  if (absl::Status status = LoadMatchingKey(); !status.ok()) return status;
  std::unique_ptr<rocksdb::Iterator> last(db_->NewIterator(rocksdb::ReadOptions()));
  for (char kind : {'k', 'e'}) {
    last->SeekForPrev(RowName(kind, ~uint64_t{0}));
    if (!last->Valid() || last->key().size() != 9 || last->key()[0] != kind) continue;
    absl::MutexLock lock(&keys_mutex_);
    next_key_id_ = std::max(next_key_id_, record::LoadBig64(last->key().data() + 1) + 1);
  }
  if (!last->status().ok()) return FromVault(last->status(), "finding the vault's last key");
  return LoadIdentities();
}

absl::StatusOr<bool> Vault::ChangeUnderWay() const {
  std::string ignored;
  const rocksdb::Status found = db_->Get(rocksdb::ReadOptions(), kChangeName, &ignored);
  if (found.IsNotFound()) return false;
  if (!found.ok()) return FromVault(found, "reading the vault's change of master key");
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
  std::string wrapped;
  const rocksdb::Status found =
      db_->Get(rocksdb::ReadOptions(), *under_way ? kChangeName : kMatchingKeyName, &wrapped);
  if (found.IsNotFound()) return absl::OkStatus();
  if (!found.ok()) return FromVault(found, "reading the vault's matching key");
  SecretKey ignored;
  absl::MutexLock lock(&master_mutex_);
  const absl::string_view row = *under_way ? kChangeName : kMatchingKeyName;
  if (!*under_way && Unwrap(wrapped, row, master_keys_, ignored)) return absl::OkStatus();
  const bool next_opens = next_master_key.has_value() && Unwrap(wrapped, row, {*next_master_key}, ignored);
  if (next_opens && *under_way) master_keys_.insert(master_keys_.begin(), *next_master_key);
  if (next_opens && !*under_way) master_keys_ = {*next_master_key};
  if (next_opens || !*under_way) return absl::OkStatus();  // LoadMatchingKey refuses a wrong key
  return absl::FailedPreconditionError(
      "the master key was being changed: put the next one back where it was, so that the change can be "
      "ended");
}

absl::Status Vault::LoadMatchingKey() {
  std::string wrapped;
  const rocksdb::Status found = db_->Get(rocksdb::ReadOptions(), kMatchingKeyName, &wrapped);
  if (found.IsNotFound()) {
    FillRandom(matching_key_.data(), SecretKey::size());
    const std::string fresh = Wrap(matching_key_, kMatchingKeyName, master_keys().front());
    return FromVault(db_->Put(Durable(), kMatchingKeyName, fresh), "writing the vault's matching key");
  }
  if (!found.ok()) return FromVault(found, "reading the vault's matching key");
  if (!Unwrap(wrapped, kMatchingKeyName, master_keys(), matching_key_)) {
    return absl::PermissionDeniedError("this master key is not the one that the vault was made with");
  }
  return absl::OkStatus();
}

absl::Status Vault::LoadIdentities() {
  absl::MutexLock lock(&identities_mutex_);
  std::unique_ptr<rocksdb::Iterator> runs(db_->NewIterator(rocksdb::ReadOptions()));
  for (runs->Seek("i"); runs->Valid() && runs->key().starts_with("i"); runs->Next()) {
    const rocksdb::Slice run = runs->value();
    if (runs->key().size() != 9 || run.size() % 16 != 0) {
      return absl::DataLossError("a run of identity tags in the vault is damaged");
    }
    identities_recorded_to_ = record::LoadBig64(runs->key().data() + 1);
    for (size_t at = 0; at < run.size(); at += 16) {
      Note(record::LoadLittle64(run.data() + at + 8), record::LoadLittle64(run.data() + at));
    }
  }
  return FromVault(runs->status(), "reading the vault's identity tags");
}

absl::StatusOr<std::vector<DataKey>> Vault::MakeKeys(uint64_t first_id, size_t count) {
  std::vector<DataKey> keys(count);
  absl::MutexLock rows(&rows_mutex_);
  const SecretKey master_key = master_keys().front();
  rocksdb::WriteBatch batch(count * (kWrappedBytes + 16));
  for (size_t i = 0; i < count; ++i) {
    keys[count - 1 - i].key_id = first_id + i;
    SecretKey& key = keys[count - 1 - i].key;
    FillRandom(key.data(), SecretKey::size());
    const std::string row = KeyName(first_id + i);
    batch.Put(row, Wrap(key, row, master_key));
  }
  const rocksdb::Status written = db_->Write(Durable(), &batch);
  if (!written.ok()) return FromVault(written, "writing new data keys into the vault");
  return keys;
}

void Vault::MakeKeysLoop() {
  absl::MutexLock lock(&keys_mutex_);
  const auto wanted = [this]() ABSL_SHARED_LOCKS_REQUIRED(keys_mutex_) {
    return ready_.size() <= bundle_ / 4 || stopping_;
  };
  while (true) {
    keys_mutex_.Await(absl::Condition(&wanted));
    if (stopping_) return;
    const uint64_t first_id = next_key_id_;
    const size_t count = bundle_;
    next_key_id_ += count;
    bundle_ = std::min(2 * bundle_, kMaxBundle);
    keys_mutex_.Unlock();
    auto made = MakeKeys(first_id, count);
    keys_mutex_.Lock();
    if (!made.ok()) {
      failure_ = made.status();
      stopping_ = true;
      keys_mutex_.Unlock();
      on_failure_(made.status());
      keys_mutex_.Lock();
      return;
    }
    made->insert(made->end(), std::make_move_iterator(ready_.begin()), std::make_move_iterator(ready_.end()));
    ready_ = *std::move(made);
  }
}

absl::StatusOr<DataKey> Vault::NewKey() {
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
  std::string wrapped;
  const std::string row = KeyName(key_id);
  const rocksdb::Status found = db_->Get(rocksdb::ReadOptions(), row, &wrapped);
  if (found.IsNotFound()) return absl::NotFoundError(absl::StrCat("the vault has no data key ", key_id));
  if (!found.ok()) return FromVault(found, absl::StrCat("reading data key ", key_id));
  DataKey key;
  key.key_id = key_id;
  if (!Unwrap(wrapped, row, master_keys(), key.key)) {
    return absl::DataLossError(absl::StrCat("data key ", key_id, " of the vault is damaged"));
  }
  return key;
}

IdentityTag Vault::Tag(absl::string_view kind, absl::string_view text) const {
  const std::string named = absl::StrCat(kind, absl::string_view("\0", 1), text);
  uint8_t hash[crypto_generichash_BYTES_MIN];
  crypto_generichash(hash, sizeof(hash), reinterpret_cast<const uint8_t*>(named.data()), named.size(),
                     matching_key_.data(), SecretKey::size());
  return record::LoadLittle64(reinterpret_cast<const char*>(hash));
}

void Vault::Note(IdentityTag tag, uint64_t key_id) {
  auto& keys = keys_of_tag_[tag];
  if (keys.size() >= kMaxKeysOfTag || std::find(keys.begin(), keys.end(), key_id) != keys.end()) return;
  keys.push_back(key_id);
}

std::vector<uint64_t> Vault::NoteIdentity(const Identity& identity) {
  std::vector<uint64_t> similar;
  absl::MutexLock lock(&identities_mutex_);
  for (IdentityTag tag : identity.tags) {
    const auto& keys = keys_of_tag_[tag];
    similar.insert(similar.end(), keys.begin(), keys.end());
    Note(tag, identity.key_id);
  }
  std::sort(similar.begin(), similar.end());
  similar.erase(std::unique(similar.begin(), similar.end()), similar.end());
  return similar;
}

void Vault::GiveBack(const Identity& identity) {
  {
    absl::MutexLock lock(&identities_mutex_);
    for (IdentityTag tag : identity.tags) {
      auto found = keys_of_tag_.find(tag);
      if (found == keys_of_tag_.end()) continue;
      auto& keys = found->second;
      keys.erase(std::remove(keys.begin(), keys.end(), identity.key_id), keys.end());
      if (keys.empty()) keys_of_tag_.erase(found);
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
  const rocksdb::Status written = db_->Put(rocksdb::WriteOptions(), RowName('i', first_sequence), run);
  absl::MutexLock lock(&identities_mutex_);
  identities_recorded_to_ = first_sequence;
  return FromVault(written, "writing identity tags into the vault");
}

absl::Status Vault::Erase(uint64_t key_id) {
  absl::MutexLock rows(&rows_mutex_);
  if (absl::Status status = EraseIdentity(key_id); !status.ok()) return status;
  rocksdb::WriteBatch batch;
  batch.Delete(KeyName(key_id));
  batch.Put(RowName('e', key_id), "");
  const rocksdb::Status deleted = db_->Write(Durable(), &batch);
  if (!deleted.ok()) return FromVault(deleted, absl::StrCat("erasing data key ", key_id));
  return ForceOutOfFiles();
}

// Tags of a person stand in a run with those of others who were filed at the same time.
absl::Status Vault::EraseIdentity(uint64_t key_id) {
  rocksdb::WriteBatch rewritten;
  std::unique_ptr<rocksdb::Iterator> runs(db_->NewIterator(rocksdb::ReadOptions()));
  for (runs->Seek("i"); runs->Valid() && runs->key().starts_with("i"); runs->Next()) {
    std::string kept;
    for (size_t at = 0; at + 16 <= runs->value().size(); at += 16) {
      if (record::LoadLittle64(runs->value().data() + at) == key_id) continue;
      kept.append(runs->value().data() + at, 16);
    }
    if (kept.size() != runs->value().size()) rewritten.Put(runs->key(), kept);
  }
  if (!runs->status().ok()) return FromVault(runs->status(), "reading the vault's identity tags");
  const rocksdb::Status written = db_->Write(Durable(), &rewritten);
  if (!written.ok()) return FromVault(written, "rewriting the vault's identity tags");
  absl::MutexLock lock(&identities_mutex_);
  for (auto& [tag, keys] : keys_of_tag_)
    keys.erase(std::remove(keys.begin(), keys.end(), key_id), keys.end());
  absl::erase_if(keys_of_tag_, [](const auto& entry) { return entry.second.empty(); });
  return absl::OkStatus();
}

// Old versions of rows stand in the write-ahead log and in table files until those are rewritten.
absl::Status Vault::ForceOutOfFiles() {
  rocksdb::CompactRangeOptions everything;
  everything.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  rocksdb::Status status = db_->Flush(rocksdb::FlushOptions());
  if (status.ok()) status = db_->CompactRange(everything, nullptr, nullptr);
  // Files that are not needed any more are deleted now rather than some time later.
  if (status.ok()) status = db_->DisableFileDeletions();
  if (status.ok()) status = db_->EnableFileDeletions(true);
  return FromVault(status, "rewriting the vault's files");
}

absl::Status Vault::ChangeMasterKey(const SecretKey& next, absl::FunctionRef<void(uint64_t rows)> progress) {
  {
    absl::MutexLock rows(&rows_mutex_);
    absl::MutexLock lock(&master_mutex_);
    if (sodium_memcmp(master_keys_.front().data(), next.data(), SecretKey::size()) != 0) {
      master_keys_.insert(master_keys_.begin(), next);
    }
    const rocksdb::Status begun = db_->Put(Durable(), kChangeName, Wrap(matching_key_, kChangeName, next));
    if (!begun.ok()) return FromVault(begun, "beginning to change the master key");
  }
  const MasterKeys keys = master_keys();
  std::string from;
  uint64_t done = 0;
  for (bool more = true; more; progress(done)) {
    absl::MutexLock rows(&rows_mutex_);
    rocksdb::WriteBatch batch;
    std::unique_ptr<rocksdb::Iterator> each(db_->NewIterator(rocksdb::ReadOptions()));
    for (each->Seek(from); each->Valid() && batch.Count() < kMaxBundle; each->Next()) {
      if (!IsWrapped(each->key())) continue;
      const absl::string_view row(each->key().data(), each->key().size());
      std::optional<std::string> clear =
          UnwrapBytes(absl::string_view(each->value().data(), each->value().size()), row, keys);
      if (!clear.has_value()) {
        return absl::DataLossError("a row of the vault opens under neither master key: it is damaged");
      }
      batch.Put(each->key(), WrapBytes(*clear, row, next));
      sodium_memzero(clear->data(), clear->size());
    }
    if (!each->status().ok()) return FromVault(each->status(), "reading the vault's rows");
    more = each->Valid();
    if (more) from = each->key().ToString();
    const rocksdb::Status written = db_->Write(Durable(), &batch);
    if (!written.ok()) return FromVault(written, "wrapping the vault's rows anew");
    done += batch.Count();
  }
  if (absl::Status status = ForceOutOfFiles(); !status.ok()) return status;
  const rocksdb::Status ended = db_->Delete(Durable(), kChangeName);
  if (!ended.ok()) return FromVault(ended, "ending the change of the master key");
  absl::MutexLock lock(&master_mutex_);
  master_keys_ = {next};
  return absl::OkStatus();
}

absl::StatusOr<bool> Vault::WasErased(uint64_t key_id) const {
  std::string ignored;
  const rocksdb::Status found = db_->Get(rocksdb::ReadOptions(), RowName('e', key_id), &ignored);
  if (found.IsNotFound()) return false;
  if (!found.ok()) return FromVault(found, "reading the vault's erased keys");
  return true;
}

absl::Status Vault::BackUp(const std::string& folder, uint32_t keep) const {
  return storage::BackUp(*db_, folder, keep);
}

absl::Status Vault::PutSecret(absl::string_view name, absl::string_view secret) {
  const std::string row = absl::StrCat("s", name);
  absl::MutexLock rows(&rows_mutex_);
  const rocksdb::Status written =
      secret.empty() ? db_->Delete(Durable(), row)
                     : db_->Put(Durable(), row, WrapBytes(secret, row, master_keys().front()));
  return FromVault(written, "writing a secret into the vault");
}

absl::StatusOr<std::string> Vault::GetSecret(absl::string_view name) const {
  const std::string row = absl::StrCat("s", name);
  std::string wrapped;
  const rocksdb::Status found = db_->Get(rocksdb::ReadOptions(), row, &wrapped);
  if (found.IsNotFound()) return absl::NotFoundError("the vault has no such secret");
  if (!found.ok()) return FromVault(found, "reading a secret of the vault");
  std::optional<std::string> clear = UnwrapBytes(wrapped, row, master_keys());
  if (!clear.has_value()) return absl::DataLossError("a secret of the vault is damaged");
  return *std::move(clear);
}

uint64_t Vault::identities_recorded_to() const {
  absl::MutexLock lock(&identities_mutex_);
  return identities_recorded_to_;
}

}  // namespace klaim::privacy
