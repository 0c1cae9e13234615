// A reference table: minimum wages or exchange rates by date, with their source. Lines are only added, behind the last one:
// what was valued by a line can always be shown again.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/registry_service.pb.h"

namespace klaim::domain {

class Docket;

struct ReferenceTableState : Aggregate {
  static constexpr char kKind[] = "reference table";
  v1::ReferenceTablePublished published;  // with all lines that were added
};

// The line that holds on a day (days since 1970-01-01); null before the first.
const v1::ReferenceLine* LineOn(const v1::ReferenceTablePublished& table, int64_t day);

void Evolve(ReferenceTableState& state, const v1::EventRecord& event);

absl::Status Decide(const v1::PublishReferenceTableRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::ExtendReferenceTableRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
