// Whatever of money waits has a way out that a person of the office can take, without the bank and without the payee: every
// state of settlements, batches, payments and the case fund, with whatever may befall the payee meanwhile, forward as far as
// it goes and back. So nobody's money is locked by somebody else's, and nobody's erasure waits for ever.

#include "engine/domain/claims/claim.h"
#include "engine/domain/money/case_fund.h"
#include "engine/domain/money/payment_batch.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/people/claimant.h"
#include "engine/domain/people/duplicate.h"
#include "testing/docket_story.h"

namespace klaim::testing {
namespace {

constexpr char kProposer[] = "sari@0";
constexpr char kOther[] = "budi@0";

void SetDay(v1::PartialDate& date) {
  date.set_year(2027);
  date.set_month(2);
  date.set_day(5);
}

// Two claims of one settlement: the payee's, to whom things happen, and somebody else's.
class World {
 public:
  World() {
    payees_ = story_.File(400'000);
    others_ = story_.File(200'000);
    relatives_ = story_.File(1'000);
    story_.Determine(payees_);
    story_.Determine(others_);
    settlement_ = story_.Settle(story_.Certify({payees_, others_}), {600'000});
    story_.Receive(settlement_, 0, 700'000);
  }

  // ---- States that wait.
  void Received() {}
  void AllocationProposed() {
    v1::ProposeAllocationRequest request;
    request.set_settlement_id(settlement_);
    story_.Must(request, kProposer);
  }
  void Allocated() { story_.Allocate(settlement_); }
  void WithAccounts() {
    Allocated();
    for (uint64_t claim : {payees_, others_, relatives_}) story_.ConfirmAccount(claim);
  }
  void BatchProposed() {
    WithAccounts();
    v1::ProposePaymentBatchRequest request;
    request.set_settlement_id(settlement_);
    batch_ = story_.Must(request, kProposer);
  }
  void BatchToAnHeirProposed() {
    WithAccounts();
    ASSERT_TRUE(story_.NameHeir(payees_, relative()).ok());
    v1::ProposePaymentBatchRequest request;
    request.set_settlement_id(settlement_);
    batch_ = story_.Must(request, kProposer);
  }
  void BatchApproved() {
    BatchProposed();
    story_.Must(OfBatch<v1::ApprovePaymentBatchRequest>(), kOther);
  }
  void BatchToAnHeirApproved() {
    BatchToAnHeirProposed();
    story_.Must(OfBatch<v1::ApprovePaymentBatchRequest>(), kOther);
  }
  void PaymentHeld() {
    BatchApproved();
    ASSERT_TRUE(Hold(1).ok());
  }
  void AllHeld() {
    PaymentHeld();
    ASSERT_TRUE(Hold(2).ok());
  }
  void Sent() {
    BatchApproved();
    story_.Must(OfBatch<v1::SendPaymentBatchRequest>());
  }
  void SentWithoutOne() {
    PaymentHeld();
    story_.Must(OfBatch<v1::SendPaymentBatchRequest>());
  }
  void Confirmed() {
    Sent();
    auto confirm = OfBatch<v1::ConfirmPaymentsRequest>();
    SetDay(*confirm.mutable_confirmed()->mutable_booked_on());
    story_.Must(confirm);
  }
  void Returned() {
    Sent();
    ASSERT_TRUE(Return(1).ok());
  }
  void LapseProposed() {
    Allocated();
    ASSERT_TRUE(ProposeLapse(payees_).ok());
  }
  void ReturnOfExcessProposed() {
    v1::ReturnExcessRequest request;
    request.set_settlement_id(settlement_);
    request.mutable_returned()->set_amount_minor(100'000);
    request.mutable_returned()->set_bank_reference("BACK");
    SetDay(*request.mutable_returned()->mutable_booked_on());
    story_.Must(request, kProposer);
  }
  void SurplusProposed() {
    v1::OpenCaseFundRequest open;
    open.mutable_fund()->set_name("Koperasi");
    open.mutable_fund()->set_source("AD pasal 41");
    open.mutable_fund()->set_currency("HKD");
    open.mutable_fund()->set_social_basis_points(500);
    fund_ = story_.Must(open);
    v1::AccrueCaseFundRequest accrue;
    accrue.set_case_fund_id(fund_);
    accrue.set_year(2026);
    accrue.set_surplus_minor(1'000'000);
    story_.Must(accrue, kProposer);
  }
  void CostProposed() {
    SurplusProposed();
    FinishFund(true);
    v1::PayCaseCostRequest pay;
    pay.set_case_fund_id(fund_);
    pay.mutable_cost()->set_part(v1::CASE_FUND_PART_SOCIAL);
    pay.mutable_cost()->set_amount_minor(30'000);
    pay.mutable_cost()->set_purpose("sworn translation");
    SetDay(*pay.mutable_cost()->mutable_paid_on());
    story_.Must(pay, kProposer);
  }

  // ---- What may befall the payee; what isn't possible then is refused.
  void Nothing() {}
  void Dies() { (void)story_.NameHeir(payees_, relative()); }
  void DiesAndIsFoundAlive() {
    (void)story_.NameHeir(payees_, relative());
    (void)story_.NameHeir(payees_, payee());
  }
  void HeirDies() {
    (void)story_.NameHeir(payees_, relative());
    (void)story_.NameHeir(relatives_, claimant(others_));
  }
  void IsMerged() { (void)Merge(); }
  void IsMergedAndTakenApart() {
    if (!Merge().ok()) return;
    v1::UndoMergeRequest undo;
    undo.set_claimant_id(payee());
    undo.set_reason("Sisters.");
    (void)story_.Ask(undo);
  }
  void WithdrawsConsent() {
    v1::WithdrawConsentRequest request;
    request.set_claimant_id(payee());
    request.set_purpose(v1::CONSENT_PURPOSE_PURSUE_CLAIM);
    (void)story_.Ask(request);
  }
  void WithdrawsTheClaim() {
    v1::WithdrawClaimRequest request;
    request.set_claim_id(payees_);
    request.set_reason("She wishes it.");
    (void)story_.Ask(request);
  }
  void IsSuspended() {
    v1::SuspendClaimRequest request;
    request.set_claim_id(payees_);
    request.set_reason("Disputed.");
    (void)story_.Ask(request);
  }
  void IsErased() { (void)Erase(payee()); }
  void HeirIsErased() { (void)Erase(relative()); }

  // ---- The way out: forward where it goes, or back.
  void Finish(bool forward) {
    FinishSettlement(forward);
    if (fund_ != 0) FinishFund(forward);
    if (batch_ != 0) FinishBatch(forward);
    for (uint64_t claim : {payees_, others_}) FinishClaim(claim);
    FinishHeldMoney(forward);
    // And who wishes to be erased is, now at the latest.
    for (uint64_t claimant_id : {payee(), relative()}) {
      if (Claimant(claimant_id).erased) continue;
      const absl::Status erased = Erase(claimant_id);
      EXPECT_TRUE(erased.ok()) << erased;
    }
  }

 private:
  uint64_t claimant(uint64_t claim_id) { return story_.record(claim_id).claim_filed().claimant_id(); }
  uint64_t payee() { return claimant(payees_); }
  uint64_t relative() { return claimant(relatives_); }
  domain::ClaimantState Claimant(uint64_t id) {
    return **story_.docket().Find<domain::ClaimantState>("claimant_id", id);
  }
  domain::PaymentBatchState Batch() {
    return **story_.docket().Find<domain::PaymentBatchState>("payment_batch_id", batch_);
  }

  template <class Request>
  Request OfBatch() const {
    Request request;
    request.set_payment_batch_id(batch_);
    if constexpr (requires { request.set_reason(""); }) request.set_reason("Looked at.");
    return request;
  }
  absl::Status Hold(uint32_t number) {
    auto request = OfBatch<v1::HoldPaymentRequest>();
    request.set_number(number);
    return story_.Ask(request, kProposer);
  }
  absl::Status Return(uint32_t number) {
    auto request = OfBatch<v1::ReturnPaymentRequest>();
    request.mutable_returned()->set_number(number);
    request.mutable_returned()->set_reason_code("NARR");
    return story_.Ask(request, kProposer);
  }
  absl::Status Merge() {
    v1::MergeClaimantsRequest request;
    request.set_claimant_id(payee());
    request.set_into_id(relative());
    request.set_reason("The same card.");
    request.set_although_not_suspected(true);
    return story_.Ask(request);
  }
  absl::Status Erase(uint64_t claimant_id) {
    v1::EraseClaimantRequest request;
    request.set_claimant_id(claimant_id);
    request.set_reason("She asked for it.");
    return story_.Ask(request);
  }
  absl::Status ProposeLapse(uint64_t claim_id) {
    v1::LapseAllocationsRequest request;
    request.set_settlement_id(settlement_);
    request.add_claim_ids(claim_id);
    request.set_rule(v1::RESIDUAL_RULE_SHARE_AGAIN);
    request.set_reason("Nobody answered.");
    return story_.Ask(request, kProposer);
  }
  template <class Request>
  absl::Status DecideMove(uint64_t proposal_id) {
    Request request;
    request.set_settlement_id(settlement_);
    request.set_proposal_id(proposal_id);
    if constexpr (requires { request.set_reason(""); }) request.set_reason("Looked at.");
    return story_.Ask(request, kOther);
  }

  void FinishSettlement(bool forward) {
    const domain::SettlementState state = story_.settlement(settlement_);
    if (state.open_allocation_id != 0) {
      v1::ApproveAllocationRequest approve;
      approve.set_settlement_id(settlement_);
      approve.set_allocation_id(state.open_allocation_id);
      if (!forward || !story_.Ask(approve, kOther).ok()) {
        v1::RejectAllocationRequest reject;
        reject.set_settlement_id(settlement_);
        reject.set_allocation_id(state.open_allocation_id);
        reject.set_reason("Looked at.");
        story_.Must(reject, kOther);
      }
    }
    for (const auto& open : state.open_moves) {
      if (forward && DecideMove<v1::ApproveSettlementMoveRequest>(open.first).ok()) continue;
      const absl::Status rejected = DecideMove<v1::RejectSettlementMoveRequest>(open.first);
      EXPECT_TRUE(rejected.ok()) << rejected;
    }
  }
  void FinishFund(bool forward) {
    const domain::CaseFundState state = **story_.docket().Find<domain::CaseFundState>("case_fund_id", fund_);
    for (const auto& open : state.open_moves) {
      v1::ApproveCaseFundMoveRequest approve;
      approve.set_case_fund_id(fund_);
      approve.set_proposal_id(open.first);
      if (forward && story_.Ask(approve, kOther).ok()) continue;
      v1::RejectCaseFundMoveRequest reject;
      reject.set_case_fund_id(fund_);
      reject.set_proposal_id(open.first);
      reject.set_reason("Looked at.");
      story_.Must(reject, kOther);
    }
  }
  // A step of the batch; where the payee's payment is in the way, it is held, and the step tried again.
  template <class Request>
  void Step(const char* actor) {
    const auto request = OfBatch<Request>();
    if (story_.Ask(request, actor).ok()) return;
    (void)Hold(1);
    if (story_.Ask(request, actor).ok()) return;
    EXPECT_EQ(Batch().holds.size(), Batch().payments.size()) << "somebody else's money is locked";
    story_.Must(OfBatch<v1::RejectPaymentBatchRequest>(), kOther);
  }
  void FinishBatch(bool forward) {
    const bool unsent = Batch().status == v1::PAYMENT_BATCH_STATUS_PROPOSED ||
                        Batch().status == v1::PAYMENT_BATCH_STATUS_APPROVED;
    if (unsent && !forward) story_.Must(OfBatch<v1::RejectPaymentBatchRequest>(), kOther);
    if (Batch().status == v1::PAYMENT_BATCH_STATUS_PROPOSED) {
      Step<v1::ApprovePaymentBatchRequest>(kOther);
    }
    if (Batch().status == v1::PAYMENT_BATCH_STATUS_APPROVED) Step<v1::SendPaymentBatchRequest>(kProposer);
    ASSERT_TRUE(Batch().status == v1::PAYMENT_BATCH_STATUS_SENT ||
                Batch().status == v1::PAYMENT_BATCH_STATUS_REJECTED);
    for (uint32_t number = 1; number <= Batch().payments.size(); ++number) {
      if (!Batch().UnderWay(number)) continue;
      const absl::Status returned = Return(number);
      EXPECT_TRUE(returned.ok()) << returned;
    }
  }
  // What nobody is owed goes to the case fund, or back.
  void FinishHeldMoney(bool forward) {
    if (story_.settlement(settlement_).InTrust() > 0) {
      v1::ReleaseHeldMoneyRequest release;
      release.set_settlement_id(settlement_);
      release.set_use(forward ? v1::HELD_MONEY_USE_CASE_FUND : v1::HELD_MONEY_USE_PAYER);
      release.set_reason("Nobody is owed it.");
      const uint64_t proposal = story_.Must(release, kProposer);
      const absl::Status approved = DecideMove<v1::ApproveSettlementMoveRequest>(proposal);
      EXPECT_TRUE(approved.ok()) << approved;
    }
    const int64_t excess = story_.settlement(settlement_).excess_minor;
    if (excess > 0) {
      v1::ReturnExcessRequest back;
      back.set_settlement_id(settlement_);
      back.mutable_returned()->set_amount_minor(excess);
      back.mutable_returned()->set_bank_reference("LAST");
      SetDay(*back.mutable_returned()->mutable_booked_on());
      const uint64_t proposal = story_.Must(back, kProposer);
      const absl::Status approved = DecideMove<v1::ApproveSettlementMoveRequest>(proposal);
      EXPECT_TRUE(approved.ok()) << approved;
    }
    EXPECT_EQ(story_.settlement(settlement_).InTrust(), 0);
    EXPECT_EQ(story_.settlement(settlement_).excess_minor, 0);
  }
  void FinishClaim(uint64_t claim_id) {
    bool open = false;
    for (const domain::Entitlement& entitlement : story_.claim(claim_id).entitlements) {
      open |= entitlement.allocated_minor > entitlement.ordered_minor;
    }
    if (open) {
      const uint64_t proposal = story_.size();
      const absl::Status proposed = ProposeLapse(claim_id);
      EXPECT_TRUE(proposed.ok()) << proposed;
      const absl::Status approved = DecideMove<v1::ApproveSettlementMoveRequest>(proposal);
      EXPECT_TRUE(approved.ok()) << approved;
    }
    const v1::ClaimStatus status = story_.claim(claim_id).status;
    if (status == v1::CLAIM_STATUS_DETERMINED || status == v1::CLAIM_STATUS_SUSPENDED) {
      v1::WithdrawClaimRequest withdraw;
      withdraw.set_claim_id(claim_id);
      withdraw.set_reason("Looked at.");
      story_.Must(withdraw);
    }
    // One that went into another claim by a merger is that one's.
    if (status == v1::CLAIM_STATUS_MERGED) return;
    v1::CloseClaimRequest close;
    close.set_claim_id(claim_id);
    close.set_reason("Looked at.");
    story_.Must(close);
  }

  DocketStory story_;
  uint64_t payees_ = 0;  // claims
  uint64_t others_ = 0;
  uint64_t relatives_ = 0;  // of somebody who may be the heir, or the same person
  uint64_t settlement_ = 0;
  uint64_t batch_ = 0;
  uint64_t fund_ = 0;
};

struct Named {
  const char* name;
  void (World::*what)();
};

constexpr Named kStates[] = {
    {"received", &World::Received},
    {"allocation proposed", &World::AllocationProposed},
    {"allocated", &World::Allocated},
    {"allocated, with accounts", &World::WithAccounts},
    {"batch proposed", &World::BatchProposed},
    {"batch to an heir proposed", &World::BatchToAnHeirProposed},
    {"batch approved", &World::BatchApproved},
    {"batch to an heir approved", &World::BatchToAnHeirApproved},
    {"payment held", &World::PaymentHeld},
    {"all payments held", &World::AllHeld},
    {"sent", &World::Sent},
    {"sent without one", &World::SentWithoutOne},
    {"confirmed", &World::Confirmed},
    {"returned", &World::Returned},
    {"lapse proposed", &World::LapseProposed},
    {"return of excess proposed", &World::ReturnOfExcessProposed},
    {"surplus proposed", &World::SurplusProposed},
    {"cost proposed", &World::CostProposed},
};

constexpr Named kEvents[] = {
    {"nothing", &World::Nothing},
    {"dies", &World::Dies},
    {"dies, and is found alive", &World::DiesAndIsFoundAlive},
    {"the heir dies", &World::HeirDies},
    {"is merged", &World::IsMerged},
    {"is merged and taken apart", &World::IsMergedAndTakenApart},
    {"withdraws the consent", &World::WithdrawsConsent},
    {"withdraws the claim", &World::WithdrawsTheClaim},
    {"is suspended", &World::IsSuspended},
    {"is erased", &World::IsErased},
    {"the heir is erased", &World::HeirIsErased},
};

TEST(MoneyExits, WhateverWaitsHasAWayOutWhateverBefallsThePayee) {
  for (const Named& state : kStates) {
    for (const Named& event : kEvents) {
      for (const bool forward : {true, false}) {
        SCOPED_TRACE(std::string(state.name) + ", then " + event.name + (forward ? ", forward" : ", back"));
        World world;
        (world.*state.what)();
        (world.*event.what)();
        world.Finish(forward);
        if (::testing::Test::HasFailure()) return;
      }
    }
  }
}

}  // namespace
}  // namespace klaim::testing
