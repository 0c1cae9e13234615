#include "services/jobs/job_dispatch.h"

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/money/settlement.h"
#include "engine/log/event_log.h"
#include "klaim/v1/event_record.pb.h"
#include "projections/claims/claims_query.h"
#include "projections/claims/statistics.h"
#include "services/docket/dry_run.h"
#include "services/jobs/import_work.h"
#include "services/jobs/ledger_export.h"
#include "services/jobs/log_export.h"
#include "services/linkage/register_matcher.h"

namespace klaim::services {
namespace {

constexpr absl::Duration kLookForDispatch = absl::Milliseconds(50);

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
  absl::Status read = docket.models().claims().From(0).ForEach([&](const projections::ListedClaim& claim) {
    if (claim.programme_id == started.programme_id()) claims.push_back(claim.claim_id);
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
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
    absl::SleepFor(kLookForDispatch);
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
      return run.Leave(0,
                       domain::Refuse(absl::StatusCode::kUnimplemented, v1::REASON_JOB_IS_OF_UNKNOWN_KIND));
  }
}

}  // namespace klaim::services
