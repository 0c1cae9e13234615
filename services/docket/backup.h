// Backups of a docket: log, vault and evidence apart, so that the keys and what they open can be kept in
// different hands. The log's goes first: whatever it names is in the others then. The vault's goes last: whose document was
// erased before it was copied has no key in the vault's any more, by which a restore knows that nothing is missing.
//
// A backup that fails leaves those before it as they were. What goes with the log's (the signed checkpoint, the log's public
// key, the data folder's format) stands in the same backup, as its notes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "services/docket/open_docket.h"

namespace klaim::services {

// Names of the notes of a log's backup.
inline constexpr char kCheckpointNote[] = "checkpoint";
inline constexpr char kVerifierKeyNote[] = "log.vkey";
inline constexpr char kFormatNote[] = "FORMAT";

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
  std::string what;  // "log", "evidence", "vault"
  uint64_t records = 0;
  uint64_t documents = 0;
};

// Blocks. FAILED_PRECONDITION when no place is set up. DATA_LOSS naming the documents whose files are missing or damaged here,
// once all else is backed up: a whole copy in the backup is never written over by a damaged file.
absl::Status BackUp(OpenDocket& docket, const BackupPlaces& places, uint32_t keep,
                    const std::function<void(const BackupProgress&)>& progress);

}  // namespace klaim::services
