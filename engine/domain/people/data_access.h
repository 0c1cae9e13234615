// A look at personal data: one event, and nothing more happens to it.
#pragma once

#include "absl/status/status.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/view_events.pb.h"

namespace klaim::domain {

class Docket;

struct DataAccessState : Aggregate {
  static constexpr char kKind[] = "view";
};

inline void Evolve(DataAccessState&, const v1::EventRecord&) {}

// Records what the services gathered.
absl::Status Decide(const v1::PersonalDataViewed& viewed, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
