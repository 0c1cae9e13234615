// The journal of looks at personal data: what was looked at is recorded before it is shown, the looks of a few
// milliseconds in one event a viewer and purpose. Thread-safe.
#pragma once

#include <map>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "engine/sequencer/sequencer.h"

namespace klaim::services {

class ViewJournal {
 public:
  explicit ViewJournal(sequencer::Sequencer& sequencer);
  // Records what is left.
  ~ViewJournal();

  // Calls `then`, from another thread, once it is durable that `viewer` looked at these claimants' data and
  // read these documents.
  void Record(const std::string& viewer, const std::string& purpose, const std::set<uint64_t>& claimants,
              const std::set<uint64_t>& documents, absl::AnyInvocable<void(absl::Status)> then);

 private:
  struct Gathered {
    std::set<uint64_t> claimants;
    std::set<uint64_t> documents;
    std::vector<absl::AnyInvocable<void(absl::Status)>> waiting;
  };

  void Loop();
  void Submit(const std::string& viewer, const std::string& purpose, Gathered gathered);

  sequencer::Sequencer& sequencer_;
  absl::Mutex mutex_;
  std::map<std::pair<std::string, std::string>, Gathered> gathered_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace klaim::services
