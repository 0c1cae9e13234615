#include "engine/domain/claims/case.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "klaim/v1/event_record.pb.h"

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
    refusals.Note(InvalidField(field + ".indicators", v1::REASON_MUST_NAME_KNOWN_INDICATORS_EACH_ONCE));
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

}  // namespace klaim::domain
