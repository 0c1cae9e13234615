#include "projections/respondent_networks.h"

#include <algorithm>

#include "engine/domain/rules.h"

namespace klaim::projections {

Period Period::Of(const v1::PartialDate& from, const v1::PartialDate& until) {
  if (from.year() == 0 && until.year() == 0) return {};
  const v1::PartialDate& first = from.year() == 0 ? until : from;
  const v1::PartialDate& last = until.year() == 0 ? from : until;
  return {domain::FirstDayOf(first), std::max(domain::FirstDayOf(first), domain::LastDayOf(last))};
}

Period Period::OfLink(const v1::PartialDate& from, const v1::PartialDate& until) {
  Period period;
  if (from.year() != 0) period.from = domain::FirstDayOf(from);
  if (until.year() != 0) period.until = domain::LastDayOf(until);
  return period;
}

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

std::vector<uint64_t> RespondentNetworks::Link(uint64_t link, uint64_t one, uint64_t other,
                                               const Period& stood) {
  ends_[link] = {one, other, stood};
  links_[one].insert(link);
  links_[other].insert(link);
  dated_links_ += stood.always() ? 0 : 1;
  Forget();
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
  const Ends ends = found->second;
  ends_.erase(found);
  links_[ends.one].erase(link);
  links_[ends.other].erase(link);
  dated_links_ -= ends.stood.always() ? 0 : 1;
  Forget();
  for (uint64_t end : {ends.one, ends.other}) {
    const std::set<uint64_t> reachable = MembersAt(end, Period());
    if (NetworkOf(end) != *reachable.begin()) Move(reachable, *reachable.begin(), moved);
  }
  return moved;
}

std::set<uint64_t> RespondentNetworks::MembersAt(uint64_t from, const Period& period) const {
  std::set<uint64_t> seen = {from};
  std::vector<uint64_t> open = {from};
  while (!open.empty()) {
    const uint64_t respondent = open.back();
    open.pop_back();
    const auto links = links_.find(respondent);
    if (links == links_.end()) continue;
    for (uint64_t link : links->second) {
      const Ends& ends = ends_.at(link);
      if (!ends.stood.Overlaps(period)) continue;
      const uint64_t other = ends.one == respondent ? ends.other : ends.one;
      if (seen.insert(other).second) open.push_back(other);
    }
  }
  return seen;
}

uint64_t RespondentNetworks::NetworkAt(uint64_t respondent, const Period& period) const {
  if (dated_links_ == 0 || period.always()) return NetworkOf(respondent);
  if (link_ends_.empty()) {
    for (const auto& [link, ends] : ends_) {
      link_ends_.push_back(ends.stood.until);
      link_begins_.push_back(ends.stood.from);
    }
    std::sort(link_ends_.begin(), link_ends_.end());
    std::sort(link_begins_.begin(), link_begins_.end());
  }
  const auto ended = std::lower_bound(link_ends_.begin(), link_ends_.end(), period.from) - link_ends_.begin();
  const auto begun =
      std::upper_bound(link_begins_.begin(), link_begins_.end(), period.until) - link_begins_.begin();
  auto& networks = at_[{static_cast<size_t>(ended), static_cast<size_t>(begun)}];
  if (const auto found = networks.find(respondent); found != networks.end()) return found->second;
  const std::set<uint64_t> members = MembersAt(respondent, period);
  for (uint64_t member : members) networks[member] = *members.begin();
  return *members.begin();
}

void RespondentNetworks::Forget() {
  link_ends_.clear();
  link_begins_.clear();
  at_.clear();
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
