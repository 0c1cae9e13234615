#include "services/money/bank_text.h"

#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "engine/domain/core/text.h"

namespace klaim::services {
namespace {

std::string Transliterated(absl::string_view text) {
  // Making one takes milliseconds; using one from several threads isn't allowed.
  thread_local const std::unique_ptr<icu::Transliterator> transliterator = [] {
    UErrorCode error = U_ZERO_ERROR;
    return std::unique_ptr<icu::Transliterator>(
        icu::Transliterator::createInstance("Any-Latin; Latin-ASCII", UTRANS_FORWARD, error));
  }();
  icu::UnicodeString characters =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  if (transliterator != nullptr) transliterator->transliterate(characters);
  std::string out;
  characters.toUTF8String(out);
  return out;
}

bool IsSwiftX(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         absl::string_view("/-?:().,'+ ").find(c) != absl::string_view::npos;
}

std::string InSwiftX(absl::string_view text) {
  const std::string latin = absl::StrReplaceAll(Transliterated(text), {{"&", "+"}, {"_", "-"}});
  std::string out;
  for (char c : latin) {
    const char taken = IsSwiftX(c) ? c : ' ';
    const bool doubled = (taken == ' ' || taken == '/') && (out.empty() ? taken == ' ' : out.back() == taken);
    if (!doubled) out += taken;
  }
  while (!out.empty() &&
         (out.front() == '/' || out.front() == ':' || out.front() == '-' || out.front() == ' '))
    out.erase(0, 1);
  return out;
}

// XML 1.0 carries it: names from before texts were looked at so closely may hold what it can't.
std::string InXml(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool noncharacter = text.substr(i, 3) == "\xEF\xBF\xBE" || text.substr(i, 3) == "\xEF\xBF\xBF";
    if (noncharacter) {
      i += 2;
    } else if (byte >= 0x20 && byte != 0x7F) {
      out += text[i];
    } else {
      out += ' ';
    }
  }
  return out;
}

// At most `most` characters of UTF-8, behind a word where one ends in the latter half.
std::string ShortenedAtWord(const std::string& text, size_t most) {
  size_t bytes = 0;
  size_t characters = 0;
  while (bytes < text.size() && characters < most) {
    ++bytes;
    while (bytes < text.size() && (text[bytes] & 0xC0) == 0x80) ++bytes;
    ++characters;
  }
  if (bytes == text.size()) return text;
  const size_t word = text.rfind(' ', bytes);
  return text.substr(0, word != std::string::npos && word > bytes / 2 ? word : bytes);
}

}  // namespace

std::string BankText(absl::string_view text, v1::BankCharacters characters, size_t most_characters) {
  std::string taken = characters == v1::BANK_CHARACTERS_ANY ? InXml(text) : InSwiftX(text);
  absl::RemoveExtraAsciiWhitespace(&taken);
  taken = ShortenedAtWord(taken, most_characters);
  absl::StripAsciiWhitespace(&taken);
  return domain::HasLetter(taken) ? taken : "";
}

}  // namespace klaim::services
