// Statistics: how many claims of each programme stand where, and the totals. The claims are listed by number
// with what a list is filtered by.
//
//   'c' claim                   -> '-', programme (8), organisation (8), status (1), status before suspension (1) and before
//                                  merging (1), year * 100 + month in which it was filed (8), origin, '\0', destination
//   'f' status, programme, claim (8 each)         -> the same
//   's' status, claim (8 each)                    -> the same
//   'n' programme, status (8)   -> '-', count (8)
//   'm' programme, year * 100 + month (8)         -> '-', claims filed then, in UTC (8)
//   'o' programme, origin, '\0', destination      -> '-', claims (8)
//   't'                         -> '-', claimants (8), cases (8), claims (8), events (8)
#pragma once

#include <array>
#include <map>
#include <string>
#include <utility>

#include "engine/domain/claims/claim_status.h"
#include "projections/core/projection.h"

namespace klaim::projections {

// A row 'c', 'f' or 's'.
struct ListedClaim : domain::ClaimLife {
  uint64_t claim_id = 0;  // of its key, where a query reads it
  uint64_t programme_id = 0;
  uint64_t organisation_id = 0;
  uint64_t month = 0;  // year * 100 + month, in UTC
  std::string origin;
  std::string destination;
};
ListedClaim DecodeListedClaim(absl::string_view row);

class Statistics final : public Projection {
 public:
  std::string name() const override { return "statistics"; }
  uint32_t version() const override { return 6; }
  void Load(Rows& rows) override;
  void Apply(const v1::EventRecord& event, Rows& rows) override;
  void BeforeCommit(Rows& rows) override;

 private:
  std::map<std::pair<uint64_t, uint64_t>, uint64_t> counts_;  // by programme and status
  std::map<std::pair<uint64_t, uint64_t>, uint64_t> months_;  // by programme and month
  std::map<std::string, uint64_t> corridors_;                 // by the key's end
  std::array<uint64_t, 4> totals_{};
};

}  // namespace klaim::projections
