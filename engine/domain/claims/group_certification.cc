// What is decided of it (engine/domain/claims/claimant_group.h).
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/claimant_group.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/registry/programme.h"
#include "engine/domain/registry/respondent.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

constexpr int kMaxRespondents = 10'000;  // that one group is against

bool GoesOn(v1::ClaimStatus status) {
  return status == v1::CLAIM_STATUS_FILED || status == v1::CLAIM_STATUS_DEFICIENT ||
         status == v1::CLAIM_STATUS_CURED || status == v1::CLAIM_STATUS_UNDER_REVIEW ||
         status == v1::CLAIM_STATUS_ELIGIBLE || status == v1::CLAIM_STATUS_VALUED ||
         status == v1::CLAIM_STATUS_DETERMINED || status == v1::CLAIM_STATUS_SUSPENDED;
}

absl::Status CheckMember(const ClaimState& claim, uint64_t programme_id, const std::string& head) {
  const std::string who = absl::StrCat("claim ", claim.id);
  if (claim.programme_id != programme_id)
    return InvalidField("claim_ids", v1::REASON_CLAIM_IS_OF_ANOTHER_PROGRAMME, who);
  if (!head.empty() && claim.Head(head) == nullptr) {
    return InvalidField("claim_ids", v1::REASON_CLAIM_DOES_NOT_HAVE_THIS_HEAD, who, head);
  }
  if (!GoesOn(claim.status))
    return NotNow("claim_ids", v1::REASON_CLAIM_IS_DECIDED_AGAINST_LEFT_OR_PAID, who);
  for (const v1::ClaimGrouped& group : claim.groups) {
    if (group.head().empty() || head.empty() || group.head() == head) {
      return NotNow("claim_ids", v1::REASON_CLAIM_IS_MEMBER_OF_GROUP_ALREADY, who, group.group_id());
    }
  }
  return absl::OkStatus();
}

absl::Status Join(const std::vector<uint64_t>& claim_ids, uint64_t group_id, uint64_t programme_id,
                  const std::string& head, Docket& docket, Decision& decision) {
  for (uint64_t claim_id : claim_ids) {
    ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_ids", claim_id));
    RETURN_IF_ERROR(CheckMember(*claim, programme_id, head));
    auto* grouped = decision.Append(*claim).mutable_claim_grouped();
    grouped->set_group_id(group_id);
    grouped->set_head(head);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<uint64_t>> Ascending(const google::protobuf::RepeatedField<uint64_t>& claim_ids) {
  if (claim_ids.empty()) return InvalidField("claim_ids", v1::REASON_GROUP_NEEDS_MEMBERS);
  if (static_cast<size_t>(claim_ids.size()) > kMaxGroupMembers) {
    return InvalidField("claim_ids", v1::REASON_HAS_MEMBERS_AT_MOST, claim_ids.size(), kMaxGroupMembers);
  }
  std::vector<uint64_t> sorted(claim_ids.begin(), claim_ids.end());
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) return InvalidField("claim_ids", v1::REASON_NAMES_CLAIM_TWICE, *twice);
  return sorted;
}

void SetRoot(const std::vector<uint64_t>& members, std::string* field) {
  const merkle::Hash root = MembersRoot(members);
  field->assign(root.begin(), root.end());
}

}  // namespace

absl::Status Decide(const v1::CertifyGroupRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckName("name", request.name(), 200));
  RETURN_IF_ERROR(CheckText("proposal_id", request.proposal_id(), 0, 200));
  RETURN_IF_ERROR(CheckDate("opt_out_until", request.opt_out_until(), true, true));
  RETURN_IF_ERROR(CheckDue("opt_out_until", request.opt_out_until(), context.now_micros));
  ASSIGN_OR_RETURN(auto members, Ascending(request.claim_ids()));
  ASSIGN_OR_RETURN(auto programme, docket.Find<ProgrammeState>("programme_id", request.programme_id()));
  if (!request.head().empty() && programme->Head(request.head()) == nullptr) {
    return InvalidField("head", v1::REASON_PROGRAMME_HAS_NO_SUCH_HEAD, request.head());
  }
  if (request.respondent_ids_size() > kMaxRespondents)
    return InvalidField("respondent_ids", v1::REASON_HAS_MORE_THAN_10_000_RESPONDENTS);
  for (uint64_t respondent_id : request.respondent_ids()) {
    RETURN_IF_ERROR(docket.Find<RespondentState>("respondent_ids", respondent_id).status());
  }
  const uint64_t lead = request.lead_claim_id() == 0 ? members.front() : request.lead_claim_id();
  if (!std::binary_search(members.begin(), members.end(), lead)) {
    return InvalidField("lead_claim_id", v1::REASON_CLAIM_IS_NOT_AMONG_MEMBERS, lead);
  }
  const uint64_t group_id = decision.next_sequence();
  v1::GroupCertified& certified = *decision.Open().mutable_group_certified();
  certified.set_programme_id(request.programme_id());
  certified.set_name(request.name());
  certified.set_proposal_id(request.proposal_id());
  certified.set_head(request.head());
  certified.mutable_claim_ids()->Assign(members.begin(), members.end());
  SetRoot(members, certified.mutable_members_root());
  certified.set_lead_claim_id(lead);
  *certified.mutable_respondent_ids() = request.respondent_ids();
  if (request.has_opt_out_until()) *certified.mutable_opt_out_until() = request.opt_out_until();
  return Join(members, group_id, request.programme_id(), request.head(), docket, decision);
}

absl::Status Decide(const v1::CertifyAddendumRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto joiners, Ascending(request.claim_ids()));
  ASSIGN_OR_RETURN(auto group, docket.Find<ClaimantGroupState>("group_id", request.group_id()));
  std::vector<uint64_t> all = group->members;
  all.insert(all.end(), joiners.begin(), joiners.end());
  std::sort(all.begin(), all.end());
  if (all.size() > kMaxGroupMembers)
    return InvalidField("claim_ids", v1::REASON_GROUP_WOULD_HAVE_TOO_MANY_MEMBERS);
  v1::GroupAddendumCertified& addendum = *decision.Append(*group).mutable_group_addendum_certified();
  addendum.mutable_claim_ids()->Assign(joiners.begin(), joiners.end());
  SetRoot(all, addendum.mutable_members_root());
  return Join(joiners, request.group_id(), group->programme_id, group->head, docket, decision);
}

}  // namespace klaim::domain
