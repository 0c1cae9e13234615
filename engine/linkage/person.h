// A person as linkage sees one: canonical words by number and numbers as they are, always as many bytes, so that a million fit into
// memory, ten million onto a disk, and are compared fast.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

namespace klaim::linkage {

// What was written down of a person; whatever is unknown is empty.
struct PersonText {
  std::string name;         // or given name and family name, in any order
  std::string birth_date;   // YYYY, YYYY-MM or YYYY-MM-DD
  std::string national_id;  // a NIK, or any other country's number
  std::string phone;
  std::string locality;  // a Kemendagri code, or a place's name
  std::string address;
};

// Words by number, with how often each is used; 0 is no word. A word that nobody uses any more is forgotten.
using WordId = uint32_t;
class Lexicon {
 public:
  Lexicon() = default;
  Lexicon(const Lexicon&) = delete;

  WordId Use(absl::string_view text);
  void Release(WordId word);
  const std::string& Text(WordId word) const { return entries_[word].text; }
  uint32_t Uses(WordId word) const { return entries_[word].uses; }
  uint64_t Sound(WordId word) const { return entries_[word].sound; }  // a hash of what is heard
  uint64_t all_uses() const { return all_uses_; }
  // The probability that two uses at random are of the same word.
  double Coincidence() const;

 private:
  struct Entry {
    std::string text;
    uint32_t uses = 0;
    uint64_t sound = 0;
  };
  // Hashes and compares words by their text, which stands in their entries alone.
  struct ByText {
    using is_transparent = void;
    absl::string_view Text(WordId word) const { return (*entries)[word].text; }
    absl::string_view Text(absl::string_view text) const { return text; }
    size_t operator()(auto word) const { return absl::HashOf(Text(word)); }
    bool operator()(auto one, auto other) const { return Text(one) == Text(other); }
    const std::deque<Entry>* entries;
  };
  std::deque<Entry> entries_{1};
  absl::flat_hash_set<WordId, ByText, ByText> numbers_{0, ByText{&entries_}, ByText{&entries_}};
  std::vector<WordId> free_;
  uint64_t all_uses_ = 0;
  uint64_t sum_of_squares_ = 0;  // of the uses of each word
};

// How many have something, by its hash: a count-min sketch (Cormode, Muthukrishnan, 2005) of fixed size, which tells at least as many as there
// are, and among millions rarely more. Memory is taken as it is touched.
class Counts {
 public:
  Counts();
  Counts(const Counts&) = delete;
  void Add(uint64_t hash, int change);
  uint32_t Count(uint64_t hash) const;

 private:
  struct Free {
    void operator()(uint32_t* cells) const;
  };
  std::unique_ptr<uint32_t, Free> cells_;
};

// The letters and digits of a number, as many as there is room for.
template <size_t kMost>
struct ShortNumber {
  std::array<char, kMost> bytes{};
  bool operator==(const ShortNumber&) const = default;
  absl::string_view text() const {
    size_t size = kMost;
    while (size > 0 && bytes[size - 1] == 0) --size;
    return {bytes.data(), size};
  }
  bool empty() const { return bytes[0] == 0; }
  void Set(absl::string_view text) { text.copy(bytes.data(), kMost); }
};

inline constexpr size_t kMaxAddressWords = 6;

struct Person {
  std::array<WordId, 4> names{};
  WordId father = 0;
  WordId locality = 0;
  std::array<WordId, kMaxAddressWords> address{};  // by number
  uint64_t whole_name = 0;                         // a hash of all its words, in any order; 0 for none
  uint16_t birth_year = 0;
  uint8_t birth_month = 0;
  uint8_t birth_day = 0;
  ShortNumber<24> national_id;  // a NIK has 16
  ShortNumber<12> phone;        // the last nine digits
};

// The words of all persons. Not thread-safe while persons are read or released; comparing may run on many threads.
struct Lexicons {
  Lexicon names;
  Lexicon places;
  Lexicon addresses;
  // Words of a name go together: it is whole names that are frequent or rare, and in a village more so than in a country.
  Counts whole_names;
  Counts names_in_places;
  Counts phones;
  uint64_t persons = 0;
};
uint64_t NameInPlace(uint64_t whole_name, absl::string_view place);
uint64_t PhoneHash(const Person& person);

Person ReadPerson(const PersonText& text, Lexicons& lexicons);
void ReleasePerson(const Person& person, Lexicons& lexicons);

// Keys under which two records of one person meet, most of them also when one field is wrong or missing. The upper four
// bits are the BlockKind.
enum class BlockKind : uint8_t {
  kNationalId,      // the same number
  kNationalIdPart,  // its first 12 or last 10 characters: one digit may be wrong
  kPhone,           // the same phone
  kNameAndBirth,    // a name's sound and the birth date, day and month in any order
  kNamesAndYear,    // two names' sounds and the birth year
  kNamesAndRegion,  // two names' sounds and the regency or place
  kNameAndPlace,    // a name's sound and the village or place
  kBirthAndPlace,   // birth date and village or place
  kAddress,         // two words of the address, one of them the house's number if there is one
};
inline constexpr int kBlockKinds = 9;
using BlockKeys = absl::InlinedVector<uint64_t, 16>;
BlockKeys KeysOf(const Person& person, const Lexicons& lexicons);
inline BlockKind KindOf(uint64_t key) { return static_cast<BlockKind>(key >> 60); }

}  // namespace klaim::linkage
