#include "engine/domain/work/job.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/claimant_group.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/registry/programme.h"
#include "engine/domain/registry/reference_register.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

constexpr size_t kMaxClaimsAJob = kMaxGroupMembers;

bool Values(v1::BulkAction action) {
  return action == v1::BULK_ACTION_VALUE || action == v1::BULK_ACTION_DETERMINE;
}

absl::Status CheckCount(const std::string& field, size_t claims) {
  if (claims <= kMaxClaimsAJob) return absl::OkStatus();
  return InvalidField(field, v1::REASON_HAS_MORE_THAN_100_000_CLAIMS);
}

// The claims: a group's members without those that were taken out, or those that were named.
absl::Status FillClaims(const v1::BulkDecisionStarted& asked, Docket& docket,
                        v1::BulkDecisionStarted& started) {
  RETURN_IF_ERROR(CheckCount("decision.claim_ids", static_cast<size_t>(asked.claim_ids_size())));
  std::set<uint64_t> claims(asked.claim_ids().begin(), asked.claim_ids().end());
  if ((asked.group_id() == 0) == asked.claim_ids().empty()) {
    return InvalidField("decision.group_id", v1::REASON_NAME_GROUP_OR_CLAIMS_BY_THEIR_NUMBERS);
  }
  if (asked.group_id() != 0) {
    ASSIGN_OR_RETURN(auto group, docket.Find<ClaimantGroupState>("decision.group_id", asked.group_id()));
    claims.insert(group->members.begin(), group->members.end());
  }
  if (asked.except_claim_ids_size() > 10'000)
    return InvalidField("decision.except_claim_ids", v1::REASON_HAS_MORE_THAN_10_000_CLAIMS);
  for (uint64_t claim_id : asked.except_claim_ids()) {
    if (claims.erase(claim_id) == 0) {
      return InvalidField("decision.except_claim_ids", v1::REASON_CLAIM_IS_NOT_AMONG_THEM_OR_STANDS_TWICE,
                          claim_id);
    }
  }
  if (claims.empty()) return InvalidField("decision.except_claim_ids", v1::REASON_TAKES_ALL_OF_THEM_OUT);
  RETURN_IF_ERROR(CheckCount("decision.claim_ids", claims.size()));
  started.mutable_claim_ids()->Assign(claims.begin(), claims.end());
  return absl::OkStatus();
}

absl::Status Start(const v1::BulkDecisionStarted& asked, bool values, Docket& docket, const Context& context,
                   Decision& decision) {
  if (!v1::BulkAction_IsValid(asked.action()) || asked.action() == 0 || Values(asked.action()) != values) {
    if (values) return InvalidField("decision.action", v1::REASON_MUST_BE_TO_VALUE_OR_TO_DETERMINE);
    return InvalidField("decision.action", v1::REASON_MUST_BE_NOTICE_REVIEW_ELIGIBILITY_OR_CLOSING);
  }
  v1::BulkDecisionStarted started = asked;
  RETURN_IF_ERROR(FillClaims(asked, docket, started));
  // What is wrong with the decision itself is wrong for every claim: it is told now.
  Decision trial = decision;
  absl::Status one = DecideOne(started, started.claim_ids(0), docket, context, trial);
  if (absl::IsInvalidArgument(one)) return one;
  *decision.Open().mutable_bulk_decision_started() = std::move(started);
  return absl::OkStatus();
}

template <class Request>
Request About(uint64_t claim_id) {
  Request request;
  request.set_claim_id(claim_id);
  return request;
}

absl::Status Cancel(const JobState& job, const std::string& reason, Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", reason, 1, 1000));
  if (job.ended) return NotNow("job_id", v1::REASON_IS_OVER_ALREADY);
  if (job.cancelled) return NotNow("job_id", v1::REASON_IS_BEING_CANCELLED_ALREADY);
  decision.Append(job).mutable_job_cancelled()->set_reason(reason);
  return absl::OkStatus();
}

}  // namespace

void Evolve(JobState& state, const v1::EventRecord& event) {
  if (event.stream_version() == 0) {
    state.started = event;
    state.actor = event.actor();
  } else if (event.has_job_cancelled()) {
    state.cancelled = true;
  } else if (event.has_job_ended()) {
    state.ended = true;
    state.result = event.job_ended();
  }
}

absl::Status DecideOne(const v1::BulkDecisionStarted& job, uint64_t claim_id, Docket& docket,
                       const Context& context, Decision& decision) {
  switch (job.action()) {
    case v1::BULK_ACTION_NOTICE_DEFICIENCY: {
      auto request = About<v1::NoticeDeficiencyRequest>(claim_id);
      *request.mutable_notice()->mutable_missing() = job.missing();
      *request.mutable_notice()->mutable_answer_by() = job.answer_by();
      return Decide(request, docket, context, decision);
    }
    case v1::BULK_ACTION_START_REVIEW:
      return Decide(About<v1::StartReviewRequest>(claim_id), docket, context, decision);
    case v1::BULK_ACTION_DECIDE_ELIGIBILITY: {
      if (job.only_proven_by_register()) {
        ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", claim_id));
        if (!claim->ProvenByRegisters()) {
          return NotNow("claim_id", v1::REASON_NO_REGISTER_PROVES_EVERY_HEAD_OF_CLAIM, claim_id);
        }
      }
      auto request = About<v1::DecideEligibilityRequest>(claim_id);
      request.mutable_decision()->set_eligible(job.eligible());
      request.mutable_decision()->set_reason_code(job.reason_code());
      request.mutable_decision()->set_reasons(job.reasons());
      request.mutable_decision()->set_precedent_claim_id(job.precedent_claim_id());
      return Decide(request, docket, context, decision);
    }
    case v1::BULK_ACTION_VALUE:
      return Decide(About<v1::ValueClaimRequest>(claim_id), docket, context, decision);
    case v1::BULK_ACTION_DETERMINE: {
      auto request = About<v1::DetermineClaimRequest>(claim_id);
      request.set_reason_code(job.reason_code());
      request.set_reasons(job.reasons());
      return Decide(request, docket, context, decision);
    }
    case v1::BULK_ACTION_CLOSE_UNANSWERED: {
      ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", claim_id));
      if (claim->status != v1::CLAIM_STATUS_DEFICIENT) {
        return NotNow("claim_id", v1::REASON_CLAIM_HAS_NO_DEFICIENCY_NOTICE_THAT_WAITS_FOR_ANSWER, claim_id);
      }
      auto request = About<v1::CloseClaimRequest>(claim_id);
      request.set_reason(job.reasons());
      return Decide(request, docket, context, decision);
    }
    default:
      return InvalidField("decision.action", v1::REASON_IS_UNKNOWN);
  }
}

absl::Status Decide(const v1::StartBulkDecisionRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  return Start(request.decision(), false, docket, context, decision);
}

absl::Status Decide(const v1::StartBulkValuationRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  return Start(request.decision(), true, docket, context, decision);
}

absl::Status Decide(const v1::StartRegisterMatchingRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto found, docket.Find<ReferenceRegisterState>("reference_register_id",
                                                                   request.reference_register_id()));
  if (found->withdrawn) return NotNow("reference_register_id", v1::REASON_WAS_WITHDRAWN);
  if (found->lines == 0) return NotNow("reference_register_id", v1::REASON_HAS_NO_LINES_YET);
  const int ways = (request.programme_id() != 0) + (request.group_id() != 0) + !request.claim_ids().empty();
  if (ways != 1)
    return InvalidField("programme_id", v1::REASON_NAME_PROGRAMME_OR_GROUP_OR_CLAIMS_BY_THEIR_NUMBERS);
  v1::RegisterMatchingStarted started;
  started.set_reference_register_id(request.reference_register_id());
  started.set_programme_id(request.programme_id());
  started.set_group_id(request.group_id());
  if (request.programme_id() != 0) {
    RETURN_IF_ERROR(docket.Find<ProgrammeState>("programme_id", request.programme_id()).status());
  }
  RETURN_IF_ERROR(CheckCount("claim_ids", static_cast<size_t>(request.claim_ids_size())));
  std::set<uint64_t> claims(request.claim_ids().begin(), request.claim_ids().end());
  if (request.group_id() != 0) {
    ASSIGN_OR_RETURN(auto group, docket.Find<ClaimantGroupState>("group_id", request.group_id()));
    claims.insert(group->members.begin(), group->members.end());
  }
  RETURN_IF_ERROR(CheckCount("claim_ids", claims.size()));
  for (uint64_t claim_id : request.claim_ids()) {
    if (auto claim = docket.Find<ClaimState>("claim_ids", claim_id); !claim.ok()) return claim.status();
  }
  started.mutable_claim_ids()->Assign(claims.begin(), claims.end());
  *decision.Open().mutable_register_matching_started() = std::move(started);
  return absl::OkStatus();
}

absl::Status Decide(const v1::StartLinkingRequest&, Docket&, const Context&, Decision& decision) {
  decision.Open().mutable_linking_started();
  return absl::OkStatus();
}

absl::Status Decide(const v1::StartAllocationRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckAmount("allocation.amount_minor", request.allocation().amount_minor(), 0));
  auto settlement =
      docket.Find<SettlementState>("allocation.settlement_id", request.allocation().settlement_id());
  if (!settlement.ok()) return settlement.status();
  *decision.Open().mutable_allocation_started() = request.allocation();
  return absl::OkStatus();
}

absl::Status CheckImportName(absl::string_view field, absl::string_view name) {
  const bool fits = !name.empty() && name.size() <= 80 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  return fits ? absl::OkStatus() : InvalidField(field, v1::REASON_MUST_BE_EXPORT_NAME);
}

absl::Status Decide(const v1::StartImportRequest& request, Docket&, const Context&, Decision& decision) {
  RETURN_IF_ERROR(CheckImportName("import_name", request.import_name()));
  if (request.lines() == 0) return InvalidField("lines", v1::REASON_MUST_BE_1_OR_MORE);
  v1::ImportStarted& started = *decision.Open().mutable_import_started();
  started.set_name(request.import_name());
  started.set_lines(request.lines());
  return absl::OkStatus();
}

absl::Status Decide(const v1::StartLedgerExportRequest& request, Docket&, const Context&,
                    Decision& decision) {
  if (!v1::LedgerFormat_IsValid(request.format()) || request.format() == v1::LEDGER_FORMAT_UNSPECIFIED) {
    return InvalidField("format", v1::REASON_MUST_BE_HLEDGER_CSV_OR_XLSX);
  }
  decision.Open().mutable_ledger_export_started()->set_format(request.format());
  return absl::OkStatus();
}

absl::Status Decide(const v1::StartLogExportRequest& request, Docket&, const Context&, Decision& decision) {
  decision.Open().mutable_log_export_started()->set_without_entries(request.without_entries());
  return absl::OkStatus();
}

absl::Status Decide(const v1::CancelImportRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  auto job = docket.Find<JobState>("job_id", request.job_id());
  if (!job.ok() && !absl::IsNotFound(job.status())) return job.status();
  // Others' jobs answer as none.
  if (!job.ok() || !(*job)->started.has_import_started() || (*job)->actor != context.actor) {
    return UnknownId("job_id", "import of yours", request.job_id());
  }
  return Cancel(**job, request.reason(), decision);
}

absl::Status Decide(const v1::CancelJobRequest& request, Docket& docket, const Context&, Decision& decision) {
  auto job = docket.Find<JobState>("job_id", request.job_id());
  return job.ok() ? Cancel(**job, request.reason(), decision) : job.status();
}

absl::Status Decide(const EndJob& end, Docket& docket, const Context&, Decision& decision) {
  ASSIGN_OR_RETURN(auto job, docket.Find<JobState>("job_id", end.job_id));
  if (job->ended) return NotNow("job_id", v1::REASON_IS_OVER_ALREADY);
  *decision.Append(*job).mutable_job_ended() = end.result;
  return absl::OkStatus();
}

}  // namespace klaim::domain
