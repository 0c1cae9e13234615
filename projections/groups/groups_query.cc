#include "projections/groups/groups_query.h"

#include "engine/base/return_if_error.h"

namespace klaim::projections {

Listing<std::string> GroupsQuery::Proposals(uint64_t programme_id) const {
  Key rows('s');
  if (programme_id != 0) rows.Number(programme_id);
  // Behind the programme and how many claims it has.
  constexpr size_t kName = 17;
  return Listing<std::string>(view_, rows,
                              [](absl::string_view key, absl::string_view) -> absl::StatusOr<std::string> {
                                return std::string(key.substr(kName));
                              });
}

absl::StatusOr<std::optional<v1::ProposalRow>> GroupsQuery::Proposal(const std::string& proposal_id) const {
  return view_.Read<v1::ProposalRow>(Key('g').Text(proposal_id));
}

Listing<uint64_t> GroupsQuery::MembersOf(const std::string& proposal_id) const {
  return NumbersOf(view_, Key('m').Text(proposal_id).Text(absl::string_view("\0", 1)));
}

absl::StatusOr<v1::GroupingFacts> GroupsQuery::FactsOf(uint64_t claim_id) const {
  return view_.ReadNamed<v1::GroupingFacts>(Key('c').Number(claim_id));
}

Listing<ListedGroup> GroupsQuery::Certified() const {
  return Listing<ListedGroup>(
      view_, Key('G'),
      [view = view_](absl::string_view key, absl::string_view value) -> absl::StatusOr<ListedGroup> {
        ListedGroup group{NumberAt(key, 1), {}};
        RETURN_IF_ERROR(view.Parse(key, value, group.row));
        return group;
      });
}

}  // namespace klaim::projections
