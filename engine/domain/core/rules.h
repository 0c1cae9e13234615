// Rules for values that many events hold: texts, dates, places, money. Pure; each check returns OK or a
// refusal that names the field. The clock is handed in, never read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "klaim/v1/common.pb.h"

namespace klaim::domain {

// What may stand in any text of a record, decided here alone: text of `least` to `most` characters (code points), valid
// UTF-8, without control characters (C0, DEL, C1) but tab and line feed, without noncharacters (Unicode 23.7, as
// U+FFFF), and without what is invisible or only looks like a space (text.h), which the service boundary takes out. So each file that is made of it can carry it: XML 1.0, JSON, CSV, paper.
absl::Status CheckText(absl::string_view field, absl::string_view text, size_t least, size_t most);

// The same in one line: without tabs and line feeds.
absl::Status CheckLine(absl::string_view field, absl::string_view text, size_t least, size_t most);

// A name of a person, an organisation or a matter: one line with a letter in it, of any script.
absl::Status CheckName(absl::string_view field, absl::string_view name, size_t most);

// A code: a-z, 0-9 and _, 1 to 40 characters.
absl::Status CheckCode(absl::string_view field, absl::string_view code);

// A date that exists, 1900 to 2200. A year, or year and month, will do where `whole` is false; none where
// `optional`.
absl::Status CheckDate(absl::string_view field, const v1::PartialDate& date, bool whole, bool optional);

// Rules for dates that can't be, as far as they are known; no date is none. "Today" is that of the east of Indonesia, where it is first.
//
// What has happened, or was given or said: not after today, nor more than `years` years ago.
absl::Status CheckHappened(absl::string_view field, const v1::PartialDate& date, int64_t now_micros,
                           int64_t years = 60);
// What a bank booked: not more than a year ahead, since a bank's day is the bank's, nor more than thirty ago.
absl::Status CheckBooked(absl::string_view field, const v1::PartialDate& date, int64_t now_micros);
// A day that something is due, begins or ends: not more than a hundred years ahead (a programme without an
// end is opened so), nor `years_ago` years ago.
absl::Status CheckDue(absl::string_view field, const v1::PartialDate& date, int64_t now_micros,
                      int64_t years_ago = 30);

// The first date is not after the second, as far as both are known.
absl::Status CheckOrder(absl::string_view field, const v1::PartialDate& from, const v1::PartialDate& until);

// Days of the civil calendar since 1970-01-01 of the first and the last day that a partial date can mean.
int64_t FirstDayOf(const v1::PartialDate& date);
int64_t LastDayOf(const v1::PartialDate& date);

// The day since 1970-01-01 of a moment, in microseconds since its beginning, in UTC.
constexpr int64_t DayOf(int64_t micros) { return micros / 86'400'000'000; }

// The date of a day since 1970-01-01.
v1::PartialDate DateOf(int64_t day);

// Two capital letters that are an ISO 3166-1 alpha-2 code.
absl::Status CheckCountry(absl::string_view field, absl::string_view country);

// A Kemendagri code of `most_levels` or fewer levels (1 province .. 4 village), by form.
absl::Status CheckArea(absl::string_view field, absl::string_view code, int most_levels);

// A BIC (ISO 9362) by form: 8 or 11 capital letters and digits.
absl::Status CheckBic(absl::string_view field, absl::string_view bic);

// An amount of at least `least` and at most kMaxAmountMinor.
absl::Status CheckAmount(absl::string_view field, int64_t amount_minor, int64_t least);

// Money of the given currency: another's is never taken by its digits.
absl::Status CheckCurrency(absl::string_view field, const v1::Money& money, absl::string_view currency);

// Money in the given currency, more than zero.
absl::Status CheckMoney(absl::string_view field, const v1::Money& money, absl::string_view currency);

// An account of the ledger that costs may be booked to, as hledger writes it: below expenses, as in
// "expenses:bank charges", or "liabilities:costs"; at most 100 letters, digits, spaces, - and _, in parts between colons.
absl::Status CheckCostsAccount(absl::string_view field, absl::string_view account);

}  // namespace klaim::domain
