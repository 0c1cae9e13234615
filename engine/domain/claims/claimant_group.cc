#include "engine/domain/claims/claimant_group.h"

#include <algorithm>

#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {

bool ClaimantGroupState::Has(uint64_t claim_id) const {
  return std::binary_search(members.begin(), members.end(), claim_id);
}

merkle::Hash MembersRoot(const std::vector<uint64_t>& claim_ids) {
  std::vector<merkle::Hash> leaves;
  leaves.reserve(claim_ids.size());
  for (uint64_t claim_id : claim_ids) {
    char leaf[8];
    for (int i = 0; i < 8; ++i) leaf[i] = static_cast<char>(claim_id >> (56 - 8 * i));
    leaves.push_back(merkle::LeafHash(absl::string_view(leaf, sizeof(leaf))));
  }
  return merkle::RootOfHashes(leaves);
}

void Evolve(ClaimantGroupState& state, const v1::EventRecord& event) {
  if (event.has_group_certified()) {
    const v1::GroupCertified& certified = event.group_certified();
    state.programme_id = certified.programme_id();
    state.head = certified.head();
    state.opt_out_until = certified.opt_out_until();
    state.members.assign(certified.claim_ids().begin(), certified.claim_ids().end());
  }
  if (event.has_group_addendum_certified()) {
    const auto& added = event.group_addendum_certified().claim_ids();
    const auto middle = static_cast<std::ptrdiff_t>(state.members.size());
    state.members.insert(state.members.end(), added.begin(), added.end());
    std::inplace_merge(state.members.begin(), state.members.begin() + middle, state.members.end());
  }
}

}  // namespace klaim::domain
