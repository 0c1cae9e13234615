#include "services/common/telephone.h"

#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/domain/core/refusal.h"

namespace klaim::services {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr char kHome[] = "ID";
constexpr size_t kMaxCharacters = 16;  // + and 15 digits

// It would write to standard output.
class Silent : public i18n::phonenumbers::Logger {
 public:
  void WriteMessage(const std::string&) override {}
};

const PhoneNumberUtil& Numbers() {
  static const PhoneNumberUtil& numbers = []() -> const PhoneNumberUtil& {
    i18n::phonenumbers::Logger::set_logger_impl(new Silent);
    return *PhoneNumberUtil::GetInstance();
  }();
  return numbers;
}

// Indonesia's numbers with their country, which most are, need no tables: +62, and 8 to 12 digits of which the first is no 0.
bool IsPlainIndonesian(absl::string_view text) {
  return absl::StartsWith(text, "+62") && text.size() >= 11 && text.size() <= 15 && text[3] >= '1' &&
         std::all_of(text.begin() + 1, text.end(), absl::ascii_isdigit);
}

bool MayBeSeveral(absl::string_view text) {
  return absl::StrContains(text, "/") || absl::StrContains(text, ";") || absl::StrContains(text, ",") ||
         std::count(text.begin(), text.end(), '+') > 1;
}

// Digits of other scripts aren't ASCII, and are read by the library; letters would be taken for the keys that they stand on.
bool HasLetters(absl::string_view text) { return std::any_of(text.begin(), text.end(), absl::ascii_isalpha); }

// Numbers that may be meant, in E.164: none, one, or several that can't be told apart.
using Meant = std::set<std::string>;

// What `text` is as a number of a region, or of any where it begins with +; `valid` when it must be one that is given out there, and not
// only of a length that there can be.
void AddIf(const std::string& text, const char* region, bool valid, Meant& meant) {
  PhoneNumber number;
  if (Numbers().Parse(text, region, &number) != PhoneNumberUtil::NO_PARSING_ERROR || number.has_extension())
    return;
  const bool good = valid ? Numbers().IsValidNumber(number)
                          : Numbers().IsPossibleNumberWithReason(number) == PhoneNumberUtil::IS_POSSIBLE;
  std::string e164;
  Numbers().Format(number, PhoneNumberUtil::E164, &e164);
  if (good && e164.size() <= kMaxCharacters) meant.insert(e164);
}

// Digits without a sign for a country.
Meant WithoutPlus(const std::string& digits) {
  Meant meant;
  if (absl::StartsWith(digits, "00")) {
    // 00 is +, and Indonesia's own carriers have 001, 007, 008 and 009 for it.
    AddIf("+" + digits.substr(2), "ZZ", true, meant);
    if (absl::StrContains("1789", digits.substr(2, 1))) AddIf("+" + digits.substr(3), "ZZ", true, meant);
    return meant;
  }
  // Nobody leaves the 0 out before an area code, but the + before a country is left out often.
  if (absl::StartsWith(digits, "62")) AddIf("+" + digits, "ZZ", true, meant);
  if (meant.empty()) AddIf(digits, kHome, true, meant);
  return meant;
}

}  // namespace

absl::StatusOr<std::string> TelephoneNumber(absl::string_view field, absl::string_view written) {
  if (IsPlainIndonesian(written)) return std::string(written);
  if (MayBeSeveral(written)) return domain::InvalidField(field, v1::REASON_HAS_MORE_THAN_ONE_NUMBER);
  std::string digits(written);
  Numbers().NormalizeDigitsOnly(&digits);
  Meant meant;
  if (HasLetters(written)) {
    // An extension, or a spreadsheet's power of ten.
  } else if (absl::StartsWith(absl::StripLeadingAsciiWhitespace(written), "+")) {
    AddIf("+" + digits, "ZZ", false, meant);
  } else {
    meant = WithoutPlus(digits);
  }
  if (meant.size() == 1) return *meant.begin();
  if (meant.size() > 1) {
    return domain::InvalidField(field, v1::REASON_CAN_BE_READ_AS_NUMBERS_OF_TWO_COUNTRIES);
  }
  return domain::InvalidField(field, v1::REASON_IS_NO_TELEPHONE_NUMBER_THAT_CAN_BE_CALLED);
}

}  // namespace klaim::services
