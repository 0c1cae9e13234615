// A claim: its life from filing to the last payment, and the money of each of its heads.
//
//   filed --> (deficient <-> cured) --> under_review --> eligible | ineligible --> valued --> determined
//         --> allocated --> paid --> closed;
//   aside: withdrawn, opted_out, suspended, handed_over, appealed --> under_review
//
//   withdrawn, closed, opted_out --> reopened, where it stood before (engine/domain/claims/claim_status.h has all ways)
//
// The invariant of its money, for every head at any time:
//   0 <= paid <= ordered <= allocated (over all settlements),
// and no more is ever allocated or ordered than is determined, so that a head can't be paid twice, whatever is merged, retried, returned or
// allocated again. More than determined is paid only where the decision was revised since: that is overpaid (engine/domain/money/overpayment.h).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/domain/claims/claim_status.h"
#include "engine/domain/core/decision.h"
#include "engine/domain/core/refusal.h"
#include "klaim/v1/claim_events.pb.h"
#include "klaim/v1/groups_service.pb.h"
#include "klaim/v1/intake_service.pb.h"
#include "klaim/v1/review_service.pb.h"

namespace klaim::domain {

class Docket;

struct ClaimHead {
  v1::ClaimedHead filed;
  int64_t valued_minor = 0;
  int64_t determined_minor = 0;
  int64_t allocated_minor = 0;  // over all settlements
  int64_t ordered_minor = 0;    // in payment batches that were neither rejected nor returned
  int64_t paid_minor = 0;       // confirmed by a bank
  int64_t credited_minor = 0;   // made good otherwise (engine/domain/claims/credit.h)
  int64_t forgiven_minor = 0;   // overpaid, and not demanded back (engine/domain/money/overpayment.h)
  int64_t determined_before_merging_minor = 0;
  uint64_t merged_into = 0;  // the claim in which it is pursued instead; 0 for none
  uint64_t loss_id = 0;      // the loss that it pursues with others (engine/domain/claims/loss.h); 0 for none
  int64_t drawn_minor = 0;   // of that loss's ceiling, in its currency: by payments and credits
  std::vector<uint64_t> separate_losses;  // losses that it was found not to be of

  // What was paid beyond what is due (determined less credited); never below zero.
  int64_t BeyondDue() const;
};

// What one settlement gives to one head.
struct Entitlement {
  uint64_t settlement_id = 0;
  std::string head;
  int64_t allocated_minor = 0;
  int64_t ordered_minor = 0;
  uint64_t lapsed_at = 0;  // sequence of the event by which what was allocated lapsed last; 0 for none
};

// One payment for the claim.
struct ClaimPayment {
  uint64_t batch_id = 0;
  uint32_t number = 0;
  uint64_t settlement_id = 0;
  std::vector<v1::HeadAmount> heads;  // less what the claimant paid back
  std::vector<v1::LossDraw> draws;
  int64_t ordered_day = 0;  // since 1970-01-01
  bool paid = false;
};

// Somebody found that it and another claim are two losses.
struct ProposedSeparation {
  uint64_t other_claim_id = 0;
  uint64_t proposal_id = 0;
  std::string proposer;
};

// What the claimant got otherwise (engine/domain/claims/credit.h).
struct ClaimCredit {
  uint64_t id = 0;  // sequence of its event
  v1::ClaimCredited credited;
  int64_t recorded_at_micros = 0;
  std::string recorder;
  uint64_t reversal_id = 0;  // the proposal to take it back; 0 for none
  std::string reversal_proposer;
};

// Something is kept from being done with it (engine/domain/claims/hold.h).
struct ClaimHold {
  uint64_t id = 0;  // sequence of its event
  v1::ClaimHeld held;
  std::string holder;
};

// What was proposed of it and waits for another person.
struct OpenClaimMove {
  v1::ClaimMoveProposed proposed;
  std::string proposer;
};

enum class Eligibility : char { kUndecided, kEligible, kIneligible };

struct ClaimState : Aggregate, ClaimLife {
  static constexpr char kKind[] = "claim";
  uint64_t programme_id = 0;
  uint64_t claimant_id = 0;
  uint64_t case_id = 0;
  Eligibility eligibility = Eligibility::kUndecided;  // by the last decision
  std::vector<uint64_t> respondent_ids;
  std::vector<ClaimHead> heads;
  std::vector<uint64_t> separate_from;  // claims that look like the same loss and were found to be another
  std::vector<ProposedSeparation> proposed_separate;
  std::vector<v1::ClaimGrouped> groups;
  std::vector<Entitlement> entitlements;
  std::vector<ClaimPayment> payments;
  std::vector<ClaimCredit> credits;                       // that weren't taken back
  std::vector<ClaimHold> holds;                           // that weren't ended
  std::map<uint64_t, OpenClaimMove> open_moves;           // by the sequence of the proposal
  uint64_t open_appeal_id = 0;                            // beside which the decision stands; 0 for none
  v1::PartialDate appeal_until;                           // of the last decision; none where none was told
  int64_t decided_day = 0;                                // of the last decision, since 1970-01-01
  std::vector<v1::ClaimRepaid> repayments;                // that weren't taken back
  v1::PartialDate answer_by;                              // of the last deficiency notice
  std::vector<v1::ClaimRegisterChecked> register_checks;  // the last by each register
  // The payment that came back last and was not ordered again yet.
  uint64_t returned_batch_id = 0;
  uint32_t returned_number = 0;

  // The head of this code; null when the claim doesn't have it.
  const ClaimHead* Head(absl::string_view code) const;
  ClaimHead* Head(absl::string_view code);
  // The payment of this batch; null when it was released or returned.
  ClaimPayment* Payment(uint64_t batch_id, uint32_t number);
  // The credit of this number; null when the claim doesn't have it, or it was taken back.
  const ClaimCredit* Credit(uint64_t id) const;
  ClaimCredit* Credit(uint64_t id);
  // True when nothing determined is left unpaid once this payment is confirmed.
  bool PaidInFullWith(uint64_t batch_id, uint32_t number) const;
  // True when some of its heads is owed more (engine/domain/claims/credit.h).
  bool IsOwed() const;
  // True when money that was allocated to it waits to be paid: it was neither paid nor did it lapse.
  bool MoneyWaits() const;
  // True when a settlement's money was allocated to it once, whatever became of it.
  bool HadMoney() const { return !entitlements.empty(); }
  // True when a reference register says otherwise.
  bool ContradictedByRegister() const;
  // True when registers prove each of its heads that is pursued here.
  bool ProvenByRegisters() const;
};

// Folds what was decided about a claim's heads.
void EvolveMerging(ClaimState& state, const v1::EventRecord& event);

// Folds holds, revisions, appeals and what was overpaid.
void EvolveHolds(ClaimState& state, const v1::EventRecord& event);
void EvolveRevision(ClaimState& state, const v1::EventRecord& event);
void EvolveOverpayment(ClaimState& state, const v1::EventRecord& event);

// Folds what the claimant got otherwise.
void EvolveCredits(ClaimState& state, const v1::EventRecord& event);

void Evolve(ClaimState& state, const v1::EventRecord& event);

// What is wrong with a filing, whatever the docket holds: all of it at once.
void CheckForm(const v1::FileClaimRequest& request, int64_t now_micros, Refusals& refusals);

// Files the claim last, after its new claimant and case, so that the receipt's sequence is the claim's
// number.
absl::Status Decide(const v1::FileClaimRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

absl::Status Decide(const v1::NoticeDeficiencyRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::CureDeficiencyRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::StartReviewRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::DecideEligibilityRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::ValueClaimRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::DetermineClaimRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::WithdrawClaimRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::SuspendClaimRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::ResumeClaimRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::AppealClaimRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::CloseClaimRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::OptOutRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
