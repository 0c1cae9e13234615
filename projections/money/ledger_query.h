// What the ledger is asked.
#pragma once

#include <cstdint>

#include "klaim/v1/treasury_service.pb.h"
#include "projections/core/listing.h"

namespace klaim::projections {

class LedgerQuery {
 public:
  explicit LedgerQuery(View view) : view_(std::move(view)) {}

  // Entries in the order of the log, and by date.
  Listing<v1::LedgerEntry> Entries() const;
  Listing<v1::LedgerEntry> EntriesByDate() const;
  // Accounts with their balances, by name and currency.
  Listing<v1::LedgerAccount> Accounts() const;
  // Numbers of case funds, and of payment batches.
  Listing<uint64_t> CaseFunds() const;
  Listing<uint64_t> PaymentBatches() const;

 private:
  View view_;
};

}  // namespace klaim::projections
