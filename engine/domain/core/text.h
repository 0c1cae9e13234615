// What stands in a text that nobody sees: one rule for all texts of the docket, whoever wrote them and wherever they come from.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace klaim::domain {

// The code point at `at`, which is moved behind it; false where none of valid UTF-8 begins: overlong forms, surrogates and numbers past
// U+10FFFF aren't valid (RFC 3629).
bool NextCodePoint(absl::string_view text, size_t& at, uint32_t& point);

// Whether nothing but ASCII digits stands in a text, or nothing at all.
bool AllDigits(absl::string_view text);

// A code point that shows nothing and isn't white space: zero-width, bidirectional marks, embeddings, overrides and isolates, fillers,
// soft hyphens, variation selectors, byte order marks and tags (Unicode's Default_Ignorable_Code_Point, without the joiners, which
// several scripts need between letters).
bool IsInvisible(uint32_t point);

// White space that is no plain space, tab or line feed, as the no-break space (Unicode's Zs, Zl and Zp).
bool IsOtherSpace(uint32_t point);

// A text as it is kept: without what is invisible, with plain spaces for other white space, and without white space at its
// ends; joiners stay between two letters of a script that joins. What is no valid UTF-8 is left as it is, for CheckText to refuse.
std::string Cleaned(absl::string_view text);

// Whether a text has a letter that is seen, of any script: digits, signs, emoji and what is invisible are none.
bool HasLetter(absl::string_view text);

}  // namespace klaim::domain
