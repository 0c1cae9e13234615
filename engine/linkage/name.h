// Names as they are compared: one form for all the ways in which a name is written.
//
// Indonesian names are often single, spelt in the old way (van Ophuijsen 1901, Soewandi 1947) or the new one (1972), with
// titles, short forms and a father's name (bin, binti); Arabic and Chinese names come in several transliterations. What
// is folded here is only what never tells two persons apart; typing errors are left to the comparison.
// Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace klaim::linkage {

// Latin letters a-z in small, digits, and single spaces: any script is transliterated (ICU), accents and points go.
std::string Latin(absl::string_view text);

// One word of Latin() in the spelling that all spellings share: "soekarno" and "sukarno" are "sukarno", "djoemiati" and
// "jumiati" are "yumiati" (the old j is the new y), "mochamad" is "muhammad".
std::string CanonicalWord(absl::string_view word);

// What of a word is heard: its first letter's sound and its consonants, as in "stmnh" for nothing but blocking. Empty for
// an empty word.
std::string SoundOf(absl::string_view canonical_word);

struct ParsedName {
  std::vector<std::string> words;  // canonical, in the order in which they were written, at most kMaxWords
  std::string father;              // canonical first word of the father's name; empty when none is told
};
inline constexpr size_t kMaxWords = 4;

// A name without titles and degrees.
ParsedName ParseName(absl::string_view name);

}  // namespace klaim::linkage
