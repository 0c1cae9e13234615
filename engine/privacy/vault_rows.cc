#include "engine/privacy/vault_rows.h"

#include <rocksdb/db.h>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "engine/base/return_if_error.h"
#include "engine/record/byte_order.h"
#include "engine/storage/database_backup.h"
#include "engine/storage/rocksdb_status.h"

namespace klaim::privacy {
namespace {

using storage::FromRocksDb;

rocksdb::WriteOptions Durable() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

absl::string_view View(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

class RocksDbVaultRows final : public VaultRows {
 public:
  explicit RocksDbVaultRows(rocksdb::DB* db) : db_(db) {}
  ~RocksDbVaultRows() override {
    db_->SyncWAL();
    db_->Close();
  }

  absl::StatusOr<std::string> Get(const std::string& name) const override {
    std::string value;
    const rocksdb::Status found = db_->Get(rocksdb::ReadOptions(), name, &value);
    if (found.IsNotFound()) return absl::NotFoundError("the vault has no such row");
    if (!found.ok()) return FromRocksDb(found, "reading the vault");
    return value;
  }

  absl::Status RequireAll(const std::vector<std::string>& names) const override {
    for (const std::string& name : names) {
      RETURN_IF_ERROR(Get(name).status());
    }
    return absl::OkStatus();
  }

  absl::Status Write(const std::vector<VaultRow>& rows, bool durable) override {
    rocksdb::WriteBatch batch;
    for (const VaultRow& row : rows) {
      row.value.has_value() ? batch.Put(row.name, *row.value) : batch.Delete(row.name);
    }
    return FromRocksDb(db_->Write(durable ? Durable() : rocksdb::WriteOptions(), &batch),
                       "writing the vault");
  }

  absl::Status Add(const std::vector<VaultRow>& rows) override {
    absl::MutexLock lock(&adding_);
    for (const VaultRow& row : rows) {
      absl::Status found = Get(row.name).status();
      if (found.ok()) return absl::AlreadyExistsError("the vault has that row already");
      if (!absl::IsNotFound(found)) return found;
    }
    return Write(rows, true);
  }

  absl::Status Scan(const std::string& from, const std::string& prefix, Visitor visit) const override {
    std::unique_ptr<rocksdb::Iterator> row(db_->NewIterator(rocksdb::ReadOptions()));
    for (row->Seek(from); row->Valid() && row->key().starts_with(prefix); row->Next()) {
      if (!visit(View(row->key()), View(row->value()))) break;
    }
    return FromRocksDb(row->status(), "reading the vault");
  }

  absl::StatusOr<std::string> Last(const std::string& prefix) const override {
    std::unique_ptr<rocksdb::Iterator> row(db_->NewIterator(rocksdb::ReadOptions()));
    row->SeekForPrev(absl::StrCat(prefix, std::string(16, '\xff')));
    if (!row->status().ok()) return FromRocksDb(row->status(), "reading the vault");
    return row->Valid() && row->key().starts_with(prefix) ? row->key().ToString() : "";
  }

  // Old versions of rows stand in the write-ahead log and in table files until those are rewritten.
  absl::Status ForceOutOfFiles() override {
    rocksdb::CompactRangeOptions everything;
    everything.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
    rocksdb::Status status = db_->Flush(rocksdb::FlushOptions());
    if (status.ok()) status = db_->CompactRange(everything, nullptr, nullptr);
    // Files that are not needed any more are deleted now rather than some time later.
    if (status.ok()) status = db_->DisableFileDeletions();
    if (status.ok()) status = db_->EnableFileDeletions(true);
    return FromRocksDb(status, "rewriting the vault's files");
  }

  absl::Status BackUp(const std::string& folder, uint32_t keep) const override {
    return storage::BackUp(*db_, folder, keep);
  }

  std::vector<storage::TableFile> TableFiles() const override { return storage::TableFilesOf(*db_); }

  bool shared() const override { return false; }
  void ExpectGeneration(const std::string&) override {}

 private:
  const std::unique_ptr<rocksdb::DB> db_;
  absl::Mutex adding_;
};

rocksdb::Options VaultOptions(rocksdb::Env* storage) {
  rocksdb::Options options;
  if (storage != nullptr) options.env = storage;
  options.create_if_missing = true;
  options.paranoid_checks = true;
  // A loss of power may leave zeros in the middle of what wasn't synced: all before it is taken. That no key was lost with
  // it, the claimants in the log show (services/docket/open_docket.h).
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.keep_log_file_num = 4;
  options.write_buffer_size = 32 << 20;
  options.compression = rocksdb::kNoCompression;
  return options;
}

absl::StatusOr<std::unique_ptr<VaultRows>> RowsOf(const rocksdb::Status& opened, const std::string& path,
                                                  rocksdb::DB* db) {
  if (!opened.ok()) return FromRocksDb(opened, absl::StrCat("opening the vault in ", path));
  return std::make_unique<RocksDbVaultRows>(db);
}

}  // namespace

std::string RowName(char kind, uint64_t number) {
  std::string name(1, kind);
  record::AppendBig64(name, number);
  return name;
}

absl::StatusOr<std::unique_ptr<VaultRows>> OpenVaultRows(const std::string& path, rocksdb::Env* storage) {
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened = rocksdb::DB::Open(VaultOptions(storage), path, &db);
  return RowsOf(opened, path, db);
}

absl::StatusOr<std::unique_ptr<VaultRows>> OpenVaultRowsToRead(const std::string& path) {
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened = rocksdb::DB::OpenForReadOnly(VaultOptions(nullptr), path, &db);
  return RowsOf(opened, path, db);
}

}  // namespace klaim::privacy
