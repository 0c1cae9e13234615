#include "projections/registry/registry_query.h"

#include <algorithm>
#include <deque>
#include <vector>

#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "projections/registry/registry.h"

namespace klaim::projections {

Listing<v1::Organisation> RegistryQuery::Organisations() const {
  return MessagesOf<v1::Organisation>(view_, Key('o'));
}

Listing<v1::Programme> RegistryQuery::Programmes() const {
  return MessagesOf<v1::Programme>(view_, Key('p'));
}

absl::StatusOr<std::optional<v1::Programme>> RegistryQuery::Programme(uint64_t programme_id) const {
  return view_.Read<v1::Programme>(Key('p').Number(programme_id));
}

absl::StatusOr<std::optional<v1::Respondent>> RegistryQuery::Registered(uint64_t respondent_id) const {
  return view_.Read<v1::Respondent>(Key('r').Number(respondent_id));
}

Listing<v1::NetworkChange> RegistryQuery::ChangesOf(uint64_t network_id) const {
  return MessagesOf<v1::NetworkChange>(view_, Key('h').Number(network_id));
}

Listing<v1::SuspectedLink> RegistryQuery::SuspectedLinks() const {
  return MessagesOf<v1::SuspectedLink>(view_, Key('s'));
}

absl::Status RegistryQuery::FillNetwork(v1::Respondent& respondent) const {
  const std::string links = Key('k').Number(respondent.respondent_id());
  absl::Status parsed;
  absl::Status scanned = view_.Scan(links, links, [&](absl::string_view key, absl::string_view value) {
    parsed = view_.Parse(key, value, *respondent.add_links());
    return parsed.ok();
  });
  if (!scanned.ok()) return scanned;
  if (!parsed.ok()) return parsed;
  ASSIGN_OR_RETURN(auto label, view_.Get(Key('N').Number(respondent.respondent_id())));
  if (!label.has_value()) return absl::DataLossError("a respondent stands in no network");
  ASSIGN_OR_RETURN(auto network, view_.Get(Key('L').Number(NumberAt(*label, 1))));
  if (!network.has_value()) return absl::DataLossError("a respondent's network isn't there");
  respondent.set_network_id(NumberAt(*network, 1));
  respondent.set_network_size(static_cast<uint32_t>(NumberAt(*network, 9)));
  return absl::OkStatus();
}

absl::StatusOr<v1::Respondent> RegistryQuery::Respondent(absl::string_view field,
                                                         uint64_t respondent_id) const {
  ASSIGN_OR_RETURN(auto row, view_.Read<v1::Respondent>(Key('r').Number(respondent_id)));
  if (!row.has_value()) return domain::UnknownId(field, "respondent", respondent_id);
  v1::Respondent respondent = *std::move(row);
  RETURN_IF_ERROR(FillNetwork(respondent));
  return respondent;
}

absl::StatusOr<Listing<uint64_t>> RegistryQuery::Respondents(uint64_t network_id) const {
  if (network_id == 0) return NumbersOf(view_, Key('r'));
  ASSIGN_OR_RETURN(auto label, view_.Get(Key('N').Number(network_id)));
  // A network is named by its lowest number alone.
  uint64_t labelled = 0;
  if (label.has_value()) {
    ASSIGN_OR_RETURN(auto network, view_.Get(Key('L').Number(NumberAt(*label, 1))));
    if (network.has_value() && NumberAt(*network, 1) == network_id) labelled = NumberAt(*label, 1);
  }
  return NumbersOf(view_, Key('n').Number(labelled));
}

absl::StatusOr<NetworkPart> RegistryQuery::NetworksAround(absl::string_view field,
                                                          const std::set<uint64_t>& respondents,
                                                          size_t most) const {
  NetworkPart part;
  std::vector<v1::Respondent> read;
  std::set<uint64_t> seen(respondents);
  std::deque<uint64_t> open(respondents.begin(), respondents.end());
  for (; !open.empty() && read.size() < most; open.pop_front()) {
    ASSIGN_OR_RETURN(auto respondent, Respondent(field, open.front()));
    for (const v1::RespondentLink& link : respondent.links()) {
      if (seen.insert(link.other_id()).second) open.push_back(link.other_id());
    }
    read.push_back(std::move(respondent));
  }
  part.whole = open.empty();
  for (const v1::Respondent& respondent : read) part.networks.Add(respondent.respondent_id());
  for (v1::Respondent& respondent : read) {
    // A link to who wasn't read leads nowhere; each other one stands at both ends.
    auto& links = *respondent.mutable_links();
    links.erase(
        std::remove_if(links.begin(), links.end(),
                       [&](const v1::RespondentLink& link) { return !part.networks.Has(link.other_id()); }),
        links.end());
    for (const v1::RespondentLink& link : links) {
      if (!link.reversed())
        part.networks.Link(link.link_id(), respondent.respondent_id(), link.other_id(), PeriodOf(link));
    }
  }
  for (v1::Respondent& respondent : read) {
    const uint64_t id = respondent.respondent_id();
    part.respondents.emplace(id, std::move(respondent));
  }
  return part;
}

absl::StatusOr<RespondentNetworks> RegistryQuery::AllNetworks() const {
  RespondentNetworks networks;
  absl::Status scanned = view_.Scan(Key('r'), Key('r'), [&](absl::string_view key, absl::string_view) {
    networks.Add(NumberAt(key, 1));
    return true;
  });
  if (!scanned.ok()) return scanned;
  absl::Status parsed;
  scanned = view_.Scan(Key('k'), Key('k'), [&](absl::string_view key, absl::string_view value) {
    v1::RespondentLink link;
    parsed = view_.Parse(key, value, link);
    if (parsed.ok() && !link.reversed())
      networks.Link(link.link_id(), NumberAt(key, 1), link.other_id(), PeriodOf(link));
    return parsed.ok();
  });
  if (!scanned.ok()) return scanned;
  if (!parsed.ok()) return parsed;
  return networks;
}

}  // namespace klaim::projections
