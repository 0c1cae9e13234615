// A job: long work that was asked for once: a decision about many claims, matching them against a register, comparing all
// claimants, working out an allocation, an import, an export. What it does stands in the streams of what it does it to, under request
// identifications that follow from the job, so that going on after a restart does nothing twice.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/event_record.pb.h"
#include "klaim/v1/import_export_service.pb.h"
#include "klaim/v1/mass_decision_service.pb.h"
#include "klaim/v1/reference_register_service.pb.h"

namespace klaim::domain {

class Docket;

struct JobState : Aggregate {
  static constexpr char kKind[] = "job";
  v1::EventRecord started;  // what was asked, as it was recorded
  std::string actor;
  bool cancelled = false;
  bool ended = false;
  v1::JobEnded result;
};

void Evolve(JobState& state, const v1::EventRecord& event);

absl::Status Decide(const v1::StartBulkDecisionRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::StartBulkValuationRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::StartRegisterMatchingRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::StartLinkingRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::StartAllocationRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::StartImportRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::StartLedgerExportRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::StartLogExportRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// One's own import alone (NOT_FOUND for others'): an organisation ends what it began without being of the national body.
absl::Status Decide(const v1::CancelImportRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::CancelJobRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

// The daemon's own: what came of a job.
struct EndJob {
  uint64_t job_id = 0;
  v1::JobEnded result;
};
absl::Status Decide(const EndJob& end, Docket& docket, const Context& context, Decision& decision);

// 1 to 80 of a-z, 0-9 and '-'.
absl::Status CheckImportName(absl::string_view field, absl::string_view name);

// What a job does to one claim, as if the request had been made for it alone. Yields no event for a claim of a
// CLOSE_UNANSWERED that has nothing to close: that is refused as the request alone would be.
absl::Status DecideOne(const v1::BulkDecisionStarted& job, uint64_t claim_id, Docket& docket,
                       const Context& context, Decision& decision);

}  // namespace klaim::domain
