#include "engine/domain/money/trust_account.h"

#include "engine/domain/core/refusal.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {

void Evolve(TrustAccountState& state, const v1::EventRecord& event) {
  if (event.has_trust_account_opened()) state.opened = event.trust_account_opened();
  if (event.has_bank_profile_set()) *state.opened.mutable_profile() = event.bank_profile_set().profile();
  if (!event.has_bank_report_recorded()) return;
  const v1::BankReportRecorded& report = event.bank_report_recorded();
  state.reports.insert(report.report_id());
  state.reports.insert(report.further_report_ids().begin(), report.further_report_ids().end());
  for (const v1::ReportedEntry& entry : report.entries()) {
    if (entry.problem().empty()) state.booked.Insert(entry.bank_reference());
  }
}

}  // namespace klaim::domain
