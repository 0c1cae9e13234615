#include "engine/linkage/respondent.h"

#include <algorithm>
#include <cmath>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/linkage/name.h"

namespace klaim::linkage {
namespace {

// Of two records of one respondent, how often a word of the name is in both; of two respondents that is the word's share.
constexpr double kWordKept = 0.85;
constexpr double kWordLeftOut = -2.5;  // bits for each word that only one of them has
constexpr double kMaxWordBits = 9;
constexpr double kOtherNameBits = -6;  // at the least: companies change their names
constexpr double kCommonShare = 0.04;  // of words that many companies choose
constexpr double kOneErrorLoss = 2;    // bits that a typing error costs
constexpr double kWholeNameBits =
    4;  // two words or more, and all the same: words meet less often than they stand alone
constexpr double kInitialsBits = 4;  // "MJS" and "Maju Jaya Sentosa"
// The same licence, director, address or country, and another one.
constexpr double kLicenceBits = 24, kOtherLicenceBits = -2;
constexpr double kDirectorBits = 7, kOtherDirectorBits = -1;
constexpr double kAddressBits = 6, kNearAddressBits = 2, kOtherAddressBits = -1;
constexpr double kCountryBits = 1, kOtherCountryBits = -5;
// Of new respondents, how many were registered before.
constexpr double kRegisteredTwice = 0.05;
constexpr double kSure = 0.995;
constexpr double kDoubtful = 0.2;
constexpr size_t kCrowdedKey = 500;  // keys that more respondents share are no reason to compare
constexpr size_t kMaxComparedNames = 20;

const absl::flat_hash_set<absl::string_view>& LegalForms() {
  static const auto& forms = *new absl::flat_hash_set<absl::string_view>{
      "pt",     "cv",        "ud",      "tbk",         "persero",      "fa",
      "kop",    "koperasi",  "yayasan", "ltd",         "limited",      "co",
      "coy",    "corp",      "inc",     "llc",         "llp",          "plc",
      "sdn",    "bhd",       "pte",     "pvt",         "pty",          "gmbh",
      "ag",     "bv",        "nv",      "sa",          "company",      "the",
      "est",    "and",       "dan",     "corporation", "incorporated", "establishment",
      "kaisha", "kabushiki", "gongsi",  "youxian",     "gufen"};
  return forms;
}

// What it does, not who it is; and the legal forms of Chinese names, syllable by syllable.
const absl::flat_hash_set<absl::string_view>& TradeWords() {
  static const auto& words = *new absl::flat_hash_set<absl::string_view>{
      "agency",      "agencies",      "agensi",        "employment", "manpower", "recruitment",
      "services",    "service",       "jasa",          "tenaga",     "kerja",    "penempatan",
      "perusahaan",  "international", "internasional", "overseas",   "maid",     "placement",
      "labour",      "labor",         "human",         "resources",  "resource", "consultant",
      "consultants", "you",           "xian",          "gong",       "si",       "gu",
      "fen"};
  return words;
}

const absl::flat_hash_set<absl::string_view>& CommonWords() {
  static const auto& words = *new absl::flat_hash_set<absl::string_view>{
      "yaya",   "sentosa",   "abadi",     "mandiri", "mayu",   "makmur", "karya",   "utama",
      "indo",   "indonesia", "putra",     "sumber",  "bina",   "duta",   "citra",   "mitra",
      "global", "golden",    "star",      "ocean",   "mega",   "prima",  "perkasa", "sukses",
      "bahari", "laut",      "nusantara", "samudra", "marine", "pasific"};
  return words;
}

// Written or left out as one likes.
const absl::flat_hash_set<absl::string_view>& AddressWords() {
  static const auto& words = *new absl::flat_hash_set<absl::string_view>{
      "jl", "jln", "jalan", "no",    "nomor", "kav", "blok",   "block",
      "rt", "rw",  "lt",    "floor", "road",  "rd",  "street", "st"};
  return words;
}

std::vector<std::string> WordsOf(absl::string_view text) {
  std::vector<std::string> words;
  const std::string latin = Latin(text);
  bool letters = false;
  for (absl::string_view word : absl::StrSplit(latin, ' ', absl::SkipEmpty())) {
    // "P.T." is "pt".
    if (letters && word.size() == 1) {
      words.back() += std::string(word);
    } else {
      words.emplace_back(word);
    }
    letters = word.size() == 1 && absl::ascii_isalpha(static_cast<unsigned char>(word[0]));
  }
  return words;
}

// Words in any order, since registers differ in it.
std::string KeyOfPerson(absl::string_view name) {
  std::vector<std::string> words = ParseName(name).words;
  if (words.size() < 2) return "";  // a single name tells nobody
  std::sort(words.begin(), words.end());
  return absl::StrJoin(words, " ");
}

Level CompareNameWords(const std::string& one, const std::string& other) {
  if (one == other) return Level::kSame;
  if (std::min(one.size(), other.size()) >= 5 && OneError(one, other)) return Level::kOneError;
  return Level::kDifferent;
}

bool AreInitials(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  if (one.size() != 1 || other.size() < 3) return false;
  std::string initials;
  for (const std::string& word : other) initials += word[0];
  return one[0] == initials;
}

// The share of words that the shorter address has in common with the other.
double SharedWords(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  const size_t least = std::min(one.size(), other.size());
  if (least < 3) return 0;
  size_t shared = 0;
  for (const std::string& word : one) shared += std::find(other.begin(), other.end(), word) != other.end();
  return static_cast<double>(shared) / static_cast<double>(least);
}

RespondentWeight CompareSets(const char* field, const std::set<std::string>& one,
                             const std::set<std::string>& other, double same_bits, double other_bits) {
  if (one.empty() || other.empty()) return {field, Level::kMissing, 0};
  for (const std::string& value : one) {
    if (other.contains(value)) return {field, Level::kSame, same_bits};
  }
  return {field, Level::kDifferent, other_bits};
}

}  // namespace

std::vector<std::string> ParseCompanyName(absl::string_view name) {
  std::vector<std::string> telling;
  std::vector<std::string> all;
  for (const std::string& word : WordsOf(name)) {
    if (LegalForms().contains(word)) continue;
    all.push_back(CanonicalWord(word));
    if (!TradeWords().contains(word)) telling.push_back(all.back());
  }
  if (!telling.empty()) return telling;
  return all.empty() ? WordsOf(name) : all;
}

bool SameCompanyName(const std::string& one, const std::string& other) {
  const std::vector<std::string> a = ParseCompanyName(one);
  const std::vector<std::string> b = ParseCompanyName(other);
  size_t shared = 0;
  for (const std::string& word : a) {
    shared += std::any_of(b.begin(), b.end(), [&](const std::string& same) {
      return CompareNameWords(word, same) != Level::kDifferent;
    });
  }
  return shared > 0 && 10 * shared >= 7 * std::max(a.size(), b.size());
}

std::string FoldNumber(absl::string_view number) {
  std::string folded;
  for (char c : number) {
    if (absl::ascii_isalnum(c)) folded += absl::ascii_tolower(c);
  }
  return folded;
}

RespondentIndex::Record RespondentIndex::Read(const RespondentText& text) {
  Record record;
  for (const std::string& name : text.names) {
    if (record.names.size() < kMaxComparedNames) record.names.push_back(ParseCompanyName(name));
  }
  for (const std::string& licence : text.licences) {
    // A number of three digits is anybody's.
    if (std::string folded = FoldNumber(licence); folded.size() >= 4)
      record.licences.insert(std::move(folded));
  }
  for (const std::string& director : text.directors) {
    if (std::string key = KeyOfPerson(director); !key.empty()) record.directors.insert(std::move(key));
  }
  for (const std::string& address : text.addresses) {
    Words words = WordsOf(address);
    std::erase_if(words, [](const std::string& word) { return AddressWords().contains(word); });
    record.addresses.push_back(std::move(words));
  }
  record.country = text.country;
  return record;
}

std::set<std::string> RespondentIndex::KeysOf(const Record& record) {
  std::set<std::string> keys;
  for (const Words& name : record.names) {
    std::string initials;
    for (const std::string& word : name) {
      keys.insert("n" + word);
      keys.insert("s" + SoundOf(word));
      initials += word[0];
    }
    if (initials.size() >= 3) keys.insert("n" + initials);
  }
  for (const std::string& licence : record.licences) keys.insert("l" + licence);
  for (const std::string& director : record.directors) keys.insert("d" + director);
  for (const Words& address : record.addresses) {
    for (size_t i = 0; i + 1 < address.size(); ++i) {
      // The house's number with the word before it.
      if (absl::ascii_isdigit(static_cast<unsigned char>(address[i + 1][0]))) {
        keys.insert(absl::StrCat("a", address[i], " ", address[i + 1]));
      }
    }
  }
  return keys;
}

void RespondentIndex::Count(const Record& record, uint64_t id, bool add) {
  std::set<std::string> words;
  for (const Words& name : record.names) words.insert(name.begin(), name.end());
  for (const std::string& word : words) add ? ++uses_[word] : --uses_[word];
  for (const std::string& key : KeysOf(record)) {
    add ? (void)by_key_[key].insert(id) : (void)by_key_[key].erase(id);
  }
}

void RespondentIndex::Set(uint64_t id, const RespondentText& text) {
  if (const auto found = records_.find(id); found != records_.end()) Count(found->second, id, false);
  Record& record = records_[id];
  record = Read(text);
  Count(record, id, true);
}

double RespondentIndex::RarityBits(const std::string& word) const {
  const auto found = uses_.find(word);
  const double uses = found == uses_.end() ? 0 : found->second;
  double share = (uses + 0.5) / (static_cast<double>(records_.size()) + 10);
  if (CommonWords().contains(word)) share = std::max(share, kCommonShare);
  return std::min(kMaxWordBits, std::log2(kWordKept / share));
}

RespondentWeight RespondentIndex::CompareNames(const Record& one, const Record& other) const {
  RespondentWeight best{"name", Level::kMissing, -100};
  for (const Words& a : one.names) {
    for (const Words& b : other.names) {
      double bits = 0;
      size_t paired = 0;
      bool all_same = true;
      std::vector<bool> taken(b.size(), false);
      for (const std::string& word : a) {
        for (size_t i = 0; i < b.size(); ++i) {
          const Level level = taken[i] ? Level::kDifferent : CompareNameWords(word, b[i]);
          if (level == Level::kDifferent) continue;
          taken[i] = true;
          ++paired;
          all_same &= level == Level::kSame;
          bits += RarityBits(word) - (level == Level::kOneError ? kOneErrorLoss : 0);
          break;
        }
      }
      const size_t left_out = a.size() + b.size() - 2 * paired;
      bits += kWordLeftOut * static_cast<double>(left_out);
      Level level = paired == 0    ? Level::kDifferent
                    : left_out > 0 ? Level::kPartlySame
                    : all_same     ? Level::kSame
                                   : Level::kOneError;
      if (paired >= 2 && left_out == 0) bits += kWholeNameBits;
      if (AreInitials(a, b) || AreInitials(b, a)) {
        bits = std::max(bits, kInitialsBits);
        level = Level::kAlike;
      }
      if (bits > best.bits) best = {"name", level, bits};
    }
  }
  best.bits = best.level == Level::kMissing ? 0 : std::max(best.bits, kOtherNameBits);
  return best;
}

RespondentIndex::Candidate RespondentIndex::Compare(const Record& one, const Record& other) const {
  RespondentWeight address{"address", Level::kMissing, 0};
  for (const Words& a : one.addresses) {
    for (const Words& b : other.addresses) {
      const double shared = SharedWords(a, b);
      const RespondentWeight here = shared >= 0.8 ? RespondentWeight{"address", Level::kSame, kAddressBits}
                                    : shared >= 0.5
                                        ? RespondentWeight{"address", Level::kAlike, kNearAddressBits}
                                        : RespondentWeight{"address", Level::kDifferent, kOtherAddressBits};
      if (address.level == Level::kMissing || here.bits > address.bits) address = here;
    }
  }
  RespondentWeight country{"country", Level::kMissing, 0};
  if (!one.country.empty() && !other.country.empty()) {
    const bool same = one.country == other.country;
    country = {"country", same ? Level::kSame : Level::kDifferent, same ? kCountryBits : kOtherCountryBits};
  }
  Candidate candidate;
  candidate.explanation = {
      CompareNames(one, other),
      CompareSets("licence", one.licences, other.licences, kLicenceBits, kOtherLicenceBits),
      CompareSets("director", one.directors, other.directors, kDirectorBits, kOtherDirectorBits), address,
      country};
  for (const RespondentWeight& weight : candidate.explanation) candidate.bits += weight.bits;
  const double prior = std::log2(kRegisteredTwice / (static_cast<double>(records_.size()) + 10));
  candidate.probability = 1 / (1 + std::exp2(-(candidate.bits + prior)));
  candidate.zone = candidate.probability >= kSure       ? Zone::kLink
                   : candidate.probability >= kDoubtful ? Zone::kReview
                                                        : Zone::kDistinct;
  const auto same = [&](size_t field) { return candidate.explanation[field].level == Level::kSame; };
  if (candidate.zone != Zone::kDistinct) {
    candidate.relation = Relation::kSame;
  } else if (same(2)) {
    candidate.relation = Relation::kSameDirector;
  } else if (same(3)) {
    candidate.relation = Relation::kSameAddress;
  }
  std::erase_if(candidate.explanation, [](const auto& weight) { return weight.level == Level::kMissing; });
  return candidate;
}

std::vector<RespondentIndex::Candidate> RespondentIndex::Find(const Record& record, uint64_t except,
                                                              size_t most) const {
  std::set<uint64_t> met;
  for (const std::string& key : KeysOf(record)) {
    const auto found = by_key_.find(key);
    if (found != by_key_.end() && found->second.size() <= kCrowdedKey) {
      met.insert(found->second.begin(), found->second.end());
    }
  }
  std::vector<Candidate> candidates;
  for (uint64_t id : met) {
    if (id == except) continue;
    Candidate candidate = Compare(record, records_.at(id));
    candidate.id = id;
    if (candidate.relation != Relation::kUnrelated) candidates.push_back(std::move(candidate));
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::make_tuple(-a.bits, a.id) < std::make_tuple(-b.bits, b.id);
  });
  if (candidates.size() > most) candidates.resize(most);
  return candidates;
}

std::vector<RespondentIndex::Candidate> RespondentIndex::CandidatesOf(uint64_t id, size_t most) const {
  const auto found = records_.find(id);
  return found == records_.end() ? std::vector<Candidate>() : Find(found->second, id, most);
}

std::vector<RespondentIndex::Candidate> RespondentIndex::CandidatesFor(const RespondentText& text,
                                                                       size_t most) const {
  return Find(Read(text), 0, most);
}

}  // namespace klaim::linkage
