#include "engine/domain/registry/exchange_rate.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"

namespace klaim::domain {
namespace {

constexpr int64_t kMillion = 1'000'000;

int64_t PowerOfTen(int exponent) { return exponent <= 0 ? 1 : 10 * PowerOfTen(exponent - 1); }

// By how many decimals the second currency has more than the first.
int MoreDecimals(const v1::ReferenceTablePublished& table) {
  const auto digits = [](const std::string& currency) {
    return MinorDigits("currency", currency).value_or(0);
  };
  return digits(table.into_currency()) - digits(table.currency());
}

int64_t Bounded(absl::int128 amount) {
  return static_cast<int64_t>(std::min<absl::int128>(amount, std::numeric_limits<int64_t>::max() / 64));
}

}  // namespace

v1::ExchangeRate SameCurrency() {
  v1::ExchangeRate rate;
  rate.set_worth(1);
  rate.set_of(1);
  return rate;
}

bool ConvertsBetween(const v1::ReferenceTablePublished& table, absl::string_view one,
                     absl::string_view other) {
  if (table.kind() != v1::REFERENCE_TABLE_KIND_EXCHANGE_RATE) return false;
  return (table.currency() == one && table.into_currency() == other) ||
         (table.currency() == other && table.into_currency() == one);
}

std::string RateText(const v1::ReferenceTablePublished& table, const v1::ReferenceLine& line) {
  std::string decimals = absl::StrFormat("%06d", line.value() % kMillion);
  while (!decimals.empty() && decimals.back() == '0') decimals.pop_back();
  const std::string value =
      absl::StrCat(line.value() / kMillion, decimals.empty() ? "" : absl::StrCat(".", decimals));
  const bool of_minor_units = table.quoted_for() == 0 && MoreDecimals(table) != 0;
  const absl::string_view unit = of_minor_units ? " (in minor units)" : "";
  return absl::StrCat(std::max(1, table.quoted_for()), " ", table.currency(), " = ", value, " ",
                      table.into_currency(), unit);
}

v1::ExchangeRate RateOfLine(uint64_t table_id, const v1::ReferenceTablePublished& table,
                            const v1::ReferenceLine& line, absl::string_view from) {
  // Lines of a table that doesn't tell are of minor units.
  const int more = table.quoted_for() == 0 ? 0 : MoreDecimals(table);
  int64_t worth = line.value() * PowerOfTen(more);
  int64_t of = kMillion * std::max(1, table.quoted_for()) * PowerOfTen(-more);
  const int64_t common = std::gcd(worth, of);
  worth /= common;
  of /= common;
  if (from != table.currency()) std::swap(worth, of);
  v1::ExchangeRate rate;
  rate.set_worth(worth);
  rate.set_of(of);
  rate.set_reference_table_id(table_id);
  *rate.mutable_valid_from() = line.valid_from();
  return rate;
}

int64_t Converted(int64_t amount_minor, const v1::ExchangeRate& rate) {
  return Bounded((absl::int128(amount_minor) * rate.worth() * 2 + rate.of()) / (absl::int128(2) * rate.of()));
}

int64_t ConvertedUp(int64_t amount_minor, const v1::ExchangeRate& rate) {
  return Bounded((absl::int128(amount_minor) * rate.worth() + rate.of() - 1) / rate.of());
}

int64_t MostWorth(int64_t worth_minor, const v1::ExchangeRate& rate) {
  return Bounded(absl::int128(worth_minor) * rate.of() / rate.worth());
}

absl::Status CheckQuotation(absl::string_view field, const v1::ReferenceTablePublished& table) {
  const int32_t quoted_for = table.quoted_for();
  if (quoted_for == 0) {
    if (MoreDecimals(table) == 0) return absl::OkStatus();
    return InvalidField(field, v1::REASON_SAY_FOR_HOW_MUCH_RATE_IS_QUOTED, table.currency(),
                        table.into_currency());
  }
  for (int32_t power = 1; power <= kMillion; power *= 10)
    if (quoted_for == power) return absl::OkStatus();
  return InvalidField(field, v1::REASON_MUST_BE_POWER_OF_TEN);
}

}  // namespace klaim::domain
