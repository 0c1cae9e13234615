// What the registry is asked: organisations, programmes, respondents and how they hang together.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "klaim/v1/network_service.pb.h"
#include "klaim/v1/registry_service.pb.h"
#include "projections/core/listing.h"
#include "projections/networks/respondent_networks.h"

namespace klaim::projections {

// Respondents, those that hang together with them over all times, and the links among them: the nearest first, and no more
// than were asked for.
struct NetworkPart {
  std::map<uint64_t, v1::Respondent> respondents;
  RespondentNetworks networks;
  bool whole = true;
};

class RegistryQuery {
 public:
  explicit RegistryQuery(View view) : view_(std::move(view)) {}

  // By number.
  Listing<v1::Organisation> Organisations() const;
  Listing<v1::Programme> Programmes() const;
  absl::StatusOr<std::optional<v1::Programme>> Programme(uint64_t programme_id) const;

  // Numbers of all respondents, or of those of a network, which is named by its lowest number alone.
  absl::StatusOr<Listing<uint64_t>> Respondents(uint64_t network_id) const;
  // With its links and network; UnknownId(field) when there is none.
  absl::StatusOr<v1::Respondent> Respondent(absl::string_view field, uint64_t respondent_id) const;
  // As it was registered, without links and network; nothing when it isn't folded yet.
  absl::StatusOr<std::optional<v1::Respondent>> Registered(uint64_t respondent_id) const;

  absl::StatusOr<NetworkPart> NetworksAround(absl::string_view field, const std::set<uint64_t>& respondents,
                                             size_t most) const;
  // All respondents and the links among them that stand.
  absl::StatusOr<RespondentNetworks> AllNetworks() const;
  // How a network came to be, the latest first.
  Listing<v1::NetworkChange> ChangesOf(uint64_t network_id) const;
  // That wait for a decision, the most likely first.
  Listing<v1::SuspectedLink> SuspectedLinks() const;

 private:
  absl::Status FillNetwork(v1::Respondent& respondent) const;

  View view_;
};

}  // namespace klaim::projections
