// What personal data must look like at the boundary, and which names are the same name.

#include "services/personal_data.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"

namespace klaim::services {
namespace {

TEST(PersonalData, IsCheckedAndNeverRepeatedInTheRefusal) {
  struct Case {
    const char* name;
    std::string value;
    bool good;
  };
  const Case kCases[] = {
      {"Person.name", "Siti", true},
      {"Person.name", "Erwiana Sulistyaningsih", true},
      {"Person.name", "Ng\xE1", false},        // Windows-1252 bytes
      {"Person.name", "\xC0\xAF", false},      // overlong
      {"Person.name", "\xED\xA0\x80", false},  // a surrogate
      {"Person.name", "Siti\x01", false},
      {"Person.name", "Siti\xC2\x85", false},            // a control character of C1
      {"Person.name", "Siti \xEF\xBF\xBF", false},       // U+FFFF, which XML can't carry
      {"Person.name", "Siti \xEF\xBF\xBE", false},       // U+FFFE
      {"Person.name", "Siti \xEF\xB7\x90", false},       // U+FDD0
      {"Person.name", "Siti \xF0\x9F\xBF\xBF", false},   // U+1FFFF
      {"Person.name", "Siti \xEF\xBF\xBD", true},        // U+FFFD is a character
      {"Person.name", "\xF0\x9F\x8C\xBA Melati", true},  // and so is U+1F33A
      {"Person.name", "Siti\nAminah", false},
      {"PayoutAccount.holder", "Siti\tAminah", false},
      {"Narrative.text", "one line\nand another", true},
      {"Narrative.text", "told \xEF\xBF\xBF", false},
      {"Person.name", std::string(201, 'a'), false},
      {"Person.name", std::string(200, 'a'), true},
      {"Person.national_id", "3302015705800001", true},
      {"Person.national_id", "330201570580000", false},
      {"Person.national_id", "33020157058000012", false},
      {"Person.national_id", "3302017305800001", false},  // day 33 of a woman
      {"Person.national_id", "3302015713800001", false},  // month 13
      {"Person.birth_date", "1980-05-17", true},
      {"Person.birth_date", "1980", true},
      {"Person.birth_date", "1980-02-30", false},
      {"Person.birth_date", "17-05-1980", false},
      {"Person.phone", "+6281234567890", true},
      {"Person.phone", "081234567890", false},
      {"Person.village", "33.02.01.2001", true},
      {"Person.village", "33.02.1.2001", false},
      {"PayoutAccount.number", "1234567890", true},
      {"PayoutAccount.number", "12 34", false},
      {"Narrative.text", std::string(2001, 'a'), false},
      {"Narrative.text", "", false},
  };
  for (const Case& test : kCases) {
    const absl::Status status = CheckPersonalData(test.name, test.value);
    EXPECT_EQ(status.ok(), test.good) << test.name << " " << test.value << " " << status;
    if (test.value.size() > 4) {
      EXPECT_FALSE(absl::StrContains(status.message(), test.value)) << status;
    }
  }
}

TEST(PersonalData, NamesThatAreTheSame) {
  const std::pair<const char*, const char*> kSame[] = {
      {"Soekarno", "SUKARNO"},          {"H. Moh. Tjokroaminoto", "Muhammad Cokroaminoto"},
      {"Djoko Widodo", "Joko  Widodo"}, {"Siti Nurhaliza binti Tarudin", "Nurhaliza Siti Tarudin"},
      {"Abd. Rahman", "Abdul Rahman"},  {"St. Aminah", "Siti Aminah"},
      {"Hj. Sjamsiah", "Syamsiah"},
  };
  for (const auto& [one, other] : kSame) EXPECT_EQ(NormaliseName(one), NormaliseName(other)) << one;
  EXPECT_NE(NormaliseName("Siti Aminah"), NormaliseName("Siti Aminatun"));
}

}  // namespace
}  // namespace klaim::services
