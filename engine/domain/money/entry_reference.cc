#include "engine/domain/money/entry_reference.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/domain/core/text.h"

namespace klaim::domain {
namespace {

constexpr char kNamed = '|';
constexpr char kOther = '/';
constexpr absl::string_view kCharges = "charges";
constexpr size_t kHashDigits = 16;
constexpr size_t kMaxPlaceDigits = 5;

std::string Joined(absl::string_view one, char separator, absl::string_view other) {
  return absl::StrCat(one, absl::string_view(&separator, 1), other);
}

// What the entry was called of which this is a part; itself for a whole one.
absl::string_view EntryOf(absl::string_view reference) {
  if (const size_t part = reference.find(kNamed); part != absl::string_view::npos)
    return reference.substr(0, part);
  const size_t slash = reference.rfind(kOther);
  if (slash == absl::string_view::npos) return reference;
  const absl::string_view suffix = reference.substr(slash + 1);
  const bool is_part =
      suffix == kCharges || (suffix.size() <= kMaxPlaceDigits && AllDigits(suffix)) ||
      (suffix.size() == kHashDigits && std::all_of(suffix.begin(), suffix.end(), absl::ascii_isxdigit));
  return is_part ? reference.substr(0, slash) : reference;
}

}  // namespace

std::string NamedPart(absl::string_view entry, absl::string_view transaction) {
  return Joined(entry, kNamed, transaction);
}

std::string NumberedPart(absl::string_view entry, size_t place) {
  return Joined(entry, kOther, absl::StrCat(place));
}

std::string ChargesOf(absl::string_view reference) { return Joined(reference, kOther, kCharges); }

std::string AnotherOf(absl::string_view reference, absl::string_view hash) {
  return reference.empty() ? std::string(hash) : Joined(reference, kOther, hash);
}

void BookedEntries::Insert(absl::string_view reference) {
  references_.emplace(reference);
  // A transaction is known by its own name, too, whatever entry it stands in.
  const size_t part = reference.find(kNamed);
  if (part != absl::string_view::npos) references_.emplace(reference.substr(part));
}

bool BookedEntries::Contains(absl::string_view reference) const {
  const absl::string_view entry = EntryOf(reference);
  if (references_.contains(reference) || references_.contains(entry)) return true;
  const size_t part = reference.find(kNamed);
  const bool by_name = part != absl::string_view::npos;
  if (!by_name && HasPartOf(entry, kNamed)) return true;
  if ((entry == reference || by_name) && HasPartOf(entry, kOther)) return true;
  if (!by_name) return references_.contains(Joined("", kNamed, reference));
  return references_.contains(reference.substr(part)) || references_.contains(reference.substr(part + 1));
}

bool BookedEntries::HasPartOf(absl::string_view entry, char separator) const {
  const std::string begin = Joined(entry, separator, "");
  for (auto found = references_.lower_bound(begin);
       found != references_.end() && absl::StartsWith(*found, begin); ++found) {
    if (EntryOf(*found) == entry) return true;
  }
  return false;
}

}  // namespace klaim::domain
