#include "services/job_runner.h"

#include <pthread.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "services/folded.h"

namespace klaim::services {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(200);
constexpr int kMostUnderWay = 256;
constexpr int kMostProblems = 100;
// After so many claims it is looked whether the job was cancelled.
constexpr int kLookForCancel = 500;

uint64_t OrganisationOf(const std::string& actor) {
  uint64_t organisation_id = 0;
  const size_t at = actor.rfind('@');
  return at != std::string::npos && absl::SimpleAtoi(actor.substr(at + 1), &organisation_id) ? organisation_id
                                                                                             : 0;
}

}  // namespace

// What became of the claims so far; shared with the sequencer's answering thread.
struct JobRunner::Tally {
  absl::Mutex mutex;
  int under_way ABSL_GUARDED_BY(mutex) = 0;
  v1::JobEnded result ABSL_GUARDED_BY(mutex);
};

JobRunner::JobRunner(OpenDocket& docket) : docket_(docket) {
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
  JobProgress progress{looked_at_, absl::ZeroDuration()};
  if (looked_at_ > 0) {
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

bool JobRunner::SubmitOne(const domain::JobState& job, uint64_t claim_id, Tally& tally) {
  {
    absl::MutexLock lock(&tally.mutex);
    const auto room = [&]()
                          ABSL_SHARED_LOCKS_REQUIRED(tally.mutex) { return tally.under_way < kMostUnderWay; };
    tally.mutex.Await(absl::Condition(&room));
    ++tally.under_way;
  }
  sequencer::Command command;
  command.actor = job.actor;
  command.organisation_id = OrganisationOf(job.actor);
  command.request_id = absl::StrCat("job-", job.id, "-", claim_id);
  command.request_type = "BulkDecisionStarted";
  command.decide = [&job, claim_id](domain::Docket& docket, const domain::Context& context,
                                    domain::Decision& decision) {
    return domain::DecideOne(job.started, claim_id, docket, context, decision);
  };
  command.done = [this, &tally, claim_id](const absl::StatusOr<sequencer::Outcome>& outcome) {
    {
      absl::MutexLock lock(&mutex_);
      ++looked_at_;
    }
    absl::MutexLock lock(&tally.mutex);
    --tally.under_way;
    if (outcome.ok()) {
      tally.result.set_done(tally.result.done() + 1);
      return;
    }
    tally.result.set_left(tally.result.left() + 1);
    if (tally.result.problems_size() == kMostProblems) return;
    v1::JobProblem& problem = *tally.result.add_problems();
    problem.set_claim_id(claim_id);
    problem.set_problem(std::string(outcome.status().message()));
  };
  absl::Status submitted = docket_.sequencer->Submit(std::move(command));
  if (submitted.ok()) return true;
  absl::MutexLock lock(&tally.mutex);
  --tally.under_way;
  return false;
}

void JobRunner::Run(uint64_t job_id) {
  auto job = Folded<domain::JobState>(*docket_.log, "job_id", job_id);
  if (!job.ok() || job->ended) return;
  {
    absl::MutexLock lock(&mutex_);
    running_ = job_id;
    looked_at_ = 0;
    total_ = static_cast<uint64_t>(job->started.claim_ids_size());
    began_ = absl::Now();
  }
  Tally tally;
  bool whole = !job->cancelled;
  for (int i = 0; i < job->started.claim_ids_size() && whole; ++i) {
    // A full queue is for others: this one waits.
    while (!SubmitOne(*job, job->started.claim_ids(i), tally) && !stopping())
      absl::SleepFor(absl::Milliseconds(20));
    if (stopping()) break;
    if (i % kLookForCancel != kLookForCancel - 1) continue;
    auto now = Folded<domain::JobState>(*docket_.log, "job_id", job_id);
    whole = !now.ok() || !now->cancelled;
  }
  v1::JobEnded result;
  {
    absl::MutexLock lock(&tally.mutex);
    const auto none = [&]() ABSL_SHARED_LOCKS_REQUIRED(tally.mutex) { return tally.under_way == 0; };
    tally.mutex.Await(absl::Condition(&none));
    result = tally.result;
  }
  result.set_cancelled(!whole);
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
