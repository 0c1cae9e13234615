// What reference registers are asked.
#pragma once

#include <cstdint>

#include "klaim/v1/reference_register_service.pb.h"
#include "projections/core/listing.h"

namespace klaim::projections {

class ReferenceRegistersQuery {
 public:
  explicit ReferenceRegistersQuery(View view) : view_(std::move(view)) {}

  Listing<v1::ReferenceRegister> All() const;
  // The sequence of the event that holds a line; 0 when there is none.
  absl::StatusOr<uint64_t> EventOfLine(uint64_t reference_register_id, uint32_t line) const;

 private:
  View view_;
};

}  // namespace klaim::projections
