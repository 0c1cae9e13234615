// What banks report, read from ISO 20022 documents: statements (camt.053) and payment status reports (pain.002).
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "klaim/v1/trust_account_events.pb.h"

namespace klaim::services {

// Largest document, in bytes: gRPC's largest request holds it.
inline constexpr size_t kMaxBankReportBytes = 4 << 20;

struct BankReport {
  v1::BankReportRecorded recorded;
  std::string account;   // number or IBAN that it is about; empty where it doesn't say
  std::string currency;  // of the account; empty where it doesn't say
};

// Reads a document. Entries that name neither a settlement ("S4100" among the words of their remittance information) nor
// a payment (its end-to-end identification) have no kind, but for charges: entries whose transaction code says so (CHRG, COMM, FEES;
// NCHG), and what is told with an entry (Chrgs) and makes the difference between what was booked and its transactions. A pain.002 entry may lack its amount: then it is 0, and the
// payment's own is meant. INVALID_ARGUMENT naming what is wrong; nothing of the document's names or accounts is repeated.
absl::StatusOr<BankReport> ReadBankReport(absl::string_view document);

}  // namespace klaim::services
