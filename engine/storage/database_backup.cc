#include "engine/storage/database_backup.h"

#include <rocksdb/db.h>
#include <rocksdb/utilities/backup_engine.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
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

// Each: its name, a space, how many bytes it has, a newline, the bytes.
std::string Written(const BackupNotes& notes) {
  std::string text;
  for (const auto& [name, note] : notes) absl::StrAppend(&text, name, " ", note.size(), "\n", note);
  return text;
}

std::optional<BackupNotes> Read(absl::string_view text) {
  BackupNotes notes;
  while (!text.empty()) {
    const size_t space = text.find(' ');
    const size_t line = text.find('\n');
    uint64_t size = 0;
    if (line == absl::string_view::npos || space >= line ||
        !absl::SimpleAtoi(text.substr(space + 1, line - space - 1), &size)) {
      return std::nullopt;
    }
    const std::string name(text.substr(0, space));
    text.remove_prefix(line + 1);
    if (size > text.size()) return std::nullopt;
    notes[name] = std::string(text.substr(0, size));
    text.remove_prefix(size);
  }
  return notes;
}

}  // namespace

absl::Status BackUp(rocksdb::DB& db, const std::string& folder, uint32_t keep, const BackupNotes& notes) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  rocksdb::BackupEngine* opened = nullptr;
  rocksdb::Status status = rocksdb::BackupEngine::Open(Options(folder), rocksdb::Env::Default(), &opened);
  if (!status.ok()) return FromRocksDb(status, absl::StrCat("opening the backups in ", folder));
  const std::unique_ptr<rocksdb::BackupEngine> engine(opened);
  rocksdb::CreateBackupOptions create;
  create.flush_before_backup = true;
  status = engine->CreateNewBackupWithMetadata(create, &db, Written(notes));
  if (status.ok()) status = engine->PurgeOldBackups(keep);
  if (status.ok()) status = engine->GarbageCollect();
  return FromRocksDb(status, absl::StrCat("backing up into ", folder));
}

absl::StatusOr<Restored> Restore(const std::string& folder, const std::string& target) {
  if (!std::filesystem::exists(folder))
    return absl::NotFoundError(absl::StrCat("there is no backup in ", folder));
  rocksdb::BackupEngineReadOnly* opened = nullptr;
  rocksdb::Status status =
      rocksdb::BackupEngineReadOnly::Open(rocksdb::Env::Default(), Options(folder), &opened);
  if (!status.ok()) return FromRocksDb(status, absl::StrCat("opening the backups in ", folder));
  const std::unique_ptr<rocksdb::BackupEngineReadOnly> engine(opened);
  Restored restored;
  std::vector<rocksdb::BackupID> unreadable;
  engine->GetCorruptedBackups(&unreadable);
  for (rocksdb::BackupID id : unreadable) {
    restored.damaged.push_back(absl::StrCat("backup ", id, ": files of it are missing or cut"));
  }
  std::vector<rocksdb::BackupInfo> backups;
  engine->GetBackupInfo(&backups);
  std::sort(backups.begin(), backups.end(),
            [](const auto& a, const auto& b) { return a.backup_id > b.backup_id; });
  for (const rocksdb::BackupInfo& backup : backups) {
    status = engine->VerifyBackup(backup.backup_id, /*verify_with_checksum=*/true);
    std::optional<BackupNotes> notes = Read(backup.app_metadata);
    if (status.ok() && !notes.has_value()) status = rocksdb::Status::Corruption("what goes with it");
    if (status.ok()) status = engine->RestoreDBFromBackup(backup.backup_id, target, target);
    if (status.ok()) {
      restored.made_at_seconds = backup.timestamp;
      restored.notes = *std::move(notes);
      return restored;
    }
    restored.damaged.push_back(absl::StrCat("backup ", backup.backup_id, ": ", status.ToString()));
  }
  return absl::DataLossError(
      absl::StrCat("no backup in ", folder, " is whole",
                   restored.damaged.empty() ? "" : " (", absl::StrJoin(restored.damaged, "; "),
                   restored.damaged.empty() ? "" : ")"));
}

}  // namespace klaim::storage
