// One person, one claimant; one loss, one claim.

#include <gtest/gtest.h>

#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/double_claim.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/payment_batch.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/people/duplicate.h"
#include "testing/docket_story.h"

namespace klaim::testing {
namespace {

class DuplicatesTest : public ::testing::Test {
 protected:
  uint64_t ClaimantOf(uint64_t claim_id) { return story_.record(claim_id).claim_filed().claimant_id(); }
  const domain::ClaimantState& Claimant(uint64_t id) {
    return **story_.docket().Find<domain::ClaimantState>("claimant_id", id);
  }
  absl::Status Merge(uint64_t claimant_id, uint64_t into_id, bool although_not_suspected = true) {
    v1::MergeClaimantsRequest request;
    request.set_claimant_id(claimant_id);
    request.set_into_id(into_id);
    request.set_reason("The same card.");
    request.set_although_not_suspected(although_not_suspected);
    return story_.Ask(request);
  }
  absl::Status Suspect(uint64_t claimant_id, uint64_t other_id, bool sure = false) {
    domain::SuspectedDuplicates found;
    found.claimant_id = claimant_id;
    found.suspected.set_other_id(other_id);
    found.suspected.set_sure(sure);
    return story_.Ask(found);
  }
  absl::Status Undo(uint64_t claimant_id) {
    v1::UndoMergeRequest request;
    request.set_claimant_id(claimant_id);
    request.set_reason("Sisters.");
    return story_.Ask(request);
  }
  absl::Status Family(uint64_t one, uint64_t other) {
    v1::LinkFamilyRequest request;
    request.set_claimant_id(one);
    request.set_other_id(other);
    request.set_relation(v1::CLAIMANT_CAPACITY_SPOUSE);
    request.set_evidence("Marriage book.");
    return story_.Ask(request);
  }
  absl::Status DecideDouble(uint64_t claim_id, uint64_t other_id, bool separate) {
    v1::DecideDoubleClaimRequest request;
    request.set_claim_id(claim_id);
    request.set_other_claim_id(other_id);
    request.set_separate(separate);
    request.set_reason("Looked at both.");
    const absl::Status first = story_.Ask(request);
    return first.ok() && separate ? story_.Ask(request, "budi@0") : first;  // two persons
  }
  // Money for both claims is there, and both have accounts.
  uint64_t Fund(const std::vector<uint64_t>& claims) {
    for (uint64_t claim : claims) story_.Determine(claim);
    const uint64_t settlement = story_.Settle(story_.Certify(claims), {3'000'000});
    story_.Receive(settlement, 1, 3'000'000);
    story_.Allocate(settlement);
    for (uint64_t claim : claims) story_.ConfirmAccount(claim);
    return settlement;
  }
  absl::Status Pay(uint64_t settlement_id, uint64_t claim_id) {
    v1::ProposePaymentBatchRequest request;
    request.set_settlement_id(settlement_id);
    request.add_claim_ids(claim_id);
    return story_.Ask(request);
  }

  DocketStory story_;
};

TEST_F(DuplicatesTest, AMergerPursuesALossOnceAndUndoingItRestoresBoth) {
  const uint64_t first = story_.File(1'000'000);
  const uint64_t second = story_.File(900'000);
  story_.Determine(first);
  story_.Determine(second);
  const uint64_t one = ClaimantOf(first);
  const uint64_t other = ClaimantOf(second);
  ASSERT_TRUE(Merge(other, one).ok());
  EXPECT_EQ(Claimant(other).merged_into, one);
  EXPECT_EQ(story_.claim(second).status, v1::CLAIM_STATUS_MERGED);
  EXPECT_EQ(story_.claim(second).claimant_id, one);
  EXPECT_EQ(story_.claim(second).heads[0].determined_minor, 0);
  EXPECT_EQ(story_.claim(first).status, v1::CLAIM_STATUS_DETERMINED);
  // Who was merged files nothing more, and isn't merged again.
  v1::FileClaimRequest filing = story_.Filing(1);
  filing.set_claimant_id(other);
  EXPECT_TRUE(Refuses(story_.Ask(filing), absl::StatusCode::kFailedPrecondition, "claimant_id"));
  EXPECT_TRUE(Refuses(Merge(other, one), absl::StatusCode::kFailedPrecondition, "claimant_id"));
  EXPECT_TRUE(Refuses(Merge(one, one), absl::StatusCode::kInvalidArgument, "into_id"));
  ASSERT_TRUE(Undo(other).ok());
  EXPECT_EQ(story_.claim(second).status, v1::CLAIM_STATUS_DETERMINED);
  EXPECT_EQ(story_.claim(second).claimant_id, other);
  EXPECT_EQ(story_.claim(second).heads[0].determined_minor, 900'000);
  EXPECT_TRUE(Refuses(Undo(other), absl::StatusCode::kFailedPrecondition, "claimant_id"));
}

TEST_F(DuplicatesTest, AMergerAfterMoneyWasAllocatedPaysNothingBeforeSomebodyDecided) {
  const uint64_t first = story_.File(1'000'000);
  const uint64_t second = story_.File(900'000);
  const uint64_t settlement = Fund({first, second});
  ASSERT_TRUE(Merge(ClaimantOf(second), ClaimantOf(first)).ok());
  EXPECT_EQ(story_.claim(second).status, v1::CLAIM_STATUS_ALLOCATED)
      << "its money is allocated: a person decides";
  for (uint64_t claim : {first, second}) {
    EXPECT_TRUE(Refuses(Pay(settlement, claim), absl::StatusCode::kFailedPrecondition, "claim_ids"));
  }
  EXPECT_TRUE(Refuses(DecideDouble(second, first, false), absl::StatusCode::kFailedPrecondition, "claim_id"));
  v1::LapseAllocationsRequest lapse;
  lapse.set_settlement_id(settlement);
  lapse.add_claim_ids(second);
  lapse.set_rule(v1::RESIDUAL_RULE_SHARE_AGAIN);
  lapse.set_reason("One loss was allocated twice.");
  v1::ApproveSettlementMoveRequest approve;
  approve.set_settlement_id(settlement);
  approve.set_proposal_id(story_.Must(lapse));
  ASSERT_TRUE(story_.Ask(approve, "budi@0").ok());
  EXPECT_EQ(story_.settlement(settlement).InTrust(), 3'000'000 - 1'000'000);
  ASSERT_TRUE(DecideDouble(second, first, false).ok());
  EXPECT_EQ(story_.claim(second).status, v1::CLAIM_STATUS_MERGED);
  EXPECT_TRUE(Pay(settlement, first).ok());
}

TEST_F(DuplicatesTest, AClaimThatWasPaidAndClosedStillStandsForItsLoss) {
  const uint64_t first = story_.File(1'000'000);
  const uint64_t second = story_.File(900'000);
  const uint64_t settlement = Fund({first, second});
  const uint64_t batch = story_.size();
  ASSERT_TRUE(Pay(settlement, first).ok());
  v1::ApprovePaymentBatchRequest approve;
  approve.set_payment_batch_id(batch);
  story_.Must(approve, "budi@0");
  v1::SendPaymentBatchRequest send;
  send.set_payment_batch_id(batch);
  story_.Must(send);
  v1::ConfirmPaymentsRequest confirm;
  confirm.set_payment_batch_id(batch);
  auto* booked = confirm.mutable_confirmed()->mutable_booked_on();
  booked->set_year(2027);
  booked->set_month(2);
  booked->set_day(5);
  story_.Must(confirm);
  v1::CloseClaimRequest close;
  close.set_claim_id(first);
  close.set_reason("Paid.");
  story_.Must(close);
  ASSERT_TRUE(Merge(ClaimantOf(second), ClaimantOf(first)).ok());
  EXPECT_TRUE(Refuses(Pay(settlement, second), absl::StatusCode::kFailedPrecondition, "claim_ids"))
      << "the loss was paid for already";
}

TEST_F(DuplicatesTest, AFamilysDoubleClaimIsNotPaidBeforeSomebodyDecided) {
  const uint64_t worker = story_.File(1'000'000);
  const uint64_t wife = story_.File(1'000'000);
  const uint64_t settlement = Fund({worker, wife});
  ASSERT_TRUE(Family(ClaimantOf(worker), ClaimantOf(wife)).ok());
  EXPECT_TRUE(
      Refuses(Merge(ClaimantOf(wife), ClaimantOf(worker)), absl::StatusCode::kFailedPrecondition, "into_id"));
  EXPECT_TRUE(Refuses(Pay(settlement, wife), absl::StatusCode::kFailedPrecondition, "claim_ids"));
  ASSERT_TRUE(DecideDouble(wife, worker, true).ok());
  EXPECT_TRUE(
      Refuses(DecideDouble(wife, worker, true), absl::StatusCode::kFailedPrecondition, "other_claim_id"));
  EXPECT_TRUE(Pay(settlement, wife).ok());
  EXPECT_TRUE(Pay(settlement, worker).ok());
}

TEST_F(DuplicatesTest, WhatWasOrderedBeforeItLookedLikeOneLossIsNeitherApprovedNorSentBeforeSomebodyDecided) {
  const uint64_t worker = story_.File(1'000'000);
  const uint64_t wife = story_.File(1'000'000);
  const uint64_t settlement = Fund({worker, wife});
  const uint64_t first = story_.size();
  ASSERT_TRUE(Pay(settlement, worker).ok());
  const uint64_t second = story_.size();
  ASSERT_TRUE(Pay(settlement, wife).ok());
  v1::ApprovePaymentBatchRequest approve;
  approve.set_payment_batch_id(first);
  story_.Must(approve, "budi@0");
  ASSERT_TRUE(Family(ClaimantOf(worker), ClaimantOf(wife)).ok());
  v1::SendPaymentBatchRequest send;
  send.set_payment_batch_id(first);
  EXPECT_TRUE(Refuses(story_.Ask(send), absl::StatusCode::kFailedPrecondition, "payment_batch_id"));
  approve.set_payment_batch_id(second);
  EXPECT_TRUE(
      Refuses(story_.Ask(approve, "budi@0"), absl::StatusCode::kFailedPrecondition, "payment_batch_id"));
  ASSERT_TRUE(DecideDouble(wife, worker, true).ok());
  EXPECT_TRUE(story_.Ask(send).ok());
  EXPECT_TRUE(story_.Ask(approve, "budi@0").ok());
}

TEST_F(DuplicatesTest, WhatTheLinkageFindsIsRecordedOnceAndDecidedByPeople) {
  const uint64_t one = ClaimantOf(story_.File(1'000'000));
  const uint64_t other = ClaimantOf(story_.File(1'000'000));
  domain::SuspectedDuplicates found;
  found.claimant_id = other;
  found.suspected.set_other_id(one);
  google::protobuf::Arena arena;
  const auto suspect = [&] {
    domain::Decision decision(&arena, story_.size());
    return domain::Decide(found, story_.docket(), {}, decision);
  };
  EXPECT_TRUE(suspect().ok());
  v1::RefuseDuplicateRequest refuse;
  refuse.set_claimant_id(other);
  refuse.set_other_id(one);
  EXPECT_TRUE(Refuses(story_.Ask(refuse), absl::StatusCode::kInvalidArgument, "reason"));
  refuse.set_reason("Cousins of one name.");
  ASSERT_TRUE(story_.Ask(refuse).ok());
  EXPECT_TRUE(Refuses(story_.Ask(refuse), absl::StatusCode::kFailedPrecondition, "other_id"));
  EXPECT_TRUE(Refuses(suspect(), absl::StatusCode::kFailedPrecondition, "other_id")) << "not suspected again";
}

TEST_F(DuplicatesTest, StrangersAreMergedOnlyByWhoSaysThatNobodySuspectsThem) {
  const uint64_t one = ClaimantOf(story_.File(1'000'000));
  const uint64_t other = ClaimantOf(story_.File(1'000'000));
  const uint64_t third = ClaimantOf(story_.File(1'000'000));
  const auto refuses = [&](uint64_t claimant_id, uint64_t into_id) {
    return Refuses(Merge(claimant_id, into_id, false), absl::StatusCode::kFailedPrecondition,
                   "although_not_suspected");
  };
  EXPECT_TRUE(refuses(other, one));
  EXPECT_EQ(Claimant(other).merged_into, 0u);
  // Once they are suspected nothing more is asked, whoever of them stays.
  ASSERT_TRUE(Suspect(other, one).ok());
  EXPECT_TRUE(refuses(other, third)) << "a suspicion is of a pair";
  ASSERT_TRUE(Merge(one, other, false).ok());
  ASSERT_TRUE(Undo(one).ok());
  ASSERT_TRUE(Merge(other, one, false).ok());
  ASSERT_TRUE(Undo(other).ok());
  // Who were found to be two aren't suspected any more.
  v1::RefuseDuplicateRequest refuse;
  refuse.set_claimant_id(one);
  refuse.set_other_id(other);
  refuse.set_reason("Sisters.");
  ASSERT_TRUE(story_.Ask(refuse).ok());
  EXPECT_TRUE(refuses(other, one));
  EXPECT_TRUE(Merge(other, one, true).ok());
}

TEST_F(DuplicatesTest, WhoWasRegisteredWithAnothersIdentityIsSuspected) {
  v1::FileClaimRequest filing = story_.Filing(1'000'000);
  filing.mutable_new_claimant()->set_key_id(7);
  const uint64_t one = ClaimantOf(story_.File(filing));
  filing.mutable_new_claimant()->set_key_id(8);
  filing.mutable_new_claimant()->add_similar_key_ids(7);
  const uint64_t other = ClaimantOf(story_.File(filing));
  EXPECT_TRUE(Merge(one, other, false).ok());
}

TEST_F(DuplicatesTest, MoneyOfWhoDiedGoesToTheHeir) {
  const uint64_t claim = story_.File(1'000'000);
  const uint64_t of_heir = story_.File(500'000);
  const uint64_t settlement = Fund({claim});
  ASSERT_TRUE(story_.NameHeir(claim, ClaimantOf(of_heir)).ok());
  EXPECT_TRUE(Refuses(Pay(settlement, claim), absl::StatusCode::kFailedPrecondition, "claim_ids"))
      << "the heir has no account yet";
  story_.ConfirmAccount(of_heir);
  const uint64_t batch = story_.size();
  ASSERT_TRUE(Pay(settlement, claim).ok());
  EXPECT_EQ(story_.record(batch).payment_batch_proposed().payments(0).claimant_id(), ClaimantOf(of_heir));
}

TEST_F(DuplicatesTest, WhoIsSurelyAnotherIsNotPaidForOneLossInBothNamesBeforeSomebodyDecided) {
  const uint64_t first = story_.File(1'000'000);
  const uint64_t second = story_.File(1'000'000);
  const uint64_t settlement = Fund({first, second});
  const uint64_t one = story_.claim(first).claimant_id;
  const uint64_t other = story_.claim(second).claimant_id;
  ASSERT_TRUE(Suspect(other, one, true).ok());
  EXPECT_TRUE(Pay(settlement, first).ok()) << "whoever is first";
  EXPECT_TRUE(Refuses(Pay(settlement, second), absl::StatusCode::kFailedPrecondition, "claim_ids"));
  v1::RefuseDuplicateRequest refuse;
  refuse.set_claimant_id(other);
  refuse.set_other_id(one);
  refuse.set_reason("Sisters.");
  story_.Must(refuse);
  EXPECT_TRUE(Pay(settlement, second).ok());
}

TEST_F(DuplicatesTest, WhatWasDecidedOtherwiseSinceIsNoProposalToSeparate) {
  const uint64_t first = story_.File(1'000'000);
  v1::FileClaimRequest filing = story_.Filing(1'000'000);
  filing.set_claimant_id(story_.claim(first).claimant_id);
  filing.set_case_id(story_.claim(first).case_id);
  filing.clear_new_claimant();
  const uint64_t second = story_.File(filing);
  v1::DecideDoubleClaimRequest apart;
  apart.set_claim_id(first);
  apart.set_other_claim_id(second);
  apart.set_separate(true);
  apart.set_reason("Two contracts.");
  story_.Must(apart);
  apart.set_separate(false);
  story_.Must(apart);  // one gives way to the other after all
  apart.set_separate(true);
  EXPECT_FALSE(story_.Ask(apart, "budi@0").ok());
  EXPECT_TRUE(story_.claim(first).separate_from.empty());
}

}  // namespace
}  // namespace klaim::testing
