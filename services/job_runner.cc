#include "services/job_runner.h"

#include <pthread.h>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "services/folded.h"
#include "services/job_work.h"

namespace klaim::services {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(200);

}  // namespace

JobRunner::JobRunner(OpenDocket& docket, PersonLinker& linker) : docket_(docket), linker_(linker) {
  thread_ = std::thread([this] { Loop(); });
  pthread_setname_np(thread_.native_handle(), "jobs");
}

JobRunner::~JobRunner() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

bool JobRunner::stopping() const {
  absl::MutexLock lock(&mutex_);
  return stopping_;
}

JobProgress JobRunner::ProgressOf(uint64_t job_id) const {
  absl::MutexLock lock(&mutex_);
  if (running_ != job_id) return {};
  JobProgress progress{looked_at_, total_, absl::ZeroDuration()};
  if (looked_at_ > 0 && looked_at_ < total_) {
    progress.left =
        (absl::Now() - began_) / static_cast<double>(looked_at_) * static_cast<double>(total_ - looked_at_);
  }
  return progress;
}

void JobRunner::Loop() {
  while (!stopping()) {
    uint64_t job_id = 0;
    const std::string prefix = projections::Key('r');
    (void)docket_.projector->view("jobs").Scan(prefix, prefix, [&](absl::string_view key, absl::string_view) {
      job_id = projections::NumberAt(key, 1);
      return false;
    });
    if (job_id != 0) Run(job_id);
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
    running_ = job_id;
    looked_at_ = 0;
    total_ = 0;
    began_ = absl::Now();
  }
  JobRun run(
      docket_, linker_, *job, [this] { return !stopping(); },
      [this](uint64_t looked_at, uint64_t total) {
        absl::MutexLock lock(&mutex_);
        looked_at_ = looked_at;
        total_ = total;
      });
  Work(run);
  v1::JobEnded result = run.Result();
  if (job->cancelled) result.set_cancelled(true);
  if (!stopping() && End(job_id, result)) return;
  absl::MutexLock lock(&mutex_);
  running_ = 0;
}

bool JobRunner::End(uint64_t job_id, const v1::JobEnded& result) {
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
  if (!docket_.sequencer->Submit(std::move(command)).ok()) return false;
  answered->WaitForNotification();
  if (sequence == 0) return false;
  docket_.projector->WaitVisible(sequence, absl::Seconds(10));
  absl::MutexLock lock(&mutex_);
  running_ = 0;
  return true;
}

}  // namespace klaim::services
