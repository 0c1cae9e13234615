// The money: shared out to the last unit, approved by a second person, paid once.

#include <numeric>

#include "engine/domain/allocation.h"
#include "testing/docket_story.h"

namespace klaim::testing {
namespace {

constexpr auto kNotNow = absl::StatusCode::kFailedPrecondition;

TEST(ShareProRata, ByLargestRemainderToTheLastUnit) {
  struct Case {
    int64_t amount;
    std::vector<int64_t> weights, shares;
  };
  const Case kCases[] = {
      {100, {1, 1, 1}, {34, 33, 33}},  // the odd unit goes to the first
      {100, {1, 2, 3}, {17, 33, 50}},
      {10, {7, 7, 7}, {4, 3, 3}},
      {0, {5, 5}, {0, 0}},
      {7, {7}, {7}},
      {5, {0, 10, 0}, {0, 5, 0}},
      {999'999'999'999'999,
       {1'000'000'000'000'000, 1'000'000'000'000'000},
       {500'000'000'000'000, 499'999'999'999'999}},
  };
  for (const Case& test : kCases)
    EXPECT_EQ(domain::ShareProRata(test.amount, test.weights), test.shares) << test.amount;
}

TEST(ShareProRata, PartsSumToTheWholeAndNoneExceedsItsWeight) {
  uint64_t state = 42;
  const auto next = [&](uint64_t below) {
    return (state = state * 6364136223846793005 + 1442695040888963407) % below;
  };
  for (int round = 0; round < 2000; ++round) {
    std::vector<int64_t> weights(1 + next(40));
    for (int64_t& weight : weights) weight = static_cast<int64_t>(next(1 + next(1'000'000'000)));
    const int64_t total = std::accumulate(weights.begin(), weights.end(), int64_t{0});
    const auto amount = static_cast<int64_t>(next(static_cast<uint64_t>(total) + 1));
    const auto shares = domain::ShareProRata(amount, weights);
    ASSERT_EQ(std::accumulate(shares.begin(), shares.end(), int64_t{0}), amount) << "round " << round;
    for (size_t i = 0; i < weights.size(); ++i) {
      ASSERT_LE(shares[i], weights[i]) << "round " << round;
      ASSERT_GE(shares[i], 0);
    }
  }
}

TEST(Money, FromSettlementToPaidThenReturnedAndReissued) {
  DocketStory story;
  const uint64_t a = story.File(1'000'000);
  const uint64_t b = story.File(500'000);
  story.Determine(a);
  story.Determine(b);
  const uint64_t settlement = story.Settle(story.Certify({a, b}), {600'000, 900'000});
  story.Receive(settlement, 1, 600'000);
  story.Allocate(settlement);
  EXPECT_EQ(story.claim(a).heads[0].allocated_minor, 400'000);
  EXPECT_EQ(story.claim(b).heads[0].allocated_minor, 200'000);
  story.ConfirmAccount(a);
  const uint64_t batch = story.Send(settlement);  // b has no account yet and is left out
  EXPECT_EQ(story.record(batch).payment_batch_proposed().payments_size(), 1);
  v1::ConfirmPaymentsRequest confirm;
  confirm.set_payment_batch_id(batch);
  confirm.mutable_confirmed()->mutable_booked_on()->set_year(2027);
  confirm.mutable_confirmed()->mutable_booked_on()->set_month(2);
  confirm.mutable_confirmed()->mutable_booked_on()->set_day(1);
  story.Must(confirm);
  EXPECT_TRUE(Refuses(story.Ask(confirm), kNotNow, "payment_batch_id"));
  EXPECT_EQ(story.claim(a).heads[0].paid_minor, 400'000);
  v1::ProposePaymentBatchRequest propose;
  propose.set_settlement_id(settlement);
  EXPECT_TRUE(Refuses(story.Ask(propose), kNotNow, "settlement_id"));
  // The bank sends it back: it can be paid again, but only to an account confirmed since.
  v1::ReturnPaymentRequest back;
  back.set_payment_batch_id(batch);
  back.mutable_returned()->set_number(1);
  back.mutable_returned()->set_reason_code("AC04");
  story.Must(back);
  EXPECT_EQ(story.claim(a).heads[0].paid_minor, 0);
  EXPECT_TRUE(Refuses(story.Ask(back), kNotNow, "returned.number"));
  propose.add_claim_ids(a);
  EXPECT_TRUE(Refuses(story.Ask(propose), kNotNow, "claim_ids"));
  story.ConfirmAccount(a);
  const uint64_t second = story.Must(propose);
  const auto payment = story.record(second).payment_batch_proposed().payments(0);
  EXPECT_EQ(payment.reissue_of_batch_id(), batch);
  EXPECT_EQ(payment.reissue_of_number(), 1u);
  EXPECT_EQ(payment.amount_minor(), 400'000);
  // The rest arrives; a has been allotted 400,000 of 1,000,000, b 200,000 of 500,000.
  story.Receive(settlement, 2, 900'000);
  story.Allocate(settlement);
  EXPECT_EQ(story.claim(a).heads[0].allocated_minor, 1'000'000);
  EXPECT_EQ(story.claim(b).heads[0].allocated_minor, 500'000);
}

TEST(Money, WhoProposedMayNotApprove) {
  DocketStory story;
  const uint64_t a = story.File(1000);
  story.Determine(a);
  const uint64_t settlement = story.Settle(story.Certify({a}), {1000});
  story.Receive(settlement, 1, 1000);
  v1::ProposeAllocationRequest propose;
  propose.set_settlement_id(settlement);
  v1::ApproveAllocationRequest approve;
  approve.set_settlement_id(settlement);
  approve.set_allocation_id(story.Must(propose));
  EXPECT_TRUE(Refuses(story.Ask(approve, "sari@0"), absl::StatusCode::kPermissionDenied, "allocation_id"));
  EXPECT_TRUE(Refuses(story.Ask(propose), kNotNow, "settlement_id"));
  story.Must(approve, "budi@0");
  EXPECT_TRUE(Refuses(story.Ask(approve, "budi@0"), kNotNow, "allocation_id"));
  story.ConfirmAccount(a);
  v1::ProposePaymentBatchRequest batch;
  batch.set_settlement_id(settlement);
  v1::ApprovePaymentBatchRequest approve_batch;
  approve_batch.set_payment_batch_id(story.Must(batch));
  EXPECT_TRUE(
      Refuses(story.Ask(approve_batch, "sari@0"), absl::StatusCode::kPermissionDenied, "payment_batch_id"));
  v1::SendPaymentBatchRequest send;
  send.set_payment_batch_id(approve_batch.payment_batch_id());
  send.set_message_id("M");
  EXPECT_TRUE(Refuses(story.Ask(send), kNotNow, "payment_batch_id")) << "not approved yet";
  v1::RejectPaymentBatchRequest reject;
  reject.set_payment_batch_id(approve_batch.payment_batch_id());
  reject.set_reason("Wrong list.");
  story.Must(reject, "budi@0");
  EXPECT_EQ(story.claim(a).heads[0].ordered_minor, 0) << "a rejected batch frees what it held";
  story.Must(batch);
}

TEST(Money, ReceiptsFitTheirInstalments) {
  DocketStory story;
  const uint64_t a = story.File(1000);
  story.Determine(a);
  const uint64_t settlement = story.Settle(story.Certify({a}), {600, 400});
  v1::RecordInstalmentRequest request;
  request.set_settlement_id(settlement);
  auto& received = *request.mutable_received();
  received.set_instalment_number(3);
  received.set_amount_minor(100);
  received.set_bank_reference("X");
  received.mutable_booked_on()->set_year(2027);
  received.mutable_booked_on()->set_month(1);
  received.mutable_booked_on()->set_day(5);
  EXPECT_TRUE(Refuses(story.Ask(request), absl::StatusCode::kInvalidArgument, "received.instalment_number"));
  received.set_instalment_number(1);
  received.set_amount_minor(601);
  EXPECT_TRUE(Refuses(story.Ask(request), kNotNow, "received.amount_minor"));
  received.set_amount_minor(-1);
  EXPECT_TRUE(Refuses(story.Ask(request), absl::StatusCode::kInvalidArgument, "received.amount_minor"));
  received.set_amount_minor(250);
  story.Must(request);
  EXPECT_TRUE(Refuses(story.Ask(request), kNotNow, "received.bank_reference")) << "the same receipt twice";
}

}  // namespace
}  // namespace klaim::testing
