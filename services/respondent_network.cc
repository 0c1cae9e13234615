#include "services/respondent_network.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/domain/refusal.h"
#include "engine/domain/respondent.h"
#include "engine/domain/rules.h"
#include "klaim/v1/registry_service.pb.h"
#include "projections/registry.h"

namespace klaim::services {
namespace {

using projections::Key;
using projections::Period;

constexpr int kMostAsked = 20;
constexpr int kMostChanges = 100;

absl::StatusOr<v1::Respondent> RespondentAt(const projections::View& registry, uint64_t id) {
  auto row = registry.Get(Key('r').Number(id));
  if (!row.ok()) return row.status();
  v1::Respondent respondent;
  if (!row->has_value() || !respondent.ParseFromString(**row)) {
    return domain::UnknownId("respondent_ids", "respondent", id);
  }
  return respondent;
}

absl::StatusOr<v1::LiabilityRule> RuleOf(const projections::View& registry, uint64_t programme_id) {
  v1::LiabilityRule rule;
  if (programme_id == 0) return rule;
  auto row = registry.Get(Key('p').Number(programme_id));
  if (!row.ok()) return row.status();
  v1::Programme programme;
  if (!row->has_value() || !programme.ParseFromString(**row)) {
    return domain::UnknownId("programme_id", "programme", programme_id);
  }
  return programme.opened().liability();
}

// Who answers, by the links that make one answer for another: the link nearest to who is named.
void FillLiable(const std::set<uint64_t>& named, v1::GetNetworkResponse& response) {
  std::map<uint64_t, uint64_t> liable_by;
  std::deque<uint64_t> open(named.begin(), named.end());
  for (uint64_t id : named) liable_by[id] = 0;
  while (!open.empty()) {
    const uint64_t at = open.front();
    open.pop_front();
    for (const v1::NetworkLink& link : response.links()) {
      if (!link.liable()) continue;
      const bool first = link.respondent_id() == at;
      if (!first && link.link().other_id() != at) continue;
      const uint64_t other = first ? link.link().other_id() : link.respondent_id();
      if (liable_by.emplace(other, link.link_id()).second) open.push_back(other);
    }
  }
  for (v1::NetworkMember& member : *response.mutable_members()) {
    const auto found = liable_by.find(member.respondent().respondent_id());
    if (found == liable_by.end()) continue;
    member.set_liable(true);
    member.set_liable_by_link_id(found->second);
  }
}

void AddLinks(const v1::Respondent& respondent, const Period& period, const v1::LiabilityRule& rule,
              std::map<uint64_t, v1::NetworkLink>& links) {
  for (const v1::RespondentLink& link : respondent.links()) {
    if (link.reversed()) continue;  // it is told with the other one
    if (!Period::OfLink(link.valid_from(), link.valid_until()).Overlaps(period)) continue;
    v1::NetworkLink& row = links[link.link_id()];
    row.set_link_id(link.link_id());
    row.set_respondent_id(respondent.respondent_id());
    row.mutable_link()->set_other_id(link.other_id());
    row.mutable_link()->set_kind(link.kind());
    if (link.has_valid_from()) *row.mutable_link()->mutable_valid_from() = link.valid_from();
    if (link.has_valid_until()) *row.mutable_link()->mutable_valid_until() = link.valid_until();
    row.mutable_link()->set_evidence(link.evidence());
    // Who is registered twice answers in both names.
    const bool liable = std::find(rule.link_kinds().begin(), rule.link_kinds().end(), link.kind()) !=
                            rule.link_kinds().end() ||
                        link.kind() == v1::LINK_KIND_SAME_AS;
    row.set_liable(liable);
  }
}

// What made these networks, and those that they were made of.
absl::Status FillLineage(const projections::View& registry, std::set<uint64_t> networks,
                         v1::GetNetworkResponse& response) {
  std::map<uint64_t, v1::NetworkChange> changes;  // the latest first
  std::set<uint64_t> seen;
  while (!networks.empty() && changes.size() < kMostChanges) {
    const uint64_t network = *networks.begin();
    networks.erase(networks.begin());
    if (!seen.insert(network).second) continue;
    const std::string prefix = Key('h').Number(network);
    absl::Status scanned = registry.Scan(prefix, prefix, [&](absl::string_view, absl::string_view value) {
      v1::NetworkChange change;
      change.ParseFromArray(value.data(), static_cast<int>(value.size()));
      networks.insert(change.before().begin(), change.before().end());
      changes[~change.sequence()] = std::move(change);
      return changes.size() < kMostChanges;
    });
    if (!scanned.ok()) return scanned;
  }
  for (auto& [order, change] : changes) *response.add_lineage() = std::move(change);
  return absl::OkStatus();
}

}  // namespace

absl::Status DescribeNetwork(const projections::View& registry, const v1::GetNetworkRequest& request,
                             v1::GetNetworkResponse& response) {
  if (request.respondent_ids().empty() || request.respondent_ids_size() > kMostAsked) {
    return domain::InvalidField("respondent_ids", "must name 1 to 20 respondents");
  }
  for (const auto& [field, date] : {std::pair("from", request.from()), std::pair("until", request.until())}) {
    if (absl::Status status = domain::CheckDate(field, date, false, true); !status.ok()) return status;
  }
  if (absl::Status status = domain::CheckOrder("until", request.from(), request.until()); !status.ok())
    return status;
  auto rule = RuleOf(registry, request.programme_id());
  if (!rule.ok()) return rule.status();
  auto networks = projections::NetworksIn(registry);
  if (!networks.ok()) return networks.status();
  const Period period = Period::Of(request.from(), request.until());
  const std::set<uint64_t> named(request.respondent_ids().begin(), request.respondent_ids().end());
  std::set<uint64_t> members;
  for (uint64_t id : named) members.merge(networks->MembersAt(id, period));
  std::map<uint64_t, v1::NetworkLink> links;
  std::set<uint64_t> over_all_times;
  for (uint64_t id : members) {
    auto respondent = RespondentAt(registry, id);
    if (!respondent.ok()) return respondent.status();
    AddLinks(*respondent, period, *rule, links);
    over_all_times.insert(respondent->network_id());
    v1::NetworkMember& member = *response.add_members();
    for (v1::LicenceStatusRecorded& warning :
         domain::LicenceWarnings(respondent->licence_statuses(), period.from, period.until)) {
      *member.add_licence_warnings() = std::move(warning);
    }
    *member.mutable_respondent() = *std::move(respondent);
    member.set_named(named.contains(id));
  }
  response.set_network_id(*members.begin());
  for (auto& [id, link] : links) *response.add_links() = std::move(link);
  FillLiable(named, response);
  response.set_liability_source(rule->source());
  return FillLineage(registry, std::move(over_all_times), response);
}

}  // namespace klaim::services
