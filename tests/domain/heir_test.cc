// The money of who died goes to one heir, whom two persons and a paper name.

#include "engine/domain/people/heir.h"

#include "engine/domain/people/claimant.h"
#include "testing/docket_story.h"

namespace klaim::testing {
namespace {

class Heirs : public ::testing::Test {
 protected:
  uint64_t ClaimantOf(uint64_t claim) { return story_.claim(claim).claimant_id; }
  const domain::ClaimantState& dead() {
    return **story_.docket().Find<domain::ClaimantState>("", ClaimantOf(claim_));
  }
  template <class Request>
  Request Decision(uint64_t proposal) {
    Request request;
    request.set_claimant_id(ClaimantOf(claim_));
    request.set_proposal_id(proposal);
    return request;
  }

  DocketStory story_;
  uint64_t claim_ = story_.File(400'000);
  uint64_t widow_ = story_.File(1'000);
  uint64_t son_ = story_.File(1'000);
};

TEST_F(Heirs, AreNamedByOneAndConfirmedByAnother) {
  const uint64_t proposal = story_.Must(story_.Naming(claim_, ClaimantOf(widow_)));
  EXPECT_EQ(dead().heir_id, 0u) << "nothing moves by one person's word";
  EXPECT_TRUE(Refuses(story_.Ask(Decision<v1::ConfirmHeirRequest>(proposal)),
                      absl::StatusCode::kPermissionDenied, "proposal_id"));
  EXPECT_TRUE(
      Refuses(story_.Ask(Decision<v1::ConfirmHeirRequest>(proposal + 1), "budi@0"), kNotNow, "proposal_id"));
  story_.Must(Decision<v1::ConfirmHeirRequest>(proposal), "budi@0");
  EXPECT_EQ(dead().heir_id, ClaimantOf(widow_));
}

TEST_F(Heirs, ASecondOneNeverTakesThePlaceOfTheFirst) {
  const v1::NameHeirRequest second = story_.Naming(claim_, ClaimantOf(son_));
  const uint64_t proposal = story_.Must(story_.Naming(claim_, ClaimantOf(widow_)));
  const absl::Status waits = story_.Ask(second);
  EXPECT_TRUE(Refuses(waits, kNotNow, "heir.heir_id"));
  EXPECT_NE(waits.message().find(std::to_string(ClaimantOf(widow_))), absl::string_view::npos)
      << "the first is named: " << waits;
  story_.Must(Decision<v1::ConfirmHeirRequest>(proposal), "budi@0");
  const absl::Status named = story_.Ask(second);
  EXPECT_TRUE(Refuses(named, kNotNow, "heir.heir_id"));
  EXPECT_NE(named.message().find(std::to_string(ClaimantOf(widow_))), absl::string_view::npos) << named;
  // Once the first is taken back, by two persons too, there is room for the other.
  ASSERT_TRUE(story_.NameHeir(claim_, ClaimantOf(claim_)).ok());
  EXPECT_EQ(dead().heir_id, 0u);
  ASSERT_TRUE(story_.NameHeir(claim_, ClaimantOf(son_)).ok());
  EXPECT_EQ(dead().heir_id, ClaimantOf(son_));
}

TEST_F(Heirs, NeedAPaperOfTheClaimantsOwnCase) {
  v1::NameHeirRequest naming = story_.Naming(claim_, ClaimantOf(widow_));
  naming.mutable_heir()->set_document_id(story_.Upload(son_));
  EXPECT_TRUE(Refuses(story_.Ask(naming), kInvalid, "heir.document_id"));
  naming.mutable_heir()->set_document_id(0);
  EXPECT_FALSE(story_.Ask(naming).ok());
}

}  // namespace
}  // namespace klaim::testing
