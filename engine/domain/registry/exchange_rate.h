// Exchange rates as banks publish them: so much of one currency for 1, 100 or 1,000 of another, in major units. Between minor units, in
// which amounts are kept, a rate is an exact fraction; the decimals of each currency are ISO 4217's.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "klaim/v1/reference_table_events.pb.h"

namespace klaim::domain {

// A rate of 1 to 1: of amounts in one currency.
v1::ExchangeRate SameCurrency();

// Whether a table is of rates between two currencies: a rate holds in both directions.
bool ConvertsBetween(const v1::ReferenceTablePublished& table, absl::string_view one,
                     absl::string_view other);

// Of a rate's line, what 1 (100, 1,000) of the one currency is worth: "1 USD = 7.8 HKD".
std::string RateText(const v1::ReferenceTablePublished& table, const v1::ReferenceLine& line);

// The rate from one currency of a table into its other, by one of its lines.
v1::ExchangeRate RateOfLine(uint64_t table_id, const v1::ReferenceTablePublished& table,
                            const v1::ReferenceLine& line, absl::string_view from);

// Rounded half up, in minor units; at most an amount that a sum of 64 doesn't overflow.
int64_t Converted(int64_t amount_minor, const v1::ExchangeRate& rate);

// Rounded up: what is taken of a limit in another currency, so that many small amounts don't pass it.
int64_t ConvertedUp(int64_t amount_minor, const v1::ExchangeRate& rate);

// The most of an amount that, rounded up, is converted to at most `worth_minor`.
int64_t MostWorth(int64_t worth_minor, const v1::ExchangeRate& rate);

// Refuses a table of rates whose unit isn't told: `quoted_for` is a power of ten up to 1,000,000, and may only be left out between
// currencies of as many decimals, where it makes no difference. The table's currencies are known ones.
absl::Status CheckQuotation(absl::string_view field, const v1::ReferenceTablePublished& table);

}  // namespace klaim::domain
