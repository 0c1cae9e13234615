// Sharing money out, exactly. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace klaim::domain {

// Shares `amount` (0 or more, at most the sum of the weights) in proportion to `weights` (0 or more) by
// largest remainder (Hamilton): each gets the whole part of its quota, and the units that are left go to the
// largest fractions, ties to the earlier weight. The sum of the shares is `amount` to the last unit, and no
// share exceeds its weight.
std::vector<int64_t> ShareProRata(int64_t amount, absl::Span<const int64_t> weights);

}  // namespace klaim::domain
