// Made-up persons with Indonesian names as they are, and the same persons as another organisation wrote them down:
// with typing errors, old spelling, words in another order or left out, fields missing, a wrong digit in a NIK.
#pragma once

#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

namespace klaim::tools {

// SplitMix64 (Steele, Lea, Flood 2014): tiny, and the same everywhere, which the standard's distributions are
// not.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  uint64_t Below(uint64_t end) { return Next() % end; }
  bool Chance(uint64_t percent) { return Below(100) < percent; }
  template <class List>
  const auto& Pick(const List& list) {
    return list[Below(std::size(list))];
  }

 private:
  uint64_t state_;
};

struct SamplePerson {
  uint64_t number = 0;  // the same for all records of one person
  std::string name;
  std::string nik;
  std::string birth_date;  // day first; a year alone; or empty
  std::string phone;
  std::string village;  // a Kemendagri code
  std::string address;
};

// `villages` are codes of villages, by code.
SamplePerson NewSamplePerson(uint64_t number, bool woman, const std::vector<std::string>& villages,
                             Dice& dice);

// The same person as another organisation wrote them down.
SamplePerson WrittenAgain(const SamplePerson& person, const std::vector<std::string>& villages, Dice& dice);

// "1985-03-27" of "27-03-1985", "1985" of "1985".
std::string IsoDate(const std::string& day_first);

}  // namespace klaim::tools
