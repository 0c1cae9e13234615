#include "engine/privacy/identity_index.h"

#include <rocksdb/db.h>
#include <sodium.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "engine/record/byte_order.h"
#include "engine/storage/rocksdb_status.h"
#include "engine/storage/sorted_files.h"

namespace klaim::privacy {
namespace {

constexpr size_t kMaxKeysOfTag = 20;
// A row's name is the tag's hash and the key's number, big-endian; its value is empty.
constexpr size_t kHashBytes = crypto_shorthash_BYTES;

static_assert(sizeof(uint64_t) == kHashBytes && crypto_shorthash_KEYBYTES == 16);

rocksdb::Options FilesOptions(rocksdb::Env* storage) {
  return storage::SortedFilesOptions(storage, kHashBytes);
}

}  // namespace

IdentityIndex::IdentityIndex(std::string folder, rocksdb::Env* storage, size_t tags_in_memory)
    : folder_(std::move(folder)), storage_(storage), tags_in_memory_(tags_in_memory) {
  crypto_shorthash_keygen(naming_key_);
}

IdentityIndex::~IdentityIndex() { sodium_memzero(naming_key_, sizeof(naming_key_)); }

absl::StatusOr<std::unique_ptr<IdentityIndex>> IdentityIndex::Begin(const std::string& vault_folder,
                                                                    rocksdb::Env* storage,
                                                                    size_t tags_in_memory) {
  const std::string folder = vault_folder + "/identity-index";
  const rocksdb::Options options = FilesOptions(storage);
  const bool left = options.env->FileExists(folder).ok();
  const rocksdb::Status gone = left ? rocksdb::DestroyDB(folder, options) : rocksdb::Status::OK();
  if (!gone.ok()) {
    return storage::FromRocksDb(gone, absl::StrCat("removing the earlier index of identities in ", folder));
  }
  return std::unique_ptr<IdentityIndex>(new IdentityIndex(folder, storage, tags_in_memory));
}

std::string IdentityIndex::RowsOf(IdentityTag tag) const {
  std::string hash(kHashBytes, '\0');
  crypto_shorthash(reinterpret_cast<uint8_t*>(hash.data()), reinterpret_cast<const uint8_t*>(&tag),
                   sizeof(tag), naming_key_);
  return hash;
}

absl::Status IdentityIndex::Note(IdentityTag tag, uint64_t key_id) {
  auto& key_ids = latest_[tag];
  const bool known = std::find(key_ids.begin(), key_ids.end(), key_id) != key_ids.end();
  if (!known && key_ids.size() < kMaxKeysOfTag) key_ids.push_back(key_id);
  return latest_.size() < tags_in_memory_ ? absl::OkStatus() : MoveToFile();
}

absl::Status IdentityIndex::AppendKeysOf(IdentityTag tag, std::vector<uint64_t>& key_ids) const {
  const auto before = static_cast<std::ptrdiff_t>(key_ids.size());
  const size_t most = key_ids.size() + kMaxKeysOfTag;
  if (files_ != nullptr) {
    const std::string prefix = RowsOf(tag);
    rocksdb::ReadOptions reading;
    reading.prefix_same_as_start = true;
    std::unique_ptr<rocksdb::Iterator> rows(files_->NewIterator(reading));
    for (rows->Seek(prefix); rows->Valid() && key_ids.size() < most; rows->Next()) {
      key_ids.push_back(record::LoadBig64(rows->key().data() + kHashBytes));
    }
    if (!rows->status().ok()) {
      return storage::FromRocksDb(rows->status(), "reading the index of identities");
    }
  }
  const auto latest = latest_.find(tag);
  if (latest == latest_.end()) return absl::OkStatus();
  for (uint64_t key_id : latest->second) {
    const bool told = std::find(key_ids.begin() + before, key_ids.end(), key_id) != key_ids.end();
    if (!told && key_ids.size() < most) key_ids.push_back(key_id);
  }
  return absl::OkStatus();
}

absl::Status IdentityIndex::Forget(IdentityTag tag, uint64_t key_id) {
  const auto latest = latest_.find(tag);
  if (latest != latest_.end()) {
    auto& key_ids = latest->second;
    key_ids.erase(std::remove(key_ids.begin(), key_ids.end(), key_id), key_ids.end());
    if (key_ids.empty()) latest_.erase(latest);
  }
  if (files_ == nullptr) return absl::OkStatus();
  rocksdb::WriteOptions writing;
  writing.disableWAL = true;  // nothing outlives the process
  std::string row = RowsOf(tag);
  record::AppendBig64(row, key_id);
  return storage::FromRocksDb(files_->Delete(writing, row), "writing the index of identities");
}

absl::Status IdentityIndex::MoveToFile() {
  if (files_ == nullptr) {
    rocksdb::Options options = FilesOptions(storage_);
    options.env->CreateDirIfMissing(std::filesystem::path(folder_).parent_path());
    rocksdb::DB* files = nullptr;
    const rocksdb::Status opened = rocksdb::DB::Open(options, folder_, &files);
    if (!opened.ok())
      return storage::FromRocksDb(opened, absl::StrCat("making the index of identities in ", folder_));
    files_.reset(files);
  }
  std::vector<std::string> sorted;
  sorted.reserve(latest_.size());
  for (const auto& [tag, key_ids] : latest_) {
    const std::string prefix = RowsOf(tag);
    for (uint64_t key_id : key_ids) record::AppendBig64(sorted.emplace_back(prefix), key_id);
  }
  std::sort(sorted.begin(), sorted.end());
  const rocksdb::Status added = storage::AddSortedFile(*files_, [&](rocksdb::SstFileWriter& file) {
    rocksdb::Status status;
    for (const std::string& row : sorted) {
      if (status.ok()) status = file.Put(row, "");
    }
    return status;
  });
  if (!added.ok()) return storage::FromRocksDb(added, absl::StrCat("writing into ", folder_));
  latest_.clear();
  return absl::OkStatus();
}

}  // namespace klaim::privacy
