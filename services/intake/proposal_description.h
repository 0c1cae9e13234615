// What a proposed group is like: what its members share, and who could lead. Integers alone, so that anyone who computes it
// again finds the same.
#pragma once

#include "absl/status/status.h"
#include "klaim/v1/groups_service.pb.h"
#include "projections/read_models.h"

namespace klaim::services {

// Fills all but the proposal itself, which is there. Takes as long as reading what is known of each member.
absl::Status DescribeMembers(const projections::ReadModels& models, v1::DescribeProposalResponse& response);

// The respondents of a proposal's members, and who hung together with them at the times that their claims are about.
absl::StatusOr<std::vector<uint64_t>> RespondentsOf(const projections::ReadModels& models,
                                                    const v1::GroupProposal& proposal);

}  // namespace klaim::services
