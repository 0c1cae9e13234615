// What casework is asked.
#pragma once

#include <cstdint>

#include "klaim/v1/case_events.pb.h"
#include "klaim/v1/casework_service.pb.h"
#include "projections/core/listing.h"

namespace klaim::projections {

// Of whom somebody takes care.
struct CaseloadCounts {
  uint64_t cases = 0;
  uint64_t at_risk = 0;  // of these
};

// A transfer of money that was stated on a case.
struct TransferOnCase {
  uint64_t case_id = 0;
  v1::TransferStated transfer;
};

class CaseworkQuery {
 public:
  explicit CaseworkQuery(View view) : view_(std::move(view)) {}

  // Transfers of a case, and those that a respondent made or was to get, of all cases.
  Listing<v1::TransferStated> TransfersOf(uint64_t case_id) const;
  Listing<TransferOnCase> TransfersWith(uint64_t respondent_id) const;
  // What is due, by day, from one day to another (since 1970-01-01), both included; without who is responsible.
  Listing<v1::Deadline> Deadlines(int64_t first_day, int64_t last_day) const;
  // Who is responsible for a case; 0 for nobody.
  absl::StatusOr<uint64_t> ResponsibleFor(uint64_t case_id) const;
  absl::StatusOr<CaseloadCounts> CaseloadOf(uint64_t account_id) const;

 private:
  View view_;
};

}  // namespace klaim::projections
