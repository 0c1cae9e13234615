// What a caller can hand in without bound or meaning, and what can't be read: each is refused, and stops nothing else.

#include "engine/domain/claims/claim.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/allocation.h"
#include "engine/domain/money/payment_batch.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/money/trust_account.h"
#include "klaim/v1/event_record.pb.h"
#include "testing/docket_story.h"

namespace klaim::testing {
namespace {

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

  static v1::PartialDate Monday() {
    v1::PartialDate day;
    day.set_year(2026);
    day.set_month(9);
    day.set_day(28);
    return day;
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
    *send.mutable_file_execution_on() = Monday();
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

// A day's report and a statement tell of one entry, as one sum and by its transactions: it is booked once.
TEST_F(BankReportOfAClaim, AnEntryIsBookedOnceHoweverOftenItIsTold) {
  const std::pair<std::vector<std::string>, std::vector<std::string>> cases[] = {
      {{"Q1|T1"}, {"Q1"}},
      {{"Q1"}, {"Q1|T1"}},
      {{"Q1"}, {"Q1/1", "Q1/2"}},
      {{"Q1/1", "Q1/2"}, {"Q1"}},
      {{"Q1|T1", "Q1|T2"}, {"Q1/1"}},
      {{"T1"}, {"Q1|T1"}},
      {{"Q1|T1"}, {"T1"}},
      {{"Q1|T1"}, {"Q2|T1"}},
      {{"A1"}, {"A1/0123456789abcdef"}}};
  uint64_t report_number = 0;
  const auto record = [&](const std::vector<std::string>& references, const std::string& prefix) {
    report_.mutable_report()->clear_entries();
    for (const std::string& reference : references) {
      v1::ReportedEntry& entry = Add(v1::REPORTED_ENTRY_KIND_RECEIPT, 100);
      entry.set_settlement_id(settlement_);
      entry.set_credit(true);
      std::string named = prefix + reference;
      if (const size_t part = named.find('|'); part != std::string::npos) named.insert(part + 1, prefix);
      entry.set_bank_reference(named);
    }
    report_.mutable_report()->set_report_id("R-" + std::to_string(++report_number));
    const uint64_t before = story_.size();
    story_.Must(report_);
    std::vector<std::string> problems;
    for (uint64_t i = before; i < story_.size(); ++i) {
      const v1::EventRecord event = story_.record(i);
      for (const auto& entry : event.bank_report_recorded().entries()) problems.push_back(entry.problem());
    }
    return problems;
  };
  for (const auto& [first, second] : cases) {
    const std::string prefix = "C" + std::to_string(report_number) + "-";
    SCOPED_TRACE(first[0] + ", then " + second[0]);
    for (const std::string& problem : record(first, prefix)) EXPECT_EQ(problem, "");
    for (const std::string& problem : record(second, prefix))
      EXPECT_EQ(problem, "was in an earlier report already");
  }
  // Parts that are told in the same way are told apart.
  for (const char* reference : {"P|T1", "P|T2", "N/1", "N/2"})
    EXPECT_EQ(record({reference}, "")[0], "") << reference;
}

TEST_F(BankReportOfAClaim, ARefusalNeverTakesBackWhatAStatementBooked) {
  AddPayment(batches_[0], 600'000);
  story_.Must(report_);
  report_.mutable_report()->clear_entries();
  report_.mutable_report()->set_report_id("P2");
  v1::ReportedEntry& refused = Add(v1::REPORTED_ENTRY_KIND_RETURN, 0);
  refused.set_payment_batch_id(batches_[0]);
  refused.set_payment_number(1);
  refused.set_reason_code("AC04");
  story_.Must(report_);
  EXPECT_EQ(story_.claim(claim_).heads[0].paid_minor, 600'000) << "or it would be ordered again";
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
  domain::Context now;
  now.now_micros = story_.now_micros;
  EXPECT_TRUE(absl::IsDataLoss(domain::Decide(report_, damaged, now, decision)));
}

// A month of two thousand million is no month, wherever it stands.
TEST(Dates, WhatIsNoneIsRefusedAndReadPastNothing) {
  DocketStory story;
  for (const uint32_t month : {13u, 2147483647u, 4294967295u}) {
    v1::FileClaimRequest filing = story.Filing(100'000);
    filing.mutable_heads(0)->mutable_period_from()->set_year(2022);
    filing.mutable_heads(0)->mutable_period_until()->set_year(2023);
    filing.mutable_heads(0)->mutable_period_until()->set_month(month);
    EXPECT_TRUE(Refuses(story.Ask(filing), kInvalid, "heads[0].period_until")) << month;
    filing = story.Filing(100'000);
    filing.mutable_new_case()->mutable_placement()->mutable_began_on()->set_year(2020);
    filing.mutable_new_case()->mutable_placement()->mutable_ended_on()->set_year(2023);
    filing.mutable_new_case()->mutable_placement()->mutable_ended_on()->set_month(month);
    EXPECT_TRUE(Refuses(story.Ask(filing), kInvalid, "new_case.placement.ended_on")) << month;
  }
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
