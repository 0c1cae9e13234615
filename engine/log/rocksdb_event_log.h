// The event log in RocksDB.
//
// Column families (numbers big-endian, so that keys sort by number; inside values little-endian):
//
//   events    last sequence of the page (8)      -> count (4), count end offsets (4 each), the records' bytes
//   streams   stream (8), stream version (4)     -> sequence (8); none for version 0: it is the stream's number
//   requests  first sequence of the batch (8)    -> a run of {fingerprint (8), sequence (8)}
//   merkle    level (1), last index of run (8)   -> a run of hashes (32 each)
//   default   "position"                         -> where the last batch came from, in a copy of a distributed log
//
// In a folder below, RequestIndex finds a request by its fingerprint.
//
// A page is what one append brought, cut at 64 records or 64 KiB: appending in bulk costs one put for dozens
// of records, and a reader walks pinned pages without copying. Since a page is named by its last sequence, a
// seek to any sequence lands on the page that holds it. A stream's number is the sequence of its first event,
// so filing new claims adds no index entries at all; that, and not the hashing, is what makes filing fast.
//
// `streams`, `requests` and `merkle` can be made again from `events`, and the index from `requests`.
#pragma once

#include <memory>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "engine/log/event_log.h"
#include "engine/log/request_index.h"
#include "engine/merkle/tree.h"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
class Env;
class Status;
class WriteBatch;
struct ColumnFamilyDescriptor;
}  // namespace rocksdb

namespace klaim::log {

// Most records and bytes of one page.
inline constexpr size_t kMaxPageRecords = 64;
inline constexpr size_t kMaxPageBytes = 64 << 10;

// Append from one thread at a time; everything else from any thread.
class RocksDbEventLog final : public EventLog {
 public:
  // `storage` is where files are kept: this machine's where it is null.
  static absl::StatusOr<std::unique_ptr<RocksDbEventLog>> Open(const std::string& path,
                                                               rocksdb::Env* storage = nullptr,
                                                               size_t requests_in_memory = kRequestsInMemory);
  // A view of a log that another process appends to, as far as it has it now; `scratch` is a folder for its own files.
  // It doesn't find requests.
  static absl::StatusOr<std::unique_ptr<RocksDbEventLog>> OpenBeside(const std::string& path,
                                                                     const std::string& scratch);
  ~RocksDbEventLog() override;

  absl::StatusOr<std::vector<merkle::Hash>> Append(uint64_t expected_next_sequence,
                                                   const record::EncodedRecords& records) override;
  // The same for a copy of a log that is durable elsewhere: not synced, and `position` is kept with the records.
  // `leaves` are their leaf hashes.
  absl::Status Follow(const std::string& position, uint64_t expected_next_sequence,
                      const record::EncodedRecords& records, const std::vector<merkle::Hash>& leaves);
  // What the last Follow or SetPosition was given; empty when there was none.
  absl::StatusOr<std::string> position() const;
  // Makes a log the copy of another one, or, with an empty position, a log of its own; durable.
  absl::Status SetPosition(const std::string& position);
  // The edge of the tree; for the appending thread.
  const merkle::Frontier& frontier() const { return frontier_; }

  absl::Status Read(uint64_t from, Visitor visitor) const override;
  absl::Status ReadStream(uint64_t stream, Visitor visitor) const override;
  bool WaitForAppend(uint64_t after, absl::Duration timeout) const override;
  void Interrupt() override;
  uint64_t next_sequence() const override;
  absl::StatusOr<std::vector<std::optional<uint64_t>>> FindRequests(
      absl::Span<const uint64_t> fingerprints) const override;
  absl::Status BackUp(const std::string& folder, uint32_t keep,
                      const storage::BackupNotes& notes) const override;
  std::vector<storage::TableFile> TableFiles() const override;

  absl::StatusOr<std::vector<merkle::Hash>> Hashes(uint32_t level, uint64_t first,
                                                   uint64_t count) const override;
  absl::StatusOr<merkle::Hash> Root(uint64_t size) const override;
  absl::StatusOr<std::vector<merkle::Hash>> InclusionProof(uint64_t sequence, uint64_t size) const override;
  absl::StatusOr<std::vector<merkle::Hash>> ConsistencyProof(uint64_t from_size,
                                                             uint64_t to_size) const override;

 private:
  RocksDbEventLog();
  static absl::StatusOr<std::unique_ptr<RocksDbEventLog>> OpenWith(
      absl::FunctionRef<rocksdb::Status(const std::vector<rocksdb::ColumnFamilyDescriptor>&,
                                        std::vector<rocksdb::ColumnFamilyHandle*>*, rocksdb::DB**)>
          open,
      const std::string& path);

  absl::Status Recover();
  bool CanFind(uint64_t sequence) const;
  uint64_t NextReadable(uint64_t first) const;
  absl::Status Damaged(uint64_t first, uint64_t next, absl::string_view what) const;
  absl::Status ReadFault(uint64_t first, const rocksdb::Status& fault) const;
  absl::Status CatchUpRequestIndex();
  absl::Status CheckSize(uint64_t size) const;
  void PutPages(uint64_t first_sequence, const record::EncodedRecords& records,
                rocksdb::WriteBatch& batch) const;
  void PutStreams(uint64_t first_sequence, const record::EncodedRecords& records,
                  rocksdb::WriteBatch& batch) const;
  void PutHashes(const std::vector<merkle::Hash>& leaves, rocksdb::WriteBatch& batch);
  absl::Status CheckNext(uint64_t expected_next_sequence) const;
  absl::Status Write(uint64_t first_sequence, const record::EncodedRecords& records,
                     const std::vector<merkle::Hash>& leaves, const std::string& position);

  std::unique_ptr<rocksdb::DB> db_;
  rocksdb::ColumnFamilyHandle* events_ = nullptr;
  rocksdb::ColumnFamilyHandle* streams_ = nullptr;
  rocksdb::ColumnFamilyHandle* requests_ = nullptr;
  rocksdb::ColumnFamilyHandle* hashes_ = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  std::unique_ptr<RequestIndex> request_index_;
  merkle::Frontier frontier_;  // the appending thread's

  mutable absl::Mutex mutex_;
  uint64_t next_sequence_ ABSL_GUARDED_BY(mutex_) = 0;
  bool interrupted_ ABSL_GUARDED_BY(mutex_) = false;
  mutable absl::flat_hash_set<uint64_t> damage_told_ ABSL_GUARDED_BY(mutex_);  // by the record that comes behind it
};

}  // namespace klaim::log
