// The lines of imports, from when they are handed in until they are filed, and what became of them.
//
//   <folder>/<whose>-<name>/key              number of the data key that seals the lines; destroyed when the job is over
//   <folder>/<whose>-<name>/job              number of the job, once it was begun
//   <folder>/<whose>-<name>/FIRST.lines      v1.StageImportRequest, sealed: the lines from the FIRST on (9 digits, from 0)
//   <folder>/<whose>-<name>/FIRST.outcomes   v1.ListImportOutcomesResponse for them
//
// <whose> and <name> are hashes, so that neither a name nor a path gets in. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "engine/privacy/vault.h"
#include "klaim/v1/import_export_service.pb.h"

namespace klaim::services {

class ImportStaging {
 public:
  // `vault` must live longer.
  ImportStaging(std::string folder, privacy::Vault& vault) : folder_(std::move(folder)), vault_(vault) {}

  // Lines that were handed in together.
  struct Part {
    uint32_t first = 0;  // how many lines stand before them
    bool answered = false;
  };

  // Durable when it returns. Answers how many lines there are. FAILED_PRECONDITION for lines that leave a gap, or come after
  // the import was begun; RESOURCE_EXHAUSTED when it is too much.
  absl::StatusOr<uint32_t> Stage(const std::string& actor, v1::StageImportRequest& request);
  absl::StatusOr<uint32_t> Staged(const std::string& actor, const std::string& name) const;

  absl::Status NoteJob(const std::string& actor, const std::string& name, uint64_t job_id);
  // 0 before it was begun.
  uint64_t JobOf(const std::string& actor, const std::string& name) const;

  // In order. Once the job is over, those that were answered.
  std::vector<Part> Parts(const std::string& actor, const std::string& name) const;
  // The lines of a part, opened.
  absl::StatusOr<v1::StageImportRequest> Lines(const std::string& actor, const std::string& name,
                                               uint32_t first) const;
  absl::Status NoteOutcomes(const std::string& actor, const std::string& name, uint32_t first,
                            const v1::ListImportOutcomesResponse& outcomes);
  absl::StatusOr<v1::ListImportOutcomesResponse> Outcomes(const std::string& actor, const std::string& name,
                                                          uint32_t first) const;

  // Removes the lines and destroys their key, once the job is over; what became of them stays.
  absl::Status Forget(const std::string& actor, const std::string& name);

  // Removes what was staged and never begun for seven days, and outcomes of ninety days ago.
  void Sweep();

  // Numbers of the data keys that seal what lies in such a folder, each with its owner in the vault.
  static std::vector<std::pair<uint64_t, std::string>> KeysIn(const std::string& folder);

 private:
  std::string FolderOf(const std::string& actor, const std::string& name) const;
  absl::Status CheckRoom(const std::string& actor, const std::string& folder) const;
  absl::StatusOr<privacy::DataKey> KeyOf(const std::string& folder);

  const std::string folder_;
  privacy::Vault& vault_;
  mutable absl::Mutex mutex_;  // one change at a time
};

}  // namespace klaim::services
