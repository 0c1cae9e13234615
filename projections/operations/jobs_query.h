// What is asked of jobs.
#pragma once

#include <cstdint>

#include "projections/core/listing.h"

namespace klaim::projections {

class JobsQuery {
 public:
  explicit JobsQuery(View view) : view_(std::move(view)) {}

  // Numbers of all jobs, the latest first; and of those that go on, the oldest first.
  Listing<uint64_t> All() const;
  Listing<uint64_t> UnderWay() const;
  absl::StatusOr<bool> GoesOn(uint64_t job_id) const;

 private:
  View view_;
};

}  // namespace klaim::projections
