#include "projections/respondent_networks.h"

#include <algorithm>

namespace klaim::projections {

void RespondentNetworks::Add(uint64_t respondent) {
  network_of_[respondent] = respondent;
  members_[respondent].insert(respondent);
}

uint64_t RespondentNetworks::NetworkOf(uint64_t respondent) const {
  const auto found = network_of_.find(respondent);
  return found == network_of_.end() ? respondent : found->second;
}

const std::set<uint64_t>& RespondentNetworks::MembersOf(uint64_t network) const {
  static const auto& none = *new std::set<uint64_t>;
  const auto found = members_.find(network);
  return found == members_.end() ? none : found->second;
}

const std::map<uint64_t, uint64_t>& RespondentNetworks::LinksOf(uint64_t respondent) const {
  static const auto& none = *new std::map<uint64_t, uint64_t>;
  const auto found = links_.find(respondent);
  return found == links_.end() ? none : found->second;
}

std::vector<uint64_t> RespondentNetworks::Link(uint64_t link, uint64_t one, uint64_t other) {
  ends_[link] = {one, other};
  links_[one][link] = other;
  links_[other][link] = one;
  std::vector<uint64_t> moved;
  const uint64_t kept = std::min(NetworkOf(one), NetworkOf(other));
  const uint64_t renamed = std::max(NetworkOf(one), NetworkOf(other));
  if (kept != renamed) Move(std::set<uint64_t>(MembersOf(renamed)), kept, moved);
  return moved;
}

std::vector<uint64_t> RespondentNetworks::Unlink(uint64_t link) {
  std::vector<uint64_t> moved;
  const auto found = ends_.find(link);
  if (found == ends_.end()) return moved;
  const auto [one, other] = found->second;
  ends_.erase(found);
  links_[one].erase(link);
  links_[other].erase(link);
  for (uint64_t end : {one, other}) {
    const std::set<uint64_t> reachable = Reachable(end);
    if (NetworkOf(end) != *reachable.begin()) Move(reachable, *reachable.begin(), moved);
  }
  return moved;
}

std::set<uint64_t> RespondentNetworks::Reachable(uint64_t from) const {
  std::set<uint64_t> seen = {from};
  std::vector<uint64_t> open = {from};
  while (!open.empty()) {
    const uint64_t respondent = open.back();
    open.pop_back();
    for (const auto& [link, other] : LinksOf(respondent)) {
      if (seen.insert(other).second) open.push_back(other);
    }
  }
  return seen;
}

void RespondentNetworks::Move(const std::set<uint64_t>& members, uint64_t network,
                              std::vector<uint64_t>& moved) {
  for (uint64_t member : members) {
    auto& from = members_[NetworkOf(member)];
    from.erase(member);
    if (from.empty()) members_.erase(NetworkOf(member));
    network_of_[member] = network;
    members_[network].insert(member);
    moved.push_back(member);
  }
}

}  // namespace klaim::projections
