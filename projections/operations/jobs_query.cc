#include "projections/operations/jobs_query.h"

#include "engine/base/return_if_error.h"

namespace klaim::projections {

Listing<uint64_t> JobsQuery::All() const {
  return Listing<uint64_t>(view_, Key('j'),
                           [](absl::string_view, absl::string_view value) -> absl::StatusOr<uint64_t> {
                             return NumberAt(value, 1);
                           });
}

Listing<uint64_t> JobsQuery::UnderWay() const { return NumbersOf(view_, Key('r')); }

absl::StatusOr<bool> JobsQuery::GoesOn(uint64_t job_id) const {
  ASSIGN_OR_RETURN(auto row, view_.Get(Key('r').Number(job_id)));
  return row.has_value();
}

}  // namespace klaim::projections
