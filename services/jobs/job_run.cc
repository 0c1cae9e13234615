#include "services/jobs/job_run.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "engine/sequencer/folded.h"
#include "engine/time/steady.h"
#include "klaim/v1/event_record.pb.h"
#include "services/identity/methods.h"

namespace klaim::services {
namespace {

constexpr int kMaxProblems = 100;
constexpr size_t kMaxProblemBytes = 1'000;
// So often it is looked whether the job was cancelled: a step of one kind of job takes microseconds, of another longer.
constexpr absl::Duration kLookForCancel = absl::Milliseconds(500);
constexpr absl::Duration kLookForQueue = absl::Milliseconds(50);

uint64_t OrganisationOf(const std::string& actor) {
  uint64_t organisation_id = 0;
  const size_t at = actor.rfind('@');
  return at != std::string::npos && absl::SimpleAtoi(actor.substr(at + 1), &organisation_id) ? organisation_id
                                                                                             : 0;
}

}  // namespace

void JobRun::SetTotal(uint64_t total) {
  absl::MutexLock lock(&mutex_);
  total_ = total;
  progress_(looked_at_, total_);
}

void JobRun::SetLookedAt(uint64_t looked_at) {
  absl::MutexLock lock(&mutex_);
  looked_at_ = looked_at;
  progress_(looked_at_, total_);
}

bool JobRun::GoesOn() {
  if (cancelled_ || may_not_ || !running_()) return false;
  if (const absl::Duration now = steady::Now(); now - looked_ >= kLookForCancel) {
    looked_ = now;
    auto state = sequencer::Folded<domain::JobState>(*docket.log, "job_id", job.id);
    cancelled_ = state.ok() && state->cancelled;
    // Whether it was cancelled must be known. An import looks at the rights that each of its lines takes.
    absl::Status allowed = state.status();
    if (allowed.ok() && !job.started.has_import_started()) allowed = StillAllowed();
    if (!allowed.ok()) Leave(0, allowed);
    may_not_ = !allowed.ok();
  }
  return !cancelled_ && !may_not_;
}

absl::Status JobRun::StillAllowed() const {
  ASSIGN_OR_RETURN(auto principal, calls.authenticator().OfActor(job.actor));
  const auto* asked = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(
      absl::StrCat("klaim.v1.", job.started.request_type()));
  if (asked != nullptr && principal.May(DemandOf(asked).permission)) return absl::OkStatus();
  return domain::Refuse(absl::StatusCode::kPermissionDenied,
                        v1::REASON_WHOEVER_BEGAN_THIS_JOB_MAY_NOT_DECIDE_IT_ANY_MORE);
}

void JobRun::Submit(uint64_t claim_id, Decide decide,
                    std::function<std::string(const v1::EventRecord&)> counted) {
  while (running_()) {
    sequencer::Command command;
    command.actor = job.actor;
    command.organisation_id = OrganisationOf(job.actor);
    command.request_id = absl::StrCat("job-", job.id, "-", claim_id);
    // The kind that it began with: what was done before keeps the name under which it is found again.
    command.request_type = job.started.has_bulk_decision_started() ? "BulkDecisionStarted" : "Job";
    command.decide = decide;
    command.done = [this, claim_id, counted](const absl::StatusOr<sequencer::Outcome>& outcome) {
      Note(claim_id, outcome, counted);
    };
    if (under_way_.Submit(std::move(command)).ok()) return;
    absl::SleepFor(kLookForQueue);  // a full queue is for others: this one waits
  }
}

void JobRun::Note(uint64_t claim_id, const absl::StatusOr<sequencer::Outcome>& outcome,
                  const std::function<std::string(const v1::EventRecord&)>& counted) {
  if (!outcome.ok()) return Leave(claim_id, outcome.status());
  const std::string what = counted == nullptr ? "" : counted(*outcome->first);
  absl::MutexLock lock(&mutex_);
  result_.set_done(result_.done() + 1);
  if (!what.empty()) ++counts_[what];
  progress_(++looked_at_, total_);
}

void JobRun::Leave(uint64_t claim_id, const absl::Status& why) {
  absl::MutexLock lock(&mutex_);
  result_.set_left(result_.left() + 1);
  progress_(++looked_at_, total_);
  if (result_.problems_size() == kMaxProblems) return;
  v1::JobProblem& problem = *result_.add_problems();
  problem.set_claim_id(claim_id);
  problem.set_problem(std::string(domain::BeginningOf(why.message(), kMaxProblemBytes)));
}

void JobRun::Add(uint64_t done, uint64_t left) {
  absl::MutexLock lock(&mutex_);
  result_.set_done(result_.done() + done);
  result_.set_left(result_.left() + left);
  progress_(looked_at_ += done + left, total_);
}

void JobRun::Count(const std::string& what, uint64_t count) {
  absl::MutexLock lock(&mutex_);
  counts_[what] += count;
}

void JobRun::SetOutcome(uint64_t id) {
  absl::MutexLock lock(&mutex_);
  result_.set_outcome_id(id);
}

v1::JobEnded JobRun::Result() {
  under_way_.WaitForAll();
  absl::MutexLock lock(&mutex_);
  v1::JobEnded result = result_;
  for (const auto& [what, count] : counts_) {
    v1::JobCount& row = *result.add_counts();
    row.set_what(what);
    row.set_count(count);
  }
  result.set_cancelled(cancelled_);
  return result;
}

}  // namespace klaim::services
