#include "services/person_search.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "engine/linkage/name.h"

namespace klaim::services {
namespace {

constexpr size_t kMostWords = 6;          // of a query
constexpr size_t kMostLookedAt = 20'000;  // claimants, of the rarest word

// A code or reference as it stands, else a word in the form that all spellings share.
std::vector<std::string> FormsOf(absl::string_view typed) {
  std::vector<std::string> forms;
  for (absl::string_view piece : absl::StrSplit(typed, ' ', absl::SkipWhitespace())) {
    if (forms.size() == kMostWords) break;
    const std::string small = absl::AsciiStrToLower(piece);
    const bool code = std::any_of(small.begin(), small.end(), [](char c) { return absl::ascii_isdigit(c); });
    if (code) {
      forms.push_back(small);
      continue;
    }
    for (absl::string_view word : absl::StrSplit(linkage::Latin(piece), ' ', absl::SkipWhitespace())) {
      forms.push_back(linkage::CanonicalWord(word));
    }
  }
  return forms;
}

}  // namespace

// The word's key; null for a word that is empty, or stands for the claimant already.
const std::string* PersonSearch::Add(uint64_t claimant_id, absl::string_view word) {
  if (word.empty()) return nullptr;
  const auto at = words_.try_emplace(std::string(word)).first;
  auto& claimants = at->second.claimants;
  const auto place = std::lower_bound(claimants.begin(), claimants.end(), claimant_id);
  if (place != claimants.end() && *place == claimant_id) return nullptr;
  claimants.insert(place, claimant_id);
  return &at->first;
}

void PersonSearch::Drop(uint64_t claimant_id, const std::string& word) {
  const auto at = words_.find(word);
  auto& claimants = at->second.claimants;
  claimants.erase(std::lower_bound(claimants.begin(), claimants.end(), claimant_id));
  if (claimants.empty()) words_.erase(at);
}

void PersonSearch::Put(uint64_t claimant_id, const linkage::PersonText& text) {
  std::vector<std::string> forms = FormsOf(text.name);
  forms.push_back(absl::AsciiStrToLower(text.locality));
  for (std::string& word : FormsOf(areas_.NameOf(text.locality))) forms.push_back(std::move(word));
  absl::MutexLock lock(&mutex_);
  auto& mine = by_claimant_[claimant_id].person;
  for (const std::string* word : mine) Drop(claimant_id, *word);
  mine.clear();
  for (const std::string& form : forms) {
    if (const std::string* word = Add(claimant_id, form); word != nullptr) mine.push_back(word);
  }
}

void PersonSearch::AddReference(uint64_t claimant_id, absl::string_view request_id) {
  const size_t colon = request_id.rfind(':');
  if (colon == absl::string_view::npos) return;
  absl::MutexLock lock(&mutex_);
  const std::string* word = Add(claimant_id, absl::AsciiStrToLower(request_id.substr(colon + 1)));
  if (word != nullptr) by_claimant_[claimant_id].references.push_back(word);
}

void PersonSearch::Remove(uint64_t claimant_id) {
  absl::MutexLock lock(&mutex_);
  const auto mine = by_claimant_.find(claimant_id);
  if (mine == by_claimant_.end()) return;
  for (const std::string* word : mine->second.person) Drop(claimant_id, *word);
  for (const std::string* word : mine->second.references) Drop(claimant_id, *word);
  by_claimant_.erase(mine);
}

bool PersonSearch::Has(uint64_t claimant_id, absl::string_view beginning) const {
  const auto mine = by_claimant_.find(claimant_id);
  const auto begins = [&](const std::string* word) { return absl::StartsWith(*word, beginning); };
  return mine != by_claimant_.end() &&
         (absl::c_any_of(mine->second.person, begins) || absl::c_any_of(mine->second.references, begins));
}

std::vector<uint64_t> PersonSearch::Find(absl::string_view query, size_t most) const {
  const std::vector<std::string> forms = FormsOf(query);
  std::vector<uint64_t> found;
  if (forms.empty()) return found;
  absl::ReaderMutexLock lock(&mutex_);
  // The word that begins the fewest is looked through; the others are asked of each.
  std::vector<uint64_t> fewest;
  size_t rarest = 0;
  for (size_t i = 0; i < forms.size(); ++i) {
    std::vector<uint64_t> claimants;
    for (auto at = words_.lower_bound(forms[i]);
         at != words_.end() && absl::StartsWith(at->first, forms[i]) && claimants.size() < kMostLookedAt;
         ++at) {
      const auto& all = at->second.claimants;
      claimants.insert(claimants.end(), all.end() - std::min<ptrdiff_t>(all.size(), kMostLookedAt),
                       all.end());
    }
    if (i == 0 || claimants.size() < fewest.size()) {
      fewest = std::move(claimants);
      rarest = i;
    }
  }
  std::sort(fewest.begin(), fewest.end(), std::greater<>());
  fewest.erase(std::unique(fewest.begin(), fewest.end()), fewest.end());
  for (uint64_t claimant_id : fewest) {
    bool all = true;
    for (size_t i = 0; all && i < forms.size(); ++i) all = i == rarest || Has(claimant_id, forms[i]);
    if (all) found.push_back(claimant_id);
    if (found.size() == most) break;
  }
  return found;
}

}  // namespace klaim::services
