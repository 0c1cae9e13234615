#include "services/common/nearest_name.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"

namespace klaim::services {
namespace {

constexpr size_t kMaxLetters = 80;

std::string Folded(absl::string_view name) {
  std::string folded;
  for (char c : name.substr(0, kMaxLetters)) {
    if (c != '_' && c != '-' && c != ' ') folded += absl::ascii_tolower(static_cast<unsigned char>(c));
  }
  return folded;
}

// V. I. Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals" (1966).
size_t Distance(absl::string_view one, absl::string_view other) {
  std::vector<size_t> row(other.size() + 1);
  for (size_t k = 0; k <= other.size(); ++k) row[k] = k;
  for (size_t i = 1; i <= one.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t k = 1; k <= other.size(); ++k) {
      const size_t above = row[k];
      row[k] = std::min({row[k] + 1, row[k - 1] + 1, diagonal + (one[i - 1] == other[k - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[other.size()];
}

// Whether the shorter is the longer with letters left out behind its first, as "licence_nr" is of "licence_number".
bool Shortens(absl::string_view one, absl::string_view other) {
  if (one.size() > other.size()) std::swap(one, other);
  if (one.size() < 3 || one[0] != other[0]) return false;
  size_t met = 0;
  for (char c : other) {
    if (met < one.size() && one[met] == c) ++met;
  }
  return met == one.size();
}

}  // namespace

std::string NearestName(absl::string_view written, const std::vector<std::string>& known) {
  const std::string wanted = Folded(written);
  std::string nearest;
  size_t least = std::max<size_t>(1, wanted.size() / 3) + 1;
  for (const std::string& name : known) {
    const std::string folded = Folded(name);
    const size_t distance = Shortens(wanted, folded) ? 1 : Distance(wanted, folded);
    if (distance >= least) continue;
    least = distance;
    nearest = name;
  }
  return nearest;
}

}  // namespace klaim::services
