#include "projections/projector.h"

#include <pthread.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/sst_partitioner.h>
#include <rocksdb/table.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "engine/merkle/hash.h"
#include "engine/record/encoded_record.h"
#include "engine/storage/rocksdb_status.h"
#include "google/protobuf/arena.h"
#include "projections/accounts.h"
#include "projections/case_files.h"
#include "projections/casework.h"
#include "projections/checkpoint.h"
#include "projections/compensation.h"
#include "projections/documents.h"
#include "projections/duplicates.h"
#include "projections/groups.h"
#include "projections/jobs.h"
#include "projections/ledger.h"
#include "projections/registers.h"
#include "projections/registry.h"
#include "projections/statistics.h"
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

std::vector<std::unique_ptr<Projection>> AllProjections() {
  std::vector<std::unique_ptr<Projection>> all;
  all.push_back(std::make_unique<Registry>());
  all.push_back(std::make_unique<Accounts>());
  all.push_back(std::make_unique<CaseFiles>());
  all.push_back(std::make_unique<Documents>());
  all.push_back(std::make_unique<Groups>());
  all.push_back(std::make_unique<Compensation>());
  all.push_back(std::make_unique<Duplicates>());
  all.push_back(std::make_unique<Ledger>());
  all.push_back(std::make_unique<Casework>());
  all.push_back(std::make_unique<Jobs>());
  all.push_back(std::make_unique<Registers>());
  all.push_back(std::make_unique<Statistics>());
  return all;
}

absl::StatusOr<std::optional<std::string>> View::Get(const std::string& key) const {
  std::string value;
  const rocksdb::Status found = db_->Get(rocksdb::ReadOptions(), family_, key, &value);
  if (found.IsNotFound()) return std::optional<std::string>();
  if (!found.ok()) return storage::FromRocksDb(found, "reading the read model " + family_->GetName());
  return std::optional<std::string>(std::move(value));
}

absl::Status View::Scan(const std::string& prefix, const std::string& from,
                        absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit) const {
  std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(rocksdb::ReadOptions(), family_));
  for (rows->Seek(std::max(prefix, from)); rows->Valid() && rows->key().starts_with(prefix); rows->Next()) {
    if (!visit(absl::string_view(rows->key().data(), rows->key().size()),
               absl::string_view(rows->value().data(), rows->value().size()))) {
      break;
    }
  }
  return storage::FromRocksDb(rows->status(), "reading the read model " + family_->GetName());
}

absl::Status View::ScanBackwards(const std::string& prefix, const std::string& from,
                                 absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit) const {
  std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(rocksdb::ReadOptions(), family_));
  // No key has so many bytes of the highest value behind its prefix.
  const std::string last = from > prefix ? from : prefix + std::string(64, '\xff');
  for (rows->SeekForPrev(last); rows->Valid() && rows->key().starts_with(prefix); rows->Prev()) {
    if (!visit(absl::string_view(rows->key().data(), rows->key().size()),
               absl::string_view(rows->value().data(), rows->value().size()))) {
      break;
    }
  }
  return storage::FromRocksDb(rows->status(), "reading the read model " + family_->GetName());
}

Projector::Projector(const log::EventLog& log) : log_(log) {}

absl::StatusOr<std::unique_ptr<Projector>> Projector::Open(const std::string& path, const log::EventLog& log,
                                                           rocksdb::Env* storage) {
  std::unique_ptr<Projector> projector(new Projector(log));
  if (absl::Status status = projector->OpenModels(path, storage); !status.ok()) return status;
  return projector;
}

absl::Status Projector::OpenModels(const std::string& path, rocksdb::Env* storage) {
  rocksdb::DBOptions options;
  if (storage != nullptr) options.env = storage;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.max_background_jobs = 2;
  options.keep_log_file_num = 4;
  const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(kCacheBytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> families = {
      {rocksdb::kDefaultColumnFamilyName, FamilyOptions(cache)}};
  for (auto& projection : AllProjections()) {
    families.push_back({projection->name(), FamilyOptions(cache)});
    models_.push_back(std::make_unique<Model>());
    models_.back()->projection = std::move(projection);
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  rocksdb::Status opened = rocksdb::DB::Open(options, path, families, &handles, &db);
  if (opened.IsCorruption()) {
    spdlog::warn("the read models in {} are damaged, and are made again from the log", path);
    opened = rocksdb::DestroyDB(path, rocksdb::Options(options, rocksdb::ColumnFamilyOptions()), families);
    if (opened.ok()) opened = rocksdb::DB::Open(options, path, families, &handles, &db);
  }
  if (!opened.ok()) return storage::FromRocksDb(opened, absl::StrCat("opening the read models in ", path));
  db_.reset(db);
  db_->DestroyColumnFamilyHandle(handles[0]);
  for (size_t i = 0; i < models_.size(); ++i) models_[i]->family = handles[i + 1];
  for (const auto& opened_model : models_) {
    Model& model = *opened_model;
    std::string bytes;
    const rocksdb::Status found = db_->Get(rocksdb::ReadOptions(), model.family, kCheckpointKey, &bytes);
    if (!found.ok() && !found.IsNotFound()) return storage::FromRocksDb(found, "reading a checkpoint");
    const std::optional<Checkpoint> checkpoint = DecodeCheckpoint(bytes);
    const bool same_version = checkpoint.has_value() && checkpoint->version == model.projection->version();
    if (found.ok() && !same_version) {
      const std::string name = model.projection->name();
      db_->DropColumnFamily(model.family);
      db_->DestroyColumnFamilyHandle(model.family);
      const rocksdb::Status made = db_->CreateColumnFamily(FamilyOptions(cache), name, &model.family);
      if (!made.ok()) return storage::FromRocksDb(made, "making the read model " + name + " again");
    }
    model.next_sequence = same_version ? checkpoint->next_sequence : 0;
    if (model.next_sequence > log_.next_sequence()) {
      return absl::DataLossError(absl::StrCat(
          "the log ends at record ", log_.next_sequence(), ", but the read model ", model.projection->name(),
          " has seen ", model.next_sequence, " records: the log was cut off; restore it from a backup"));
    }
    model.rows = std::make_unique<Rows>(db_.get(), model.family);
    model.projection->Load(*model.rows);
    if (!model.rows->status().ok()) return model.rows->status();
  }
  folded_ = ~uint64_t{0};
  for (const auto& model : models_) folded_ = std::min(folded_, model->next_sequence);
  absl::MutexLock lock(&mutex_);
  visible_ = folded_;
  return absl::OkStatus();
}

Projector::~Projector() {
  Stop();
  if (db_ == nullptr) return;
  db_->Flush(rocksdb::FlushOptions(), [this] {
    std::vector<rocksdb::ColumnFamilyHandle*> families;
    for (const auto& model : models_) families.push_back(model->family);
    return families;
  }());
  for (const auto& model : models_) db_->DestroyColumnFamilyHandle(model->family);
  db_->Close();
}

void Projector::Start(std::function<void(const absl::Status&)> on_failure) {
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
  std::multimap<uint64_t, absl::AnyInvocable<void(bool)>> waiting;
  {
    absl::MutexLock lock(&mutex_);
    waiting.swap(waiting_);
  }
  for (auto& [sequence, then] : waiting) then(false);
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
  setpriority(PRIO_PROCESS, 0, 15);  // filing comes first; read models catch up
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
        mutex_.AwaitWithTimeout(absl::Condition(&hurry), kGathering);
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
  setpriority(PRIO_PROCESS, 0, 15);
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
  ForEachModel(chunk.events.size(), [&](Model& model) {
    for (const v1::EventRecord* event : chunk.events) {
      if (event->sequence() < model.next_sequence) continue;
      model.projection->Apply(*event, *model.rows);
    }
  });
  if (!chunk.events.empty()) folded_ = chunk.events.back()->sequence() + 1;
}

absl::Status Projector::Commit() {
  size_t changes = 0;
  for (const auto& model : models_) changes += model->rows->changes();
  ForEachModel(changes, [&](Model& model) {
    if (model.next_sequence >= folded_) return;
    model.projection->BeforeCommit(*model.rows);
    model.failure = model.rows->Commit(model.projection->version(), folded_);
    model.next_sequence = folded_;
  });
  for (const auto& model : models_) {
    if (!model->failure.ok()) return model->failure;
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
  for (auto& then : due) then(true);
}

absl::Status Projector::FoldTo(uint64_t end_sequence, absl::FunctionRef<void(uint64_t)> progress) {
  Chunk chunk;
  const uint64_t end = std::min(end_sequence, log_.next_sequence());
  while (folded_ < end) {
    if (absl::Status status = ReadChunk(folded_, end, chunk); !status.ok()) return status;
    Fold(chunk);
    size_t changes = 0;
    for (const auto& model : models_) changes += model->rows->changes();
    if (changes >= kCommitRows || folded_ == end) {
      if (absl::Status status = Commit(); !status.ok()) return status;
      Announce();
      progress(folded_);
    }
  }
  return absl::OkStatus();
}

void Projector::Fail(const absl::Status& status) {
  running_ = false;
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (on_failure_) on_failure_(status);
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
  absl::MutexLock lock(&mutex_);
  const auto visible = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return visible_ > sequence || stopping_; };
  mutex_.AwaitWithTimeout(absl::Condition(&visible), timeout);
  return visible_ > sequence;
}

View Projector::view(const std::string& name) const {
  for (const auto& model : models_) {
    if (model->projection->name() == name) return View(db_.get(), model->family);
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
    if (!rows->status().ok()) return storage::FromRocksDb(rows->status(), "reading a read model");
    hashes[model->projection->name()] = std::string(merkle::AsBytes(all));
  }
  return hashes;
}

}  // namespace klaim::projections
