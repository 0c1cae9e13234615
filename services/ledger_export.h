// The books as other programs read them: a journal for hledger, or a table.
#pragma once

#include "services/job_work.h"

namespace klaim::services {

// "klaim.journal", "ledger.csv" or "ledger.xlsx".
std::string LedgerFileName(v1::LedgerFormat format);

// The job: writes all entries that there are when it begins.
void ExportLedger(JobRun& run);

}  // namespace klaim::services
