// What groups are asked: those that the rules propose now, and those that were certified.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "klaim/v1/read_models.pb.h"
#include "projections/core/listing.h"

namespace klaim::projections {

struct ListedGroup {
  uint64_t group_id = 0;
  v1::CertifiedGroupRow row;
};

class GroupsQuery {
 public:
  explicit GroupsQuery(View view) : view_(std::move(view)) {}

  // Names of proposals: of a programme, or of all for 0; those of a programme with the most claims first. A name can be there a commit
  // longer than its proposal.
  Listing<std::string> Proposals(uint64_t programme_id) const;
  absl::StatusOr<std::optional<v1::ProposalRow>> Proposal(const std::string& proposal_id) const;
  // Claims of a proposal, and what of a claim it is grouped by.
  Listing<uint64_t> MembersOf(const std::string& proposal_id) const;
  absl::StatusOr<v1::GroupingFacts> FactsOf(uint64_t claim_id) const;
  Listing<ListedGroup> Certified() const;

 private:
  View view_;
};

}  // namespace klaim::projections
