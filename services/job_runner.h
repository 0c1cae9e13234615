// Runs jobs, one after the other, each in the name of who asked. A job that a restart cut off goes on; what it had done is
// recognised by its request identifications and not done again.
#pragma once

#include <map>
#include <string>
#include <thread>

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/open_docket.h"
#include "services/person_linker.h"

namespace klaim::services {

struct JobProgress {
  uint64_t looked_at = 0;
  uint64_t total = 0;
  absl::Duration left;  // zero when it isn't known
};

class JobRunner {
 public:
  // Both must live longer.
  JobRunner(OpenDocket& docket, PersonLinker& linker);
  ~JobRunner();

  // Of a job that goes on; nothing looked at when it waits.
  JobProgress ProgressOf(uint64_t job_id) const;

 private:
  void Loop();
  void Run(uint64_t job_id);
  bool End(uint64_t job_id, const v1::JobEnded& result);
  bool stopping() const;

  OpenDocket& docket_;
  PersonLinker& linker_;
  mutable absl::Mutex mutex_;
  uint64_t running_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t looked_at_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t total_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Time began_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace klaim::services
