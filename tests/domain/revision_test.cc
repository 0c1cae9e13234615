// Decisions that are revised whatever became of their money, holds, appeals beside a decision, and what was overpaid.
#include "engine/domain/claims/revision.h"

#include <set>

#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/credit.h"
#include "engine/domain/claims/hold.h"
#include "engine/domain/core/money.h"
#include "engine/domain/money/overpayment.h"
#include "engine/domain/money/payment_batch.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/people/claimant.h"
#include "testing/docket_story.h"

namespace klaim::testing {
namespace {

constexpr char kFeeHead[] = "excess_recruitment_fee";
constexpr char kSecond[] = "budi@0";

class Revisions : public ::testing::Test {
 protected:
  void SetUp() override {
    claim_ = story_.File(10'000);
    others_ = story_.File(10'000);
    story_.Determine(claim_);
    story_.Determine(others_);
    settlement_ = story_.Settle(story_.Certify({claim_, others_}), {20'000});
    story_.Receive(settlement_, 1, 20'000);
  }

  v1::ReviseDecisionRequest Revision(int64_t after, v1::RevisionKind kind = v1::REVISION_KIND_CLERICAL) {
    v1::ReviseDecisionRequest request;
    request.set_claim_id(claim_);
    v1::DecisionRevision& revision = *request.mutable_revision();
    revision.set_kind(kind);
    revision.set_eligible(true);
    revision.set_reason_code("miscounted");
    revision.set_reasons("Nine months, not ten.");
    v1::RevisedHead& head = *revision.add_heads();
    head.set_code(kFeeHead);
    head.set_after_minor(after);
    return request;
  }
  v1::ReviseDecisionRequest Ineligible() {
    auto request = Revision(0, v1::REVISION_KIND_FRAUD);
    request.mutable_revision()->set_eligible(false);
    return request;
  }
  v1::ApproveClaimMoveRequest Approval(uint64_t proposal) {
    v1::ApproveClaimMoveRequest request;
    request.set_claim_id(claim_);
    request.set_proposal_id(proposal);
    return request;
  }
  void Revise(const v1::ReviseDecisionRequest& request) {
    story_.Must(Approval(story_.Must(request)), kSecond);
  }
  uint64_t Propose() {
    v1::ProposePaymentBatchRequest request;
    request.set_settlement_id(settlement_);
    request.add_claim_ids(claim_);
    return story_.Must(request);
  }
  void Allocate() {
    story_.Allocate(settlement_);
    story_.ConfirmAccount(claim_);
    story_.ConfirmAccount(others_);
  }
  // Allocates, and pays the claim.
  uint64_t Pay() {
    Allocate();
    const uint64_t batch = story_.Send(settlement_);
    v1::ConfirmPaymentsRequest confirm;
    confirm.set_payment_batch_id(batch);
    *confirm.mutable_confirmed()->mutable_booked_on() = Day(2026, 9, 20);
    story_.Must(confirm);
    return batch;
  }
  v1::RecordRepaymentRequest Repayment(int64_t amount, const std::string& reference = "BCA-1") {
    v1::RecordRepaymentRequest request;
    request.set_claim_id(claim_);
    request.set_amount_minor(amount);
    *request.mutable_booked_on() = Day(2026, 9, 21);
    request.set_bank_reference(reference);
    return request;
  }
  v1::HoldClaimRequest Hold(v1::HoldScope scope) {
    v1::HoldClaimRequest request;
    request.set_claim_id(claim_);
    request.set_scope(scope);
    request.set_reason("The certificate is contested.");
    return request;
  }
  v1::ReleaseClaimHoldRequest Release(uint64_t hold) {
    v1::ReleaseClaimHoldRequest request;
    request.set_claim_id(claim_);
    request.set_hold_id(hold);
    request.set_reason("The court confirmed it.");
    return request;
  }
  const domain::ClaimState& claim() { return story_.claim(claim_); }
  const domain::ClaimHead& fee() { return *claim().Head(kFeeHead); }
  int64_t overpaid() { return domain::OverpaidSumsOf(claim()).open_minor(); }

  DocketStory story_;
  uint64_t claim_ = 0;
  uint64_t others_ = 0;
  uint64_t settlement_ = 0;
};

TEST_F(Revisions, OnePersonRevisesWhereNothingWasAllocated) {
  story_.Must(Revision(9'000));
  EXPECT_EQ(fee().determined_minor, 9'000);
  EXPECT_EQ(claim().status, v1::CLAIM_STATUS_DETERMINED);
  EXPECT_TRUE(Refuses(story_.Ask(Revision(9'000)), kNotNow, "revision")) << "changes nothing";
  story_.Must(Ineligible());
  EXPECT_EQ(claim().status, v1::CLAIM_STATUS_INELIGIBLE);
  EXPECT_EQ(fee().determined_minor, 0) << "what is ineligible is owed nothing";
  story_.Must(Revision(8'000, v1::REVISION_KIND_EVIDENCE));
  EXPECT_EQ(claim().status, v1::CLAIM_STATUS_DETERMINED);
  EXPECT_EQ(domain::OwedOf(fee()), 8'000);
}

TEST_F(Revisions, AnEligibilityFoundByMistakeIsRevisedBeforeTheValue) {
  const uint64_t claim = claim_ = story_.File(5'000);
  v1::StartReviewRequest review;
  review.set_claim_id(claim);
  story_.Must(review);
  v1::DecideEligibilityRequest decide;
  decide.set_claim_id(claim);
  decide.mutable_decision()->set_eligible(true);
  decide.mutable_decision()->set_reason_code("meets_criteria");
  decide.mutable_decision()->set_reasons("Reasons.");
  story_.Must(decide);
  EXPECT_TRUE(Refuses(story_.Ask(Revision(5'000)), kNotNow, "revision"))
      << "it is valued and determined first";
  story_.Must(Ineligible());
  EXPECT_EQ(this->claim().status, v1::CLAIM_STATUS_INELIGIBLE);
}

TEST_F(Revisions, TwoPersonsReviseWhatWasAllocatedAndTheRestIsInTrustAgain) {
  Allocate();
  const uint64_t proposal = story_.Must(Revision(6'000));
  EXPECT_EQ(fee().determined_minor, 10'000) << "one person's word changes nothing";
  EXPECT_TRUE(Refuses(story_.Ask(Approval(proposal)), absl::StatusCode::kPermissionDenied, "proposal_id"));
  story_.Must(Approval(proposal), kSecond);
  EXPECT_EQ(fee().allocated_minor, 6'000);
  EXPECT_EQ(story_.settlement(settlement_).InTrust(), 4'000);
  EXPECT_EQ(claim().status, v1::CLAIM_STATUS_ALLOCATED);
  EXPECT_EQ(overpaid(), 0);
  EXPECT_TRUE(Refuses(story_.Ask(Approval(proposal), kSecond), kNotNow, "proposal_id"));
}

TEST_F(Revisions, AreLookedAtAgainWhenTheyAreApproved) {
  Allocate();
  const uint64_t first = story_.Must(Revision(6'000));
  const uint64_t second = story_.Must(Revision(7'000));
  story_.Must(Approval(second), kSecond);
  EXPECT_TRUE(Refuses(story_.Ask(Approval(first), kSecond), kNotNow, "proposal_id"));
  v1::RejectClaimMoveRequest reject;
  reject.set_claim_id(claim_);
  reject.set_proposal_id(first);
  reject.set_reason("Another one was approved.");
  story_.Must(reject, kSecond);
  EXPECT_TRUE(claim().open_moves.empty());
}

TEST_F(Revisions, WaitForWhatIsUnderWay) {
  Allocate();
  const uint64_t batch = Propose();
  const uint64_t proposal = story_.Must(Revision(6'000));
  EXPECT_TRUE(Refuses(story_.Ask(Approval(proposal), kSecond), kNotNow, "claim_id"));
  v1::RejectPaymentBatchRequest reject;
  reject.set_payment_batch_id(batch);
  reject.set_reason("The decision is revised.");
  story_.Must(reject, kSecond);
  story_.Must(Approval(proposal), kSecond);
  EXPECT_EQ(fee().allocated_minor, 6'000);
}

TEST_F(Revisions, WhatWasPaidTooMuchIsPaidBackIntoTrust) {
  const uint64_t batch = Pay();
  EXPECT_TRUE(Refuses(story_.Ask(Repayment(1)), kNotNow, "claim_id")) << "nothing is overpaid";
  Revise(Revision(6'000));
  EXPECT_EQ(overpaid(), 4'000);
  EXPECT_EQ(claim().status, v1::CLAIM_STATUS_PAID);
  EXPECT_EQ(domain::OwedOf(fee()), 0);
  EXPECT_TRUE(Refuses(story_.Ask(Repayment(4'001)), kNotNow, "amount_minor"));
  story_.Must(Repayment(1'500));
  EXPECT_EQ(overpaid(), 2'500);
  EXPECT_EQ(fee().paid_minor, 8'500);
  EXPECT_EQ(story_.settlement(settlement_).InTrust(), 1'500) << "it is there for those for whom it was";
  EXPECT_TRUE(Refuses(story_.Ask(Repayment(1'500)), kNotNow, "bank_reference"))
      << "one transfer is one repayment";
  story_.Must(Repayment(2'500, "BCA-2"));
  EXPECT_EQ(overpaid(), 0);
  v1::ReturnPaymentRequest returned;
  returned.set_payment_batch_id(batch);
  returned.mutable_returned()->set_number(1);
  returned.mutable_returned()->set_reason_code("AC04");
  EXPECT_TRUE(Refuses(story_.Ask(returned), kNotNow, "returned.number")) << "no bank can return it whole";
}

TEST_F(Revisions, WhatTheBankReturnsAfterwardsIsNotPayableBeyondWhatIsDue) {
  const uint64_t batch = Pay();
  Revise(Revision(6'000));
  v1::ReturnPaymentRequest returned;
  returned.set_payment_batch_id(batch);
  returned.mutable_returned()->set_number(1);
  returned.mutable_returned()->set_reason_code("AC04");
  story_.Must(returned);
  EXPECT_EQ(overpaid(), 0) << "it came back whole";
  story_.ConfirmAccount(claim_);
  Propose();
  EXPECT_EQ(fee().ordered_minor, 6'000);
  v1::LapseAllocationsRequest lapse;
  lapse.set_settlement_id(settlement_);
  lapse.add_claim_ids(claim_);
  lapse.set_rule(v1::RESIDUAL_RULE_SHARE_AGAIN);
  lapse.set_reason("It isn't due any more.");
  v1::ApproveSettlementMoveRequest approve;
  approve.set_settlement_id(settlement_);
  approve.set_proposal_id(story_.Must(lapse));
  story_.Must(approve, kSecond);
  EXPECT_EQ(fee().allocated_minor, 6'000);
  EXPECT_EQ(story_.settlement(settlement_).InTrust(), 4'000);
}

TEST_F(Revisions, WhoIsFoundToBeAFraudAfterPaymentOwesItAll) {
  Pay();
  Revise(Ineligible());
  EXPECT_EQ(claim().status, v1::CLAIM_STATUS_INELIGIBLE);
  EXPECT_EQ(overpaid(), 10'000);
  v1::CloseClaimRequest close;
  close.set_claim_id(claim_);
  close.set_reason("Done.");
  EXPECT_TRUE(Refuses(story_.Ask(close), kNotNow, "claim_id")) << "what is overpaid isn't forgotten";
  v1::EraseClaimantRequest erase;
  erase.set_claimant_id(claim().claimant_id);
  erase.set_reason("Wish.");
  EXPECT_TRUE(Refuses(story_.Ask(erase), kNotNow, "claimant_id"));
  v1::ForgiveOverpaymentRequest forgive;
  forgive.set_claim_id(claim_);
  forgive.set_written_off(true);
  forgive.set_reason("He can't be found.");
  const uint64_t proposal = story_.Must(forgive);
  EXPECT_EQ(overpaid(), 10'000);
  story_.Must(Approval(proposal), kSecond);
  EXPECT_EQ(overpaid(), 0);
  EXPECT_EQ(fee().forgiven_minor, 10'000);
  story_.Must(close);
}

TEST_F(Revisions, WhatIsDueAfterAllIsOverpaidNoMore) {
  Pay();
  Revise(Revision(4'000));
  EXPECT_EQ(overpaid(), 6'000);
  story_.Must(Repayment(2'000));
  Revise(Revision(9'000, v1::REVISION_KIND_EVIDENCE));
  EXPECT_EQ(overpaid(), 0);
  EXPECT_EQ(domain::OwedOf(fee()), 1'000);
  EXPECT_EQ(claim().status, v1::CLAIM_STATUS_ALLOCATED) << "it was paid in part";
  story_.Allocate(settlement_);
  EXPECT_EQ(fee().allocated_minor, 9'000);
}

TEST_F(Revisions, ACreditAfterThePaymentIsOverpaid) {
  Pay();
  v1::RecordCreditRequest request;
  request.set_claim_id(claim_);
  v1::ClaimCredited& credit = *request.mutable_credit();
  credit.set_kind(v1::CREDIT_KIND_RESTITUTION);
  credit.set_payer("LPSK");
  *credit.mutable_paid_on() = Day(2026, 9, 1);
  credit.set_confirmed_by_claimant(true);
  v1::CreditedHead& head = *credit.add_heads();
  head.set_head(kFeeHead);
  head.mutable_paid()->set_currency("HKD");
  head.mutable_paid()->set_minor_units(3'000);
  const uint64_t sequence = story_.Must(request);
  EXPECT_EQ(overpaid(), 3'000);
  EXPECT_EQ(story_.record(sequence).claim_credited().overpaid().open_minor(), 3'000) << "the record says so";
  story_.Must(Repayment(3'000));
  EXPECT_EQ(domain::OwedOf(fee()), 0);
  EXPECT_EQ(overpaid(), 0);
}

TEST_F(Revisions, AHeldClaimIsNotPaidAndDoesNotLapseButTakesPart) {
  const uint64_t hold = story_.Must(Hold(v1::HOLD_SCOPE_PAY));
  Allocate();
  EXPECT_EQ(fee().allocated_minor, 10'000);
  v1::ProposePaymentBatchRequest propose;
  propose.set_settlement_id(settlement_);
  propose.add_claim_ids(claim_);
  EXPECT_TRUE(Refuses(story_.Ask(propose), kNotNow, "claim_ids"));
  v1::LapseAllocationsRequest lapse;
  lapse.set_settlement_id(settlement_);
  lapse.add_claim_ids(claim_);
  lapse.set_rule(v1::RESIDUAL_RULE_SHARE_AGAIN);
  lapse.set_reason("Nobody answered.");
  EXPECT_TRUE(Refuses(story_.Ask(lapse), kNotNow, "claim_ids"));
  EXPECT_TRUE(Refuses(story_.Ask(Release(hold)), absl::StatusCode::kPermissionDenied, "hold_id"));
  story_.Must(Release(hold), kSecond);
  story_.Must(propose);
}

TEST_F(Revisions, WhatAHeldClaimIsOwedIsSetAside) {
  story_.Must(Hold(v1::HOLD_SCOPE_ALLOCATE));
  const uint64_t allocation = story_.Allocate(settlement_);
  EXPECT_EQ(story_.record(allocation).allocation_proposed().provision_minor(), 10'000);
  EXPECT_EQ(fee().allocated_minor, 0);
  EXPECT_EQ(story_.settlement(settlement_).InTrust(), 10'000);
  v1::ReleaseHeldMoneyRequest release;
  release.set_settlement_id(settlement_);
  release.set_use(v1::HELD_MONEY_USE_PAYER);
  release.set_reason("Nobody is owed it.");
  EXPECT_TRUE(Refuses(story_.Ask(release), kNotNow, "settlement_id")) << "it is held for somebody";
}

TEST_F(Revisions, NothingIsDecidedOfAClaimWhoseDecisionsAreHeld) {
  story_.Must(Hold(v1::HOLD_SCOPE_DECIDE));
  EXPECT_TRUE(Refuses(story_.Ask(Revision(9'000)), kNotNow, "claim_id"));
  story_.Allocate(settlement_);
  EXPECT_EQ(fee().allocated_minor, 10'000) << "what was decided goes on";
}

TEST_F(Revisions, ABatchIsApprovedWithoutAPaymentThatMayNotBeMade) {
  Allocate();
  v1::ProposePaymentBatchRequest propose;
  propose.set_settlement_id(settlement_);
  const uint64_t batch = story_.Must(propose);
  story_.Must(Hold(v1::HOLD_SCOPE_PAY));
  v1::ApprovePaymentBatchRequest approve;
  approve.set_payment_batch_id(batch);
  const uint64_t approved = story_.Must(approve, kSecond);
  ASSERT_EQ(story_.record(approved).payment_batch_approved().left_out_size(), 1);
  EXPECT_EQ(fee().ordered_minor, 0) << "its order is free";
  v1::ReleasePaymentRequest release;
  release.set_payment_batch_id(batch);
  release.set_number(story_.record(approved).payment_batch_approved().left_out(0).number());
  release.set_reason("Settled.");
  EXPECT_TRUE(Refuses(story_.Ask(release), kNotNow, "number")) << "nobody orders it any more";
  v1::SendPaymentBatchRequest send;
  send.set_payment_batch_id(batch);
  story_.Must(send);
  EXPECT_EQ(story_.claim(others_).Head(kFeeHead)->ordered_minor, 10'000);
}

TEST_F(Revisions, AnAppealStandsBesideADecisionWhoseMoneyIsAllocated) {
  Pay();
  v1::AppealClaimRequest appeal;
  appeal.set_claim_id(claim_);
  appeal.set_by(v1::APPELLANT_CLAIMANT);
  appeal.set_grounds("A month is missing.");
  const uint64_t id = story_.Must(appeal);
  EXPECT_EQ(claim().status, v1::CLAIM_STATUS_PAID);
  EXPECT_TRUE(Refuses(story_.Ask(appeal), kNotNow, "claim_id")) << "one at a time";
  auto revision = Revision(11'000, v1::REVISION_KIND_APPEAL);
  EXPECT_TRUE(Refuses(story_.Ask(revision), kNotNow, "revision.appeal_id"));
  revision.mutable_revision()->set_appeal_id(id);
  Revise(revision);
  EXPECT_EQ(domain::OwedOf(fee()), 1'000);
  EXPECT_EQ(claim().open_appeal_id, 0u);
  const uint64_t again = story_.Must(appeal);
  v1::DismissAppealRequest dismiss;
  dismiss.set_claim_id(claim_);
  dismiss.set_appeal_id(again);
  dismiss.set_reasons("It was counted.");
  story_.Must(dismiss);
  EXPECT_EQ(claim().open_appeal_id, 0u);
  EXPECT_TRUE(Refuses(story_.Ask(dismiss), kNotNow, "appeal_id"));
}

TEST_F(Revisions, ALateAppealSaysWhyItIsHeard) {
  auto revision = Revision(9'000);
  *revision.mutable_revision()->mutable_appeal_until() = Day(2026, 9, 1);
  EXPECT_TRUE(Refuses(story_.Ask(revision), kInvalid, "revision.appeal_until")) << "it is over";
  *revision.mutable_revision()->mutable_appeal_until() = Day(2026, 10, 1);
  story_.Must(revision);
  story_.now_micros += int64_t{30} * 86'400'000'000;
  v1::AppealClaimRequest appeal;
  appeal.set_claim_id(claim_);
  appeal.set_by(v1::APPELLANT_CLAIMANT);
  appeal.set_grounds("A month is missing.");
  EXPECT_TRUE(Refuses(story_.Ask(appeal), kNotNow, "late_cause"));
  auto in_time = appeal;
  *in_time.mutable_appealed_on() = Day(2026, 9, 1);
  EXPECT_TRUE(Refuses(story_.Ask(in_time), kInvalid, "appealed_on")) << "before the decision";
  *in_time.mutable_appealed_on() = Day(2026, 10, 1);
  in_time.set_late_cause("She was at sea.");
  EXPECT_TRUE(Refuses(story_.Ask(in_time), kInvalid, "late_cause")) << "it isn't late";
  appeal.set_late_cause("She was at sea.");
  story_.Must(appeal);
  EXPECT_EQ(claim().status, v1::CLAIM_STATUS_UNDER_REVIEW) << "no money was allocated";
}

// With late interest of 60 on 20,000, of which 30 are this claim's.
class RevisionsWithInterest : public Revisions {
 protected:
  void SetUp() override {
    claim_ = story_.File(10'000);
    others_ = story_.File(10'000);
    story_.Determine(claim_);
    story_.Determine(others_);
    v1::RecordSettlementRequest request;
    v1::SettlementRecorded& settlement = *request.mutable_settlement();
    settlement.set_programme_id(story_.programme);
    settlement.add_group_ids(story_.Certify({claim_, others_}));
    settlement.add_respondent_ids(story_.agency);
    settlement.set_forum("Labour Tribunal");
    settlement.mutable_amount()->set_currency("HKD");
    settlement.mutable_amount()->set_minor_units(20'000);
    settlement.set_late_interest_basis_points(3'650);
    v1::Instalment& instalment = *settlement.add_instalments();
    *instalment.mutable_due_on() = Day(2026, 9, 1);
    instalment.set_amount_minor(20'000);
    settlement_ = story_.Must(request);
    v1::RecordInstalmentRequest receive;
    receive.set_settlement_id(settlement_);
    receive.mutable_received()->set_amount_minor(20'060);
    *receive.mutable_received()->mutable_booked_on() = Day(2026, 9, 4);
    receive.mutable_received()->set_bank_reference("HSBC-1");
    story_.Must(receive);
  }
  const domain::ClaimHead& interest() { return *claim().Head(domain::kLateInterest); }
};

TEST_F(RevisionsWithInterest, WhoIsIneligibleIsDueNoInterest) {
  Allocate();
  ASSERT_EQ(interest().allocated_minor, 30);
  Revise(Ineligible());
  EXPECT_EQ(interest().allocated_minor, 0);
  EXPECT_EQ(story_.settlement(settlement_).InterestHeld(), 30) << "it is shared out again";
  EXPECT_EQ(story_.settlement(settlement_).InTrust(), 10'030);
}

TEST_F(RevisionsWithInterest, AndPaysItBack) {
  Pay();
  Revise(Ineligible());
  EXPECT_EQ(overpaid(), 10'030);
  story_.Must(Repayment(10'030));
  EXPECT_EQ(overpaid(), 0);
  EXPECT_EQ(story_.settlement(settlement_).InterestHeld(), 30);
  EXPECT_EQ(story_.settlement(settlement_).LossInTrust(), 10'000);
}

TEST_F(RevisionsWithInterest, WhoIsEligibleAfterAllKeepsIt) {
  Pay();
  Revise(Ineligible());
  Revise(Revision(10'000, v1::REVISION_KIND_EVIDENCE));
  EXPECT_EQ(overpaid(), 0);
  EXPECT_EQ(claim().status, v1::CLAIM_STATUS_PAID);
}

TEST_F(Revisions, OnePersonOpensNothingAgainThatTwoDecided) {
  Pay();
  Revise(Ineligible());
  v1::AppealClaimRequest appeal;
  appeal.set_claim_id(claim_);
  appeal.set_by(v1::APPELLANT_CLAIMANT);
  appeal.set_grounds("The contract is genuine.");
  story_.Must(appeal);
  EXPECT_EQ(claim().status, v1::CLAIM_STATUS_INELIGIBLE) << "the decision stands";
  EXPECT_EQ(overpaid(), 10'000);
}

TEST_F(Revisions, WhatAnAppealMayAddIsSetAside) {
  auto lower = Revision(4'000);
  story_.Must(lower);
  v1::ProposeAllocationRequest propose;
  propose.set_settlement_id(settlement_);
  propose.set_amount_minor(2'800);
  v1::ApproveAllocationRequest approve;
  approve.set_settlement_id(settlement_);
  approve.set_allocation_id(story_.Must(propose));
  story_.Must(approve, kSecond);
  v1::AppealClaimRequest appeal;
  appeal.set_claim_id(claim_);
  appeal.set_by(v1::APPELLANT_CLAIMANT);
  appeal.set_grounds("A month is missing.");
  story_.Must(appeal);
  const uint64_t allocation = story_.Allocate(settlement_);
  EXPECT_EQ(story_.record(allocation).allocation_proposed().provision_minor(), 6'000);
  EXPECT_EQ(story_.record(allocation).allocation_proposed().provided_claims(), 1u);
  EXPECT_EQ(fee().allocated_minor, 4'000);
}

TEST_F(Revisions, NothingIsPaidByADecisionThatSomebodyProposedToRevise) {
  Allocate();
  story_.Must(Ineligible());
  v1::ProposePaymentBatchRequest propose;
  propose.set_settlement_id(settlement_);
  propose.add_claim_ids(claim_);
  EXPECT_TRUE(Refuses(story_.Ask(propose), kNotNow, "claim_ids"));
  v1::RejectClaimMoveRequest reject;
  reject.set_claim_id(claim_);
  reject.set_proposal_id(claim().open_moves.begin()->first);
  reject.set_reason("Proposed by mistake.");
  story_.Must(reject);
  story_.Must(propose);
}

TEST_F(Revisions, ARepaymentIsTakenBackByTwoPersons) {
  Pay();
  Revise(Revision(6'000));
  story_.Must(Repayment(4'000));
  v1::ReverseRepaymentRequest reverse;
  reverse.set_claim_id(claim_);
  reverse.set_bank_reference("BCA-2");
  reverse.set_reason("Typed ten times too large.");
  EXPECT_TRUE(Refuses(story_.Ask(reverse), kNotNow, "bank_reference"));
  reverse.set_bank_reference("BCA-1");
  const uint64_t proposal = story_.Must(reverse);
  EXPECT_EQ(overpaid(), 0);
  story_.Must(Approval(proposal), kSecond);
  EXPECT_EQ(overpaid(), 4'000);
  EXPECT_EQ(fee().paid_minor, 10'000);
  EXPECT_EQ(story_.settlement(settlement_).InTrust(), 0);
  story_.Must(Repayment(400));
  EXPECT_EQ(overpaid(), 3'600);
}

TEST_F(Revisions, WhoWasForgivenMayStillPay) {
  Pay();
  Revise(Revision(6'000));
  v1::ForgiveOverpaymentRequest forgive;
  forgive.set_claim_id(claim_);
  forgive.set_reason("She can't.");
  story_.Must(Approval(story_.Must(forgive)), kSecond);
  story_.Must(Repayment(1'000));
  EXPECT_EQ(overpaid(), 0);
  EXPECT_EQ(fee().forgiven_minor, 3'000);
  EXPECT_EQ(story_.settlement(settlement_).InTrust(), 1'000);
}

TEST_F(Revisions, WhatEndedGoesOnWhereItStood) {
  v1::WithdrawClaimRequest withdraw;
  withdraw.set_claim_id(claim_);
  withdraw.set_reason("Under pressure.");
  story_.Must(withdraw);
  v1::CloseClaimRequest close;
  close.set_claim_id(claim_);
  close.set_reason("Withdrawn.");
  story_.Must(close);
  v1::ReopenClaimRequest reopen;
  reopen.set_claim_id(claim_);
  reopen.set_reason("It was withdrawn under pressure.");
  story_.Must(reopen);
  EXPECT_EQ(claim().status, v1::CLAIM_STATUS_DETERMINED);
  EXPECT_TRUE(Refuses(story_.Ask(reopen), kNotNow, "claim_id"));
}

// No status without a way out: what may be done with a claim in each.
TEST(ClaimExits, EachStatusHasOne) {
  using Step = domain::ClaimStep;
  constexpr Step kWaysOn[] = {Step::kNoticeDeficiency,
                              Step::kCure,
                              Step::kStartReview,
                              Step::kDecideEligibility,
                              Step::kValue,
                              Step::kDetermine,
                              Step::kWithdraw,
                              Step::kSuspend,
                              Step::kResume,
                              Step::kAppeal,
                              Step::kClose,
                              Step::kOptOut,
                              Step::kRevise,
                              Step::kReopen};
  // A merger is undone, and a handed over claim goes on in another docket.
  const std::set<v1::ClaimStatus> otherwise = {v1::CLAIM_STATUS_UNSPECIFIED, v1::CLAIM_STATUS_MERGED,
                                               v1::CLAIM_STATUS_HANDED_OVER};
  for (int i = 0; i < v1::ClaimStatus_ARRAYSIZE; ++i) {
    const auto status = static_cast<v1::ClaimStatus>(i);
    bool exit = otherwise.contains(status);
    for (Step step : kWaysOn) exit |= domain::CheckStep(1, status, step).ok();
    EXPECT_TRUE(exit) << v1::ClaimStatus_Name(status);
  }
}

}  // namespace
}  // namespace klaim::testing
