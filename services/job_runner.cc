#include "services/job_runner.h"

#include <pthread.h>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "services/folded.h"

namespace klaim::services {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(200);
constexpr absl::Duration kSweep = absl::Hours(1);

}  // namespace

JobRunner::JobRunner(const JobTools& tools) : tools_(tools), docket_(tools.calls.docket()) {
  decisions_ = std::thread([this] { Loop(Lane::kDecisions); });
  pthread_setname_np(decisions_.native_handle(), "jobs");
  imports_and_exports_ = std::thread([this] { Loop(Lane::kImportsAndExports); });
  pthread_setname_np(imports_and_exports_.native_handle(), "imports-exports");
}

JobRunner::~JobRunner() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  decisions_.join();
  imports_and_exports_.join();
}

bool JobRunner::stopping() const {
  absl::MutexLock lock(&mutex_);
  return stopping_;
}

JobProgress JobRunner::ProgressOf(uint64_t job_id) const {
  absl::MutexLock lock(&mutex_);
  const auto found = running_.find(job_id);
  if (found == running_.end()) return {};
  const Running& running = found->second;
  JobProgress progress{running.looked_at, running.total, absl::ZeroDuration()};
  if (running.looked_at > 0 && running.looked_at < running.total) {
    progress.left = (absl::Now() - running.began) / static_cast<double>(running.looked_at) *
                    static_cast<double>(running.total - running.looked_at);
  }
  return progress;
}

JobRunner::Lane JobRunner::LaneOf(const v1::EventRecord& started) {
  return started.has_import_started() || started.has_ledger_export_started() ||
                 started.has_log_export_started()
             ? Lane::kImportsAndExports
             : Lane::kDecisions;
}

uint64_t JobRunner::NextOf(Lane lane) const {
  uint64_t job_id = 0;
  const std::string prefix = projections::Key('r');
  (void)docket_.projector->view("jobs").Scan(prefix, prefix, [&](absl::string_view key, absl::string_view) {
    v1::EventRecord started;
    const uint64_t candidate = projections::NumberAt(key, 1);
    if (log::ReadRecord(*docket_.log, candidate, started).ok() && LaneOf(started) == lane) job_id = candidate;
    return job_id == 0;
  });
  return job_id;
}

void JobRunner::Loop(Lane lane) {
  if (!docket_.leads()) return;
  absl::Time swept = absl::InfinitePast();
  while (!stopping()) {
    if (lane == Lane::kImportsAndExports && absl::Now() - swept >= kSweep) {
      swept = absl::Now();
      tools_.staging.Sweep();
      tools_.exports.Sweep();
    }
    if (const uint64_t job_id = NextOf(lane); job_id != 0) Run(job_id);
    absl::MutexLock lock(&mutex_);
    const auto end = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return stopping_; };
    mutex_.AwaitWithTimeout(absl::Condition(&end), kLook);
  }
}

void JobRunner::Run(uint64_t job_id) {
  auto job = Folded<domain::JobState>(*docket_.log, "job_id", job_id);
  if (!job.ok() || job->ended) return;
  {
    absl::MutexLock lock(&mutex_);
    running_[job_id].began = absl::Now();
  }
  JobRun run(
      tools_, *job, [this] { return !stopping(); },
      [this, job_id](uint64_t looked_at, uint64_t total) {
        absl::MutexLock lock(&mutex_);
        running_[job_id].looked_at = looked_at;
        running_[job_id].total = total;
      });
  Work(run);
  v1::JobEnded result = run.Result();
  if (job->cancelled) result.set_cancelled(true);
  if (!stopping()) End(job_id, result);
  absl::MutexLock lock(&mutex_);
  running_.erase(job_id);
}

void JobRunner::End(uint64_t job_id, const v1::JobEnded& result) {
  sequencer::Command command;
  command.actor = "jobs@0";
  command.request_id = absl::StrCat("end-", job_id);
  command.request_type = "JobEnded";
  command.decide = [end = domain::EndJob{job_id, result}](
                       domain::Docket& docket, const domain::Context& context, domain::Decision& decision) {
    return domain::Decide(end, docket, context, decision);
  };
  // The command is answered in its turn; the row of what goes on vanishes with it.
  auto answered = std::make_shared<absl::Notification>();
  uint64_t sequence = 0;
  command.done = [answered, &sequence](const absl::StatusOr<sequencer::Outcome>& outcome) {
    if (outcome.ok()) sequence = outcome->last_sequence;
    answered->Notify();
  };
  if (!docket_.sequencer->Submit(std::move(command)).ok()) return;
  answered->WaitForNotification();
  if (sequence == 0) return;
  docket_.projector->WaitVisible(sequence, absl::Seconds(10));
}

}  // namespace klaim::services
