#include "engine/linkage/person.h"

#include <algorithm>
#include <cstdlib>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "engine/linkage/name.h"

namespace klaim::linkage {
namespace {

// FNV-1a, then SplitMix64's finish: the same on every machine, which absl's hash is not.
uint64_t HashText(absl::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (unsigned char c : text) hash = (hash ^ c) * 0x100000001b3;
  return hash;
}

uint64_t Mix(uint64_t a, uint64_t b) {
  uint64_t z = a * 0x9E3779B97F4A7C15 + b;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

uint64_t KeyFor(BlockKind kind, uint64_t a, uint64_t b = 0, uint64_t c = 0) {
  return (static_cast<uint64_t>(kind) << 60) | (Mix(Mix(a, b), c) >> 4);
}

std::string Alphanumeric(absl::string_view text) {
  std::string out;
  for (char c : text) {
    if (absl::ascii_isalnum(c)) out.push_back(absl::ascii_tolower(c));
  }
  return out;
}

// The last nine digits: +62 812..., 0812... and 62812... are one phone.
std::string PhoneDigits(absl::string_view text) {
  std::string digits;
  for (char c : text) {
    if (absl::ascii_isdigit(c)) digits.push_back(c);
  }
  return digits.size() > 9 ? digits.substr(digits.size() - 9) : digits;
}

void ReadBirthDate(absl::string_view text, Person& person) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, absl::ByAnyChar("-/."));
  std::array<uint32_t, 3> numbers{};
  if (parts.size() == 1 && text.size() == 8) {  // YYYYMMDD
    if (!absl::SimpleAtoi(text.substr(0, 4), &numbers[0]) ||
        !absl::SimpleAtoi(text.substr(4, 2), &numbers[1]) ||
        !absl::SimpleAtoi(text.substr(6, 2), &numbers[2])) {
      return;
    }
  } else {
    for (size_t i = 0; i < parts.size() && i < 3; ++i) {
      if (!absl::SimpleAtoi(parts[i], &numbers[i])) return;
    }
    if (parts.size() == 3 && parts[0].size() <= 2 && parts[2].size() == 4) std::swap(numbers[0], numbers[2]);
  }
  if (numbers[0] < 1800 || numbers[0] > 2200 || numbers[1] > 31 || numbers[2] > 31) return;
  person.birth_year = static_cast<uint16_t>(numbers[0]);
  person.birth_month = static_cast<uint8_t>(numbers[1]);
  person.birth_day = static_cast<uint8_t>(numbers[2]);
}

bool LooksLikeNik(absl::string_view id) {
  return id.size() == 16 && std::all_of(id.begin(), id.end(), [](char c) { return absl::ascii_isdigit(c); });
}

struct BirthInNik {
  uint32_t day = 0;
  uint32_t month = 0;
  uint32_t year = 0;
  bool can_be() const { return day >= 1 && day <= 31 && month >= 1 && month <= 12; }
};

// A NIK holds the birth date in its digits 7 to 12, with 40 added to a woman's day.
BirthInNik BirthIn(absl::string_view nik) {
  const auto two = [&](size_t at) { return static_cast<uint32_t>((nik[at] - '0') * 10 + nik[at + 1] - '0'); };
  BirthInNik birth{two(6), two(8), two(10)};
  if (birth.day > 40) birth.day -= 40;
  return birth;
}

void ReadBirthDateOfNik(absl::string_view id, Person& person) {
  if (!LooksLikeNik(id)) return;
  const BirthInNik birth = BirthIn(id);
  if (!birth.can_be()) return;
  // Nobody under ten works abroad; of two centuries the later one that leaves them old enough is the likelier.
  person.birth_year = static_cast<uint16_t>(birth.year > 16 ? 1900 + birth.year : 2000 + birth.year);
  person.birth_month = static_cast<uint8_t>(birth.month);
  person.birth_day = static_cast<uint8_t>(birth.day);
}

// Words that stand in every address.
bool SaysKindOfAddress(absl::string_view word) {
  static const auto& words = *new absl::flat_hash_set<absl::string_view>{
      "jl",   "jln", "jalan",   "rt", "rw",     "no",  "nomor", "gang", "gg", "dusun",  "dsn",
      "desa", "ds",  "kampung", "kp", "street", "str", "st",    "road", "rd", "avenue", "ave"};
  return words.contains(word);
}

bool IsAreaCode(absl::string_view text) {
  return !text.empty() && absl::ascii_isdigit(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c) || c == '.'; }) &&
         text.find('.') != absl::string_view::npos;
}

}  // namespace

WordId Lexicon::Use(absl::string_view text) {
  if (text.empty()) return 0;
  ++all_uses_;
  if (const auto found = numbers_.find(text); found != numbers_.end()) {
    Entry& known = entries_[*found];
    sum_of_squares_ += 2 * uint64_t{known.uses} + 1;
    ++known.uses;
    return *found;
  }
  ++sum_of_squares_;
  WordId number = static_cast<WordId>(entries_.size());
  if (free_.empty()) {
    entries_.emplace_back();
  } else {
    number = free_.back();
    free_.pop_back();
  }
  Entry& entry = entries_[number];
  entry = {std::string(text), 1, HashText(SoundOf(text))};
  numbers_.insert(number);
  return number;
}

void Lexicon::Release(WordId word) {
  if (word == 0) return;
  --all_uses_;
  Entry& entry = entries_[word];
  sum_of_squares_ -= 2 * uint64_t{entry.uses} - 1;
  if (--entry.uses > 0) return;
  numbers_.erase(word);
  std::fill(entry.text.begin(), entry.text.end(), '\0');
  entry = {};
  free_.push_back(word);
}

double Lexicon::Coincidence() const {
  if (all_uses_ == 0) return 0;
  return static_cast<double>(sum_of_squares_) / static_cast<double>(all_uses_) /
         static_cast<double>(all_uses_);
}

namespace {

// Two rows of so many cells.
constexpr size_t kCountCells = size_t{1} << 22;

// The words of a name in any order.
uint64_t HashOfWords(std::vector<std::string> words) {
  if (words.empty()) return 0;
  std::sort(words.begin(), words.end());
  uint64_t hash = 1;
  for (const std::string& word : words) hash = Mix(hash, HashText(word));
  return hash == 0 ? 1 : hash;
}

// Notes (+1) or forgets (-1) a person's part in what is counted.
void CountPerson(const Person& person, int change, Lexicons& lexicons) {
  lexicons.persons += static_cast<uint64_t>(static_cast<int64_t>(change));
  if (person.whole_name != 0) lexicons.whole_names.Add(person.whole_name, change);
  if (person.whole_name != 0 && person.locality != 0)
    lexicons.names_in_places.Add(NameInPlace(person.whole_name, lexicons.places.Text(person.locality)),
                                 change);
  if (!person.phone.empty()) lexicons.phones.Add(PhoneHash(person), change);
}

}  // namespace

Counts::Counts() : cells_(static_cast<uint32_t*>(std::calloc(2 * kCountCells, sizeof(uint32_t)))) {}

void Counts::Free::operator()(uint32_t* cells) const { std::free(cells); }

void Counts::Add(uint64_t hash, int change) {
  for (size_t row = 0; row < 2; ++row) {
    uint32_t& cell = cells_.get()[row * kCountCells + Mix(hash, row) % kCountCells];
    cell += static_cast<uint32_t>(change);
  }
}

uint32_t Counts::Count(uint64_t hash) const {
  return std::min(cells_.get()[Mix(hash, 0) % kCountCells],
                  cells_.get()[kCountCells + Mix(hash, 1) % kCountCells]);
}

uint64_t NameInPlace(uint64_t whole_name, absl::string_view place) {
  return Mix(whole_name, HashText(place));
}

uint64_t PhoneHash(const Person& person) { return HashText(person.phone.text()); }

Person ReadPerson(const PersonText& text, Lexicons& lexicons) {
  Person person;
  const ParsedName name = ParseName(text.name);
  for (size_t i = 0; i < name.words.size(); ++i) person.names[i] = lexicons.names.Use(name.words[i]);
  person.whole_name = HashOfWords(name.words);
  person.father = lexicons.names.Use(name.father);
  const std::string id = Alphanumeric(text.national_id);
  // One of zeros, as spreadsheets leave it, is nobody's.
  if (!LooksLikeNik(id) || BirthIn(id).can_be()) person.national_id.Set(id);
  person.phone.Set(PhoneDigits(text.phone));
  ReadBirthDate(text.birth_date, person);
  if (person.birth_year == 0) ReadBirthDateOfNik(id, person);
  person.locality = lexicons.places.Use(IsAreaCode(text.locality) ? text.locality : Latin(text.locality));
  size_t words = 0;
  const std::string address = Latin(text.address);
  for (absl::string_view word : absl::StrSplit(address, ' ', absl::SkipEmpty())) {
    if (words == kMaxAddressWords) break;
    if (SaysKindOfAddress(word)) continue;
    person.address[words++] = lexicons.addresses.Use(CanonicalWord(word));
  }
  std::sort(person.address.begin(), person.address.begin() + words);
  CountPerson(person, +1, lexicons);
  return person;
}

void ReleasePerson(const Person& person, Lexicons& lexicons) {
  CountPerson(person, -1, lexicons);
  for (WordId word : person.names) lexicons.names.Release(word);
  lexicons.names.Release(person.father);
  lexicons.places.Release(person.locality);
  for (WordId word : person.address) lexicons.addresses.Release(word);
}

BlockKeys KeysOf(const Person& person, const Lexicons& lexicons) {
  BlockKeys keys;
  const auto add = [&](BlockKind kind, uint64_t a, uint64_t b = 0, uint64_t c = 0) {
    keys.push_back(KeyFor(kind, a, b, c));
  };
  if (!person.national_id.empty()) {
    const absl::string_view id = person.national_id.text();
    add(BlockKind::kNationalId, HashText(id));
    if (id.size() >= 9) {
      add(BlockKind::kNationalIdPart, HashText(id.substr(0, id.size() * 3 / 4)), 1);
      add(BlockKind::kNationalIdPart, HashText(id.substr(id.size() * 3 / 8)), 2);
    }
  }
  if (!person.phone.empty()) add(BlockKind::kPhone, HashText(person.phone.text()));
  const bool born = person.birth_day != 0;
  const uint64_t birth = born ? person.birth_year * 10000u +
                                    std::min(person.birth_month, person.birth_day) * 100u +
                                    std::max(person.birth_month, person.birth_day)
                              : 0;
  const std::string& locality = lexicons.places.Text(person.locality);
  const uint64_t place = person.locality == 0 ? 0 : HashText(locality);
  const uint64_t region = person.locality == 0
                              ? 0
                              : HashText(IsAreaCode(locality) ? absl::string_view(locality).substr(0, 5)
                                                              : absl::string_view(locality));
  absl::InlinedVector<uint64_t, 4> sounds;
  for (WordId word : person.names) {
    if (word == 0) continue;
    const uint64_t sound = lexicons.names.Sound(word);
    if (std::find(sounds.begin(), sounds.end(), sound) == sounds.end()) sounds.push_back(sound);
  }
  for (size_t i = 0; i < sounds.size(); ++i) {
    if (born) add(BlockKind::kNameAndBirth, sounds[i], birth);
    if (place != 0) add(BlockKind::kNameAndPlace, sounds[i], place);
    for (size_t k = 0; k < i; ++k) {
      const uint64_t pair = Mix(std::min(sounds[i], sounds[k]), std::max(sounds[i], sounds[k]));
      if (person.birth_year != 0) add(BlockKind::kNamesAndYear, pair, person.birth_year);
      if (region != 0) add(BlockKind::kNamesAndRegion, pair, region);
    }
  }
  if (born && place != 0) add(BlockKind::kBirthAndPlace, birth, place);
  // The house's number with each other word; without a number, words that stand beside each other.
  WordId house = 0;
  for (WordId word : person.address) {
    if (house == 0 && word != 0 && absl::ascii_isdigit(lexicons.addresses.Text(word)[0])) house = word;
  }
  for (size_t i = 0; i < kMaxAddressWords && person.address[i] != 0; ++i) {
    const WordId word = person.address[i];
    const WordId beside = house != 0 ? house : i == 0 ? 0 : person.address[i - 1];
    if (beside == 0 || word == house) continue;
    const uint64_t first = HashText(lexicons.addresses.Text(word));
    const uint64_t second = HashText(lexicons.addresses.Text(beside));
    add(BlockKind::kAddress, std::min(first, second), std::max(first, second));
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

}  // namespace klaim::linkage
