// Random histories: whatever is asked in whatever order, money is conserved and no head is paid twice. A
// failure names its seed; KLAIM_SEED runs that one alone, KLAIM_STEPS shortens it.

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "engine/domain/claims/double_claim.h"
#include "engine/domain/claims/hold.h"
#include "engine/domain/claims/revision.h"
#include "engine/domain/core/money.h"
#include "engine/domain/money/overpayment.h"
#include "engine/domain/money/payment_batch.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/people/duplicate.h"
#include "klaim/v1/event_record.pb.h"
#include "testing/docket_story.h"

namespace klaim::testing {
namespace {

class RandomHistory {
 public:
  explicit RandomHistory(uint64_t seed) : state_(seed * 2654435761 + 1) {}

  void Run(int steps) {
    for (int i = 0; i < 6; ++i) claims_.push_back(story_.File(1 + static_cast<int64_t>(Below(1'500'000))));
    for (uint64_t claim : claims_) story_.Determine(claim);
    groups_.push_back(story_.Certify(claims_));
    for (int i = 0; i < 2; ++i) {
      settlements_.push_back(story_.Settle(
          groups_[0], {1 + static_cast<int64_t>(Below(900'000)), 1 + static_cast<int64_t>(Below(900'000))}));
    }
    for (int step = 0; step < steps; ++step) {
      Step();
      Check(step);
      if (::testing::Test::HasFatalFailure()) return;
    }
  }

  int64_t paid_in_all() const { return paid_in_all_; }
  int mergers() const { return mergers_; }
  int lapses() const { return lapses_; }
  int credits() const { return credits_; }
  int revisions() const { return revisions_; }
  int repayments() const { return repayments_; }

 private:
  uint64_t Below(uint64_t end) {
    return (state_ = state_ * 6364136223846793005 + 1442695040888963407, (state_ >> 33) % end);
  }
  template <class List>
  uint64_t Any(const List& list) {
    return list.empty() ? 0 : list[Below(list.size())];
  }
  std::string Anyone() { return Below(2) == 0 ? "sari@0" : "budi@0"; }

  void Step() {
    switch (Below(28)) {
      case 22:
      case 23:
        return Revise();
      case 24:
        return Repay();
      case 25:
        return Hold();
      case 26:
        return Forgive();
      case 27:
        return MoveOn();
      case 20:
        return Credit();
      case 21:
        return ReverseCredit();
      case 18:
        return BatchStep<v1::HoldPaymentRequest>([&](auto& r) {
          r.set_number(1 + static_cast<uint32_t>(Below(4)));
          r.set_reason("Disputed.");
        });
      case 19:
        return BatchStep<v1::ReleasePaymentRequest>([&](auto& r) {
          r.set_number(1 + static_cast<uint32_t>(Below(4)));
          r.set_reason("Settled.");
        });
      case 11:
        return Merge();
      case 12:
        return Undo();
      case 13:
        return Family();
      case 14:
        return DecideDouble();
      case 15:
        return Lapse();
      case 16:
        return Heir();
      case 17:
        return ReceiveAnything();
      case 0:
        return Receive();
      case 1:
        return Propose();
      case 2:
        return Decide<v1::ApproveAllocationRequest>();
      case 3:
        if (Below(3) == 0) Decide<v1::RejectAllocationRequest>();
        return;
      case 4:
        story_.ConfirmAccount(Any(claims_));
        return;
      case 5:
        return Batch();
      case 6:
        return BatchStep<v1::ApprovePaymentBatchRequest>([](auto&) {});
      case 7:
        if (Below(3) == 0) BatchStep<v1::RejectPaymentBatchRequest>([](auto& r) { r.set_reason("No."); });
        return;
      case 8:
        return BatchStep<v1::SendPaymentBatchRequest>([](auto& r) { r.set_message_id("M"); });
      case 9:
        return BatchStep<v1::ConfirmPaymentsRequest>([&](auto& r) {
          auto* date = r.mutable_confirmed()->mutable_booked_on();
          date->set_year(2027);
          date->set_month(3);
          date->set_day(1);
          if (Below(2) == 0) r.mutable_confirmed()->add_numbers(1 + static_cast<uint32_t>(Below(4)));
        });
      default:
        return BatchStep<v1::ReturnPaymentRequest>([&](auto& r) {
          r.mutable_returned()->set_number(1 + static_cast<uint32_t>(Below(6)));
          r.mutable_returned()->set_reason_code("AC04");
        });
    }
  }

  uint64_t ClaimantOf(uint64_t claim_id) { return story_.record(claim_id).claim_filed().claimant_id(); }

  void Merge() {
    v1::MergeClaimantsRequest request;
    request.set_claimant_id(ClaimantOf(Any(claims_)));
    request.set_into_id(ClaimantOf(Any(claims_)));
    request.set_reason("The same card.");
    request.set_although_not_suspected(Below(4) != 0);
    mergers_ += story_.Ask(request).ok();
  }
  void Undo() {
    v1::UndoMergeRequest request;
    request.set_claimant_id(ClaimantOf(Any(claims_)));
    request.set_reason("Not the same.");
    (void)story_.Ask(request);
  }
  void Family() {
    if (Below(2) == 0) {
      v1::LinkFamilyRequest request;
      request.set_claimant_id(ClaimantOf(Any(claims_)));
      request.set_other_id(ClaimantOf(Any(claims_)));
      request.set_relation(v1::CLAIMANT_CAPACITY_SPOUSE);
      request.set_evidence("Marriage book.");
      (void)story_.Ask(request);
    } else {
      v1::UnlinkFamilyRequest request;
      request.set_claimant_id(ClaimantOf(Any(claims_)));
      request.set_other_id(ClaimantOf(Any(claims_)));
      request.set_reason("Not family.");
      (void)story_.Ask(request);
    }
  }
  void DecideDouble() {
    v1::DecideDoubleClaimRequest request;
    request.set_claim_id(Any(claims_));
    request.set_other_claim_id(Any(claims_));
    request.set_separate(Below(2) == 0);
    request.set_reason("Seen.");
    (void)story_.Ask(request);
    if (Below(2) == 0) (void)story_.Ask(request, "budi@0");
  }
  // Proposed by one, and decided on by whoever it is: who proposed it is refused.
  void Lapse() {
    v1::LapseAllocationsRequest request;
    request.set_settlement_id(Any(settlements_));
    request.add_claim_ids(Any(claims_));
    request.set_rule(Below(3) == 0 ? v1::RESIDUAL_RULE_CASE_FUND : v1::RESIDUAL_RULE_SHARE_AGAIN);
    request.set_reason("Nobody answered.");
    const uint64_t proposal = story_.size();
    if (!story_.Ask(request).ok()) return;
    if (Below(4) == 0) {
      v1::RejectSettlementMoveRequest reject;
      reject.set_settlement_id(request.settlement_id());
      reject.set_proposal_id(proposal);
      reject.set_reason("She called.");
      (void)story_.Ask(reject, Anyone());
      return;
    }
    v1::ApproveSettlementMoveRequest approve;
    approve.set_settlement_id(request.settlement_id());
    approve.set_proposal_id(proposal);
    lapses_ += story_.Ask(approve, Anyone()).ok();
  }
  void Credit() {
    v1::RecordCreditRequest request;
    request.set_claim_id(Any(claims_));
    v1::ClaimCredited& credit = *request.mutable_credit();
    credit.set_kind(v1::CREDIT_KIND_DIRECT_PAYMENT);
    credit.set_respondent_id(story_.agency);
    credit.set_confirmed_by_claimant(true);
    credit.mutable_paid_on()->set_year(2026);
    credit.mutable_paid_on()->set_month(8);
    credit.mutable_paid_on()->set_day(1);
    const auto& heads = story_.claim(request.claim_id()).heads;
    v1::CreditedHead& head = *credit.add_heads();
    head.set_head(heads[Below(heads.size())].filed.code());
    head.mutable_paid()->set_currency("HKD");
    head.mutable_paid()->set_minor_units(1 + static_cast<int64_t>(Below(600'000)));
    credits_ += story_.Ask(request, Anyone()).ok();
  }
  void ReverseCredit() {
    v1::ReverseCreditRequest request;
    request.set_claim_id(Any(claims_));
    const auto& credits = story_.claim(request.claim_id()).credits;
    if (credits.empty()) return;
    request.set_credit_id(credits[Below(credits.size())].id);
    request.set_reason("It bounced.");
    (void)story_.Ask(request, Anyone());
  }
  void Revise() {
    v1::ReviseDecisionRequest request;
    request.set_claim_id(Any(claims_));
    v1::DecisionRevision& revision = *request.mutable_revision();
    revision.set_kind(v1::REVISION_KIND_OWN_MOTION);
    revision.set_eligible(Below(5) != 0);
    revision.set_reason_code("seen_again");
    revision.set_reasons("Seen again.");
    for (const domain::ClaimHead& head : story_.claim(request.claim_id()).heads) {
      if (head.filed.code() == domain::kLateInterest) continue;
      v1::RevisedHead& revised = *revision.add_heads();
      revised.set_code(head.filed.code());
      if (revision.eligible() && head.merged_into == 0)
        revised.set_after_minor(static_cast<int64_t>(Below(1'500'000)));
    }
    revisions_ += story_.Ask(request, Anyone()).ok();
  }
  void Forgive() {
    v1::ForgiveOverpaymentRequest request;
    request.set_claim_id(Any(claims_));
    request.set_reason("She can't.");
    (void)story_.Ask(request, Anyone());
  }
  void MoveOn() {
    const uint64_t claim = Any(claims_);
    const auto& moves = story_.claim(claim).open_moves;
    if (moves.empty()) return;
    v1::ApproveClaimMoveRequest approve;
    approve.set_claim_id(claim);
    approve.set_proposal_id(moves.begin()->first);
    if (story_.Ask(approve, Anyone()).ok() || Below(2) == 0) return;
    v1::RejectClaimMoveRequest reject;
    reject.set_claim_id(claim);
    reject.set_proposal_id(moves.begin()->first);
    reject.set_reason("Seen otherwise.");
    (void)story_.Ask(reject, Anyone());
  }
  void Repay() {
    v1::RecordRepaymentRequest request;
    request.set_claim_id(Any(claims_));
    const int64_t open = domain::OverpaidSumsOf(story_.claim(request.claim_id())).open_minor();
    request.set_amount_minor(1 + static_cast<int64_t>(Below(static_cast<uint64_t>(open) + 2)));
    *request.mutable_booked_on() = Day(2027, 3, 3);
    request.set_bank_reference(std::to_string(Below(1'000'000)));
    if (!story_.Ask(request, Anyone()).ok()) return;
    ++repayments_;
    repaid_in_all_ += request.amount_minor();
  }
  void Hold() {
    const uint64_t claim = Any(claims_);
    const auto& holds = story_.claim(claim).holds;
    if (!holds.empty()) {
      v1::ReleaseClaimHoldRequest release;
      release.set_claim_id(claim);
      release.set_hold_id(holds[0].id);
      release.set_reason("Settled.");
      (void)story_.Ask(release, Anyone());
      return;
    }
    v1::HoldClaimRequest hold;
    hold.set_claim_id(claim);
    hold.set_scope(static_cast<v1::HoldScope>(1 + Below(3)));
    hold.set_reason("Contested.");
    (void)story_.Ask(hold, Anyone());
  }
  void Heir() {
    const uint64_t claim = Any(claims_);
    const uint64_t heir = ClaimantOf(Any(claims_));
    if (Below(4) == 0) (void)story_.NameHeir(claim, heir);
  }
  // A receipt that is put against whatever is open, with what is too much.
  void ReceiveAnything() {
    v1::RecordInstalmentRequest request;
    request.set_settlement_id(Any(settlements_));
    request.mutable_received()->set_amount_minor(1 + static_cast<int64_t>(Below(400'000)));
    auto* date = request.mutable_received()->mutable_booked_on();
    date->set_year(2027);
    date->set_month(2);
    date->set_day(2);
    request.mutable_received()->set_bank_reference(std::to_string(Below(1000)));
    (void)story_.Ask(request);
  }

  void Receive() {
    v1::RecordInstalmentRequest request;
    request.set_settlement_id(Any(settlements_));
    request.mutable_received()->set_instalment_number(1 + static_cast<uint32_t>(Below(2)));
    request.mutable_received()->set_amount_minor(1 + static_cast<int64_t>(Below(400'000)));
    auto* date = request.mutable_received()->mutable_booked_on();
    date->set_year(2027);
    date->set_month(1);
    date->set_day(2);
    request.mutable_received()->set_bank_reference(std::to_string(Below(1000)));
    (void)story_.Ask(request);
  }
  void Propose() {
    v1::ProposeAllocationRequest request;
    request.set_settlement_id(Any(settlements_));
    request.set_amount_minor(static_cast<int64_t>(Below(2) == 0 ? 0 : Below(300'000)));
    if (Below(2) == 0) {
      v1::AllocationPlan& plan = *request.mutable_plan();
      plan.set_costs_basis_points(static_cast<uint32_t>(Below(2) * 250));
      plan.set_costs_rule("Rule 7.");
      plan.set_reserve_basis_points(static_cast<uint32_t>(Below(2) * 1'000));
      auto& equal = *plan.add_steps();
      equal.set_rule(v1::ALLOCATION_RULE_EQUAL);
      equal.set_cap_minor(static_cast<int64_t>(Below(2) * (1 + Below(20'000))));
      auto& rata = *plan.add_steps();
      rata.set_rule(v1::ALLOCATION_RULE_PRO_RATA);
      rata.set_floor_minor(static_cast<int64_t>(Below(2) * Below(5'000)));
    }
    const uint64_t id = story_.size();
    if (story_.Ask(request, Anyone()).ok()) allocations_.push_back(id);
  }
  template <class Request>
  void Decide() {
    Request request;
    request.set_settlement_id(Any(settlements_));
    request.set_allocation_id(allocations_.empty() ? 0 : allocations_.back());
    if constexpr (std::is_same_v<Request, v1::RejectAllocationRequest>) request.set_reason("No.");
    (void)story_.Ask(request, Anyone());
  }
  void Batch() {
    v1::ProposePaymentBatchRequest request;
    request.set_settlement_id(Any(settlements_));
    if (Below(3) == 0) request.add_claim_ids(Any(claims_));
    const uint64_t id = story_.size();
    if (story_.Ask(request, Anyone()).ok()) batches_.push_back(id);
  }
  template <class Request, class Fill>
  void BatchStep(Fill fill) {
    Request request;
    request.set_payment_batch_id(Any(batches_));
    fill(request);
    (void)story_.Ask(request, Anyone());
  }

  void Check(int step) {
    int64_t allocated = 0;
    paid_in_all_ = 0;
    // One person isn't paid twice for one head of one programme against one respondent: of claims in one name that look
    // like one loss and were not found to be two, one alone has money on its way or paid since they are in one name.
    CheckNoneOrderedTwice(step);
    for (uint64_t id : claims_) {
      for (const domain::ClaimHead& head : story_.claim(id).heads) {
        ASSERT_LE(0, head.paid_minor) << "step " << step;
        ASSERT_LE(head.paid_minor, head.ordered_minor) << "step " << step;
        ASSERT_LE(head.ordered_minor, head.allocated_minor) << "step " << step;
        ASSERT_LE(head.ordered_minor, std::max(head.determined_minor, head.paid_minor))
            << "step " << step << ": paid more than it is worth";
        allocated += head.allocated_minor;
        paid_in_all_ += head.paid_minor;
      }
    }
    int64_t allocated_by_settlements = 0;
    for (uint64_t id : settlements_) {
      const auto& settlement = story_.settlement(id);
      ASSERT_LE(int64_t{0}, settlement.InTrust()) << "step " << step;
      ASSERT_LE(Received(settlement), settlement.recorded.amount().minor_units()) << "step " << step;
      allocated_by_settlements += settlement.allocated_minor;
    }
    ASSERT_EQ(allocated, allocated_by_settlements) << "step " << step << ": money appeared or vanished";
    // What the banks say of the batches is what the claims say.
    int64_t confirmed = 0;
    for (uint64_t id : batches_) {
      const auto& batch = **story_.docket().Find<domain::PaymentBatchState>("batch", id);
      for (size_t i = 0; i < batch.payments.size(); ++i) {
        if (batch.payments[i] == v1::PAYMENT_STATUS_CONFIRMED)
          confirmed += batch.proposed.payments(static_cast<int>(i)).amount_minor();
      }
    }
    ASSERT_EQ(confirmed, paid_in_all_ + repaid_in_all_) << "step " << step;
  }

  static int64_t Received(const domain::SettlementState& settlement) {
    return std::accumulate(settlement.received_minor.begin(), settlement.received_minor.end(), int64_t{0});
  }

  // Orders, with who had them in their name then; checked when a batch is proposed.
  void CheckNoneOrderedTwice(int step) {
    for (; checked_ < story_.size(); ++checked_) {
      const v1::EventRecord event = story_.record(checked_);
      if (!event.has_claim_payment_ordered()) continue;
      const domain::ClaimState& claim = story_.claim(event.stream());
      ASSERT_NE(claim.status, v1::CLAIM_STATUS_MERGED) << "step " << step;
      for (const v1::HeadAmount& amount : event.claim_payment_ordered().heads()) {
        const domain::ClaimHead& head = *claim.Head(amount.code());
        ASSERT_LE(head.ordered_minor, head.determined_minor - head.credited_minor)
            << "step " << step << ": what the claimant got otherwise is paid again";
      }
      const uint64_t claimant_id = claim.claimant_id;
      const uint64_t claim_id = claim.id;
      for (uint64_t other_id : claims_) {
        if (other_id == claim_id) continue;
        const domain::ClaimState& other = story_.claim(other_id);
        const auto& apart = other.separate_from;
        if (other.claimant_id != claimant_id ||
            std::find(apart.begin(), apart.end(), claim_id) != apart.end()) {
          continue;
        }
        for (const v1::HeadAmount& amount : event.claim_payment_ordered().heads()) {
          const domain::ClaimHead* head = other.Head(amount.code());
          ASSERT_TRUE(head == nullptr || head->merged_into != 0 || other.status == v1::CLAIM_STATUS_MERGED)
              << "step " << step << ": claims " << claim_id << " and " << other_id
              << " are both pursued and paid";
        }
      }
    }
  }

  uint64_t state_;
  DocketStory story_;
  uint64_t checked_ = 0;
  int mergers_ = 0;
  int lapses_ = 0;
  int credits_ = 0;
  std::vector<uint64_t> claims_, groups_, settlements_, allocations_, batches_;
  int64_t paid_in_all_ = 0;
  int64_t repaid_in_all_ = 0;
  int revisions_ = 0;
  int repayments_ = 0;
};

TEST(Properties, MoneyIsConservedAndNothingIsPaidTwice) {
  const char* one = std::getenv("KLAIM_SEED");
  const char* steps = std::getenv("KLAIM_STEPS");
  int64_t paid = 0;
  int mergers = 0;
  int lapses = 0;
  int credits = 0;
  int revisions = 0;
  int repayments = 0;
  for (uint64_t seed = one != nullptr ? std::strtoull(one, nullptr, 10) : 1;
       seed <= (one != nullptr ? std::strtoull(one, nullptr, 10) : 60); ++seed) {
    SCOPED_TRACE("KLAIM_SEED=" + std::to_string(seed));
    RandomHistory history(seed);
    history.Run(steps != nullptr ? std::atoi(steps) : 300);
    paid += history.paid_in_all();
    mergers += history.mergers();
    lapses += history.lapses();
    credits += history.credits();
    revisions += history.revisions();
    repayments += history.repayments();
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(revisions, 0);
  EXPECT_GT(repayments, 0);
  EXPECT_GT(mergers, 0);
  EXPECT_GT(lapses, 0);
  EXPECT_GT(credits, 0);
  EXPECT_GT(paid, 0) << "the histories must reach payments, or they show nothing";
}

}  // namespace
}  // namespace klaim::testing
