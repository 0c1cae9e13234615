#include "engine/privacy/identity_index.h"

#include <rocksdb/db.h>
#include <rocksdb/merge_operator.h>
#include <sodium.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/record/byte_order.h"
#include "engine/storage/rocksdb_status.h"
#include "engine/storage/sorted_files.h"

namespace klaim::privacy {
namespace {

constexpr size_t kMaxKeysOfTag = 20;

static_assert(sizeof(uint64_t) == crypto_shorthash_BYTES && crypto_shorthash_KEYBYTES == 16);

// A row's name is the tag's hash; its value the keys' numbers, 8 bytes each.
void AppendKeysIn(absl::string_view row, std::vector<uint64_t>& key_ids) {
  for (size_t at = 0; at + 8 <= row.size(); at += 8) key_ids.push_back(record::LoadBig64(row.data() + at));
}

template <class KeyIds>
std::string RowWith(const KeyIds& key_ids) {
  std::string row;
  for (uint64_t key_id : key_ids) record::AppendBig64(row, key_id);
  return row;
}

// What several files have of a tag is one row: each key once, at most so many.
class KeysTogether final : public rocksdb::AssociativeMergeOperator {
 public:
  bool Merge(const rocksdb::Slice& /*name*/, const rocksdb::Slice* earlier, const rocksdb::Slice& later,
             std::string* together, rocksdb::Logger* /*logger*/) const override {
    std::vector<uint64_t> key_ids;
    if (earlier != nullptr) AppendKeysIn({earlier->data(), earlier->size()}, key_ids);
    std::vector<uint64_t> more;
    AppendKeysIn({later.data(), later.size()}, more);
    for (uint64_t key_id : more) {
      const bool known = std::find(key_ids.begin(), key_ids.end(), key_id) != key_ids.end();
      if (!known && key_ids.size() < kMaxKeysOfTag) key_ids.push_back(key_id);
    }
    *together = RowWith(key_ids);
    return true;
  }
  const char* Name() const override { return "klaim.KeysTogether"; }
};

rocksdb::Options FilesOptions(rocksdb::Env* storage) {
  rocksdb::Options options = storage::SortedFilesOptions(storage);
  options.merge_operator = std::make_shared<KeysTogether>();
  return options;
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

std::string IdentityIndex::RowOf(IdentityTag tag) const {
  std::string hash(crypto_shorthash_BYTES, '\0');
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

absl::Status IdentityIndex::ReadFiles(IdentityTag tag, std::vector<uint64_t>& key_ids) const {
  if (files_ == nullptr) return absl::OkStatus();
  std::string row;
  const rocksdb::Status read = files_->Get(rocksdb::ReadOptions(), RowOf(tag), &row);
  if (read.IsNotFound()) return absl::OkStatus();
  if (!read.ok()) return storage::FromRocksDb(read, "reading the index of identities");
  AppendKeysIn(row, key_ids);
  return absl::OkStatus();
}

absl::Status IdentityIndex::AppendKeysOf(IdentityTag tag, std::vector<uint64_t>& key_ids) const {
  const auto before = static_cast<std::ptrdiff_t>(key_ids.size());
  const size_t most = key_ids.size() + kMaxKeysOfTag;
  RETURN_IF_ERROR(ReadFiles(tag, key_ids));
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
  std::vector<uint64_t> filed;
  RETURN_IF_ERROR(ReadFiles(tag, filed));
  const auto found = std::find(filed.begin(), filed.end(), key_id);
  if (found == filed.end()) return absl::OkStatus();
  filed.erase(found);
  rocksdb::WriteOptions writing;
  writing.disableWAL = true;  // nothing outlives the process
  return storage::FromRocksDb(files_->Put(writing, RowOf(tag), RowWith(filed)),
                              "writing the index of identities");
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
  std::vector<std::pair<std::string, std::string>> sorted;
  sorted.reserve(latest_.size());
  for (const auto& [tag, key_ids] : latest_) sorted.emplace_back(RowOf(tag), RowWith(key_ids));
  std::sort(sorted.begin(), sorted.end());
  const rocksdb::Status added = storage::AddSortedFile(*files_, [&](rocksdb::SstFileWriter& file) {
    rocksdb::Status status;
    for (const auto& [name, row] : sorted) {
      if (status.ok()) status = file.Merge(name, row);
    }
    return status;
  });
  if (!added.ok()) return storage::FromRocksDb(added, absl::StrCat("writing into ", folder_));
  latest_.clear();
  return absl::OkStatus();
}

}  // namespace klaim::privacy
