#include "engine/domain/claims/double_claim.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/hold.h"
#include "engine/domain/claims/loss.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/entry_reference.h"
#include "engine/domain/registry/programme.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

template <class List>
bool Contains(const List& list, uint64_t value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// A claim that asks for money, may again, or for which some was got: one that was paid and closed is a loss that was paid for.
bool Pursued(const ClaimState& claim) {
  const bool paid = std::any_of(claim.heads.begin(), claim.heads.end(), [](const ClaimHead& head) {
    return head.ordered_minor > 0 || head.credited_minor > 0;
  });
  return paid || IsPursued(claim.status);
}

LossCandidate CandidateOf(const ClaimHead& head, const ProgrammeState& programme) {
  return {head.filed, LossFamilyOf(programme, head.filed), head.loss_id, head.separate_losses};
}

// Two heads that look like one loss, and of which nobody decided.
struct DoubleHead {
  std::string head;
  std::string other_head;
};

// Heads of `claim` that look like heads of `other`, or of its own where that is the same.
absl::StatusOr<std::vector<DoubleHead>> DoubleHeads(const ClaimState& claim, const ClaimState& other,
                                                    Docket& docket) {
  std::vector<DoubleHead> found;
  if (!Pursued(other) || Contains(claim.separate_from, other.id)) return found;
  ASSIGN_OR_RETURN(auto programme, docket.Find<ProgrammeState>("claim_id", claim.programme_id));
  ASSIGN_OR_RETURN(auto others, docket.Find<ProgrammeState>("claim_id", other.programme_id));
  for (size_t i = 0; i < claim.heads.size(); ++i) {
    for (size_t k = claim.id == other.id ? i + 1 : 0; k < other.heads.size(); ++k) {
      const ClaimHead& one = claim.heads[i];
      const ClaimHead& two = other.heads[k];
      if (one.merged_into != 0 || two.merged_into != 0) continue;
      if (one.filed.code() == kLateInterest || two.filed.code() == kLateInterest)
        continue;  // beyond the loss
      if (LookLikeOneLoss(CandidateOf(one, *programme), CandidateOf(two, *others)))
        found.push_back({one.filed.code(), two.filed.code()});
    }
  }
  return found;
}

// Heads of `claim` that may be pursued in `other` instead: the same head of the same programme.
absl::StatusOr<std::vector<std::string>> MergeableHeads(const ClaimState& claim, const ClaimState& other,
                                                        Docket& docket) {
  std::vector<std::string> codes;
  if (claim.id == other.id || claim.programme_id != other.programme_id) return codes;
  ASSIGN_OR_RETURN(auto found, DoubleHeads(claim, other, docket));
  for (const DoubleHead& heads : found) {
    if (heads.head == heads.other_head) codes.push_back(heads.head);
  }
  return codes;
}

const ProposedSeparation* SeparationFrom(const ClaimState& claim, uint64_t other_id) {
  for (const ProposedSeparation& each : claim.proposed_separate) {
    if (each.other_claim_id == other_id) return &each;
  }
  return nullptr;
}

// Both are paid then: so it takes two persons, and the first one's finding is a proposal.
absl::Status FindSeparate(const ClaimState& claim, const ClaimState& other, const std::string& reason,
                          absl::string_view actor, Decision& decision) {
  // Recorded with both: it counts no more once either was decided on otherwise.
  const ProposedSeparation* proposed = SeparationFrom(claim, other.id);
  if (SeparationFrom(other, claim.id) == nullptr) proposed = nullptr;
  if (proposed != nullptr && proposed->proposer == actor)
    return AnotherPerson("separate", v1::REASON_YOU_FOUND_THIS_ALREADY);
  for (const auto& [one, two] : {std::pair(&claim, &other), std::pair(&other, &claim)}) {
    v1::EventRecord& event = decision.Append(*one);
    if (proposed == nullptr) {
      event.mutable_claims_proposed_separate()->set_other_claim_id(two->id);
      event.mutable_claims_proposed_separate()->set_reason(reason);
    } else {
      event.mutable_claims_found_separate()->set_other_claim_id(two->id);
      event.mutable_claims_found_separate()->set_reason(reason);
      event.mutable_claims_found_separate()->set_proposal_id(proposed->proposal_id);
    }
    if (one->id == two->id) break;
  }
  return absl::OkStatus();
}

// Fills in what is merged into another claim.
void FillMerged(const ClaimState& claim, const std::vector<std::string>& codes, v1::ClaimMerged& merged) {
  size_t left = 0;
  for (const ClaimHead& head : claim.heads) {
    if (std::find(codes.begin(), codes.end(), head.filed.code()) != codes.end()) {
      auto* amount = merged.add_heads();
      amount->set_code(head.filed.code());
      amount->set_minor_units(head.determined_minor);
    } else {
      left += head.merged_into == 0;
    }
  }
  merged.set_whole(!codes.empty() && left == 0);
}

// Who is surely another claimant too, as far as names and numbers tell, and of whom nobody decided, isn't paid for the same loss in both names.
// The suspicion stands with who was registered later: whoever is paid first, the second is stopped.
absl::Status RequireNotSurelyAnother(const std::string& field, const ClaimState& claim,
                                     const ClaimantState& claimant, Docket& docket) {
  for (uint64_t other_id : claimant.surely) {
    const auto decided = claimant.suspected.find(other_id);
    if (decided == claimant.suspected.end() || decided->second) continue;
    ASSIGN_OR_RETURN(auto other, PersonNow(field, other_id, docket));
    if (other->id == claimant.id || claimant.family.contains(other->id)) continue;
    for (uint64_t claim_id : other->claim_ids) {
      ASSIGN_OR_RETURN(auto others, docket.Find<ClaimState>(field, claim_id));
      ASSIGN_OR_RETURN(auto found, DoubleHeads(claim, *others, docket));
      if (!found.empty())
        return NotNow(field, v1::REASON_CLAIMANTS_ARE_SURELY_ONE_PERSON, claimant.id, other->id, claim.id,
                      claim_id);
    }
  }
  return absl::OkStatus();
}

}  // namespace

void EvolveMerging(ClaimState& state, const v1::EventRecord& event) {
  if (event.has_claim_merged()) {
    const v1::ClaimMerged& merged = event.claim_merged();
    state.claimant_id = merged.claimant_id();
    state.proposed_separate.clear();
    for (const v1::HeadAmount& amount : merged.heads()) {
      ClaimHead& head = *state.Head(amount.code());
      head.merged_into = merged.into_claim_id();
      head.determined_before_merging_minor = head.determined_minor;
      head.determined_minor = 0;
    }
  } else if (event.has_claim_merge_undone()) {
    const v1::ClaimMergeUndone& undone = event.claim_merge_undone();
    state.proposed_separate.clear();
    state.claimant_id = undone.claimant_id();
    for (const v1::HeadAmount& amount : undone.heads()) {
      ClaimHead& head = *state.Head(amount.code());
      head.merged_into = 0;
      head.determined_minor = amount.minor_units();
    }
  } else if (event.has_claims_found_separate()) {
    state.separate_from.push_back(event.claims_found_separate().other_claim_id());
  } else if (event.has_claims_proposed_separate()) {
    std::erase_if(state.proposed_separate, [&](const ProposedSeparation& each) {
      return each.other_claim_id == event.claims_proposed_separate().other_claim_id();
    });
    state.proposed_separate.push_back(
        {event.claims_proposed_separate().other_claim_id(), event.sequence(), event.actor()});
  }
}

absl::Status MoveClaim(uint64_t claim_id, const ClaimantState& to, Docket& docket, Decision& decision) {
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claimant_id", claim_id));
  v1::ClaimMerged& merged = *decision.Append(*claim).mutable_claim_merged();
  merged.set_claimant_id(to.id);
  if (!Pursued(*claim)) return absl::OkStatus();
  for (uint64_t other_id : to.claim_ids) {
    ASSIGN_OR_RETURN(auto other, docket.Find<ClaimState>("into_id", other_id));
    ASSIGN_OR_RETURN(auto codes, MergeableHeads(*claim, *other, docket));
    std::erase_if(codes, [&](const std::string& code) {
      const ClaimHead& head = *claim->Head(code);
      return head.allocated_minor != 0 || head.credited_minor != 0;
    });
    if (codes.empty()) continue;
    merged.set_into_claim_id(other_id);
    FillMerged(*claim, codes, merged);
    break;
  }
  return absl::OkStatus();
}

absl::Status GiveClaimBack(uint64_t claim_id, uint64_t claimant_id, Docket& docket, Decision& decision) {
  ASSIGN_OR_RETURN(auto found, docket.Find<ClaimState>("claimant_id", claim_id));
  const ClaimState& claim = *found;
  v1::ClaimMergeUndone& undone = *decision.Append(claim).mutable_claim_merge_undone();
  undone.set_claimant_id(claimant_id);
  for (const ClaimHead& head : claim.heads) {
    if (head.merged_into == 0) continue;
    auto* amount = undone.add_heads();
    amount->set_code(head.filed.code());
    amount->set_minor_units(head.determined_before_merging_minor);
  }
  return absl::OkStatus();
}

absl::Status RequireNoDoubleClaim(const std::string& field, const ClaimState& claim,
                                  const google::protobuf::RepeatedPtrField<v1::HeadAmount>& heads,
                                  Docket& docket) {
  ASSIGN_OR_RETURN(auto claimant, docket.Find<ClaimantState>(field, claim.claimant_id));
  std::vector<uint64_t> others = claimant->claim_ids;
  for (uint64_t relative_id : claimant->family) {
    ASSIGN_OR_RETURN(auto relative, docket.Find<ClaimantState>(field, relative_id));
    others.insert(others.end(), relative->claim_ids.begin(), relative->claim_ids.end());
  }
  RETURN_IF_ERROR(RequireNotSurelyAnother(field, claim, *claimant, docket));
  const auto asked = [&](const std::string& code) {
    return std::any_of(heads.begin(), heads.end(),
                       [&](const v1::HeadAmount& amount) { return amount.code() == code; });
  };
  for (uint64_t other_id : others) {
    ASSIGN_OR_RETURN(auto other, docket.Find<ClaimState>(field, other_id));
    ASSIGN_OR_RETURN(auto found, DoubleHeads(claim, *other, docket));
    for (const DoubleHead& pair : found) {
      if (other_id == claim.id && (asked(pair.head) || asked(pair.other_head)))
        return NotNow(field, v1::REASON_HEADS_OF_CLAIM_LOOK_LIKE_ONE_LOSS, pair.head, pair.other_head,
                      claim.id);
      if (!asked(pair.head)) continue;
      return NotNow(field, v1::REASON_CLAIMS_AND_LOOK_LIKE_ONE_LOSS_CLAIMED_TWICE, claim.id, other_id,
                    pair.head);
    }
  }
  return absl::OkStatus();
}

absl::Status RequireNoDoubleClaimBetween(const std::string& field, const ClaimantState& one,
                                         const ClaimantState& other, Docket& docket) {
  for (uint64_t claim_id : one.claim_ids) {
    ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>(field, claim_id));
    if (!Pursued(*claim)) continue;
    for (uint64_t other_id : other.claim_ids) {
      ASSIGN_OR_RETURN(auto relatives, docket.Find<ClaimState>(field, other_id));
      ASSIGN_OR_RETURN(auto found, DoubleHeads(*claim, *relatives, docket));
      if (!found.empty())
        return NotNow(field, v1::REASON_CLAIMS_AND_LOOK_LIKE_ONE_LOSS_CLAIMED_TWICE, claim_id, other_id,
                      found.front().head);
    }
  }
  return absl::OkStatus();
}

absl::Status Decide(const v1::DecideDoubleClaimRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto found, docket.Find<ClaimState>("claim_id", request.claim_id()));
  ASSIGN_OR_RETURN(auto other, docket.Find<ClaimState>("other_claim_id", request.other_claim_id()));
  const ClaimState& claim = *found;
  RETURN_IF_ERROR(CheckNotHeld("claim_id", claim, v1::HOLD_SCOPE_DECIDE));
  RETURN_IF_ERROR(CheckNotHeld("other_claim_id", *other, v1::HOLD_SCOPE_DECIDE));
  ASSIGN_OR_RETURN(auto pairs, DoubleHeads(claim, *other, docket));
  if (pairs.empty()) {
    return NotNow("other_claim_id", v1::REASON_TWO_CLAIMS_DO_NOT_LOOK_LIKE_ONE_LOSS_OR_WERE_DECIDED);
  }
  if (request.separate()) return FindSeparate(claim, *other, request.reason(), context.actor, decision);
  ASSIGN_OR_RETURN(auto codes, MergeableHeads(claim, *other, docket));
  // Under two programmes, or of two heads, both go on, under one ceiling.
  if (codes.size() != pairs.size())
    return NotNow("other_claim_id", v1::REASON_LOSS_IS_CLAIMED_BY_DIFFERENT_HEADS_OPEN_LOSS);
  for (const std::string& code : codes) {
    const ClaimHead& head = *claim.Head(code);
    if (head.credited_minor != 0) return NotNow("claim_id", v1::REASON_HEAD_WAS_PAID_OTHERWISE, code);
    if (head.allocated_minor == 0) continue;
    return NotNow("claim_id", v1::REASON_MONEY_WAS_ALLOCATED_FOR_ITS_ALREADY, code);
  }
  v1::ClaimMerged& merged = *decision.Append(claim).mutable_claim_merged();
  merged.set_claimant_id(claim.claimant_id);
  merged.set_into_claim_id(request.other_claim_id());
  FillMerged(claim, codes, merged);
  return absl::OkStatus();
}

}  // namespace klaim::domain
