// What is decided of it (engine/domain/claims/case.h).

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

namespace klaim::domain {

absl::Status Decide(const v1::ShareCaseRequest& request, Docket& docket, const Context&, Decision& decision) {
  auto shared = docket.Find<CaseState>("case_id", request.case_id());
  if (!shared.ok()) return shared.status();
  auto recipient = docket.Find<OrganisationState>("recipient_id", request.recipient_id());
  if (!recipient.ok()) return recipient.status();
  auto claimant = docket.Find<ClaimantState>("case_id", (*shared)->claimant_id);
  if (!claimant.ok()) return claimant.status();
  if (!(*claimant)->may_share_with.contains(request.recipient_id())) {
    return NotNow("recipient_id", "the claimant didn't consent to share with this organisation: ask first");
  }
  if ((*shared)->shared_with.contains(request.recipient_id())) {
    return NotNow("recipient_id", "the case is shared with it already");
  }
  decision.Append(**shared).mutable_case_shared()->set_organisation_id(request.recipient_id());
  return absl::OkStatus();
}

absl::Status Decide(const v1::EndCaseSharingRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  KLAIM_REFUSE_IF_NOT(CheckText("reason", request.reason(), 1, 1'000));
  auto shared = docket.Find<CaseState>("case_id", request.case_id());
  if (!shared.ok()) return shared.status();
  if (!(*shared)->shared_with.contains(request.recipient_id())) {
    return NotNow("recipient_id", "the case isn't shared with it");
  }
  auto& ended = *decision.Append(**shared).mutable_case_sharing_ended();
  ended.set_organisation_id(request.recipient_id());
  ended.set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::ScheduleMeetingRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  const v1::MeetingScheduled& meeting = request.meeting();
  if (!v1::MeetingKind_IsValid(meeting.kind()) || meeting.kind() == 0) {
    return InvalidField("meeting.kind", "must say whether it is a mediation or a hearing");
  }
  KLAIM_REFUSE_IF_NOT(CheckDate("meeting.on", meeting.on(), true, false));
  KLAIM_REFUSE_IF_NOT(CheckDue("meeting.on", meeting.on(), context.now_micros));
  KLAIM_REFUSE_IF_NOT(CheckText("meeting.forum", meeting.forum(), 1, 200));
  auto met = docket.Find<CaseState>("case_id", request.case_id());
  if (!met.ok()) return met.status();
  *decision.Append(**met).mutable_meeting_scheduled() = meeting;
  return absl::OkStatus();
}

absl::Status Decide(const v1::CloseMeetingRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  KLAIM_REFUSE_IF_NOT(CheckCode("closed.outcome_code", request.closed().outcome_code()));
  KLAIM_REFUSE_IF_NOT(CheckText("closed.outcome", request.closed().outcome(), 1, 1'000));
  auto met = docket.Find<CaseState>("case_id", request.case_id());
  if (!met.ok()) return met.status();
  if (!(*met)->open_meetings.contains(request.closed().meeting_id())) {
    return NotNow("closed.meeting_id", "is no meeting of this case that is to come");
  }
  *decision.Append(**met).mutable_meeting_closed() = request.closed();
  return absl::OkStatus();
}

absl::Status Decide(const v1::StateTransferRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  const v1::TransferStated& transfer = request.transfer();
  KLAIM_REFUSE_IF_NOT(CheckAmount("transfer.amount.minor_units", transfer.amount().minor_units(), 1));
  KLAIM_REFUSE_IF_NOT(MinorDigits("transfer.amount.currency", transfer.amount().currency()).status());
  KLAIM_REFUSE_IF_NOT(CheckDate("transfer.on", transfer.on(), false, true));
  KLAIM_REFUSE_IF_NOT(CheckHappened("transfer.on", transfer.on(), context.now_micros));
  if (!v1::TransferStance_IsValid(transfer.stance()) || transfer.stance() == 0) {
    return InvalidField("transfer.stance", "must say whether it was paid, received or never arrived");
  }
  if (transfer.from_respondent_id() == transfer.to_respondent_id()) {
    return InvalidField("transfer.to_respondent_id", "is who paid: a transfer has two ends");
  }
  auto from = docket.Find<RespondentState>("transfer.from_respondent_id", transfer.from_respondent_id());
  if (!from.ok()) return from.status();
  for (const auto& [field, id] :
       {std::pair("transfer.to_respondent_id", transfer.to_respondent_id()),
        std::pair("transfer.stated_by_respondent_id", transfer.stated_by_respondent_id())}) {
    if (id == 0) continue;
    auto other = docket.Find<RespondentState>(field, id);
    if (!other.ok()) return other.status();
  }
  auto of_case = docket.Find<CaseState>("case_id", request.case_id());
  if (!of_case.ok()) return of_case.status();
  if (transfer.document_id() != 0) {
    auto document = docket.Find<DocumentState>("transfer.document_id", transfer.document_id());
    if (!document.ok()) return document.status();
    if ((*document)->case_id != request.case_id()) {
      return InvalidField("transfer.document_id", "is a document of another case");
    }
  } else if (transfer.proven()) {
    return InvalidField("transfer.proven", "needs the document that proves it");
  }
  *decision.Append(**of_case).mutable_transfer_stated() = transfer;
  return absl::OkStatus();
}

absl::Status Decide(const v1::AssignCaseRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  auto assigned = docket.Find<CaseState>("case_id", request.case_id());
  if (!assigned.ok()) return assigned.status();
  if (request.responsible_id() == (*assigned)->responsible_id) {
    return NotNow("responsible_id", "is responsible already");
  }
  if (request.responsible_id() != 0) {
    auto account = docket.Find<AccountState>("responsible_id", request.responsible_id());
    if (!account.ok()) return account.status();
    const uint64_t organisation_id = (*account)->organisation_id;
    if (organisation_id != 0 && organisation_id != (*assigned)->organisation_id) {
      return InvalidField("responsible_id", "is of an organisation that didn't open the case");
    }
    if ((*account)->closed) return NotNow("responsible_id", "the account is closed");
  }
  decision.Append(**assigned).mutable_case_assigned()->set_account_id(request.responsible_id());
  return absl::OkStatus();
}

absl::Status Decide(const v1::AddCaseNoteRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  if (!request.note().has_text()) return InvalidField("note.text", "is missing");
  auto noted = docket.Find<CaseState>("case_id", request.case_id());
  if (!noted.ok()) return noted.status();
  *decision.Append(**noted).mutable_case_note_added()->mutable_note() = request.note();
  return absl::OkStatus();
}

}  // namespace klaim::domain
