// A respondent: who is claimed against, what is known of it, its licences and its links to others.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "absl/status/status.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/network_service.pb.h"
#include "klaim/v1/registry_service.pb.h"

namespace klaim::domain {

class Docket;

struct RespondentState : Aggregate {
  static constexpr char kKind[] = "respondent";
  v1::RespondentRegistered known;                           // with all details that were added
  std::vector<v1::LicenceStatusRecorded> licence_statuses;  // in the order in which they were recorded
  std::map<uint64_t, uint64_t>
      links;  // number of the link -> the other respondent; links that were undone are gone
  std::set<std::pair<uint64_t, v1::LinkKind>> suspected;  // or refused: not to be suspected again
};

void Evolve(RespondentState& state, const v1::EventRecord& event);

// Adds what isn't there yet; returns whether anything was new.
bool AddDetails(const v1::RespondentDetailsAdded& details, v1::RespondentRegistered& known);

// The statuses that didn't leave a licence valid through the days from `first_day` to `last_day` (since 1970-01-01): of
// each licence what held on the first day, and what came until the last.
std::vector<v1::LicenceStatusRecorded> LicenceWarnings(
    const google::protobuf::RepeatedPtrField<v1::LicenceStatusRecorded>& statuses, int64_t first_day,
    int64_t last_day);

absl::Status Decide(const v1::RegisterRespondentRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::LinkRespondentsRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::UnlinkRespondentsRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::AddRespondentDetailsRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::RecordLicenceStatusRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::RefuseSuspectedLinkRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

// The daemon's own: what the linkage found. Refused when it was suspected, refused or linked before.
struct SuspectedRespondentLink {
  uint64_t respondent_id = 0;
  v1::RespondentLinkSuspected suspected;
};
absl::Status Decide(const SuspectedRespondentLink& found, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
