// The life of a claim: which step follows which, and what each leaves behind.

#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/claimant_group.h"
#include "testing/docket_story.h"

namespace klaim::testing {
namespace {

template <class Request>
Request For(uint64_t claim_id) {
  Request request;
  request.set_claim_id(claim_id);
  return request;
}

v1::NoticeDeficiencyRequest Notice(uint64_t claim_id) {
  auto notice = For<v1::NoticeDeficiencyRequest>(claim_id);
  notice.mutable_notice()->add_missing("receipt of the fee");
  auto* date = notice.mutable_notice()->mutable_answer_by();
  date->set_year(2026);
  date->set_month(12);
  date->set_day(31);
  return notice;
}

v1::DecideEligibilityRequest Eligibility(uint64_t claim_id, bool eligible) {
  auto request = For<v1::DecideEligibilityRequest>(claim_id);
  request.mutable_decision()->set_eligible(eligible);
  request.mutable_decision()->set_reason_code(eligible ? "meets_criteria" : "outside_period");
  request.mutable_decision()->set_reasons("Reasons.");
  return request;
}

TEST(ClaimLife, FromFiledToDeterminedStepByStep) {
  DocketStory story;
  const uint64_t id = story.File(1'234'567);
  EXPECT_TRUE(Refuses(story.Ask(Eligibility(id, true)), kNotNow, "claim_id"));
  EXPECT_TRUE(Refuses(story.Ask(For<v1::ValueClaimRequest>(id)), kNotNow, "claim_id"));
  story.Must(Notice(id));
  EXPECT_EQ(story.claim(id).status, v1::CLAIM_STATUS_DEFICIENT);
  EXPECT_TRUE(Refuses(story.Ask(For<v1::StartReviewRequest>(id)), kNotNow, "claim_id"));
  auto cure = For<v1::CureDeficiencyRequest>(id);
  cure.set_answer("receipt handed in");
  story.Must(cure);
  story.Must(For<v1::StartReviewRequest>(id));
  story.Must(Eligibility(id, true));
  story.Must(For<v1::ValueClaimRequest>(id));
  EXPECT_EQ(story.claim(id).heads[0].valued_minor, 1'234'567);
  auto determine = For<v1::DetermineClaimRequest>(id);
  determine.set_reason_code("as_valued");
  determine.set_reasons("As valued.");
  story.Must(determine);
  EXPECT_EQ(story.claim(id).status, v1::CLAIM_STATUS_DETERMINED);
  EXPECT_EQ(story.claim(id).heads[0].determined_minor, 1'234'567);
  EXPECT_TRUE(Refuses(story.Ask(determine), kNotNow, "claim_id"));
}

TEST(ClaimLife, ADeficientClaimIsNotClosedBeforeItsDate) {
  DocketStory story;
  const uint64_t id = story.File(1000);
  story.Must(Notice(id));
  auto close = For<v1::CloseClaimRequest>(id);
  close.set_reason("No answer.");
  EXPECT_TRUE(Refuses(story.Ask(close), kNotNow, "claim_id"));
  story.now_micros = 1'798'761'600'000'000;  // 2027-01-01
  story.Must(close);
  EXPECT_EQ(story.claim(id).status, v1::CLAIM_STATUS_CLOSED);
}

TEST(ClaimLife, WithdrawnIsTheEnd) {
  DocketStory story;
  const uint64_t id = story.File(1000);
  auto withdraw = For<v1::WithdrawClaimRequest>(id);
  withdraw.set_reason("Settled privately.");
  story.Must(withdraw);
  EXPECT_TRUE(Refuses(story.Ask(For<v1::StartReviewRequest>(id)), kNotNow, "claim_id"));
  EXPECT_TRUE(Refuses(story.Ask(withdraw), kNotNow, "claim_id"));
}

struct Valuation {
  const char* head;
  uint32_t months_hundredths;
  int64_t wage, paid, documented, value;
};

TEST(ClaimLife, ValuesByTheProgrammesRules) {
  const Valuation kCases[] = {
      {"excess_recruitment_fee", 0, 0, 0, 1'500'000, 1'500'000},
      {"excess_recruitment_fee", 0, 0, 0, 2'500'000, 2'000'000},  // cut to the cap
      {"document_retention", 0, 0, 0, 0, 200'000},                // the fixed sum
      {"unpaid_wages", 600, 499'000, 1'000'000, 0, 1'994'000},
      {"unpaid_wages", 650, 499'000, 0, 0, 3'243'500},
      {"unpaid_wages", 333, 100'001, 0, 0, 333'003},  // 333,003.33
      {"unpaid_wages", 350, 1, 0, 0, 4},              // 3.5 rounds half up
      {"unpaid_wages", 100, 499'000, 600'000, 0, 0},  // paid more than due: never below zero
      {"unpaid_wages", 60'000, 1'000'000'000'000, 0, 0, 600'000'000'000'000},
  };
  for (const Valuation& test : kCases) {
    DocketStory story;
    v1::FileClaimRequest filing = story.Filing(1);
    auto* head = filing.mutable_heads(0);
    head->set_code(test.head);
    head->set_months_hundredths(test.months_hundredths);
    head->set_agreed_wage_minor(test.wage);
    head->set_paid_minor(test.paid);
    head->set_documented_minor(test.documented);
    const uint64_t id = story.File(filing);
    story.Must(For<v1::StartReviewRequest>(id));
    story.Must(Eligibility(id, true));
    story.Must(For<v1::ValueClaimRequest>(id));
    EXPECT_EQ(story.claim(id).heads[0].valued_minor, test.value)
        << test.head << " " << test.months_hundredths;
    EXPECT_FALSE(story.record(story.size() - 1).claim_valued().heads(0).computation().empty());
  }
}

TEST(ClaimLife, AValueTooLargeIsRefused) {
  DocketStory story;
  v1::FileClaimRequest filing = story.Filing(1);
  filing.mutable_heads(0)->set_code("unpaid_wages");
  filing.mutable_heads(0)->set_months_hundredths(60'000);
  filing.mutable_heads(0)->set_agreed_wage_minor(1'000'000'000'000'000);
  const uint64_t id = story.File(filing);
  story.Must(For<v1::StartReviewRequest>(id));
  story.Must(Eligibility(id, true));
  EXPECT_TRUE(
      Refuses(story.Ask(For<v1::ValueClaimRequest>(id)), absl::StatusCode::kInvalidArgument, "heads"));
}

TEST(Groups, AreFrozenByNameAndRootAndAClaimIsInOneAlone) {
  DocketStory story;
  const uint64_t a = story.File(100);
  const uint64_t b = story.File(200);
  const uint64_t c = story.File(300);
  const uint64_t group = story.Certify({b, a}, "excess_recruitment_fee");
  const auto certified = story.record(group).group_certified();
  EXPECT_EQ(std::vector<uint64_t>(certified.claim_ids().begin(), certified.claim_ids().end()),
            (std::vector<uint64_t>{a, b}));
  const merkle::Hash root = domain::MembersRoot({a, b});
  EXPECT_EQ(certified.members_root(), std::string(root.begin(), root.end()));
  v1::CertifyGroupRequest again;
  again.set_name("Another");
  again.set_programme_id(story.programme);
  again.add_claim_ids(a);
  EXPECT_TRUE(Refuses(story.Ask(again), kNotNow, "claim_ids"));
  v1::CertifyAddendumRequest addendum;
  addendum.set_group_id(group);
  addendum.add_claim_ids(c);
  story.Must(addendum);
  EXPECT_TRUE(Refuses(story.Ask(addendum), kNotNow, "claim_ids"));
  v1::OptOutRequest out;
  out.set_group_id(group);
  out.set_claim_id(b);
  v1::OptOutRequest of_no_group = out;
  of_no_group.set_group_id(999'999);
  EXPECT_TRUE(Refuses(story.Ask(of_no_group), absl::StatusCode::kFailedPrecondition, "claim_id"))
      << "as of a group of others";
  story.Must(out);
  EXPECT_EQ(story.claim(b).status, v1::CLAIM_STATUS_OPTED_OUT);
}

}  // namespace
}  // namespace klaim::testing
