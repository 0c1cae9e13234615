#include "services/common/personal_data.h"

#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/core/text.h"
#include "engine/domain/money/bank_account.h"
#include "services/common/limits.h"
#include "services/common/telephone.h"

namespace klaim::services {
namespace {

using domain::InvalidField;

// Nobody is older.
constexpr int64_t kOldestYears = 120;

// YYYY, YYYY-MM or YYYY-MM-DD.
absl::Status CheckBirthDate(absl::string_view field, absl::string_view text, int64_t now_micros) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '-');
  static constexpr std::array<size_t, 3> kWidths = {4, 2, 2};
  std::array<uint32_t, 3> numbers{};
  if (parts.size() > 3) return InvalidField(field, v1::REASON_MUST_BE_YYYY_YYYY_MM_OR_YYYY_MM_DD);
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].size() != kWidths[i] || !domain::AllDigits(parts[i]) ||
        !absl::SimpleAtoi(parts[i], &numbers[i]) || numbers[i] == 0) {
      return InvalidField(field, v1::REASON_MUST_BE_YYYY_YYYY_MM_OR_YYYY_MM_DD);
    }
  }
  v1::PartialDate date;
  date.set_year(numbers[0]);
  date.set_month(numbers[1]);
  date.set_day(numbers[2]);
  // The date itself is personal data: say only that it doesn't exist.
  if (!domain::CheckDate(field, date, false, false).ok())
    return InvalidField(field, v1::REASON_IS_DATE_THAT_DOES_NOT_EXIST);
  return domain::CheckHappened(field, date, now_micros, kOldestYears);
}

// Provinces by the codes of Kemendagri (Kepmendagri 300.2.2-2138/2025, and those of before from which cards are still about).
bool IsProvince(absl::string_view code) {
  static constexpr absl::string_view kCodes =
      "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 61 62 63 64 65 71 72 73 74 75 76 81 82 91 92 "
      "93 94 95 96 97 ";
  return kCodes.find(absl::StrCat(code, " ")) != absl::string_view::npos;
}

// Whether a day, month and year of two digits can be a date of either century.
bool CanBeDate(int day, int month, int year) {
  v1::PartialDate date;
  date.set_month(static_cast<uint32_t>(month));
  date.set_day(static_cast<uint32_t>(day));
  for (int century : {1900, 2000}) {
    date.set_year(static_cast<uint32_t>(century + year));
    if (month > 0 && day > 0 && domain::CheckDate("", date, true, false).ok()) return true;
  }
  return false;
}

// 16 digits: 6 of the area, 6 of the birth date (day + 40 for a woman), 4 serial from 0001 on.
absl::Status CheckNationalId(absl::string_view field, absl::string_view text) {
  if (text.size() != 16 || !domain::AllDigits(text))
    return InvalidField(field, v1::REASON_MUST_BE_NIK_OF_16_DIGITS);
  int day = 0;
  int month = 0;
  int year = 0;
  (void)absl::SimpleAtoi(text.substr(6, 2), &day);
  (void)absl::SimpleAtoi(text.substr(8, 2), &month);
  (void)absl::SimpleAtoi(text.substr(10, 2), &year);
  if (!CanBeDate(day > 40 ? day - 40 : day, month, year)) {
    return InvalidField(field, v1::REASON_IS_NIK_WHOSE_DIGITS_7_TO_12_ARE_NO_BIRTH_DATE);
  }
  if (!IsProvince(text.substr(0, 2)) || text.substr(2, 2) == "00" || text.substr(4, 2) == "00") {
    return InvalidField(field, v1::REASON_IS_NIK_OF_PROVINCE_REGENCY_OR_DISTRICT_THAT_IS_NOT);
  }
  if (text.substr(12) == "0000") {
    return InvalidField(field, v1::REASON_IS_NIK_OF_15_DIGITS);
  }
  return absl::OkStatus();
}

// A number as people write it: groups apart.
std::string WithoutSpaces(absl::string_view text) {
  return absl::StrReplaceAll(text, {{" ", ""}, {"\t", ""}});
}

absl::StatusOr<std::string> Checked(std::string value, const absl::Status& status) {
  if (!status.ok()) return status;
  return value;
}

template <class Visit>
void ForEachText(google::protobuf::Message& message, const Visit& visit) {
  using google::protobuf::FieldDescriptor;
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const bool is_text = field->type() == FieldDescriptor::TYPE_STRING;
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if ((!is_text && !is_message) || field->name() == "request_id") continue;
    const int parts = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < parts; ++i) {
      if (is_message) {
        ForEachText(field->is_repeated() ? *reflection.MutableRepeatedMessage(&message, field, i)
                                         : *reflection.MutableMessage(&message, field),
                    visit);
        continue;
      }
      std::string scratch;
      const std::string& text = field->is_repeated()
                                    ? reflection.GetRepeatedStringReference(message, field, i, &scratch)
                                    : reflection.GetStringReference(message, field, &scratch);
      std::string visited = visit(text);
      if (visited == text) continue;
      if (field->is_repeated()) {
        reflection.SetRepeatedString(&message, field, i, std::move(visited));
      } else {
        reflection.SetString(&message, field, std::move(visited));
      }
    }
  }
}

}  // namespace

absl::StatusOr<std::string> PersonalData(absl::string_view name, absl::string_view field,
                                         absl::string_view written, int64_t now_micros) {
  std::string value = domain::Cleaned(written);
  if (value.empty()) return InvalidField(field, v1::REASON_IS_EMPTY_LEAVE_IT_OUT_OR_FILL_IT_IN);
  if (value.size() > kMaxProtectedBytes) {
    return InvalidField(field, v1::REASON_HAS_BYTES_AT_MOST_ARE_ALLOWED, value.size(), kMaxProtectedBytes);
  }
  if (name == "Person.national_id") {
    value = WithoutSpaces(value);
    return Checked(value, CheckNationalId(field, value));
  }
  if (name == "Person.birth_date") return Checked(value, CheckBirthDate(field, value, now_micros));
  if (name == "Person.phone") return TelephoneNumber(field, value);
  if (name == "Person.village") return Checked(value, domain::CheckArea(field, value, 4));
  if (name == "Person.name" || name == "PayoutAccount.holder") {
    // Clients of before, when this was a field of bytes, send Base64 in JSON.
    if (value.back() == '=') return InvalidField(field, v1::REASON_ENDS_WITH_AS_BASE64_DOES);
    return Checked(value, domain::CheckName(field, value, 200));
  }
  if (name == "PayoutAccount.number") {
    value = absl::AsciiStrToUpper(WithoutSpaces(value));
    return Checked(value, domain::CheckAccountNumber(field, value));
  }
  return Checked(value, domain::CheckText(field, value, 1, kMaxProtectedBytes));
}

void CleanTexts(google::protobuf::Message& message) {
  ForEachText(message, [](const std::string& text) { return domain::Cleaned(text); });
}

std::string IsoDate(const v1::PartialDate& date) {
  std::string iso = absl::StrCat(date.year());
  if (date.month() != 0) absl::StrAppend(&iso, "-", absl::Dec(date.month(), absl::kZeroPad2));
  if (date.day() != 0) absl::StrAppend(&iso, "-", absl::Dec(date.day(), absl::kZeroPad2));
  return iso;
}

}  // namespace klaim::services
