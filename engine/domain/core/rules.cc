#include "engine/domain/core/rules.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/text.h"

namespace klaim::domain {
namespace {

// The day since 1970-01-01 in the east of Indonesia (WIT, UTC+9), where a date is written first.
int64_t DayAt(int64_t now_micros) {
  constexpr int64_t kMicrosAnHour = 3'600'000'000;
  return (now_micros + 9 * kMicrosAnHour) / (24 * kMicrosAnHour);
}

// What stands in a text that may not.
struct Forbidden {
  bool line_breaks = false;    // tab or line feed
  bool control = false;        // C0 without those two, DEL, C1
  bool noncharacters = false;  // U+FDD0 to U+FDEF, and the last two of each plane (Unicode 23.7)
  bool invisible = false;      // engine/domain/core/text.h
};

void Look(uint32_t point, Forbidden& forbidden) {
  if (point == '\t' || point == '\n') {
    forbidden.line_breaks = true;
  } else if (point < 0x20 || (point >= 0x7F && point < 0xA0)) {
    forbidden.control = true;
  } else if ((point >= 0xFDD0 && point <= 0xFDEF) || (point & 0xFFFE) == 0xFFFE) {
    forbidden.noncharacters = true;
  } else if (IsInvisible(point) || IsOtherSpace(point)) {
    forbidden.invisible = true;
  }
}

// Code points of valid UTF-8, or -1.
int64_t CountCodePoints(absl::string_view text, Forbidden& forbidden) {
  int64_t count = 0;
  for (size_t at = 0; at < text.size(); ++count) {
    uint32_t point = 0;
    if (!NextCodePoint(text, at, point)) return -1;
    Look(point, forbidden);
  }
  return count;
}

absl::Status CheckNotFarAhead(absl::string_view field, const v1::PartialDate& date, int64_t now_micros,
                              int64_t years) {
  if (date.year() == 0 || FirstDayOf(date) <= DayAt(now_micros) + years * 366) return absl::OkStatus();
  return years == 1 ? InvalidField(field, v1::REASON_IS_MORE_THAN_A_YEAR_AHEAD)
                    : InvalidField(field, v1::REASON_IS_MORE_THAN_YEARS_AHEAD, years);
}

absl::Status CheckNotLongBefore(absl::string_view field, const v1::PartialDate& date, int64_t now_micros,
                                int64_t years) {
  if (date.year() == 0 || LastDayOf(date) >= DayAt(now_micros) - years * 366) return absl::OkStatus();
  return InvalidField(field, v1::REASON_IS_MORE_THAN_YEARS_AGO, years);
}

// absl::CivilDay is the proleptic Gregorian calendar alone: no clock, no zone.
constexpr absl::CivilDay kFirstDay(1970, 1, 1);

uint32_t DaysInMonth(uint32_t year, uint32_t month) {
  const absl::CivilMonth first(year, month);
  return static_cast<uint32_t>(absl::CivilDay(first + 1) - absl::CivilDay(first));
}

int64_t DaysFromCivil(int64_t year, uint32_t month, uint32_t day) {
  return absl::CivilDay(year, month, day) - kFirstDay;
}

// ISO 3166-1 alpha-2, as of 2024.
constexpr absl::string_view kCountries =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV "
    "BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ "
    "FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR "
    "IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML "
    "MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR "
    "PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ "
    "TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW ";

}  // namespace

absl::Status CheckText(absl::string_view field, absl::string_view text, size_t least, size_t most) {
  Forbidden forbidden;
  const int64_t count = CountCodePoints(text, forbidden);
  if (count < 0) return InvalidField(field, v1::REASON_IS_NOT_VALID_UTF_8);
  if (forbidden.control) return InvalidField(field, v1::REASON_HAS_CONTROL_CHARACTERS);
  if (forbidden.noncharacters)
    return InvalidField(field, v1::REASON_HAS_CODE_POINTS_THAT_ARE_NO_CHARACTERS_AS_U_FFFF);
  if (forbidden.invisible)
    return InvalidField(field, v1::REASON_HAS_INVISIBLE_CHARACTERS_OR_SPACES_THAT_ARE_NONE);
  if (count == 0 && least > 0) return InvalidField(field, v1::REASON_IS_EMPTY);
  if (static_cast<size_t>(count) < least || static_cast<size_t>(count) > most) {
    return InvalidField(field, v1::REASON_HAS_CHARACTERS_TO_ARE_ALLOWED, count, least, most);
  }
  return absl::OkStatus();
}

absl::Status CheckLine(absl::string_view field, absl::string_view text, size_t least, size_t most) {
  Forbidden forbidden;
  (void)CountCodePoints(text, forbidden);
  if (forbidden.line_breaks) return InvalidField(field, v1::REASON_HAS_TABS_OR_LINE_BREAKS);
  return CheckText(field, text, least, most);
}

absl::Status CheckName(absl::string_view field, absl::string_view name, size_t most) {
  RETURN_IF_ERROR(CheckLine(field, name, 1, most));
  if (HasLetter(name)) return absl::OkStatus();
  return InvalidField(field, v1::REASON_HAS_NO_LETTER);
}

absl::Status CheckCode(absl::string_view field, absl::string_view code) {
  const bool good = !code.empty() && code.size() <= 40 && std::all_of(code.begin(), code.end(), [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
  });
  if (!good) return InvalidField(field, v1::REASON_MUST_BE_CODE);
  return absl::OkStatus();
}

absl::Status CheckDate(absl::string_view field, const v1::PartialDate& date, bool whole, bool optional) {
  if (date.year() == 0 && date.month() == 0 && date.day() == 0) {
    if (optional) return absl::OkStatus();
    return InvalidField(field, v1::REASON_IS_MISSING_GIVE_DATE);
  }
  if (date.year() < 1900 || date.year() > 2200) {
    return InvalidField(field, v1::REASON_HAS_YEAR_1900_TO_2200_ARE_ALLOWED, date.year());
  }
  if (date.month() > 12) return InvalidField(field, v1::REASON_HAS_MONTH, date.month());
  if (date.month() == 0 && date.day() != 0) return InvalidField(field, v1::REASON_HAS_DAY_WITHOUT_MONTH);
  if (date.month() != 0 && date.day() > DaysInMonth(date.year(), date.month())) {
    return InvalidField(field, v1::REASON_DOES_NOT_EXIST,
                        absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day()));
  }
  if (whole && date.day() == 0) return InvalidField(field, v1::REASON_MUST_BE_WHOLE_DATE_WITH_MONTH_AND_DAY);
  return absl::OkStatus();
}

int64_t FirstDayOf(const v1::PartialDate& date) {
  return DaysFromCivil(date.year(), std::max(1u, date.month()), std::max(1u, date.day()));
}

absl::Status CheckHappened(absl::string_view field, const v1::PartialDate& date, int64_t now_micros,
                           int64_t years) {
  RETURN_IF_ERROR(CheckNotLongBefore(field, date, now_micros, years));
  if (date.year() == 0 || FirstDayOf(date) <= DayAt(now_micros)) return absl::OkStatus();
  return InvalidField(field, v1::REASON_IS_IN_FUTURE);
}

absl::Status CheckBooked(absl::string_view field, const v1::PartialDate& date, int64_t now_micros) {
  RETURN_IF_ERROR(CheckNotFarAhead(field, date, now_micros, 1));
  return CheckNotLongBefore(field, date, now_micros, 30);
}

absl::Status CheckDue(absl::string_view field, const v1::PartialDate& date, int64_t now_micros,
                      int64_t years_ago) {
  RETURN_IF_ERROR(CheckNotFarAhead(field, date, now_micros, 100));
  return CheckNotLongBefore(field, date, now_micros, years_ago);
}

absl::Status CheckOrder(absl::string_view field, const v1::PartialDate& from, const v1::PartialDate& until) {
  // What is no date is told as that.
  for (const v1::PartialDate* date : {&from, &until}) {
    if (date->year() == 0 || !CheckDate(field, *date, false, false).ok()) return absl::OkStatus();
  }
  if (FirstDayOf(from) <= LastDayOf(until)) return absl::OkStatus();
  return InvalidField(field, v1::REASON_ENDS_BEFORE_IT_BEGINS);
}

int64_t LastDayOf(const v1::PartialDate& date) {
  const uint32_t month = date.month() == 0 ? 12 : date.month();
  return DaysFromCivil(date.year(), month, date.day() == 0 ? DaysInMonth(date.year(), month) : date.day());
}

v1::PartialDate DateOf(int64_t day) {
  const absl::CivilDay civil = kFirstDay + day;
  v1::PartialDate date;
  date.set_year(static_cast<uint32_t>(civil.year()));
  date.set_month(static_cast<uint32_t>(civil.month()));
  date.set_day(static_cast<uint32_t>(civil.day()));
  return date;
}

absl::Status CheckCountry(absl::string_view field, absl::string_view country) {
  const bool good = country.size() == 2 && absl::ascii_isupper(country[0]) &&
                    absl::ascii_isupper(country[1]) &&
                    absl::string_view(kCountries).find(absl::StrCat(country, " ")) != absl::string_view::npos;
  if (!good) return InvalidField(field, v1::REASON_MUST_BE_ISO_3166_1_CODE_OF_TWO_CAPITAL_LETTERS);
  return absl::OkStatus();
}

absl::Status CheckArea(absl::string_view field, absl::string_view code, int most_levels) {
  // Lengths of "33", "33.02", "33.02.01", "33.02.01.2001".
  static constexpr std::array<size_t, 4> kLengths = {2, 5, 8, 13};
  bool good = std::find(kLengths.begin(), kLengths.begin() + most_levels, code.size()) !=
              kLengths.begin() + most_levels;
  for (size_t i = 0; good && i < code.size(); ++i) {
    const bool dot = i == 2 || i == 5 || i == 8;
    good = dot ? code[i] == '.' : absl::ascii_isdigit(code[i]);
  }
  if (good) return absl::OkStatus();
  if (most_levels == 4) return InvalidField(field, v1::REASON_MUST_BE_KEMENDAGRI_CODE);
  return InvalidField(field, v1::REASON_MUST_BE_KEMENDAGRI_CODE_OF_PROVINCE_OR_REGENCY);
}

absl::Status CheckBic(absl::string_view field, absl::string_view bic) {
  // Four of the institution, two letters of the country, two of the place, three of the branch.
  const bool good = (bic.size() == 8 || bic.size() == 11) &&
                    std::all_of(bic.begin(), bic.end(),
                                [](char c) { return absl::ascii_isupper(c) || absl::ascii_isdigit(c); }) &&
                    CheckCountry("", bic.substr(4, 2)).ok();
  if (good) return absl::OkStatus();
  return InvalidField(field, v1::REASON_MUST_BE_BIC_OF_8_OR_11_CAPITAL_LETTERS_AND_DIGITS);
}

absl::Status CheckAmount(absl::string_view field, int64_t amount_minor, int64_t least) {
  if (amount_minor < least) {
    return InvalidField(field, v1::REASON_IS_LESS_THAN_AMOUNT_MUST_BE, amount_minor, least);
  }
  if (amount_minor > kMaxAmountMinor) {
    return InvalidField(field, v1::REASON_IS_MORE_THAN_AMOUNT_MAY_BE, amount_minor, kMaxAmountMinor);
  }
  return absl::OkStatus();
}

absl::Status CheckCurrency(absl::string_view field, const v1::Money& money, absl::string_view currency) {
  if (money.currency() == currency) return absl::OkStatus();
  return InvalidField(absl::StrCat(field, ".currency"), v1::REASON_IS_HERE_AMOUNTS_ARE_IN, money.currency(),
                      currency);
}

absl::Status CheckMoney(absl::string_view field, const v1::Money& money, absl::string_view currency) {
  RETURN_IF_ERROR(CheckCurrency(field, money, currency));
  return CheckAmount(absl::StrCat(field, ".minor_units"), money.minor_units(), 1);
}

absl::Status CheckCostsAccount(absl::string_view field, absl::string_view account) {
  bool good =
      account.size() <= 100 && (absl::StartsWith(account, "expenses:") || account == "liabilities:costs");
  for (absl::string_view part : absl::StrSplit(account, ':')) {
    // Two spaces would end the name in a journal.
    good = good && !part.empty() && absl::StripAsciiWhitespace(part) == part &&
           !absl::StrContains(part, "  ") && std::all_of(part.begin(), part.end(), [](char c) {
             return absl::ascii_isalnum(c) || c == ' ' || c == '-' || c == '_';
           });
  }
  if (good) return absl::OkStatus();
  return InvalidField(field, v1::REASON_MUST_BE_ACCOUNT_BELOW_EXPENSES);
}

}  // namespace klaim::domain
