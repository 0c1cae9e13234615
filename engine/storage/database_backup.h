// Backups of a RocksDB database: incremental, while it is in use. A folder holds the last few, which share what
// didn't change between them; every file has its checksum.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace rocksdb {
class DB;
}

namespace klaim::storage {

// Adds a backup to `folder`, made when missing, and removes all but the newest `keep` (1 or more) with whatever
// they alone needed: what was erased from the database before is then in none of its files.
absl::Status BackUp(rocksdb::DB& db, const std::string& folder, uint32_t keep);

// Makes the database in `target` from the newest backup that is whole. DATA_LOSS when none is: a torn or damaged
// one is never used. Tells when that backup was made, in seconds since 1970-01-01T00:00:00Z.
absl::StatusOr<int64_t> Restore(const std::string& folder, const std::string& target);

}  // namespace klaim::storage
