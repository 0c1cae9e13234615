// Lists that the daemon takes in as a job: staged in bounded messages, filed there whether we wait or not.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "klaim/v1/import_export_service.pb.h"
#include "tools/klaim/client/connection.h"

namespace klaim::tools {

class Connection;

struct ImportResult {
  uint64_t job_id = 0;                             // the last job that it took; 0 for none
  bool ended = true;                               // false when it wasn't waited for
  std::map<uint32_t, v1::ImportOutcome> outcomes;  // by number of the line
};

// Has lines filed, and waits unless told not to. What earlier imports of the same lines filed stays as it is, and is answered as
// recorded before; one that goes on is joined. `what` the lines are, as in "claims".
absl::StatusOr<ImportResult> FileLines(Connection& connection, std::vector<v1::ImportedLine> lines,
                                       const std::string& what, bool wait);

// Ends the import of these lines that goes on; NOT_FOUND when there is none.
absl::Status CancelImport(Connection& connection, const std::vector<v1::ImportedLine>& lines,
                          const std::string& reason);

}  // namespace klaim::tools
