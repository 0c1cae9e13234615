// Sums of money over many: what any number of claims or settlements comes to may leave 64 bits, while each alone can't.
#pragma once

#include <cstdint>

namespace klaim::projections {

// One more or less of a sum that is kept. Beyond 64 bits it wraps, as is defined, and is right again once what was added is taken
// out.
inline int64_t WrappingSum(int64_t sum, int64_t added) {
  return static_cast<int64_t>(static_cast<uint64_t>(sum) + static_cast<uint64_t>(added));
}

// The same of taking out: WrappingSum(sum, Negated(taken)).
inline int64_t Negated(int64_t value) {
  return static_cast<int64_t>(uint64_t{0} - static_cast<uint64_t>(value));
}

}  // namespace klaim::projections
