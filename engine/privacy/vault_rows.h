// The rows that a vault stands in: names and wrapped values, which say nothing without the master key. In a database
// of the docket's own, or on another machine where several nodes share them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/storage/table_files.h"

namespace rocksdb {
class Env;
}

namespace klaim::privacy {

struct VaultRow {
  std::string name;
  std::optional<std::string> value;  // none removes it
};

// The name of a row of a kind; those of a kind stand by their numbers.
std::string RowName(char kind, uint64_t number);

// The row that says which generation of the master key the rows are wrapped under: another one with each change of it.
inline constexpr char kGenerationRow[] = "g";

// Thread-safe.
class VaultRows {
 public:
  // Sees a row; false ends the reading. The bytes live only as long as the call.
  using Visitor = absl::FunctionRef<bool(absl::string_view name, absl::string_view value)>;

  virtual ~VaultRows() = default;

  // NOT_FOUND when there is no such row.
  virtual absl::StatusOr<std::string> Get(const std::string& name) const = 0;

  // NOT_FOUND unless all of these rows, no two alike, are there.
  virtual absl::Status RequireAll(const std::vector<std::string>& names) const = 0;

  // Writes all or none; durable when it returns, if `durable`.
  virtual absl::Status Write(const std::vector<VaultRow>& rows, bool durable) = 0;

  // The same, durable, unless one of the rows is there already: then ALREADY_EXISTS.
  virtual absl::Status Add(const std::vector<VaultRow>& rows) = 0;

  // Rows from `from` on whose name begins with `prefix`, by name.
  virtual absl::Status Scan(const std::string& from, const std::string& prefix, Visitor visit) const = 0;

  // The name of the last row that begins with `prefix`; empty when there is none.
  virtual absl::StatusOr<std::string> Last(const std::string& prefix) const = 0;

  // Takes care that no file holds what was removed or written over. Takes as long as rewriting them does.
  virtual absl::Status ForceOutOfFiles() = 0;

  // Adds a backup to a folder of this machine, and keeps the latest `keep` (engine/storage/database_backup.h).
  virtual absl::Status BackUp(const std::string& folder, uint32_t keep) const = 0;

  // The files in which the rows stand on this machine: for a check of what is on the disk.
  virtual std::vector<storage::TableFile> TableFiles() const { return {}; }

  // Whether another process may write rows too.
  virtual bool shared() const = 0;

  // From now on rows that are shared are written only while kGenerationRow has this value, empty while there is none, or
  // what was written there through here since; else ABORTED: another process changed the master key.
  virtual void ExpectGeneration(const std::string& generation) = 0;
};

// Rows in a database of this process, made when missing. `storage` is where files are kept: this machine's where it is
// null.
absl::StatusOr<std::unique_ptr<VaultRows>> OpenVaultRows(const std::string& path,
                                                         rocksdb::Env* storage = nullptr);

// The same to look at alone, also beside the process that has it: nothing is written, and a vault that isn't there isn't
// made. Shows what was there when it was opened.
absl::StatusOr<std::unique_ptr<VaultRows>> OpenVaultRowsToRead(const std::string& path);

}  // namespace klaim::privacy
