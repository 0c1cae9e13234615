// The money: shared out to the last unit, approved by a second person, paid once.

#include <numeric>

#include "domain/funded_docket.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/money/allocation.h"
#include "engine/domain/money/case_fund.h"
#include "engine/domain/money/payment_batch.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/money/trust_account.h"
#include "engine/domain/registry/programme.h"

namespace klaim::testing {
namespace {

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
  EXPECT_TRUE(Refuses(story.Ask(propose), kNotNow, "claim_ids"));
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

TEST(Money, UnclaimedMoneyGoesBackByTwoPersonsAndByWhatIsOpenThen) {
  Funded docket;
  v1::LapseAllocationsRequest lapse;
  lapse.set_settlement_id(docket.settlement);
  lapse.add_claim_ids(docket.a);
  lapse.set_rule(v1::RESIDUAL_RULE_CASE_FUND);
  lapse.set_reason("Three letters.");
  const uint64_t proposal = docket.story.Must(lapse, "sari@0");
  EXPECT_EQ(docket.story.claim(docket.a).heads[0].allocated_minor, 400'000) << "one person moves nothing";
  EXPECT_EQ(docket.story.settlement(docket.settlement).residual_minor, 0);
  const auto approve = docket.Of<v1::ApproveSettlementMoveRequest>(proposal);
  EXPECT_TRUE(
      Refuses(docket.story.Ask(approve, "sari@0"), absl::StatusCode::kPermissionDenied, "proposal_id"));
  // She is found meanwhile, and her payment ordered: nothing lapses any more.
  const uint64_t batch = docket.Propose();
  EXPECT_TRUE(Refuses(docket.story.Ask(approve, "budi@0"), kNotNow, "proposal_id"));
  auto reject_batch = Funded::OfBatch<v1::RejectPaymentBatchRequest>(batch);
  reject_batch.set_reason("Not she.");
  docket.story.Must(reject_batch, "budi@0");
  docket.story.Must(approve, "budi@0");
  EXPECT_EQ(docket.story.claim(docket.a).heads[0].allocated_minor, 0);
  EXPECT_EQ(docket.story.settlement(docket.settlement).residual_minor, 400'000);
  EXPECT_TRUE(Refuses(docket.story.Ask(approve, "budi@0"), kNotNow, "proposal_id")) << "once";
  auto other = lapse;
  other.set_claim_ids(0, docket.b);
  auto reject = docket.Of<v1::RejectSettlementMoveRequest>(docket.story.Must(other, "sari@0"));
  reject.set_reason("She called.");
  docket.story.Must(reject, "budi@0");
  EXPECT_EQ(docket.story.claim(docket.b).heads[0].allocated_minor, 200'000);
}

TEST(Money, ExcessGoesBackByTwoPersonsAndNeverMoreThanThereIs) {
  Funded docket;
  v1::ReturnExcessRequest back;
  back.set_settlement_id(docket.settlement);
  back.mutable_returned()->set_amount_minor(60'000);
  *back.mutable_returned()->mutable_booked_on() = Day(2027, 2, 5);
  back.mutable_returned()->set_bank_reference("BACK-1");
  const uint64_t first = docket.story.Must(back, "sari@0");
  EXPECT_EQ(docket.story.settlement(docket.settlement).excess_minor, 100'000) << "one person moves nothing";
  back.mutable_returned()->set_bank_reference("BACK-2");
  EXPECT_TRUE(Refuses(docket.story.Ask(back), kNotNow, "returned.amount_minor"))
      << "40,000 are left to propose";
  const auto approve = docket.Of<v1::ApproveSettlementMoveRequest>(first);
  EXPECT_TRUE(
      Refuses(docket.story.Ask(approve, "sari@0"), absl::StatusCode::kPermissionDenied, "proposal_id"));
  docket.story.Must(approve, "budi@0");
  EXPECT_EQ(docket.story.settlement(docket.settlement).excess_minor, 40'000);
}

TEST(Money, TheCaseFundGrowsAndIsSpentByTwoPersons) {
  DocketStory story;
  v1::OpenCaseFundRequest open;
  open.mutable_fund()->set_name("Koperasi");
  open.mutable_fund()->set_source("AD pasal 41");
  open.mutable_fund()->set_currency("IDR");
  open.mutable_fund()->set_social_basis_points(500);
  open.mutable_fund()->set_education_basis_points(500);
  const uint64_t fund = story.Must(open);
  const auto state = [&] { return **story.docket().Find<domain::CaseFundState>("case_fund_id", fund); };
  const auto approve = [&](uint64_t proposal) {
    v1::ApproveCaseFundMoveRequest request;
    request.set_case_fund_id(fund);
    request.set_proposal_id(proposal);
    return request;
  };
  v1::AccrueCaseFundRequest accrue;
  accrue.set_case_fund_id(fund);
  accrue.set_year(2026);
  accrue.set_surplus_minor(1'000'000);
  const uint64_t surplus = story.Must(accrue, "sari@0");
  v1::PayCaseCostRequest pay;
  pay.set_case_fund_id(fund);
  pay.mutable_cost()->set_part(v1::CASE_FUND_PART_SOCIAL);
  pay.mutable_cost()->set_amount_minor(30'000);
  pay.mutable_cost()->set_purpose("sworn translation");
  *pay.mutable_cost()->mutable_paid_on() = Day(2027, 2, 5);
  EXPECT_TRUE(Refuses(story.Ask(pay), kNotNow, "cost.amount_minor")) << "an invented surplus pays nothing";
  EXPECT_TRUE(
      Refuses(story.Ask(approve(surplus), "sari@0"), absl::StatusCode::kPermissionDenied, "proposal_id"));
  story.Must(approve(surplus), "budi@0");
  EXPECT_EQ(state().social_minor, 50'000);
  pay.mutable_cost()->set_amount_minor(400'000'000'000'000);
  EXPECT_TRUE(Refuses(story.Ask(pay), kNotNow, "cost.amount_minor"));
  pay.mutable_cost()->set_amount_minor(30'000);
  const uint64_t cost = story.Must(pay, "sari@0");
  EXPECT_EQ(state().social_minor, 50'000) << "one person moves nothing";
  EXPECT_TRUE(Refuses(story.Ask(pay), kNotNow, "cost.amount_minor")) << "20,000 are free";
  EXPECT_TRUE(
      Refuses(story.Ask(approve(cost), "sari@0"), absl::StatusCode::kPermissionDenied, "proposal_id"));
  story.Must(approve(cost), "budi@0");
  EXPECT_EQ(state().social_minor, 20'000);
  EXPECT_EQ(story.record(story.size() - 1).case_cost_paid().proposal_id(), cost);
  v1::RejectCaseFundMoveRequest reject;
  reject.set_case_fund_id(fund);
  pay.mutable_cost()->set_amount_minor(20'000);
  reject.set_proposal_id(story.Must(pay, "sari@0"));
  reject.set_reason("No receipt.");
  story.Must(reject, "budi@0");
  EXPECT_EQ(state().Free(v1::CASE_FUND_PART_SOCIAL), 20'000);
}

TEST(Money, OnePaymentIsHeldUntilItsBatchIsSentAndItsClaimPaidByAnother) {
  Funded docket;
  DocketStory& story = docket.story;
  const uint64_t batch = docket.Propose();
  story.Must(Funded::OfBatch<v1::ApprovePaymentBatchRequest>(batch), "budi@0");
  auto hold = Funded::OfBatch<v1::HoldPaymentRequest>(batch);
  hold.set_number(1);
  hold.set_reason("Who gets it is disputed.");
  story.Must(hold, "sari@0");
  EXPECT_TRUE(Refuses(story.Ask(hold), kNotNow, "number")) << "held already";
  auto release = Funded::OfBatch<v1::ReleasePaymentRequest>(batch);
  release.set_number(1);
  release.set_reason("Settled.");
  EXPECT_TRUE(Refuses(story.Ask(release, "sari@0"), absl::StatusCode::kPermissionDenied, "number"));
  story.Must(release, "budi@0");
  story.Must(hold, "sari@0");
  story.Must(Funded::OfBatch<v1::SendPaymentBatchRequest>(batch));
  EXPECT_EQ(docket.Batch(batch).sent.held_numbers_size(), 1);
  EXPECT_EQ(story.claim(docket.a).heads[0].ordered_minor, 0) << "what it ordered is free again";
  EXPECT_EQ(story.claim(docket.b).heads[0].ordered_minor, 200'000);
  EXPECT_TRUE(Refuses(story.Ask(hold), kNotNow, "payment_batch_id")) << "too late";
  EXPECT_TRUE(Refuses(story.Ask(release, "budi@0"), kNotNow, "payment_batch_id"));
  // The bank confirms the other alone, and says nothing of the one that it never got.
  auto confirm = Funded::OfBatch<v1::ConfirmPaymentsRequest>(batch);
  *confirm.mutable_confirmed()->mutable_booked_on() = Day(2027, 2, 5);
  story.Must(confirm);
  EXPECT_EQ(story.claim(docket.a).heads[0].paid_minor, 0);
  EXPECT_EQ(story.claim(docket.b).heads[0].paid_minor, 200'000);
  auto back = Funded::OfBatch<v1::ReturnPaymentRequest>(batch);
  back.mutable_returned()->set_number(1);
  back.mutable_returned()->set_reason_code("AC04");
  EXPECT_TRUE(Refuses(story.Ask(back), kNotNow, "returned.number"));
  const uint64_t second = docket.Propose();
  EXPECT_EQ(docket.Batch(second).proposed.payments(0).claim_id(), docket.a);
  EXPECT_EQ(docket.Batch(second).proposed.payments(0).amount_minor(), 400'000);
}

TEST(Money, ABatchOfWhichAllIsHeldIsRejectedAndAFileFromBeforeAHoldIsNotSent) {
  Funded docket;
  DocketStory& story = docket.story;
  v1::OpenTrustAccountRequest open;
  open.mutable_account()->set_holder("Union Trust");
  open.mutable_account()->set_number("00123456");
  open.mutable_account()->set_bank_bic("HSBCHKHH");
  open.mutable_account()->set_currency("HKD");
  const uint64_t account = story.Must(open);
  const uint64_t batch = docket.Propose();
  story.Must(Funded::OfBatch<v1::ApprovePaymentBatchRequest>(batch), "budi@0");
  auto send = Funded::OfBatch<v1::SendPaymentBatchRequest>(batch);
  send.set_trust_account_id(account);
  send.set_file_sha256(std::string(32, 'f'));
  send.mutable_file_execution_on()->set_year(2026);
  send.mutable_file_execution_on()->set_month(9);
  send.mutable_file_execution_on()->set_day(28);
  send.set_file_of_version(docket.Batch(batch).version);
  auto hold = Funded::OfBatch<v1::HoldPaymentRequest>(batch);
  hold.set_number(1);
  hold.set_reason("Disputed.");
  story.Must(hold);
  EXPECT_TRUE(Refuses(story.Ask(send), kNotNow, "payment_batch_id")) << "its file holds the held payment";
  hold.set_number(2);
  story.Must(hold);
  send.set_file_of_version(docket.Batch(batch).version);
  EXPECT_TRUE(Refuses(story.Ask(send), kNotNow, "payment_batch_id")) << "nothing would be sent";
  auto reject = Funded::OfBatch<v1::RejectPaymentBatchRequest>(batch);
  reject.set_reason("All disputed.");
  EXPECT_TRUE(Refuses(story.Ask(reject, "sari@0"), absl::StatusCode::kPermissionDenied, "payment_batch_id"));
  story.Must(reject, "budi@0");
  EXPECT_EQ(story.claim(docket.a).heads[0].ordered_minor, 0);
  EXPECT_EQ(story.claim(docket.b).heads[0].ordered_minor, 0);
}

TEST(Money, WhoDiedWhileTheBatchWaitsIsNotPaid) {
  Funded docket;
  DocketStory& story = docket.story;
  const uint64_t heir = story.File(1'000);
  const uint64_t batch = docket.Propose();
  ASSERT_TRUE(story.NameHeir(docket.a, ClaimantOf(story, heir)).ok());
  const uint64_t approved = story.Must(Funded::OfBatch<v1::ApprovePaymentBatchRequest>(batch), "budi@0");
  const v1::PaymentBatchApproved event = story.record(approved).payment_batch_approved();
  ASSERT_EQ(event.left_out_size(), 1);
  EXPECT_EQ(event.left_out(0).number(), 1u);
  EXPECT_EQ(story.claim(docket.a).heads[0].ordered_minor, 0) << "the heir can be paid by another batch";
  story.Must(Funded::OfBatch<v1::SendPaymentBatchRequest>(batch));
  EXPECT_EQ(story.claim(docket.b).heads[0].ordered_minor, 200'000) << "the others are paid";
}

TEST(Money, WhoDiedAfterTheApprovalIsNotPaid) {
  Funded docket;
  DocketStory& story = docket.story;
  const uint64_t heir = story.File(1'000);
  const uint64_t batch = docket.Propose();
  const uint64_t dead = ClaimantOf(story, docket.a);
  ASSERT_TRUE(story.NameHeir(docket.a, ClaimantOf(story, heir)).ok());
  // Found alive: it is the claimant's again.
  ASSERT_TRUE(story.NameHeir(docket.a, dead).ok());
  EXPECT_TRUE(Refuses(story.NameHeir(docket.a, dead), absl::StatusCode::kInvalidArgument, "heir.heir_id"));
  story.Must(Funded::OfBatch<v1::ApprovePaymentBatchRequest>(batch), "budi@0");
  ASSERT_TRUE(story.NameHeir(docket.a, ClaimantOf(story, heir)).ok());
  const auto send = Funded::OfBatch<v1::SendPaymentBatchRequest>(batch);
  EXPECT_TRUE(Refuses(story.Ask(send), kNotNow, "payment_batch_id"));
  auto hold = Funded::OfBatch<v1::HoldPaymentRequest>(batch);
  hold.set_number(1);
  hold.set_reason("Died.");
  story.Must(hold);
  story.Must(send);
  EXPECT_EQ(story.claim(docket.b).heads[0].ordered_minor, 200'000) << "the others are paid";
}

TEST(Money, ChargesOfBanksAreBookedToTheAccountThatTheProgrammeNames) {
  Funded docket;
  DocketStory& story = docket.story;
  v1::OpenTrustAccountRequest open;
  open.mutable_account()->set_holder("Union Trust");
  open.mutable_account()->set_number("00123456");
  open.mutable_account()->set_bank_bic("HSBCHKHH");
  open.mutable_account()->set_currency("HKD");
  v1::RecordBankReportRequest report;
  report.set_trust_account_id(story.Must(open));
  report.mutable_report()->set_report_id("ST-32");
  const auto add = [&](v1::ReportedEntryKind kind, const char* reference, int64_t amount, bool credit) {
    v1::ReportedEntry& entry = *report.mutable_report()->add_entries();
    entry.set_kind(kind);
    entry.set_bank_reference(reference);
    entry.set_amount_minor(amount);
    entry.set_credit(credit);
    *entry.mutable_booked_on() = Day(2027, 2, 5);
    return &entry;
  };
  add(v1::REPORTED_ENTRY_KIND_RECEIPT, "CH-32", 100'000, true)->set_settlement_id(docket.settlement);
  add(v1::REPORTED_ENTRY_KIND_CHARGE, "CH-32/charges", 1'500, false)->set_settlement_id(docket.settlement);
  EXPECT_TRUE(Refuses(story.Ask(report), kNotNow, "charges_programme_id"))
      << "the programme names no account";
  v1::ReviseProgrammeRequest revise;
  revise.set_programme_id(story.programme);
  const auto rules = (*story.docket().Find<domain::ProgrammeState>("programme_id", story.programme))->rules;
  *revise.mutable_heads() = rules.heads();
  revise.set_source("decision 5/2026");
  revise.set_reason("The bank takes charges.");
  for (const char* bad : {"assets:trust:bank", "liabilities:claimants", "expenses:", "expenses:a  b",
                          "expenses: a", "expenses:a;b", "expenses"}) {
    revise.set_bank_charges_account(bad);
    EXPECT_TRUE(Refuses(story.Ask(revise), absl::StatusCode::kInvalidArgument, "bank_charges_account"))
        << bad;
  }
  revise.set_bank_charges_account("expenses:bank charges");
  story.Must(revise);
  add(v1::REPORTED_ENTRY_KIND_CHARGE, "FEE-1", 2'500, false);
  EXPECT_TRUE(Refuses(story.Ask(report), absl::StatusCode::kInvalidArgument, "charges_programme_id"))
      << "it belongs to nothing";
  report.set_charges_programme_id(story.programme);
  story.Must(report);
  const v1::BankReportRecorded recorded = story.record(story.size() - 1).bank_report_recorded();
  ASSERT_EQ(recorded.entries_size(), 3);
  for (const int i : {1, 2}) {
    EXPECT_EQ(recorded.entries(i).ledger_account(), "expenses:bank charges");
    EXPECT_EQ(recorded.entries(i).programme_id(), story.programme);
    EXPECT_TRUE(recorded.entries(i).problem().empty()) << recorded.entries(i).problem();
  }
  // The same entries again, in another report, are booked once.
  report.mutable_report()->set_report_id("ST-33");
  story.Must(report);
  const v1::BankReportRecorded again = story.record(story.size() - 1).bank_report_recorded();
  for (const v1::ReportedEntry& entry : again.entries()) {
    EXPECT_FALSE(entry.problem().empty());
    EXPECT_TRUE(entry.ledger_account().empty());
  }
}

TEST(Money, WhatIsHeldIsReleasedOnlyWhenNoClaimIsOwedItAndByTwoPersons) {
  DocketStory story;
  const uint64_t a = story.File(400'000);
  const uint64_t b = story.File(200'000);
  story.Determine(a);
  const uint64_t settlement = story.Settle(story.Certify({a, b}), {600'000});
  story.Receive(settlement, 1, 600'000);
  v1::ReleaseHeldMoneyRequest release;
  release.set_settlement_id(settlement);
  release.set_use(v1::HELD_MONEY_USE_PAYER);
  release.set_reason("Each claim is paid.");
  EXPECT_TRUE(Refuses(story.Ask(release), kNotNow, "settlement_id")) << "a is owed it";
  story.Allocate(settlement);
  EXPECT_EQ(story.settlement(settlement).InTrust(), 200'000);
  EXPECT_TRUE(Refuses(story.Ask(release), kNotNow, "settlement_id")) << "b may be";
  v1::WithdrawClaimRequest withdraw;
  withdraw.set_claim_id(b);
  withdraw.set_reason("She wishes it.");
  story.Must(withdraw);
  release.set_amount_minor(200'001);
  EXPECT_TRUE(Refuses(story.Ask(release), kNotNow, "amount_minor"));
  release.set_amount_minor(0);
  v1::ApproveSettlementMoveRequest approve;
  approve.set_settlement_id(settlement);
  approve.set_proposal_id(story.Must(release, "sari@0"));
  EXPECT_EQ(story.settlement(settlement).InTrust(), 200'000) << "one person moves nothing";
  EXPECT_TRUE(Refuses(story.Ask(release), kNotNow, "settlement_id")) << "all of it waits already";
  EXPECT_TRUE(Refuses(story.Ask(approve, "sari@0"), absl::StatusCode::kPermissionDenied, "proposal_id"));
  story.Must(approve, "budi@0");
  EXPECT_EQ(story.settlement(settlement).InTrust(), 0);
  EXPECT_EQ(story.settlement(settlement).excess_minor, 200'000);
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
