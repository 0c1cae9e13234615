// Backups of a RocksDB database: incremental, while it is in use. A folder holds the last few, which share what
// didn't change between them; every file has its checksum.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace rocksdb {
class DB;
}

namespace klaim::storage {

// Small texts by name, without spaces, that belong to one backup: written with it, so that a backup that fails leaves the
// one before with its own. Some tens of KiB in all.
using BackupNotes = std::map<std::string, std::string>;

// Adds a backup to `folder`, made when missing, and removes all but the newest `keep` (1 or more) with whatever
// they alone needed: what was erased from the database before is then in none of its files.
absl::Status BackUp(rocksdb::DB& db, const std::string& folder, uint32_t keep, const BackupNotes& notes = {});

// The backup that a database was made from.
struct Restored {
  int64_t made_at_seconds = 0;       // since 1970-01-01T00:00:00Z
  BackupNotes notes;                 // none in a backup that was made without
  std::vector<std::string> damaged;  // newer backups that couldn't be used, each with what is wrong
};

// Makes the database in `target` from the newest backup that is whole. DATA_LOSS when none is: a torn or damaged
// one is never used.
absl::StatusOr<Restored> Restore(const std::string& folder, const std::string& target);

}  // namespace klaim::storage
