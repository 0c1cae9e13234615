// Money, dates and names as readers write them, and as they are read.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "engine/domain/core/money.h"
#include "google/protobuf/generated_enum_reflection.h"
#include "klaim/v1/common.pb.h"

namespace klaim::v1 {
class EventRecord;
}

namespace klaim::tools {

// Money as readers write it, and as it is read (engine/domain/core/money.h).
using domain::MoneyText;
using domain::ParseMoney;
// "12.345".
std::string CountText(uint64_t count);
// "24-11-2026 15:04 UTC".
std::string TimeText(int64_t micros);
// "31-12-2025", "12-2025" or "2025".
std::string DateText(const v1::PartialDate& date);
// Day first, "31-12-2025", "12-2025", "2025", with - / or ., or ISO "2025-12-31".
absl::StatusOr<v1::PartialDate> ParseDate(const std::string& text);

// The same for an option, whose name is told when it is wrong.
absl::StatusOr<v1::PartialDate> DayOf(const std::string& option, const std::string& text);
absl::StatusOr<int64_t> AmountOf(const std::string& option, const std::string& text,
                                 const std::string& currency);

// What a value of an enumeration is called: "no_record" for REGISTER_RESULT_NO_RECORD.
std::string EnumName(const google::protobuf::EnumDescriptor& type, int value);
template <class Enum>
std::string EnumName(Enum value) {
  return EnumName(*google::protobuf::GetEnumDescriptor<Enum>(), value);
}
// What is said of a step that was taken: `done`, or, of an answer that tells it, that another person must take it too.
template <class Response>
std::string DoneText(const Response& response, const std::string& done) {
  if constexpr (requires { response.waits_for_another(); }) {
    if (response.waits_for_another()) return "Noted. It holds once another person decides the same.";
  }
  return done;
}

// "claim_filed".
std::string EventName(const v1::EventRecord& event);

}  // namespace klaim::tools
