// What banks report: statements, reports of the day and notifications (ISO 20022 camt.053, camt.052, camt.054) and payment status reports
// (pain.002), as ReportedEntry.
//
// Nothing is guessed and nothing is left out unsaid: an entry that can't be taken stands in the report with what is wrong with it, for a
// person to look at, and books nothing; the others are read. What is still under way is told as that.
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "klaim/v1/trust_account_events.pb.h"
#include "services/money/reported_account.h"

namespace klaim::services {

// Largest document, in bytes.
inline constexpr size_t kMaxBankReportBytes = 4 << 20;

// INVALID_ARGUMENT for what is no such document, is of no statement of this account, or of which no entry can be taken: it doesn't use up
// its identification then. Settlements are known by "S" and their number among the words of a remittance text ("S4100"), payments
// by the end-to-end identification, batches by the payment information identification that their files were given.
absl::StatusOr<v1::BankReportRecorded> ReadBankReport(absl::string_view document,
                                                      const ReportedAccount& account);

}  // namespace klaim::services
