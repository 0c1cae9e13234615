#include "engine/domain/claims/document.h"

#include "klaim/v1/event_cases.h"

namespace klaim::domain {

void Evolve(DocumentState& state, const v1::EventRecord& event) {
  switch (event.event_case()) {
    case v1::EventRecord::kDocumentReceived:
      state.case_id = event.document_received().case_id();
      state.received_by = event.actor();
      break;
    case v1::EventRecord::kDocumentLinked:
      state.links.emplace(event.document_linked().claim_id(), event.document_linked().head());
      break;
    case v1::EventRecord::kDocumentHeld:
      state.held = true;
      break;
    case v1::EventRecord::kDocumentHoldLifted:
      state.held = false;
      break;
    case v1::EventRecord::kDocumentCustodyNoted:
    case v1::EventRecord::kDocumentVerified:
    case KLAIM_ALL_BUT_DOCUMENT_EVENTS:
      break;
  }
}

}  // namespace klaim::domain
