// The ledger: double entry, for each currency, from events alone. Accounts, as hledger writes them:
//
//   assets:receivable:settlement N    promised and not received
//   assets:trust:bank                 held at the bank in trust
//   liabilities:promised:settlement N what respondents promised and didn't pay: the other side of the receivable
//   liabilities:held:settlement N     received for claimants, and neither allocated nor spent
//   liabilities:claimants             allocated to claims, and not paid
//   liabilities:excess:settlement N   received in excess: the payer's
//   liabilities:costs                 taken out for costs of cases
//   assets:case fund:bank, liabilities:case fund:social, ...:education: the case fund
//   expenses:bank charges or what else a programme names: what banks took
//   expenses:case costs, equity:case costs covered: what the fund spent
//
// Trust money is what was received less what was paid and what banks took, at any time.
//
//   'e' record   -> v1.LedgerEntry
//   'd' day (as 20270131), record -> nothing: the entries by date
//   'a' account, '\0', currency -> balance (8), what of it stands above 64 bits (8)
//   'b' batch    -> v1.PaymentBatchProposed
//   'p' payment: batch, number  -> 1 once confirmed
//   't' trust account -> v1.TrustAccountOpened
//   's' settlement -> v1.SettlementRecorded and, under 'o', its open allocation
#pragma once

#include "absl/numeric/int128.h"
#include "klaim/v1/read_models.pb.h"
#include "klaim/v1/treasury_service.pb.h"
#include "projections/core/projection.h"

namespace klaim::projections {

// The balance of an account, of its row.
absl::int128 LedgerBalance(absl::string_view value);

// The key under which an entry stands by date; its record is the number at kRecordInDayKey.
std::string LedgerDayKey(const v1::LedgerEntry& entry);
inline constexpr size_t kRecordInDayKey = 9;

class Ledger final : public Projection {
 public:
  std::string name() const override { return "ledger"; }
  uint32_t version() const override { return 4; }
  void Apply(const v1::EventRecord& event, Rows& rows) override;

 private:
  void ApplyToOverpaid(const v1::EventRecord& event, const v1::OverpaidSums& told, Rows& rows);
  void ApplyToSettlement(const v1::EventRecord& event, Rows& rows);
  void ApplyToBatch(const v1::EventRecord& event, Rows& rows);
  void ApplyToTrustAccount(const v1::EventRecord& event, Rows& rows);
  void ApplyToCaseFund(const v1::EventRecord& event, Rows& rows);
};

}  // namespace klaim::projections
