// Samples and the values of heads: what anyone can compute again by hand.

#include "engine/domain/claims/sample.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/valuation.h"
#include "engine/domain/registry/programme.h"
#include "engine/domain/registry/reference_table.h"
#include "testing/docket_story.h"

namespace klaim::testing {
namespace {

TEST(SampleSize, IsCochransWithTheCorrectionForAFinitePopulation) {
  struct Case {
    uint32_t population, confidence, margin, size;
  };
  // 95 % and 5 %: 385 of very many, 278 of 1,000 (Krejcie and Morgan, 1970, table 1).
  const Case cases[] = {
      {1'000'000, 9500, 500, 385}, {1'000, 9500, 500, 278},  {100, 9500, 500, 80}, {10, 9500, 500, 10},
      {1'000, 9900, 500, 400},     {1'000, 9000, 1'000, 64}, {2, 9500, 500, 2}};
  for (const Case& one : cases) {
    EXPECT_EQ(domain::SampleSize(one.population, one.confidence, one.margin), one.size) << one.population;
  }
}

class SampleTest : public ::testing::Test {
 protected:
  uint64_t Announce(const std::vector<int64_t>& bounds) {
    for (int i = 0; i < 40; ++i) {
      claims_.push_back(story_.File(10'000 * (1 + i)));
      story_.Determine(claims_.back());
    }
    v1::AnnounceSampleRequest request;
    request.set_group_id(story_.Certify(claims_));
    request.set_confidence_basis_points(9'000);
    request.set_margin_basis_points(2'000);
    request.mutable_bounds_minor()->Assign(bounds.begin(), bounds.end());
    return story_.Must(request);
  }
  const domain::SampleState& Sample(uint64_t id) {
    return **story_.docket().Find<domain::SampleState>("sample_id", id);
  }
  void DrawIt(uint64_t id, char root) {
    v1::DrawSampleRequest draw;
    draw.set_sample_id(id);
    draw.set_announcement_root(std::string(32, root));
    draw.set_checkpoint("signed");
    story_.Must(draw);
  }

  DocketStory story_;
  std::vector<uint64_t> claims_;
};

TEST_F(SampleTest, IsDrawnByStratumFromASeedAndEveryoneCanDrawItAgain) {
  const uint64_t id = Announce({150'000, 300'000});
  const v1::SampleAnnounced announced = Sample(id).announced;
  ASSERT_EQ(announced.strata_size(), 3);
  EXPECT_EQ(announced.strata(0).claims(), 14u);
  EXPECT_EQ(announced.strata(1).claims(), 15u);
  EXPECT_EQ(announced.strata(2).claims(), 11u);
  uint32_t wished = 0;
  for (const auto& stratum : announced.strata()) {
    EXPECT_GE(stratum.drawn(), 2u);
    wished += stratum.drawn();
  }
  EXPECT_EQ(wished, domain::SampleSize(40, 9'000, 2'000));
  EXPECT_GT(announced.strata(2).drawn(), announced.strata(0).drawn()) << "more where more money is";
  v1::ReviewSampleRequest early;
  early.set_sample_id(id);
  early.mutable_review()->set_finding("x");
  EXPECT_TRUE(Refuses(story_.Ask(early), absl::StatusCode::kFailedPrecondition, "sample_id"));
  DrawIt(id, 'r');
  const v1::SampleDrawn drawn = Sample(id).drawn;
  EXPECT_EQ(drawn.seed(), domain::SeedOf(std::string(32, 'r')));
  const std::vector<uint64_t> again = domain::Draw(announced, drawn.seed());
  EXPECT_EQ(again, std::vector<uint64_t>(drawn.claim_ids().begin(), drawn.claim_ids().end()));
  EXPECT_NE(domain::Draw(announced, domain::SeedOf(std::string(32, 's'))), again)
      << "another root, another lot";
  v1::DrawSampleRequest twice;
  twice.set_sample_id(id);
  twice.set_announcement_root(std::string(32, 's'));
  EXPECT_TRUE(Refuses(story_.Ask(twice), absl::StatusCode::kFailedPrecondition, "sample_id")) << "drawn once";
}

TEST_F(SampleTest, EndsInMoney) {
  const uint64_t id = Announce({});
  DrawIt(id, 'r');
  v1::EstimateSampleRequest estimate;
  estimate.set_sample_id(id);
  EXPECT_TRUE(Refuses(story_.Ask(estimate), absl::StatusCode::kFailedPrecondition, "sample_id"))
      << "not all reviewed";
  const v1::SampleDrawn drawn = Sample(id).drawn;
  // Each second claim of the sample was determined 1,000 too high.
  int wrong = 0;
  for (int i = 0; i < drawn.claim_ids_size(); ++i) {
    v1::ReviewSampleRequest review;
    review.set_sample_id(id);
    review.mutable_review()->set_claim_id(drawn.claim_ids(i));
    const int64_t determined = story_.claim(drawn.claim_ids(i)).heads[0].determined_minor;
    review.mutable_review()->set_found_minor(determined - (i % 2 == 0 ? 1'000 : 0));
    review.mutable_review()->set_finding("Receipts counted again.");
    wrong += i % 2 == 0;
    story_.Must(review);
  }
  story_.Must(estimate);
  const v1::SampleEstimated result = Sample(id).estimate;
  const int n = drawn.claim_ids_size();
  EXPECT_EQ(result.reviewed(), static_cast<uint32_t>(n));
  EXPECT_EQ(result.wrong(), static_cast<uint32_t>(wrong));
  EXPECT_NEAR(static_cast<double>(result.error_minor()), -1'000.0 * wrong / n * 40, 1);
  // By the textbook: N^2 (1 - n/N) s^2 / n, times z = 1.6449.
  const double mean = static_cast<double>(wrong) / n;
  const double s2 = 1e6 * n * mean * (1 - mean) / (n - 1);
  const double margin = 1.6449 * std::sqrt(1600.0 * (1 - n / 40.0) * s2 / n);
  EXPECT_NEAR(static_cast<double>(result.margin_minor()), margin, margin / 500 + 2);
}

class ValueTest : public ::testing::Test {
 protected:
  static v1::PartialDate Date(uint32_t year, uint32_t month = 0, uint32_t day = 0) {
    v1::PartialDate date;
    date.set_year(year);
    date.set_month(month);
    date.set_day(day);
    return date;
  }
  uint64_t Table(v1::ReferenceTableKind kind, const std::string& currency, const std::string& into,
                 const std::vector<std::pair<v1::PartialDate, int64_t>>& lines) {
    v1::PublishReferenceTableRequest request;
    auto& table = *request.mutable_table();
    table.set_code("T");
    table.set_kind(kind);
    table.set_currency(currency);
    table.set_into_currency(into);
    for (const auto& [from, value] : lines) {
      auto& line = *table.add_lines();
      *line.mutable_valid_from() = from;
      line.set_value(value);
      line.set_source("Gazette");
    }
    return story_.Must(request);
  }
  absl::StatusOr<v1::ValuedHead> Value(const v1::ClaimedHead& head, const v1::HeadRule& rule) {
    return domain::Value(head, rule, "HKD", story_.docket());
  }

  DocketStory story_;
};

TEST_F(ValueTest, TheMinimumWageOfEachMonthLessWhatWasPaid) {
  v1::HeadRule rule;
  rule.set_valuation_rule(v1::VALUATION_RULE_MINIMUM_LESS_PAID);
  rule.set_wage_table_id(Table(v1::REFERENCE_TABLE_KIND_MONTHLY_WAGE, "HKD", "",
                               {{Date(2023, 10, 1), 487'000}, {Date(2024, 9, 28), 499'000}}));
  v1::ClaimedHead head;
  head.set_code("underpayment");
  head.set_paid_monthly_minor(400'000);
  *head.mutable_period_from() = Date(2024, 7);
  *head.mutable_period_until() = Date(2024, 10);
  // July and August at 4,870; September and October at 4,990, which held at the month's end.
  const auto value = Value(head, rule);
  ASSERT_TRUE(value.ok()) << value.status();
  EXPECT_EQ(value->value().minor_units(), 2 * 87'000 + 2 * 99'000);
  EXPECT_EQ(value->computation(),
            "2 months x (4870.00 HKD minimum by Gazette - 4000.00 HKD paid) + 2 months x (4990.00 HKD "
            "minimum by Gazette "
            "- 4000.00 HKD paid) = 3720.00 HKD");
  head.set_paid_monthly_minor(600'000);
  EXPECT_EQ(Value(head, rule)->value().minor_units(), 0) << "never below zero";
  *head.mutable_period_from() = Date(2020);
  EXPECT_FALSE(Value(head, rule).ok()) << "before the first line";
}

TEST_F(ValueTest, WhatIsDocumentedInAnotherCurrencyIsConvertedAtTheRateOfItsDay) {
  v1::HeadRule rule;
  rule.set_valuation_rule(v1::VALUATION_RULE_DOCUMENTED_AMOUNT);
  rule.set_exchange_table_id(Table(v1::REFERENCE_TABLE_KIND_EXCHANGE_RATE, "IDR", "HKD",
                                   {{Date(2024, 1, 1), 505}, {Date(2025, 1, 1), 480}}));
  v1::ClaimedHead head;
  head.set_code("excess_recruitment_fee");
  head.set_documented_currency("IDR");
  head.set_documented_minor(2'500'000'000);  // Rp 25.000.000,00
  *head.mutable_period_from() = Date(2024, 5, 3);
  EXPECT_EQ(Value(head, rule)->value().minor_units(), 1'262'500);
  *head.mutable_period_from() = Date(2025, 5, 3);
  EXPECT_EQ(Value(head, rule)->value().minor_units(), 1'200'000);
  head.set_documented_currency("TWD");
  EXPECT_FALSE(Value(head, rule).ok());
}

TEST_F(ValueTest, ANewVersionOfTheRulesIsARecordAndChangesNothingByItself) {
  const uint64_t claim = story_.File(1'900'000);
  story_.Determine(claim);
  const auto& programme = **story_.docket().Find<domain::ProgrammeState>("programme_id", story_.programme);
  v1::ReviseProgrammeRequest revise;
  revise.set_programme_id(story_.programme);
  *revise.mutable_heads() = programme.rules.heads();
  revise.mutable_heads(0)->set_cap_minor(1'000'000);
  EXPECT_TRUE(Refuses(story_.Ask(revise), absl::StatusCode::kInvalidArgument, "source"));
  revise.set_source("Decision 7/2026");
  revise.set_reason("The tribunal's cap.");
  auto lacking = revise;
  lacking.mutable_heads()->RemoveLast();
  EXPECT_TRUE(Refuses(story_.Ask(lacking), absl::StatusCode::kInvalidArgument, "heads"));
  story_.Must(revise);
  EXPECT_EQ((**story_.docket().Find<domain::ProgrammeState>("programme_id", story_.programme)).rules_version,
            2u);
  EXPECT_EQ(story_.claim(claim).heads[0].determined_minor, 1'900'000);
  const uint64_t later = story_.File(1'900'000);
  story_.Determine(later);
  EXPECT_EQ(story_.claim(later).heads[0].determined_minor, 1'000'000);
}

TEST_F(ValueTest, APrecedentMustBeAClaimLikeThisOneAndDecidedInTheSameWay) {
  const uint64_t precedent = story_.File(1'000'000);
  const uint64_t claim = story_.File(900'000);
  v1::StartReviewRequest review;
  review.set_claim_id(claim);
  story_.Must(review);
  v1::DecideEligibilityRequest decide;
  decide.set_claim_id(claim);
  decide.mutable_decision()->set_eligible(true);
  decide.mutable_decision()->set_reason_code("as_precedent");
  decide.mutable_decision()->set_reasons("As in the first claim.");
  decide.mutable_decision()->set_precedent_claim_id(precedent);
  EXPECT_TRUE(
      Refuses(story_.Ask(decide), absl::StatusCode::kFailedPrecondition, "decision.precedent_claim_id"));
  story_.Determine(precedent);
  decide.mutable_decision()->set_eligible(false);
  EXPECT_TRUE(Refuses(story_.Ask(decide), absl::StatusCode::kInvalidArgument, "decision.precedent_claim_id"));
  decide.mutable_decision()->set_eligible(true);
  story_.Must(decide);
}

}  // namespace
}  // namespace klaim::testing
