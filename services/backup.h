// Backups of a docket: log, vault and evidence apart, so that the keys and what they open can be kept in
// different hands. The log's goes first: whatever it names is in the others then.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "services/open_docket.h"

namespace klaim::services {

// Folders; an empty one is not backed up.
struct BackupPlaces {
  std::string log;
  std::string vault;
  std::string evidence;
  // Files that go with the log: what it said of itself last, and the key that signed that.
  std::string checkpoint_file;
  std::string verifier_key_file;
};

struct BackupProgress {
  std::string what;  // "log", "vault", "evidence"
  uint64_t records = 0;
  uint64_t documents = 0;
};

// Blocks. FAILED_PRECONDITION when no place is set up.
absl::Status BackUp(OpenDocket& docket, const BackupPlaces& places, uint32_t keep,
                    const std::function<void(const BackupProgress&)>& progress);

}  // namespace klaim::services
