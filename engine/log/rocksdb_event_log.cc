#include "engine/log/rocksdb_event_log.h"

#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <cstring>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/log/log_metrics.h"
#include "engine/log/torn_tail.h"
#include "engine/record/byte_order.h"
#include "engine/storage/database_backup.h"
#include "engine/storage/rocksdb_status.h"
#include "engine/time/steady.h"
#include "klaim/v1/event_record.pb.h"
#include "spdlog/spdlog.h"

namespace klaim::log {
namespace {

using merkle::Hash;
using rocksdb::Slice;
using storage::FromRocksDb;

constexpr char kPosition[] = "position";

std::string SequenceKey(uint64_t sequence) {
  std::string key;
  record::AppendBig64(key, sequence);
  return key;
}

std::string StreamKey(uint64_t stream, uint32_t version) {
  std::string key = SequenceKey(stream);
  char bytes[4];
  record::StoreBig32(bytes, version);
  return key.append(bytes, sizeof(bytes));
}

std::string HashKey(uint32_t level, uint64_t last_index) {
  std::string key(1, static_cast<char>(level));
  record::AppendBig64(key, last_index);
  return key;
}

uint64_t NumberOf(const Slice& key) { return record::LoadBig64(key.data()); }

using Requests = std::vector<RequestIndex::Request>;

Requests RequestsOf(uint64_t first_sequence, const record::EncodedRecords& records) {
  Requests requests;
  for (size_t i = 0; i < records.size(); ++i) {
    const uint64_t fingerprint = records.entry(i).request_fingerprint;
    if (fingerprint != 0) requests.push_back({fingerprint, first_sequence + i});
  }
  return requests;
}

std::string RunOf(const Requests& requests) {
  std::string run(16 * requests.size(), '\0');
  for (size_t i = 0; i < requests.size(); ++i) {
    record::StoreLittle64(&run[16 * i], requests[i].fingerprint);
    record::StoreLittle64(&run[16 * i + 8], requests[i].first_sequence);
  }
  return run;
}

// A page in place: nothing is copied.
class Page {
 public:
  // DATA_LOSS when the value is not a page.
  static absl::StatusOr<Page> Parse(const Slice& key, const Slice& value) {
    Page page(value);
    if (key.size() == 8 && value.size() >= 4) {
      page.last_ = NumberOf(key);
      page.count_ = record::LoadLittle32(value.data());
      const uint64_t header = 4 + 4ull * page.count_;
      if (page.count_ >= 1 && page.count_ <= page.last_ + 1 && value.size() >= header &&
          value.size() == header + page.End(page.count_ - 1) && page.IsInOrder()) {
        return page;
      }
    }
    return absl::DataLossError(absl::StrCat("the page of the log that ends at record ",
                                            key.size() == 8 ? NumberOf(key) : 0, " is damaged"));
  }

  uint64_t first() const { return last_ + 1 - count_; }
  uint64_t last() const { return last_; }
  absl::string_view Record(uint64_t sequence) const {
    const auto index = static_cast<uint32_t>(sequence - first());
    const uint32_t begin = index == 0 ? 0 : End(index - 1);
    return absl::string_view(value_.data() + 4 + 4ull * count_ + begin, End(index) - begin);
  }

 private:
  explicit Page(const Slice& value) : value_(value) {}
  bool IsInOrder() const {
    for (uint32_t i = 1; i < count_; ++i) {
      if (End(i) < End(i - 1)) return false;
    }
    return true;
  }
  uint32_t End(uint32_t index) const { return record::LoadLittle32(value_.data() + 4 + 4ull * index); }

  Slice value_;
  uint64_t last_ = 0;
  uint32_t count_ = 0;
};

rocksdb::ColumnFamilyOptions FamilyOptions(size_t memtable_bytes) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = memtable_bytes;
  options.compression = rocksdb::kNoCompression;  // sealed data doesn't compress, and the rest is small
  rocksdb::BlockBasedTableOptions table;
  table.block_size = 32 << 10;
  table.filter_policy.reset();
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::DBOptions DatabaseOptions() {
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  // Damage must stop us, never shorten the log; what a loss of power leaves of the last append is looked at by Open.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.track_and_verify_wals_in_manifest = true;
  options.paranoid_checks = true;
  options.max_background_jobs = 2;
  options.wal_bytes_per_sync = 1 << 20;
  options.bytes_per_sync = 1 << 20;
  options.keep_log_file_num = 4;
  options.max_total_wal_size = 256 << 20;
  return options;
}

}  // namespace

absl::Status ReadRecord(const LogReader& log, uint64_t sequence, v1::EventRecord& event) {
  absl::Status decoded = absl::NotFoundError(absl::StrCat("the log has no record ", sequence));
  absl::Status read = log.Read(sequence, [&](uint64_t at, absl::string_view bytes) {
    if (at == sequence) decoded = record::DecodeRecord(at, bytes, event);
    return false;
  });
  return read.ok() ? decoded : read;
}

std::vector<Hash> LeafHashes(uint64_t first_sequence, const record::EncodedRecords& records) {
  std::vector<Hash> leaves;
  leaves.reserve(records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    leaves.push_back(record::EntryHash(first_sequence + i, records.bytes(i)));
  }
  return leaves;
}

absl::string_view RequestOwner(absl::string_view actor, bool of_organisation) {
  const size_t at = actor.rfind('@');
  return of_organisation && at != absl::string_view::npos ? actor.substr(at) : actor;
}

uint64_t RequestFingerprint(absl::string_view owner, absl::string_view request_id) {
  const Hash hash = merkle::Sha256(absl::StrCat(owner, absl::string_view("\0", 1), request_id));
  return record::LoadLittle64(reinterpret_cast<const char*>(hash.data()));
}

uint64_t FingerprintOfFirstRecord(const v1::EventRecord& event) {
  const bool first = event.causation() == event.sequence() && !event.request_id().empty();
  return first ? RequestFingerprint(RequestOwner(event.actor(), event.request_of_organisation()),
                                    event.request_id())
               : 0;
}

absl::StatusOr<std::unique_ptr<RocksDbEventLog>> RocksDbEventLog::Open(const std::string& path,
                                                                       rocksdb::Env* storage,
                                                                       size_t requests_in_memory) {
  auto log = OpenWith(
      [&](const auto& families, auto* handles, rocksdb::DB** db) {
        rocksdb::DBOptions options = DatabaseOptions();
        if (storage != nullptr) options.env = storage;
        const rocksdb::Status opened = rocksdb::DB::Open(options, path, families, handles, db);
        // The last append, never acknowledged, may lack sectors in its middle: all before it is taken.
        if (!opened.IsCorruption() || !NewestWriteAheadLogIsTorn(*options.env, path)) return opened;
        options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
        return rocksdb::DB::Open(options, path, families, handles, db);
      },
      path);
  if (!log.ok()) return log;
  ASSIGN_OR_RETURN(auto index, RequestIndex::Open(path + "/request-index", storage, requests_in_memory));
  (*log)->request_index_ = std::move(index);
  RETURN_IF_ERROR((*log)->CatchUpRequestIndex());
  return log;
}

absl::StatusOr<std::unique_ptr<RocksDbEventLog>> RocksDbEventLog::OpenBeside(const std::string& path,
                                                                             const std::string& scratch) {
  return OpenWith(
      [&](const auto& families, auto* handles, rocksdb::DB** db) {
        rocksdb::DBOptions options = DatabaseOptions();
        options.max_open_files = -1;  // files that the other process removes stay readable
        return rocksdb::DB::OpenAsSecondary(options, path, scratch, families, handles, db);
      },
      path);
}

absl::StatusOr<std::unique_ptr<RocksDbEventLog>> RocksDbEventLog::OpenWith(
    absl::FunctionRef<rocksdb::Status(const std::vector<rocksdb::ColumnFamilyDescriptor>&,
                                      std::vector<rocksdb::ColumnFamilyHandle*>*, rocksdb::DB**)>
        open,
    const std::string& path) {
  const std::vector<rocksdb::ColumnFamilyDescriptor> families = {
      {rocksdb::kDefaultColumnFamilyName, FamilyOptions(1 << 20)},
      {"events", FamilyOptions(64 << 20)},
      {"streams", FamilyOptions(32 << 20)},
      {"requests", FamilyOptions(16 << 20)},
      {"merkle", FamilyOptions(16 << 20)},
  };
  std::unique_ptr<RocksDbEventLog> log(new RocksDbEventLog);
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened = open(families, &log->handles_, &db);
  if (!opened.ok()) return FromRocksDb(opened, absl::StrCat("opening the log in ", path));
  log->db_.reset(db);
  log->events_ = log->handles_[1];
  log->streams_ = log->handles_[2];
  log->requests_ = log->handles_[3];
  log->hashes_ = log->handles_[4];
  RETURN_IF_ERROR(log->Recover());
  return log;
}

RocksDbEventLog::RocksDbEventLog() = default;

RocksDbEventLog::~RocksDbEventLog() {
  if (db_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  db_->Close();
}

absl::Status RocksDbEventLog::Recover() {
  std::unique_ptr<rocksdb::Iterator> last(db_->NewIterator(rocksdb::ReadOptions(), events_));
  last->SeekToLast();
  if (!last->status().ok()) return FromRocksDb(last->status(), "finding the end of the log");
  const uint64_t size = last->Valid() ? NumberOf(last->key()) + 1 : 0;
  {
    absl::MutexLock lock(&mutex_);
    next_sequence_ = size;
  }
  ASSIGN_OR_RETURN(frontier_,
                   merkle::Frontier::Load(size, [this](uint32_t level, uint64_t first, uint64_t count) {
                     return Hashes(level, first, count);
                   }));
  return absl::OkStatus();
}

void RocksDbEventLog::PutPages(uint64_t first_sequence, const record::EncodedRecords& records,
                               rocksdb::WriteBatch& batch) const {
  std::string page;
  for (size_t begin = 0; begin < records.size();) {
    size_t end = begin;
    size_t bytes = 0;
    while (end < records.size() && end - begin < kMaxPageRecords &&
           (end == begin || bytes + records.bytes(end).size() <= kMaxPageBytes)) {
      bytes += records.bytes(end++).size();
    }
    const size_t header = 4 + 4 * (end - begin);
    page.resize(header);
    record::StoreLittle32(page.data(), static_cast<uint32_t>(end - begin));
    uint32_t offset = 0;
    for (size_t i = begin; i < end; ++i) {
      offset += static_cast<uint32_t>(records.bytes(i).size());
      record::StoreLittle32(page.data() + 4 + 4 * (i - begin), offset);
    }
    const char* first = records.bytes(begin).data();  // the records lie one after the other
    const std::string key = SequenceKey(first_sequence + end - 1);
    const Slice key_slice(key);
    const Slice value_parts[] = {Slice(page), Slice(first, bytes)};
    batch.Put(events_, rocksdb::SliceParts(&key_slice, 1), rocksdb::SliceParts(value_parts, 2));
    begin = end;
  }
}

void RocksDbEventLog::PutStreams(uint64_t first_sequence, const record::EncodedRecords& records,
                                 rocksdb::WriteBatch& batch) const {
  for (size_t i = 0; i < records.size(); ++i) {
    const auto& entry = records.entry(i);
    if (entry.stream_version == 0) continue;
    batch.Put(streams_, StreamKey(entry.stream, entry.stream_version), SequenceKey(first_sequence + i));
  }
}

void RocksDbEventLog::PutHashes(const std::vector<Hash>& leaves, rocksdb::WriteBatch& batch) {
  for (const merkle::NewHashes& run : frontier_.Append(leaves)) {
    if (run.hashes.empty()) continue;
    batch.Put(hashes_, HashKey(run.level, run.first + run.hashes.size() - 1),
              Slice(reinterpret_cast<const char*>(run.hashes.data()), run.hashes.size() * sizeof(Hash)));
  }
}

absl::Status RocksDbEventLog::CheckNext(uint64_t expected_next_sequence) const {
  const uint64_t next = next_sequence();
  if (expected_next_sequence == next) return absl::OkStatus();
  return absl::AbortedError(absl::StrCat("the log goes on at ", next, ", not at ", expected_next_sequence,
                                         ": another writer was here"));
}

absl::StatusOr<std::vector<Hash>> RocksDbEventLog::Append(uint64_t expected_next_sequence,
                                                          const record::EncodedRecords& records) {
  RETURN_IF_ERROR(CheckNext(expected_next_sequence));
  const AppendTimed timed(records);
  std::vector<Hash> leaves = LeafHashes(expected_next_sequence, records);
  RETURN_IF_ERROR(Write(expected_next_sequence, records, leaves, ""));
  return leaves;
}

absl::Status RocksDbEventLog::Follow(const std::string& position, uint64_t expected_next_sequence,
                                     const record::EncodedRecords& records, const std::vector<Hash>& leaves) {
  RETURN_IF_ERROR(CheckNext(expected_next_sequence));
  return Write(expected_next_sequence, records, leaves, position);
}

absl::StatusOr<std::string> RocksDbEventLog::position() const {
  std::string position;
  const rocksdb::Status found = db_->Get(rocksdb::ReadOptions(), kPosition, &position);
  if (!found.ok() && !found.IsNotFound()) return FromRocksDb(found, "reading where the log's copy stands");
  return position;
}

absl::Status RocksDbEventLog::SetPosition(const std::string& position) {
  rocksdb::WriteOptions options;
  options.sync = true;
  const rocksdb::Status written =
      position.empty() ? db_->Delete(options, kPosition) : db_->Put(options, kPosition, position);
  return FromRocksDb(written, "writing where the log's copy stands");
}

absl::Status RocksDbEventLog::Write(uint64_t first_sequence, const record::EncodedRecords& records,
                                    const std::vector<Hash>& leaves, const std::string& position) {
  if (records.empty()) return absl::OkStatus();
  rocksdb::WriteBatch batch(records.total_bytes() + 64 * records.size() + 1024);
  PutPages(first_sequence, records, batch);
  PutStreams(first_sequence, records, batch);
  const Requests requests = RequestsOf(first_sequence, records);
  if (!requests.empty()) batch.Put(requests_, SequenceKey(first_sequence), RunOf(requests));
  PutHashes(leaves, batch);
  if (!position.empty()) batch.Put(kPosition, position);
  rocksdb::WriteOptions options;
  options.sync = position.empty();
  const rocksdb::Status written = db_->Write(options, &batch);
  if (!written.ok())
    return FromRocksDb(written, absl::StrCat("writing records from ", first_sequence, " on"));
  // Before the records are announced: what is announced is found.
  RETURN_IF_ERROR(request_index_->Note(requests, first_sequence + records.size()));
  absl::MutexLock lock(&mutex_);
  next_sequence_ = first_sequence + records.size();
  return absl::OkStatus();
}

absl::Status RocksDbEventLog::Read(uint64_t from, Visitor visitor) const {
  // The end is taken before the iterator's snapshot, which then holds at least all that was announced; what
  // is in the database but not yet announced is left for the next call.
  const uint64_t end = next_sequence();
  std::unique_ptr<rocksdb::Iterator> pages(db_->NewIterator(rocksdb::ReadOptions(), events_));
  uint64_t expected = from;
  for (pages->Seek(SequenceKey(from)); pages->Valid() && expected < end; pages->Next()) {
    ASSIGN_OR_RETURN(auto page, Page::Parse(pages->key(), pages->value()));
    if (page.first() > expected) return Damaged(expected, page.first(), "they are missing");
    for (; expected <= page.last() && expected < end; ++expected) {
      if (!visitor(expected, page.Record(expected))) return absl::OkStatus();
    }
  }
  if (!pages->status().ok()) return ReadFault(expected, pages->status());
  if (expected < end) return Damaged(expected, end, "they are missing");
  return absl::OkStatus();
}

// Whether the page that holds a record, or the first one behind it, can be read.
bool RocksDbEventLog::CanFind(uint64_t sequence) const {
  std::unique_ptr<rocksdb::Iterator> pages(db_->NewIterator(rocksdb::ReadOptions(), events_));
  pages->Seek(SequenceKey(sequence));
  return pages->status().ok();
}

// The first record behind damage that begins at `first`. RocksDB says which block of which file it can't read, not how far its
// keys go: so that is tried.
uint64_t RocksDbEventLog::NextReadable(uint64_t first) const {
  const uint64_t end = next_sequence();
  uint64_t damaged = first;
  uint64_t readable = end;
  for (uint64_t step = 1; first + step < end; step *= 2) {
    if (CanFind(first + step)) {
      readable = first + step;
      break;
    }
    damaged = first + step;
  }
  while (damaged + 1 < readable) {
    const uint64_t middle = damaged + (readable - damaged) / 2;
    (CanFind(middle) ? readable : damaged) = middle;
  }
  return readable;
}

// Whoever runs the docket reads it in the journal too, once a place.
absl::Status RocksDbEventLog::Damaged(uint64_t first, uint64_t next, absl::string_view what) const {
  const std::string message =
      absl::StrCat("records ", first, " to ", next - 1, " of the log can't be read: ", what,
                   ". Stop, and restore the log from a backup");
  bool told = false;
  {
    absl::MutexLock lock(&mutex_);
    told = !damage_told_.insert(next).second;
  }
  if (!told) spdlog::critical("{}", message);
  return absl::DataLossError(message);
}

absl::Status RocksDbEventLog::ReadFault(uint64_t first, const rocksdb::Status& fault) const {
  if (!fault.IsCorruption()) return FromRocksDb(fault, absl::StrCat("reading the log at record ", first));
  return Damaged(first, NextReadable(first), fault.ToString());
}

absl::Status RocksDbEventLog::ReadStream(uint64_t stream, Visitor visitor) const {
  // As in Read: entries of a batch that is written but not yet announced are left for the next call, all of them, though it
  // may be announced while the others are read.
  const uint64_t end = next_sequence();
  if (stream >= end) return absl::NotFoundError(absl::StrCat("nothing has the number ", stream));
  bool more = true;
  const auto read_one = [&](uint64_t sequence) {
    return Read(sequence, [&](uint64_t at, absl::string_view bytes) {
      more = visitor(at, bytes);
      return false;
    });
  };
  RETURN_IF_ERROR(read_one(stream));
  std::unique_ptr<rocksdb::Iterator> entries(db_->NewIterator(rocksdb::ReadOptions(), streams_));
  for (entries->Seek(StreamKey(stream, 1)); more && entries->Valid() && NumberOf(entries->key()) == stream;
       entries->Next()) {
    if (entries->value().size() != sizeof(uint64_t))
      return absl::DataLossError(absl::StrCat("the index of stream ", stream, " is damaged"));
    const uint64_t sequence = NumberOf(entries->value());
    if (sequence >= end) break;
    RETURN_IF_ERROR(read_one(sequence));
  }
  return FromRocksDb(entries->status(), absl::StrCat("reading stream ", stream));
}

bool RocksDbEventLog::WaitForAppend(uint64_t after, absl::Duration timeout) const {
  absl::MutexLock lock(&mutex_);
  const auto appended = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return next_sequence_ > after || interrupted_;
  };
  steady::AwaitFor(mutex_, absl::Condition(&appended), timeout);
  return next_sequence_ > after;
}

void RocksDbEventLog::Interrupt() {
  absl::MutexLock lock(&mutex_);
  interrupted_ = true;
}

uint64_t RocksDbEventLog::next_sequence() const {
  absl::MutexLock lock(&mutex_);
  return next_sequence_;
}

absl::Status RocksDbEventLog::CatchUpRequestIndex() {
  Requests requests;
  std::unique_ptr<rocksdb::Iterator> runs(db_->NewIterator(rocksdb::ReadOptions(), requests_));
  for (runs->Seek(SequenceKey(request_index_->in_files_to())); runs->Valid(); runs->Next()) {
    const Slice run = runs->value();
    if (run.size() % 16 != 0) {
      return absl::DataLossError(
          absl::StrCat("the requests from record ", NumberOf(runs->key()), " on are damaged"));
    }
    requests.clear();
    for (size_t at = 0; at < run.size(); at += 16) {
      requests.push_back({record::LoadLittle64(run.data() + at), record::LoadLittle64(run.data() + at + 8)});
    }
    RETURN_IF_ERROR(request_index_->Note(requests, NumberOf(runs->key()) + 1));
  }
  return FromRocksDb(runs->status(), "reading the requests");
}

absl::StatusOr<std::vector<std::optional<uint64_t>>> RocksDbEventLog::FindRequests(
    absl::Span<const uint64_t> fingerprints) const {
  if (request_index_ == nullptr) {
    return absl::UnimplementedError("a view of another process's log doesn't find requests");
  }
  auto found = request_index_->Find(fingerprints);
  if (!found.ok()) return found;
  // The index may reach farther than a copy that lost its end: those records come again, at the same places.
  const uint64_t end = next_sequence();
  for (std::optional<uint64_t>& first_sequence : *found) {
    if (first_sequence.has_value() && *first_sequence >= end) first_sequence.reset();
  }
  return found;
}

absl::StatusOr<std::vector<Hash>> RocksDbEventLog::Hashes(uint32_t level, uint64_t first,
                                                          uint64_t count) const {
  std::vector<Hash> hashes;
  hashes.reserve(count);
  std::unique_ptr<rocksdb::Iterator> runs(db_->NewIterator(rocksdb::ReadOptions(), hashes_));
  for (runs->Seek(HashKey(level, first)); hashes.size() < count && runs->Valid(); runs->Next()) {
    const Slice run = runs->value();
    if (static_cast<uint8_t>(runs->key()[0]) != level || run.size() % sizeof(Hash) != 0) break;
    const uint64_t run_last = record::LoadBig64(runs->key().data() + 1);
    const uint64_t run_first = run_last + 1 - run.size() / sizeof(Hash);
    const uint64_t wanted = first + hashes.size();
    if (run_first > wanted) break;
    for (uint64_t index = wanted; index <= run_last && hashes.size() < count; ++index) {
      hashes.push_back(merkle::HashFromBytes(
          absl::string_view(run.data() + (index - run_first) * sizeof(Hash), sizeof(Hash))));
    }
  }
  if (!runs->status().ok()) return FromRocksDb(runs->status(), "reading the Merkle tree");
  if (hashes.size() < count) {
    return absl::DataLossError(
        absl::StrCat("the Merkle tree lacks hash ", first + hashes.size(), " of level ", level));
  }
  return hashes;
}

absl::Status RocksDbEventLog::BackUp(const std::string& folder, uint32_t keep,
                                     const storage::BackupNotes& notes) const {
  return storage::BackUp(*db_, folder, keep, notes);
}

std::vector<storage::TableFile> RocksDbEventLog::TableFiles() const { return storage::TableFilesOf(*db_); }

absl::Status RocksDbEventLog::CheckSize(uint64_t size) const {
  if (const uint64_t now = next_sequence(); size > now) {
    return absl::InvalidArgumentError(absl::StrCat("size: the tree has ", now, " leaves, not ", size));
  }
  return absl::OkStatus();
}

absl::StatusOr<Hash> RocksDbEventLog::Root(uint64_t size) const {
  RETURN_IF_ERROR(CheckSize(size));
  return merkle::RootAt(
      size, [this](uint32_t level, uint64_t first, uint64_t count) { return Hashes(level, first, count); });
}

absl::StatusOr<std::vector<Hash>> RocksDbEventLog::InclusionProof(uint64_t sequence, uint64_t size) const {
  RETURN_IF_ERROR(CheckSize(size));
  return merkle::InclusionProof(sequence, size, [this](uint32_t level, uint64_t first, uint64_t count) {
    return Hashes(level, first, count);
  });
}

absl::StatusOr<std::vector<Hash>> RocksDbEventLog::ConsistencyProof(uint64_t from_size,
                                                                    uint64_t to_size) const {
  RETURN_IF_ERROR(CheckSize(to_size));
  return merkle::ConsistencyProof(from_size, to_size, [this](uint32_t level, uint64_t first, uint64_t count) {
    return Hashes(level, first, count);
  });
}

}  // namespace klaim::log
