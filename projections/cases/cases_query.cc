#include "projections/cases/cases_query.h"

#include "engine/base/return_if_error.h"

namespace klaim::projections {

Listing<ClaimOfClaimant> CasesQuery::ClaimsOf(uint64_t claimant_id) const {
  return Listing<ClaimOfClaimant>(
      view_, Key('h').Number(claimant_id),
      [](absl::string_view key, absl::string_view value) -> absl::StatusOr<ClaimOfClaimant> {
        return ClaimOfClaimant{NumberAt(key, 9), NumberAt(value, 1), NumberAt(value, 9)};
      });
}

absl::StatusOr<uint64_t> CasesQuery::CaseOf(uint64_t claim_id) const {
  ASSIGN_OR_RETURN(auto row, view_.Get(Key('k').Number(claim_id)));
  return row.has_value() ? NumberAt(*row, 1) : 0;
}

Listing<uint64_t> CasesQuery::EventsOfCase(uint64_t case_id, uint64_t from) const {
  return NumbersOf(view_, Key('c').Number(case_id)).From(Key('c').Number(case_id).Number(from));
}

Listing<uint64_t> CasesQuery::EventsOfClaimant(uint64_t claimant_id, uint64_t from) const {
  return NumbersOf(view_, Key('p').Number(claimant_id)).From(Key('p').Number(claimant_id).Number(from));
}

Listing<uint64_t> CasesQuery::SharedWith(uint64_t case_id) const {
  return NumbersOf(view_, Key('s').Number(case_id));
}

absl::StatusOr<std::optional<uint64_t>> CasesQuery::ClaimantOfKey(uint64_t key_id) const {
  ASSIGN_OR_RETURN(auto row, view_.Get(Key('K').Number(key_id)));
  return row.has_value() ? std::optional<uint64_t>(NumberAt(*row, 1)) : std::nullopt;
}

Listing<ErasedKey> CasesQuery::Erased() const {
  return Listing<ErasedKey>(view_, Key('e'),
                            [](absl::string_view key, absl::string_view value) -> absl::StatusOr<ErasedKey> {
                              return ErasedKey{NumberAt(key, 1), NumberAt(value, 1)};
                            });
}

Listing<uint64_t> CasesQuery::Looks(uint64_t claimant_id) const {
  return NumbersOf(view_,
                   claimant_id == 0 ? std::string(Key('v')) : std::string(Key('w').Number(claimant_id)));
}

}  // namespace klaim::projections
