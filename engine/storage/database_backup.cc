#include "engine/storage/database_backup.h"

#include <rocksdb/db.h>
#include <rocksdb/utilities/backup_engine.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/storage/rocksdb_status.h"

namespace klaim::storage {
namespace {

rocksdb::BackupEngineOptions Options(const std::string& folder) {
  rocksdb::BackupEngineOptions options(folder);
  options.share_table_files = true;
  options.share_files_with_checksum = true;
  options.sync = true;
  return options;
}

}  // namespace

absl::Status BackUp(rocksdb::DB& db, const std::string& folder, uint32_t keep) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  rocksdb::BackupEngine* opened = nullptr;
  rocksdb::Status status = rocksdb::BackupEngine::Open(Options(folder), rocksdb::Env::Default(), &opened);
  if (!status.ok()) return FromRocksDb(status, absl::StrCat("opening the backups in ", folder));
  const std::unique_ptr<rocksdb::BackupEngine> engine(opened);
  rocksdb::CreateBackupOptions create;
  create.flush_before_backup = true;
  status = engine->CreateNewBackup(create, &db);
  if (status.ok()) status = engine->PurgeOldBackups(keep);
  if (status.ok()) status = engine->GarbageCollect();
  return FromRocksDb(status, absl::StrCat("backing up into ", folder));
}

absl::StatusOr<int64_t> Restore(const std::string& folder, const std::string& target) {
  if (!std::filesystem::exists(folder))
    return absl::NotFoundError(absl::StrCat("there is no backup in ", folder));
  rocksdb::BackupEngineReadOnly* opened = nullptr;
  rocksdb::Status status =
      rocksdb::BackupEngineReadOnly::Open(rocksdb::Env::Default(), Options(folder), &opened);
  if (!status.ok()) return FromRocksDb(status, absl::StrCat("opening the backups in ", folder));
  const std::unique_ptr<rocksdb::BackupEngineReadOnly> engine(opened);
  std::vector<rocksdb::BackupInfo> backups;
  engine->GetBackupInfo(&backups);
  std::sort(backups.begin(), backups.end(),
            [](const auto& a, const auto& b) { return a.backup_id > b.backup_id; });
  std::string damaged;
  for (const rocksdb::BackupInfo& backup : backups) {
    status = engine->VerifyBackup(backup.backup_id, /*verify_with_checksum=*/true);
    if (status.ok()) status = engine->RestoreDBFromBackup(backup.backup_id, target, target);
    if (status.ok()) return backup.timestamp;
    absl::StrAppend(&damaged, damaged.empty() ? "" : "; ", "backup ", backup.backup_id, ": ",
                    status.ToString());
  }
  return absl::DataLossError(absl::StrCat("no backup in ", folder, " is whole", damaged.empty() ? "" : " (",
                                          damaged, damaged.empty() ? "" : ")"));
}

}  // namespace klaim::storage
