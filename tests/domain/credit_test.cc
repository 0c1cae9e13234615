// What a claimant got otherwise is owed no more, and isn't paid a second time.
#include "engine/domain/claims/credit.h"

#include "engine/domain/money/payment_batch.h"
#include "engine/domain/money/settlement.h"
#include "testing/docket_story.h"

namespace klaim::testing {
namespace {

constexpr char kFee[] = "excess_recruitment_fee";

class Credits : public ::testing::Test {
 protected:
  v1::RecordCreditRequest Credit(uint64_t claim, int64_t amount) {
    v1::RecordCreditRequest request;
    request.set_claim_id(claim);
    v1::ClaimCredited& credit = *request.mutable_credit();
    credit.set_kind(v1::CREDIT_KIND_DIRECT_PAYMENT);
    credit.set_respondent_id(story_.agency);
    credit.mutable_paid_on()->set_year(2026);
    credit.mutable_paid_on()->set_month(8);
    credit.mutable_paid_on()->set_day(17);
    credit.set_confirmed_by_claimant(true);
    v1::CreditedHead& head = *credit.add_heads();
    head.set_head(kFee);
    head.mutable_paid()->set_currency("HKD");
    head.mutable_paid()->set_minor_units(amount);
    return request;
  }
  const domain::ClaimHead& Fee(uint64_t claim) { return *story_.claim(claim).Head(kFee); }
  // A settlement of so much for the claims, received.
  uint64_t Settlement(const std::vector<uint64_t>& claims, int64_t amount) {
    const uint64_t settlement = story_.Settle(story_.Certify(claims), {amount});
    story_.Receive(settlement, 1, amount);
    return settlement;
  }
  absl::Status Pay(uint64_t settlement, uint64_t claim) {
    v1::ProposePaymentBatchRequest request;
    request.set_settlement_id(settlement);
    request.add_claim_ids(claim);
    return story_.Ask(request);
  }

  DocketStory story_;
};

TEST_F(Credits, WhatWasPaidDirectlyIsNotAllocated) {
  const uint64_t claim = story_.File(15'000);
  story_.Determine(claim);
  story_.Must(Credit(claim, 5'000));
  const uint64_t settlement = Settlement({claim}, 15'000);
  story_.Allocate(settlement);
  EXPECT_EQ(Fee(claim).allocated_minor, 10'000);
  EXPECT_EQ(domain::OwedOf(Fee(claim)), 0);
}

TEST_F(Credits, MayBeRecordedBeforeAnythingIsDetermined) {
  const uint64_t claim = story_.File(15'000);
  story_.Must(Credit(claim, 20'000));
  story_.Determine(claim);
  EXPECT_EQ(domain::OwedOf(Fee(claim)), 0) << "nothing below zero is owed";
  const uint64_t settlement = Settlement({claim}, 15'000);
  v1::ProposeAllocationRequest propose;
  propose.set_settlement_id(settlement);
  EXPECT_TRUE(Refuses(story_.Ask(propose), kNotNow, "settlement_id"));
  v1::CloseClaimRequest close;
  close.set_claim_id(claim);
  close.set_reason("Lunas di luar.");
  story_.Must(close);
}

TEST_F(Credits, AClaimThatIsStillOwedIsNotClosed) {
  const uint64_t claim = story_.File(15'000);
  story_.Determine(claim);
  story_.Must(Credit(claim, 14'999));
  v1::CloseClaimRequest close;
  close.set_claim_id(claim);
  close.set_reason("Lunas di luar.");
  EXPECT_TRUE(Refuses(story_.Ask(close), kNotNow, "claim_id"));
}

TEST_F(Credits, WhatCameAfterTheAllocationIsNotPaidTwice) {
  const uint64_t claim = story_.File(15'000);
  story_.Determine(claim);
  const uint64_t settlement = Settlement({claim}, 15'000);
  story_.Allocate(settlement);
  story_.ConfirmAccount(claim);
  story_.Must(Credit(claim, 5'000));
  ASSERT_TRUE(Pay(settlement, claim).ok());
  EXPECT_EQ(Fee(claim).ordered_minor, 10'000);
  EXPECT_TRUE(Refuses(Pay(settlement, claim), kNotNow, "claim_ids"))
      << "what is left of the allocation can lapse";
}

TEST_F(Credits, AnAllocationAndAPaymentThatWaitAreLookedAtAgain) {
  const uint64_t claim = story_.File(15'000);
  story_.Determine(claim);
  const uint64_t settlement = Settlement({claim}, 15'000);
  v1::ProposeAllocationRequest propose;
  propose.set_settlement_id(settlement);
  v1::ApproveAllocationRequest approve;
  approve.set_settlement_id(settlement);
  approve.set_allocation_id(story_.Must(propose));
  const uint64_t credit = story_.Must(Credit(claim, 5'000));
  EXPECT_TRUE(Refuses(story_.Ask(approve, "budi@0"), kNotNow, "allocation_id"));
  v1::ReverseCreditRequest reverse;
  reverse.set_claim_id(claim);
  reverse.set_credit_id(credit);
  reverse.set_reason("Ceknya ditolak.");
  story_.Must(reverse);
  EXPECT_EQ(Fee(claim).credited_minor, 5'000) << "one person's word frees no money";
  EXPECT_TRUE(Refuses(story_.Ask(reverse), absl::StatusCode::kPermissionDenied, "credit_id"));
  story_.Must(reverse, "budi@0");
  EXPECT_TRUE(Refuses(story_.Ask(reverse, "budi@0"), kNotNow, "credit_id"));
  story_.Must(approve, "budi@0");
  story_.ConfirmAccount(claim);
  const uint64_t batch = story_.size();
  ASSERT_TRUE(Pay(settlement, claim).ok());
  story_.Must(Credit(claim, 1));
  v1::ApprovePaymentBatchRequest approve_batch;
  approve_batch.set_payment_batch_id(batch);
  EXPECT_TRUE(Refuses(story_.Ask(approve_batch, "budi@0"), kNotNow, "payment_batch_id"));
}

TEST_F(Credits, AreShownBySomethingAndOnce) {
  const uint64_t claim = story_.File(15'000);
  auto credit = Credit(claim, 5'000);
  credit.mutable_credit()->set_confirmed_by_claimant(false);
  EXPECT_TRUE(Refuses(story_.Ask(credit), kInvalid, "credit.document_id"));
  credit.mutable_credit()->set_document_id(story_.Upload(claim));
  story_.Must(credit);
  EXPECT_TRUE(Refuses(story_.Ask(credit), kNotNow, "credit.document_id")) << "one receipt is one payment";
  const uint64_t other = story_.File(15'000);
  credit.mutable_credit()->set_document_id(story_.Upload(other));
  EXPECT_TRUE(Refuses(story_.Ask(credit), kInvalid, "credit.document_id")) << "of another claimant";
}

TEST_F(Credits, SayWhoAndHowAndWhen) {
  const uint64_t claim = story_.File(15'000);
  const auto refused = [&](const char* field, const std::function<void(v1::ClaimCredited&)>& change) {
    auto credit = Credit(claim, 5'000);
    change(*credit.mutable_credit());
    EXPECT_TRUE(Refuses(story_.Ask(credit), kInvalid, field));
  };
  refused("credit.kind", [](auto& credit) { credit.clear_kind(); });
  refused("credit.payer", [](auto& credit) { credit.clear_respondent_id(); });
  refused("credit.payer", [](auto& credit) { credit.set_payer("BPJS Ketenagakerjaan"); });
  refused("credit.heads", [](auto& credit) { credit.clear_heads(); });
  refused("credit.heads[0].head", [](auto& credit) { credit.mutable_heads(0)->set_head("injury"); });
  refused("credit.heads[0].paid.minor_units",
          [](auto& credit) { credit.mutable_heads(0)->mutable_paid()->set_minor_units(-1); });
  refused("credit.heads[0].credited_minor",
          [](auto& credit) { credit.mutable_heads(0)->set_credited_minor(1); });
  refused("credit.paid_on", [](auto& credit) { credit.mutable_paid_on()->set_year(2027); });
  refused("credit.paid_on", [](auto& credit) { credit.mutable_paid_on()->clear_day(); });
  refused("exchange_table_id",
          [](auto& credit) { credit.mutable_heads(0)->mutable_paid()->set_currency("IDR"); });
}

TEST_F(Credits, AreConvertedAtTheRateOfTheDay) {
  v1::PublishReferenceTableRequest table;
  table.mutable_table()->set_code("HKD-IDR");
  table.mutable_table()->set_kind(v1::REFERENCE_TABLE_KIND_EXCHANGE_RATE);
  table.mutable_table()->set_currency("HKD");
  table.mutable_table()->set_into_currency("IDR");
  for (const auto& [month, rate] : {std::pair(8u, 2'100'000'000ll), std::pair(9u, 2'000'000'000ll)}) {
    auto& line = *table.mutable_table()->add_lines();
    line.mutable_valid_from()->set_year(2026);
    line.mutable_valid_from()->set_month(month);
    line.mutable_valid_from()->set_day(1);
    line.set_value(rate);
    line.set_source("Bank Indonesia");
  }
  const uint64_t rates = story_.Must(table);
  const uint64_t claim = story_.File(1'500'000);
  story_.Determine(claim);
  auto credit = Credit(claim, 21'000'000'00);
  credit.set_exchange_table_id(rates);
  credit.mutable_credit()->mutable_heads(0)->mutable_paid()->set_currency("IDR");
  story_.Must(credit);
  EXPECT_EQ(Fee(claim).credited_minor, 1'000'000) << "Rp 21,000,000 in August are HKD 10,000";
  credit.mutable_credit()->mutable_paid_on()->set_month(7);
  EXPECT_TRUE(Refuses(story_.Ask(credit), kNotNow, "exchange_table_id")) << "no rate holds before August";
}

TEST_F(Credits, AClaimThatIsFiledAgainIsComparedWithTheOneForWhichSomethingWasGot) {
  const uint64_t claim = story_.File(15'000);
  story_.Determine(claim);
  story_.Must(Credit(claim, 9'000));
  v1::WithdrawClaimRequest withdraw;
  withdraw.set_claim_id(claim);
  withdraw.set_reason("Salah.");
  story_.Must(withdraw);
  v1::FileClaimRequest filing = story_.Filing(15'000);
  filing.set_claimant_id(story_.claim(claim).claimant_id);
  filing.set_case_id(story_.claim(claim).case_id);
  filing.clear_new_claimant();
  const uint64_t again = story_.File(filing);
  story_.Determine(again);
  const uint64_t settlement = Settlement({again}, 15'000);
  story_.Allocate(settlement);
  story_.ConfirmAccount(again);
  EXPECT_TRUE(Refuses(Pay(settlement, again), kNotNow, "claim_ids")) << "9'000 were got for it already";
}

TEST_F(Credits, OfAnIneligibleClaimNothingIsDetermined) {
  const uint64_t claim = story_.File(15'000);
  story_.Determine(claim);
  v1::AppealClaimRequest appeal;
  appeal.set_claim_id(claim);
  appeal.set_grounds("Salah hitung.");
  story_.Must(appeal);
  v1::DecideEligibilityRequest decide;
  decide.set_claim_id(claim);
  decide.mutable_decision()->set_reason_code("out_of_scope");
  decide.mutable_decision()->set_reasons("Di luar program.");
  story_.Must(decide);
  EXPECT_EQ(Fee(claim).determined_minor, 0);
}

}  // namespace
}  // namespace klaim::testing
