#include "engine/domain/core/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"

namespace klaim::domain {
namespace {

using Range = std::pair<uint32_t, uint32_t>;

// In order. Unicode 15.1, DerivedCoreProperties.txt (Default_Ignorable_Code_Point) without U+200C and U+200D, with the interlinear
// annotations and the blank of Braille, which show nothing either.
constexpr std::array<Range, 18> kInvisible = {{{0xAD, 0xAD},
                                               {0x34F, 0x34F},
                                               {0x61C, 0x61C},
                                               {0x115F, 0x1160},
                                               {0x17B4, 0x17B5},
                                               {0x180B, 0x180F},
                                               {0x200B, 0x200B},
                                               {0x200E, 0x200F},
                                               {0x202A, 0x202E},
                                               {0x2060, 0x206F},
                                               {0x2800, 0x2800},
                                               {0x3164, 0x3164},
                                               {0xFE00, 0xFE0F},
                                               {0xFEFF, 0xFEFF},
                                               {0xFFA0, 0xFFA0},
                                               {0xFFF0, 0xFFFB},
                                               {0x1D173, 0x1D17A},
                                               {0xE0000, 0xE0FFF}}};

// Blocks of letters, roughly: what is no letter in them is told apart below or doesn't matter for a name.
constexpr std::array<Range, 9> kLetters = {{{0xC0, 0x2AF},
                                            {0x370, 0x1FFF},
                                            {0x2C00, 0x2DFF},
                                            {0x3041, 0x318F},
                                            {0x31A0, 0x31FF},
                                            {0x3400, 0x4DBF},
                                            {0x4E00, 0xD7FF},
                                            {0xF900, 0xFDFF},
                                            {0xFE70, 0xFFDC}}};
// Within them: signs, digits and points.
constexpr std::array<Range, 20> kNoLetters = {
    {{0xD7, 0xD7},   {0xF7, 0xF7},   {0x37E, 0x37E},   {0x387, 0x387},   {0x482, 0x489},
     {0x589, 0x5CF}, {0x600, 0x61F}, {0x640, 0x640},   {0x64B, 0x66D},   {0x6D4, 0x6D4},
     {0x6D6, 0x6ED}, {0x6F0, 0x6F9}, {0x700, 0x70F},   {0x7C0, 0x7C9},   {0x964, 0x970},
     {0xE3F, 0xE3F}, {0xE50, 0xE5B}, {0x1B50, 0x1B7F}, {0xA980, 0xA983}, {0xA9C1, 0xA9DF}}};

template <size_t kCount>
bool In(const std::array<Range, kCount>& ranges, uint32_t point) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return point >= range.first && point <= range.second; });
}

bool IsLetter(uint32_t point) {
  if (point < 0x80) return absl::ascii_isalpha(static_cast<unsigned char>(point));
  if (point >= 0x10000) return (point >= 0x10000 && point < 0x1D000) || (point >= 0x20000 && point < 0x32000);
  return In(kLetters, point) && !In(kNoLetters, point) && !IsInvisible(point);
}

// Letters of scripts that aren't Latin, Greek or Cyrillic; some of them need joiners.
bool IsLetterThatJoins(uint32_t point) { return point >= 0x590 && IsLetter(point); }

bool IsPlain(absl::string_view text) {
  if (text.empty()) return true;
  const bool ends = absl::ascii_isspace(static_cast<unsigned char>(text.front())) ||
                    absl::ascii_isspace(static_cast<unsigned char>(text.back()));
  return !ends &&
         std::all_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) < 0x80; });
}

// Zero-width joiner and non-joiner.
bool IsJoiner(uint32_t point) { return point == 0x200C || point == 0x200D; }

}  // namespace

bool NextCodePoint(absl::string_view text, size_t& at, uint32_t& point) {
  const auto lead = static_cast<uint8_t>(text[at]);
  const size_t length = lead < 0x80         ? 1
                        : lead >> 5 == 0x6  ? 2
                        : lead >> 4 == 0xE  ? 3
                        : lead >> 3 == 0x1E ? 4
                                            : 0;
  if (length == 0 || at + length > text.size()) return false;
  point = length == 1 ? lead : lead & (0x7F >> length);
  for (size_t i = 1; i < length; ++i) {
    const auto next = static_cast<uint8_t>(text[at + i]);
    if (next >> 6 != 0x2) return false;
    point = point << 6 | (next & 0x3F);
  }
  static constexpr std::array<uint32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  if (point < kLeast[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return false;
  at += length;
  return true;
}

bool AllDigits(absl::string_view text) { return std::all_of(text.begin(), text.end(), absl::ascii_isdigit); }

bool IsInvisible(uint32_t point) { return point >= 0xAD && In(kInvisible, point); }

bool IsOtherSpace(uint32_t point) {
  return point == 0xA0 || point == 0x1680 || (point >= 0x2000 && point <= 0x200A) || point == 0x2028 ||
         point == 0x2029 || point == 0x202F || point == 0x205F || point == 0x3000;
}

std::string Cleaned(absl::string_view text) {
  if (IsPlain(text)) return std::string(text);
  std::string out;
  out.reserve(text.size());
  uint32_t before = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    uint32_t point = 0;
    if (!NextCodePoint(text, at, point)) return std::string(text);
    if (IsInvisible(point)) continue;
    if (IsJoiner(point)) {
      size_t behind = at;
      uint32_t next = 0;
      const bool joins = IsLetterThatJoins(before) && behind < text.size() &&
                         NextCodePoint(text, behind, next) && IsLetterThatJoins(next);
      if (!joins) continue;
    }
    if (IsOtherSpace(point)) {
      out += ' ';
    } else {
      out.append(text.data() + begin, at - begin);
    }
    before = point;
  }
  absl::StripAsciiWhitespace(&out);
  return out;
}

bool HasLetter(absl::string_view text) {
  for (size_t at = 0; at < text.size();) {
    uint32_t point = 0;
    if (!NextCodePoint(text, at, point)) return false;
    if (IsLetter(point)) return true;
  }
  return false;
}

}  // namespace klaim::domain
