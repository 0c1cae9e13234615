// A document: a piece of evidence of a case, its custody, what was found of it.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/evidence_service.pb.h"

namespace klaim::domain {

class Docket;
struct ClaimantState;

struct DocumentState : Aggregate {
  static constexpr char kKind[] = "document";
  uint64_t case_id = 0;
  std::string received_by;                           // actor
  std::set<std::pair<uint64_t, std::string>> links;  // claim and head
  bool held = false;
};

void Evolve(DocumentState& state, const v1::EventRecord& event);

// Refuses, naming `field`, a document that isn't one of a case of this claimant, or of who was merged into the claimant.
absl::Status CheckDocumentOf(absl::string_view field, uint64_t document_id, const ClaimantState& claimant,
                             Docket& docket);

// An upload that is complete; `received` says what arrived.
absl::Status Decide(const v1::UploadBegun& request, Docket& docket, const Context& context,
                    Decision& decision);

// The claim must be one of the document's case.
absl::Status Decide(const v1::LinkDocumentRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::NoteCustodyRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Another person than who handed it in.
absl::Status Decide(const v1::VerifyDocumentRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Refused once the claimant was erased: the document is destroyed then.
absl::Status Decide(const v1::HoldDocumentRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::LiftHoldRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
