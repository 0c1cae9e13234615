#include "services/docket/identity_tags.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace klaim::services {

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
