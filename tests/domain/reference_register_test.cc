// What a reference register proves of a claim, and what is known of respondents.

#include "engine/domain/registry/reference_register.h"

#include <gtest/gtest.h>

#include "engine/domain/claims/claim.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/registry/programme.h"
#include "engine/domain/registry/respondent.h"
#include "testing/docket_story.h"

namespace klaim::testing {
namespace {

class RegisterTest : public ::testing::Test {
 protected:
  RegisterTest() {
    // A crew list whose vessel and time agree proves wages; that the claimant stands in it proves the retention.
    v1::ReviseProgrammeRequest revise;
    revise.set_programme_id(story_.programme);
    revise.set_source("Rule 7.");
    revise.set_reason("Registers came in.");
    auto programme = story_.docket().Find<domain::ProgrammeState>("programme_id", story_.programme);
    *revise.mutable_heads() = (*programme)->rules.heads();
    for (v1::HeadRule& head : *revise.mutable_heads()) {
      v1::RegisterProof& proof = *head.add_register_proofs();
      proof.set_register_kind(v1::REGISTER_KIND_CREW);
      if (head.code() != "excess_recruitment_fee") continue;
      proof.add_facts(v1::REGISTER_FACT_VESSEL);
      proof.add_facts(v1::REGISTER_FACT_PERIOD);
    }
    story_.Must(revise);
    v1::PublishReferenceRegisterRequest publish;
    publish.mutable_register_()->set_code("CREW");
    publish.mutable_register_()->set_kind(v1::REGISTER_KIND_CREW);
    publish.mutable_register_()->set_source("Harbour master.");
    *publish.mutable_register_()->mutable_as_of() = Day(2024, 1, 1);
    publish.mutable_register_()->set_file_sha256(std::string(32, 'x'));
    register_ = story_.Must(publish);
  }
  v1::AddRegisterLinesRequest Lines(const std::vector<uint32_t>& numbers) const {
    v1::AddRegisterLinesRequest add;
    add.set_reference_register_id(register_);
    for (uint32_t number : numbers) {
      v1::RegisterLine& line = *add.add_lines();
      line.set_number(number);
      line.mutable_person()->mutable_name()->mutable_sealed();
    }
    return add;
  }
  domain::RegisterFinding Finding(uint64_t claim,
                                  const std::vector<std::pair<v1::RegisterFact, bool>>& facts) const {
    domain::RegisterFinding finding;
    finding.claim_id = claim;
    finding.checked.set_reference_register_id(register_);
    for (const auto& [fact, agrees] : facts) {
      v1::ComparedFact& compared = *finding.checked.add_facts();
      compared.set_fact(fact);
      compared.set_agrees(agrees);
    }
    finding.checked.set_result(domain::ResultOf(finding.checked.facts()));
    return finding;
  }
  absl::Status Found(uint64_t claim, const std::vector<std::pair<v1::RegisterFact, bool>>& facts) {
    return story_.Ask(Finding(claim, facts));
  }
  DocketStory story_;
  uint64_t register_ = 0;
};

TEST_F(RegisterTest, LinesComeInTheOrderOfTheFile) {
  story_.Must(Lines({2, 3, 7}));
  EXPECT_TRUE(Refuses(story_.Ask(Lines({7})), absl::StatusCode::kInvalidArgument, "lines[0].number"));
  EXPECT_TRUE(Refuses(story_.Ask(Lines({9, 8})), absl::StatusCode::kInvalidArgument, "lines[1].number"));
  EXPECT_TRUE(Refuses(story_.Ask(Lines({})), absl::StatusCode::kInvalidArgument, "lines"));
  auto nobody = Lines({9});
  nobody.mutable_lines(0)->clear_person();
  EXPECT_TRUE(Refuses(story_.Ask(nobody), absl::StatusCode::kInvalidArgument, "lines[0].person"));
  v1::WithdrawReferenceRegisterRequest withdraw;
  withdraw.set_reference_register_id(register_);
  withdraw.set_reason("Handed in by mistake.");
  story_.Must(withdraw);
  EXPECT_TRUE(
      Refuses(story_.Ask(Lines({9})), absl::StatusCode::kFailedPrecondition, "reference_register_id"));
  EXPECT_TRUE(Refuses(story_.Ask(withdraw), absl::StatusCode::kFailedPrecondition, "reference_register_id"));
}

TEST_F(RegisterTest, TheProgrammesRulesSayWhatAMatchProves) {
  struct Case {
    std::vector<std::pair<v1::RegisterFact, bool>> facts;
    v1::RegisterResult result;
    bool proven;
  };
  const Case cases[] = {
      {{{v1::REGISTER_FACT_VESSEL, true}, {v1::REGISTER_FACT_PERIOD, true}},
       v1::REGISTER_RESULT_CONFIRMED,
       true},
      {{{v1::REGISTER_FACT_VESSEL, true}}, v1::REGISTER_RESULT_CONFIRMED, false},
      {{{v1::REGISTER_FACT_VESSEL, true}, {v1::REGISTER_FACT_PERIOD, false}},
       v1::REGISTER_RESULT_CONTRADICTED,
       false},
      {{}, v1::REGISTER_RESULT_NO_RECORD, false},
  };
  for (const Case& test : cases) {
    const uint64_t claim = story_.File(1'000'000);
    ASSERT_TRUE(Found(claim, test.facts).ok());
    ASSERT_EQ(story_.claim(claim).register_checks.size(), 1u);
    EXPECT_EQ(story_.claim(claim).register_checks[0].result(), test.result);
    EXPECT_EQ(story_.claim(claim).ProvenByRegisters(), test.proven);
  }
}

TEST_F(RegisterTest, WhoDecidesAgainstARegisterSaysSo) {
  const uint64_t claim = story_.File(1'000'000);
  ASSERT_TRUE(Found(claim, {{v1::REGISTER_FACT_VESSEL, false}}).ok());
  v1::StartReviewRequest review;
  review.set_claim_id(claim);
  story_.Must(review);
  v1::DecideEligibilityRequest decide;
  decide.set_claim_id(claim);
  decide.mutable_decision()->set_eligible(true);
  decide.mutable_decision()->set_reason_code("meets_criteria");
  decide.mutable_decision()->set_reasons("The list is of another year.");
  EXPECT_TRUE(Refuses(story_.Ask(decide), absl::StatusCode::kFailedPrecondition, "decision.eligible"));
  decide.mutable_decision()->set_despite_register(true);
  story_.Must(decide);
  // A later check by the same register stands in the place of the one before.
  ASSERT_TRUE(Found(claim, {{v1::REGISTER_FACT_VESSEL, true}, {v1::REGISTER_FACT_PERIOD, true}}).ok());
  EXPECT_EQ(story_.claim(claim).register_checks.size(), 1u);
  EXPECT_FALSE(story_.claim(claim).ContradictedByRegister());
  const uint64_t other = story_.File(1'000'000);
  review.set_claim_id(other);
  story_.Must(review);
  decide.set_claim_id(other);
  EXPECT_TRUE(Refuses(story_.Ask(decide), absl::StatusCode::kInvalidArgument, "decision.despite_register"));
}

TEST(RespondentDetails, AreAddedAndLicencesHaveAHistory) {
  DocketStory story;
  v1::AddRespondentDetailsRequest add;
  add.set_respondent_id(story.agency);
  add.mutable_details()->set_source("KP2MI list of 01-11-2026");
  add.mutable_details()->add_aliases("PT Lama");
  v1::Licence& licence = *add.mutable_details()->add_licences();
  licence.set_kind("SIP3MI");
  licence.set_number("12/2019");
  story.Must(add);
  EXPECT_TRUE(Refuses(story.Ask(add), absl::StatusCode::kFailedPrecondition, "details"));
  v1::RecordLicenceStatusRequest status;
  status.set_respondent_id(story.agency);
  status.mutable_status()->set_kind("SIP3MI");
  status.mutable_status()->set_number("12/2019");
  status.mutable_status()->set_source("Decree 3");
  const auto record = [&](v1::LicenceStatus value, const v1::PartialDate& since) {
    status.mutable_status()->set_status(value);
    *status.mutable_status()->mutable_since() = since;
    story.Must(status);
  };
  record(v1::LICENCE_STATUS_REVOKED, Day(2024, 6, 1));
  record(v1::LICENCE_STATUS_SUSPENDED, Day(2022, 1, 1));  // became known later
  record(v1::LICENCE_STATUS_VALID, Day(2022, 7, 1));
  EXPECT_TRUE(Refuses(story.Ask(status), absl::StatusCode::kFailedPrecondition, "status"));
  status.mutable_status()->set_number("99");
  EXPECT_TRUE(Refuses(story.Ask(status), absl::StatusCode::kInvalidArgument, "status.number"));
  auto state = story.docket().Find<domain::RespondentState>("respondent_id", story.agency);
  google::protobuf::RepeatedPtrField<v1::LicenceStatusRecorded> statuses((*state)->licence_statuses.begin(),
                                                                         (*state)->licence_statuses.end());
  const auto warnings = [&](const v1::PartialDate& from, const v1::PartialDate& until) {
    std::string text;
    for (const auto& warning :
         domain::LicenceWarnings(statuses, domain::FirstDayOf(from), domain::LastDayOf(until)))
      text += v1::LicenceStatus_Name(warning.status()).substr(15) + " ";
    return text;
  };
  EXPECT_EQ(warnings(Day(2021, 1, 1), Day(2021, 12, 31)), "");
  EXPECT_EQ(warnings(Day(2022, 3, 1), Day(2022, 3, 1)), "SUSPENDED ");
  EXPECT_EQ(warnings(Day(2022, 3, 1), Day(2024, 6, 1)), "SUSPENDED REVOKED ");
  EXPECT_EQ(warnings(Day(2023, 1, 1), Day(2023, 12, 31)), "");
  EXPECT_EQ(warnings(Day(2025, 1, 1), Day(2025, 1, 1)), "REVOKED ");
}

TEST(SuspectedLinks, AreSuspectedOnceAndNotAfterTheyWereRefused) {
  DocketStory story;
  domain::SuspectedRespondentLink found;
  found.respondent_id = story.partner_agency;
  found.suspected.set_other_id(story.agency);
  found.suspected.set_kind(v1::LINK_KIND_SAME_DIRECTOR);
  EXPECT_TRUE(story.Ask(found).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(story.Ask(found)));
  v1::RefuseSuspectedLinkRequest refuse;
  refuse.set_respondent_id(story.agency);
  refuse.set_other_id(story.partner_agency);
  refuse.set_kind(v1::LINK_KIND_SAME_AS);
  refuse.set_reason("Two firms.");
  story.Must(refuse);
  found.suspected.set_kind(v1::LINK_KIND_SAME_AS);
  EXPECT_TRUE(absl::IsFailedPrecondition(story.Ask(found)));
  refuse.set_kind(v1::LINK_KIND_RECRUITS_FOR);
  EXPECT_TRUE(Refuses(story.Ask(refuse), absl::StatusCode::kInvalidArgument, "kind"));
}

}  // namespace
}  // namespace klaim::testing
