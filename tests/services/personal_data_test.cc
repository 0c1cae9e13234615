// What personal data must look like at the boundary, and which names are the same name.

#include "services/common/personal_data.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "services/docket/identity_tags.h"

namespace klaim::services {
namespace {

constexpr int64_t kNow = 1'801'800'000'000'000;  // 5 February 2027 in Jakarta

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
      {"Person.name", "Si\xC2\x85ti", false},              // a control character of C1
      {"Person.name", "...", false},                       // nothing that is said
      {"Person.name", "\xE2\x80\x8B\xE2\x80\xAE", false},  // nothing that is seen
      {"Person.name", "\xF0\x9F\x8C\xBA", false},          // a flower alone
      {"Person.name", "08123456789", false},
      {"Person.name", "\xE7\x8E\x8B\xE5\xB0\x8F\xE6\x98\x8E", true},
      {"Person.name", "\xD9\x85\xD8\xAD\xD9\x85\xD8\xAF", true},
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
      {"Person.national_id", "3302013002800001", false},  // the thirtieth of February
      {"Person.national_id", "3302012902000001", true},   // 2000 was a leap year
      {"Person.national_id", "3302015705800000",
       false},  // as a spreadsheet leaves it that keeps fifteen digits
      {"Person.national_id", "9902015705800001", false},  // no province
      {"Person.national_id", "3300015705800001", false},  // no regency
      {"Person.national_id", "33 02 01 570580 0001", true},
      {"Person.birth_date", "1980-05-17", true},
      {"Person.birth_date", "1980", true},
      {"Person.birth_date", "2099", false},        // not born yet
      {"Person.birth_date", "2027-02-06", false},  // nor tomorrow
      {"Person.birth_date", "2027-02-05", true},
      {"Person.birth_date", "1890", false},  // nobody is that old
      {"Person.birth_date", "1980-02-30", false},
      {"Person.birth_date", "17-05-1980", false},
      {"Person.phone", "+6281234567890", true},
      {"Person.phone", "12", false},
      {"Person.phone", "0812", false},
      {"Person.phone", "6,28123E+12", false},
      {"Person.phone", "081234567890 / 081311112222", false},
      {"Person.village", "33.02.01.2001", true},
      {"Person.village", "33.02.1.2001", false},
      {"PayoutAccount.number", "1234567890", true},
      {"PayoutAccount.number", "1234 5678 90", true},
      {"PayoutAccount.number", "GB82 WEST 1234 5698 7654 32", true},
      {"PayoutAccount.number", "GB82WEST12345698765433", false},  // check digits
      {"PayoutAccount.number", "GB82WEST1234569876543", false},   // a digit is missing
      {"PayoutAccount.number", "8.12345678901E+11", false},       // as a spreadsheet shows it
      {"PayoutAccount.number", "0,812", false},
      {"Narrative.text", std::string(2001, 'a'), false},
      {"Narrative.text", "", false},
  };
  for (const Case& test : kCases) {
    const absl::Status status = PersonalData(test.name, "person", test.value, kNow).status();
    EXPECT_EQ(status.ok(), test.good) << test.name << " " << test.value << " " << status;
    if (test.value.size() > 4) {
      EXPECT_FALSE(absl::StrContains(status.message(), test.value)) << status;
    }
  }
}

TEST(PersonalData, IsKeptAsItIsMeant) {
  struct Case {
    const char* name;
    const char* written;
    const char* kept;
  };
  const Case kCases[] = {
      {"Person.name",
       "  Siti\xC2\xA0"
       "Aminah ",
       "Siti Aminah"},  // a no-break space
      {"Person.name", "Si\xE2\x80\x8Bti\xE2\x80\xAE Aminah\xEF\xBB\xBF",
       "Siti Aminah"},  // zero-width, right-to-left, byte order mark
      {"Narrative.text", "\xE2\x80\x8B the passport was kept ", "the passport was kept"},
      {"PayoutAccount.number", "gb82 west 1234 5698 7654 32", "GB82WEST12345698765432"},
      // One telephone, as people write it.
      {"Person.phone", "081234567890", "+6281234567890"},
      {"Person.phone", "0812-3456-7890", "+6281234567890"},
      {"Person.phone", "+62 (0)812 3456 7890", "+6281234567890"},
      {"Person.phone", "006281234567890", "+6281234567890"},
      {"Person.phone", "6281234567890", "+6281234567890"},
      {"Person.phone", "81234567890", "+6281234567890"},
      {"Person.phone",
       "\xD9\xA0\xD9\xA8\xD9\xA1\xD9\xA2\xD9\xA3\xD9\xA4\xD9\xA5\xD9\xA6\xD9\xA7\xD9\xA8\xD9\xA9\xD9\xA0",
       "+6281234567890"},  // Arabic digits
      {"Person.phone", "+852 9123 4567", "+85291234567"},
      {"Person.phone", "0085291234567", "+85291234567"},
  };
  for (const Case& test : kCases) {
    const auto kept = PersonalData(test.name, "person", test.written, kNow);
    ASSERT_TRUE(kept.ok()) << test.written << " " << kept.status();
    EXPECT_EQ(*kept, test.kept) << test.written;
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
