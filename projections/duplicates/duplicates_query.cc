#include "projections/duplicates/duplicates_query.h"

namespace klaim::projections {

Listing<PairOfClaimants> DuplicatesQuery::Suspected() const {
  // Behind what is at stake, and how likely it is.
  constexpr size_t kLater = 17;
  constexpr size_t kEarlier = 25;
  return Listing<PairOfClaimants>(
      view_, Key('w'), [](absl::string_view key, absl::string_view) -> absl::StatusOr<PairOfClaimants> {
        return PairOfClaimants{NumberAt(key, kLater), NumberAt(key, kEarlier)};
      });
}

absl::StatusOr<v1::SuspectedDuplicate> DuplicatesQuery::Suspicion(const PairOfClaimants& pair) const {
  return view_.ReadNamed<v1::SuspectedDuplicate>(Key('p').Number(pair.later_id).Number(pair.earlier_id));
}

Listing<v1::DoubleClaim> DuplicatesQuery::DoubleClaims() const {
  return MessagesOf<v1::DoubleClaim>(view_, Key('d'));
}

}  // namespace klaim::projections
