// Nobody is erased while something that the person is owed, or that others need of them, is on its way.

#include "domain/funded_docket.h"
#include "engine/domain/claims/document.h"
#include "engine/domain/claims/double_claim.h"
#include "engine/domain/money/payment_batch.h"
#include "engine/domain/people/claimant.h"
#include "engine/domain/people/duplicate.h"

namespace klaim::testing {
namespace {

TEST(Erasure, WaitsForALegalHoldAndForMoneyThatIsUnderWay) {
  DocketStory story;
  const uint64_t claim = story.File(1'000'000);
  v1::UploadBegun begun;
  begun.set_case_id(story.claim(claim).case_id);
  begun.mutable_title()->mutable_text()->set_clear("Slip gaji");
  const uint64_t document = story.Must(begun);
  v1::HoldDocumentRequest hold;
  hold.set_document_id(document);
  hold.set_reason("Tegal district court 12/2026");
  v1::LiftHoldRequest lift;
  lift.set_document_id(document);
  lift.set_reason("decided");
  v1::EraseClaimantRequest erase;
  erase.set_claimant_id(story.claim(claim).claimant_id);
  erase.set_reason("wish");
  const auto decided = [&] {
    google::protobuf::Arena arena;
    domain::Decision decision(&arena, story.size());
    return domain::DecideErasure(erase, {document}, story.docket(), domain::Context(), decision);
  };
  EXPECT_TRUE(decided().ok());
  story.Must(hold);
  EXPECT_TRUE(Refuses(decided(), kNotNow, "claimant_id")) << "held";
  story.Must(lift);
  EXPECT_TRUE(decided().ok());
  story.Determine(claim);
  const uint64_t settlement = story.Settle(story.Certify({claim}), {1'000'000});
  story.Receive(settlement, 1, 1'000'000);
  story.Allocate(settlement);
  story.ConfirmAccount(claim);
  story.Send(settlement);
  EXPECT_TRUE(Refuses(decided(), kNotNow, "claimant_id")) << "money is under way";
  // Who was erased leaves nothing to hold.
  const uint64_t other = story.File(1'000);
  begun.set_case_id(story.claim(other).case_id);
  hold.set_document_id(story.Must(begun));
  erase.set_claimant_id(story.claim(other).claimant_id);
  story.Must(erase);
  EXPECT_TRUE(Refuses(story.Ask(hold), kNotNow, "document_id"));
}

absl::Status Erase(DocketStory& story, uint64_t claimant_id) {
  v1::EraseClaimantRequest request;
  request.set_claimant_id(claimant_id);
  request.set_reason("She asked for it.");
  return story.Ask(request);
}

TEST(Money, NobodyIsErasedWhileMoneyForThePersonIsUnderWay) {
  Funded docket;
  DocketStory& story = docket.story;
  const uint64_t person = ClaimantOf(story, docket.a);
  const uint64_t batch = docket.Propose();
  EXPECT_TRUE(Refuses(Erase(story, person), kNotNow, "claimant_id"));
  story.Must(Funded::OfBatch<v1::ApprovePaymentBatchRequest>(batch), "budi@0");
  EXPECT_TRUE(Refuses(Erase(story, person), kNotNow, "claimant_id"));
  auto hold = Funded::OfBatch<v1::HoldPaymentRequest>(batch);
  hold.set_number(1);
  hold.set_reason("She asks to be erased.");
  story.Must(hold);
  story.Must(Funded::OfBatch<v1::SendPaymentBatchRequest>(batch));
  EXPECT_TRUE(Refuses(Erase(story, person), kNotNow, "claimant_id")) << "her money would be nobody's";
  v1::LapseAllocationsRequest lapse;
  lapse.set_settlement_id(docket.settlement);
  lapse.add_claim_ids(docket.a);
  lapse.set_rule(v1::RESIDUAL_RULE_SHARE_AGAIN);
  lapse.set_reason("She wants none of it.");
  v1::ApproveSettlementMoveRequest approve;
  approve.set_settlement_id(docket.settlement);
  approve.set_proposal_id(story.Must(lapse));
  story.Must(approve, "budi@0");
  EXPECT_TRUE(Erase(story, person).ok());
  EXPECT_TRUE(Refuses(Erase(story, ClaimantOf(story, docket.b)), kNotNow, "claimant_id"));
}

TEST(Money, AnHeirIsNotErasedWhileMoneyOfOthersIsOnItsWay) {
  Funded docket;
  DocketStory& story = docket.story;
  const uint64_t of_heir = story.File(1'000);
  const uint64_t heir = ClaimantOf(story, of_heir);
  ASSERT_TRUE(story.NameHeir(docket.a, heir).ok());
  story.ConfirmAccount(of_heir);
  const uint64_t batch = docket.Propose();
  EXPECT_TRUE(Refuses(Erase(story, heir), kNotNow, "claimant_id"));
  auto reject = Funded::OfBatch<v1::RejectPaymentBatchRequest>(batch);
  reject.set_reason("Wrong heir.");
  story.Must(reject, "budi@0");
  EXPECT_TRUE(Erase(story, heir).ok());
  EXPECT_TRUE(Refuses(story.NameHeir(docket.b, heir), kNotNow, "heir.heir_id")) << "nobody can be paid there";
}

TEST(Money, WhoWasPaidInAMergersNameIsNotErasedAfterItWasUndone) {
  Funded docket;
  DocketStory& story = docket.story;
  const uint64_t one = ClaimantOf(story, docket.a);
  const uint64_t other = ClaimantOf(story, story.File(1'000));
  v1::MergeClaimantsRequest merge;
  merge.set_claimant_id(one);
  merge.set_into_id(other);
  merge.set_reason("The same card.");
  merge.set_although_not_suspected(true);
  story.Must(merge);
  v1::ConfirmPayoutAccountRequest account;
  account.set_claimant_id(other);
  account.mutable_account()->mutable_holder()->mutable_sealed();
  account.mutable_account()->mutable_number()->mutable_sealed();
  account.mutable_account()->set_bank_bic("BRINIDJA");
  account.mutable_account()->set_currency("HKD");
  story.Must(account);
  v1::DecideDoubleClaimRequest apart;
  apart.set_claim_id(docket.a);
  apart.set_other_claim_id(story.record(other).claimant_registered().first_claim_id());
  apart.set_separate(true);
  apart.set_reason("Two losses.");
  story.Must(apart);
  story.Must(apart, "budi@0");
  const uint64_t batch = docket.Propose();
  ASSERT_EQ(docket.Batch(batch).proposed.payments(0).claimant_id(), other);
  v1::UndoMergeRequest undo;
  undo.set_claimant_id(one);
  undo.set_reason("Sisters.");
  story.Must(undo);
  EXPECT_TRUE(Refuses(Erase(story, other), kNotNow, "claimant_id"));
  const uint64_t approved = story.Must(Funded::OfBatch<v1::ApprovePaymentBatchRequest>(batch), "budi@0");
  const v1::PaymentBatchApproved event = story.record(approved).payment_batch_approved();
  ASSERT_EQ(event.left_out_size(), 1) << "the other sister would be paid";
  EXPECT_EQ(event.left_out(0).number(), 1u);
}

}  // namespace
}  // namespace klaim::testing
