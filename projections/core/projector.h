// The projector: feeds the log to every read model, keeps their checkpoints, and makes them again when their
// version changes. Folding runs on two threads of its own (one reads and parses, one folds), so that queries
// and filing never wait for it; a query that must see its own write asks with the write's sequence, and is
// answered on others: nothing but folding runs on the folding thread.
//
// A read model that is damaged is named in a file beside their folder and made again when they are opened next: whoever serves them
// should open them anew then.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
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
#include "engine/storage/table_files.h"
#include "projections/core/projection.h"
#include "projections/core/view.h"

namespace rocksdb {
class Cache;
class Env;
}  // namespace rocksdb

namespace klaim::projections {

// The file that names damaged read models, for the next that opens those in `path`.
std::string DamagedReadModelsFile(const std::string& path);

class Projector : public DamageNotes {
 public:
  // Opens the read models in `path`, dropping those of another version, and those that are damaged. DATA_LOSS when a checkpoint
  // is past the log's end: then the log was cut off, and nothing may be built on it.
  // `storage` is where files are kept: this machine's where it is null.
  static absl::StatusOr<std::unique_ptr<Projector>> Open(const std::string& path, const log::LogReader& log,
                                                         rocksdb::Env* storage = nullptr);
  ~Projector() override;

  // Starts following the log. `on_failure` is called once if a read model can't be kept.
  void Start(std::function<void(const absl::Status&)> on_failure);

  // Stops following; read models stay open for queries.
  void Stop();

  // Folds up to `end_sequence` (exclusive) on this thread; not while following. `progress` is told how far it is,
  // whenever that was made durable: a fold that is cut off goes on from there.
  absl::Status FoldTo(uint64_t end_sequence, absl::FunctionRef<void(uint64_t folded)> progress);

  // The same while `goes_on`, told how far it is every few thousand events, says so; CANCELLED when it doesn't.
  absl::Status FoldWhile(uint64_t end_sequence, absl::FunctionRef<bool(uint64_t folded)> goes_on);

  // Puts what is committed into a folder of its own, from which Open goes on; most of it are links to the same files. Not
  // while following.
  absl::Status CopyTo(const std::string& path) const;

  // The sequence that is folded next: everything before it is visible.
  uint64_t next_sequence() const;

  // Calls `then` with true once `sequence` is visible: at once if it is, else on a thread that answers. With false
  // when the projector stops or fails first.
  void WhenVisible(uint64_t sequence, absl::AnyInvocable<void(bool visible)> then);

  // Waits for it; false when the time is over, or when the projector stops or fails first. Aborts on a thread that folds
  // or answers: it would wait for itself.
  bool WaitVisible(uint64_t sequence, absl::Duration timeout);

  // Why read models can't be kept any more, if that is so: nothing becomes visible then.
  absl::Status failure() const;

  // Has a read model made again when they are opened next (all of them where the name is none of theirs), and fails as if it couldn't be
  // kept. From any thread.
  void NoteDamage(const std::string& read_model, const absl::Status& damage) const override;

  // The files in which they stand.
  std::vector<storage::TableFile> TableFiles() const;

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

  Projector(const log::LogReader& log, std::string path, rocksdb::Env* storage);
  absl::Status OpenModels();
  absl::Status OpenDatabase(bool anew);
  absl::Status OpenModel(Model& model) const;
  absl::Status BeginAnew(Model& model);
  void ReadLoop();
  void FoldLoop();
  absl::Status ReadChunk(uint64_t from, uint64_t end, Chunk& chunk) const;
  void ForEachModel(size_t work, absl::FunctionRef<void(Model&)> run);
  void Fold(const Chunk& chunk);
  absl::Status Commit();
  void Announce();
  void AnswerLater(absl::AnyInvocable<void(bool)> then, bool visible) const;
  void LetGo() const;
  void TakeWantedSnapshot() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<std::map<std::string, std::string>> HashesOf(const rocksdb::Snapshot* snapshot) const;
  void Fail(const absl::Status& status) const;

  const log::LogReader& log_;
  const std::string path_;
  rocksdb::Env* const storage_;
  std::shared_ptr<rocksdb::Cache> cache_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<std::unique_ptr<Model>> models_;
  std::function<void(const absl::Status&)> on_failure_;
  uint64_t folded_ = 0;  // the folding thread's: behind the last event folded

  mutable absl::Mutex mutex_;
  uint64_t visible_ ABSL_GUARDED_BY(mutex_) = 0;
  mutable bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  mutable std::string damaged_ ABSL_GUARDED_BY(mutex_);  // names of damaged read models, a line each
  std::vector<std::unique_ptr<Chunk>> ready_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<Chunk>> spare_ ABSL_GUARDED_BY(mutex_);
  mutable std::multimap<uint64_t, absl::AnyInvocable<void(bool)>> waiting_ ABSL_GUARDED_BY(mutex_);
  mutable absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  bool snapshot_wanted_ ABSL_GUARDED_BY(mutex_) = false;
  const rocksdb::Snapshot* snapshot_ ABSL_GUARDED_BY(mutex_) = nullptr;  // taken between two commits
  uint64_t snapshot_next_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Mutex hashing_mutex_;  // one at a time wants a snapshot
  mutable std::atomic<bool> running_ = false;

  std::thread reading_;
  std::thread folding_;
  mutable boost::asio::thread_pool answering_;
};

}  // namespace klaim::projections
