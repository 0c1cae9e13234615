// The file of a payment batch, as banks take it: ISO 20022 pain.001.001.09 for bank accounts; a CSV of vouchers for cash and
// mobile money. The same batch gives the same bytes, for ever: a bank that gets it twice sees the same message
// identification and end-to-end identifications, and refuses the second.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "klaim/v1/payment_batch_events.pb.h"
#include "klaim/v1/trust_account_events.pb.h"

namespace klaim::services {

// To whom one payment goes, in clear.
struct Payee {
  std::string holder;
  std::string number;    // empty for cash
  std::string bank_bic;  // empty for cash
};

struct PaymentFile {
  uint64_t batch_id = 0;
  std::string message_id;
  uint32_t edition = 0;            // how it is written (domain::kFileEdition)
  int64_t approved_at_micros = 0;  // the file's creation time
  v1::PartialDate execution_on;    // since edition 1
  v1::PaymentBatchProposed batch;
  v1::TrustAccountOpened from;
  std::vector<Payee> payees;  // by payment
};

// "K4711-12": names payment 12 of batch 4711 to the bank, and in its reports.
std::string EndToEndId(uint64_t batch_id, uint32_t number);
// The opposite; false for what is no such name.
bool ParseEndToEndId(absl::string_view text, uint64_t& batch_id, uint32_t& number);
// The batch of a payment information identification of ours ("KLAIM-4711"); false for what is none.
bool ParseBatchId(absl::string_view text, uint64_t& batch_id);

// The payee's name as the bank's file has it; empty where it can't have it.
std::string NameInFile(const Payee& payee, const v1::BankProfile& profile);
// Why no file of this bank can carry a payment, without personal data; empty when one can.
std::string WhyNotInFile(const Payee& payee, v1::PayoutKind kind, const v1::BankProfile& profile);

// FAILED_PRECONDITION naming a payment that the file can't carry: such are to be left out before.
absl::StatusOr<std::string> WritePaymentFile(const PaymentFile& file);

}  // namespace klaim::services
