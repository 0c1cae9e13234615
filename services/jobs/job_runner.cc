#include "services/jobs/job_runner.h"

#include <pthread.h>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "engine/domain/core/refusal.h"
#include "engine/sequencer/folded.h"
#include "engine/time/steady.h"
#include "klaim/v1/event_record.pb.h"
#include "projections/operations/jobs_query.h"
#include "services/jobs/export_folders.h"
#include "services/jobs/job_dispatch.h"
#include "services/jobs/job_metrics.h"
#include "spdlog/spdlog.h"

namespace klaim::services {
namespace {

constexpr absl::Duration kLookForEnd = absl::Milliseconds(200);
constexpr absl::Duration kSweep = absl::Hours(1);
constexpr size_t kMaxOfOne = 16;  // jobs of one account that aren't over

}  // namespace

JobRunner::JobRunner(const JobTools& tools) : tools_(tools), docket_(tools.calls.docket()) {
  metrics::Of<JobMetrics>();  // told from the start, at 0
  for (const auto& [lane, name] : {std::pair(Lane::kDecisions, "jobs"), std::pair(Lane::kImports, "imports"),
                                   std::pair(Lane::kExports, "exports")}) {
    lanes_.emplace_back([this, one = lane] { Loop(one); });
    pthread_setname_np(lanes_.back().native_handle(), name);
  }
}

JobRunner::~JobRunner() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (std::thread& lane : lanes_) lane.join();
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
    progress.left = (steady::Now() - running.began) / static_cast<double>(running.looked_at) *
                    static_cast<double>(running.total - running.looked_at);
  }
  return progress;
}

JobRunner::Lane JobRunner::LaneOf(const v1::EventRecord& started) {
  if (started.has_import_started()) return Lane::kImports;
  return started.has_ledger_export_started() || started.has_log_export_started() ? Lane::kExports
                                                                                 : Lane::kDecisions;
}

absl::Status JobRunner::ForEachUnderWay(
    absl::FunctionRef<void(uint64_t, const v1::EventRecord&)> visit) const {
  return docket_.models().jobs().UnderWay().ForEach([&](uint64_t job_id) {
    v1::EventRecord started;
    absl::Status read = log::ReadRecord(*docket_.log, job_id, started);
    if (read.ok()) visit(job_id, started);
    return read;
  });
}

absl::Status JobRunner::Admit(const std::string& actor) const {
  size_t under_way = 0;
  absl::Status read = ForEachUnderWay([&](uint64_t, const v1::EventRecord& started) {
    if (started.actor() == actor) ++under_way;
  });
  if (!read.ok()) return read;
  if (under_way < kMaxOfOne) return absl::OkStatus();
  return domain::Refuse(absl::StatusCode::kResourceExhausted, v1::REASON_JOBS_ARE_UNDER_WAY_ALREADY,
                        under_way);
}

uint64_t JobRunner::NextOf(Lane lane, std::string& served_last) const {
  std::map<std::string, uint64_t> first;  // by account
  absl::Status read = ForEachUnderWay([&](uint64_t job_id, const v1::EventRecord& started) {
    if (LaneOf(started) == lane) first.emplace(started.actor(), job_id);
  });
  if (!read.ok()) spdlog::warn("jobs can't be read: {}", std::string(read.message()));
  if (!read.ok() || first.empty()) return 0;
  auto next = first.upper_bound(served_last);
  if (next == first.end()) next = first.begin();
  served_last = next->first;
  return next->second;
}

void JobRunner::Loop(Lane lane) {
  if (!docket_.leads()) return;
  absl::Duration swept = -absl::InfiniteDuration();
  std::string served_last;
  while (!stopping()) {
    if (lane == Lane::kImports && steady::Now() - swept >= kSweep) {
      swept = steady::Now();
      tools_.staging.Sweep();
      tools_.exports.Sweep();
    }
    if (const uint64_t job_id = NextOf(lane, served_last); job_id != 0) Run(job_id);
    absl::MutexLock lock(&mutex_);
    const auto end = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return stopping_; };
    steady::AwaitFor(mutex_, absl::Condition(&end), kLookForEnd);
  }
}

void JobRunner::Run(uint64_t job_id) {
  auto job = sequencer::Folded<domain::JobState>(*docket_.log, "job_id", job_id);
  if (!job.ok()) spdlog::warn("job {} can't be read: {}", job_id, std::string(job.status().message()));
  if (!job.ok() || job->ended) return;
  {
    absl::MutexLock lock(&mutex_);
    running_[job_id].began = steady::Now();
  }
  const metrics::Timed timed(metrics::Of<JobMetrics>().took);
  metrics::Of<JobMetrics>().running.Increment();
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
  metrics::Of<JobMetrics>().running.Decrement();
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
  metrics::Of<JobMetrics>().ended.Increment();
  docket_.projector->WaitVisible(sequence, absl::Seconds(10));
}

}  // namespace klaim::services
