#include "engine/domain/claims/valuation.h"

#include <algorithm>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/registry/exchange_rate.h"
#include "engine/domain/registry/reference_table.h"

namespace klaim::domain {

namespace {

// The first of a month, as months since year 0, and its last day.
struct Month {
  int64_t number;
  int64_t last_day() const {
    v1::PartialDate date;
    date.set_year(static_cast<uint32_t>(number / 12));
    date.set_month(static_cast<uint32_t>(number % 12) + 1);
    return LastDayOf(date);
  }
};

int64_t MonthOf(const v1::PartialDate& date, uint32_t unknown_month) {
  return int64_t{date.year()} * 12 + (date.month() == 0 ? unknown_month : date.month()) - 1;
}

// How many days of a month lie within the head's period.
struct DaysWithin {
  int64_t days;
  int64_t of_month;
};

DaysWithin WithinPeriod(const v1::ClaimedHead& head, Month month) {
  const int64_t last = month.last_day();
  const int64_t first = Month{month.number - 1}.last_day() + 1;
  const int64_t from = std::max(first, FirstDayOf(head.period_from()));
  const int64_t until = std::min(last, LastDayOf(head.period_until()));
  return {until - from + 1, last - first + 1};
}

// Minimum less paid, month by month, since the minimum changes; of a month that is in the period in part, by its days, rounded half up.
absl::Status MinimumLessPaid(const v1::ClaimedHead& head, const v1::HeadRule& rule,
                             const std::string& currency, Docket& docket, absl::int128& value,
                             std::string& computation) {
  ASSIGN_OR_RETURN(auto table, docket.Find<ReferenceTableState>("heads", rule.wage_table_id()));
  if (head.period_from().year() == 0 || head.period_until().year() == 0) {
    return InvalidField("heads", v1::REASON_HEAD_NEEDS_WHOLE_PERIOD_TO_BE_VALUED, head.code());
  }
  const int64_t first = MonthOf(head.period_from(), 1);
  const int64_t last = MonthOf(head.period_until(), 12);
  if (last - first >= 600)
    return InvalidField("heads", v1::REASON_HEAD_HAS_PERIOD_OF_MORE_THAN_600_MONTHS, head.code());
  const v1::ReferenceLine* line = nullptr;
  int64_t months = 0;
  const auto add_line = [&] {
    if (line == nullptr || months == 0) return;
    const int64_t lack = std::max<int64_t>(0, line->value() - head.paid_monthly_minor());
    value += absl::int128(months) * lack;
    absl::StrAppend(&computation, computation.empty() ? "" : " + ", months, " months x (",
                    Describe(line->value(), currency), " minimum by ", line->source(), " - ",
                    Describe(head.paid_monthly_minor(), currency), " paid)");
  };
  const auto add_days = [&](const v1::ReferenceLine& of_month, const DaysWithin& within) {
    const int64_t lack = std::max<int64_t>(0, of_month.value() - head.paid_monthly_minor());
    value += (absl::int128(lack) * within.days * 2 + within.of_month) / (2 * within.of_month);
    absl::StrAppend(&computation, computation.empty() ? "" : " + ", within.days, " of ", within.of_month,
                    " days x (", Describe(of_month.value(), currency), " minimum by ", of_month.source(),
                    " - ", Describe(head.paid_monthly_minor(), currency), " paid)");
  };
  for (int64_t month = first; month <= last; ++month) {
    const v1::ReferenceLine* now = LineOn(table->published, Month{month}.last_day());
    if (now == nullptr) {
      return InvalidField("heads", v1::REASON_HEAD_BEGINS_BEFORE_REFERENCE_TABLE, head.code(),
                          table->published.code());
    }
    const DaysWithin within = WithinPeriod(head, Month{month});
    if (now != line || within.days < within.of_month) {
      add_line();
      line = now;
      months = 0;
    }
    if (within.days < within.of_month) {
      add_days(*now, within);
    } else {
      ++months;
    }
  }
  add_line();
  return absl::OkStatus();
}

// What documents show, in the programme's currency; converted, rounded half up, at the rate of the day on which the period
// began.
absl::Status Documented(const v1::ClaimedHead& head, const v1::HeadRule& rule, const std::string& currency,
                        Docket& docket, absl::int128& value, std::string& computation) {
  value = head.documented_minor();
  const std::string& stated = head.documented_currency();
  if (stated.empty() || stated == currency) {
    computation = absl::StrCat("documented ", Describe(head.documented_minor(), currency));
    return absl::OkStatus();
  }
  if (rule.exchange_table_id() == 0) {
    return InvalidField("heads", v1::REASON_HEAD_IS_DOCUMENTED_IN_ANOTHER_CURRENCY, head.code(), stated);
  }
  ASSIGN_OR_RETURN(auto table, docket.Find<ReferenceTableState>("heads", rule.exchange_table_id()));
  if (!ConvertsBetween(table->published, stated, currency)) {
    return InvalidField("heads", v1::REASON_EXCHANGE_RATES_ARE_OF_ANOTHER_CURRENCY, head.code(), stated,
                        table->published.currency());
  }
  const v1::ReferenceLine* line =
      head.period_from().year() == 0 ? nullptr : LineOn(table->published, LastDayOf(head.period_from()));
  if (line == nullptr) {
    return InvalidField("heads", v1::REASON_HEAD_HAS_NO_EXCHANGE_RATE, head.code());
  }
  value = Converted(head.documented_minor(), RateOfLine(table->id, table->published, *line, stated));
  computation = absl::StrCat("documented ", Describe(head.documented_minor(), stated), ", ",
                             RateText(table->published, *line), " (", line->source(), "), rounded half up");
  return absl::OkStatus();
}

absl::Status BySchedule(const v1::ClaimedHead& head, const v1::HeadRule& rule, const std::string& currency,
                        absl::int128& value, std::string& computation) {
  for (const v1::ScheduleLine& line : rule.schedule()) {
    if (line.code() != head.schedule_code()) continue;
    value = line.amount_minor();
    computation = absl::StrCat("schedule: ", line.code(), " ", Describe(line.amount_minor(), currency));
    return absl::OkStatus();
  }
  return InvalidField("heads", v1::REASON_SCHEDULE_DOES_NOT_HAVE_THIS, head.code(), head.schedule_code());
}

}  // namespace

absl::StatusOr<v1::ValuedHead> Value(const v1::ClaimedHead& head, const v1::HeadRule& rule,
                                     const std::string& currency, Docket& docket) {
  absl::int128 value = 0;
  std::string computation;
  if (!v1::ValuationRule_IsValid(rule.valuation_rule()))
    return absl::InternalError(
        absl::StrCat(head.code(), " is valued by a rule that this program doesn't know"));
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
    case v1::VALUATION_RULE_MINIMUM_LESS_PAID:
      RETURN_IF_ERROR(MinimumLessPaid(head, rule, currency, docket, value, computation));
      break;
    case v1::VALUATION_RULE_SCHEDULE:
      RETURN_IF_ERROR(BySchedule(head, rule, currency, value, computation));
      break;
    case v1::VALUATION_RULE_DOCUMENTED_AMOUNT:
    case v1::VALUATION_RULE_UNSPECIFIED:  // of programmes from before there were others
      RETURN_IF_ERROR(Documented(head, rule, currency, docket, value, computation));
      break;
    case v1::ValuationRule_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::ValuationRule_INT_MAX_SENTINEL_DO_NOT_USE_:
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
    return InvalidField("heads", v1::REASON_HEAD_IS_VALUED_AT_MORE_THAN_AMOUNT_MAY_BE, head.code(),
                        computation);
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
