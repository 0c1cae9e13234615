// How two persons compare, field by field: a level of agreement for each field, from the same to different.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/linkage/person.h"

namespace klaim::linkage {

enum class Field : uint8_t {
  kName,  // the whole name: its words go together, and aren't evidence one by one
  kFather,
  kBirthDate,
  kNationalId,
  kPhone,
  kLocality,
  kAddress,
  kHousehold,  // compared by nobody: what of the others a household shares anyway (model.h)
};
inline constexpr int kFields = 7;          // that are compared
absl::string_view FieldName(Field field);  // "name", "birth_date"

// The levels of all fields; which of them a field has is told in comparison.cc. kMissing says nothing either way.
enum class Level : uint8_t {
  kMissing,
  kSame,
  kOneError,  // of a name one word with one letter otherwise; one digit; day and month in each other's place
  kAlike,  // each word sounds or begins alike; same district; dates that don't contradict; a NIK with a digit of area or birth wrong
  kPartlySame,  // a name's word; same year; same regency; a NIK of the same area and birth with another serial, as twins have
  kLeftOut,  // words that the other record doesn't have; a NIK of the same birth and serial whose area was written anew
  kDifferent,
};
inline constexpr int kLevels = 7;
absl::string_view LevelName(Level level);  // "same", "one_error"

struct Comparison {
  std::array<Level, kFields> levels{};
  // How likely it is that somebody else has the name that agrees, by how many have it, in the place where that agrees; the two that are
  // compared aren't counted. 0 where the names don't agree so far.
  float name_chance = 0;
  // And the phone.
  float phone_chance = 0;
  Level level(Field field) const { return levels[static_cast<size_t>(field)]; }
  // All levels in one number, for counting.
  uint32_t pattern() const {
    uint32_t packed = 0;
    for (Level level : levels) packed = packed << 3 | static_cast<uint32_t>(level);
    return packed;
  }
};
inline Level LevelOf(uint32_t pattern, int field) {
  return static_cast<Level>(pattern >> (3 * (kFields - 1 - field)) & 7);
}

Comparison Compare(const Person& one, const Person& other, const Lexicons& lexicons);

// One word with another; a single letter may be an initial.
Level CompareWords(WordId one, WordId other, const Lexicon& lexicon);

// Winkler's similarity of two words (W. E. Winkler, 1990): 0 to 1.
double JaroWinkler(absl::string_view one, absl::string_view other);

// True when one insertion, deletion, substitution or exchange of neighbours makes them the same (Damerau, 1964).
bool OneError(absl::string_view one, absl::string_view other);

}  // namespace klaim::linkage
