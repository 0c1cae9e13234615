#include "projections/core/projector.h"

#include <pthread.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/sst_partitioner.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/base/return_if_error.h"
#include "engine/merkle/hash.h"
#include "engine/record/encoded_record.h"
#include "engine/storage/rocksdb_status.h"
#include "engine/time/steady.h"
#include "google/protobuf/arena.h"
#include "klaim/v1/event_record.pb.h"
#include "projections/core/checkpoint.h"
#include "projections/core/folding_metrics.h"
#include "spdlog/spdlog.h"

namespace klaim::projections {
namespace {

// Events of one chunk, chunks read ahead, and changed rows after which everything is committed.
constexpr size_t kChunkEvents = 2'048;
constexpr size_t kChunksAhead = 4;
// Events or changed rows for which a second thread is worth starting.
constexpr size_t kWorkForTwo = 1'000;
constexpr size_t kCommitRows = 100'000;
// How long few events wait for more; what a query may see late unless it names a sequence.
constexpr absl::Duration kGathering = absl::Milliseconds(50);

// Filing comes first; but whoever keeps all processors busy must not keep others from seeing what they filed.
constexpr int kFoldingNice = 2;

// Threads that answer what waited for a sequence.
constexpr size_t kAnsweringThreads = 2;

// True on the threads of a projector that must never wait for one.
thread_local bool must_not_wait = false;

// Blocks, indexes and filters of all models in memory at the most, however large they grow.
constexpr size_t kCacheBytes = 128 << 20;

// A kind of row is the first byte of its key, and most rows of a kind are new and come in order. So files end with
// their kind, and the first level is no larger than what is flushed into it: from there on a file goes down a level by
// being moved, with nothing of its kind to merge it with.
rocksdb::ColumnFamilyOptions FamilyOptions(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = 32 << 20;
  options.max_bytes_for_level_base = 32 << 20;
  options.target_file_size_base = 16 << 20;
  options.sst_partitioner_factory = rocksdb::NewSstPartitionerFixedPrefixFactory(1);
  // Rows come sorted: each goes in beside the one before of its kind.
  options.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(1));
  options.compression = rocksdb::kNoCompression;
  options.optimize_filters_for_hits = true;  // hardly any row is looked for that isn't there
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = 16 << 10;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

// Not what a full disk, a lack of rights or another process would say: those pass, and read models stay.
bool TellsOfDamage(const rocksdb::Status& opened) {
  return opened.IsCorruption() || opened.IsInvalidArgument() || opened.IsNotSupported() ||
         opened.IsPathNotFound();
}

absl::Status ReadingModel(const rocksdb::Status& read, const std::string& name) {
  return storage::FromRocksDb(read, "reading the read model " + name);
}

}  // namespace

struct Projector::Model {
  std::unique_ptr<Projection> projection;
  rocksdb::ColumnFamilyHandle* family = nullptr;
  std::unique_ptr<Rows> rows;
  uint64_t next_sequence = 0;
  absl::Status failure;
};

struct Projector::Chunk {
  google::protobuf::Arena arena;
  std::vector<const v1::EventRecord*> events;
};

std::string DamagedReadModelsFile(const std::string& path) { return path + "-damaged"; }

Projector::Projector(const log::LogReader& log, std::string path, rocksdb::Env* storage)
    : log_(log),
      path_(std::move(path)),
      storage_(storage == nullptr ? rocksdb::Env::Default() : storage),
      cache_(rocksdb::NewLRUCache(kCacheBytes)),
      answering_(kAnsweringThreads) {}

absl::StatusOr<std::unique_ptr<Projector>> Projector::Open(const std::string& path, const log::LogReader& log,
                                                           rocksdb::Env* storage) {
  std::unique_ptr<Projector> projector(new Projector(log, path, storage));
  RETURN_IF_ERROR(projector->OpenModels());
  return projector;
}

absl::Status Projector::OpenModels() {
  for (auto& projection : AllProjections()) {
    models_.push_back(std::make_unique<Model>());
    models_.back()->projection = std::move(projection);
  }
  std::string named;
  const bool some = rocksdb::ReadFileToString(storage_, DamagedReadModelsFile(path_), &named).ok();
  const std::vector<std::string> damaged = absl::StrSplit(named, '\n', absl::SkipEmpty());
  size_t known = 0;
  for (const auto& model : models_)
    known += static_cast<size_t>(std::count(damaged.begin(), damaged.end(), model->projection->name()));
  const bool all = known < damaged.size() || (some && damaged.empty());
  RETURN_IF_ERROR(OpenDatabase(all));
  for (const auto& opened : models_) {
    Model& model = *opened;
    const std::string name = model.projection->name();
    const bool bad = !all && std::count(damaged.begin(), damaged.end(), name) > 0;
    absl::Status status = bad ? absl::DataLossError("it was found damaged before") : OpenModel(model);
    if (absl::IsDataLoss(status)) {
      spdlog::warn("the read model {} is made again from the log: {}", name, std::string(status.message()));
      status = BeginAnew(model);
    }
    if (!status.ok()) return status;
    if (model.next_sequence > log_.next_sequence()) {
      return absl::DataLossError(absl::StrCat(
          "the log ends at record ", log_.next_sequence(), ", but the read model ", name, " has seen ",
          model.next_sequence, " records: the log was cut off; restore it from a backup"));
    }
  }
  if (some) storage_->DeleteFile(DamagedReadModelsFile(path_));
  folded_ = ~uint64_t{0};
  for (const auto& model : models_) folded_ = std::min(folded_, model->next_sequence);
  absl::MutexLock lock(&mutex_);
  visible_ = folded_;
  return absl::OkStatus();
}

// All of them anew where what is there can't be opened, too.
absl::Status Projector::OpenDatabase(bool anew) {
  rocksdb::DBOptions options;
  options.env = storage_;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.max_background_jobs = 2;
  options.keep_log_file_num = 4;
  std::vector<rocksdb::ColumnFamilyDescriptor> families = {
      {rocksdb::kDefaultColumnFamilyName, FamilyOptions(cache_)}};
  for (const auto& model : models_) families.push_back({model->projection->name(), FamilyOptions(cache_)});
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  rocksdb::Status opened;
  if (!anew) opened = rocksdb::DB::Open(options, path_, families, &handles, &db);
  if (anew || TellsOfDamage(opened)) {
    spdlog::warn("the read models in {} are damaged, and are made again from the log", path_);
    opened = rocksdb::DestroyDB(path_, rocksdb::Options(options, rocksdb::ColumnFamilyOptions()), families);
    if (opened.ok()) opened = rocksdb::DB::Open(options, path_, families, &handles, &db);
  }
  if (!opened.ok()) return storage::FromRocksDb(opened, absl::StrCat("opening the read models in ", path_));
  db_.reset(db);
  db_->DestroyColumnFamilyHandle(handles[0]);
  for (size_t i = 0; i < models_.size(); ++i) models_[i]->family = handles[i + 1];
  return absl::OkStatus();
}

// DATA_LOSS where it must be made again.
absl::Status Projector::OpenModel(Model& model) const {
  std::string bytes;
  const rocksdb::Status found = db_->Get(rocksdb::ReadOptions(), model.family, kCheckpointKey, &bytes);
  if (!found.ok() && !found.IsNotFound()) return ReadingModel(found, model.projection->name());
  const std::optional<Checkpoint> checkpoint = DecodeCheckpoint(bytes);
  const bool same_version = checkpoint.has_value() && checkpoint->version == model.projection->version();
  if (found.ok() && !same_version) return absl::DataLossError("what is there is of another version");
  model.next_sequence = same_version ? checkpoint->next_sequence : 0;
  model.rows = std::make_unique<Rows>(db_.get(), model.family);
  model.projection->Load(*model.rows);
  return model.rows->status();
}

absl::Status Projector::BeginAnew(Model& model) {
  const std::string name = model.projection->name();
  db_->DropColumnFamily(model.family);
  db_->DestroyColumnFamilyHandle(std::exchange(model.family, nullptr));
  const rocksdb::Status made = db_->CreateColumnFamily(FamilyOptions(cache_), name, &model.family);
  if (!made.ok()) return storage::FromRocksDb(made, "making the read model " + name + " again");
  for (auto& fresh : AllProjections()) {
    if (fresh->name() == name) model.projection = std::move(fresh);
  }
  model.next_sequence = 0;
  model.rows = std::make_unique<Rows>(db_.get(), model.family);
  model.projection->Load(*model.rows);
  return model.rows->status();
}

Projector::~Projector() {
  Stop();
  if (db_ == nullptr) return;
  db_->Flush(rocksdb::FlushOptions(), [this] {
    std::vector<rocksdb::ColumnFamilyHandle*> families;
    for (const auto& model : models_) {
      if (model->family != nullptr) families.push_back(model->family);
    }
    return families;
  }());
  for (const auto& model : models_) {
    if (model->family != nullptr) db_->DestroyColumnFamilyHandle(model->family);
  }
  db_->Close();
}

void Projector::Start(std::function<void(const absl::Status&)> on_failure) {
  metrics::Of<FoldingMetrics>();  // told from the start, at 0
  on_failure_ = std::move(on_failure);
  running_ = true;
  reading_ = std::thread([this] { ReadLoop(); });
  folding_ = std::thread([this] { FoldLoop(); });
  pthread_setname_np(reading_.native_handle(), "proj-reading");
  pthread_setname_np(folding_.native_handle(), "proj-folding");
}

void Projector::Stop() {
  running_ = false;
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (reading_.joinable()) reading_.join();
  if (folding_.joinable()) folding_.join();
  LetGo();
  answering_.join();
}

void Projector::LetGo() const {
  std::multimap<uint64_t, absl::AnyInvocable<void(bool)>> waiting;
  {
    absl::MutexLock lock(&mutex_);
    waiting.swap(waiting_);
  }
  for (auto& [sequence, then] : waiting) AnswerLater(std::move(then), false);
}

absl::Status Projector::ReadChunk(uint64_t from, uint64_t end, Chunk& chunk) const {
  chunk.events.clear();
  chunk.arena.Reset();
  absl::Status status;
  absl::Status read = log_.Read(from, [&](uint64_t sequence, absl::string_view bytes) {
    if (sequence >= end) return false;
    auto* event = google::protobuf::Arena::CreateMessage<v1::EventRecord>(&chunk.arena);
    status = record::DecodeRecord(sequence, bytes, *event);
    if (!status.ok()) return false;
    chunk.events.push_back(event);
    return chunk.events.size() < kChunkEvents;
  });
  return read.ok() ? status : read;
}

void Projector::ReadLoop() {
  must_not_wait = true;
  setpriority(PRIO_PROCESS, 0, kFoldingNice);
  uint64_t next = folded_;
  while (running_) {
    if (!log_.WaitForAppend(next, absl::Milliseconds(200))) continue;
    std::unique_ptr<Chunk> chunk;
    {
      absl::MutexLock lock(&mutex_);
      // Unless a query waits, let some more come: a commit for every few events would cost filing its
      // processor.
      const auto hurry = [this]()
                             ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return !waiting_.empty() || stopping_; };
      if (log_.next_sequence() - next < kChunkEvents)
        steady::AwaitFor(mutex_, absl::Condition(&hurry), kGathering);
      const auto room = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
        return ready_.size() < kChunksAhead || stopping_;
      };
      mutex_.Await(absl::Condition(&room));
      if (stopping_) return;
      if (!spare_.empty()) {
        chunk = std::move(spare_.back());
        spare_.pop_back();
      }
    }
    if (chunk == nullptr) chunk = std::make_unique<Chunk>();
    if (absl::Status status = ReadChunk(next, ~uint64_t{0}, *chunk); !status.ok()) return Fail(status);
    next += chunk->events.size();
    absl::MutexLock lock(&mutex_);
    ready_.push_back(std::move(chunk));
  }
}

void Projector::FoldLoop() {
  must_not_wait = true;
  setpriority(PRIO_PROCESS, 0, kFoldingNice);
  while (true) {
    std::unique_ptr<Chunk> chunk;
    bool more = false;
    {
      absl::MutexLock lock(&mutex_);
      const auto some = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
        return !ready_.empty() || stopping_ || snapshot_wanted_;
      };
      mutex_.Await(absl::Condition(&some));
      if (stopping_) return;  // what isn't committed is folded again at the next start
      if (ready_.empty()) {
        TakeWantedSnapshot();  // nothing is uncommitted: the last of what was ready is committed at once
        continue;
      }
      chunk = std::move(ready_.front());
      ready_.erase(ready_.begin());
      more = !ready_.empty();
    }
    Fold(*chunk);
    size_t changes = 0;
    for (const auto& model : models_) changes += model->rows->changes();
    if (!more || changes >= kCommitRows) {
      if (absl::Status status = Commit(); !status.ok()) return Fail(status);
      Announce();
      absl::MutexLock lock(&mutex_);
      TakeWantedSnapshot();
    }
    absl::MutexLock lock(&mutex_);
    spare_.push_back(std::move(chunk));
  }
}

void Projector::TakeWantedSnapshot() {
  if (!snapshot_wanted_) return;
  snapshot_wanted_ = false;
  snapshot_ = db_->GetSnapshot();
  snapshot_next_ = folded_;
}

void Projector::ForEachModel(size_t work, absl::FunctionRef<void(Model&)> run) {
  if (work < kWorkForTwo) {
    for (const auto& model : models_) run(*model);
    return;
  }
  // Models know nothing of each other: when there is much to do, two threads take one after the other.
  std::atomic<size_t> taken = 0;
  const auto take = [&] {
    for (size_t i = taken++; i < models_.size(); i = taken++) run(*models_[i]);
  };
  std::thread beside(take);
  take();
  beside.join();
}

void Projector::Fold(const Chunk& chunk) {
  const metrics::Timed timed(metrics::Of<FoldingMetrics>().fold);
  metrics::Of<FoldingMetrics>().events.Increment(static_cast<double>(chunk.events.size()));
  ForEachModel(chunk.events.size(), [&](Model& model) {
    for (const v1::EventRecord* event : chunk.events) {
      if (event->sequence() < model.next_sequence) continue;
      model.projection->Apply(*event, *model.rows);
    }
  });
  if (!chunk.events.empty()) folded_ = chunk.events.back()->sequence() + 1;
}

absl::Status Projector::Commit() {
  const metrics::Timed timed(metrics::Of<FoldingMetrics>().commit);
  size_t changes = 0;
  for (const auto& model : models_) changes += model->rows->changes();
  ForEachModel(changes, [&](Model& model) {
    if (model.next_sequence >= folded_) return;
    model.projection->BeforeCommit(*model.rows);
    model.failure = model.rows->Commit(model.projection->version(), folded_);
    model.next_sequence = folded_;
  });
  for (const auto& model : models_) {
    if (model->failure.ok()) continue;
    // What it couldn't read is its own; where writing fails of what was written before, nobody knows whose that was.
    if (absl::IsDataLoss(model->failure)) {
      NoteDamage(model->rows->status().ok() ? "" : model->projection->name(), model->failure);
    }
    return model->failure;
  }
  return absl::OkStatus();
}

void Projector::Announce() {
  std::vector<absl::AnyInvocable<void(bool)>> due;
  {
    absl::MutexLock lock(&mutex_);
    visible_ = folded_;
    const auto end = waiting_.lower_bound(visible_);
    for (auto it = waiting_.begin(); it != end; ++it) due.push_back(std::move(it->second));
    waiting_.erase(waiting_.begin(), end);
  }
  for (auto& then : due) AnswerLater(std::move(then), true);
}

void Projector::AnswerLater(absl::AnyInvocable<void(bool)> then, bool visible) const {
  boost::asio::post(answering_, [then = std::move(then), visible]() mutable {
    must_not_wait = true;
    then(visible);
  });
}

absl::Status Projector::FoldTo(uint64_t end_sequence, absl::FunctionRef<void(uint64_t)> progress) {
  return FoldWhile(end_sequence, [&](uint64_t folded) {
    if (next_sequence() == folded) progress(folded);
    return true;
  });
}

absl::Status Projector::FoldWhile(uint64_t end_sequence, absl::FunctionRef<bool(uint64_t)> goes_on) {
  Chunk chunk;
  const uint64_t end = std::min(end_sequence, log_.next_sequence());
  while (folded_ < end) {
    RETURN_IF_ERROR(ReadChunk(folded_, end, chunk));
    Fold(chunk);
    size_t changes = 0;
    for (const auto& model : models_) changes += model->rows->changes();
    if (changes >= kCommitRows || folded_ == end) {
      RETURN_IF_ERROR(Commit());
      Announce();
    }
    if (!goes_on(folded_)) return absl::CancelledError("nobody waits for these read models any more");
  }
  return absl::OkStatus();
}

absl::Status Projector::CopyTo(const std::string& path) const {
  rocksdb::Checkpoint* made = nullptr;
  const rocksdb::Status begun = rocksdb::Checkpoint::Create(db_.get(), &made);
  if (!begun.ok()) return storage::FromRocksDb(begun, "copying the read models");
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  return storage::FromRocksDb(checkpoint->CreateCheckpoint(path), "copying the read models to " + path);
}

void Projector::NoteDamage(const std::string& read_model, const absl::Status& damage) const {
  {
    absl::MutexLock lock(&mutex_);
    const std::string line = absl::StrCat(read_model.empty() ? "all" : read_model, "\n");
    if (absl::StrContains(damaged_, line)) return;
    absl::StrAppend(&damaged_, line);
    // Where it can't be written, who finds it damaged again tries again.
    rocksdb::WriteStringToFile(storage_, damaged_, DamagedReadModelsFile(path_), true);
  }
  Fail(absl::DataLossError(
      absl::StrCat("a read model is damaged, and is made again at the next start: ", damage.message())));
}

std::vector<storage::TableFile> Projector::TableFiles() const { return storage::TableFilesOf(*db_); }

void Projector::Fail(const absl::Status& status) const {
  const bool first = running_.exchange(false);
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    failure_.Update(status);
  }
  // Nothing becomes visible any more; who waits would keep the process from ending.
  LetGo();
  if (first && on_failure_) on_failure_(status);
}

absl::Status Projector::failure() const {
  absl::MutexLock lock(&mutex_);
  return failure_;
}

uint64_t Projector::next_sequence() const {
  absl::MutexLock lock(&mutex_);
  return visible_;
}

void Projector::WhenVisible(uint64_t sequence, absl::AnyInvocable<void(bool)> then) {
  bool visible = false;
  {
    absl::MutexLock lock(&mutex_);
    visible = visible_ > sequence;
    if (!visible && !stopping_) {
      waiting_.emplace(sequence, std::move(then));
      return;
    }
  }
  then(visible);
}

bool Projector::WaitVisible(uint64_t sequence, absl::Duration timeout) {
  if (must_not_wait) {
    std::fprintf(stderr, "klaim: a thread that folds or answers waits for record %llu to be folded\n",
                 static_cast<unsigned long long>(sequence));
    std::abort();
  }
  absl::MutexLock lock(&mutex_);
  const auto visible = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return visible_ > sequence || stopping_; };
  steady::AwaitFor(mutex_, absl::Condition(&visible), timeout);
  return visible_ > sequence;
}

View Projector::view(const std::string& name) const {
  for (const auto& model : models_) {
    if (model->projection->name() == name) return View(*this, db_.get(), model->family);
  }
  std::fprintf(stderr, "klaim: there is no read model %s\n", name.c_str());
  std::abort();
}

absl::StatusOr<std::map<std::string, std::string>> Projector::ContentHashes() const {
  return HashesOf(nullptr);
}

absl::StatusOr<Projector::HashesAt> Projector::HashesNow() {
  absl::MutexLock alone(&hashing_mutex_);
  const rocksdb::Snapshot* snapshot = nullptr;
  HashesAt result;
  {
    absl::MutexLock lock(&mutex_);
    snapshot_wanted_ = true;
    const auto taken = [this]()
                           ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return snapshot_ != nullptr || stopping_; };
    mutex_.Await(absl::Condition(&taken));
    if (snapshot_ == nullptr) return absl::UnavailableError("klaimd is stopping: try again");
    snapshot = std::exchange(snapshot_, nullptr);
    result.next_sequence = snapshot_next_;
  }
  auto hashes = HashesOf(snapshot);
  db_->ReleaseSnapshot(snapshot);
  if (!hashes.ok()) return hashes.status();
  result.hashes = *std::move(hashes);
  return result;
}

absl::StatusOr<std::map<std::string, std::string>> Projector::HashesOf(
    const rocksdb::Snapshot* snapshot) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  std::map<std::string, std::string> hashes;
  for (const auto& model : models_) {
    std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(options, model->family));
    // A hash of row hashes, so that no row can flow into its neighbour.
    merkle::Hash all = merkle::Sha256("");
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      const merkle::Hash key = merkle::LeafHash(absl::string_view(rows->key().data(), rows->key().size()));
      const merkle::Hash value =
          merkle::LeafHash(absl::string_view(rows->value().data(), rows->value().size()));
      all = merkle::NodeHash(all, merkle::NodeHash(key, value));
    }
    if (absl::Status status = ReadingModel(rows->status(), model->projection->name()); !status.ok()) {
      if (absl::IsDataLoss(status)) NoteDamage(model->projection->name(), status);
      return status;
    }
    hashes[model->projection->name()] = std::string(merkle::AsBytes(all));
  }
  return hashes;
}

}  // namespace klaim::projections
