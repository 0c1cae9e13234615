// Looks at every file of a docket again and again, slowly, so that damage is found while there is a backup that is older than
// it, and not when a name is needed. Round by round:
//   the log's files, block by block; its records, hashed against the tree;
//   the vault's files; its rows, each opened;
//   documents, each of their segments authenticated;
//   the read models' files, which are made again where they are damaged.
// What is found goes to the docket's Damages. A copy on a cluster looks at its own files alone: the vault's server keeps the rows, and
// an S3 store looks after its documents.
//
// How far it is stands in data/scrubbing, with where something was damaged: an earlier process's findings are looked at again
// first, those of the log before anything is served, and the round goes on where it was.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/docket/open_docket.h"

namespace klaim::services {

class Scrubbing {
 public:
  // `docket` must live longer. It reads at most this many bytes a second; 0 for no scrubbing, but for the log's damage found earlier.
  Scrubbing(OpenDocket& docket, uint64_t bytes_a_second);
  // Ends it at once.
  ~Scrubbing();

 private:
  enum class Stage { kLogFiles, kLogRecords, kVaultFiles, kVaultRows, kEvidence, kReadModels, kEnd };
  // What comes next of a stage: a file's number, a tile's index, a data key's or a document's number.
  struct Place {
    Stage stage = Stage::kLogFiles;
    uint64_t next = 0;
  };

  void Recall();
  void Keep();
  void Loop();
  bool Rest(absl::Duration time);
  bool Paced(uint64_t bytes);
  void Look(Place& place);
  void LookAtFile(const std::vector<storage::TableFile>& files, DamagedPart part, Place& place);
  void LookAtRecords(Place& place);
  absl::Status CheckTile(uint64_t first, uint64_t count);
  absl::Status CheckLevelsAbove(uint64_t tile) const;
  void LookAtKeys(Place& place);
  void LookAtDocument(Place& place);
  absl::Status CheckDocument(uint64_t claimant_id, const std::string& blob, uint64_t size);
  void Found(const Place& place, Damage damage);

  OpenDocket& docket_;
  const uint64_t bytes_a_second_;
  const std::string file_;
  // The thread's, once it runs.
  bool paced_ = false;
  Place place_;
  std::vector<Place> again_;  // where damage was found earlier
  std::vector<Place> damaged_;
  absl::Duration kept_ = -absl::InfiniteDuration();  // by the steady clock

  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace klaim::services
