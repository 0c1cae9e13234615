#include "engine/domain/claims/double_claim.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/entry_reference.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

template <class List>
bool Contains(const List& list, uint64_t value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool KnownApart(const v1::ClaimedHead& one, const v1::ClaimedHead& other) {
  const auto before = [](const v1::PartialDate& end, const v1::PartialDate& begin) {
    return end.year() != 0 && begin.day() != 0 && LastDayOf(end) < LastDayOf(begin);
  };
  return before(one.period_until(), other.period_from()) || before(other.period_until(), one.period_from());
}

// A claim that asks for money, may again, or got some: one that was paid and closed is a loss that was paid for.
bool Pursued(const ClaimState& claim) {
  const bool paid = std::any_of(claim.heads.begin(), claim.heads.end(),
                                [](const ClaimHead& head) { return head.ordered_minor > 0; });
  return paid || IsPursued(claim.status);
}

// Heads of `claim` that `other` claims too.
std::vector<std::string> DoubleHeads(const ClaimState& claim, const ClaimState& other) {
  std::vector<std::string> shared;
  if (claim.id == other.id || claim.programme_id != other.programme_id || !Pursued(other) ||
      Contains(claim.separate_from, other.id)) {
    return shared;
  }
  for (const ClaimHead& head : claim.heads) {
    const ClaimHead* same = other.Head(head.filed.code());
    if (same == nullptr || head.merged_into != 0 || same->merged_into != 0) continue;
    if (!KnownApart(head.filed, same->filed)) shared.push_back(head.filed.code());
  }
  return shared;
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

}  // namespace

std::vector<std::string> SharedHeads(const v1::ClaimFiled& one, const v1::ClaimFiled& other) {
  std::vector<std::string> shared;
  if (one.programme_id() != other.programme_id()) return shared;
  for (const v1::ClaimedHead& head : one.heads()) {
    for (const v1::ClaimedHead& same : other.heads()) {
      if (head.code() == same.code() && !KnownApart(head, same)) shared.push_back(head.code());
    }
  }
  return shared;
}

void EvolveMerging(ClaimState& state, const v1::EventRecord& event) {
  if (event.has_claim_merged()) {
    const v1::ClaimMerged& merged = event.claim_merged();
    state.claimant_id = merged.claimant_id();
    for (const v1::HeadAmount& amount : merged.heads()) {
      ClaimHead& head = *state.Head(amount.code());
      head.merged_into = merged.into_claim_id();
      head.determined_before_merging_minor = head.determined_minor;
      head.determined_minor = 0;
    }
  } else if (event.has_claim_merge_undone()) {
    const v1::ClaimMergeUndone& undone = event.claim_merge_undone();
    state.claimant_id = undone.claimant_id();
    for (const v1::HeadAmount& amount : undone.heads()) {
      ClaimHead& head = *state.Head(amount.code());
      head.merged_into = 0;
      head.determined_minor = amount.minor_units();
    }
  } else if (event.has_claims_found_separate()) {
    state.separate_from.push_back(event.claims_found_separate().other_claim_id());
  }
}

absl::Status MoveClaim(uint64_t claim_id, const ClaimantState& to, Docket& docket, Decision& decision) {
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claimant_id", claim_id));
  v1::ClaimMerged& merged = *decision.Append(*claim).mutable_claim_merged();
  merged.set_claimant_id(to.id);
  if (!Pursued(*claim)) return absl::OkStatus();
  for (uint64_t other_id : to.claim_ids) {
    ASSIGN_OR_RETURN(auto other, docket.Find<ClaimState>("into_id", other_id));
    std::vector<std::string> codes = DoubleHeads(*claim, *other);
    std::erase_if(codes, [&](const std::string& code) { return claim->Head(code)->allocated_minor != 0; });
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
  for (uint64_t other_id : others) {
    if (other_id == claim.id) continue;
    ASSIGN_OR_RETURN(auto other, docket.Find<ClaimState>(field, other_id));
    for (const std::string& code : DoubleHeads(claim, *other)) {
      const bool asked = std::any_of(heads.begin(), heads.end(),
                                     [&](const v1::HeadAmount& amount) { return amount.code() == code; });
      if (!asked) continue;
      return NotNow(field, v1::REASON_CLAIMS_AND_LOOK_LIKE_ONE_LOSS_CLAIMED_TWICE, claim.id, other_id, code);
    }
  }
  return absl::OkStatus();
}

absl::Status Decide(const v1::DecideDoubleClaimRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto found, docket.Find<ClaimState>("claim_id", request.claim_id()));
  ASSIGN_OR_RETURN(auto other, docket.Find<ClaimState>("other_claim_id", request.other_claim_id()));
  const ClaimState& claim = *found;
  std::vector<std::string> codes = DoubleHeads(claim, *other);
  if (codes.empty()) {
    return NotNow("other_claim_id", v1::REASON_TWO_CLAIMS_DO_NOT_LOOK_LIKE_ONE_LOSS_OR_WERE_DECIDED);
  }
  if (request.separate()) {
    for (const auto& [one, two] : {std::pair(&claim, other), std::pair(other, &claim)}) {
      v1::ClaimsFoundSeparate& separate = *decision.Append(*one).mutable_claims_found_separate();
      separate.set_other_claim_id(two->id);
      separate.set_reason(request.reason());
    }
    return absl::OkStatus();
  }
  for (const std::string& code : codes) {
    const ClaimHead& head = *claim.Head(code);
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
