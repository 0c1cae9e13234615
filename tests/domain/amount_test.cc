// Amounts are a currency and a number: what is read and what is written.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "engine/domain/core/money.h"

namespace klaim::domain {
namespace {

// What is wrong, by the words of its refusal, as the page calls it.
std::string ProblemIn(absl::string_view message) {
  if (absl::StartsWith(message, "is in ")) return "currency";
  if (absl::StartsWith(message, "has the sign of several currencies")) return "sign";
  if (absl::StartsWith(message, "can be read in two ways")) return "ways";
  if (absl::StrContains(message, " decimals, ")) return "decimals";
  if (absl::StartsWith(message, "is larger than")) return "large";
  return absl::StartsWith(message, "must be an amount") ? "money" : "?";
}

// The page is tried on the same cases (tests/console/money.test.mjs).
TEST(Amount, IsReadInItsCurrencyOrRefused) {
  std::ifstream file(KLAIM_SOURCE "/tests/domain/money_cases.json");
  std::stringstream text;
  text << file.rdbuf();
  const boost::json::array cases = boost::json::parse(text.str()).as_array();
  ASSERT_GT(cases.size(), 50u);
  for (const auto& one : cases) {
    const std::string written(one.at(0).as_string());
    const std::string currency(one.at(1).as_string());
    const auto amount = ParseMoney(written, currency);
    const boost::json::value got =
        amount.ok() ? boost::json::value(*amount) : boost::json::value(ProblemIn(amount.status().message()));
    EXPECT_EQ(got, one.at(2)) << "\"" << written << "\" in " << currency << ": " << amount.status();
  }
}

TEST(Amount, OfEachCurrencyIsReadAsItIsWritten) {
  for (const std::string& currency : KnownCurrencies()) {
    for (const int64_t minor : {int64_t{0}, int64_t{5}, int64_t{1'234'567}, int64_t{1'000'000'000'000'000}}) {
      const std::string text = MoneyText(minor, currency);
      const auto read = ParseMoney(text, currency);
      ASSERT_TRUE(read.ok()) << text << ": " << read.status();
      EXPECT_EQ(*read, minor) << text;
    }
  }
}

TEST(Amount, OfMonthsAndPercentIsANumberAlone) {
  EXPECT_EQ(*ParseHundredths("6", 600), 600u);
  EXPECT_EQ(*ParseHundredths("6,5", 600), 650u);
  for (const char* other : {"6 bulan", "3 %", "tiga", "", "-1", "6.5", "601", "6,555", "1e2"})
    EXPECT_FALSE(ParseHundredths(other, 600).ok()) << other;
}

}  // namespace
}  // namespace klaim::domain
