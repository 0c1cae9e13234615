#include "engine/linkage/name.h"

#include <algorithm>
#include <array>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "unicode/translit.h"
#include "unicode/unistr.h"

namespace klaim::linkage {
namespace {

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

// ICU's transliterators aren't thread-safe, so each thread has one.
std::string Transliterate(absl::string_view text) {
  thread_local const std::unique_ptr<icu::Transliterator> transliterator = [] {
    UErrorCode error = U_ZERO_ERROR;
    return std::unique_ptr<icu::Transliterator>(icu::Transliterator::createInstance(
        "Any-Latin; NFD; [:Nonspacing Mark:] Remove; Latin-ASCII", UTRANS_FORWARD, error));
  }();
  icu::UnicodeString unicode =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  if (transliterator != nullptr) transliterator->transliterate(unicode);
  std::string latin;
  unicode.toUTF8String(latin);
  return latin;
}

const absl::flat_hash_set<absl::string_view>& Titles() {
  static const auto& titles = *new absl::flat_hash_set<absl::string_view>{
      "h",   "hj",   "haji", "hajjah", "hajah", "ny",    "nyonya", "tn",   "tuan", "nn",  "nona", "ir", "drs",
      "dra", "dr",   "sdr",  "sdri",   "bpk",   "bapak", "ibu",    "alm",  "almh", "kh",  "ust",  "mr", "mrs",
      "ms",  "miss", "al",   "el",     "as",    "ar",    "spd",    "skom", "amd",  "cik", "encik"};
  return titles;
}

// Short forms and spellings that no rule reaches.
const absl::flat_hash_map<absl::string_view, absl::string_view>& WholeWords() {
  static const auto& words = *new absl::flat_hash_map<absl::string_view, absl::string_view>{
      {"m", "muhammad"},         {"md", "muhammad"},
      {"moh", "muhammad"},       {"muh", "muhammad"},
      {"mohd", "muhammad"},      {"muhd", "muhammad"},
      {"mhd", "muhammad"},       {"moch", "muhammad"},
      {"much", "muhammad"},      {"mohamad", "muhammad"},
      {"mohammad", "muhammad"},  {"mohamed", "muhammad"},
      {"mohammed", "muhammad"},  {"muhamad", "muhammad"},
      {"muhamed", "muhammad"},   {"muhammed", "muhammad"},
      {"mochamad", "muhammad"},  {"mochammad", "muhammad"},
      {"muchamad", "muhammad"},  {"muchammad", "muhammad"},
      {"mokhamad", "muhammad"},  {"moehamad", "muhammad"},
      {"moehammad", "muhammad"}, {"abd", "abdul"},
      {"abdoel", "abdul"},       {"st", "siti"},
      {"sitti", "siti"},         {"achmad", "ahmad"},
      {"akhmad", "ahmad"},       {"ahmed", "ahmad"},
      {"achmed", "ahmad"},       {"yusup", "yusuf"},
      {"joesoef", "yusuf"},      {"yousef", "yusuf"},
      {"youssef", "yusuf"},      {"hussein", "husein"},
      {"hussain", "husein"},     {"husain", "husein"}};
  return words;
}

bool SaysFather(absl::string_view word) {
  return word == "bin" || word == "binti" || word == "bt" || word == "bte" || word == "binte" ||
         word == "ibn" || word == "ibnu" || word == "bn";
}

bool IsVowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

// Pairs of letters that are one sound, and what stands for it; the first that fits wins.
struct Spelling {
  absl::string_view old_form;
  absl::string_view form;
};
constexpr std::array<Spelling, 18> kSpellings = {{{"oe", "u"},
                                                  {"oo", "u"},
                                                  {"ou", "u"},
                                                  {"ee", "i"},
                                                  {"tj", "c"},
                                                  {"dj", "y"},
                                                  {"sj", "sy"},
                                                  {"sh", "sy"},
                                                  {"nj", "ny"},
                                                  {"ch", "k"},
                                                  {"kh", "k"},
                                                  {"ck", "k"},
                                                  {"ph", "f"},
                                                  {"dh", "d"},
                                                  {"th", "t"},
                                                  {"gh", "g"},
                                                  {"dz", "z"},
                                                  {"ts", "s"}}};

// "abdurrahman" is "abdul rahman".
void SplitAbdul(std::string word, std::vector<std::string>& words) {
  if (word.size() > 7 && absl::StartsWith(word, "abdu")) {
    words.push_back("abdul");
    word = word.substr(word[4] == 'l' ? 5 : 4);
  }
  words.push_back(std::move(word));
}

}  // namespace

std::string Latin(absl::string_view text) {
  const std::string transliterated = IsAscii(text) ? std::string() : Transliterate(text);
  const absl::string_view letters = IsAscii(text) ? text : absl::string_view(transliterated);
  std::string out;
  out.reserve(letters.size());
  for (char c : letters) {
    if (absl::ascii_isalnum(c)) {
      out.push_back(absl::ascii_tolower(c));
    } else if (c != '\'' && c != '`' && !out.empty() && out.back() != ' ') {
      out.push_back(' ');
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string CanonicalWord(absl::string_view word) {
  if (const auto whole = WholeWords().find(word); whole != WholeWords().end()) {
    return std::string(whole->second);
  }
  std::string out;
  const auto put = [&](char c) {
    if (out.empty() || out.back() != c) out.push_back(c);  // doubled letters are heard once
  };
  for (size_t i = 0; i < word.size();) {
    const auto found = std::find_if(kSpellings.begin(), kSpellings.end(), [&](const Spelling& spelling) {
      return word.substr(i, 2) == spelling.old_form;
    });
    if (found != kSpellings.end()) {
      for (char c : found->form) put(c);
      i += 2;
      continue;
    }
    switch (word[i]) {
      case 'j':
        put('y');
        break;
      case 'q':
        put('k');
        break;
      case 'v':
        put('f');
        break;
      case 'x':
        put('k');
        put('s');
        break;
      default:
        put(word[i]);
    }
    ++i;
  }
  // "Aminah" and "Amina".
  if (out.size() > 3 && out.back() == 'h' && IsVowel(out[out.size() - 2])) out.pop_back();
  // The table's own entries are reached from any spelling of them.
  if (const auto whole = WholeWords().find(out); whole != WholeWords().end())
    return std::string(whole->second);
  return out;
}

std::string SoundOf(absl::string_view word) {
  std::string sound;
  for (char c : word) {
    if (IsVowel(c) || c == 'h' || c == 'w') {
      // A vowel is heard at the beginning only; all vowels sound alike there.
      if (sound.empty()) sound.push_back(c == 'h' || c == 'w' ? c : 'a');
      continue;
    }
    if (c == 'z' || c == 'y') c = 'y';  // Zainal, Jaenal
    if (c == 'p') c = 'f';              // Fitri, Pitri
    if (c == 'd') c = 't';              // Ahmad, Ahmat
    if (c == 'g') c = 'k';
    if (c == 'c') c = 's';
    if (sound.empty() || sound.back() != c) sound.push_back(c);
  }
  return sound;
}

ParsedName ParseName(absl::string_view name) {
  // A degree stands behind a comma: "Siti Aminah, S.Pd.".
  if (const size_t comma = name.find(',');
      comma != absl::string_view::npos && absl::StrContains(name.substr(comma), '.') && comma > 0) {
    name = name.substr(0, comma);
  }
  ParsedName parsed;
  bool father = false;
  const std::string latin = Latin(name);
  for (absl::string_view word : absl::StrSplit(latin, ' ', absl::SkipEmpty())) {
    if (SaysFather(word) && !parsed.words.empty()) {
      father = true;
      continue;
    }
    if (Titles().contains(word)) continue;
    std::string canonical = CanonicalWord(word);
    if (father) {
      if (parsed.father.empty()) parsed.father = std::move(canonical);
    } else {
      SplitAbdul(std::move(canonical), parsed.words);
    }
  }
  // A name of nothing but a title is a name.
  if (parsed.words.empty()) {
    for (absl::string_view word : absl::StrSplit(latin, ' ', absl::SkipEmpty())) {
      parsed.words.push_back(CanonicalWord(word));
    }
  }
  if (parsed.words.size() > kMaxWords) parsed.words.resize(kMaxWords);
  return parsed;
}

}  // namespace klaim::linkage
