// A trust account: where settlements come in and payments go out, and what its bank reports.
//
// A report is recorded once; all that it says of settlements and payments is recorded with it, or none.
#pragma once

#include <set>
#include <string>

#include "absl/status/status.h"
#include "engine/domain/core/decision.h"
#include "engine/domain/money/entry_reference.h"
#include "klaim/v1/treasury_service.pb.h"

namespace klaim::domain {

class Docket;

struct TrustAccountState : Aggregate {
  static constexpr char kKind[] = "trust account";
  v1::TrustAccountOpened opened;
  std::set<std::string> reports;
  BookedEntries booked;
};

void Evolve(TrustAccountState& state, const v1::EventRecord& event);

absl::Status Decide(const v1::OpenTrustAccountRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

absl::Status Decide(const v1::SetBankProfileRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

// Receipts go to their settlements, and are taken back where the bank took them back; payments are confirmed or returned in their batches, a
// whole batch where the bank booked it as one sum that its payments make. An entry that doesn't fit to the minor unit is
// recorded with what is wrong, for a person to look at; it changes nothing else. Charges are booked to the account that
// the programme names whose receipt or payment they came with; a report is refused while it names none, since each is
// recorded once.
absl::Status Decide(const v1::RecordBankReportRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
