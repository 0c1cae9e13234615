#include "engine/linkage/comparison.h"

#include <algorithm>
#include <cstdlib>

namespace klaim::linkage {
namespace {

constexpr double kAlikeSimilarity = 0.84;

size_t CommonPrefix(absl::string_view one, absl::string_view other) {
  size_t length = 0;
  while (length < one.size() && length < other.size() && one[length] == other[length]) ++length;
  return length;
}

// Pairs the words of both names, the likest first, and of those that are the same the rarest.
void CompareNames(const Person& one, const Person& other, const Lexicons& lexicons, Comparison& comparison) {
  std::array<bool, 4> used_one{};
  std::array<bool, 4> used_other{};
  std::array<std::array<Level, 4>, 4> levels{};
  size_t count_one = 0;
  size_t count_other = 0;
  while (count_one < 4 && one.names[count_one] != 0) ++count_one;
  while (count_other < 4 && other.names[count_other] != 0) ++count_other;
  for (size_t i = 0; i < count_one; ++i) {
    for (size_t k = 0; k < count_other; ++k) {
      levels[i][k] = CompareWords(one.names[i], other.names[k], lexicons.names);
    }
  }
  for (size_t slot = 0; slot < 3; ++slot) {
    Level& level = comparison.levels[slot];
    if (slot >= count_one || slot >= count_other) {
      level = slot >= count_one && slot >= count_other ? Level::kMissing : Level::kLeftOut;
      if (count_one == 0 || count_other == 0) level = Level::kMissing;
      continue;
    }
    size_t best_i = 4;
    size_t best_k = 4;
    const auto better = [&](size_t i, size_t k) {
      if (best_i == 4 || levels[i][k] != levels[best_i][best_k]) {
        return best_i == 4 || levels[i][k] < levels[best_i][best_k];
      }
      return levels[i][k] == Level::kSame &&
             lexicons.names.Uses(one.names[i]) < lexicons.names.Uses(one.names[best_i]);
    };
    for (size_t i = 0; i < count_one; ++i) {
      for (size_t k = 0; k < count_other; ++k) {
        if (used_one[i] || used_other[k] || !better(i, k)) continue;
        best_i = i;
        best_k = k;
      }
    }
    used_one[best_i] = used_other[best_k] = true;
    level = levels[best_i][best_k];
    if (level == Level::kSame) comparison.same_names[slot] = one.names[best_i];
  }
}

bool OneDigit(uint32_t one, uint32_t other) {
  int differing = 0;
  for (int i = 0; i < 4; ++i, one /= 10, other /= 10) differing += one % 10 != other % 10;
  return differing == 1;
}

Level CompareBirthDates(const Person& one, const Person& other) {
  if (one.birth_year == 0 || other.birth_year == 0) return Level::kMissing;
  const bool same_year = one.birth_year == other.birth_year;
  if (one.birth_day == 0 || other.birth_day == 0) {
    const bool months_agree =
        one.birth_month == 0 || other.birth_month == 0 || one.birth_month == other.birth_month;
    return same_year && months_agree ? Level::kAlike : Level::kDifferent;
  }
  const bool same_month = one.birth_month == other.birth_month;
  const bool same_day = one.birth_day == other.birth_day;
  if (same_year && same_month && same_day) return Level::kSame;
  if (same_year && one.birth_month == other.birth_day && one.birth_day == other.birth_month) {
    return Level::kOneError;
  }
  if (same_year + same_month + same_day == 2) {
    const bool near = same_year || OneDigit(one.birth_year, other.birth_year);
    if (near) return Level::kOneError;
  }
  return same_year ? Level::kPartlySame : Level::kDifferent;
}

template <size_t kMost>
Level CompareNumbers(const ShortNumber<kMost>& one, const ShortNumber<kMost>& other) {
  if (one.empty() || other.empty()) return Level::kMissing;
  if (one == other) return Level::kSame;
  const absl::string_view a = one.text();
  const absl::string_view b = other.text();
  if (OneError(a, b)) return Level::kOneError;
  // Two NIKs whose birth date and serial are the same: the area was written anew. That area and birth date are the same
  // says nothing that the other fields don't.
  const bool same_serial = a.size() == 16 && b.size() == 16 && a.substr(6) == b.substr(6);
  return same_serial ? Level::kPartlySame : Level::kDifferent;
}

Level CompareLocalities(WordId one, WordId other, const Lexicon& lexicon) {
  if (one == 0 || other == 0) return Level::kMissing;
  if (one == other) return Level::kSame;
  const std::string& a = lexicon.Text(one);
  const std::string& b = lexicon.Text(other);
  const bool codes = a.find('.') != std::string::npos && b.find('.') != std::string::npos;
  if (codes) {
    const size_t prefix = CommonPrefix(a, b);
    if (prefix >= 8) return Level::kAlike;  // of one district
    return prefix >= 5 ? Level::kPartlySame : Level::kDifferent;
  }
  if (OneError(a, b)) return Level::kOneError;
  return JaroWinkler(a, b) >= 0.9 ? Level::kAlike : Level::kDifferent;
}

Level CompareAddresses(const Person& one, const Person& other, const Lexicons& lexicons) {
  size_t count_one = 0;
  size_t count_other = 0;
  while (count_one < kMostAddressWords && one.address[count_one] != 0) ++count_one;
  while (count_other < kMostAddressWords && other.address[count_other] != 0) ++count_other;
  if (count_one == 0 || count_other == 0) return Level::kMissing;
  size_t shared = 0;
  for (size_t i = 0; i < count_one; ++i) {
    for (size_t k = 0; k < count_other; ++k) {
      const std::string& a = lexicons.addresses.Text(one.address[i]);
      const std::string& b = lexicons.addresses.Text(other.address[k]);
      // A house's number is another one when a digit differs.
      if (one.address[i] == other.address[k] || (a.size() > 3 && b.size() > 3 && OneError(a, b))) {
        ++shared;
        break;
      }
    }
  }
  const size_t longest = std::max(count_one, count_other);
  const size_t shortest = std::min(count_one, count_other);
  if (shared >= longest) return Level::kSame;
  if (shared >= 2 && shared + 1 >= shortest) return Level::kOneError;
  if (shared * 2 >= longest) return Level::kAlike;
  return shared >= 1 ? Level::kPartlySame : Level::kDifferent;
}

}  // namespace

Level CompareWords(WordId one, WordId other, const Lexicon& lexicon) {
  if (one == 0 || other == 0) return Level::kMissing;
  if (one == other) return Level::kSame;
  const std::string& a = lexicon.Text(one);
  const std::string& b = lexicon.Text(other);
  // An initial.
  if (a.size() == 1 || b.size() == 1) return a[0] == b[0] ? Level::kAlike : Level::kDifferent;
  if (std::min(a.size(), b.size()) >= 4 && OneError(a, b)) return Level::kOneError;
  if (lexicon.Sound(one) == lexicon.Sound(other) && a[0] == b[0]) return Level::kAlike;
  return JaroWinkler(a, b) >= kAlikeSimilarity ? Level::kAlike : Level::kDifferent;
}

absl::string_view FieldName(Field field) {
  static constexpr absl::string_view kNames[] = {"name_1",      "name_2", "name_3",   "father", "birth_date",
                                                 "national_id", "phone",  "locality", "address"};
  return kNames[static_cast<size_t>(field)];
}

absl::string_view LevelName(Level level) {
  static constexpr absl::string_view kNames[] = {"missing",     "same",     "one_error", "alike",
                                                 "partly_same", "left_out", "different"};
  return kNames[static_cast<size_t>(level)];
}

bool OneError(absl::string_view one, absl::string_view other) {
  if (one.size() > other.size()) std::swap(one, other);
  if (other.size() - one.size() > 1) return false;
  const size_t prefix = CommonPrefix(one, other);
  if (one.size() == other.size()) {
    if (prefix == one.size()) return true;
    if (one.substr(prefix + 1) == other.substr(prefix + 1)) return true;
    return prefix + 1 < one.size() && one[prefix] == other[prefix + 1] && one[prefix + 1] == other[prefix] &&
           one.substr(prefix + 2) == other.substr(prefix + 2);
  }
  return one.substr(prefix) == other.substr(prefix + 1);
}

double JaroWinkler(absl::string_view one, absl::string_view other) {
  const size_t size_one = std::min<size_t>(one.size(), 64);
  const size_t size_other = std::min<size_t>(other.size(), 64);
  if (size_one == 0 || size_other == 0) return size_one == size_other ? 1 : 0;
  const size_t longest = std::max(size_one, size_other);
  const size_t window = longest / 2 == 0 ? 0 : longest / 2 - 1;
  uint64_t matched_one = 0;
  uint64_t matched_other = 0;
  size_t matches = 0;
  for (size_t i = 0; i < size_one; ++i) {
    const size_t begin = i > window ? i - window : 0;
    const size_t end = std::min(size_other, i + window + 1);
    for (size_t k = begin; k < end; ++k) {
      if ((matched_other >> k & 1) != 0 || one[i] != other[k]) continue;
      matched_one |= uint64_t{1} << i;
      matched_other |= uint64_t{1} << k;
      ++matches;
      break;
    }
  }
  if (matches == 0) return 0;
  size_t exchanged = 0;
  size_t k = 0;
  for (size_t i = 0; i < size_one; ++i) {
    if ((matched_one >> i & 1) == 0) continue;
    while ((matched_other >> k & 1) == 0) ++k;
    exchanged += one[i] != other[k];
    ++k;
  }
  const double m = static_cast<double>(matches);
  const double jaro = (m / static_cast<double>(size_one) + m / static_cast<double>(size_other) +
                       (m - static_cast<double>(exchanged / 2)) / m) /
                      3;
  const size_t prefix = std::min<size_t>(CommonPrefix(one, other), 4);
  return jaro + static_cast<double>(prefix) * 0.1 * (1 - jaro);
}

Comparison Compare(const Person& one, const Person& other, const Lexicons& lexicons) {
  Comparison comparison;
  CompareNames(one, other, lexicons, comparison);
  const auto set = [&](Field field, Level level) { comparison.levels[static_cast<size_t>(field)] = level; };
  set(Field::kFather, CompareWords(one.father, other.father, lexicons.names));
  set(Field::kBirthDate, CompareBirthDates(one, other));
  set(Field::kNationalId, CompareNumbers(one.national_id, other.national_id));
  set(Field::kPhone, CompareNumbers(one.phone, other.phone));
  set(Field::kLocality, CompareLocalities(one.locality, other.locality, lexicons.places));
  set(Field::kAddress, CompareAddresses(one, other, lexicons));
  return comparison;
}

}  // namespace klaim::linkage
