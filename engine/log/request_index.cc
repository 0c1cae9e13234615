#include "engine/log/request_index.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/record/byte_order.h"
#include "engine/storage/rocksdb_status.h"
#include "engine/storage/sorted_files.h"

namespace klaim::log {
namespace {

// Names of rows: a fingerprint is 'r' and 8 bytes, big-endian; to where the files reach stands before all of them.
constexpr char kReach[] = "a";

std::string RowOf(uint64_t fingerprint) {
  std::string name = "r";
  record::AppendBig64(name, fingerprint);
  return name;
}

std::string NumberBytes(uint64_t number) {
  std::string bytes;
  record::AppendBig64(bytes, number);
  return bytes;
}

}  // namespace

RequestIndex::RequestIndex(std::string path, rocksdb::Env* storage, size_t requests_in_memory)
    : path_(std::move(path)),
      storage_(storage == nullptr ? rocksdb::Env::Default() : storage),
      requests_in_memory_(requests_in_memory) {}

RequestIndex::~RequestIndex() = default;

absl::StatusOr<std::unique_ptr<RequestIndex>> RequestIndex::Open(const std::string& path,
                                                                 rocksdb::Env* storage,
                                                                 size_t requests_in_memory) {
  std::unique_ptr<RequestIndex> index(new RequestIndex(path, storage, requests_in_memory));
  const std::string damaged_file = index->DamagedFile();
  const bool found_damaged = index->storage_->FileExists(damaged_file).ok();
  absl::Status opened = found_damaged ? absl::DataLossError(damaged_file) : index->OpenDatabase();
  if (absl::IsDataLoss(opened)) {
    const rocksdb::Status gone = rocksdb::DestroyDB(path, storage::SortedFilesOptions(storage));
    if (!gone.ok()) return storage::FromRocksDb(gone, absl::StrCat("removing the damaged index in ", path));
    opened = index->OpenDatabase();
  }
  if (!opened.ok()) return opened;
  if (found_damaged) index->storage_->DeleteFile(damaged_file);
  return index;
}

absl::Status RequestIndex::OpenDatabase() {
  rocksdb::DB* files = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(storage::SortedFilesOptions(storage_), path_, &files);
  files_.reset(files);
  std::string reach;
  if (status.ok()) status = files_->Get(rocksdb::ReadOptions(), kReach, &reach);
  if (status.IsNotFound()) {
    in_files_to_ = 0;
    return absl::OkStatus();
  }
  if (status.ok() && reach.size() == 8) {
    in_files_to_ = record::LoadBig64(reach.data());
    return absl::OkStatus();
  }
  files_.reset();
  return status.ok() ? absl::DataLossError(absl::StrCat("the index of requests in ", path_, " is damaged"))
                     : storage::FromRocksDb(status, absl::StrCat("opening the index of requests in ", path_));
}

absl::Status RequestIndex::Note(absl::Span<const Request> requests, uint64_t next_sequence) {
  size_t count = 0;
  {
    absl::MutexLock lock(&mutex_);
    for (const Request& request : requests) latest_.try_emplace(request.fingerprint, request.first_sequence);
    count = latest_.size();
  }
  return count < requests_in_memory_ ? absl::OkStatus() : MoveToFile(next_sequence);
}

absl::Status RequestIndex::MoveToFile(uint64_t next_sequence) {
  std::vector<std::pair<uint64_t, uint64_t>> sorted;
  {
    absl::MutexLock lock(&mutex_);
    sorted.assign(latest_.begin(), latest_.end());
  }
  std::sort(sorted.begin(), sorted.end());
  const rocksdb::Status added = storage::AddSortedFile(*files_, [&](rocksdb::SstFileWriter& file) {
    rocksdb::Status status = file.Put(kReach, NumberBytes(next_sequence));
    for (const auto& [fingerprint, first_sequence] : sorted) {
      if (status.ok()) status = file.Put(RowOf(fingerprint), NumberBytes(first_sequence));
    }
    return status;
  });
  if (!added.ok())
    return storage::FromRocksDb(added, absl::StrCat("writing the index of requests in ", path_));
  in_files_to_ = next_sequence;
  absl::MutexLock lock(&mutex_);
  latest_.clear();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::optional<uint64_t>>> RequestIndex::Find(
    absl::Span<const uint64_t> fingerprints) const {
  std::vector<std::optional<uint64_t>> found(fingerprints.size());
  std::vector<size_t> places;  // in `found`, of those that files may have
  std::vector<std::string> names;
  {
    absl::MutexLock lock(&mutex_);
    for (size_t i = 0; i < fingerprints.size(); ++i) {
      if (const auto latest = latest_.find(fingerprints[i]); latest != latest_.end()) {
        found[i] = latest->second;
      } else {
        places.push_back(i);
        names.push_back(RowOf(fingerprints[i]));
      }
    }
  }
  const std::vector<rocksdb::Slice> keys(names.begin(), names.end());
  std::vector<rocksdb::PinnableSlice> rows(keys.size());
  std::vector<rocksdb::Status> read(keys.size());
  files_->MultiGet(rocksdb::ReadOptions(), files_->DefaultColumnFamily(), keys.size(), keys.data(),
                   rows.data(), read.data());
  for (size_t i = 0; i < keys.size(); ++i) {
    if (read[i].IsNotFound()) continue;
    if (!read[i].ok() && !read[i].IsCorruption())
      return storage::FromRocksDb(read[i], absl::StrCat("reading ", path_));
    if (!read[i].ok() || rows[i].size() != 8) {
      rocksdb::WriteStringToFile(storage_, "found damaged\n", DamagedFile(), true);
      return absl::DataLossError(
          absl::StrCat("the index of requests in ", path_, " is damaged: the next start makes it again"));
    }
    found[places[i]] = record::LoadBig64(rows[i].data());
  }
  return found;
}

}  // namespace klaim::log
