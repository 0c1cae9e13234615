// The books as other programs read them: a journal for hledger, or a table.
#pragma once

#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "klaim/v1/treasury_service.pb.h"
#include "services/jobs/job_run.h"

namespace klaim::services {

// "klaim.journal", "ledger.csv" or "ledger.xlsx".
std::string LedgerFileName(v1::LedgerFormat format);

// The journal for hledger: its declarations, so that `hledger check --strict` has nothing to ask, then one entry after the
// other, by date. Amounts have the decimals of their currency, behind a point.
absl::StatusOr<std::string> JournalHead(const std::set<std::string>& currencies,
                                        const std::set<std::string>& accounts);
// One entry; the record's number is its code.
absl::StatusOr<std::string> JournalText(const v1::LedgerEntry& entry);

// The job: writes all entries that there are when it begins.
void ExportLedger(JobRun& run);

}  // namespace klaim::services
