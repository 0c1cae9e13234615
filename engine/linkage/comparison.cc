#include "engine/linkage/comparison.h"

#include <algorithm>
#include <cstdlib>

#include "engine/linkage/name.h"

namespace klaim::linkage {
namespace {

constexpr double kAlikeSimilarity = 0.84;

size_t CommonPrefix(absl::string_view one, absl::string_view other) {
  size_t length = 0;
  while (length < one.size() && length < other.size() && one[length] == other[length]) ++length;
  return length;
}

// How many words of a name are the same, of one letter's difference, alike or neither, when they are paired, the likest first.
struct PairedWords {
  std::array<int, kLevels> counts{};
  size_t words_one = 0;
  size_t words_other = 0;
  WordId rarest_same = 0;
  uint32_t rarest_uses = 0;
  int Of(Level level) const { return counts[static_cast<size_t>(level)]; }
};

size_t WordsOf(const Person& person) {
  size_t count = 0;
  while (count < person.names.size() && person.names[count] != 0) ++count;
  return count;
}

PairedWords PairWords(const Person& one, const Person& other, const Lexicon& names) {
  PairedWords paired;
  paired.words_one = WordsOf(one);
  paired.words_other = WordsOf(other);
  std::array<bool, kMaxWords> used_one{};
  std::array<bool, kMaxWords> used_other{};
  std::array<std::array<Level, kMaxWords>, kMaxWords> levels{};
  for (size_t i = 0; i < paired.words_one; ++i) {
    for (size_t k = 0; k < paired.words_other; ++k)
      levels[i][k] = CompareWords(one.names[i], other.names[k], names);
  }
  for (size_t pair = 0; pair < std::min(paired.words_one, paired.words_other); ++pair) {
    size_t best_i = kMaxWords;
    size_t best_k = kMaxWords;
    for (size_t i = 0; i < paired.words_one; ++i) {
      for (size_t k = 0; k < paired.words_other; ++k) {
        if (used_one[i] || used_other[k]) continue;
        if (best_i == kMaxWords || levels[i][k] < levels[best_i][best_k]) {
          best_i = i;
          best_k = k;
        }
      }
    }
    used_one[best_i] = used_other[best_k] = true;
    const Level level = levels[best_i][best_k];
    ++paired.counts[static_cast<size_t>(level)];
    if (level != Level::kSame) continue;
    const uint32_t uses = names.Uses(one.names[best_i]);
    if (paired.rarest_same != 0 && uses >= paired.rarest_uses) continue;
    paired.rarest_same = one.names[best_i];
    paired.rarest_uses = uses;
  }
  return paired;
}

Level LevelOfNames(const PairedWords& paired) {
  if (paired.words_one == 0 || paired.words_other == 0) return Level::kMissing;
  const auto shortest = static_cast<int>(std::min(paired.words_one, paired.words_other));
  const bool as_many = paired.words_one == paired.words_other;
  const int same = paired.Of(Level::kSame);
  const int errors = paired.Of(Level::kOneError);
  if (same == shortest) return as_many ? Level::kSame : Level::kLeftOut;
  if (as_many && same == shortest - 1 && errors == 1) return Level::kOneError;
  // A word of several that isn't even alike but for its sound is another name.
  const bool enough = as_many || same + errors > 0;
  if (enough && same + errors + paired.Of(Level::kAlike) == shortest) return Level::kAlike;
  return same > 0 ? Level::kPartlySame : Level::kDifferent;
}

// As if beside those who are known there were so many others, half a person of whom has what is looked for: of few, nothing can be told
// of how rare it is.
constexpr double kUnknownPeople = 100;
constexpr double kUnknownPhones = 1'000;

// Of `count` others among `all`.
double Share(double count, double all, double unknown = kUnknownPeople) {
  return (std::max(count, 0.0) + 0.5) / (std::max(all, 0.0) + unknown);
}

// How likely somebody else has this name: where both live in one place by that place's own people, as far as there are enough of them.
double ChanceOfWholeName(const Person& one, const Person& other, const Lexicons& lexicons) {
  const double everywhere =
      Share(lexicons.whole_names.Count(one.whole_name) - 2.0, static_cast<double>(lexicons.persons) - 2);
  if (one.locality == 0 || one.locality != other.locality) return everywhere;
  // As if so many of the whole country's people lived there too.
  constexpr double kGuests = 30;
  // And in any place people of one family are called alike: as if a share of another one there had this name.
  constexpr double kOfFamily = 0.05;
  const std::string& place = lexicons.places.Text(one.locality);
  const double here = lexicons.names_in_places.Count(NameInPlace(one.whole_name, place)) - 2.0;
  const double all_here = static_cast<double>(lexicons.places.Uses(one.locality)) - 2;
  return (std::max(here, 0.0) + kOfFamily + kGuests * everywhere) / (std::max(all_here, 0.0) + kGuests);
}

double ChanceOfName(const Person& one, const Person& other, Level level, const PairedWords& paired,
                    const Lexicons& lexicons) {
  const auto persons = static_cast<double>(lexicons.persons) - 2;
  switch (level) {
    case Level::kSame:
      return ChanceOfWholeName(one, other, lexicons);
    case Level::kLeftOut:
    case Level::kPartlySame:
      // Whoever has the rarest of the words that are the same.
      return Share(paired.rarest_uses - 2.0, persons);
    case Level::kOneError: {
      // Two names that others have too are more likely two names than one that was mistyped into another.
      const double rarer =
          std::min(lexicons.whole_names.Count(one.whole_name), lexicons.whole_names.Count(other.whole_name)) -
          1.0;
      return Share(rarer, persons);
    }
    default:
      return 0;
  }
}

void CompareNames(const Person& one, const Person& other, const Lexicons& lexicons, Comparison& comparison) {
  const PairedWords paired = PairWords(one, other, lexicons.names);
  const Level level = LevelOfNames(paired);
  comparison.levels[static_cast<size_t>(Field::kName)] = level;
  comparison.name_chance = static_cast<float>(ChanceOfName(one, other, level, paired, lexicons));
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
  // The first of January or July of a year is what is written where the year alone is known, or the passport was made up.
  const auto made_up = [](const Person& person) {
    return person.birth_day == 1 && (person.birth_month == 1 || person.birth_month == 7);
  };
  if (same_year && (made_up(one) || made_up(other))) return Level::kAlike;
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
  return OneError(one.text(), other.text()) ? Level::kOneError : Level::kDifferent;
}

bool IsNik(absl::string_view id) {
  return id.size() == 16 && std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// By its parts: 6 digits of the area, 6 of the birth (with the sex), 4 serial. Serials are small numbers in the order of registration: twins, and
// whoever was born on that day, have neighbouring ones, so a digit of the serial is no typing error.
Level CompareNiks(absl::string_view one, absl::string_view other) {
  const bool same_area = one.substr(0, 6) == other.substr(0, 6);
  const bool same_birth = one.substr(6, 6) == other.substr(6, 6);
  const bool same_serial = one.substr(12) == other.substr(12);
  // Written by a spreadsheet that keeps fifteen digits: it says no more than the birth date does.
  const bool cut = same_area && same_birth && (one.substr(12) == "0000" || other.substr(12) == "0000");
  if (cut) return Level::kMissing;
  if (one == other) return Level::kSame;
  if (same_area && same_birth) return Level::kPartlySame;
  if (same_serial && OneError(one, other)) return Level::kAlike;
  return same_birth && same_serial ? Level::kLeftOut : Level::kDifferent;
}

Level CompareIds(const Person& one, const Person& other) {
  const absl::string_view a = one.national_id.text();
  const absl::string_view b = other.national_id.text();
  return IsNik(a) && IsNik(b) ? CompareNiks(a, b) : CompareNumbers(one.national_id, other.national_id);
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

// What words say of a house: by how rare each is among all addresses.
double Says(WordId word, const Lexicon& addresses) {
  return std::log2(1 + static_cast<double>(addresses.all_uses()) / std::max(1u, addresses.Uses(word)));
}

Level CompareAddresses(const Person& one, const Person& other, const Lexicons& lexicons) {
  if (one.address[0] == 0 || other.address[0] == 0) return Level::kMissing;
  double in_both = 0;
  double in_one = 0;
  double in_other = 0;
  for (WordId word : other.address) in_other += word == 0 ? 0 : Says(word, lexicons.addresses);
  for (WordId word : one.address) {
    if (word == 0) continue;
    const double says = Says(word, lexicons.addresses);
    in_one += says;
    const std::string& text = lexicons.addresses.Text(word);
    for (WordId counterpart : other.address) {
      if (counterpart == 0) continue;
      // A house's number is another one when a digit differs.
      const std::string& written = lexicons.addresses.Text(counterpart);
      if (word != counterpart && (text.size() <= 3 || written.size() <= 3 || !OneError(text, written)))
        continue;
      // A word that was mistyped is rarer than the one that was meant.
      in_both += std::min(says, Says(counterpart, lexicons.addresses));
      break;
    }
  }
  const double longer = in_both / std::max(in_one, in_other);
  const double shorter = in_both / std::min(in_one, in_other);
  if (longer >= 0.85) return Level::kSame;
  if (longer >= 0.6 || (shorter >= 0.9 && longer >= 0.4)) return Level::kOneError;
  if (longer >= 0.35 || shorter >= 0.6) return Level::kAlike;
  return in_both > 0 ? Level::kPartlySame : Level::kDifferent;
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
  static constexpr absl::string_view kNames[] = {"name",  "father",   "birth_date", "national_id",
                                                 "phone", "locality", "address",    "household"};
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
  set(Field::kNationalId, CompareIds(one, other));
  // What the same number says of the birth is said with it.
  if (comparison.level(Field::kNationalId) == Level::kSame &&
      comparison.level(Field::kBirthDate) != Level::kDifferent)
    set(Field::kBirthDate, Level::kMissing);
  set(Field::kPhone, CompareNumbers(one.phone, other.phone));
  if (comparison.level(Field::kPhone) == Level::kSame) {
    comparison.phone_chance =
        static_cast<float>(Share(lexicons.phones.Count(PhoneHash(one)) - 2.0,
                                 static_cast<double>(lexicons.persons) - 2, kUnknownPhones));
  }
  set(Field::kLocality, CompareLocalities(one.locality, other.locality, lexicons.places));
  set(Field::kAddress, CompareAddresses(one, other, lexicons));
  return comparison;
}

}  // namespace klaim::linkage
