#include "services/registry/respondent_network.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/registry/respondent.h"
#include "klaim/v1/registry_service.pb.h"
#include "projections/registry/registry.h"
#include "projections/registry/registry_query.h"

namespace klaim::services {
namespace {

using projections::Period;

constexpr int kMaxAsked = 20;
constexpr int kMaxChanges = 100;
// Respondents that one answer walks to.
constexpr size_t kMaxMembers = 2'000;

absl::StatusOr<v1::LiabilityRule> RuleOf(const projections::RegistryQuery& registry, uint64_t programme_id) {
  v1::LiabilityRule rule;
  if (programme_id == 0) return rule;
  ASSIGN_OR_RETURN(auto programme, registry.Programme(programme_id));
  if (!programme.has_value()) return domain::UnknownId("programme_id", "programme", programme_id);
  return programme->opened().liability();
}

// Who answers, by the links that make one answer for another: the link nearest to who is named.
void FillLiable(const std::set<uint64_t>& named, v1::GetNetworkResponse& response) {
  std::map<uint64_t, uint64_t> liable_by;
  std::deque<uint64_t> open(named.begin(), named.end());
  for (uint64_t id : named) liable_by[id] = 0;
  std::map<uint64_t, std::vector<const v1::NetworkLink*>> links_of;  // of each end
  for (const v1::NetworkLink& link : response.links()) {
    if (!link.liable()) continue;
    links_of[link.respondent_id()].push_back(&link);
    links_of[link.link().other_id()].push_back(&link);
  }
  while (!open.empty()) {
    const uint64_t at = open.front();
    open.pop_front();
    for (const v1::NetworkLink* link : links_of[at]) {
      const uint64_t other = link->respondent_id() == at ? link->link().other_id() : link->respondent_id();
      if (liable_by.emplace(other, link->link_id()).second) open.push_back(other);
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
absl::Status FillLineage(const projections::RegistryQuery& registry, std::set<uint64_t> networks,
                         v1::GetNetworkResponse& response) {
  std::map<uint64_t, v1::NetworkChange> changes;  // the latest first
  std::set<uint64_t> seen;
  while (!networks.empty() && changes.size() < kMaxChanges) {
    const uint64_t network = *networks.begin();
    networks.erase(networks.begin());
    if (!seen.insert(network).second) continue;
    absl::Status read =
        registry.ChangesOf(network).Read("", [&](absl::string_view, v1::NetworkChange change) {
          networks.insert(change.before().begin(), change.before().end());
          changes[~change.sequence()] = std::move(change);
          return changes.size() < kMaxChanges;
        });
    if (!read.ok()) return read;
  }
  for (auto& [order, change] : changes) *response.add_lineage() = std::move(change);
  return absl::OkStatus();
}

}  // namespace

absl::Status DescribeNetwork(const projections::RegistryQuery& registry, const v1::GetNetworkRequest& request,
                             v1::GetNetworkResponse& response) {
  if (request.respondent_ids().empty() || request.respondent_ids_size() > kMaxAsked) {
    return domain::InvalidField("respondent_ids", v1::REASON_MUST_NAME_1_TO_20_RESPONDENTS);
  }
  for (const auto& [field, date] : {std::pair("from", request.from()), std::pair("until", request.until())}) {
    RETURN_IF_ERROR(domain::CheckDate(field, date, false, true));
  }
  RETURN_IF_ERROR(domain::CheckOrder("until", request.from(), request.until()));
  ASSIGN_OR_RETURN(auto rule, RuleOf(registry, request.programme_id()));
  const Period period = Period::Of(request.from(), request.until());
  const std::set<uint64_t> named(request.respondent_ids().begin(), request.respondent_ids().end());
  ASSIGN_OR_RETURN(auto around, registry.NetworksAround("respondent_ids", named, kMaxMembers));
  response.set_cut_off(!around.whole);
  std::set<uint64_t> members;
  for (uint64_t id : named) members.merge(around.networks.MembersAt(id, period));
  std::map<uint64_t, v1::NetworkLink> links;
  std::set<uint64_t> over_all_times;
  for (uint64_t id : members) {
    v1::Respondent& respondent = around.respondents.at(id);
    AddLinks(respondent, period, rule, links);
    over_all_times.insert(respondent.network_id());
    v1::NetworkMember& member = *response.add_members();
    for (v1::LicenceStatusRecorded& warning :
         domain::LicenceWarnings(respondent.licence_statuses(), period.from, period.until)) {
      *member.add_licence_warnings() = std::move(warning);
    }
    *member.mutable_respondent() = std::move(respondent);
    member.set_named(named.contains(id));
  }
  // The lowest number may be among those that aren't shown.
  if (around.whole) response.set_network_id(*members.begin());
  for (auto& [id, link] : links) *response.add_links() = std::move(link);
  FillLiable(named, response);
  response.set_liability_source(rule.source());
  return FillLineage(registry, std::move(over_all_times), response);
}

}  // namespace klaim::services
