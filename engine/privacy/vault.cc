#include "engine/privacy/vault.h"

#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/merge_operator.h>
#include <rocksdb/table.h>
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

std::string KeyName(uint64_t key_id) {
  std::string name = "k";
  record::AppendBig64(name, key_id);
  return name;
}

std::string TagName(const IdentityTag& tag) {
  return absl::StrCat("t", absl::string_view(tag.data(), tag.size()));
}

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

// Adds key ids to those of a tag without reading them first, up to the limit.
class AddKeyIds final : public rocksdb::AssociativeMergeOperator {
 public:
  bool Merge(const rocksdb::Slice&, const rocksdb::Slice* existing, const rocksdb::Slice& added,
             std::string* result, rocksdb::Logger*) const override {
    if (existing != nullptr) result->assign(existing->data(), existing->size());
    if (result->size() < kMaxKeysOfTag * 8) result->append(added.data(), added.size());
    return true;
  }
  const char* Name() const override { return "klaim.AddKeyIds"; }
};

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

absl::StatusOr<std::unique_ptr<Vault>> Vault::Open(const std::string& path, const SecretKey& master_key) {
  if (sodium_init() < 0) return absl::InternalError("libsodium can't start on this machine");
  rocksdb::Options options;
  options.create_if_missing = true;
  options.paranoid_checks = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.keep_log_file_num = 4;
  options.write_buffer_size = 32 << 20;
  options.compression = rocksdb::kNoCompression;
  options.merge_operator = std::make_shared<AddKeyIds>();
  // Most looks are for tags that nobody had before.
  options.memtable_prefix_bloom_size_ratio = 0.1;
  options.memtable_whole_key_filtering = true;
  rocksdb::BlockBasedTableOptions table;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  std::unique_ptr<Vault> vault(new Vault(master_key));
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened = rocksdb::DB::Open(options, path, &db);
  if (!opened.ok()) return FromVault(opened, absl::StrCat("opening the vault in ", path));
  vault->db_.reset(db);
  if (absl::Status status = vault->Recover(); !status.ok()) return status;
  return vault;
}

Vault::Vault(const SecretKey& master_key) : master_key_(master_key) {}

Vault::~Vault() {
  if (db_ != nullptr) db_->Close();
}

absl::Status Vault::Recover() {
  std::string wrapped;
  const rocksdb::Status found = db_->Get(rocksdb::ReadOptions(), kMatchingKeyName, &wrapped);
  if (found.IsNotFound()) {
    FillRandom(matching_key_.data(), SecretKey::size());
    rocksdb::WriteOptions durable;
    durable.sync = true;
    const rocksdb::Status put =
        db_->Put(durable, kMatchingKeyName, Wrap(matching_key_, kMatchingKeyName, master_key_));
    if (!put.ok()) return FromVault(put, "writing the vault's matching key");
  } else if (!found.ok()) {
    return FromVault(found, "reading the vault's matching key");
  } else if (!Unwrap(wrapped, kMatchingKeyName, master_key_, matching_key_)) {
    return absl::PermissionDeniedError("this master key is not the one that the vault was made with");
  }
  std::unique_ptr<rocksdb::Iterator> last(db_->NewIterator(rocksdb::ReadOptions()));
  last->SeekForPrev(KeyName(~uint64_t{0}));
  absl::MutexLock lock(&mutex_);
  if (last->Valid() && last->key().size() == 9 && last->key()[0] == 'k') {
    next_key_id_ = record::LoadBig64(last->key().data() + 1) + 1;
  }
  return FromVault(last->status(), "finding the vault's last key");
}

std::pair<DataKey, WrappedKey> Vault::NewKey() {
  DataKey fresh;
  {
    absl::MutexLock lock(&mutex_);
    fresh.key_id = next_key_id_++;
  }
  FillRandom(fresh.key.data(), SecretKey::size());
  return {fresh, {fresh.key_id, Wrap(fresh.key, KeyName(fresh.key_id), master_key_), {}}};
}

absl::Status Vault::Persist(absl::Span<const WrappedKey> keys) {
  if (keys.empty()) return absl::OkStatus();
  rocksdb::WriteBatch batch;
  for (const WrappedKey& key : keys) {
    std::string value = key.wrapped;
    std::string key_id;
    record::AppendBig64(key_id, key.key_id);
    for (const IdentityTag& tag : key.tags) {
      value.append(tag.data(), tag.size());
      batch.Merge(TagName(tag), key_id);
    }
    batch.Put(KeyName(key.key_id), value);
  }
  rocksdb::WriteOptions durable;
  durable.sync = true;
  const rocksdb::Status written = db_->Write(durable, &batch);
  for (const WrappedKey& key : keys) Discard(key);
  return FromVault(written, "writing new data keys into the vault");
}

void Vault::Discard(const WrappedKey& key) {
  if (key.tags.empty()) return;
  absl::MutexLock lock(&mutex_);
  for (const IdentityTag& tag : key.tags) {
    auto found = pending_tags_.find(TagName(tag));
    if (found == pending_tags_.end()) continue;
    std::erase(found->second, key.key_id);
    if (found->second.empty()) pending_tags_.erase(found);
  }
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
  IdentityTag tag;
  crypto_generichash_state state;
  crypto_generichash_init(&state, matching_key_.data(), SecretKey::size(), tag.size());
  crypto_generichash_update(&state, reinterpret_cast<const uint8_t*>(kind.data()), kind.size());
  crypto_generichash_update(&state, reinterpret_cast<const uint8_t*>("\0"), 1);
  crypto_generichash_update(&state, reinterpret_cast<const uint8_t*>(text.data()), text.size());
  crypto_generichash_final(&state, reinterpret_cast<uint8_t*>(tag.data()), tag.size());
  return tag;
}

absl::StatusOr<std::vector<uint64_t>> Vault::DurableKeysOf(const IdentityTag& tag) const {
  std::string value;
  const rocksdb::Status found = db_->Get(rocksdb::ReadOptions(), TagName(tag), &value);
  std::vector<uint64_t> key_ids;
  if (found.IsNotFound()) return key_ids;
  if (!found.ok()) return FromVault(found, "looking for similar persons");
  for (size_t at = 0; at + 8 <= value.size(); at += 8)
    key_ids.push_back(record::LoadBig64(value.data() + at));
  return key_ids;
}

absl::StatusOr<std::vector<uint64_t>> Vault::NoteTags(WrappedKey& key, std::vector<IdentityTag> tags) {
  key.tags = std::move(tags);
  std::vector<uint64_t> similar;
  // Pending tags first: a key that becomes durable in between is then seen at least once.
  {
    absl::MutexLock lock(&mutex_);
    for (const IdentityTag& tag : key.tags) {
      std::vector<uint64_t>& pending = pending_tags_[TagName(tag)];
      similar.insert(similar.end(), pending.begin(), pending.end());
      if (pending.size() < kMaxKeysOfTag) pending.push_back(key.key_id);
    }
  }
  for (const IdentityTag& tag : key.tags) {
    auto durable_keys = DurableKeysOf(tag);
    if (!durable_keys.ok()) return durable_keys.status();
    similar.insert(similar.end(), durable_keys->begin(), durable_keys->end());
  }
  std::sort(similar.begin(), similar.end());
  similar.erase(std::unique(similar.begin(), similar.end()), similar.end());
  return similar;
}

}  // namespace klaim::privacy
