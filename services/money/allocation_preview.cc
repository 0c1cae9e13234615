#include "services/money/allocation_preview.h"

#include <algorithm>
#include <map>

#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/money/allocation.h"
#include "engine/domain/money/settlement.h"
#include "klaim/v1/event_record.pb.h"
#include "services/docket/dry_run.h"

namespace klaim::services {
namespace {

constexpr uint32_t kDefaultShares = 1'000;
constexpr uint32_t kMaxShares = 10'000;

v1::ProposeAllocationRequest AsProposal(const v1::PreviewAllocationRequest& request,
                                        const v1::AllocationPlan& plan) {
  v1::ProposeAllocationRequest proposal;
  proposal.set_settlement_id(request.settlement_id());
  proposal.set_amount_minor(request.amount_minor());
  *proposal.mutable_plan() = plan;
  return proposal;
}

}  // namespace

v1::AllocationSummary SummaryOf(const v1::AllocationProposed& allocation) {
  v1::AllocationSummary summary;
  summary.set_amount_minor(allocation.amount_minor());
  summary.set_costs_minor(allocation.costs_minor());
  summary.set_reserve_minor(allocation.reserve_minor());
  summary.set_owed_minor(allocation.owed_minor());
  summary.set_provision_minor(allocation.provision_minor());
  summary.set_provided_claims(allocation.provided_claims());
  summary.set_reserve_used_minor(allocation.plan().reserve_used_minor());
  summary.set_interest_minor(allocation.interest_minor());
  std::map<uint64_t, int64_t> by_claim;
  for (const v1::AllocationShare& share : allocation.shares())
    by_claim[share.claim_id()] += share.amount_minor();
  std::vector<int64_t> amounts;
  for (const auto& [claim_id, amount] : by_claim) amounts.push_back(amount);
  std::sort(amounts.begin(), amounts.end());
  summary.set_claims(amounts.size());
  if (amounts.empty()) return summary;
  summary.set_least_minor(amounts.front());
  summary.set_median_minor(amounts[amounts.size() / 2]);
  summary.set_most_minor(amounts.back());
  return summary;
}

v1::ExplainedShare ExplainAt(const v1::AllocationProposed& allocation, const std::string& currency, int first,
                             int& next) {
  v1::ExplainedShare explained;
  const auto& shares = allocation.shares();
  explained.set_claim_id(shares[first].claim_id());
  std::vector<v1::AllocationShare> parts;
  for (next = first; next < shares.size() && shares[next].claim_id() == explained.claim_id(); ++next) {
    *explained.add_parts() = shares[next];
    explained.set_amount_minor(explained.amount_minor() + shares[next].amount_minor());
    parts.push_back(shares[next]);
  }
  explained.set_explanation(domain::ExplainShare(allocation.plan(), parts, currency));
  return explained;
}

absl::Status PreviewAllocation(const log::LogReader& log, const v1::PreviewAllocationRequest& request,
                               v1::PreviewAllocationResponse& response) {
  if (request.most_shares() > kMaxShares)
    return domain::InvalidField("most_shares", v1::REASON_IS_MORE_THAN_10_000);
  const uint32_t most = request.most_shares() == 0 ? kDefaultShares : request.most_shares();
  std::map<uint64_t, int64_t> by_other_plan;
  if (request.has_other_plan()) {
    absl::Status other = DryRun(log, AsProposal(request, request.other_plan()),
                                [&](domain::Docket&, const v1::EventRecord& event) {
                                  *response.mutable_other_summary() = SummaryOf(event.allocation_proposed());
                                  for (const auto& share : event.allocation_proposed().shares()) {
                                    by_other_plan[share.claim_id()] += share.amount_minor();
                                  }
                                  return absl::OkStatus();
                                });
    if (!other.ok()) return other;
  }
  return DryRun(
      log, AsProposal(request, request.plan()),
      [&](domain::Docket& docket, const v1::EventRecord& event) -> absl::Status {
        const v1::AllocationProposed& allocation = event.allocation_proposed();
        *response.mutable_summary() = SummaryOf(allocation);
        ASSIGN_OR_RETURN(auto settlement,
                         docket.Find<domain::SettlementState>("settlement_id", request.settlement_id()));
        for (int at = 0; at < allocation.shares_size() && response.shares_size() < static_cast<int>(most);) {
          v1::ExplainedShare share = ExplainAt(allocation, settlement->recorded.amount().currency(), at, at);
          share.set_other_amount_minor(by_other_plan[share.claim_id()]);
          *response.add_shares() = std::move(share);
        }
        return absl::OkStatus();
      });
}

}  // namespace klaim::services
