// Sharing money out: to the last unit, within bounds, the same however often.

#include "engine/domain/money/allocation.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace klaim::domain {
namespace {

int64_t Sum(const std::vector<int64_t>& shares) {
  return std::accumulate(shares.begin(), shares.end(), int64_t{0});
}

TEST(ShareWithin, WorkedCases) {
  struct Case {
    const char* what;
    int64_t amount;
    std::vector<Sharer> sharers;
    std::vector<int64_t> shares;
  };
  const Case cases[] = {
      {"no bounds: in proportion", 100, {{1, 0, 1000}, {3, 0, 1000}}, {25, 75}},
      {"a cap frees money for the others", 100, {{50, 0, 10}, {25, 0, 1000}, {25, 0, 1000}}, {10, 45, 45}},
      {"a floor takes from the others", 100, {{1, 20, 1000}, {49, 0, 1000}, {50, 0, 1000}}, {20, 40, 40}},
      {"floors the money doesn't reach for", 30, {{1, 20, 50}, {1, 40, 50}}, {10, 20}},
      {"more than all may get", 100, {{1, 0, 10}, {1, 0, 20}}, {10, 20}},
      {"odd units go to the largest remainders, ties to the first",
       10,
       {{1, 0, 99}, {1, 0, 99}, {1, 0, 99}},
       {4, 3, 3}},
      {"equal payment, some are owed less", 100, {{1, 0, 10}, {1, 0, 60}, {1, 0, 60}}, {10, 45, 45}},
      {"nothing", 0, {{1, 0, 10}}, {0}},
      {"nobody", 10, {}, {}},
  };
  for (const Case& one : cases) EXPECT_EQ(ShareWithin(one.amount, one.sharers), one.shares) << one.what;
}

// What anybody may recompute by hand: within bounds, to the last unit, and nobody between the bounds gets less for more
// weight.
TEST(ShareWithin, KeepsItsPromisesOnRandomCases) {
  uint64_t state = 7;
  const auto below = [&](uint64_t end) {
    return (state = state * 6364136223846793005 + 1442695040888963407, (state >> 33) % end);
  };
  for (int round = 0; round < 3'000; ++round) {
    std::vector<Sharer> sharers(below(12));
    int64_t all_least = 0;
    int64_t all_most = 0;
    for (Sharer& sharer : sharers) {
      sharer.weight = 1 + static_cast<int64_t>(below(round % 3 == 0 ? 1'000'000'000'000'000 : 1'000));
      sharer.most = static_cast<int64_t>(below(2'000));
      sharer.least = below(3) == 0 ? static_cast<int64_t>(below(static_cast<uint64_t>(sharer.most) + 1)) : 0;
      all_least += sharer.least;
      all_most += sharer.most;
    }
    const auto amount = static_cast<int64_t>(below(12'000));
    const std::vector<int64_t> shares = ShareWithin(amount, sharers);
    ASSERT_EQ(Sum(shares), std::min(amount, all_most)) << "round " << round;
    for (size_t i = 0; i < sharers.size(); ++i) {
      ASSERT_LE(shares[i], sharers[i].most) << "round " << round;
      if (amount >= all_least) {
        ASSERT_GE(shares[i], sharers[i].least) << "round " << round;
      }
      for (size_t k = 0; k < sharers.size(); ++k) {
        const bool free = amount >= all_least && shares[i] > sharers[i].least && shares[k] < sharers[k].most;
        // Who is above its least and who is below its most stand in proportion, but for a unit of rounding.
        if (!free) continue;
        const auto more = static_cast<__int128>(shares[i] - 1) * sharers[k].weight;
        ASSERT_LE(more, static_cast<__int128>(shares[k] + 1) * sharers[i].weight) << "round " << round;
      }
    }
  }
}

v1::AllocationPlan EqualThenRata() {
  v1::AllocationPlan plan;
  plan.set_name("equal first payment, then pro rata");
  plan.set_costs_basis_points(300);
  plan.set_costs_rule("decision 4/2026");
  plan.set_reserve_basis_points(1'000);
  auto& equal = *plan.add_steps();
  equal.set_rule(v1::ALLOCATION_RULE_EQUAL);
  equal.set_cap_minor(100'000);
  auto& first_tier = *plan.add_steps();
  first_tier.set_rule(v1::ALLOCATION_RULE_PRO_RATA);
  first_tier.add_tiers(1);
  auto& rest = *plan.add_steps();
  rest.set_rule(v1::ALLOCATION_RULE_PRO_RATA);
  return plan;
}

TEST(ShareOut, ComposesCostsReserveEqualPaymentTiersAndTheRest) {
  const std::vector<OwedHead> owed = {{10, "unpaid_wages", 1, 900'000},
                                      {11, "document_retention", 2, 60'000},
                                      {11, "unpaid_wages", 1, 300'000},
                                      {12, "document_retention", 2, 200'000}};
  const SharedOut out = ShareOut(1'000'000, 1'000'000, EqualThenRata(), owed);
  EXPECT_EQ(out.costs_minor, 30'000);
  EXPECT_EQ(out.reserve_minor, 97'000);
  EXPECT_EQ(out.amount_minor, 873'000);
  // 100,000.00 each first; of a claim with two heads in proportion to them.
  EXPECT_EQ(out.shares[0][0], 100'000);
  EXPECT_EQ(out.shares[1][0] + out.shares[2][0], 100'000);
  EXPECT_EQ(out.shares[1][0], 16'667);
  EXPECT_EQ(out.shares[3][0], 100'000);
  // The 573,000 that are left go to tier 1 alone, 800,000 : 216,667.
  EXPECT_EQ(out.shares[0][1], 450'885);
  EXPECT_EQ(out.shares[2][1], 122'115);
  EXPECT_EQ(out.shares[3][1], 0);
  EXPECT_EQ(out.shares[3][2], 0) << "nothing is left for tier 2";
  // Twice is the same.
  EXPECT_EQ(ShareOut(1'000'000, 1'000'000, EqualThenRata(), owed).shares, out.shares);
}

// What each head has in all after money came in parts, each shared out by the same plan.
std::vector<int64_t> SharedInParts(const std::vector<int64_t>& parts, const v1::AllocationPlan& plan,
                                   std::vector<OwedHead> heads) {
  for (int64_t money : parts) {
    const SharedOut out = ShareOut(money, money, plan, heads);
    for (size_t i = 0; i < heads.size(); ++i) {
      const int64_t part = Sum(out.shares[i]);
      heads[i].owed_minor -= part;
      heads[i].already_minor += part;
    }
  }
  std::vector<int64_t> have;
  for (const OwedHead& head : heads) have.push_back(head.already_minor);
  return have;
}

TEST(ShareOut, WhoComesLaterCatchesUpFirst) {
  // Two shared 5,000; the third, who is owed as much, comes before the next 5,000: each is to have a third of all of it.
  const std::vector<OwedHead> heads = {{10, "unpaid_wages", 1, 5'000, 2'500},
                                       {11, "unpaid_wages", 1, 5'000, 2'500},
                                       {12, "unpaid_wages", 1, 7'500}};
  const SharedOut out = ShareOut(5'000, 5'000, {}, heads);
  EXPECT_EQ(Sum(out.shares[0]), 834) << "the unit that is left goes to the lower number";
  EXPECT_EQ(Sum(out.shares[1]), 833);
  EXPECT_EQ(Sum(out.shares[2]), 3'333);
}

TEST(ShareOut, AnEqualPaymentIsMadeOnce) {
  v1::AllocationPlan plan;
  plan.add_steps()->set_rule(v1::ALLOCATION_RULE_EQUAL);
  plan.mutable_steps(0)->set_cap_minor(500);
  plan.add_steps()->set_rule(v1::ALLOCATION_RULE_PRO_RATA);
  const std::vector<OwedHead> heads = {{10, "unpaid_wages", 1, 9'000}, {11, "unpaid_wages", 1, 1'500}};
  EXPECT_EQ(SharedInParts({1'000, 1'900}, plan, heads), (std::vector<int64_t>{2'200, 700}));
  EXPECT_EQ(SharedInParts({2'900}, plan, heads), (std::vector<int64_t>{2'200, 700}));
}

TEST(ShareOut, WhoHasMoreThanItsPartKeepsIt) {
  // The first was paid in full when it was alone.
  const std::vector<OwedHead> heads = {
      {10, "unpaid_wages", 1, 0, 4'000}, {11, "unpaid_wages", 1, 4'000}, {12, "unpaid_wages", 1, 8'000}};
  const SharedOut out = ShareOut(3'000, 3'000, {}, heads);
  EXPECT_EQ(Sum(out.shares[0]), 0);
  EXPECT_EQ(Sum(out.shares[1]), 1'000);
  EXPECT_EQ(Sum(out.shares[2]), 2'000);
}

TEST(ShareOut, SetsAsideWhatAnUndecidedClaimWouldGet) {
  const std::vector<OwedHead> heads = {{10, "unpaid_wages", 1, 6'000},
                                       {11, "unpaid_wages", 1, 3'000, 0, true}};
  const SharedOut out = ShareOut(3'000, 3'000, {}, heads);
  EXPECT_EQ(out.amount_minor, 2'000);
  EXPECT_EQ(out.provision_minor, 1'000);
}

TEST(ShareOut, TakesCostsAndReserveOfNewMoneyAlone) {
  v1::AllocationPlan plan;
  plan.set_costs_basis_points(300);
  plan.set_costs_rule("decision 4/2026");
  plan.set_reserve_basis_points(1'000);
  const std::vector<OwedHead> heads = {{10, "unpaid_wages", 1, 100'000}};
  // 2,000 of 12,000 were kept back before.
  const SharedOut out = ShareOut(12'000, 10'000, plan, heads);
  EXPECT_EQ(out.costs_minor, 300);
  EXPECT_EQ(out.reserve_minor, 970);
  EXPECT_EQ(out.amount_minor, 10'730);
}

TEST(ShareOut, GivesWhatWasAwardedAndInProportionWhereItDoesNotReach) {
  v1::AllocationPlan plan;
  auto& step = *plan.add_steps();
  step.set_rule(v1::ALLOCATION_RULE_AS_AWARDED);
  for (auto [claim_id, amount] : {std::pair(10u, 5'000), std::pair(11u, 2'000)}) {
    step.add_awards()->set_claim_id(claim_id);
    step.mutable_awards(step.awards_size() - 1)->set_amount_minor(amount);
  }
  const std::vector<OwedHead> heads = {
      {10, "unpaid_wages", 1, 8'000}, {11, "unpaid_wages", 1, 8'000}, {12, "unpaid_wages", 1, 8'000}};
  EXPECT_EQ(SharedInParts({7'000}, plan, heads), (std::vector<int64_t>{5'000, 2'000, 0}));
  EXPECT_EQ(SharedInParts({3'500}, plan, heads), (std::vector<int64_t>{2'500, 1'000, 0}));
  EXPECT_EQ(SharedInParts({3'500, 3'500}, plan, heads), (std::vector<int64_t>{5'000, 2'000, 0}));
  EXPECT_TRUE(CheckPlan("plan", plan).ok());
  step.add_awards()->set_claim_id(10);
  step.mutable_awards(2)->set_amount_minor(1);
  EXPECT_EQ(CheckPlan("plan", plan).message(), "plan.steps[0].awards[2].claim_id: names claim 10 twice");
}

// In however many parts money comes, each has in the end what it would have had of all of it at once, but for a unit of rounding a part.
TEST(ShareOut, InPartsIsAsAtOnce) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    std::mt19937_64 random(seed);
    const auto below = [&](uint64_t end) { return static_cast<int64_t>(random() % end); };
    std::vector<OwedHead> heads;
    for (uint64_t claim = 1, claims = 1 + random() % 8; claim <= claims; ++claim) {
      for (uint64_t head = 0, end = 1 + random() % 2; head < end; ++head)
        heads.push_back(
            {claim, head == 0 ? "a" : "b", static_cast<uint32_t>(1 + random() % 2), 1 + below(50'000)});
    }
    v1::AllocationPlan plan;
    if (random() % 2 == 0) {
      plan.add_steps()->set_rule(v1::ALLOCATION_RULE_EQUAL);
      plan.mutable_steps(0)->set_cap_minor(1 + below(3'000));
    }
    if (random() % 2 == 0) plan.add_steps()->add_tiers(1);
    plan.add_steps();
    for (auto& step : *plan.mutable_steps()) {
      if (step.rule() == 0) step.set_rule(v1::ALLOCATION_RULE_PRO_RATA);
    }
    std::vector<int64_t> parts;
    for (uint64_t i = 0, end = 1 + random() % 4; i < end; ++i) parts.push_back(1 + below(40'000));
    const auto in_parts = SharedInParts(parts, plan, heads);
    const auto at_once =
        SharedInParts({std::accumulate(parts.begin(), parts.end(), int64_t{0})}, plan, heads);
    ASSERT_EQ(Sum(in_parts), Sum(at_once)) << "seed " << seed;
    for (size_t i = 0; i < heads.size(); ++i) {
      ASSERT_NEAR(static_cast<double>(in_parts[i]), static_cast<double>(at_once[i]),
                  2.0 * static_cast<double>(parts.size()))
          << "seed " << seed << ", head " << i;
      ASSERT_LE(in_parts[i], heads[i].owed_minor) << "seed " << seed;
    }
  }
}

TEST(CheckPlan, RefusesWhatNoMoneyCouldFollow) {
  v1::AllocationPlan plan = EqualThenRata();
  EXPECT_TRUE(CheckPlan("plan", plan).ok());
  plan.set_costs_rule("");
  EXPECT_TRUE(CheckPlan("plan", plan).message().find("plan.costs_rule") == 0) << "costs need a rule";
  plan = EqualThenRata();
  plan.mutable_steps(0)->set_floor_minor(100'001);
  EXPECT_TRUE(CheckPlan("plan", plan).message().find("plan.steps[0].floor_minor") == 0);
  plan = EqualThenRata();
  plan.mutable_steps(1)->set_rule(v1::ALLOCATION_RULE_UNSPECIFIED);
  EXPECT_TRUE(CheckPlan("plan", plan).message().find("plan.steps[1].rule") == 0);
}

}  // namespace
}  // namespace klaim::domain
