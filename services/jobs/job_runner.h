// Runs jobs, each in the name of who asked: decisions one after the other, beside them imports one after the other, and beside
// those exports, so that a long list of one organisation keeps nobody else's decision waiting, nor an auditor's export. Within
// each of these lanes accounts take turns, and an account has at most kMaxOfOne jobs under way. A job that a restart cut off
// goes on; what it had done is recognised by its request identifications and not done again.
#pragma once

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/jobs/job_run.h"

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

  // Handles a call that begins a job. RESOURCE_EXHAUSTED while the account has as many under way as one may.
  template <class Request, class Response>
  grpc::ServerUnaryReactor* Start(grpc::CallbackServerContext* context, const Request* request,
                                  Response* response) const {
    return tools_.calls.WriteCompleted(
        context, request, response, [this](const Caller& caller, const auto&) { return Admit(caller.actor); },
        kFillJobId);
  }

 private:
  enum class Lane { kDecisions, kImports, kExports };
  struct Running {
    uint64_t looked_at = 0;
    uint64_t total = 0;
    absl::Duration began;  // of the steady clock
  };

  absl::Status Admit(const std::string& actor) const;
  static Lane LaneOf(const v1::EventRecord& started);
  void Loop(Lane lane);
  // The job of the lane that is next, by turns after the account that was served last; 0 for none.
  uint64_t NextOf(Lane lane, std::string& served_last) const;
  // Jobs that aren't over, the oldest first.
  absl::Status ForEachUnderWay(
      absl::FunctionRef<void(uint64_t job_id, const v1::EventRecord& started)> visit) const;
  void Run(uint64_t job_id);
  void End(uint64_t job_id, const v1::JobEnded& result);
  bool stopping() const;

  const JobTools tools_;
  OpenDocket& docket_;
  mutable absl::Mutex mutex_;
  std::map<uint64_t, Running> running_ ABSL_GUARDED_BY(mutex_);  // by job
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> lanes_;
};

}  // namespace klaim::services
