// A case: one worker's story, from placement to return.
#pragma once

#include <set>
#include <string>

#include "absl/status/status.h"
#include "engine/domain/core/decision.h"
#include "engine/domain/core/refusal.h"
#include "klaim/v1/casework_service.pb.h"
#include "klaim/v1/intake_service.pb.h"
#include "klaim/v1/privacy_service.pb.h"

namespace klaim::domain {

class Docket;

struct CaseState : Aggregate {
  static constexpr char kKind[] = "case";
  uint64_t claimant_id = 0;
  std::string origin;       // Corridor.origin of its claims
  std::string destination;  // Corridor.destination of its claims
  std::set<uint64_t> shared_with;
  uint64_t organisation_id = 0;
  std::set<uint64_t> open_meetings;
  uint64_t responsible_id = 0;  // an account; 0 for nobody
};

void Evolve(CaseState& state, const v1::EventRecord& event);

// What is wrong with the case of a filing, whatever the docket holds; `field` is where it stands in the request.
void CheckNewCase(const std::string& field, const v1::NewCase& opened, int64_t now_micros,
                  Refusals& refusals);
// Opens it.
void OpenCase(const v1::NewCase& opened, uint64_t claimant_id, const Context& context,
              v1::EventRecord& event);

// The claimant must consent to this recipient.
absl::Status Decide(const v1::ShareCaseRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::EndCaseSharingRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

absl::Status Decide(const v1::ScheduleMeetingRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::CloseMeetingRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Both ends and who says it must be known; a document must be one of this case.
absl::Status Decide(const v1::StateTransferRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// The account must be one of the case's organisation or of the national body.
absl::Status Decide(const v1::AssignCaseRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::AddCaseNoteRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
