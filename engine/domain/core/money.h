// Money as people write and read it: a currency and a number. The one parser and the one formatter of the daemon and the command line;
// the page's is made from the same list of currencies (engine/domain/core/currencies.def) and tried on the same cases (tests/domain/money_cases.json).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace klaim::domain {

// No amount in Klaim is larger: 10^15 minor units, so that sums of a million of them stay within 128 bits and
// a sum over a programme is checked before it is cast back.
inline constexpr int64_t kMaxAmountMinor = 1'000'000'000'000'000;

// So many hundredths of a percent of an amount, in minor units; what is less than one is left away.
int64_t PartOf(int64_t amount, uint32_t basis_points);

// The number of decimals of an ISO 4217 currency; an error names currencies that Klaim doesn't know.
absl::StatusOr<int> MinorDigits(absl::string_view field, absl::string_view currency);

// All of them, by code.
std::vector<std::string> KnownCurrencies();

// The head under which claims get their part of the late interest that a settlement brought: beyond their loss, and beside what they claim.
inline constexpr char kLateInterest[] = "late_interest";

// An amount in minor units, of what was written where amounts are in `currency`: "Rp 1.250.000,00", "1.250.000", "1,250.00", "HKD 4990",
// "1 250 000", "Rp1.250.000,-". A sign or code of another currency is an error, and so is a sign of several, as "$"; and whatever can be
// read as two amounts, as "1,250", which is 1.25 or 1250, or "1.250" of a currency with three decimals. A point alone parts thousands, as
// Indonesians write them; a comma alone, decimals. INVALID_ARGUMENT with what to do, without a field's name.
absl::StatusOr<int64_t> ParseMoney(absl::string_view written, absl::string_view currency);

// A number with up to two decimals, in hundredths, of "6", "6,5" or "12,25": months, or percent. INVALID_ARGUMENT for whatever else
// stands there, as a unit, and for more than `most`.
absl::StatusOr<uint32_t> ParseHundredths(absl::string_view written, uint32_t most);

// "Rp 1.250.000,00", "HKD -0,05", "JPY 1.234.567": as Indonesians write it, for people.
std::string MoneyText(int64_t minor_units, absl::string_view currency);

// "1250000.00 IDR": for messages and files of programs.
std::string Describe(int64_t amount_minor, absl::string_view currency);

// "1250000.00", with `digits` decimals, as banks' files have it.
std::string PlainAmount(int64_t minor_units, int digits);

}  // namespace klaim::domain
