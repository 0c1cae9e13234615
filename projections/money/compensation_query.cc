#include "projections/money/compensation_query.h"

#include "engine/base/return_if_error.h"
#include "klaim/v1/read_models.pb.h"
#include "projections/money/compensation.h"

namespace klaim::projections {
namespace {

Listing<v1::CompensationFigures> FiguresIn(const View& view, std::string prefix) {
  return Listing<v1::CompensationFigures>(
      view, std::move(prefix),
      [view](absl::string_view key, absl::string_view value) -> absl::StatusOr<v1::CompensationFigures> {
        v1::CompensationFigures figures;
        RETURN_IF_ERROR(view.Parse(key, value, figures));
        TellFigures(figures);
        return figures;
      });
}

}  // namespace

absl::StatusOr<std::optional<v1::CompensationFigures>> CompensationQuery::Claim(uint64_t claim_id) const {
  ASSIGN_OR_RETURN(auto claim, view_.Read<v1::ClaimMoneyRow>(Key('c').Number(claim_id)));
  if (!claim.has_value()) return std::optional<v1::CompensationFigures>();
  return std::optional<v1::CompensationFigures>(FiguresOf(*claim));
}

Listing<v1::CompensationFigures> CompensationQuery::Figures(v1::CompensationSubject subject,
                                                            uint64_t id) const {
  return FiguresIn(view_, FiguresKey(subject, id, ""));
}

Listing<v1::CompensationFigures> CompensationQuery::FiguresOfAll(v1::CompensationSubject subject) const {
  return FiguresIn(view_, FiguresOfAllKey(subject));
}

Listing<uint64_t> CompensationQuery::Settlements() const { return NumbersOf(view_, Key('s')); }

}  // namespace klaim::projections
