#include "engine/privacy/vault.h"

#include <pthread.h>
#include <rocksdb/db.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "engine/record/byte_order.h"

namespace klaim::privacy {
namespace {

constexpr size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr size_t kWrappedBytes = kNonceBytes + SecretKey::size() + kTagBytes;
constexpr char kMatchingKeyName[] = "m";
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

// The name of the row is bound in, so that a wrapped key can't be moved to another row.
std::string Wrap(const SecretKey& key, absl::string_view row, const SecretKey& master_key) {
  std::string wrapped(kWrappedBytes, '\0');
  auto* out = reinterpret_cast<uint8_t*>(wrapped.data());
  FillRandom(out, kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(out + kNonceBytes, nullptr, key.data(), SecretKey::size(),
                                             reinterpret_cast<const uint8_t*>(row.data()), row.size(),
                                             nullptr, out, master_key.data());
  return wrapped;
}

bool Unwrap(absl::string_view wrapped, absl::string_view row, const SecretKey& master_key, SecretKey& key) {
  if (wrapped.size() < kWrappedBytes) return false;
  const auto* in = reinterpret_cast<const uint8_t*>(wrapped.data());
  return crypto_aead_xchacha20poly1305_ietf_decrypt(
             key.data(), nullptr, nullptr, in + kNonceBytes, SecretKey::size() + kTagBytes,
             reinterpret_cast<const uint8_t*>(row.data()), row.size(), in, master_key.data()) == 0;
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
  if (sodium_init() < 0) return absl::InternalError("libsodium can't start on this machine");
  rocksdb::Options options;
  options.create_if_missing = true;
  options.paranoid_checks = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.keep_log_file_num = 4;
  options.write_buffer_size = 32 << 20;
  options.compression = rocksdb::kNoCompression;
  std::unique_ptr<Vault> vault(new Vault(master_key, std::move(on_failure)));
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened = rocksdb::DB::Open(options, path, &db);
  if (!opened.ok()) return FromVault(opened, absl::StrCat("opening the vault in ", path));
  vault->db_.reset(db);
  if (absl::Status status = vault->Recover(); !status.ok()) return status;
  vault->making_keys_ = std::thread([self = vault.get()] { self->MakeKeysLoop(); });
  pthread_setname_np(vault->making_keys_.native_handle(), "making-keys");
  return vault;
}

Vault::Vault(const SecretKey& master_key, std::function<void(const absl::Status&)> on_failure)
    : master_key_(master_key), on_failure_(std::move(on_failure)), bundle_(kFirstBundle) {}

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

absl::Status Vault::Recover() {
  if (absl::Status status = LoadMatchingKey(); !status.ok()) return status;
  std::unique_ptr<rocksdb::Iterator> last(db_->NewIterator(rocksdb::ReadOptions()));
  last->SeekForPrev(KeyName(~uint64_t{0}));
  if (last->Valid() && last->key().size() == 9 && last->key()[0] == 'k') {
    absl::MutexLock lock(&keys_mutex_);
    next_key_id_ = record::LoadBig64(last->key().data() + 1) + 1;
  }
  if (!last->status().ok()) return FromVault(last->status(), "finding the vault's last key");
  return LoadIdentities();
}

absl::Status Vault::LoadMatchingKey() {
  std::string wrapped;
  const rocksdb::Status found = db_->Get(rocksdb::ReadOptions(), kMatchingKeyName, &wrapped);
  if (found.IsNotFound()) {
    FillRandom(matching_key_.data(), SecretKey::size());
    rocksdb::WriteOptions durable;
    durable.sync = true;
    return FromVault(db_->Put(durable, kMatchingKeyName, Wrap(matching_key_, kMatchingKeyName, master_key_)),
                     "writing the vault's matching key");
  }
  if (!found.ok()) return FromVault(found, "reading the vault's matching key");
  if (!Unwrap(wrapped, kMatchingKeyName, master_key_, matching_key_)) {
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
  rocksdb::WriteBatch batch(count * (kWrappedBytes + 16));
  for (size_t i = 0; i < count; ++i) {
    keys[count - 1 - i].key_id = first_id + i;
    SecretKey& key = keys[count - 1 - i].key;
    FillRandom(key.data(), SecretKey::size());
    const std::string row = KeyName(first_id + i);
    batch.Put(row, Wrap(key, row, master_key_));
  }
  rocksdb::WriteOptions durable;
  durable.sync = true;
  const rocksdb::Status written = db_->Write(durable, &batch);
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
  if (!Unwrap(wrapped, row, master_key_, key.key)) {
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

uint64_t Vault::identities_recorded_to() const {
  absl::MutexLock lock(&identities_mutex_);
  return identities_recorded_to_;
}

}  // namespace klaim::privacy
