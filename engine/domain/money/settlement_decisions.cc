// What is decided of it (engine/domain/money/settlement.h).
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/claimant_group.h"
#include "engine/domain/claims/credit.h"
#include "engine/domain/claims/hold.h"
#include "engine/domain/claims/loss.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/allocation.h"
#include "engine/domain/money/debtors.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/people/claimant.h"
#include "engine/domain/people/heir.h"
#include "engine/domain/registry/programme.h"
#include "engine/domain/registry/respondent.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

absl::Status CheckInstalments(const v1::SettlementRecorded& settlement, int64_t now_micros) {
  if (settlement.instalments().empty() || settlement.instalments_size() > 120) {
    return InvalidField("settlement.instalments", v1::REASON_MUST_LIST_1_TO_120_INSTALMENTS);
  }
  absl::int128 sum = 0;
  for (int i = 0; i < settlement.instalments_size(); ++i) {
    const std::string field = absl::StrCat("settlement.instalments[", i, "]");
    RETURN_IF_ERROR(CheckDate(field + ".due_on", settlement.instalments(i).due_on(), true, false));
    RETURN_IF_ERROR(CheckDue(field + ".due_on", settlement.instalments(i).due_on(), now_micros));
    RETURN_IF_ERROR(CheckAmount(field + ".amount_minor", settlement.instalments(i).amount_minor(), 1));
    if (i > 0 &&
        LastDayOf(settlement.instalments(i - 1).due_on()) > LastDayOf(settlement.instalments(i).due_on())) {
      return InvalidField(field + ".due_on", v1::REASON_IS_DUE_BEFORE_INSTALMENT_ABOVE_IT);
    }
    sum += settlement.instalments(i).amount_minor();
  }
  if (sum != settlement.amount().minor_units()) {
    return InvalidField("settlement.instalments", v1::REASON_INSTALMENTS_DO_NOT_SUM_TO_SETTLEMENT,
                        static_cast<int64_t>(sum), settlement.amount().minor_units());
  }
  return absl::OkStatus();
}

absl::Status CheckShares(const v1::SettlementRecorded& settlement) {
  if (settlement.respondent_ids().empty() || settlement.respondent_ids_size() > 20) {
    return InvalidField("settlement.respondent_ids", v1::REASON_MUST_NAME_1_TO_20_RESPONDENTS_WHO_PAY);
  }
  if (settlement.shares().empty()) return absl::OkStatus();
  absl::int128 sum = 0;
  std::set<uint64_t> owing;
  for (int i = 0; i < settlement.shares_size(); ++i) {
    const std::string field = absl::StrCat("settlement.shares[", i, "]");
    const v1::RespondentShare& share = settlement.shares(i);
    RETURN_IF_ERROR(CheckAmount(field + ".amount_minor", share.amount_minor(), 1));
    const auto& payers = settlement.respondent_ids();
    if (std::find(payers.begin(), payers.end(), share.respondent_id()) == payers.end() ||
        !owing.insert(share.respondent_id()).second) {
      return InvalidField(field + ".respondent_id", v1::REASON_MUST_BE_ONE_OF_RESPONDENTS_WHO_PAY_EACH_ONCE);
    }
    sum += share.amount_minor();
  }
  if (sum == settlement.amount().minor_units()) return absl::OkStatus();
  return InvalidField("settlement.shares", v1::REASON_INSTALMENTS_DO_NOT_SUM_TO_SETTLEMENT,
                      static_cast<int64_t>(sum), settlement.amount().minor_units());
}

absl::StatusOr<const SettlementState*> WithOpenAllocation(Docket& docket, uint64_t settlement_id,
                                                          uint64_t allocation_id, const Context& context) {
  ASSIGN_OR_RETURN(auto settlement, docket.Find<SettlementState>("settlement_id", settlement_id));
  if (settlement->open_allocation_id == 0 || settlement->open_allocation_id != allocation_id) {
    return NotNow("allocation_id", v1::REASON_ALLOCATION_OF_SETTLEMENT_DOES_NOT_WAIT_FOR_APPROVAL,
                  allocation_id, settlement_id);
  }
  if (settlement->proposer == context.actor) {
    return AnotherPerson("allocation_id", v1::REASON_YOU_PROPOSED_THIS_ALLOCATION);
  }
  return settlement;
}

// Emits what one claim gets; `share` runs over the claim's shares and is left behind them.
absl::Status AllocateToClaim(const SettlementState& settlement, int& share, LossRoom& room, Docket& docket,
                             Decision& decision) {
  const auto& shares = settlement.open_allocation.shares();
  const uint64_t claim_id = shares[share].claim_id();
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("allocation_id", claim_id));
  RETURN_IF_ERROR(CheckNotHeld("allocation_id", *claim, v1::HOLD_SCOPE_ALLOCATE));
  v1::ClaimAllocated& allocated = *decision.Append(*claim).mutable_claim_allocated();
  allocated.set_settlement_id(settlement.id);
  allocated.set_allocation_id(settlement.open_allocation_id);
  allocated.set_currency(settlement.recorded.amount().currency());
  for (; share < shares.size() && shares[share].claim_id() == claim_id; ++share) {
    auto* amount = allocated.add_heads();
    amount->set_code(shares[share].head());
    amount->set_minor_units(shares[share].amount_minor());
    if (shares[share].head() == kLateInterest && IsDetermined(claim->status)) continue;
    const ClaimHead* head = claim->Head(shares[share].head());
    bool fits =
        head != nullptr && IsDetermined(claim->status) && shares[share].amount_minor() <= OwedOf(*head);
    if (fits) {
      ASSIGN_OR_RETURN(auto of_loss,
                       room.TakeForAllocation("allocation_id", *claim, *head, shares[share].amount_minor()));
      fits = of_loss == shares[share].amount_minor();
    }
    if (!fits) {
      return NotNow("allocation_id", v1::REASON_CLAIM_IS_NO_LONGER_OWED_WHAT_WAS_PROPOSED_FOR_ITS, claim_id,
                    shares[share].head());
    }
  }
  return absl::OkStatus();
}

// Of heads that are one loss, no more is owed together than is left of its ceiling: the first by number has it first.
// `claim_ids` are the claims that have such heads.
absl::Status CutToLosses(const std::set<uint64_t>& claim_ids, int64_t now_micros, Docket& docket,
                         std::vector<OwedHead>& owed) {
  if (claim_ids.empty()) return absl::OkStatus();
  LossRoom room(docket, now_micros);
  for (OwedHead& head : owed) {
    if (!claim_ids.contains(head.claim_id)) continue;
    ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("settlement_id", head.claim_id));
    ASSIGN_OR_RETURN(head.owed_minor, room.TakeForAllocation("settlement_id", *claim, *claim->Head(head.head),
                                                             head.owed_minor));
  }
  std::erase_if(owed, [](const OwedHead& head) { return head.owed_minor == 0 && head.already_minor == 0; });
  return absl::OkStatus();
}

bool IsServed(const ClaimHead& head, const ClaimantGroupState& group) {
  if (head.filed.code() == kLateInterest) return false;  // shared out beside the loss
  return group.head.empty() || head.filed.code() == group.head;
}

uint32_t TierOf(const ClaimHead& head, const ProgrammeState& programme) {
  const v1::HeadRule* rule = programme.Head(head.filed.code());
  return rule == nullptr ? 1 : rule->priority_tier();
}

int64_t AllocatedBy(uint64_t settlement_id, const std::string& head, const ClaimState& claim) {
  for (const Entitlement& entitlement : claim.entitlements) {
    if (entitlement.settlement_id == settlement_id && entitlement.head == head)
      return entitlement.allocated_minor;
  }
  return 0;
}

// Whether what the settlement gave the claim lapsed, and nobody to whom its money goes confirmed an account since.
absl::StatusOr<bool> WasSoughtInVain(const ClaimState& claim, uint64_t settlement_id, Docket& docket) {
  uint64_t lapsed_at = 0;
  for (const Entitlement& entitlement : claim.entitlements) {
    if (entitlement.settlement_id == settlement_id) lapsed_at = std::max(lapsed_at, entitlement.lapsed_at);
  }
  if (lapsed_at == 0) return false;
  ASSIGN_OR_RETURN(auto entitled, EntitledTo("settlement_id", claim.claimant_id, docket));
  return entitled->account_id < lapsed_at;
}

// What a claim that isn't decided may be owed for a head.
int64_t AtStake(const ClaimState& claim, const ClaimHead& head) {
  if (head.merged_into != 0) return 0;
  const v1::ClaimStatus status =
      claim.status == v1::CLAIM_STATUS_SUSPENDED ? claim.status_before_suspension : claim.status;
  const bool valued = status == v1::CLAIM_STATUS_VALUED || IsDetermined(status);
  // Who appeals may get what is claimed, and has been found to be owed the rest.
  int64_t sum = std::max(head.filed.claimed().minor_units(), head.determined_minor);
  if (valued) sum = IsDetermined(status) ? head.determined_minor : head.valued_minor;
  return std::max<int64_t>(0, sum - head.credited_minor - head.allocated_minor);
}

// What an appeal may add to a head: at most the rest of what is claimed.
int64_t AtStakeByAppeal(const ClaimHead& head) {
  if (head.merged_into != 0) return 0;
  return std::max<int64_t>(0, head.filed.claimed().minor_units() - head.determined_minor);
}

// By claim and head; a head may be reached by two groups of one settlement.
void SortOnce(std::vector<OwedHead>& heads) {
  const auto key = [](const OwedHead& head) { return std::tie(head.claim_id, head.head); };
  std::sort(heads.begin(), heads.end(),
            [&](const OwedHead& a, const OwedHead& b) { return key(a) < key(b); });
  heads.erase(std::unique(heads.begin(), heads.end(),
                          [&](const OwedHead& a, const OwedHead& b) { return key(a) == key(b); }),
              heads.end());
}

// Each that something is awarded takes part.
absl::Status CheckAwarded(const v1::AllocationPlan& plan, const std::vector<OwedHead>& heads) {
  for (int step = 0; step < plan.steps_size(); ++step) {
    for (int i = 0; i < plan.steps(step).awards_size(); ++i) {
      const uint64_t claim_id = plan.steps(step).awards(i).claim_id();
      const auto found =
          std::lower_bound(heads.begin(), heads.end(), claim_id,
                           [](const OwedHead& head, uint64_t id) { return head.claim_id < id; });
      if (found != heads.end() && found->claim_id == claim_id) continue;
      return NotNow(absl::StrCat("plan.steps[", step, "].awards[", i, "].claim_id"),
                    v1::REASON_CLAIM_IS_OWED_NOTHING_UNDER_SETTLEMENT, claim_id);
    }
  }
  return absl::OkStatus();
}

// No more is taken for costs than the programme lets be.
absl::Status CheckCostsTaken(const SettlementState& state, int64_t costs, int64_t new_money, Docket& docket) {
  if (costs == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto programme,
                   docket.Find<ProgrammeState>("settlement_id", state.recorded.programme_id()));
  if (!programme->rules.has_costs()) return absl::OkStatus();
  const v1::CostsTerms& terms = programme->rules.costs();
  const int64_t most = terms.none() ? 0 : PartOf(new_money, terms.most_basis_points());
  if (costs <= most) return absl::OkStatus();
  return NotNow("plan", v1::REASON_PROGRAMME_LETS_LESS_BE_TAKEN_FOR_COSTS,
                Describe(costs, state.recorded.amount().currency()),
                Describe(most, state.recorded.amount().currency()), terms.basis());
}

// How much may be shared out by this plan.
absl::StatusOr<int64_t> MoneyFor(const v1::ProposeAllocationRequest& request, const SettlementState& state) {
  const int64_t of_reserve = request.plan().reserve_used_minor();
  if (of_reserve > state.reserve_minor)
    return NotNow("plan.reserve_used_minor", v1::REASON_ONLY_SO_MUCH_IS_RESERVED, state.reserve_minor);
  const int64_t there = state.Free() + of_reserve;
  if (there == 0 && state.InterestHeld() > 0) return 0;
  if (there == 0 && state.InTrust() > 0)
    return NotNow("plan.reserve_used_minor", v1::REASON_ONLY_RESERVE_IS_IN_TRUST, state.reserve_minor);
  if (there == 0) return NotNow("settlement_id", v1::REASON_NOTHING_WAS_RECEIVED_THAT_IS_NOT_ALLOCATED);
  if (request.amount_minor() > there) {
    return NotNow("amount_minor", v1::REASON_ONLY_MINOR_UNITS_WERE_RECEIVED_AND_NOT_ALLOCATED, there);
  }
  return request.amount_minor() == 0 ? there : request.amount_minor();
}

// What each claim is to have of all that the settlement promises, by this plan.
SharedOut ShareOutPromised(const SettlementState& state, const v1::AllocationPlan& plan,
                           std::vector<OwedHead> heads) {
  for (OwedHead& head : heads) {
    head.owed_minor += head.already_minor;
    head.already_minor = 0;
  }
  return ShareOut(state.Promised(), 0, plan, heads);
}

// What each claim gets of the late interest that is held, in proportion to what it is to have of the settlement. The part of a claim that
// isn't decided stays held.
absl::StatusOr<std::map<uint64_t, int64_t>> ShareInterest(const SettlementState& state,
                                                          const v1::AllocationPlan& plan,
                                                          const std::vector<OwedHead>& heads,
                                                          Docket& docket) {
  std::map<uint64_t, int64_t> gets;
  int64_t money = state.InterestHeld();
  if (money == 0) return gets;
  const SharedOut promised = ShareOutPromised(state, plan, heads);
  std::vector<const OwedHead*> claims;  // the first head of each
  std::vector<Sharer> sharers;
  for (size_t i = 0; i < heads.size(); ++i) {
    if (claims.empty() || claims.back()->claim_id != heads[i].claim_id) {
      ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("settlement_id", heads[i].claim_id));
      const int64_t already = AllocatedBy(state.id, kLateInterest, *claim);
      claims.push_back(&heads[i]);
      sharers.push_back({0, already, kMaxAmountMinor});
      money += already;
    }
    // What an appeal may add has no part in it before it is decided.
    if (heads[i].undecided && !claims.back()->undecided) continue;
    sharers.back().weight += promised.HeadMinor(i);
  }
  const std::vector<int64_t> parts = ShareWithin(money, sharers);
  for (size_t i = 0; i < claims.size(); ++i) {
    const int64_t more = parts[i] - sharers[i].least;
    if (more > 0 && !claims[i]->undecided) gets[claims[i]->claim_id] = more;
  }
  return gets;
}

// Adds it to the shares, by claim and then head.
void PutInterest(const std::map<uint64_t, int64_t>& interest, v1::AllocationProposed& proposed) {
  for (const auto& [claim_id, amount] : interest) {
    auto* share = proposed.add_shares();
    share->set_claim_id(claim_id);
    share->set_head(kLateInterest);
    share->set_amount_minor(amount);
    proposed.set_interest_minor(proposed.interest_minor() + amount);
  }
  auto& shares = *proposed.mutable_shares();
  std::stable_sort(shares.begin(), shares.end(),
                   [](const auto& a, const auto& b) { return a.claim_id() < b.claim_id(); });
}

// Writes down what each claim gets.
void PutShares(const std::vector<OwedHead>& heads, const SharedOut& shared, bool by_plan,
               v1::AllocationProposed& proposed) {
  for (size_t i = 0; i < heads.size(); ++i) {
    const int64_t amount = shared.HeadMinor(i);
    if (amount == 0) continue;
    if (heads[i].undecided) {
      const bool first = i == 0 || heads[i - 1].claim_id != heads[i].claim_id || !heads[i - 1].undecided;
      proposed.set_provided_claims(proposed.provided_claims() + (first ? 1 : 0));
      continue;
    }
    auto* share = proposed.add_shares();
    share->set_claim_id(heads[i].claim_id);
    share->set_head(heads[i].head);
    share->set_amount_minor(amount);
    share->set_owed_minor(heads[i].owed_minor);
    share->set_already_minor(heads[i].already_minor);
    if (by_plan) share->mutable_step_minor()->Assign(shared.shares[i].begin(), shared.shares[i].end());
  }
}

}  // namespace

absl::Status ForEachMember(
    const SettlementState& settlement, Docket& docket,
    absl::FunctionRef<absl::Status(const ClaimantGroupState& group, const ClaimState& claim)> visit) {
  for (uint64_t group_id : settlement.recorded.group_ids()) {
    ASSIGN_OR_RETURN(auto group, docket.Find<ClaimantGroupState>("settlement_id", group_id));
    for (uint64_t claim_id : group->members) {
      ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("settlement_id", claim_id));
      RETURN_IF_ERROR(visit(*group, *claim));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<OwedHead>> OwedUnder(const SettlementState& settlement, int64_t now_micros,
                                                Docket& docket) {
  ASSIGN_OR_RETURN(auto programme,
                   docket.Find<ProgrammeState>("settlement_id", settlement.recorded.programme_id()));
  std::vector<OwedHead> owed;
  std::set<uint64_t> of_losses;
  RETURN_IF_ERROR(ForEachMember(
      settlement, docket, [&](const ClaimantGroupState& group, const ClaimState& claim) -> absl::Status {
        if (!IsDetermined(claim.status) || HoldOf(claim, v1::HOLD_SCOPE_ALLOCATE) != nullptr)
          return absl::OkStatus();
        ASSIGN_OR_RETURN(auto in_vain, WasSoughtInVain(claim, settlement.id, docket));
        if (in_vain) return absl::OkStatus();
        for (const ClaimHead& head : claim.heads) {
          if (!IsServed(head, group)) continue;
          const OwedHead one{claim.id, head.filed.code(), TierOf(head, *programme), OwedOf(head),
                             AllocatedBy(settlement.id, head.filed.code(), claim)};
          if (one.owed_minor > 0 || one.already_minor > 0) owed.push_back(one);
          if (one.owed_minor > 0 && head.loss_id != 0) of_losses.insert(claim.id);
        }
        return absl::OkStatus();
      }));
  SortOnce(owed);
  RETURN_IF_ERROR(CutToLosses(of_losses, now_micros, docket, owed));
  return owed;
}

absl::StatusOr<std::vector<OwedHead>> UndecidedUnder(const SettlementState& settlement, Docket& docket) {
  ASSIGN_OR_RETURN(auto programme,
                   docket.Find<ProgrammeState>("settlement_id", settlement.recorded.programme_id()));
  std::vector<OwedHead> undecided;
  RETURN_IF_ERROR(ForEachMember(
      settlement, docket, [&](const ClaimantGroupState& group, const ClaimState& claim) -> absl::Status {
        const bool held = IsDetermined(claim.status) && HoldOf(claim, v1::HOLD_SCOPE_ALLOCATE) != nullptr;
        const bool by_appeal = IsDetermined(claim.status) && !held && claim.open_appeal_id != 0;
        if (!held && !by_appeal && !MayBeDetermined(claim.status)) return absl::OkStatus();
        for (const ClaimHead& head : claim.heads) {
          if (!IsServed(head, group)) continue;
          const int64_t at_stake = by_appeal ? AtStakeByAppeal(head) : AtStake(claim, head);
          // What an appeal may add stands beside what is owed already.
          const std::string beside = by_appeal ? " (appeal)" : "";
          if (at_stake > 0) {
            undecided.push_back(
                {claim.id, head.filed.code() + beside, TierOf(head, *programme), at_stake, 0, true});
          }
        }
        return absl::OkStatus();
      }));
  SortOnce(undecided);
  return undecided;
}

namespace {

// Why nobody under it is owed anything.
absl::Status NothingOwed(const SettlementState& settlement, Docket& docket) {
  RETURN_IF_ERROR(ForEachMember(
      settlement, docket, [](const ClaimantGroupState& group, const ClaimState& claim) -> absl::Status {
        for (const ClaimHead& head : claim.heads) {
          if (!group.head.empty() && head.filed.code() != group.head) continue;
          if (head.loss_id != 0 && OwedOf(head) > 0)
            return NotNow("settlement_id", v1::REASON_LOSS_IS_RECOVERED_UP_TO_ITS_CEILING, head.loss_id,
                          claim.id);
        }
        return absl::OkStatus();
      }));
  return NotNow("settlement_id", v1::REASON_NO_CLAIM_OF_ITS_GROUPS_IS_DETERMINED_AND_STILL_OWED);
}

}  // namespace

absl::Status CheckBankEntry(const std::string& message, int64_t amount_minor,
                            const v1::PartialDate& booked_on, const std::string& bank_reference,
                            int64_t now_micros) {
  RETURN_IF_ERROR(CheckAmount(message + "amount_minor", amount_minor, 1));
  RETURN_IF_ERROR(CheckDate(message + "booked_on", booked_on, true, false));
  RETURN_IF_ERROR(CheckBooked(message + "booked_on", booked_on, now_micros));
  return CheckLine(message + "bank_reference", bank_reference, 1, 80);
}

absl::Status Decide(const v1::RecordSettlementRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  const v1::SettlementRecorded& settlement = request.settlement();
  ASSIGN_OR_RETURN(auto programme,
                   docket.Find<ProgrammeState>("settlement.programme_id", settlement.programme_id()));
  RETURN_IF_ERROR(CheckMoney("settlement.amount", settlement.amount(), programme->rules.currency()));
  RETURN_IF_ERROR(CheckInstalments(settlement, context.now_micros));
  RETURN_IF_ERROR(CheckText("settlement.forum", settlement.forum(), 1, 200));
  RETURN_IF_ERROR(CheckText("settlement.terms", settlement.terms(), 0, 2000));
  RETURN_IF_ERROR(CheckShares(settlement));
  if (settlement.late_interest_basis_points() > 10'000) {
    return InvalidField("settlement.late_interest_basis_points", v1::REASON_IS_MORE_THAN_100_YEAR);
  }
  if (settlement.default_after_days() > 3'650) {
    return InvalidField("settlement.default_after_days", v1::REASON_IS_MORE_THAN_TEN_YEARS);
  }
  if (settlement.group_ids().empty() || settlement.group_ids_size() > 20) {
    return InvalidField("settlement.group_ids", v1::REASON_MUST_NAME_1_TO_20_GROUPS);
  }
  std::set<uint64_t> seen;
  for (uint64_t group_id : settlement.group_ids()) {
    ASSIGN_OR_RETURN(auto group, docket.Find<ClaimantGroupState>("settlement.group_ids", group_id));
    if (group->programme_id != settlement.programme_id()) {
      return InvalidField("settlement.group_ids", v1::REASON_GROUP_IS_OF_ANOTHER_PROGRAMME, group_id);
    }
    if (!seen.insert(group_id).second)
      return InvalidField("settlement.group_ids", v1::REASON_NAMES_GROUP_TWICE);
  }
  std::set<uint64_t> payers;
  for (uint64_t respondent_id : settlement.respondent_ids()) {
    if (!payers.insert(respondent_id).second)
      return InvalidField("settlement.respondent_ids", v1::REASON_NAMES_SOME_RESPONDENT_TWICE);
    RETURN_IF_ERROR(docket.Find<RespondentState>("settlement.respondent_ids", respondent_id).status());
  }
  *decision.Open().mutable_settlement_recorded() = settlement;
  return absl::OkStatus();
}

absl::Status Decide(const v1::RecordInstalmentRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  const v1::InstalmentReceived& received = request.received();
  RETURN_IF_ERROR(CheckBankEntry("received.", received.amount_minor(), received.booked_on(),
                                 received.bank_reference(), context.now_micros));
  ASSIGN_OR_RETURN(auto settlement, docket.Find<SettlementState>("settlement_id", request.settlement_id()));
  const SettlementState& state = *settlement;
  RETURN_IF_ERROR(CheckPayer("received.payer_id", state, received.payer_id()));
  const uint32_t number = received.instalment_number();
  if (number == 0) {
    if (state.bank_references.contains(received.bank_reference())) {
      return NotNow("received.bank_reference", v1::REASON_THIS_RECEIPT_IS_RECORDED_ALREADY);
    }
    v1::SettlementReceiptRecorded& receipt = *decision.Append(state).mutable_settlement_receipt_recorded();
    FillReceipt(state, received, receipt);
    // What is held for who paid in excess is an amount, too.
    return CheckAmount("received.amount_minor", state.excess_minor + receipt.excess_minor(), 0);
  }
  if (number < 1 || number > state.received_minor.size()) {
    return InvalidField("received.instalment_number", v1::REASON_IS_OUT_OF_RANGE_FROM_1,
                        state.received_minor.size());
  }
  if (const int64_t interest = state.InterestOpenOn(LastDayOf(received.booked_on()));
      interest > 0 && !state.recorded.interest_last()) {
    return NotNow("received.instalment_number", v1::REASON_LATE_INTEREST_IS_DUE_FIRST,
                  Describe(interest, state.recorded.amount().currency()));
  }
  const int64_t open = state.DueMinor(number - 1) - state.received_minor[number - 1];
  if (received.amount_minor() > open) {
    return NotNow("received.amount_minor", v1::REASON_INSTALMENT_IS_STILL_OWED_MINOR_UNITS, number, open);
  }
  if (state.bank_references.contains(received.bank_reference())) {
    return NotNow("received.bank_reference", v1::REASON_THIS_RECEIPT_IS_RECORDED_ALREADY);
  }
  *decision.Append(state).mutable_instalment_received() = received;
  return absl::OkStatus();
}

absl::Status Decide(const v1::ProposeAllocationRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckAmount("amount_minor", request.amount_minor(), 0));
  RETURN_IF_ERROR(CheckPlan("plan", request.plan()));
  ASSIGN_OR_RETURN(auto settlement, docket.Find<SettlementState>("settlement_id", request.settlement_id()));
  const SettlementState& state = *settlement;
  if (state.open_allocation_id != 0) {
    return NotNow("settlement_id", v1::REASON_ALLOCATION_WAITS_FOR_APPROVAL, state.open_allocation_id);
  }
  ASSIGN_OR_RETURN(auto money, MoneyFor(request, state));
  ASSIGN_OR_RETURN(auto heads, OwedUnder(state, context.now_micros, docket));
  absl::int128 total = 0;
  for (const OwedHead& head : heads) total += head.owed_minor;
  if (total == 0 && (state.InterestHeld() == 0 || heads.empty())) return NothingOwed(state, docket);
  RETURN_IF_ERROR(CheckAwarded(request.plan(), heads));
  if (request.plan().no_provision_reason().empty()) {
    ASSIGN_OR_RETURN(auto undecided, UndecidedUnder(state, docket));
    heads.insert(heads.end(), undecided.begin(), undecided.end());
    SortOnce(heads);
  }
  absl::int128 at_stake = 0;
  for (const OwedHead& head : heads) at_stake += absl::int128(head.owed_minor) + head.already_minor;
  if (at_stake > absl::int128(kMaxAmountMinor) * 1000)
    return InvalidField("settlement_id", v1::REASON_ITS_GROUPS_ARE_OWED_TOO_MUCH);
  const int64_t new_money = std::min(money, state.NewMoney());
  const SharedOut shared = ShareOut(money, new_money, request.plan(), heads);
  ASSIGN_OR_RETURN(auto interest, ShareInterest(state, request.plan(), heads, docket));
  RETURN_IF_ERROR(CheckCostsTaken(state, shared.costs_minor, new_money, docket));
  if (shared.amount_minor == 0 && interest.empty()) return NotNow("plan", v1::REASON_GIVES_NO_CLAIM_ANYTHING);
  v1::AllocationProposed& proposed = *decision.Append(state).mutable_allocation_proposed();
  proposed.set_amount_minor(shared.amount_minor);
  proposed.set_owed_minor(static_cast<int64_t>(total));
  if (request.has_plan()) *proposed.mutable_plan() = request.plan();
  proposed.set_costs_minor(shared.costs_minor);
  proposed.set_reserve_minor(shared.reserve_minor);
  proposed.set_new_money_minor(new_money);
  proposed.set_provision_minor(shared.provision_minor);
  PutShares(heads, shared, request.has_plan(), proposed);
  PutInterest(interest, proposed);
  return absl::OkStatus();
}

absl::Status Decide(const v1::ApproveAllocationRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto settlement,
                   WithOpenAllocation(docket, request.settlement_id(), request.allocation_id(), context));
  const v1::AllocationProposed& proposed = settlement->open_allocation;
  const bool reserved = proposed.plan().reserve_used_minor() <= settlement->reserve_minor;
  const int64_t there = settlement->Free() + proposed.plan().reserve_used_minor();
  const bool has_interest = proposed.interest_minor() <= settlement->InterestHeld();
  if (!reserved || !has_interest ||
      proposed.amount_minor() + proposed.costs_minor() + proposed.reserve_minor() > there) {
    return NotNow("allocation_id", v1::REASON_SHARES_OUT_MORE_THAN_IS_IN_TRUST_BY_NOW);
  }
  decision.Append(*settlement).mutable_allocation_approved()->set_allocation_id(request.allocation_id());
  LossRoom room(docket, context.now_micros);
  for (int share = 0; share < settlement->open_allocation.shares_size();) {
    RETURN_IF_ERROR(AllocateToClaim(*settlement, share, room, docket, decision));
  }
  return absl::OkStatus();
}

absl::Status Decide(const v1::RejectAllocationRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto settlement,
                   WithOpenAllocation(docket, request.settlement_id(), request.allocation_id(), context));
  auto* rejected = decision.Append(*settlement).mutable_allocation_rejected();
  rejected->set_allocation_id(request.allocation_id());
  rejected->set_reason(request.reason());
  return absl::OkStatus();
}

}  // namespace klaim::domain
