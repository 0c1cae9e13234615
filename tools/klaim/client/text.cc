#include "tools/klaim/client/text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/core/text.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::tools {
std::string CountText(uint64_t count) {
  std::string digits = absl::StrCat(count);
  for (auto at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<size_t>(at), ".");
  return digits;
}

std::string TimeText(int64_t micros) {
  return absl::FormatTime("%d-%m-%Y %H:%M UTC", absl::FromUnixMicros(micros), absl::UTCTimeZone());
}

std::string DateText(const v1::PartialDate& date) {
  if (date.year() == 0) return "";
  if (date.month() == 0) return absl::StrCat(date.year());
  if (date.day() == 0) return absl::StrFormat("%02d-%04d", date.month(), date.year());
  return absl::StrFormat("%02d-%02d-%04d", date.day(), date.month(), date.year());
}

namespace {

// "17 Mei 1990" as "17-5-1990", and "Mei 1990" as "5-1990"; months as Indonesians and English write them, in full or by three letters.
std::string WithMonthNumber(const std::string& text) {
  static constexpr absl::string_view kMonths[12][2] = {
      {"januari", "january"}, {"februari", "february"}, {"maret", "march"},
      {"april", "april"},     {"mei", "may"},           {"juni", "june"},
      {"juli", "july"},       {"agustus", "august"},    {"september", "september"},
      {"oktober", "october"}, {"november", "november"}, {"desember", "december"}};
  std::vector<std::string> parts = absl::StrSplit(text, absl::ByAnyChar(" -/."), absl::SkipEmpty());
  if (parts.size() < 2 || parts.size() > 3) return text;
  std::string& month = parts[parts.size() - 2];
  const std::string written = absl::AsciiStrToLower(month);
  if (written.size() < 3 || absl::ascii_isdigit(static_cast<unsigned char>(written[0]))) return text;
  for (int i = 0; i < 12; ++i) {
    for (absl::string_view name : kMonths[i]) {
      const bool meant = name == written || (written.size() == 3 && absl::StartsWith(name, written)) ||
                         (i == 7 && (written == "agt" || written == "agu"));
      if (!meant) continue;
      month = absl::StrCat(i + 1);
      return absl::StrJoin(parts, "-");
    }
  }
  return text;
}

}  // namespace

absl::StatusOr<v1::PartialDate> ParseDate(const std::string& text) {
  std::vector<std::string> parts =
      absl::StrSplit(WithMonthNumber(domain::Cleaned(text)), absl::ByAnyChar("-/."));
  const bool iso = parts.size() > 1 && parts[0].size() == 4;
  if (iso) std::reverse(parts.begin(), parts.end());
  std::vector<uint32_t> numbers;
  for (const std::string& part : parts) {
    uint32_t number = 0;
    const bool digits = !part.empty() && std::all_of(part.begin(), part.end(), absl::ascii_isdigit);
    if (!digits || !absl::SimpleAtoi(part, &number)) numbers.clear(), parts.clear();
    if (parts.empty()) break;
    numbers.push_back(number);
  }
  if (numbers.empty() || numbers.size() > 3 || parts.back().size() != 4) {
    return absl::InvalidArgumentError("must be a date, day first, as in 31-12-2025, 12-2025 or 2025");
  }
  v1::PartialDate date;
  date.set_year(numbers.back());
  if (numbers.size() > 1) date.set_month(numbers[numbers.size() - 2]);
  if (numbers.size() > 2) date.set_day(numbers[0]);
  const bool complete = (numbers.size() < 2 || date.month() > 0) && (numbers.size() < 3 || date.day() > 0);
  if (!complete || !domain::CheckDate("date", date, false, false).ok()) {
    return absl::InvalidArgumentError("is a date that doesn't exist (dates are day first, as in 31-12-2025)");
  }
  return date;
}

std::string EnumName(const google::protobuf::EnumDescriptor& type, int value) {
  const auto* named = type.FindValueByNumber(value);
  if (named == nullptr) return absl::StrCat(value);
  // The first of each is PREFIX_UNSPECIFIED.
  const absl::string_view prefix = absl::StripSuffix(type.value(0)->name(), "UNSPECIFIED");
  return absl::AsciiStrToLower(absl::StripPrefix(named->name(), prefix));
}

std::string EventName(const v1::EventRecord& event) {
  const auto* field = v1::EventRecord::descriptor()->FindFieldByNumber(event.event_case());
  return field == nullptr ? "?" : field->name();
}

absl::StatusOr<v1::PartialDate> DayOf(const std::string& option, const std::string& text) {
  auto date = ParseDate(text);
  if (!date.ok()) return absl::InvalidArgumentError(absl::StrCat(option, " ", date.status().message()));
  return date;
}

absl::StatusOr<int64_t> AmountOf(const std::string& option, const std::string& text,
                                 const std::string& currency) {
  auto amount = ParseMoney(text, currency);
  if (!amount.ok()) return absl::InvalidArgumentError(absl::StrCat(option, " ", amount.status().message()));
  return amount;
}

}  // namespace klaim::tools
