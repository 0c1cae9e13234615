#include "services/job_work.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "engine/domain/refusal.h"
#include "engine/domain/settlement.h"
#include "engine/log/event_log.h"
#include "engine/time/steady.h"
#include "projections/statistics.h"
#include "services/dry_run.h"
#include "services/folded.h"
#include "services/import_work.h"
#include "services/ledger_export.h"
#include "services/log_export.h"
#include "services/register_matcher.h"

namespace klaim::services {
namespace {

constexpr int kMostProblems = 100;
constexpr size_t kMostProblemBytes = 1'000;
// So often it is looked whether the job was cancelled: a step of one kind of job takes microseconds, of another longer.
constexpr absl::Duration kLookForCancel = absl::Milliseconds(500);
constexpr absl::Duration kLook = absl::Milliseconds(50);

uint64_t OrganisationOf(const std::string& actor) {
  uint64_t organisation_id = 0;
  const size_t at = actor.rfind('@');
  return at != std::string::npos && absl::SimpleAtoi(actor.substr(at + 1), &organisation_id) ? organisation_id
                                                                                             : 0;
}

void DecideInBulk(JobRun& run) {
  const v1::BulkDecisionStarted& started = run.job.started.bulk_decision_started();
  run.SetTotal(static_cast<uint64_t>(started.claim_ids_size()));
  for (uint64_t claim_id : started.claim_ids()) {
    if (!run.GoesOn()) return;
    run.Submit(claim_id, [&started, claim_id](domain::Docket& docket, const domain::Context& context,
                                              domain::Decision& decision) {
      return domain::DecideOne(started, claim_id, docket, context, decision);
    });
  }
}

absl::StatusOr<std::vector<uint64_t>> ClaimsOf(OpenDocket& docket,
                                               const v1::RegisterMatchingStarted& started) {
  std::vector<uint64_t> claims(started.claim_ids().begin(), started.claim_ids().end());
  if (started.programme_id() == 0) return claims;
  const std::string prefix = projections::Key('c');
  absl::Status scanned =
      docket.projector->view("statistics")
          .Scan(prefix, prefix, [&](absl::string_view key, absl::string_view value) {
            if (projections::DecodeListedClaim(value).programme_id == started.programme_id()) {
              claims.push_back(projections::NumberAt(key, 1));
            }
            return true;
          });
  if (!scanned.ok()) return scanned;
  return claims;
}

// "confirmed", "no_record".
std::string ResultName(const v1::EventRecord& recorded) {
  return absl::AsciiStrToLower(absl::StripPrefix(
      v1::RegisterResult_Name(recorded.claim_register_checked().result()), "REGISTER_RESULT_"));
}

void MatchRegister(JobRun& run) {
  const v1::RegisterMatchingStarted& started = run.job.started.register_matching_started();
  auto matcher = RegisterMatcher::Open(run.docket, started.reference_register_id());
  if (!matcher.ok()) return run.Leave(0, matcher.status());
  auto claims = ClaimsOf(run.docket, started);
  if (!claims.ok()) return run.Leave(0, claims.status());
  run.SetTotal(claims->size());
  for (uint64_t claim_id : *claims) {
    if (!run.GoesOn()) return;
    auto finding = (*matcher)->Match(claim_id);
    if (!finding.ok()) {
      run.Leave(claim_id, finding.status());
      continue;
    }
    run.Submit(
        claim_id,
        [finding = *std::move(finding)](domain::Docket& docket, const domain::Context& context,
                                        domain::Decision& decision) {
          return domain::Decide(finding, docket, context, decision);
        },
        ResultName);
  }
}

void LinkClaimants(JobRun& run) {
  const uint64_t suspected_before = run.linker.progress().suspected;
  const uint64_t round = run.linker.CompareAllAgain();
  PersonLinker::Progress progress = run.linker.progress();
  while (progress.rounds_ended < round && run.GoesOn()) {
    if (progress.rounds_begun >= round) {
      run.SetTotal(progress.claimants);
      run.SetLookedAt(progress.compared);
    }
    absl::SleepFor(kLook);
    progress = run.linker.progress();
  }
  run.SetLookedAt(progress.compared);
  run.Count("compared", progress.rounds_ended < round ? 0 : progress.claimants);
  run.Count("suspected", progress.suspected - suspected_before);
}

void Allocate(JobRun& run) {
  const v1::AllocationStarted& started = run.job.started.allocation_started();
  v1::ProposeAllocationRequest request;
  request.set_settlement_id(started.settlement_id());
  request.set_amount_minor(started.amount_minor());
  if (started.has_plan()) *request.mutable_plan() = started.plan();
  // Worked out here first: what is wrong is told without the others having waited for it.
  uint64_t shares = 0;
  absl::Status tried =
      DryRun(*run.docket.log, request, [&](domain::Docket&, const v1::EventRecord& event) -> absl::Status {
        shares += static_cast<uint64_t>(event.allocation_proposed().shares_size());
        return absl::OkStatus();
      });
  // One that was cut off after it had proposed finds its own proposal open: it is answered with that.
  if (!tried.ok() && !absl::IsFailedPrecondition(tried)) return run.Leave(0, tried);
  run.SetTotal(1);
  if (!run.GoesOn()) return;
  run.Submit(
      0,
      [request](domain::Docket& docket, const domain::Context& context, domain::Decision& decision) {
        return domain::Decide(request, docket, context, decision);
      },
      [&run](const v1::EventRecord& recorded) {
        run.SetOutcome(recorded.sequence());
        return std::string();
      });
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
    auto state = Folded<domain::JobState>(*docket.log, "job_id", job.id);
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
  auto principal = calls.authenticator().OfActor(job.actor);
  if (!principal.ok()) return principal.status();
  const auto* asked = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(
      absl::StrCat("klaim.v1.", job.started.request_type()));
  if (asked != nullptr && principal->May(DemandOf(asked).permission)) return absl::OkStatus();
  return absl::PermissionDeniedError(
      "whoever began this job may not decide it any more: begin what is left anew, by somebody who may");
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
    absl::SleepFor(kLook);  // a full queue is for others: this one waits
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
  if (result_.problems_size() == kMostProblems) return;
  v1::JobProblem& problem = *result_.add_problems();
  problem.set_claim_id(claim_id);
  problem.set_problem(std::string(domain::BeginningOf(why.message(), kMostProblemBytes)));
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

void Work(JobRun& run) {
  // Of an import that was cancelled the staged lines must go.
  if (run.job.started.has_import_started()) return FileImport(run);
  if (run.job.cancelled) return;
  switch (run.job.started.event_case()) {
    case v1::EventRecord::kBulkDecisionStarted:
      return DecideInBulk(run);
    case v1::EventRecord::kRegisterMatchingStarted:
      return MatchRegister(run);
    case v1::EventRecord::kLinkingStarted:
      return LinkClaimants(run);
    case v1::EventRecord::kAllocationStarted:
      return Allocate(run);
    case v1::EventRecord::kLedgerExportStarted:
      return ExportLedger(run);
    case v1::EventRecord::kLogExportStarted:
      return ExportLog(run);
    default:
      return run.Leave(0, absl::UnimplementedError("this program doesn't know this kind of job"));
  }
}

}  // namespace klaim::services
