#include "engine/domain/people/duplicate.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/double_claim.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "klaim/v1/event_cases.h"

namespace klaim::domain {
namespace {

// Most claims that one merger moves: a person has a few.
constexpr size_t kMaxClaimsMerged = 1'000;

struct TwoClaimants {
  const ClaimantState* one;
  const ClaimantState* other;
};

// Two claimants who are not the same record, neither of them merged or erased.
absl::StatusOr<TwoClaimants> FindTwo(Docket& docket, uint64_t one_id, const char* other_field,
                                     uint64_t other_id) {
  if (one_id == other_id) return InvalidField(other_field, v1::REASON_IS_SAME_CLAIMANT);
  ASSIGN_OR_RETURN(auto one, docket.Find<ClaimantState>("claimant_id", one_id));
  ASSIGN_OR_RETURN(auto other, docket.Find<ClaimantState>(other_field, other_id));
  for (const auto& [field, claimant] : {std::pair("claimant_id", one), std::pair(other_field, other)}) {
    if (claimant->merged_into != 0) {
      return NotNow(field, v1::REASON_CLAIMANT_WAS_MERGED_INTO_CLAIMANT, claimant->id, claimant->merged_into);
    }
    if (claimant->erased) return NotNow(field, v1::REASON_CLAIMANT_OF_NUMBER_WAS_ERASED, claimant->id);
  }
  return TwoClaimants{one, other};
}

// What is recorded of `other` with `one`: nothing, or whether it was found to be another person.
std::optional<bool> FoundToBeTwo(const ClaimantState& one, const ClaimantState& other) {
  const auto found = one.suspected.find(other.id);
  if (found != one.suspected.end()) return found->second;
  const auto& similar = one.similar_key_ids;
  if (std::find(similar.begin(), similar.end(), other.key_id) != similar.end()) return false;
  return std::nullopt;
}

// Somebody or something found that the two may be one person, and nobody that they are two.
bool IsSuspected(const ClaimantState& one, const ClaimantState& other) {
  const std::optional<bool> there = FoundToBeTwo(one, other);
  const std::optional<bool> back = FoundToBeTwo(other, one);
  return (there.has_value() || back.has_value()) && !there.value_or(false) && !back.value_or(false);
}

void ForgetClaims(ClaimantState& state, const google::protobuf::RepeatedField<uint64_t>& claim_ids) {
  std::erase_if(state.claim_ids, [&](uint64_t claim_id) {
    return std::find(claim_ids.begin(), claim_ids.end(), claim_id) != claim_ids.end();
  });
}

}  // namespace

void EvolveDuplicates(ClaimantState& state, const v1::EventRecord& event) {
  switch (event.event_case()) {
    case v1::EventRecord::kDuplicateSuspected:
      state.suspected.emplace(event.duplicate_suspected().other_id(), false);
      if (event.duplicate_suspected().sure()) state.surely.insert(event.duplicate_suspected().other_id());
      break;
    case v1::EventRecord::kDuplicateRefused:
      state.suspected[event.duplicate_refused().other_id()] = true;
      break;
    case v1::EventRecord::kClaimantMerged:
      state.merged_into = event.claimant_merged().into_id();
      break;
    case v1::EventRecord::kClaimantMergeUndone:
      state.merged_into = 0;
      break;
    case v1::EventRecord::kClaimantAbsorbed: {
      const auto& claims = event.claimant_absorbed().claim_ids();
      state.claim_ids.insert(state.claim_ids.end(), claims.begin(), claims.end());
      break;
    }
    case v1::EventRecord::kClaimantReleased:
      ForgetClaims(state, event.claimant_released().claim_ids());
      state.released_claim_ids.insert(event.claimant_released().claim_ids().begin(),
                                      event.claimant_released().claim_ids().end());
      break;
    case v1::EventRecord::kFamilyLinked:
      state.family.insert(event.family_linked().other_id());
      break;
    case v1::EventRecord::kFamilyUnlinked:
      state.family.erase(event.family_unlinked().other_id());
      break;
    case v1::EventRecord::kClaimantRegistered:
    case v1::EventRecord::kClaimantConsentGiven:
    case v1::EventRecord::kClaimantConsentWithdrawn:
    case v1::EventRecord::kPayoutAccountConfirmed:
    case v1::EventRecord::kClaimantCorrected:
    case v1::EventRecord::kClaimantErased:
    case v1::EventRecord::kClaimantClaimed:
    case v1::EventRecord::kHeirNamed:
    case v1::EventRecord::kHeirPaymentOrdered:
    case v1::EventRecord::kHeirProposed:
    case v1::EventRecord::kHeirProposalRefused:
    case KLAIM_ALL_BUT_CLAIMANT_EVENTS:
      break;
  }
}

absl::Status Decide(const SuspectedDuplicates& found, Docket& docket, const Context&, Decision& decision) {
  ASSIGN_OR_RETURN(auto two, FindTwo(docket, found.claimant_id, "other_id", found.suspected.other_id()));
  const uint64_t other_id = found.suspected.other_id();
  if (two.one->suspected.contains(other_id) || two.other->suspected.contains(found.claimant_id)) {
    return NotNow("other_id", v1::REASON_PAIR_WAS_SUSPECTED_BEFORE);
  }
  *decision.Append(*two.one).mutable_duplicate_suspected() = found.suspected;
  return absl::OkStatus();
}

absl::Status Decide(const v1::RefuseDuplicateRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto two, FindTwo(docket, request.claimant_id(), "other_id", request.other_id()));
  const auto decided = two.one->suspected.find(request.other_id());
  if (decided != two.one->suspected.end() && decided->second) {
    return NotNow("other_id", v1::REASON_THESE_TWO_WERE_FOUND_TO_BE_TWO_PERSONS_ALREADY);
  }
  v1::DuplicateRefused& refused = *decision.Append(*two.one).mutable_duplicate_refused();
  refused.set_other_id(request.other_id());
  refused.set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::MergeClaimantsRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto two, FindTwo(docket, request.claimant_id(), "into_id", request.into_id()));
  if (two.one->family.contains(request.into_id())) {
    return NotNow("into_id", v1::REASON_THESE_TWO_ARE_LINKED_AS_ONE_FAMILY_SO_THEY_ARE_TWO);
  }
  if (two.one->claim_ids.size() > kMaxClaimsMerged) {
    return NotNow("claimant_id", v1::REASON_HAS_MORE_THAN_CLAIMS, kMaxClaimsMerged);
  }
  if (!request.although_not_suspected() && !IsSuspected(*two.one, *two.other)) {
    return NotNow("although_not_suspected", v1::REASON_NOBODY_SUSPECTS_THAT_THESE_TWO_ARE_ONE_PERSON);
  }
  v1::ClaimantMerged& merged = *decision.Append(*two.one).mutable_claimant_merged();
  merged.set_into_id(request.into_id());
  merged.set_reason(request.reason());
  v1::ClaimantAbsorbed& absorbed = *decision.Append(*two.other).mutable_claimant_absorbed();
  absorbed.set_claimant_id(request.claimant_id());
  absorbed.mutable_claim_ids()->Assign(two.one->claim_ids.begin(), two.one->claim_ids.end());
  for (uint64_t claim_id : two.one->claim_ids) {
    RETURN_IF_ERROR(MoveClaim(claim_id, *two.other, docket, decision));
  }
  return absl::OkStatus();
}

absl::Status Decide(const v1::UndoMergeRequest& request, Docket& docket, const Context&, Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto found, docket.Find<ClaimantState>("claimant_id", request.claimant_id()));
  const ClaimantState& claimant = *found;
  if (claimant.merged_into == 0)
    return NotNow("claimant_id", v1::REASON_WAS_NOT_MERGED_INTO_ANOTHER_CLAIMANT);
  ASSIGN_OR_RETURN(auto into, docket.Find<ClaimantState>("claimant_id", claimant.merged_into));
  if (into->merged_into != 0) {
    return NotNow("claimant_id", v1::REASON_CLAIMANT_WAS_MERGED_ON_INTO_CLAIMANT, into->id,
                  into->merged_into);
  }
  v1::ClaimantMergeUndone& undone = *decision.Append(claimant).mutable_claimant_merge_undone();
  undone.set_into_id(claimant.merged_into);
  undone.set_reason(request.reason());
  v1::ClaimantReleased& released = *decision.Append(*into).mutable_claimant_released();
  released.set_claimant_id(claimant.id);
  released.mutable_claim_ids()->Assign(claimant.claim_ids.begin(), claimant.claim_ids.end());
  for (uint64_t claim_id : claimant.claim_ids) {
    RETURN_IF_ERROR(GiveClaimBack(claim_id, claimant.id, docket, decision));
  }
  return absl::OkStatus();
}

absl::Status Decide(const v1::LinkFamilyRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("evidence", request.evidence(), 1, 1000));
  if (!v1::ClaimantCapacity_IsValid(request.relation()) || request.relation() == 0) {
    return InvalidField("relation", v1::REASON_MUST_SAY_WHAT_OTHER_ONE_IS_TO_ONE);
  }
  ASSIGN_OR_RETURN(auto two, FindTwo(docket, request.claimant_id(), "other_id", request.other_id()));
  if (two.one->family.contains(request.other_id()))
    return NotNow("other_id", v1::REASON_IS_LINKED_AS_FAMILY_ALREADY);
  for (const auto& [one, other] : {std::pair(two.one, two.other), std::pair(two.other, two.one)}) {
    v1::FamilyLinked& linked = *decision.Append(*one).mutable_family_linked();
    linked.set_other_id(other->id);
    // Of the other side is only known that it is family.
    linked.set_relation(one == two.one ? request.relation() : v1::CLAIMANT_CAPACITY_UNSPECIFIED);
    linked.set_evidence(request.evidence());
  }
  return absl::OkStatus();
}

absl::Status Decide(const v1::UnlinkFamilyRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto one, docket.Find<ClaimantState>("claimant_id", request.claimant_id()));
  if (!one->family.contains(request.other_id()))
    return NotNow("other_id", v1::REASON_IS_NOT_LINKED_AS_FAMILY);
  ASSIGN_OR_RETURN(auto other, docket.Find<ClaimantState>("other_id", request.other_id()));
  // Of people who aren't one family nothing looks like one loss: both would be paid.
  RETURN_IF_ERROR(RequireNoDoubleClaimBetween("other_id", *one, *other, docket));
  for (const auto& [from, to] : {std::pair(one, other), std::pair(other, one)}) {
    v1::FamilyUnlinked& unlinked = *decision.Append(*from).mutable_family_unlinked();
    unlinked.set_other_id(to->id);
    unlinked.set_reason(request.reason());
  }
  return absl::OkStatus();
}

}  // namespace klaim::domain
