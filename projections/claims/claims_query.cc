#include "projections/claims/claims_query.h"

#include "engine/base/return_if_error.h"

namespace klaim::projections {
namespace {

absl::StatusOr<ListedClaim> Decode(absl::string_view key, absl::string_view value) {
  ListedClaim claim = DecodeListedClaim(value);
  claim.claim_id = NumberAt(key, key.size() - sizeof(uint64_t));
  return claim;
}

}  // namespace

Listing<ListedClaim> ClaimsQuery::Listed(v1::ClaimStatus status, uint64_t programme_id,
                                         bool newest_first) const {
  // The rows that have all that is asked for, and as few others as may be.
  Key rows(status == v1::CLAIM_STATUS_UNSPECIFIED ? 'c' : programme_id == 0 ? 's' : 'f');
  if (status != v1::CLAIM_STATUS_UNSPECIFIED) rows.Number(static_cast<uint64_t>(status));
  if (status != v1::CLAIM_STATUS_UNSPECIFIED && programme_id != 0) rows.Number(programme_id);
  return Listing<ListedClaim>(view_, rows, Decode).Backwards(newest_first);
}

Listing<ListedClaim> ClaimsQuery::From(uint64_t claim_id) const {
  return Listing<ListedClaim>(view_, Key('c'), Decode).From(Key('c').Number(claim_id));
}

absl::StatusOr<std::optional<ListedClaim>> ClaimsQuery::Claim(uint64_t claim_id) const {
  const std::string key = Key('c').Number(claim_id);
  ASSIGN_OR_RETURN(auto row, view_.Get(key));
  if (!row.has_value()) return std::optional<ListedClaim>();
  return std::optional<ListedClaim>(*Decode(key, *row));
}

absl::Status ClaimsQuery::FillStatistics(v1::GetStatisticsResponse& statistics) const {
  ASSIGN_OR_RETURN(auto totals, view_.Get(Key('t')));
  const std::string row = totals.value_or("");
  statistics.set_claimants(NumberAt(row, 1));
  statistics.set_cases(NumberAt(row, 9));
  statistics.set_claims(NumberAt(row, 17));
  statistics.set_events(NumberAt(row, 25));
  absl::Status scanned = view_.Scan("m", "m", [&](absl::string_view key, absl::string_view value) {
    v1::MonthCount& month = *statistics.add_months();
    month.set_programme_id(NumberAt(key, 1));
    month.set_year(static_cast<uint32_t>(NumberAt(key, 9) / 100));
    month.set_month(static_cast<uint32_t>(NumberAt(key, 9) % 100));
    month.set_claims(NumberAt(value, 1));
    return true;
  });
  if (!scanned.ok()) return scanned;
  scanned = view_.Scan("o", "o", [&](absl::string_view key, absl::string_view value) {
    v1::CorridorCount& corridor = *statistics.add_corridors();
    const size_t middle = key.find('\0', 9);
    corridor.set_programme_id(NumberAt(key, 1));
    corridor.set_origin(std::string(key.substr(9, middle - 9)));
    corridor.set_destination(std::string(key.substr(middle + 1)));
    corridor.set_claims(NumberAt(value, 1));
    return true;
  });
  if (!scanned.ok()) return scanned;
  return view_.Scan("n", "n", [&](absl::string_view key, absl::string_view value) {
    if (NumberAt(value, 1) == 0) return true;
    auto* count = statistics.add_counts();
    count->set_programme_id(NumberAt(key, 1));
    count->set_status(static_cast<uint32_t>(NumberAt(key, 9)));
    count->set_claims(NumberAt(value, 1));
    return true;
  });
}

}  // namespace klaim::projections
