#include "engine/domain/case.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "engine/domain/docket.h"
#include "engine/domain/refusal.h"
#include "engine/domain/rules.h"

namespace klaim::domain {

void Evolve(CaseState& state, const v1::EventRecord& event) {
  if (event.has_case_shared()) state.shared_with.insert(event.case_shared().organisation_id());
  if (event.has_case_sharing_ended()) state.shared_with.erase(event.case_sharing_ended().organisation_id());
  if (event.has_meeting_scheduled()) state.open_meetings.insert(event.sequence());
  if (event.has_meeting_closed()) state.open_meetings.erase(event.meeting_closed().meeting_id());
  if (event.has_case_assigned()) state.responsible_id = event.case_assigned().account_id();
  if (!event.has_case_opened()) return;
  state.organisation_id = event.case_opened().organisation_id();
  state.claimant_id = event.case_opened().claimant_id();
  state.origin = event.case_opened().placement().origin().code();
  state.destination = event.case_opened().placement().destination();
}

void CheckNewCase(const std::string& field, const v1::NewCase& opened, int64_t now_micros,
                  Refusals& refusals) {
  const v1::Placement& placement = opened.placement();
  const std::string place = field + ".placement";
  refusals.Note(CheckLine(place + ".job", placement.job(), 0, 80));
  refusals.Note(CheckLine(place + ".vessel", placement.vessel(), 0, 80));
  if (!placement.destination().empty())
    refusals.Note(CheckCountry(place + ".destination", placement.destination()));
  if (placement.has_origin()) refusals.Note(CheckArea(place + ".origin.code", placement.origin().code(), 2));
  // Who is abroad still has an end of the contract before them, and who is on the way a beginning.
  for (const auto& [name, date] : {std::pair(place + ".began_on", &placement.began_on()),
                                   std::pair(place + ".ended_on", &placement.ended_on())}) {
    const absl::Status exists = CheckDate(name, *date, false, true);
    refusals.Note(exists.ok() ? CheckDue(name, *date, now_micros, 60) : exists);
  }
  refusals.Note(CheckOrder(place + ".ended_on", placement.began_on(), placement.ended_on()));
  if (placement.has_agreed_monthly_wage()) {
    const v1::Money& wage = placement.agreed_monthly_wage();
    refusals.Note(MinorDigits(place + ".agreed_monthly_wage.currency", wage.currency()).status());
    refusals.Note(CheckAmount(place + ".agreed_monthly_wage.minor_units", wage.minor_units(), 1));
  }
  std::set<int> seen;
  for (int indicator : opened.indicators()) {
    if (v1::ForcedLabourIndicator_IsValid(indicator) && indicator != 0 && seen.insert(indicator).second)
      continue;
    refusals.Note(InvalidField(field + ".indicators", "must name known indicators, each once"));
    break;
  }
}

void OpenCase(const v1::NewCase& opened, uint64_t claimant_id, const Context& context,
              v1::EventRecord& event) {
  auto* recorded = event.mutable_case_opened();
  recorded->set_claimant_id(claimant_id);
  *recorded->mutable_placement() = opened.placement();
  *recorded->mutable_indicators() = opened.indicators();
  recorded->set_at_risk(opened.at_risk());
  recorded->set_organisation_id(context.organisation_id);
  if (opened.has_story()) *recorded->mutable_story() = opened.story();
}

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
