// A settlement: money promised by respondents, received by instalments, and allocated to claims.
//
// Invariant: allocated + costs + residual + given back <= received <= promised, and an allocation's parts sum to
// the whole. What is paid in excess is the payer's.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/domain/core/decision.h"
#include "engine/domain/money/allocation.h"
#include "klaim/v1/compensation_service.pb.h"

namespace klaim::domain {

class Docket;
struct ClaimantGroupState;
struct ClaimState;

// A receipt that stands: what a reversal would take back.
struct ReceiptKept {
  std::vector<v1::ReceiptPart> parts;
  int64_t interest_minor = 0;
  int64_t excess_minor = 0;
  int64_t amount_minor = 0;
  uint64_t payer_id = 0;  // 0 where it isn't told

  // What of it paid instalments.
  int64_t PartsMinor() const { return amount_minor - excess_minor - interest_minor; }
};

// What arrived for one instalment at one time; less than zero when it was taken back.
struct PartReceived {
  size_t instalment = 0;  // from 0
  int64_t amount_minor = 0;
  int64_t day = 0;  // since 1970-01-01
};

// What is late at the end of a day.
struct Lateness {
  int64_t overdue_minor = 0;  // all that is open, when it is in default
  int64_t interest_minor = 0;
  bool in_default = false;
};

// A move of its money that waits for another person.
struct OpenSettlementMove {
  v1::SettlementMoveProposed proposed;
  std::string proposer;
};

struct SettlementState : Aggregate {
  static constexpr char kKind[] = "settlement";
  v1::SettlementRecorded recorded;
  std::vector<int64_t> received_minor;  // by instalment
  std::vector<int64_t> forgiven_minor;  // by instalment: not owed any more since a respondent was let out
  std::set<uint64_t> released;          // respondents who were let out
  std::vector<PartReceived> receipts;
  std::set<std::string> bank_references;
  std::map<std::string, ReceiptKept> receipts_kept;  // by the bank's reference
  int64_t allocated_minor = 0;
  // The allocation that waits for approval; its id 0 when there is none.
  uint64_t open_allocation_id = 0;
  v1::AllocationProposed open_allocation;
  std::string proposer;

  std::map<uint64_t, OpenSettlementMove> open_moves;  // by the sequence of the proposal

  int64_t costs_minor = 0;       // taken out for costs by allocations that were approved
  int64_t costs_paid_minor = 0;  // of that, paid out
  int64_t reserve_minor = 0;     // kept back by them, and not used yet
  int64_t costed_minor = 0;      // received, and costs were taken of it, or weren't to be, by them
  int64_t interest_received_minor = 0;
  int64_t interest_allocated_minor = 0;
  int64_t residual_minor = 0;    // of lapsed allocations: gone to the case fund
  int64_t given_back_minor = 0;  // received for claims and, since none is owed it, excess
  int64_t excess_minor = 0;      // received beyond all that is owed, and not returned

  // What an instalment (from 0) is now.
  int64_t DueMinor(size_t instalment) const {
    return recorded.instalments(static_cast<int>(instalment)).amount_minor() - forgiven_minor[instalment];
  }

  // What the instalments are now, together.
  int64_t Promised() const;
  // What of them was not received.
  int64_t Open() const;
  // Received for the claimants, of instalments and late interest.
  int64_t Received() const;
  // Received for the claimants and neither allocated nor spent.
  int64_t InTrust() const;
  // What was taken for costs, or left to the case fund, and isn't paid out.
  int64_t CostsHeld() const { return costs_minor + residual_minor - costs_paid_minor; }
  // Late interest that was received and not shared out.
  int64_t InterestHeld() const;
  // What is in trust for the loss: all but that.
  int64_t LossInTrust() const;
  // That, but for the reserve.
  int64_t Free() const;
  // Whether so much of what is in trust for the loss, and of late interest, is promised to nobody: what waits for approval is.
  bool HasUnpromised(int64_t loss_minor, int64_t late_interest_minor) const;
  // Received of instalments, and no allocation took costs of it.
  int64_t NewMoney() const;
  // Late interest that is due by the end of this day and was not received.
  int64_t InterestOpenOn(int64_t day) const;

  // What is late on this day (days since 1970-01-01). Interest is simple, for each day after an instalment was due on
  // what was open of it, over 365 days a year; summed exactly and rounded half up once.
  Lateness LatenessOn(int64_t day) const;
};

// Whether a bank can have booked this; `message` is what holds the fields of the request, as in "received.".
absl::Status CheckBankEntry(const std::string& message, int64_t amount_minor,
                            const v1::PartialDate& booked_on, const std::string& bank_reference,
                            int64_t now_micros);

// Who paid a receipt: whom it names, or the one who alone pays; 0 where it isn't known.
uint64_t PayerOf(const v1::SettlementRecorded& settlement, uint64_t named_id);

// What a respondent owes of a settlement; 0 where each owes the whole.
int64_t ShareOf(const v1::SettlementRecorded& settlement, uint64_t respondent_id);

// Puts a receipt against late interest and then against what is open, the earliest instalment first, or the other way round where the terms say
// so; what is left is excess.
void FillReceipt(const SettlementState& state, const v1::InstalmentReceived& received,
                 v1::SettlementReceiptRecorded& receipt);

// What a bank's report told of receipts, in the order in which it stands there.
void EvolveReceipts(const v1::ReceiptsReported& reported, SettlementState& state);

// What taking back the receipt of this reference would take; false when its money went on already.
bool FillReversalOf(const SettlementState& state, const std::string& receipt_reference,
                    v1::ReceiptReversed& reversed);

// Takes back the one receipt of this amount. Why it can't be: there is none, there are several, or its money went on already; empty when
// it can.
std::string FillReversal(const SettlementState& state, int64_t amount_minor, const v1::PartialDate& booked_on,
                         const std::string& bank_reference, v1::ReceiptReversed& reversed);

// Each claim of each of a settlement's groups, until one is refused; a claim in two of them comes twice.
absl::Status ForEachMember(
    const SettlementState& settlement, Docket& docket,
    absl::FunctionRef<absl::Status(const ClaimantGroupState& group, const ClaimState& claim)> visit);

// What the heads of a settlement's groups are still owed and got of it until now, by claim number and then head; of heads that are one loss no
// more than is left of its ceiling, at today's rates. Not of claims whose money lapsed, until an account of theirs is confirmed again.
absl::StatusOr<std::vector<OwedHead>> OwedUnder(const SettlementState& settlement, int64_t now_micros,
                                                Docket& docket);

// Folds who paid and who was let out (engine/domain/money/debtors.h).
void EvolveDebtors(SettlementState& state, const v1::EventRecord& event);

// What claims of its groups may be owed that aren't decided yet, or are appealed, suspended or held, in the same order: what they were valued at
// or, before that, claim.
absl::StatusOr<std::vector<OwedHead>> UndecidedUnder(const SettlementState& settlement, Docket& docket);

void Evolve(SettlementState& state, const v1::EventRecord& event);

absl::Status Decide(const v1::RecordSettlementRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::RecordInstalmentRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

// Shares received money by the plan among the heads of the settlement's groups that are still owed (determined,
// not yet allocated). What exceeds all that is owed stays in trust.
absl::Status Decide(const v1::ProposeAllocationRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

// Four eyes: the approver is not the proposer. Each claim's share is checked again against what it is owed
// now.
absl::Status Decide(const v1::ApproveAllocationRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Proposes that what is allocated to claims of whom nobody hears, and not ordered, goes back.
absl::Status Decide(const v1::LapseAllocationsRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Proposes to take back a receipt; refused when its money went on.
absl::Status Decide(const v1::ReverseReceiptRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Proposes to pay a cost out of what was taken for costs.
absl::Status Decide(const v1::PayTrustCostRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Proposes to record that excess went back.
absl::Status Decide(const v1::ReturnExcessRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Proposes that money is held no longer of which no claim of the groups is owed anything, or can be: so that none is stuck.
absl::Status Decide(const v1::ReleaseHeldMoneyRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Four eyes for all of them: neither is for the proposer. Approving looks again at what there is now.
absl::Status Decide(const v1::ApproveSettlementMoveRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::RejectSettlementMoveRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::RejectAllocationRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
