// The rows that a vault stands in: names and wrapped values, which say nothing without the master key. In a database
// of the docket's own, or on another machine where several nodes share them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace rocksdb {
class Env;
}

namespace klaim::privacy {

struct VaultRow {
  std::string name;
  std::optional<std::string> value;  // none removes it
};

// Thread-safe.
class VaultRows {
 public:
  // Sees a row; false ends the reading. The bytes live only as long as the call.
  using Visitor = absl::FunctionRef<bool(absl::string_view name, absl::string_view value)>;

  virtual ~VaultRows() = default;

  // NOT_FOUND when there is no such row.
  virtual absl::StatusOr<std::string> Get(const std::string& name) const = 0;

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

  // Adds a backup to a folder of this machine, and keeps so many (engine/storage/database_backup.h).
  virtual absl::Status BackUp(const std::string& folder, uint32_t keep) const = 0;

  // Whether another process may write rows too.
  virtual bool shared() const = 0;
};

// Rows in a database of this process, made when missing. `storage` is where files are kept: this machine's where it is
// null.
absl::StatusOr<std::unique_ptr<VaultRows>> OpenVaultRows(const std::string& path,
                                                         rocksdb::Env* storage = nullptr);

}  // namespace klaim::privacy
