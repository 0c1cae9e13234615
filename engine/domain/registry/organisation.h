// An organisation: the national body, its branches, partner NGOs.
#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/registry_service.pb.h"

namespace klaim::domain {

class Docket;

struct OrganisationState : Aggregate {
  static constexpr char kKind[] = "organisation";
  v1::OrganisationKind kind = v1::ORGANISATION_KIND_UNSPECIFIED;
  uint64_t parent_id = 0;
  std::map<std::string, uint64_t> members;  // accounts by name, also closed ones
};

void Evolve(OrganisationState& state, const v1::EventRecord& event);

// A branch stands under an organisation that is registered; a national body and a lone partner under none.
absl::Status Decide(const v1::RegisterOrganisationRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
