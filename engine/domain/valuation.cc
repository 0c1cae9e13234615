#include "engine/domain/valuation.h"

#include <algorithm>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/domain/refusal.h"
#include "engine/domain/rules.h"

namespace klaim::domain {

absl::StatusOr<v1::ValuedHead> Value(const v1::ClaimedHead& head, const v1::HeadRule& rule,
                                     const std::string& currency) {
  absl::int128 value = 0;
  std::string computation;
  switch (rule.valuation_rule()) {
    case v1::VALUATION_RULE_FIXED_SUM:
      value = rule.fixed_sum_minor();
      computation = absl::StrCat("fixed sum ", Describe(rule.fixed_sum_minor(), currency));
      break;
    case v1::VALUATION_RULE_MONTHS_TIMES_WAGE_LESS_PAID: {
      const absl::int128 due = (absl::int128(head.months_hundredths()) * head.agreed_wage_minor() + 50) / 100;
      value = std::max(absl::int128(0), due - head.paid_minor());
      computation =
          absl::StrFormat("%d.%02d months x %s - %s paid, rounded half up", head.months_hundredths() / 100,
                          head.months_hundredths() % 100, Describe(head.agreed_wage_minor(), currency),
                          Describe(head.paid_minor(), currency));
      break;
    }
    case v1::VALUATION_RULE_DOCUMENTED_AMOUNT:
    default:
      value = head.documented_minor();
      computation = absl::StrCat("documented ", Describe(head.documented_minor(), currency));
      break;
  }
  if (rule.floor_minor() > 0 && value < rule.floor_minor()) {
    value = rule.floor_minor();
    absl::StrAppend(&computation, "; raised to the floor ", Describe(rule.floor_minor(), currency));
  }
  if (rule.cap_minor() > 0 && value > rule.cap_minor()) {
    value = rule.cap_minor();
    absl::StrAppend(&computation, "; cut to the cap ", Describe(rule.cap_minor(), currency));
  }
  if (value > kMaxAmountMinor) {
    return InvalidField("heads",
                        absl::StrCat(head.code(), " is valued at more than an amount may be: ", computation));
  }
  v1::ValuedHead valued;
  valued.set_code(head.code());
  valued.mutable_value()->set_currency(currency);
  valued.mutable_value()->set_minor_units(static_cast<int64_t>(value));
  valued.set_rule(rule.valuation_rule());
  absl::StrAppend(&computation, " = ", Describe(static_cast<int64_t>(value), currency));
  valued.set_computation(computation);
  return valued;
}

}  // namespace klaim::domain
