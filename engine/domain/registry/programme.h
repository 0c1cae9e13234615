// A programme: the frame of a mass claim, whose heads, proof and valuation are data.
#pragma once

#include "absl/status/status.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/registry_service.pb.h"

namespace klaim::domain {

class Docket;

struct ProgrammeState : Aggregate {
  static constexpr char kKind[] = "programme";
  v1::ProgrammeOpened rules;
  uint32_t rules_version = 1;
  bool closed = false;
  std::string handed_over_to;  // the docket in which it goes on; empty while that is this one

  // The rule of a head; null when the programme doesn't have it.
  const v1::HeadRule* Head(absl::string_view code) const;
};

// Refuses heads that no claim could be valued by; reference tables that they name must be there and fit.
absl::Status CheckHeadRules(const std::string& field,
                            const google::protobuf::RepeatedPtrField<v1::HeadRule>& heads,
                            const std::string& currency, Docket& docket);

void Evolve(ProgrammeState& state, const v1::EventRecord& event);

absl::Status Decide(const v1::OpenProgrammeRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Replaces all rules of its heads. What was valued stays until it is valued anew.
absl::Status Decide(const v1::ReviseProgrammeRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::CloseProgrammeRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
