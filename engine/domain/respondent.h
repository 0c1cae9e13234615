// A respondent: who is claimed against, and its links to others.
#pragma once

#include <map>

#include "absl/status/status.h"
#include "engine/domain/decision.h"
#include "klaim/v1/registry_service.pb.h"

namespace klaim::domain {

class Docket;

struct RespondentState : Aggregate {
  static constexpr char kKind[] = "respondent";
  std::map<uint64_t, uint64_t>
      links;  // number of the link -> the other respondent; links that were undone are gone
};

void Evolve(RespondentState& state, const v1::EventRecord& event);

absl::Status Decide(const v1::RegisterRespondentRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::LinkRespondentsRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::UnlinkRespondentsRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
