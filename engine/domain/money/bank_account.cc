#include "engine/domain/money/bank_account.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/domain/core/refusal.h"

namespace klaim::domain {
namespace {

struct IbanLength {
  absl::string_view country;
  size_t length;
};

// SWIFT's IBAN registry, release 97 (2024).
constexpr IbanLength kIbanLengths[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
    {"BH", 22}, {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24},
    {"DE", 22}, {"DJ", 27}, {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18},
    {"FK", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27},
    {"GT", 28}, {"HN", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26},
    {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20},
    {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19}, {"MN", 20},
    {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24},
    {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24},
    {"SC", 31}, {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25},
    {"SV", 28}, {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20},
    {"YE", 30}};

// How long an IBAN that begins so is; 0 where this begins as none.
size_t LengthOfIban(absl::string_view number) {
  if (number.size() < 4 || !absl::ascii_isdigit(number[2]) || !absl::ascii_isdigit(number[3])) return 0;
  const auto* known =
      std::find_if(std::begin(kIbanLengths), std::end(kIbanLengths),
                   [&](const IbanLength& each) { return each.country == number.substr(0, 2); });
  return known == std::end(kIbanLengths) ? 0 : known->length;
}

bool CheckDigitsFit(absl::string_view number) {
  int remainder = 0;
  for (size_t i = 0; i < number.size(); ++i) {
    const char c = number[(i + 4) % number.size()];
    if (absl::ascii_isdigit(c)) {
      remainder = (remainder * 10 + (c - '0')) % 97;
    } else if (absl::ascii_isupper(c)) {
      remainder = (remainder * 100 + (c - 'A' + 10)) % 97;
    } else {
      return false;
    }
  }
  return remainder == 1;
}

}  // namespace

bool IsIban(absl::string_view number) {
  return LengthOfIban(number) == number.size() && !number.empty() && CheckDigitsFit(number);
}

absl::Status CheckAccountNumber(absl::string_view field, absl::string_view number) {
  const bool good =
      !number.empty() && number.size() <= 34 && std::all_of(number.begin(), number.end(), [](char c) {
        return absl::ascii_isdigit(c) || absl::ascii_isupper(c) || c == '-';
      });
  if (!good || std::none_of(number.begin(), number.end(), absl::ascii_isdigit)) {
    return InvalidField(field, v1::REASON_MUST_BE_ACCOUNT_NUMBER);
  }
  const bool any =
      std::any_of(number.begin(), number.end(), [](char c) { return absl::ascii_isdigit(c) && c != '0'; });
  if (!any) return InvalidField(field, v1::REASON_IS_NO_ACCOUNT_NUMBER);
  const size_t length = LengthOfIban(number);
  if (length == 0 || (length == number.size() && CheckDigitsFit(number))) return absl::OkStatus();
  if (length == number.size())
    return InvalidField(field, v1::REASON_BEGINS_AS_IBAN_BUT_ITS_CHECK_DIGITS_DO_NOT_FIT);
  return InvalidField(field, v1::REASON_BEGINS_AS_IBAN_OF_ANOTHER_LENGTH, length);
}

}  // namespace klaim::domain
