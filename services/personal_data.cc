#include "services/personal_data.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "engine/domain/refusal.h"
#include "engine/domain/rules.h"
#include "services/limits.h"

namespace klaim::services {
namespace {

using domain::InvalidField;

bool AllDigits(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c); });
}

// YYYY, YYYY-MM or YYYY-MM-DD.
absl::Status CheckIsoDate(absl::string_view field, absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '-');
  static constexpr std::array<size_t, 3> kWidths = {4, 2, 2};
  std::array<uint32_t, 3> numbers{};
  if (parts.size() > 3) return InvalidField(field, "must be YYYY, YYYY-MM or YYYY-MM-DD");
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].size() != kWidths[i] || !AllDigits(parts[i]) || !absl::SimpleAtoi(parts[i], &numbers[i]) ||
        numbers[i] == 0) {
      return InvalidField(field, "must be YYYY, YYYY-MM or YYYY-MM-DD");
    }
  }
  v1::PartialDate date;
  date.set_year(numbers[0]);
  date.set_month(numbers[1]);
  date.set_day(numbers[2]);
  // The date itself is personal data: say only that it doesn't exist.
  if (!domain::CheckDate(field, date, false, false).ok())
    return InvalidField(field, "is a date that doesn't exist");
  return absl::OkStatus();
}

// 16 digits: 6 of the area, 6 of the birth date (day + 40 for a woman), 4 serial.
absl::Status CheckNationalId(absl::string_view field, absl::string_view text) {
  if (text.size() != 16 || !AllDigits(text)) return InvalidField(field, "must be a NIK of 16 digits");
  int day = 0;
  int month = 0;
  if (!absl::SimpleAtoi(text.substr(6, 2), &day) || !absl::SimpleAtoi(text.substr(8, 2), &month)) day = 0;
  if (day > 40) day -= 40;
  if (day < 1 || day > 31 || month < 1 || month > 12) {
    return InvalidField(field, "is a NIK whose digits 7 to 12 are no birth date: look at the card again");
  }
  return absl::OkStatus();
}

absl::Status CheckPhone(absl::string_view field, absl::string_view text) {
  if (text.size() < 8 || text.size() > 16 || text[0] != '+' || !AllDigits(text.substr(1)) || text[1] == '0') {
    return InvalidField(field, "must be an E.164 number, as in +6281234567890");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckPersonalData(absl::string_view name, absl::string_view value) {
  if (value.empty()) return InvalidField(name, "is empty: leave it out, or fill it in");
  if (value.size() > kMaxProtectedBytes) {
    return InvalidField(
        name, absl::StrCat("has ", value.size(), " bytes, at most ", kMaxProtectedBytes, " are allowed"));
  }
  if (name == "Person.national_id") return CheckNationalId(name, value);
  if (name == "Person.birth_date") return CheckIsoDate(name, value);
  if (name == "Person.phone") return CheckPhone(name, value);
  if (name == "Person.village") return domain::CheckArea(name, value, 4);
  if (name == "Person.name" || name == "PayoutAccount.holder") return domain::CheckLine(name, value, 1, 200);
  if (name == "PayoutAccount.number") {
    const bool good = value.size() <= 34 && std::all_of(value.begin(), value.end(), [](char c) {
                        return absl::ascii_isdigit(c) || absl::ascii_isupper(c) || c == '-';
                      });
    return good ? absl::OkStatus() : InvalidField(name, "must be 1 to 34 digits, capital letters or '-'");
  }
  return domain::CheckText(name, value, 1, kMaxProtectedBytes);
}

std::string IsoDate(const v1::PartialDate& date) {
  std::string iso = absl::StrCat(date.year());
  if (date.month() != 0) absl::StrAppend(&iso, "-", absl::Dec(date.month(), absl::kZeroPad2));
  if (date.day() != 0) absl::StrAppend(&iso, "-", absl::Dec(date.day(), absl::kZeroPad2));
  return iso;
}

std::string NormaliseName(absl::string_view name) {
  std::string letters;
  for (char c : name) {
    if (absl::ascii_isalpha(c) || (c & 0x80) != 0) {
      letters.push_back(absl::ascii_tolower(c));
    } else if (c != '\'') {
      letters.push_back(' ');
    }
  }
  // The old (van Ophuijsen, Soewandi) spelling as the new one of 1972.
  letters = absl::StrReplaceAll(
      letters, {{"oe", "u"}, {"tj", "c"}, {"dj", "j"}, {"sj", "sy"}, {"nj", "ny"}, {"ch", "kh"}});
  static const auto& kDropped = *new std::vector<std::string>{"h",  "hj", "haji", "hajjah", "bin", "binti",
                                                              "bt", "ny", "tn",   "nn",     "ir",  "drs"};
  std::vector<std::string> words;
  const std::vector<std::string> split = absl::StrSplit(letters, ' ', absl::SkipEmpty());
  for (std::string word : split) {
    if (std::find(kDropped.begin(), kDropped.end(), word) != kDropped.end()) continue;
    if (word == "moh" || word == "muh" || word == "mohd" || word == "m" || word == "mohamad" ||
        word == "mohammad" || word == "muhamad" || word == "mochamad" || word == "mokhamad") {
      word = "muhammad";
    } else if (word == "abd") {
      word = "abdul";
    } else if (word == "st") {
      word = "siti";
    }
    words.push_back(std::move(word));
  }
  std::sort(words.begin(), words.end());
  return absl::StrJoin(words, " ");
}

std::vector<std::pair<std::string, std::string>> IdentityOf(const v1::Person& person) {
  std::vector<std::pair<std::string, std::string>> identity;
  if (person.has_national_id()) identity.emplace_back("national_id", person.national_id().clear());
  const std::string name = NormaliseName(person.name().clear());
  if (person.has_birth_date() && person.birth_date().clear().size() == 10) {
    identity.emplace_back("name_birth_date", absl::StrCat(name, "|", person.birth_date().clear()));
  } else if (person.has_village() && person.village().clear().size() == 13) {
    identity.emplace_back("name_village", absl::StrCat(name, "|", person.village().clear()));
  }
  return identity;
}

privacy::Identity IdentityTagsOf(const v1::Person& person, uint64_t key_id, const privacy::Vault& vault) {
  privacy::Identity identity{key_id, {}};
  for (const auto& [kind, text] : IdentityOf(person)) identity.tags.push_back(vault.Tag(kind, text));
  return identity;
}

}  // namespace klaim::services
