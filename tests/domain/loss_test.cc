// One loss, one ceiling: what several heads recover together for one loss, in any programme and currency.

#include "engine/domain/claims/loss.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/double_claim.h"
#include "engine/domain/money/payment_batch.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/people/claimant.h"
#include "engine/domain/registry/programme.h"
#include "engine/domain/registry/reference_table.h"
#include "klaim/v1/event_record.pb.h"
#include "testing/docket_story.h"

namespace klaim::testing {
namespace {

constexpr int64_t kDay = 86'400'000'000;

class LossTest : public ::testing::Test {
 protected:
  LossTest() {
    v1::OpenProgrammeRequest opened;
    auto& rules = *opened.mutable_programme();
    rules.set_code("DALAM-NEGERI");
    rules.set_title("Biaya penempatan");
    rules.set_currency("IDR");
    *rules.mutable_filing_deadline() = Day(2027, 12, 31);
    for (const char* code : {"biaya_penempatan", "potongan_gaji"}) {
      auto& head = *rules.add_heads();
      head.set_code(code);
      head.set_proof_standard(v1::PROOF_STANDARD_PLAUSIBLE);
      head.set_valuation_rule(v1::VALUATION_RULE_DOCUMENTED_AMOUNT);
      head.set_priority_tier(1);
      head.set_loss_family("excess_recruitment_fee");
    }
    rules.mutable_grouping()->add_dimensions(v1::GROUPING_DIMENSION_HEAD);
    rules.mutable_grouping()->set_least_size(1);
    home_ = story_.Must(opened);
    v1::PublishReferenceTableRequest table;
    table.mutable_table()->set_code("HKD-IDR");
    table.mutable_table()->set_kind(v1::REFERENCE_TABLE_KIND_EXCHANGE_RATE);
    table.mutable_table()->set_currency("HKD");
    table.mutable_table()->set_into_currency("IDR");
    auto& line = *table.mutable_table()->add_lines();
    *line.mutable_valid_from() = Day(2026, 1, 1);
    line.set_value(2'100'000'000);  // Rp 2,100 for a dollar
    line.set_source("Bank Indonesia");
    rates_ = story_.Must(table);
  }

  // A claim at home of whom filed this one abroad, for these heads.
  uint64_t FileAtHome(uint64_t abroad, const std::vector<std::pair<std::string, int64_t>>& heads) {
    v1::FileClaimRequest filing = story_.Filing(1);
    filing.set_claimant_id(story_.claim(abroad).claimant_id);
    filing.set_case_id(story_.claim(abroad).case_id);
    filing.set_programme_id(home_);
    filing.clear_heads();
    for (const auto& [code, amount] : heads) {
      auto& head = *filing.add_heads();
      head.set_code(code);
      head.mutable_claimed()->set_currency("IDR");
      head.mutable_claimed()->set_minor_units(amount);
      head.set_documented_minor(amount);
    }
    return story_.File(filing);
  }

  absl::Status OpenLoss(const std::vector<std::pair<uint64_t, std::string>>& heads,
                        const std::string& currency, int64_t ceiling, bool with_rates = true) {
    v1::OpenLossRequest request;
    for (const auto& [claim, code] : heads) {
      auto& head = *request.add_heads();
      head.set_claim_id(claim);
      head.set_head(code);
    }
    request.mutable_ceiling()->set_currency(currency);
    request.mutable_ceiling()->set_minor_units(ceiling);
    if (with_rates) request.add_exchange_table_ids(rates_);
    request.set_reason("Satu biaya.");
    return story_.Ask(request);
  }

  uint64_t Certify(uint64_t programme, const std::vector<uint64_t>& claims) {
    v1::CertifyGroupRequest certify;
    certify.set_name("Group");
    certify.set_programme_id(programme);
    certify.mutable_claim_ids()->Assign(claims.begin(), claims.end());
    return story_.Must(certify);
  }

  // A settlement of the group, all of it received.
  uint64_t SettleGroup(uint64_t programme, const std::string& currency, int64_t amount, uint64_t group) {
    v1::RecordSettlementRequest record;
    auto& settlement = *record.mutable_settlement();
    settlement.set_programme_id(programme);
    settlement.add_group_ids(group);
    settlement.add_respondent_ids(story_.agency);
    settlement.set_forum("Pengadilan");
    settlement.mutable_amount()->set_currency(currency);
    settlement.mutable_amount()->set_minor_units(amount);
    auto& instalment = *settlement.add_instalments();
    *instalment.mutable_due_on() = Day(2027, 1, 28);
    instalment.set_amount_minor(amount);
    const uint64_t settled = story_.Must(record);
    story_.Receive(settled, 1, amount);
    return settled;
  }
  uint64_t Settle(uint64_t programme, const std::string& currency, int64_t amount,
                  const std::vector<uint64_t>& claims) {
    return SettleGroup(programme, currency, amount, Certify(programme, claims));
  }

  void Account(uint64_t claim, const std::string& currency) {
    v1::ConfirmPayoutAccountRequest request;
    request.set_claimant_id(story_.claim(claim).claimant_id);
    request.mutable_account()->mutable_holder()->mutable_sealed();
    request.mutable_account()->mutable_number()->mutable_sealed();
    request.mutable_account()->set_bank_bic("BRINIDJA");
    request.mutable_account()->set_currency(currency);
    story_.Must(request);
  }

  absl::Status Pay(uint64_t settlement, uint64_t claim) {
    v1::ProposePaymentBatchRequest request;
    request.set_settlement_id(settlement);
    request.add_claim_ids(claim);
    return story_.Ask(request);
  }

  // A claim abroad for which all of this is ordered to be paid.
  uint64_t PaidAbroad(int64_t amount) {
    const uint64_t abroad = story_.File(amount);
    story_.Determine(abroad);
    const uint64_t settlement = Settle(story_.programme, "HKD", amount, {abroad});
    story_.Allocate(settlement);
    Account(abroad, "HKD");
    EXPECT_TRUE(Pay(settlement, abroad).ok());
    return abroad;
  }

  absl::Status Reject(uint64_t batch) {
    v1::RejectPaymentBatchRequest request;
    request.set_payment_batch_id(batch);
    request.set_reason("Salah.");
    return story_.Ask(request, "budi@0");
  }

  // The first claim of who filed this one.
  uint64_t Abroad(uint64_t claim) {
    return (*story_.docket().Find<domain::ClaimantState>("", story_.claim(claim).claimant_id))
        ->claim_ids.front();
  }

  const domain::ClaimHead& Head(uint64_t claim, const std::string& code) {
    return *story_.claim(claim).Head(code);
  }

  DocketStory story_;
  uint64_t home_ = 0;
  uint64_t rates_ = 0;
};

TEST_F(LossTest, OneFeeClaimedAbroadAndAtHomeIsPaidOnNeitherBeforeSomebodyDecided) {
  const uint64_t abroad = story_.File(1'500'000);
  const uint64_t home = FileAtHome(abroad, {{"biaya_penempatan", 31'500'000'00}});
  story_.Determine(abroad);
  story_.Determine(home);
  const uint64_t first = Settle(story_.programme, "HKD", 1'500'000, {abroad});
  const uint64_t second = Settle(home_, "IDR", 31'500'000'00, {home});
  story_.Allocate(first);
  story_.Allocate(second);
  Account(abroad, "HKD");
  EXPECT_TRUE(Refuses(Pay(first, abroad), kNotNow, "claim_ids"));
  Account(home, "IDR");
  EXPECT_TRUE(Refuses(Pay(second, home), kNotNow, "claim_ids"));
  // Neither gives way to the other: they are of two programmes.
  v1::DecideDoubleClaimRequest merge;
  merge.set_claim_id(home);
  merge.set_other_claim_id(abroad);
  merge.set_reason("Satu biaya.");
  EXPECT_TRUE(Refuses(story_.Ask(merge), kNotNow, "other_claim_id"));
  // Without a rate what is paid abroad can't be counted at home.
  const std::vector<std::pair<uint64_t, std::string>> heads = {{abroad, "excess_recruitment_fee"},
                                                               {home, "biaya_penempatan"}};
  EXPECT_TRUE(Refuses(OpenLoss(heads, "IDR", 31'500'000'00, false), kInvalid, "heads[0]"));
  ASSERT_TRUE(OpenLoss(heads, "IDR", 31'500'000'00).ok());
  // Paid abroad: HKD 15,000.00 at Rp 2,100 is the whole of it.
  Account(abroad, "HKD");
  ASSERT_TRUE(Pay(first, abroad).ok());
  EXPECT_EQ(Head(abroad, "excess_recruitment_fee").drawn_minor, 31'500'000'00);
  Account(home, "IDR");
  EXPECT_TRUE(Refuses(Pay(second, home), kNotNow, "claim_ids")) << "the loss is recovered";
}

TEST_F(LossTest, WhatOneHeadDoesNotRecoverTheOtherMay) {
  const uint64_t abroad = story_.File(1'000'000);
  const uint64_t home = FileAtHome(abroad, {{"biaya_penempatan", 31'500'000'00}});
  story_.Determine(abroad);
  story_.Determine(home);
  ASSERT_TRUE(
      OpenLoss({{abroad, "excess_recruitment_fee"}, {home, "biaya_penempatan"}}, "IDR", 31'500'000'00).ok());
  const uint64_t first = Settle(story_.programme, "HKD", 1'000'000, {abroad});
  story_.Allocate(first);
  Account(abroad, "HKD");
  const uint64_t batch = story_.size();
  ASSERT_TRUE(Pay(first, abroad).ok());
  // The other settlement owes what is left: 31.5 million less 21 million.
  const uint64_t second = Settle(home_, "IDR", 31'500'000'00, {home});
  story_.Allocate(second);
  EXPECT_EQ(Head(home, "biaya_penempatan").allocated_minor, 10'500'000'00);
  // Once the payment abroad is taken back, it may be recovered at home; what is allocated stays.
  ASSERT_TRUE(Reject(batch).ok());
  EXPECT_EQ(Head(abroad, "excess_recruitment_fee").drawn_minor, 0);
  Account(home, "IDR");
  ASSERT_TRUE(Pay(second, home).ok());
  EXPECT_EQ(Head(home, "biaya_penempatan").ordered_minor, 10'500'000'00);
  // Abroad there are 21 million left, and so all of it may be paid again.
  Account(abroad, "HKD");
  ASSERT_TRUE(Pay(first, abroad).ok());
  EXPECT_EQ(Head(abroad, "excess_recruitment_fee").ordered_minor, 1'000'000);
}

TEST_F(LossTest, WhatWasPaidBeforeCountsAtTheRateOfItsDay) {
  const uint64_t abroad = PaidAbroad(1'000'000);
  // Later the dollar is worth less.
  v1::ExtendReferenceTableRequest extend;
  extend.set_reference_table_id(rates_);
  auto& line = *extend.add_lines();
  *line.mutable_valid_from() = Day(2026, 10, 1);
  line.set_value(2'000'000'000);
  line.set_source("Bank Indonesia");
  story_.Must(extend);
  story_.now_micros += 60 * kDay;
  const uint64_t home = FileAtHome(abroad, {{"biaya_penempatan", 31'500'000'00}});
  story_.Determine(home);
  ASSERT_TRUE(
      OpenLoss({{abroad, "excess_recruitment_fee"}, {home, "biaya_penempatan"}}, "IDR", 31'500'000'00).ok());
  EXPECT_EQ(Head(abroad, "excess_recruitment_fee").drawn_minor, 21'000'000'00);
}

TEST_F(LossTest, MoreThanTheCeilingThatWasPaidBeforeIsSeenAndNothingMoreIsPaid) {
  const uint64_t abroad = PaidAbroad(1'000'000);
  const uint64_t home = FileAtHome(abroad, {{"biaya_penempatan", 1'000'000'00}});
  story_.Determine(home);
  const uint64_t loss = story_.size();
  ASSERT_TRUE(
      OpenLoss({{abroad, "excess_recruitment_fee"}, {home, "biaya_penempatan"}}, "IDR", 20'000'000'00).ok());
  const uint64_t second = Settle(home_, "IDR", 1'000'000'00, {home});
  v1::ProposeAllocationRequest propose;
  propose.set_settlement_id(second);
  EXPECT_TRUE(Refuses(story_.Ask(propose), kNotNow, "settlement_id")) << "nothing is owed of it";
  // The ceiling may be raised, and not put lower still.
  v1::SetLossCeilingRequest ceiling;
  ceiling.set_loss_id(loss);
  ceiling.mutable_ceiling()->set_currency("IDR");
  ceiling.mutable_ceiling()->set_minor_units(19'000'000'00);
  ceiling.set_reason("Kuitansi.");
  EXPECT_TRUE(Refuses(story_.Ask(ceiling), kNotNow, "ceiling.minor_units"));
  ceiling.mutable_ceiling()->set_minor_units(21'500'000'00);
  story_.Must(ceiling);
  EXPECT_TRUE(Refuses(story_.Ask(propose), kNotNow, "settlement_id")) << "a higher one takes two persons";
  EXPECT_TRUE(Refuses(story_.Ask(ceiling), absl::StatusCode::kPermissionDenied, "ceiling"));
  ceiling.mutable_ceiling()->set_minor_units(22'000'000'00);
  story_.Must(ceiling, "budi@0");  // another one: a proposal of its own
  EXPECT_TRUE(Refuses(story_.Ask(propose), kNotNow, "settlement_id"));
  ceiling.mutable_ceiling()->set_minor_units(21'500'000'00);
  story_.Must(ceiling);
  story_.Must(ceiling, "budi@0");
  story_.Allocate(second);
  EXPECT_EQ(Head(home, "biaya_penempatan").allocated_minor, 500'000'00);
}

TEST_F(LossTest, HeadsOfOneClaimThatLookLikeOneLossAreDecidedToo) {
  const uint64_t abroad = story_.File(1);
  const uint64_t home =
      FileAtHome(abroad, {{"biaya_penempatan", 5'000'000'00}, {"potongan_gaji", 4'000'000'00}});
  v1::WithdrawClaimRequest withdraw;
  withdraw.set_claim_id(abroad);
  withdraw.set_reason("Salah.");
  story_.Must(withdraw);
  story_.Determine(home);
  const uint64_t settlement = Settle(home_, "IDR", 9'000'000'00, {home});
  story_.Allocate(settlement);
  Account(home, "IDR");
  EXPECT_TRUE(Refuses(Pay(settlement, home), kNotNow, "claim_ids"));
  ASSERT_TRUE(OpenLoss({{home, "biaya_penempatan"}, {home, "potongan_gaji"}}, "IDR", 5'000'000'00).ok());
  ASSERT_TRUE(Pay(settlement, home).ok());
  EXPECT_EQ(Head(home, "biaya_penempatan").ordered_minor, 5'000'000'00);
  EXPECT_EQ(Head(home, "potongan_gaji").ordered_minor, 0);
}

TEST_F(LossTest, AHeadThatIsSeparatedIsPaidByItself) {
  const uint64_t abroad = story_.File(1'000'000);
  const uint64_t home = FileAtHome(abroad, {{"biaya_penempatan", 31'500'000'00}});
  story_.Determine(abroad);
  story_.Determine(home);
  const uint64_t loss = story_.size();
  ASSERT_TRUE(
      OpenLoss({{abroad, "excess_recruitment_fee"}, {home, "biaya_penempatan"}}, "IDR", 31'500'000'00).ok());
  EXPECT_TRUE(Refuses(OpenLoss({{abroad, "excess_recruitment_fee"}, {home, "biaya_penempatan"}}, "IDR", 1),
                      kNotNow, "heads[0]"))
      << "they are of a loss already";
  v1::SeparateLossRequest separate;
  separate.set_loss_id(loss);
  separate.mutable_head()->set_claim_id(home);
  separate.mutable_head()->set_head("biaya_penempatan");
  separate.set_reason("Biaya lain.");
  story_.Must(separate);
  EXPECT_EQ(Head(home, "biaya_penempatan").loss_id, loss) << "one person's word frees no money";
  EXPECT_TRUE(Refuses(story_.Ask(separate), absl::StatusCode::kPermissionDenied, "head"));
  story_.Must(separate, "budi@0");
  EXPECT_TRUE(Refuses(story_.Ask(separate), kInvalid, "head"));
  const uint64_t second = Settle(home_, "IDR", 31'500'000'00, {home});
  story_.Allocate(second);
  Account(home, "IDR");
  ASSERT_TRUE(Pay(second, home).ok());
  EXPECT_EQ(Head(home, "biaya_penempatan").ordered_minor, 31'500'000'00);
  // It may be found to be the same once more.
  v1::JoinLossRequest join;
  join.set_loss_id(loss);
  *join.mutable_head() = separate.head();
  join.set_reason("Kuitansi yang sama.");
  ASSERT_TRUE(story_.Ask(join).ok());
  EXPECT_EQ(Head(home, "biaya_penempatan").drawn_minor, 31'500'000'00);
}

TEST_F(LossTest, WhatWasOrderedBeforeTheyWereFoundToBeOneIsNotApprovedAboveTheCeiling) {
  const uint64_t home_first = FileAtHome(story_.File(1'000'000), {{"biaya_penempatan", 5'000'000'00}});
  const uint64_t home_second = FileAtHome(home_first, {{"potongan_gaji", 5'000'000'00}});
  story_.Determine(home_first);
  story_.Determine(home_second);
  // Of the same person, and found to be two losses; the one abroad is no matter here.
  for (const auto& [one, two] : {std::pair(home_first, home_second)}) {
    v1::DecideDoubleClaimRequest apart;
    apart.set_claim_id(one);
    apart.set_other_claim_id(two);
    apart.set_separate(true);
    apart.set_reason("Dua biaya.");
    story_.Must(apart);
    story_.Must(apart, "budi@0");
    for (uint64_t home : {one, two}) {
      apart.set_claim_id(home);
      apart.set_other_claim_id(Abroad(home));
      story_.Must(apart);
      story_.Must(apart, "budi@0");
    }
  }
  const uint64_t settlement = Settle(home_, "IDR", 10'000'000'00, {home_first, home_second});
  story_.Allocate(settlement);
  Account(home_first, "IDR");
  const uint64_t first = story_.size();
  ASSERT_TRUE(Pay(settlement, home_first).ok());
  const uint64_t second = story_.size();
  ASSERT_TRUE(Pay(settlement, home_second).ok());
  ASSERT_TRUE(
      OpenLoss({{home_first, "biaya_penempatan"}, {home_second, "potongan_gaji"}}, "IDR", 5'000'000'00).ok());
  v1::ApprovePaymentBatchRequest approve;
  approve.set_payment_batch_id(first);
  EXPECT_TRUE(Refuses(story_.Ask(approve, "budi@0"), kNotNow, "payment_batch_id"));
  ASSERT_TRUE(Reject(second).ok());
  EXPECT_TRUE(story_.Ask(approve, "budi@0").ok()) << "what is left of them is within the ceiling";
}

TEST_F(LossTest, ATableWithoutARateOfTodayIsNoneForALoss) {
  v1::PublishReferenceTableRequest table;
  table.mutable_table()->set_code("HKD-IDR-2030");
  table.mutable_table()->set_kind(v1::REFERENCE_TABLE_KIND_EXCHANGE_RATE);
  table.mutable_table()->set_currency("HKD");
  table.mutable_table()->set_into_currency("IDR");
  auto& line = *table.mutable_table()->add_lines();
  *line.mutable_valid_from() = Day(2030, 1, 1);
  line.set_value(2'100'000'000);
  line.set_source("Bank Indonesia");
  rates_ = story_.Must(table);
  const uint64_t abroad = story_.File(1'000'000);
  const uint64_t home = FileAtHome(abroad, {{"biaya_penempatan", 31'500'000'00}});
  EXPECT_TRUE(
      Refuses(OpenLoss({{abroad, "excess_recruitment_fee"}, {home, "biaya_penempatan"}}, "IDR", 1'000),
              kNotNow, "heads[0]"));
}

TEST_F(LossTest, OnePersonOpensItUpToItsLargestHeadAndPutsNoOtherRatesInPlace) {
  const uint64_t abroad = story_.File(1'000'000);
  const uint64_t home = FileAtHome(abroad, {{"biaya_penempatan", 20'000'000'00}});
  const std::vector<std::pair<uint64_t, std::string>> heads = {{abroad, "excess_recruitment_fee"},
                                                               {home, "biaya_penempatan"}};
  // HKD 10,000.00 at Rp 2,100 are Rp 21,000,000.00.
  EXPECT_TRUE(Refuses(OpenLoss(heads, "IDR", 21'000'000'01), kNotNow, "ceiling.minor_units"));
  const uint64_t loss = story_.size();
  ASSERT_TRUE(OpenLoss(heads, "IDR", 21'000'000'00).ok());
  v1::SetLossCeilingRequest same;
  same.set_loss_id(loss);
  same.mutable_ceiling()->set_currency("IDR");
  same.mutable_ceiling()->set_minor_units(21'000'000'00);
  same.set_reason("Sama.");
  EXPECT_TRUE(Refuses(story_.Ask(same), kNotNow, "ceiling.minor_units"));
  v1::PublishReferenceTableRequest table;
  table.mutable_table()->set_code("HKD-IDR-2");
  table.mutable_table()->set_kind(v1::REFERENCE_TABLE_KIND_EXCHANGE_RATE);
  table.mutable_table()->set_currency("HKD");
  table.mutable_table()->set_into_currency("IDR");
  auto& line = *table.mutable_table()->add_lines();
  *line.mutable_valid_from() = Day(2026, 1, 1);
  line.set_value(1);
  line.set_source("Nobody");
  v1::JoinLossRequest join;
  join.set_loss_id(loss);
  join.set_exchange_table_id(story_.Must(table));
  join.mutable_head()->set_claim_id(FileAtHome(abroad, {{"potongan_gaji", 1}}));
  join.mutable_head()->set_head("potongan_gaji");
  join.set_reason("Kurs lain.");
  EXPECT_TRUE(Refuses(story_.Ask(join), kNotNow, "exchange_table_id"));
}

TEST_F(LossTest, WhatIsComparedAsOneLossStaysSo) {
  v1::ReviseProgrammeRequest revise;
  revise.set_programme_id(home_);
  const auto& programme = **story_.docket().Find<domain::ProgrammeState>("", home_);
  *revise.mutable_heads() = programme.rules.heads();
  revise.set_source("Keputusan 1.");
  revise.set_reason("Lain.");
  revise.mutable_heads(0)->clear_loss_family();
  EXPECT_TRUE(Refuses(story_.Ask(revise), kInvalid, "heads"));
}

TEST_F(LossTest, StrangersHeadsAreNoOneLoss) {
  const uint64_t one = story_.File(1'000'000);
  const uint64_t other = story_.File(1'000'000);
  EXPECT_TRUE(Refuses(
      OpenLoss({{one, "excess_recruitment_fee"}, {other, "excess_recruitment_fee"}}, "HKD", 1'000'000, false),
      kInvalid, "heads[1].claim_id"));
}

TEST_F(LossTest, HalvesOfAYearByMonthsAreTwoLosses) {
  v1::FileClaimRequest filing = story_.Filing(1'000'000);
  auto& head = *filing.mutable_heads(0);
  const auto month = [](uint32_t number) {
    v1::PartialDate date;
    date.set_year(2024);
    date.set_month(number);
    return date;
  };
  *head.mutable_period_from() = month(1);
  *head.mutable_period_until() = month(6);
  const uint64_t first = story_.File(filing);
  filing.set_claimant_id(story_.claim(first).claimant_id);
  filing.set_case_id(story_.claim(first).case_id);
  *head.mutable_period_from() = month(7);
  *head.mutable_period_until() = month(12);
  const uint64_t second = story_.File(filing);
  story_.Determine(first);
  story_.Determine(second);
  const uint64_t settlement = Settle(story_.programme, "HKD", 2'000'000, {first, second});
  story_.Allocate(settlement);
  Account(first, "HKD");
  EXPECT_TRUE(Pay(settlement, first).ok());
  EXPECT_TRUE(Pay(settlement, second).ok());
}

// Whatever is settled, allocated, paid and taken back in whatever order at whatever rate, the loss isn't recovered above its ceiling.
TEST_F(LossTest, NoHistoryRecoversMoreThanTheCeiling) {
  for (uint32_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto below = [&](int64_t n) { return static_cast<int64_t>(random() % static_cast<uint64_t>(n)); };
    const uint64_t abroad = story_.File(1 + below(2'000'000));
    const uint64_t home = FileAtHome(abroad, {{"biaya_penempatan", 1 + below(40'000'000'00)},
                                              {"potongan_gaji", 1 + below(40'000'000'00)}});
    story_.Determine(abroad);
    story_.Determine(home);
    const int64_t ceiling = 2 + below(50'000'000'00);
    const uint64_t loss = story_.size();
    ASSERT_TRUE(
        OpenLoss({{abroad, "excess_recruitment_fee"}, {home, "biaya_penempatan"}, {home, "potongan_gaji"}},
                 "IDR", 1)
            .ok());
    v1::SetLossCeilingRequest raise;
    raise.set_loss_id(loss);
    raise.mutable_ceiling()->set_currency("IDR");
    raise.mutable_ceiling()->set_minor_units(ceiling);
    raise.set_reason("Kuitansi.");
    story_.Must(raise);
    story_.Must(raise, "budi@0");
    const uint64_t group_abroad = Certify(story_.programme, {abroad});
    const uint64_t group_home = Certify(home_, {home});
    std::vector<std::tuple<uint64_t, uint64_t, std::string>> settlements;
    std::vector<uint64_t> batches;
    for (int step = 0; step < 30; ++step) {
      switch (below(6)) {
        case 0: {
          const bool is_home = below(2) == 0;
          const std::string currency = is_home ? "IDR" : "HKD";
          settlements.emplace_back(SettleGroup(is_home ? home_ : story_.programme, currency,
                                               1 + below(is_home ? 30'000'000'00 : 1'500'000),
                                               is_home ? group_home : group_abroad),
                                   is_home ? home : abroad, currency);
          break;
        }
        case 1:
        case 2: {
          if (settlements.empty()) break;
          const auto& [settlement, claim, currency] =
              settlements[static_cast<size_t>(below(static_cast<int64_t>(settlements.size())))];
          v1::ProposeAllocationRequest propose;
          propose.set_settlement_id(settlement);
          const uint64_t allocation = story_.size();
          if (!story_.Ask(propose).ok()) break;
          v1::ApproveAllocationRequest approve;
          approve.set_settlement_id(settlement);
          approve.set_allocation_id(allocation);
          (void)story_.Ask(approve, "budi@0");
          break;
        }
        case 3:
        case 4: {
          if (settlements.empty()) break;
          const auto& [settlement, claim, currency] =
              settlements[static_cast<size_t>(below(static_cast<int64_t>(settlements.size())))];
          Account(claim, currency);
          const uint64_t batch = story_.size();
          if (Pay(settlement, claim).ok()) batches.push_back(batch);
          break;
        }
        default:
          if (!batches.empty())
            (void)Reject(batches[static_cast<size_t>(below(static_cast<int64_t>(batches.size())))]);
          story_.now_micros += below(20) * kDay;
      }
      const int64_t recovered = Head(abroad, "excess_recruitment_fee").drawn_minor +
                                Head(home, "biaya_penempatan").drawn_minor +
                                Head(home, "potongan_gaji").drawn_minor;
      ASSERT_LE(recovered, ceiling) << "step " << step;
      ASSERT_GE(recovered, 0);
    }
  }
}

}  // namespace
}  // namespace klaim::testing
