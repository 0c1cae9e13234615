#include "engine/domain/allocation.h"

#include <algorithm>
#include <numeric>

#include "absl/numeric/int128.h"

namespace klaim::domain {

std::vector<int64_t> ShareProRata(int64_t amount, absl::Span<const int64_t> weights) {
  absl::int128 total = 0;
  for (int64_t weight : weights) total += weight;
  std::vector<int64_t> shares(weights.size(), 0);
  if (total == 0 || amount <= 0) return shares;
  std::vector<absl::int128> remainders(weights.size());
  int64_t left = amount;
  for (size_t i = 0; i < weights.size(); ++i) {
    const absl::int128 quota = absl::int128(amount) * weights[i];
    shares[i] = static_cast<int64_t>(quota / total);
    remainders[i] = quota % total;
    left -= shares[i];
  }
  std::vector<size_t> order(weights.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return remainders[a] != remainders[b] ? remainders[a] > remainders[b] : a < b;
  });
  for (size_t i = 0; left > 0; ++i, --left) ++shares[order[i]];
  return shares;
}

}  // namespace klaim::domain
