// What is decided of it (engine/domain/claims/document.h).
#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/case.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/document.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/people/claimant.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {

absl::Status CheckDocumentOf(absl::string_view field, uint64_t document_id, const ClaimantState& claimant,
                             Docket& docket) {
  ASSIGN_OR_RETURN(auto document, docket.Find<DocumentState>(field, document_id));
  ASSIGN_OR_RETURN(auto of_case, docket.Find<CaseState>(field, document->case_id));
  ASSIGN_OR_RETURN(auto owner, PersonNow(field, of_case->claimant_id, docket));
  if (owner->id == claimant.id) return absl::OkStatus();
  return InvalidField(field, v1::REASON_IS_DOCUMENT_OF_ANOTHER_CLAIMANT_CASE);
}

absl::Status Decide(const v1::UploadBegun& request, Docket& docket, const Context& context,
                    Decision& decision) {
  if (!request.title().has_text())
    return InvalidField("title.text", v1::REASON_IS_MISSING_SAY_WHAT_DOCUMENT_IS);
  ASSIGN_OR_RETURN(auto found, docket.Find<CaseState>("case_id", request.case_id()));
  ASSIGN_OR_RETURN(auto claimant, docket.Find<ClaimantState>("case_id", found->claimant_id));
  if (claimant->erased) return NotNow("case_id", v1::REASON_CLAIMANT_WAS_ERASED);
  if (request.redaction_of() != 0) {
    ASSIGN_OR_RETURN(auto original, docket.Find<DocumentState>("redaction_of", request.redaction_of()));
    if (original->case_id != request.case_id()) {
      return InvalidField("redaction_of", v1::REASON_IS_DOCUMENT_OF_ANOTHER_CASE);
    }
  }
  auto& received = *decision.Open().mutable_document_received();
  received = request.received();
  received.set_case_id(request.case_id());
  received.set_claimant_id(found->claimant_id);
  received.set_organisation_id(context.organisation_id);
  received.set_redaction_of(request.redaction_of());
  *received.mutable_title() = request.title();
  return absl::OkStatus();
}

absl::Status Decide(const v1::LinkDocumentRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto document, docket.Find<DocumentState>("document_id", request.document_id()));
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
  if (claim->case_id != document->case_id) {
    return InvalidField("claim_id", v1::REASON_IS_CLAIM_ON_ANOTHER_CASE_THAN_DOCUMENT);
  }
  if (!request.head().empty() && claim->Head(request.head()) == nullptr) {
    return InvalidField("head", v1::REASON_CLAIM_HAS_NO_HEAD, request.head());
  }
  if (document->links.contains({request.claim_id(), request.head()})) {
    return NotNow("document_id", v1::REASON_IS_LINKED_TO_THIS_ALREADY);
  }
  auto& linked = *decision.Append(*document).mutable_document_linked();
  linked.set_claim_id(request.claim_id());
  linked.set_head(request.head());
  return absl::OkStatus();
}

absl::Status Decide(const v1::NoteCustodyRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  const v1::DocumentCustodyNoted& step = request.step();
  if (!v1::CustodyAction_IsValid(step.action()) || step.action() == 0) {
    return InvalidField("step.action", v1::REASON_MUST_SAY_WHAT_WAS_DONE);
  }
  RETURN_IF_ERROR(CheckText("step.with", step.with(), 1, 200));
  RETURN_IF_ERROR(CheckDate("step.done_on", step.done_on(), false, false));
  RETURN_IF_ERROR(CheckHappened("step.done_on", step.done_on(), context.now_micros));
  ASSIGN_OR_RETURN(auto document, docket.Find<DocumentState>("document_id", request.document_id()));
  *decision.Append(*document).mutable_document_custody_noted() = step;
  return absl::OkStatus();
}

absl::Status Decide(const v1::VerifyDocumentRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("finding.reasons", request.finding().reasons(), 1, 1'000));
  ASSIGN_OR_RETURN(auto document, docket.Find<DocumentState>("document_id", request.document_id()));
  if (document->received_by == context.actor) {
    return AnotherPerson("document_id", v1::REASON_WAS_HANDED_IN_BY_YOU);
  }
  *decision.Append(*document).mutable_document_verified() = request.finding();
  return absl::OkStatus();
}

absl::Status Decide(const v1::HoldDocumentRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
  ASSIGN_OR_RETURN(auto document, docket.Find<DocumentState>("document_id", request.document_id()));
  if (document->held) return NotNow("document_id", v1::REASON_IS_HELD_ALREADY);
  ASSIGN_OR_RETURN(auto of_case, docket.Find<CaseState>("document_id", document->case_id));
  ASSIGN_OR_RETURN(auto claimant, docket.Find<ClaimantState>("document_id", of_case->claimant_id));
  if (claimant->erased)
    return NotNow("document_id", v1::REASON_CLAIMANT_WAS_ERASED_THERE_IS_NOTHING_LEFT_TO_HOLD);
  decision.Append(*document).mutable_document_held()->set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::LiftHoldRequest& request, Docket& docket, const Context&, Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
  ASSIGN_OR_RETURN(auto document, docket.Find<DocumentState>("document_id", request.document_id()));
  if (!document->held) return NotNow("document_id", v1::REASON_IS_NOT_HELD);
  decision.Append(*document).mutable_document_hold_lifted()->set_reason(request.reason());
  return absl::OkStatus();
}

}  // namespace klaim::domain
