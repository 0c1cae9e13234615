#include "services/linkage/person_search.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/base/return_if_error.h"
#include "engine/linkage/name.h"
#include "engine/record/byte_order.h"

namespace klaim::services {
namespace {

constexpr size_t kMaxWords = 6;          // of a query
constexpr size_t kMaxLookedAt = 20'000;  // claimants, of the rarest word
constexpr size_t kAskedAtOnce = 200;     // claimants' own rows

// As it stands, in small letters, without what parts words in a row.
std::string OneWord(absl::string_view text) {
  std::string word = absl::AsciiStrToLower(text);
  for (char& c : word) {
    if (absl::ascii_isspace(c) || c == '\0') c = '_';
  }
  return word;
}

// A code or reference as it stands, else a word in the form that all spellings share; an empty form of what says nothing.
std::vector<std::string> FormsOf(absl::string_view typed) {
  std::vector<std::string> forms;
  for (absl::string_view piece : absl::StrSplit(typed, ' ', absl::SkipWhitespace())) {
    if (forms.size() == kMaxWords) break;
    if (absl::c_any_of(piece, [](char c) { return absl::ascii_isdigit(c); })) {
      forms.push_back(OneWord(piece));
      continue;
    }
    for (absl::string_view word : absl::StrSplit(linkage::Latin(piece), ' ', absl::SkipWhitespace())) {
      forms.push_back(linkage::CanonicalWord(word));
    }
  }
  return forms;
}

// A row for each word of each claimant, the latest claimant first: 'w', the word, an end, the claimant counted down.
constexpr char kEndOfWord = '\0';
std::string RowOf(absl::string_view word, uint64_t claimant_id) {
  std::string name = absl::StrCat("w", word, absl::string_view(&kEndOfWord, 1));
  record::AppendBig64(name, ~claimant_id);
  return name;
}
uint64_t ClaimantIn(absl::string_view row) { return ~record::LoadBig64(row.data() + row.size() - 8); }

// A row for each claimant: the words of the person, an end of lines, the words of the references.
std::string MineRowOf(uint64_t claimant_id) {
  std::string name = "m";
  record::AppendBig64(name, claimant_id);
  return name;
}
constexpr char kReferences[] = "\n";

absl::btree_set<std::string> WordsIn(absl::string_view text) {
  return absl::StrSplit(text, ' ', absl::SkipEmpty());
}

bool Begins(const absl::btree_set<std::string>& words, absl::string_view beginning) {
  const auto word = words.lower_bound(beginning);
  return word != words.end() && absl::StartsWith(*word, beginning);
}

}  // namespace

PersonSearch::Mine PersonSearch::Decode(absl::string_view row) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(row, absl::MaxSplits(kReferences[0], 1));
  return {WordsIn(parts.first), WordsIn(parts.second)};
}

bool PersonSearch::Has(const Mine& mine, absl::string_view beginning) {
  return Begins(mine.person, beginning) || Begins(mine.references, beginning);
}

absl::StatusOr<PersonSearch::Mine> PersonSearch::MineOf(uint64_t claimant_id) const {
  ASSIGN_OR_RETURN(auto row, scratch_.Get(MineRowOf(claimant_id)));
  return row.has_value() ? Decode(*row) : Mine();
}

absl::Status PersonSearch::Change(uint64_t claimant_id, const Mine& before, const Mine& after) {
  const auto words_of = [](const Mine& mine) {
    absl::btree_set<std::string> words = mine.person;
    words.insert(mine.references.begin(), mine.references.end());
    return words;
  };
  const absl::btree_set<std::string> words_before = words_of(before);
  const absl::btree_set<std::string> words_after = words_of(after);
  rocksdb::WriteBatch rows;
  for (const std::string& word : words_before) {
    if (!words_after.contains(word)) rows.Delete(RowOf(word, claimant_id));
  }
  for (const std::string& word : words_after) {
    if (!words_before.contains(word)) rows.Put(RowOf(word, claimant_id), {});
  }
  const std::string mine =
      absl::StrCat(absl::StrJoin(after.person, " "), kReferences, absl::StrJoin(after.references, " "));
  if (mine == kReferences) {
    rows.Delete(MineRowOf(claimant_id));
  } else {
    rows.Put(MineRowOf(claimant_id), mine);
  }
  return scratch_.Write(rows);
}

absl::Status PersonSearch::Put(uint64_t claimant_id, const linkage::PersonText& text) {
  ASSIGN_OR_RETURN(auto before, MineOf(claimant_id));
  Mine after;
  after.references = before.references;
  for (std::string& word : FormsOf(text.name)) after.person.insert(std::move(word));
  for (std::string& word : FormsOf(areas_.NameOf(text.locality))) after.person.insert(std::move(word));
  after.person.insert(OneWord(text.locality));
  after.person.erase("");
  return Change(claimant_id, before, after);
}

absl::Status PersonSearch::AddReference(uint64_t claimant_id, absl::string_view request_id) {
  const size_t colon = request_id.rfind(':');
  if (colon == absl::string_view::npos || colon + 1 == request_id.size()) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto before, MineOf(claimant_id));
  Mine after = before;
  after.references.insert(OneWord(request_id.substr(colon + 1)));
  return Change(claimant_id, before, after);
}

absl::Status PersonSearch::Remove(uint64_t claimant_id) {
  auto before = MineOf(claimant_id);
  return before.ok() ? Change(claimant_id, *before, Mine()) : before.status();
}

absl::StatusOr<std::vector<uint64_t>> PersonSearch::Find(absl::string_view query, size_t most) const {
  const std::vector<std::string> forms = FormsOf(query);
  std::vector<uint64_t> found;
  // What begins with nothing is everybody.
  if (forms.empty() || absl::c_linear_search(forms, "")) return found;
  // The word that begins the fewest is looked through; the others are asked of each.
  std::vector<uint64_t> fewest;
  for (size_t i = 0; i < forms.size(); ++i) {
    std::vector<uint64_t> claimants;
    absl::Status scanned = scratch_.Scan(absl::StrCat("w", forms[i]), [&](absl::string_view row) {
      claimants.push_back(ClaimantIn(row));
      return claimants.size() < kMaxLookedAt;
    });
    if (!scanned.ok()) return scanned;
    if (i == 0 || claimants.size() < fewest.size()) fewest = std::move(claimants);
  }
  std::sort(fewest.begin(), fewest.end(), std::greater<>());
  fewest.erase(std::unique(fewest.begin(), fewest.end()), fewest.end());
  for (size_t begin = 0; begin < fewest.size() && found.size() < most; begin += kAskedAtOnce) {
    const size_t end = std::min(fewest.size(), begin + kAskedAtOnce);
    std::vector<std::string> names;
    for (size_t i = begin; i < end; ++i) names.push_back(MineRowOf(fewest[i]));
    ASSIGN_OR_RETURN(auto rows, scratch_.GetAll(names));
    for (size_t i = begin; i < end && found.size() < most; ++i) {
      const Mine mine = Decode(rows[i - begin]);
      if (absl::c_all_of(forms, [&](const std::string& form) { return Has(mine, form); })) {
        found.push_back(fewest[i]);
      }
    }
  }
  return found;
}

}  // namespace klaim::services
