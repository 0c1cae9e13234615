// What a plan of allocation comes to: its sums, and what each claim gets, explained.
#pragma once

#include "absl/status/statusor.h"
#include "engine/domain/core/docket.h"
#include "engine/log/event_log.h"
#include "klaim/v1/compensation_service.pb.h"

namespace klaim::services {

// The sums of an allocation.
v1::AllocationSummary SummaryOf(const v1::AllocationProposed& allocation);

// What the claim at `first` of the shares gets, explained; `next` is left behind its shares.
v1::ExplainedShare ExplainAt(const v1::AllocationProposed& allocation, const std::string& currency, int first,
                             int& next);

absl::Status PreviewAllocation(const log::LogReader& log, const v1::PreviewAllocationRequest& request,
                               v1::PreviewAllocationResponse& response);

}  // namespace klaim::services
