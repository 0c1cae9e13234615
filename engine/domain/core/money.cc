#include "engine/domain/core/money.h"

#include <algorithm>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/text.h"

namespace klaim::domain {
namespace {

struct Currency {
  absl::string_view code;
  int minor_digits;
  absl::string_view signs;  // with | between them
};

constexpr Currency kCurrencies[] = {
#define KLAIM_SIGNS_OF_SEVERAL(signs)
#define KLAIM_CURRENCY(code, digits, signs) {#code, digits, signs},
#include "engine/domain/core/currencies.def"
#undef KLAIM_CURRENCY
#undef KLAIM_SIGNS_OF_SEVERAL
};

constexpr absl::string_view kSignsOfSeveral =
#define KLAIM_SIGNS_OF_SEVERAL(signs) signs
#define KLAIM_CURRENCY(code, digits, signs)
#include "engine/domain/core/currencies.def"
#undef KLAIM_CURRENCY
#undef KLAIM_SIGNS_OF_SEVERAL
    ;

const Currency* Known(absl::string_view code) {
  for (const Currency& currency : kCurrencies) {
    if (currency.code == code) return &currency;
  }
  return nullptr;
}

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

absl::Status Unclear() {
  return absl::InvalidArgumentError(
      "must be an amount as in 1.250.000 or 1.250.000,00 (dots between thousands, a comma before decimals)");
}

bool IsAmong(absl::string_view sign, absl::string_view signs) {
  for (absl::string_view one : absl::StrSplit(signs, '|', absl::SkipEmpty())) {
    if (absl::EqualsIgnoreCase(one, sign)) return true;
  }
  return false;
}

// Which currency a code or sign means; null when it is none that is known.
const Currency* Meant(absl::string_view sign) {
  const std::string code = absl::AsciiStrToUpper(sign);
  for (const Currency& currency : kCurrencies) {
    if (currency.code == code || IsAmong(sign, currency.signs)) return &currency;
  }
  return nullptr;
}

absl::Status CheckSign(absl::string_view sign, const Currency& currency) {
  if (sign.empty()) return absl::OkStatus();
  const Currency* meant = Meant(sign);
  if (meant == &currency) return absl::OkStatus();
  if (meant != nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("is in ", meant->code, ", here amounts are in ",
                                                   currency.code, ": write what it is in ", currency.code));
  }
  if (IsAmong(sign, kSignsOfSeveral)) {
    return absl::InvalidArgumentError(absl::StrCat("has the sign of several currencies: write ",
                                                   currency.code, " if that is meant, or the amount alone"));
  }
  return Unclear();
}

// "1.250.000" is "1250000" where the groups after the first have three digits; nothing when they haven't, nor of "0.500", which is half of one.
std::string Ungrouped(absl::string_view text, char separator) {
  const std::vector<absl::string_view> groups = absl::StrSplit(text, separator);
  std::string whole;
  for (size_t i = 0; i < groups.size(); ++i) {
    const bool fits = groups.size() == 1 ? !groups[i].empty()
                      : i == 0           ? !groups[i].empty() && groups[i].size() <= 3 && groups[i][0] != '0'
                                         : groups[i].size() == 3;
    if (!fits || !std::all_of(groups[i].begin(), groups[i].end(), IsDigit)) return "";
    absl::StrAppend(&whole, groups[i]);
  }
  return whole;
}

struct Number {
  std::string whole;
  std::string fraction;
};

absl::Status TwoWays(absl::string_view currency) {
  return absl::InvalidArgumentError(absl::StrCat(
      "can be read in two ways, with decimals and with thousands: write it as in 1.250.000,00 ", currency));
}

// A number with points, commas or spaces in it.
absl::StatusOr<Number> ReadNumber(absl::string_view text, const Currency& currency) {
  const size_t point = text.rfind('.');
  const size_t comma = text.rfind(',');
  const bool has_point = point != absl::string_view::npos;
  const bool has_comma = comma != absl::string_view::npos;
  const bool has_space = absl::StrContains(text, " ");
  Number number;
  size_t decimals_at = absl::string_view::npos;
  char thousands = '.';
  if (has_point && has_comma) {
    decimals_at = std::max(point, comma);
    thousands = point < comma ? '.' : ',';
  } else if (has_comma) {
    if (std::count(text.begin(), text.end(), ',') > 1) {
      thousands = ',';  // 1,250,000
    } else {
      decimals_at = comma;
      if (text.size() - comma == 4 && !has_space && comma <= 3 && text[0] != '0')
        return TwoWays(currency.code);
    }
  } else if (has_point && currency.minor_digits == 3 && std::count(text.begin(), text.end(), '.') == 1) {
    return TwoWays(currency.code);
  }
  if (has_space) {
    if (has_point && has_comma) return Unclear();
    if (has_point) decimals_at = point;
    thousands = ' ';
  }
  number.whole = Ungrouped(text.substr(0, decimals_at), thousands);
  if (decimals_at != absl::string_view::npos) number.fraction = std::string(text.substr(decimals_at + 1));
  const bool digits = std::all_of(number.fraction.begin(), number.fraction.end(), IsDigit);
  if (number.whole.empty() || !digits || (decimals_at != absl::string_view::npos && number.fraction.empty()))
    return Unclear();
  if (static_cast<int>(number.fraction.size()) > currency.minor_digits) {
    return absl::InvalidArgumentError(absl::StrCat("has ", number.fraction.size(), " decimals, ",
                                                   currency.code, " has ", currency.minor_digits,
                                                   ": write thousands with dots, as in 1.250.000,00"));
  }
  return number;
}

}  // namespace

int64_t PartOf(int64_t amount, uint32_t basis_points) {
  return static_cast<int64_t>(absl::int128(amount) * basis_points / 10'000);
}

absl::StatusOr<int> MinorDigits(absl::string_view field, absl::string_view currency) {
  if (const Currency* known = Known(currency); known != nullptr) return known->minor_digits;
  return InvalidField(field, v1::REASON_IS_NO_CURRENCY_THAT_IS_KNOWN, currency);
}

std::vector<std::string> KnownCurrencies() {
  std::vector<std::string> codes;
  for (const Currency& known : kCurrencies) codes.emplace_back(known.code);
  return codes;
}

absl::StatusOr<int64_t> ParseMoney(absl::string_view written, absl::string_view currency_code) {
  const Currency* currency = Known(currency_code);
  if (currency == nullptr) return MinorDigits("currency", currency_code).status();
  const std::string cleaned = Cleaned(written);
  absl::string_view rest = cleaned;
  const auto first = std::find_if(rest.begin(), rest.end(), IsDigit);
  const absl::string_view before = rest.substr(0, static_cast<size_t>(first - rest.begin()));
  rest.remove_prefix(before.size());
  size_t end = rest.size();
  while (end > 0 && !IsDigit(rest[end - 1])) --end;
  absl::string_view behind = absl::StripAsciiWhitespace(rest.substr(end));
  rest = rest.substr(0, end);
  // "1.250.000,-" and "1.250.000,--" are whole amounts.
  for (absl::string_view dashes :
       {absl::string_view(",--"), absl::string_view(",-"), absl::string_view(".-")}) {
    if (absl::ConsumePrefix(&behind, dashes)) break;
  }
  if (rest.empty()) return Unclear();
  const absl::string_view sign = absl::StripAsciiWhitespace(before);
  RETURN_IF_ERROR(CheckSign(sign, *currency));
  RETURN_IF_ERROR(CheckSign(absl::StripAsciiWhitespace(behind), *currency));
  ASSIGN_OR_RETURN(auto number, ReadNumber(rest, *currency));
  number.fraction.resize(static_cast<size_t>(currency->minor_digits), '0');
  int64_t minor = 0;
  if (!absl::SimpleAtoi(number.whole + number.fraction, &minor) || minor > kMaxAmountMinor)
    return absl::InvalidArgumentError("is larger than an amount may be");
  return minor;
}

absl::StatusOr<uint32_t> ParseHundredths(absl::string_view written, uint32_t most) {
  const std::string text = Cleaned(written);
  const std::vector<std::string> parts = absl::StrSplit(text, ',');
  std::string fraction = parts.size() == 2 ? parts[1] : "";
  uint32_t number = 0;
  const bool shape = parts.size() <= 2 && !parts[0].empty() && parts[0].size() <= 7 && fraction.size() <= 2 &&
                     fraction.empty() == (parts.size() == 1) &&
                     std::all_of(parts[0].begin(), parts[0].end(), IsDigit) &&
                     std::all_of(fraction.begin(), fraction.end(), IsDigit);
  fraction.resize(2, '0');
  if (!shape || !absl::SimpleAtoi(parts[0] + fraction, &number) || number > most * 100)
    return absl::InvalidArgumentError(
        absl::StrCat("must be a number up to ", most, ", as in 6 or 6,5, without anything else"));
  return number;
}

std::string MoneyText(int64_t minor_units, absl::string_view currency) {
  const Currency* known = Known(currency);
  const int digits = known == nullptr ? 0 : known->minor_digits;
  uint64_t magnitude =
      minor_units < 0 ? 0 - static_cast<uint64_t>(minor_units) : static_cast<uint64_t>(minor_units);
  uint64_t unit = 1;
  for (int i = 0; i < digits; ++i) unit *= 10;
  std::string whole = absl::StrCat(magnitude / unit);
  for (size_t at = whole.size(); at > 3; at -= 3) whole.insert(at - 3, 1, '.');
  std::string text =
      absl::StrCat(currency == "IDR" ? "Rp" : currency, " ", minor_units < 0 ? "-" : "", whole);
  if (digits > 0) absl::StrAppendFormat(&text, ",%0*d", digits, magnitude % unit);
  return text;
}

std::string PlainAmount(int64_t minor_units, int digits) {
  const uint64_t magnitude =
      minor_units < 0 ? 0 - static_cast<uint64_t>(minor_units) : static_cast<uint64_t>(minor_units);
  uint64_t unit = 1;
  for (int i = 0; i < digits; ++i) unit *= 10;
  const std::string whole = absl::StrCat(minor_units < 0 ? "-" : "", magnitude / unit);
  return digits == 0 ? whole : absl::StrFormat("%s.%0*d", whole, digits, magnitude % unit);
}

std::string Describe(int64_t amount_minor, absl::string_view currency) {
  const Currency* known = Known(currency);
  return absl::StrCat(PlainAmount(amount_minor, known == nullptr ? 0 : known->minor_digits), " ", currency);
}

}  // namespace klaim::domain
