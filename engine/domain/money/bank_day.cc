#include "engine/domain/money/bank_day.h"

#include <algorithm>

#include "engine/domain/core/rules.h"
#include "engine/domain/registry/reference_table.h"

namespace klaim::domain {
namespace {

struct BankPlace {
  absl::string_view country;
  int hours;                 // ahead of UTC
  int first_day_of_weekend;  // 0 Sunday .. 6 Saturday; it has two days
};

// IANA's time zones and CLDR's weekends (supplemental data, 2024), for the places of the currencies that Klaim knows. Brunei's Friday and
// Sunday are told by its holidays.
constexpr BankPlace kPlaces[] = {
    {"AE", 4, 6}, {"AU", 11, 6}, {"BD", 6, 5}, {"BH", 3, 5},  {"BN", 8, 6}, {"CH", 1, 6},  {"CN", 8, 6},
    {"DE", 1, 6}, {"EG", 2, 5},  {"ES", 1, 6}, {"FJ", 12, 6}, {"GB", 0, 6}, {"HK", 8, 6},  {"ID", 9, 6},
    {"IN", 5, 6}, {"IQ", 3, 5},  {"IT", 1, 6}, {"JO", 3, 5},  {"JP", 9, 6}, {"KH", 7, 6},  {"KR", 9, 6},
    {"KW", 3, 5}, {"LK", 5, 6},  {"LY", 2, 5}, {"MO", 8, 6},  {"MU", 4, 6}, {"MV", 5, 5},  {"MY", 8, 6},
    {"NL", 1, 6}, {"NZ", 13, 6}, {"OM", 4, 5}, {"PH", 8, 6},  {"PL", 1, 6}, {"QA", 3, 5},  {"SA", 3, 5},
    {"SG", 8, 6}, {"TH", 7, 6},  {"TN", 1, 6}, {"TR", 3, 6},  {"TW", 8, 6}, {"US", -5, 6}, {"VN", 7, 6},
    {"YE", 3, 5}, {"ZA", 2, 6}};

const BankPlace* PlaceOf(absl::string_view country) {
  for (const BankPlace& place : kPlaces) {
    if (place.country == country) return &place;
  }
  return nullptr;
}

}  // namespace

int64_t DayIn(absl::string_view country, int64_t now_micros) {
  constexpr int64_t kMicrosAnHour = 3'600'000'000;
  const BankPlace* place = PlaceOf(country);
  return (now_micros + (place == nullptr ? 0 : place->hours) * kMicrosAnHour) / (24 * kMicrosAnHour);
}

bool IsBankDay(absl::string_view country, int64_t day, const v1::ReferenceTablePublished* holidays) {
  const BankPlace* place = PlaceOf(country);
  const int first = place == nullptr ? 6 : place->first_day_of_weekend;
  const int weekday = static_cast<int>(((day + 4) % 7 + 7) % 7);  // 1970-01-01 was a Thursday
  if (weekday == first || weekday == (first + 1) % 7) return false;
  return holidays == nullptr ||
         std::none_of(holidays->lines().begin(), holidays->lines().end(),
                      [&](const v1::ReferenceLine& line) { return LastDayOf(line.valid_from()) == day; });
}

int64_t BankDayFrom(absl::string_view country, int64_t day, const v1::ReferenceTablePublished* holidays) {
  for (int64_t later = day; later < day + 40; ++later) {
    if (IsBankDay(country, later, holidays)) return later;
  }
  return day;
}

}  // namespace klaim::domain
