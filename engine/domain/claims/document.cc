#include "engine/domain/claims/document.h"

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
    default:
      break;
  }
}

}  // namespace klaim::domain
