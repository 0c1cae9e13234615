// On which days a bank executes payments: by the calendar of its place, which is data.
#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"
#include "klaim/v1/reference_table_events.pb.h"

namespace klaim::domain {

// The day (since 1970-01-01) that it is in a country, by its standard time; where it has several, in the one that is first. Countries
// that aren't known count as UTC.
int64_t DayIn(absl::string_view country, int64_t now_micros);

// Whether banks of a country work on a day: no day of its weekend, and none of the holidays that are known (null for none).
bool IsBankDay(absl::string_view country, int64_t day, const v1::ReferenceTablePublished* holidays);

// The first such day that isn't before this one; within forty days there always is one, or it is this one.
int64_t BankDayFrom(absl::string_view country, int64_t day, const v1::ReferenceTablePublished* holidays);

}  // namespace klaim::domain
