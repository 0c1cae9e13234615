// What a caller can hand in without bound or meaning, and what can't be read: each is refused, and stops nothing else.

#include "engine/domain/allocation.h"
#include "engine/domain/rules.h"
#include "testing/docket_story.h"

namespace klaim::testing {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

v1::PartialDate FirstOfFebruary() {
  v1::PartialDate date;
  date.set_year(2027);
  date.set_month(2);
  date.set_day(1);
  return date;
}

// A claim with two payments under way, each of a batch of its own, from one trust account.
class BankReportOfAClaim : public ::testing::Test {
 protected:
  BankReportOfAClaim() {
    claim_ = story_.File(1'000'000);
    story_.Determine(claim_);
    settlement_ = story_.Settle(story_.Certify({claim_}), {600'000, 400'000});
    story_.ConfirmAccount(claim_);
    v1::OpenTrustAccountRequest open;
    open.mutable_account()->set_holder("Union");
    open.mutable_account()->set_number("0123456789");
    open.mutable_account()->set_bank_bic("BRINIDJA");
    open.mutable_account()->set_currency("HKD");
    account_ = story_.Must(open);
    for (uint32_t instalment : {1u, 2u}) {
      story_.Receive(settlement_, instalment, instalment == 1 ? 600'000 : 400'000);
      story_.Allocate(settlement_);
      batches_.push_back(Send());
    }
    report_.set_trust_account_id(account_);
    report_.mutable_report()->set_report_id("S-1");
  }

  uint64_t Send() {
    v1::ProposePaymentBatchRequest propose;
    propose.set_settlement_id(settlement_);
    const uint64_t batch = story_.Must(propose);
    v1::ApprovePaymentBatchRequest approve;
    approve.set_payment_batch_id(batch);
    story_.Must(approve, "budi@0");
    v1::SendPaymentBatchRequest send;
    send.set_payment_batch_id(batch);
    send.set_trust_account_id(account_);
    send.set_file_of_version((*story_.docket().Find<domain::PaymentBatchState>("", batch))->version);
    story_.Must(send);
    return batch;
  }

  v1::ReportedEntry& Add(v1::ReportedEntryKind kind, int64_t amount_minor) {
    v1::ReportedEntry& entry = *report_.mutable_report()->add_entries();
    entry.set_kind(kind);
    entry.set_amount_minor(amount_minor);
    *entry.mutable_booked_on() = FirstOfFebruary();
    entry.set_bank_reference("REF" + std::to_string(report_.report().entries_size()) + "-S-1");
    return entry;
  }
  void AddPayment(uint64_t batch_id, int64_t amount_minor) {
    v1::ReportedEntry& entry = Add(v1::REPORTED_ENTRY_KIND_PAYMENT, amount_minor);
    entry.set_payment_batch_id(batch_id);
    entry.set_payment_number(1);
  }

  DocketStory story_;
  uint64_t claim_ = 0;
  uint64_t settlement_ = 0;
  uint64_t account_ = 0;
  std::vector<uint64_t> batches_;
  v1::RecordBankReportRequest report_;
};

TEST_F(BankReportOfAClaim, TakesOnePaymentOfItAndTellsOfTheOther) {
  AddPayment(batches_[0], 600'000);
  AddPayment(batches_[1], 400'000);
  story_.Must(report_);
  const v1::EventRecord recorded = story_.record(story_.size() - 1);
  EXPECT_EQ(recorded.bank_report_recorded().entries(0).problem(), "");
  EXPECT_EQ(recorded.bank_report_recorded().entries(1).problem(),
            "is the second payment of this claim in one report: record it by hand");
  EXPECT_EQ(story_.claim(claim_).heads[0].paid_minor, 600'000);
  v1::ConfirmPaymentsRequest by_hand;
  by_hand.set_payment_batch_id(batches_[1]);
  *by_hand.mutable_confirmed()->mutable_booked_on() = FirstOfFebruary();
  story_.Must(by_hand);
  EXPECT_EQ(story_.claim(claim_).heads[0].paid_minor, 1'000'000);
  EXPECT_EQ(story_.claim(claim_).status, v1::CLAIM_STATUS_PAID);
}

TEST_F(BankReportOfAClaim, IsRefusedWithWhatNoRecordCouldHold) {
  AddPayment(batches_[0], 600'000);
  report_.mutable_report()->mutable_entries(0)->set_reason_code("AC\xE9");
  EXPECT_TRUE(Refuses(story_.Ask(report_), kInvalid, "document entry 1.reason_code"));
}

TEST_F(BankReportOfAClaim, IsNotRecordedWhereWhatItNamesCantBeRead) {
  Add(v1::REPORTED_ENTRY_KIND_RECEIPT, 100).set_credit(true);
  report_.mutable_report()->mutable_entries(0)->set_settlement_id(settlement_);
  domain::Docket damaged(
      [this](uint64_t stream, absl::FunctionRef<absl::Status(const v1::EventRecord&)> visitor) {
        return stream == account_ ? visitor(story_.record(stream)) : absl::DataLossError("a byte flipped");
      },
      64);
  google::protobuf::Arena arena;
  domain::Decision decision(&arena, story_.size());
  EXPECT_TRUE(absl::IsDataLoss(domain::Decide(report_, damaged, domain::Context(), decision)));
}

TEST(Unreadable, NothingIsDecidedAboutWhatCantBeRead) {
  DocketStory story;
  v1::WithdrawClaimRequest withdraw;
  withdraw.set_claim_id(story.File(1'000'000));
  withdraw.set_reason("settled privately");
  google::protobuf::Arena arena;
  domain::Decision decision(&arena, story.size());
  ASSERT_TRUE(domain::Decide(withdraw, story.docket(), domain::Context(), decision).ok());
  EXPECT_TRUE(domain::CheckStillHere(decision, story.docket()).ok());
  domain::Docket damaged(
      [](uint64_t, absl::FunctionRef<absl::Status(const v1::EventRecord&)>) {
        return absl::DataLossError("a byte flipped");
      },
      64);
  EXPECT_TRUE(absl::IsDataLoss(domain::CheckStillHere(decision, damaged)))
      << "whether its programme went to another docket isn't known";
}

TEST(Limits, WhatIsPaidInExcessStaysAnAmount) {
  DocketStory story;
  const uint64_t claim = story.File(600'000);
  story.Determine(claim);
  v1::RecordInstalmentRequest receipt;
  receipt.set_settlement_id(story.Settle(story.Certify({claim}), {600'000}));
  receipt.mutable_received()->set_amount_minor(domain::kMaxAmountMinor);
  *receipt.mutable_received()->mutable_booked_on() = FirstOfFebruary();
  receipt.mutable_received()->set_bank_reference("REF1");
  story.Must(receipt);
  receipt.mutable_received()->set_bank_reference("REF2");
  EXPECT_TRUE(Refuses(story.Ask(receipt), kInvalid, "received.amount_minor"));
}

TEST(Limits, AStepServesEachTierOnce) {
  v1::AllocationPlan plan;
  v1::AllocationStep& step = *plan.add_steps();
  step.set_rule(v1::ALLOCATION_RULE_PRO_RATA);
  for (uint32_t tier = 1; tier <= 9; ++tier) step.add_tiers(tier);
  EXPECT_TRUE(domain::CheckPlan("plan", plan).ok());
  step.add_tiers(9);
  EXPECT_TRUE(Refuses(domain::CheckPlan("plan", plan), kInvalid, "plan.steps[0].tiers"));
}

}  // namespace
}  // namespace klaim::testing
