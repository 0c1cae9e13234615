// Rates as banks quote them, between currencies of different decimals, in both directions.
#include "engine/domain/registry/exchange_rate.h"

#include <random>

#include "gtest/gtest.h"
#include "klaim/v1/registry_service.pb.h"
#include "testing/docket_story.h"

namespace klaim::testing {
namespace {

v1::ReferenceTablePublished Quoted(const std::string& currency, const std::string& into, int32_t quoted_for,
                                   int64_t millionths) {
  v1::ReferenceTablePublished table;
  table.set_kind(v1::REFERENCE_TABLE_KIND_EXCHANGE_RATE);
  table.set_currency(currency);
  table.set_into_currency(into);
  table.set_quoted_for(quoted_for);
  auto& line = *table.add_lines();
  line.mutable_valid_from()->set_year(2026);
  line.mutable_valid_from()->set_month(1);
  line.mutable_valid_from()->set_day(1);
  line.set_value(millionths);
  line.set_source("Bank Indonesia");
  return table;
}

TEST(ExchangeRate, IsOfMajorUnitsAsBanksQuoteIt) {
  const struct {
    const char* currency;
    const char* into;
    int32_t quoted_for;
    int64_t millionths;
    const char* from;
    int64_t amount;
    int64_t worth;
    const char* text;
  } kCases[] = {
      // 300,000 yen at 105 rupiah are Rp 31,500,000.00, and the other way round.
      {"JPY", "IDR", 1, 105'000'000, "JPY", 300'000, 31'500'000'00, "1 JPY = 105 IDR"},
      {"JPY", "IDR", 100, 10'500'000'000, "JPY", 300'000, 31'500'000'00, "100 JPY = 10500 IDR"},
      {"JPY", "IDR", 1, 105'000'000, "IDR", 31'500'000'00, 300'000, "1 JPY = 105 IDR"},
      // 594.339 Kuwaiti dinar at 53,000 rupiah.
      {"KWD", "IDR", 1, 53'000'000'000, "KWD", 594'339, 31'499'967'00, "1 KWD = 53000 IDR"},
      {"KWD", "IDR", 1, 53'000'000'000, "IDR", 31'499'967'00, 594'339, "1 KWD = 53000 IDR"},
      // Of as many decimals it makes no difference whether it is told.
      {"USD", "HKD", 0, 7'800'000, "USD", 2'000'00, 15'600'00, "1 USD = 7.8 HKD"},
      {"USD", "HKD", 1, 7'800'000, "USD", 2'000'00, 15'600'00, "1 USD = 7.8 HKD"},
      {"USD", "IDR", 1, 16'350'250'000, "IDR", 16'350'25, 1'00, "1 USD = 16350.25 IDR"},
      // Before it had to be told, lines were of minor units; what was published so keeps its meaning.
      {"JPY", "IDR", 0, 105'000'000, "JPY", 1'000, 1'050'00, "1 JPY = 105 IDR (in minor units)"},
  };
  for (const auto& each : kCases) {
    const auto table = Quoted(each.currency, each.into, each.quoted_for, each.millionths);
    const v1::ReferenceLine& line = table.lines(0);
    const v1::ExchangeRate rate = domain::RateOfLine(1, table, line, each.from);
    EXPECT_EQ(domain::Converted(each.amount, rate), each.worth) << each.text << " from " << each.from;
    EXPECT_EQ(domain::RateText(table, line), each.text);
  }
}

TEST(ExchangeRate, NoSumOfPartsPassesALimitInTheOtherCurrency) {
  std::mt19937_64 random(20261128);
  for (int i = 0; i < 20'000; ++i) {
    const bool back = random() % 2 == 0;
    const auto table = Quoted("JPY", "KWD", back ? 100 : 1, static_cast<int64_t>(1 + random() % 10'000'000));
    const v1::ExchangeRate rate = domain::RateOfLine(1, table, table.lines(0), back ? "KWD" : "JPY");
    const int64_t limit = static_cast<int64_t>(random() % 1'000'000'000);
    int64_t left = limit;
    int64_t given = 0;
    for (int part = 0; part < 5; ++part) {
      const int64_t most = domain::MostWorth(left, rate);
      if (most == 0) break;
      const int64_t taken =
          part == 4 ? most : 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(most));
      left -= domain::ConvertedUp(taken, rate);
      given += taken;
      ASSERT_GE(left, 0) << "worth " << rate.worth() << " of " << rate.of();
    }
    ASSERT_LE(domain::ConvertedUp(given, rate), limit);
  }
}

TEST(ExchangeRate, IsNotPublishedWithoutItsUnit) {
  DocketStory story;
  v1::PublishReferenceTableRequest request;
  *request.mutable_table() = Quoted("JPY", "IDR", 0, 105'000'000);
  request.mutable_table()->set_code("JPY-IDR");
  EXPECT_TRUE(Refuses(story.Ask(request), absl::StatusCode::kInvalidArgument, "table.quoted_for"));
  for (int32_t wrong : {-1, 2, 99, 10'000'000}) {
    request.mutable_table()->set_quoted_for(wrong);
    EXPECT_TRUE(Refuses(story.Ask(request), absl::StatusCode::kInvalidArgument, "table.quoted_for")) << wrong;
  }
  request.mutable_table()->set_quoted_for(100);
  story.Must(request);
  request.mutable_table()->mutable_lines(0)->set_value(100'000'000'000'001);
  EXPECT_TRUE(Refuses(story.Ask(request), absl::StatusCode::kInvalidArgument, "table.lines[0].value"));
}

}  // namespace
}  // namespace klaim::testing
