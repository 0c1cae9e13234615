// What was found damaged in the files of a docket while it is served, by whoever met it: a query, or the scrubbing that looks for it
// (services/docket/scrubbing.h). Each finding is told in the journal once, and to whoever asks from then on.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "services/docket/docket_metrics.h"

namespace klaim::services {

enum class DamagedPart { kLog, kVault, kEvidence, kReadModels };

// "log", "vault", "evidence", "read models".
const char* NameOf(DamagedPart part);

struct Damage {
  DamagedPart part = DamagedPart::kLog;
  std::string file;    // path; empty where it isn't one file
  std::string holds;   // what of the docket stands there, as in "records 4100 to 4163"
  std::string what;    // how it was noticed
  bool exact = false;  // by a check of the file itself, which knows best what it holds
};

// Thread-safe.
class Damages {
 public:
  // Of what was found before in the same file only the words change. Told in the journal when it is new.
  void Note(const Damage& damage);

  std::vector<Damage> All() const;
  uint64_t Count(DamagedPart part) const;

  // `then` is called, from any thread, with the first damage of the log; at once if there is one already. Null for nobody.
  void OnLogDamage(std::function<void(const Damage&)> then);

  // How often all files were looked at since the process was started.
  void NoteRound() {
    ++rounds_;
    metrics::Of<DocketMetrics>().scrubbing_rounds.Increment();
  }
  uint64_t rounds() const { return rounds_; }

 private:
  std::atomic<uint64_t> rounds_ = 0;
  mutable absl::Mutex mutex_;
  std::vector<Damage> all_ ABSL_GUARDED_BY(mutex_);
  std::function<void(const Damage&)> on_log_damage_ ABSL_GUARDED_BY(mutex_);
};

// With which nothing is recorded any more where the log is damaged: DATA_LOSS that says what can still be done.
// `copy` where the docket stands on a cluster, and this is one of its copies.
absl::Status LogIsDamaged(const Damage& damage, bool copy);

}  // namespace klaim::services
