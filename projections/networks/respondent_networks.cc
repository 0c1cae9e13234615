#include "projections/networks/respondent_networks.h"

#include <algorithm>
#include <utility>

#include "engine/domain/core/rules.h"

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

void RespondentNetworks::Add(uint64_t respondent) { Place(respondent, respondent); }

void RespondentNetworks::Place(uint64_t respondent, uint64_t label) {
  label_of_[respondent] = label;
  members_[label].insert(respondent);
}

std::vector<uint64_t> RespondentNetworks::Respondents() const {
  std::vector<uint64_t> all;
  for (const auto& [respondent, label] : label_of_) all.push_back(respondent);
  std::sort(all.begin(), all.end());
  return all;
}

uint64_t RespondentNetworks::LabelOf(uint64_t respondent) const {
  const auto found = label_of_.find(respondent);
  return found == label_of_.end() ? respondent : found->second;
}

uint64_t RespondentNetworks::NumberOf(uint64_t label) const {
  const auto found = members_.find(label);
  return found == members_.end() ? label : *found->second.begin();
}

size_t RespondentNetworks::SizeOf(uint64_t label) const {
  const auto found = members_.find(label);
  return found == members_.end() ? 0 : found->second.size();
}

uint64_t RespondentNetworks::NetworkOf(uint64_t respondent) const { return NumberOf(LabelOf(respondent)); }

const std::set<uint64_t>& RespondentNetworks::MembersOf(uint64_t network) const {
  static const auto& none = *new std::set<uint64_t>;
  const auto found = members_.find(LabelOf(network));
  return found == members_.end() || *found->second.begin() != network ? none : found->second;
}

void RespondentNetworks::Tie(uint64_t link, uint64_t one, uint64_t other, const Period& stood) {
  ends_[link] = {one, other, stood};
  links_[one].insert(link);
  links_[other].insert(link);
  dated_links_ += stood.always() ? 0 : 1;
  link_ends_.insert(std::upper_bound(link_ends_.begin(), link_ends_.end(), stood.until), stood.until);
  link_begins_.insert(std::upper_bound(link_begins_.begin(), link_begins_.end(), stood.from), stood.from);
  at_.clear();
}

void RespondentNetworks::Untie(uint64_t link) {
  const Ends ends = ends_.at(link);
  ends_.erase(link);
  links_[ends.one].erase(link);
  links_[ends.other].erase(link);
  dated_links_ -= ends.stood.always() ? 0 : 1;
  link_ends_.erase(std::lower_bound(link_ends_.begin(), link_ends_.end(), ends.stood.until));
  link_begins_.erase(std::lower_bound(link_begins_.begin(), link_begins_.end(), ends.stood.from));
  at_.clear();
}

RespondentNetworks::Change RespondentNetworks::Link(uint64_t link, uint64_t one, uint64_t other,
                                                    const Period& stood) {
  Tie(link, one, other, stood);
  uint64_t kept = LabelOf(one);
  uint64_t gone = LabelOf(other);
  if (kept == gone) return {};
  Change change;
  change.renumbered = SizeOf(NumberOf(kept) < NumberOf(gone) ? gone : kept);
  if (SizeOf(kept) < SizeOf(gone)) std::swap(kept, gone);
  change.relabelled = Relabel(std::set<uint64_t>(members_[gone]), gone, kept);
  return change;
}

RespondentNetworks::Change RespondentNetworks::Unlink(uint64_t link) {
  const auto found = ends_.find(link);
  if (found == ends_.end()) return {};
  const uint64_t one = found->second.one;
  const uint64_t other = found->second.other;
  Untie(link);
  std::set<uint64_t> split = MembersAt(one, Period());
  if (split.contains(other)) return {};
  const uint64_t label = LabelOf(one);
  if (2 * split.size() > SizeOf(label)) split = MembersAt(other, Period());
  Change change;
  change.renumbered = split.contains(NumberOf(label)) ? SizeOf(label) - split.size() : split.size();
  change.relabelled = Relabel(split, label, link);
  return change;
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
  const auto ended = std::lower_bound(link_ends_.begin(), link_ends_.end(), period.from) - link_ends_.begin();
  const auto begun =
      std::upper_bound(link_begins_.begin(), link_begins_.end(), period.until) - link_begins_.begin();
  auto& networks = at_[{static_cast<size_t>(ended), static_cast<size_t>(begun)}];
  if (const auto found = networks.find(respondent); found != networks.end()) return found->second;
  const std::set<uint64_t> members = MembersAt(respondent, period);
  for (uint64_t member : members) networks[member] = *members.begin();
  return *members.begin();
}

std::vector<uint64_t> RespondentNetworks::Relabel(const std::set<uint64_t>& members, uint64_t from,
                                                  uint64_t to) {
  std::set<uint64_t>& into = members_[to];
  std::set<uint64_t>& out_of = members_[from];
  for (uint64_t member : members) {
    out_of.erase(member);
    into.insert(member);
    label_of_[member] = to;
  }
  if (out_of.empty()) members_.erase(from);
  return std::vector<uint64_t>(members.begin(), members.end());
}

}  // namespace klaim::projections
