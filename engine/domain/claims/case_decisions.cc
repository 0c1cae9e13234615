// What is decided of it (engine/domain/claims/case.h).

#include "engine/base/return_if_error.h"
#include "engine/domain/claims/case.h"
#include "engine/domain/claims/document.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/people/account.h"
#include "engine/domain/people/claimant.h"
#include "engine/domain/registry/organisation.h"
#include "engine/domain/registry/respondent.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {

absl::Status Decide(const v1::ShareCaseRequest& request, Docket& docket, const Context&, Decision& decision) {
  ASSIGN_OR_RETURN(auto shared, docket.Find<CaseState>("case_id", request.case_id()));
  RETURN_IF_ERROR(docket.Find<OrganisationState>("recipient_id", request.recipient_id()).status());
  ASSIGN_OR_RETURN(auto claimant, docket.Find<ClaimantState>("case_id", shared->claimant_id));
  if (!claimant->may_share_with.contains(request.recipient_id())) {
    return NotNow("recipient_id", v1::REASON_CLAIMANT_DID_NOT_CONSENT_TO_SHARE_WITH_THIS);
  }
  if (shared->shared_with.contains(request.recipient_id())) {
    return NotNow("recipient_id", v1::REASON_CASE_IS_SHARED_WITH_IT_ALREADY);
  }
  decision.Append(*shared).mutable_case_shared()->set_organisation_id(request.recipient_id());
  return absl::OkStatus();
}

absl::Status Decide(const v1::EndCaseSharingRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
  ASSIGN_OR_RETURN(auto shared, docket.Find<CaseState>("case_id", request.case_id()));
  if (!shared->shared_with.contains(request.recipient_id())) {
    return NotNow("recipient_id", v1::REASON_CASE_IS_NOT_SHARED_WITH_IT);
  }
  auto& ended = *decision.Append(*shared).mutable_case_sharing_ended();
  ended.set_organisation_id(request.recipient_id());
  ended.set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::ScheduleMeetingRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  const v1::MeetingScheduled& meeting = request.meeting();
  if (!v1::MeetingKind_IsValid(meeting.kind()) || meeting.kind() == 0) {
    return InvalidField("meeting.kind", v1::REASON_MUST_SAY_WHETHER_IT_IS_MEDIATION_OR_HEARING);
  }
  RETURN_IF_ERROR(CheckDate("meeting.on", meeting.on(), true, false));
  RETURN_IF_ERROR(CheckDue("meeting.on", meeting.on(), context.now_micros));
  RETURN_IF_ERROR(CheckText("meeting.forum", meeting.forum(), 1, 200));
  ASSIGN_OR_RETURN(auto met, docket.Find<CaseState>("case_id", request.case_id()));
  *decision.Append(*met).mutable_meeting_scheduled() = meeting;
  return absl::OkStatus();
}

absl::Status Decide(const v1::CloseMeetingRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckCode("closed.outcome_code", request.closed().outcome_code()));
  RETURN_IF_ERROR(CheckText("closed.outcome", request.closed().outcome(), 1, 1'000));
  ASSIGN_OR_RETURN(auto met, docket.Find<CaseState>("case_id", request.case_id()));
  if (!met->open_meetings.contains(request.closed().meeting_id())) {
    return NotNow("closed.meeting_id", v1::REASON_IS_NO_MEETING_OF_THIS_CASE_THAT_IS_TO_COME);
  }
  *decision.Append(*met).mutable_meeting_closed() = request.closed();
  return absl::OkStatus();
}

absl::Status Decide(const v1::StateTransferRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  const v1::TransferStated& transfer = request.transfer();
  RETURN_IF_ERROR(CheckAmount("transfer.amount.minor_units", transfer.amount().minor_units(), 1));
  RETURN_IF_ERROR(MinorDigits("transfer.amount.currency", transfer.amount().currency()).status());
  RETURN_IF_ERROR(CheckDate("transfer.on", transfer.on(), false, true));
  RETURN_IF_ERROR(CheckHappened("transfer.on", transfer.on(), context.now_micros));
  if (!v1::TransferStance_IsValid(transfer.stance()) || transfer.stance() == 0) {
    return InvalidField("transfer.stance", v1::REASON_MUST_SAY_WHETHER_IT_WAS_PAID_RECEIVED_OR_NEVER_ARRIVED);
  }
  if (transfer.from_respondent_id() == transfer.to_respondent_id()) {
    return InvalidField("transfer.to_respondent_id", v1::REASON_IS_WHO_PAID);
  }
  RETURN_IF_ERROR(
      docket.Find<RespondentState>("transfer.from_respondent_id", transfer.from_respondent_id()).status());
  for (const auto& [field, id] :
       {std::pair("transfer.to_respondent_id", transfer.to_respondent_id()),
        std::pair("transfer.stated_by_respondent_id", transfer.stated_by_respondent_id())}) {
    if (id == 0) continue;
    RETURN_IF_ERROR(docket.Find<RespondentState>(field, id).status());
  }
  ASSIGN_OR_RETURN(auto of_case, docket.Find<CaseState>("case_id", request.case_id()));
  if (transfer.document_id() != 0) {
    ASSIGN_OR_RETURN(auto document,
                     docket.Find<DocumentState>("transfer.document_id", transfer.document_id()));
    if (document->case_id != request.case_id()) {
      return InvalidField("transfer.document_id", v1::REASON_IS_DOCUMENT_OF_ANOTHER_CASE);
    }
  } else if (transfer.proven()) {
    return InvalidField("transfer.proven", v1::REASON_NEEDS_DOCUMENT_THAT_PROVES_IT);
  }
  *decision.Append(*of_case).mutable_transfer_stated() = transfer;
  return absl::OkStatus();
}

absl::Status Decide(const v1::AssignCaseRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto assigned, docket.Find<CaseState>("case_id", request.case_id()));
  if (request.responsible_id() == assigned->responsible_id) {
    return NotNow("responsible_id", v1::REASON_IS_RESPONSIBLE_ALREADY);
  }
  if (request.responsible_id() != 0) {
    ASSIGN_OR_RETURN(auto account, docket.Find<AccountState>("responsible_id", request.responsible_id()));
    const uint64_t organisation_id = account->organisation_id;
    if (organisation_id != 0 && organisation_id != assigned->organisation_id) {
      return InvalidField("responsible_id", v1::REASON_IS_OF_ORGANISATION_THAT_DID_NOT_OPEN_CASE);
    }
    if (account->closed) return NotNow("responsible_id", v1::REASON_ACCOUNT_IS_CLOSED);
  }
  decision.Append(*assigned).mutable_case_assigned()->set_account_id(request.responsible_id());
  return absl::OkStatus();
}

absl::Status Decide(const v1::AddCaseNoteRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  if (!request.note().has_text()) return InvalidField("note.text", v1::REASON_IS_MISSING);
  ASSIGN_OR_RETURN(auto noted, docket.Find<CaseState>("case_id", request.case_id()));
  *decision.Append(*noted).mutable_case_note_added()->mutable_note() = request.note();
  return absl::OkStatus();
}

}  // namespace klaim::domain
