// The projector: feeds the log to every read model, keeps their checkpoints, and makes them again when their
// version changes. Folding runs on two threads of its own (one reads and parses, one folds), so that queries
// and filing never wait for it; a query that must see its own write asks with the write's sequence.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "engine/log/event_log.h"
#include "projections/projection.h"

namespace rocksdb {
class Env;
}

namespace klaim::projections {

// Rows of one read model as queries see them: committed ones only. Thread-safe.
class View {
 public:
  View(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family) : db_(db), family_(family) {}

  // The row, or nothing.
  absl::StatusOr<std::optional<std::string>> Get(const std::string& key) const;

  // Rows from `from` on whose key begins with `prefix`, by key, until the visitor returns false.
  absl::Status Scan(const std::string& prefix, const std::string& from,
                    absl::FunctionRef<bool(absl::string_view key, absl::string_view value)> visit) const;
  // The same from the last one, or from `from` when that isn't the prefix alone, towards the first.
  absl::Status ScanBackwards(
      const std::string& prefix, const std::string& from,
      absl::FunctionRef<bool(absl::string_view key, absl::string_view value)> visit) const;

 private:
  rocksdb::DB* db_;
  rocksdb::ColumnFamilyHandle* family_;
};

// All read models of a docket, in the order in which they are folded.
std::vector<std::unique_ptr<Projection>> AllProjections();

class Projector {
 public:
  // Opens the read models in `path`, dropping those of another version. DATA_LOSS when a checkpoint is past
  // the log's end: then the log was cut off, and nothing may be built on it.
  // `storage` is where files are kept: this machine's where it is null.
  static absl::StatusOr<std::unique_ptr<Projector>> Open(const std::string& path, const log::EventLog& log,
                                                         rocksdb::Env* storage = nullptr);
  ~Projector();

  // Starts following the log. `on_failure` is called once if a read model can't be kept.
  void Start(std::function<void(const absl::Status&)> on_failure);

  // Stops following; read models stay open for queries.
  void Stop();

  // Folds up to `end_sequence` (exclusive) on this thread; not while following. `progress` is told how far it
  // is.
  absl::Status FoldTo(uint64_t end_sequence, absl::FunctionRef<void(uint64_t folded)> progress);

  // The sequence that is folded next: everything before it is visible.
  uint64_t next_sequence() const;

  // Calls `then` with true once `sequence` is visible, at once if it is; with false when stopping first.
  void WhenVisible(uint64_t sequence, absl::AnyInvocable<void(bool visible)> then);

  // Waits for it; false when the time is over.
  bool WaitVisible(uint64_t sequence, absl::Duration timeout);

  // A read model by name; aborts on a name that isn't one.
  View view(const std::string& name) const;

  // SHA-256 over all rows of each read model, checkpoint included: equal logs give equal hashes. Not while
  // following.
  absl::StatusOr<std::map<std::string, std::string>> ContentHashes() const;

  // The same of all read models as they stood at one moment while following, and the sequence that came next
  // then. Takes as long as reading them does; folding goes on meanwhile. UNAVAILABLE when stopping.
  struct HashesAt {
    uint64_t next_sequence = 0;
    std::map<std::string, std::string> hashes;
  };
  absl::StatusOr<HashesAt> HashesNow();

 private:
  struct Model;
  struct Chunk;

  explicit Projector(const log::EventLog& log);
  absl::Status OpenModels(const std::string& path, rocksdb::Env* storage);
  void ReadLoop();
  void FoldLoop();
  absl::Status ReadChunk(uint64_t from, uint64_t end, Chunk& chunk) const;
  void ForEachModel(size_t work, absl::FunctionRef<void(Model&)> run);
  void Fold(const Chunk& chunk);
  absl::Status Commit();
  void Announce();
  void TakeWantedSnapshot() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<std::map<std::string, std::string>> HashesOf(const rocksdb::Snapshot* snapshot) const;
  void Fail(const absl::Status& status);

  const log::EventLog& log_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<std::unique_ptr<Model>> models_;
  std::function<void(const absl::Status&)> on_failure_;
  uint64_t folded_ = 0;  // the folding thread's: behind the last event folded

  mutable absl::Mutex mutex_;
  uint64_t visible_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::unique_ptr<Chunk>> ready_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<Chunk>> spare_ ABSL_GUARDED_BY(mutex_);
  std::multimap<uint64_t, absl::AnyInvocable<void(bool)>> waiting_ ABSL_GUARDED_BY(mutex_);
  bool snapshot_wanted_ ABSL_GUARDED_BY(mutex_) = false;
  const rocksdb::Snapshot* snapshot_ ABSL_GUARDED_BY(mutex_) = nullptr;  // taken between two commits
  uint64_t snapshot_next_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Mutex hashing_mutex_;  // one at a time wants a snapshot
  std::atomic<bool> running_ = false;

  std::thread reading_;
  std::thread folding_;
};

}  // namespace klaim::projections
