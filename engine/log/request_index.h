// Which request stands where: for each fingerprint the sequence of the request's first record. A repetition is
// recognised however old it is.
//
// The latest requests are in memory. Once there are many, they go sorted into one file of a database of their own, so
// that memory grows with the log by the files' filters alone, 1.3 bytes a request. All of it can be made again from the
// log.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"

namespace rocksdb {
class DB;
class Env;
}  // namespace rocksdb

namespace klaim::log {

// Requests in memory at the most, some 10 MB.
inline constexpr size_t kRequestsInMemory = 256 << 10;

// Note from one thread at a time; Find from any thread.
class RequestIndex {
 public:
  struct Request {
    uint64_t fingerprint = 0;
    uint64_t first_sequence = 0;
  };

  // Opens the index in a folder, or begins one where there is none, or only one that is damaged or was found damaged by Find. `storage` is where files are
  // kept: this machine's where it is null.
  static absl::StatusOr<std::unique_ptr<RequestIndex>> Open(const std::string& path, rocksdb::Env* storage,
                                                            size_t requests_in_memory);
  ~RequestIndex();

  // The requests of records before this sequence are in files; all others are to be noted, in order, after Open.
  uint64_t in_files_to() const { return in_files_to_; }

  // Takes in requests of records before `next_sequence`. After an error the process should end.
  absl::Status Note(absl::Span<const Request> requests, uint64_t next_sequence);

  // For each fingerprint the sequence of the request's first record, if it is known. DATA_LOSS when the index is damaged: the
  // next Open begins it anew.
  absl::StatusOr<std::vector<std::optional<uint64_t>>> Find(absl::Span<const uint64_t> fingerprints) const;

 private:
  RequestIndex(std::string path, rocksdb::Env* storage, size_t requests_in_memory);
  absl::Status OpenDatabase();
  absl::Status MoveToFile(uint64_t next_sequence);
  // The file that says that the index was found damaged.
  std::string DamagedFile() const { return path_ + "-damaged"; }

  const std::string path_;
  rocksdb::Env* const storage_;  // never null
  const size_t requests_in_memory_;
  std::unique_ptr<rocksdb::DB> files_;
  uint64_t in_files_to_ = 0;

  mutable absl::Mutex mutex_;
  absl::flat_hash_map<uint64_t, uint64_t> latest_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace klaim::log
