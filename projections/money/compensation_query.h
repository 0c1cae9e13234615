// What is asked of the money of claims, and of those whom it concerns.
#pragma once

#include <cstdint>
#include <optional>

#include "klaim/v1/compensation_service.pb.h"
#include "projections/core/listing.h"

namespace klaim::projections {

class CompensationQuery {
 public:
  explicit CompensationQuery(View view) : view_(std::move(view)) {}

  // Nothing for a claim that isn't folded yet.
  absl::StatusOr<std::optional<v1::CompensationFigures>> Claim(uint64_t claim_id) const;
  // Of a settlement, group, respondent or programme: one for each currency.
  Listing<v1::CompensationFigures> Figures(v1::CompensationSubject subject, uint64_t id) const;
  // The same of all of a kind.
  Listing<v1::CompensationFigures> FiguresOfAll(v1::CompensationSubject subject) const;
  // Numbers of settlements.
  Listing<uint64_t> Settlements() const;

 private:
  View view_;
};

}  // namespace klaim::projections
