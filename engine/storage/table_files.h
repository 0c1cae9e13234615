// The table files of a RocksDB database, read as they stand on the disk, past every cache: so that damage is found before
// somebody needs what is there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace rocksdb {
class DB;
}

namespace klaim::storage {

struct TableFile {
  std::string path;
  std::string family;   // the column family whose rows it holds
  uint64_t number = 0;  // a later file has a higher one; never given again
};

// Those that the database has now, by number. What its write-ahead log holds is in none of them yet.
std::vector<TableFile> TableFilesOf(rocksdb::DB& db);

// What of a file can't be read: the rows between two that can. An empty name means that none before, or behind, can.
struct TableDamage {
  std::string after;
  std::string before;
  std::string what;  // in RocksDB's words
};

// Reads all rows of a file; RocksDB compares each block with its checksum. Nothing when it is whole, or isn't there any more.
// `pause` is called every quarter of a MiB with how many bytes were read since, and may wait; where it returns false, reading
// ends with CANCELLED. Other errors are those of the disk.
absl::StatusOr<std::optional<TableDamage>> CheckTableFile(const TableFile& file,
                                                          absl::FunctionRef<bool(uint64_t bytes)> pause);

// The path of the table file that RocksDB's words name; empty when they name none.
std::string TableFileNamedIn(absl::string_view words);

}  // namespace klaim::storage
