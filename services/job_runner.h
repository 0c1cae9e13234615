// Runs jobs, each in the name of who asked: decisions one after the other, and beside them imports and exports one after the
// other, so that a long list of one organisation keeps nobody else's decision waiting. A job that a restart cut off goes on;
// what it had done is recognised by its request identifications and not done again.
#pragma once

#include <map>
#include <string>
#include <thread>

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/job_work.h"

namespace klaim::services {

struct JobProgress {
  uint64_t looked_at = 0;
  uint64_t total = 0;
  absl::Duration left;  // zero when it isn't known
};

// Tells whoever began a job its number.
inline constexpr auto kFillJobId = [](const sequencer::Outcome& outcome, const auto&, auto& answer) {
  answer.set_job_id(outcome.first_sequence);
};

class JobRunner {
 public:
  explicit JobRunner(const JobTools& tools);
  ~JobRunner();

  // Of a job that goes on; nothing looked at when it waits.
  JobProgress ProgressOf(uint64_t job_id) const;

 private:
  enum class Lane { kDecisions, kImportsAndExports };
  struct Running {
    uint64_t looked_at = 0;
    uint64_t total = 0;
    absl::Time began;
  };

  static Lane LaneOf(const v1::EventRecord& started);
  void Loop(Lane lane);
  // The first job of the lane that isn't over; 0 for none.
  uint64_t NextOf(Lane lane) const;
  void Run(uint64_t job_id);
  void End(uint64_t job_id, const v1::JobEnded& result);
  bool stopping() const;

  const JobTools tools_;
  OpenDocket& docket_;
  mutable absl::Mutex mutex_;
  std::map<uint64_t, Running> running_ ABSL_GUARDED_BY(mutex_);  // by job
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread decisions_;
  std::thread imports_and_exports_;
};

}  // namespace klaim::services
