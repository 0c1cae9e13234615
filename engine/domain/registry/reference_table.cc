#include "engine/domain/registry/reference_table.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/registry/exchange_rate.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

constexpr int64_t kBeforeAll = -1'000'000;
constexpr int64_t kMaxRateMillionths = 100'000'000'000'000;

absl::Status CheckLines(const std::string& field, v1::ReferenceTableKind kind,
                        const google::protobuf::RepeatedPtrField<v1::ReferenceLine>& lines,
                        int64_t after_day) {
  if (lines.empty() || lines.size() > 1'000)
    return InvalidField(field, v1::REASON_MUST_LIST_1_TO_1_000_LINES);
  for (int i = 0; i < lines.size(); ++i) {
    const std::string line = absl::StrCat(field, "[", i, "]");
    RETURN_IF_ERROR(CheckDate(line + ".valid_from", lines[i].valid_from(), true, false));
    RETURN_IF_ERROR(CheckAmount(line + ".value", lines[i].value(), 1));
    if (kind == v1::REFERENCE_TABLE_KIND_EXCHANGE_RATE && lines[i].value() > kMaxRateMillionths)
      return InvalidField(line + ".value", v1::REASON_IS_MORE_THAN_RATE_CAN_BE);
    RETURN_IF_ERROR(CheckText(line + ".source", lines[i].source(), 1, 200));
    const int64_t day = LastDayOf(lines[i].valid_from());
    if (day <= after_day) return InvalidField(line + ".valid_from", v1::REASON_IS_NOT_AFTER_LINE_BEFORE);
    after_day = day;
  }
  return absl::OkStatus();
}

using Lines = google::protobuf::RepeatedPtrField<v1::ReferenceLine>;

absl::Status CheckDays(const std::string& field, const Lines& lines) {
  for (int i = 0; i < lines.size(); ++i) {
    if (lines[i].value() != 1)
      return InvalidField(absl::StrCat(field, "[", i, "].value"), v1::REASON_MUST_BE_1);
  }
  return absl::OkStatus();
}

absl::Status CheckBankHolidays(const v1::ReferenceTablePublished& table) {
  RETURN_IF_ERROR(CheckCountry("table.country", table.country()));
  if (!table.currency().empty() || !table.into_currency().empty())
    return InvalidField("table.currency", v1::REASON_MUST_BE_LEFT_OUT_DAYS_HAVE_NONE);
  RETURN_IF_ERROR(CheckLines("table.lines", table.kind(), table.lines(), kBeforeAll));
  return CheckDays("table.lines", table.lines());
}

}  // namespace

const v1::ReferenceLine* LineOn(const v1::ReferenceTablePublished& table, int64_t day) {
  // Lines are by date, and a table of many years is looked through for each month of a claim.
  const auto after = std::upper_bound(
      table.lines().begin(), table.lines().end(), day,
      [](int64_t wanted, const v1::ReferenceLine& line) { return wanted < LastDayOf(line.valid_from()); });
  return after == table.lines().begin() ? nullptr : &*std::prev(after);
}

void Evolve(ReferenceTableState& state, const v1::EventRecord& event) {
  if (event.has_reference_table_published()) state.published = event.reference_table_published();
  if (event.has_reference_table_extended()) {
    state.published.mutable_lines()->MergeFrom(event.reference_table_extended().lines());
  }
}

absl::Status Decide(const v1::PublishReferenceTableRequest& request, Docket&, const Context&,
                    Decision& decision) {
  const v1::ReferenceTablePublished& table = request.table();
  RETURN_IF_ERROR(CheckText("table.code", table.code(), 1, 40));
  if (table.kind() == v1::REFERENCE_TABLE_KIND_BANK_HOLIDAYS) {
    RETURN_IF_ERROR(CheckBankHolidays(table));
    *decision.Open().mutable_reference_table_published() = table;
    return absl::OkStatus();
  }
  if (table.kind() != v1::REFERENCE_TABLE_KIND_EXCHANGE_RATE && table.quoted_for() != 0)
    return InvalidField("table.quoted_for", v1::REASON_IS_FOR_EXCHANGE_RATES);
  if (!table.country().empty())
    return InvalidField("table.country", v1::REASON_IS_FOR_DAYS_ON_WHICH_BANKS_ARE_CLOSED);
  RETURN_IF_ERROR(MinorDigits("table.currency", table.currency()).status());
  if (table.kind() == v1::REFERENCE_TABLE_KIND_EXCHANGE_RATE) {
    RETURN_IF_ERROR(MinorDigits("table.into_currency", table.into_currency()).status());
    if (table.currency() == table.into_currency()) {
      return InvalidField("table.into_currency", v1::REASON_IS_SAME_CURRENCY);
    }
    RETURN_IF_ERROR(CheckQuotation("table.quoted_for", table));
  } else if (table.kind() != v1::REFERENCE_TABLE_KIND_MONTHLY_WAGE) {
    return InvalidField("table.kind", v1::REASON_MUST_SAY_WHETHER_IT_HOLDS_WAGES_EXCHANGE_RATES_OR_DAYS);
  } else if (!table.into_currency().empty()) {
    return InvalidField("table.into_currency", v1::REASON_IS_FOR_EXCHANGE_RATES);
  }
  RETURN_IF_ERROR(CheckLines("table.lines", table.kind(), table.lines(), kBeforeAll));
  *decision.Open().mutable_reference_table_published() = table;
  return absl::OkStatus();
}

absl::Status Decide(const v1::ExtendReferenceTableRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto table,
                   docket.Find<ReferenceTableState>("reference_table_id", request.reference_table_id()));
  const auto& lines = table->published.lines();
  RETURN_IF_ERROR(CheckLines("lines", table->published.kind(), request.lines(),
                             LastDayOf(lines[lines.size() - 1].valid_from())));
  if (table->published.kind() == v1::REFERENCE_TABLE_KIND_BANK_HOLIDAYS)
    RETURN_IF_ERROR(CheckDays("lines", request.lines()));
  *decision.Append(*table).mutable_reference_table_extended()->mutable_lines() = request.lines();
  return absl::OkStatus();
}

}  // namespace klaim::domain
