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

// People as they come: full names by frequency, in villages where several have one; a third with somebody of their household, who
// shares their address and mostly their telephone, and may be a twin, or a parent or child of one name.
class SamplePeople {
 public:
  // `villages` are codes of villages, by code; about so many people are expected. `dice` must live longer.
  SamplePeople(std::vector<std::string> villages, size_t expected, Dice& dice);
  // Somebody new, numbered from 0. `woman` is for who comes alone or first of a household.
  SamplePerson Next(bool woman);

 private:
  SamplePerson NewPerson(bool woman, const std::string& village, int from_year, int years);
  void AddRelatives(const SamplePerson& person, bool woman);
  static std::string BrokersPhone(const std::string& village);

  Dice& dice_;
  std::vector<std::string> villages_;
  std::vector<SamplePerson> household_;
  uint64_t next_number_ = 0;
};

enum class Damage {
  kImportable,  // nothing that an import refuses
  kAsFound,     // as registers are found: numbers cut by spreadsheets, birth dates made up
};

// The same person as another organisation wrote them down.
SamplePerson WrittenAgain(const SamplePerson& person, const std::vector<std::string>& villages, Damage damage,
                          Dice& dice);

// "1985-03-27" of "27-03-1985", "1985" of "1985".
std::string IsoDate(const std::string& day_first);

}  // namespace klaim::tools
