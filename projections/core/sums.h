// Sums of money over many: what any number of claims or settlements comes to may leave 64 bits, while each alone can't. Sums are of 128 bits
// to the wire's edge, where one that is larger than can be told is told as the largest that can, and as that.
#pragma once

#include <cstdint>
#include <limits>

#include "absl/numeric/int128.h"

namespace klaim::projections {

// A sum as it is kept in two fields: 64 bits, and what stands above them: 0 for every sum that 64 bits can hold.
inline absl::int128 SumOf(int64_t low, int64_t high) {
  return absl::int128(low) + absl::int128(high) * (absl::int128(1) << 64);
}

struct KeptSum {
  int64_t low = 0;
  int64_t high = 0;
};
inline KeptSum Kept(absl::int128 sum) {
  const auto low = static_cast<int64_t>(absl::Int128Low64(sum));
  return {low, static_cast<int64_t>((sum - absl::int128(low)) >> 64)};
}

// A sum as it is told; `too_large` becomes true when it is none that can be told.
inline int64_t Told(absl::int128 sum, bool& too_large) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  if (sum > kMost || sum < -absl::int128(kMost)) too_large = true;
  return sum > kMost ? kMost : sum < -absl::int128(kMost) ? -kMost : static_cast<int64_t>(sum);
}

}  // namespace klaim::projections
