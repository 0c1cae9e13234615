#include "services/intake/proposal_description.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "klaim/v1/read_models.pb.h"
#include "projections/groups/groups.h"
#include "projections/groups/groups_query.h"
#include "projections/registry/registry.h"
#include "projections/registry/registry_query.h"

namespace klaim::services {
namespace {

constexpr size_t kMaxLeads = 5;
constexpr size_t kMaxRespondents = 2'000;  // that one answer walks to
constexpr uint64_t kWhole = 10'000;        // basis points
constexpr uint64_t kHalf = kWhole / 2;

struct Member {
  uint64_t claim_id = 0;
  v1::GroupingFacts facts;
  int64_t claimed_minor = 0;
  std::map<std::string, std::string> traits;
  uint64_t percentile = 0;
};

// The heads of a claim for which it is in the proposal.
bool IsOf(const v1::GroupingHead& head, const v1::GroupProposal& proposal) {
  return !head.grouped() && !head.merged() && (proposal.head().empty() || proposal.head() == head.code());
}

Member MemberOf(uint64_t claim_id, v1::GroupingFacts facts, const v1::GroupProposal& proposal) {
  Member member;
  member.claim_id = claim_id;
  std::set<std::string> heads;
  std::string year = "?";
  for (const v1::GroupingHead& head : facts.heads()) {
    if (!IsOf(head, proposal)) continue;
    heads.insert(head.code());
    if (head.year() != 0) year = absl::StrCat(head.year());
    member.claimed_minor += head.claimed_minor();
  }
  member.traits = {
      {"head", absl::StrJoin(heads, "+")},
      {"respondent", absl::StrJoin(facts.respondent_ids(), "+")},
      {"origin", facts.corridor().origin().empty() ? "?" : facts.corridor().origin()},
      {"destination", facts.corridor().destination().empty() ? "?" : facts.corridor().destination()},
      {"year", year}};
  member.facts = std::move(facts);
  return member;
}

absl::StatusOr<std::vector<Member>> ReadMembers(const projections::GroupsQuery& groups,
                                                const v1::GroupProposal& proposal) {
  std::vector<Member> members;
  absl::Status read = groups.MembersOf(proposal.proposal_id()).ForEach([&](uint64_t claim_id) {
    auto facts = groups.FactsOf(claim_id);
    if (facts.ok()) members.push_back(MemberOf(claim_id, *std::move(facts), proposal));
    return facts.status();
  });
  if (!read.ok()) return read;
  return members;
}

uint32_t ShareOf(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : static_cast<uint32_t>(part * kWhole / whole);
}

v1::SharedTrait Trait(const std::string& trait, const std::string& value, uint64_t claims, uint64_t all) {
  v1::SharedTrait shared;
  shared.set_trait(trait);
  shared.set_value(value);
  shared.set_claims(claims);
  shared.set_share_basis_points(ShareOf(claims, all));
  return shared;
}

// The value that most have; the lowest of several, and none where nobody has any: members may leave while they are read.
v1::SharedTrait MostShared(const std::string& trait, const std::map<std::string, uint64_t>& counts,
                           uint64_t all) {
  if (counts.empty()) return Trait(trait, "", 0, all);
  const auto most = std::max_element(counts.begin(), counts.end(), [](const auto& one, const auto& other) {
    return one.second < other.second;
  });
  return Trait(trait, most->first, most->second, all);
}

// How many of the others claim less; of those that claim the same, half. 0 to kWhole.
void FillPercentiles(std::vector<Member>& members) {
  std::vector<int64_t> amounts;
  for (const Member& member : members) amounts.push_back(member.claimed_minor);
  std::sort(amounts.begin(), amounts.end());
  for (Member& member : members) {
    const auto [less, most] = std::equal_range(amounts.begin(), amounts.end(), member.claimed_minor);
    const auto below = static_cast<uint64_t>(less - amounts.begin());
    const auto same = static_cast<uint64_t>(most - less);
    member.percentile = (2 * below + same) * kHalf / amounts.size();
  }
}

absl::StatusOr<std::vector<uint64_t>> RespondentsOfMembers(const std::vector<Member>& members,
                                                           const projections::RegistryQuery& registry,
                                                           const v1::GroupProposal& proposal) {
  std::set<uint64_t> named;
  for (const Member& member : members) {
    named.insert(member.facts.respondent_ids().begin(), member.facts.respondent_ids().end());
  }
  ASSIGN_OR_RETURN(auto around, registry.NetworksAround("proposal_id", named, kMaxRespondents));
  if (!around.whole) {
    return domain::Refuse(absl::StatusCode::kResourceExhausted, v1::REASON_TOO_MANY_RESPONDENTS_HANG_TOGETHER,
                          kMaxRespondents);
  }
  const projections::RespondentNetworks* networks = &around.networks;
  // Many claims are about the same times: each is looked up once.
  std::set<std::tuple<uint64_t, int64_t, int64_t>> asked;
  std::set<uint64_t> respondents;
  for (const Member& member : members) {
    for (const v1::GroupingHead& head : member.facts.heads()) {
      if (!IsOf(head, proposal)) continue;
      const projections::Period period = projections::PeriodOf(head);
      for (uint64_t id : member.facts.respondent_ids()) {
        if (!asked.emplace(id, period.from, period.until).second) continue;
        if (proposal.network_id() == 0) {
          respondents.insert(id);
        } else if (networks->NetworkAt(id, period) == proposal.network_id()) {
          respondents.merge(networks->MembersAt(id, period));
        }
      }
    }
  }
  return std::vector<uint64_t>(respondents.begin(), respondents.end());
}

}  // namespace

absl::Status DescribeMembers(const projections::ReadModels& models, v1::DescribeProposalResponse& response) {
  ASSIGN_OR_RETURN(auto read, ReadMembers(models.groups(), response.proposal()));
  std::vector<Member>& members = read;
  if (members.empty()) return absl::OkStatus();
  std::map<std::string, std::map<std::string, uint64_t>> counts;  // by trait and value
  std::map<std::string, uint64_t> head_and_respondent;
  for (const Member& member : members) {
    for (const auto& [trait, value] : member.traits) ++counts[trait][value];
    for (const v1::GroupingHead& head : member.facts.heads()) {
      if (!IsOf(head, response.proposal())) continue;
      for (uint64_t respondent : member.facts.respondent_ids())
        ++head_and_respondent[absl::StrCat(head.code(), " / ", respondent)];
    }
  }
  *response.mutable_commonality() = MostShared("head and respondent", head_and_respondent, members.size());
  for (const auto& [trait, values] : counts)
    *response.add_traits() = MostShared(trait, values, members.size());
  FillPercentiles(members);
  // Typical in each trait by how many are like it, and by its sum when that is near the middle.
  std::vector<std::pair<uint64_t, const Member*>> typical;
  for (const Member& member : members) {
    uint64_t sum =
        kWhole - (member.percentile > kHalf ? member.percentile - kHalf : kHalf - member.percentile) * 2;
    for (const auto& [trait, value] : member.traits) sum += ShareOf(counts[trait][value], members.size());
    typical.emplace_back(sum / (member.traits.size() + 1), &member);
  }
  std::sort(typical.begin(), typical.end(), [](const auto& one, const auto& other) {
    return one.first != other.first ? one.first > other.first : one.second->claim_id < other.second->claim_id;
  });
  for (size_t i = 0; i < std::min(kMaxLeads, typical.size()); ++i) {
    const Member& member = *typical[i].second;
    v1::LeadCandidate& lead = *response.add_leads();
    lead.set_claim_id(member.claim_id);
    lead.set_typicality_basis_points(static_cast<uint32_t>(typical[i].first));
    lead.set_claimed_minor(member.claimed_minor);
    lead.set_percentile_basis_points(static_cast<uint32_t>(member.percentile));
    for (const auto& [trait, value] : member.traits)
      *lead.add_traits() = Trait(trait, value, counts[trait][value], members.size());
  }
  std::vector<int64_t> amounts;
  for (const Member& member : members) amounts.push_back(member.claimed_minor);
  const auto middle = amounts.begin() + static_cast<std::ptrdiff_t>((amounts.size() - 1) / 2);
  std::nth_element(amounts.begin(), middle, amounts.end());
  response.set_median_claimed_minor(*middle);
  ASSIGN_OR_RETURN(auto respondents, RespondentsOfMembers(members, models.registry(), response.proposal()));
  response.mutable_respondent_ids()->Assign(respondents.begin(), respondents.end());
  return absl::OkStatus();
}

absl::StatusOr<std::vector<uint64_t>> RespondentsOf(const projections::ReadModels& models,
                                                    const v1::GroupProposal& proposal) {
  ASSIGN_OR_RETURN(auto members, ReadMembers(models.groups(), proposal));
  return RespondentsOfMembers(members, models.registry(), proposal);
}

}  // namespace klaim::services
