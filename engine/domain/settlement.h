// A settlement: money promised by respondents, received by instalments, and allocated to claims.
//
// Invariant: allocated <= received <= promised, and an allocation's parts sum to the whole.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/domain/decision.h"
#include "klaim/v1/compensation_service.pb.h"

namespace klaim::domain {

class Docket;

struct SettlementState : Aggregate {
  static constexpr char kKind[] = "settlement";
  v1::SettlementRecorded recorded;
  std::vector<int64_t> received_minor;  // by instalment
  std::set<std::string> bank_references;
  int64_t allocated_minor = 0;
  // The allocation that waits for approval; its id 0 when there is none.
  uint64_t open_allocation_id = 0;
  v1::AllocationProposed open_allocation;
  std::string proposer;

  int64_t TotalReceived() const;
};

void Evolve(SettlementState& state, const v1::EventRecord& event);

absl::Status Decide(const v1::RecordSettlementRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::RecordInstalmentRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

// Shares received money pro rata of what the heads of the settlement's groups are still owed (determined, not
// yet allocated). What exceeds all that is owed stays in trust.
absl::Status Decide(const v1::ProposeAllocationRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

// Four eyes: the approver is not the proposer. Each claim's share is checked again against what it is owed
// now.
absl::Status Decide(const v1::ApproveAllocationRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::RejectAllocationRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
