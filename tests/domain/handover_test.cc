// A programme that goes on in another docket: nothing more is decided about it here, whatever is asked, and everything else goes on.

#include "engine/domain/work/handover.h"

#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/claimant_group.h"
#include "engine/domain/registry/programme.h"
#include "testing/docket_story.h"

namespace klaim::testing {
namespace {

domain::HandOverProgrammes ToTheOther(std::vector<uint64_t> programmes) {
  return {std::move(programmes), "the other one", 17, std::string(32, 'r')};
}

class Handover : public ::testing::Test {
 protected:
  Handover() {
    claim_ = story_.File(1'000'000);
    determined_ = story_.File(1'100'000);
    story_.Determine(determined_);
    grouped_ = story_.File(1'200'000);
    story_.Determine(grouped_);
    group_ = story_.Certify({grouped_});
  }
  // Another programme of the same rules, with a claim.
  uint64_t OpenAnother() {
    v1::OpenProgrammeRequest open;
    *open.mutable_programme() = story_.record(story_.programme).programme_opened();
    open.mutable_programme()->set_code("OTHER");
    return story_.Must(open);
  }
  template <class Request>
  void Refused(Request request) {
    EXPECT_TRUE(Refuses(story_.Ask(request), kNotNow, "programme_id")) << request.GetDescriptor()->name();
  }

  DocketStory story_;
  uint64_t claim_ = 0;
  uint64_t determined_ = 0;
  uint64_t grouped_ = 0;
  uint64_t group_ = 0;
};

TEST_F(Handover, NothingMoreIsDecidedAboutTheProgramme) {
  ASSERT_TRUE(story_.Ask(ToTheOther({story_.programme})).ok());
  Refused(story_.Filing(1'300'000));
  v1::StartReviewRequest review;
  review.set_claim_id(claim_);
  Refused(review);
  v1::WithdrawClaimRequest withdraw;
  withdraw.set_claim_id(determined_);
  withdraw.set_reason("x");
  Refused(withdraw);
  v1::CertifyGroupRequest certify;
  certify.set_programme_id(story_.programme);
  certify.set_name("One more");
  certify.add_claim_ids(determined_);
  Refused(certify);
  v1::OptOutRequest opt_out;
  opt_out.set_group_id(group_);
  opt_out.set_claim_id(grouped_);
  Refused(opt_out);
  v1::CloseProgrammeRequest close;
  close.set_programme_id(story_.programme);
  close.set_reason("x");
  Refused(close);
  EXPECT_TRUE(Refuses(story_.Ask(ToTheOther({story_.programme})), kNotNow, "programme_id"));
}

TEST_F(Handover, AClaimGoesWithItsProgrammeOnceAndIsAtItsEndHere) {
  EXPECT_TRUE(Refuses(story_.Ask(domain::HandOverClaim{claim_}), kNotNow, "claim_id"));
  ASSERT_TRUE(story_.Ask(ToTheOther({story_.programme})).ok());
  ASSERT_TRUE(story_.Ask(domain::HandOverClaim{claim_}).ok());
  EXPECT_EQ(story_.claim(claim_).status, v1::CLAIM_STATUS_HANDED_OVER);
  EXPECT_TRUE(Refuses(story_.Ask(domain::HandOverClaim{claim_}), kNotNow, "claim_id"));
  v1::WithdrawClaimRequest withdraw;
  withdraw.set_claim_id(claim_);
  withdraw.set_reason("x");
  EXPECT_TRUE(Refuses(story_.Ask(withdraw), kNotNow, "claim_id"));
}

TEST_F(Handover, OtherProgrammesGoOn) {
  const uint64_t other = OpenAnother();
  v1::FileClaimRequest filing = story_.Filing(900'000);
  filing.set_programme_id(other);
  const uint64_t theirs = story_.File(filing);
  ASSERT_TRUE(story_.Ask(ToTheOther({story_.programme})).ok());
  v1::StartReviewRequest review;
  review.set_claim_id(theirs);
  story_.Must(review);
  story_.File(filing);
  EXPECT_TRUE(Refuses(story_.Ask(domain::HandOverClaim{theirs}), kNotNow, "claim_id"));
}

TEST_F(Handover, AllOrNone) {
  const uint64_t other = OpenAnother();
  ASSERT_TRUE(story_.Ask(ToTheOther({story_.programme})).ok());
  const uint64_t size = story_.size();
  EXPECT_FALSE(story_.Ask(ToTheOther({other, story_.programme})).ok());
  EXPECT_FALSE(story_.Ask(ToTheOther({})).ok());
  EXPECT_FALSE(story_.Ask(ToTheOther({claim_})).ok());
  EXPECT_EQ(story_.size(), size);
}

}  // namespace
}  // namespace klaim::testing
