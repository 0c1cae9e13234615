#include "services/intake/groups_service.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claimant_group.h"
#include "engine/domain/core/refusal.h"
#include "engine/sequencer/folded.h"
#include "klaim/v1/read_models.pb.h"
#include "projections/groups/groups.h"
#include "projections/groups/groups_query.h"
#include "projections/registry/registry_query.h"
#include "services/intake/proposal_description.h"

namespace klaim::services {
namespace {

using sequencer::Outcome;

absl::StatusOr<v1::GroupProposal> ProposalOf(const projections::ReadModels& models,
                                             const std::string& proposal_id) {
  ASSIGN_OR_RETURN(auto row, models.groups().Proposal(proposal_id));
  if (!row.has_value()) {
    return domain::NotNow("proposal_id", v1::REASON_THERE_IS_NO_SUCH_PROPOSAL_NOW);
  }
  v1::GroupProposal proposal = row->proposal();
  ASSIGN_OR_RETURN(auto programme, models.registry().Programme(proposal.programme_id()));
  const std::string currency = programme.has_value() ? programme->opened().currency() : "";
  proposal.mutable_sum()->mutable_claimed()->set_currency(currency);
  proposal.mutable_sum()->mutable_determined()->set_currency(currency);
  projections::TellSum(*proposal.mutable_sum());
  return proposal;
}

}  // namespace

GroupsService::GroupsService(CallPipeline& calls) : calls_(calls) {
  Serve(&GroupsService::ListProposals, &GroupsService::DescribeProposal, &GroupsService::ListMembers,
        &GroupsService::CertifyGroup, &GroupsService::CertifyAddendum, &GroupsService::OptOut,
        &GroupsService::ListGroups);
}

grpc::ServerUnaryReactor* GroupsService::ListProposals(grpc::CallbackServerContext* context,
                                                       const v1::ListProposalsRequest* request,
                                                       v1::ListProposalsResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](const Caller& caller) {
                       const projections::ReadModels models = calls_.ModelsFor(caller);
                       return calls_.AnswerPage(caller, *request, *response,
                                                models.groups().Proposals(request->programme_id()),
                                                [&](const std::string& proposal_id) -> absl::StatusOr<bool> {
                                                  auto proposal = ProposalOf(models, proposal_id);
                                                  // A listing row can be a commit older than its proposal.
                                                  if (absl::IsFailedPrecondition(proposal.status()))
                                                    return false;
                                                  if (!proposal.ok()) return proposal.status();
                                                  *response->add_proposals() = *std::move(proposal);
                                                  return true;
                                                });
                     });
}

grpc::ServerUnaryReactor* GroupsService::DescribeProposal(grpc::CallbackServerContext* context,
                                                          const v1::DescribeProposalRequest* request,
                                                          v1::DescribeProposalResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(), [this, request, response](const Caller& caller) {
        const projections::ReadModels models = calls_.ModelsFor(caller);
        ASSIGN_OR_RETURN(*response->mutable_proposal(), ProposalOf(models, request->proposal_id()));
        return DescribeMembers(models, *response);
      });
}

grpc::ServerUnaryReactor* GroupsService::ListMembers(grpc::CallbackServerContext* context,
                                                     const v1::ListMembersRequest* request,
                                                     v1::ListMembersResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(), [this, request, response](const Caller& caller) {
        if (request->group_id() != 0) return AnswerMembersOfGroup(caller, *request, *response);
        return calls_.AnswerPage(caller, *request, *response,
                                 calls_.ModelsFor(caller).groups().MembersOf(request->proposal_id()),
                                 [&](uint64_t claim_id) -> absl::StatusOr<bool> {
                                   response->add_claim_ids(claim_id);
                                   return true;
                                 });
      });
}

absl::Status GroupsService::AnswerMembersOfGroup(const Caller& caller, const v1::ListMembersRequest& request,
                                                 v1::ListMembersResponse& response) {
  if (!request.proposal_id().empty()) {
    return domain::InvalidField("group_id", v1::REASON_NAME_EITHER_PROPOSAL_OR_CERTIFIED_GROUP);
  }
  auto group =
      sequencer::Folded<domain::ClaimantGroupState>(calls_.LogFor(caller), "group_id", request.group_id());
  if (!group.ok()) return group.status();
  ASSIGN_OR_RETURN(auto page, calls_.PageOf(caller, request, ""));
  ASSIGN_OR_RETURN(auto from, page.Number());
  for (auto member = std::lower_bound(group->members.begin(), group->members.end(), from);
       member != group->members.end(); ++member) {
    if (static_cast<uint32_t>(response.claim_ids_size()) == page.size) {
      response.mutable_page()->set_next_cursor(page.CursorAtNumber(*member));
      break;
    }
    response.add_claim_ids(*member);
  }
  return absl::OkStatus();
}

absl::Status GroupsService::FillFromProposal(v1::CertifyGroupRequest& request) {
  const projections::ReadModels models = calls_.docket().models();
  ASSIGN_OR_RETURN(auto proposal, ProposalOf(models, request.proposal_id()));
  request.set_programme_id(proposal.programme_id());
  request.set_head(proposal.head());
  absl::Status status =
      models.groups().MembersOf(request.proposal_id()).Read("", [&](absl::string_view, uint64_t claim_id) {
        request.add_claim_ids(claim_id);
        return request.claim_ids_size() <= static_cast<int>(domain::kMaxGroupMembers);
      });
  if (!status.ok() || proposal.network_id() == 0) return status;
  ASSIGN_OR_RETURN(auto respondents, RespondentsOf(models, proposal));
  request.mutable_respondent_ids()->Assign(respondents.begin(), respondents.end());
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* GroupsService::CertifyGroup(grpc::CallbackServerContext* context,
                                                      const v1::CertifyGroupRequest* request,
                                                      v1::CertifyGroupResponse* response) {
  const auto fill = [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_group_id(outcome.first_sequence);
    // One event for the group and one for each member.
    answer.set_members(outcome.last_sequence - outcome.first_sequence);
  };
  if (!request->claim_ids().empty()) return calls_.Write(context, request, response, fill);
  // What is certified is the proposal as it is now; what was asked for, and is compared when it is asked again, is the proposal.
  auto certified = std::make_shared<v1::CertifyGroupRequest>(*request);
  return calls_.WriteInStages(
      context, request, response,
      [this, certified](const Caller&, const auto&) {
        absl::Status filled = FillFromProposal(*certified);
        // A repeated request finds its proposal emptied by the first; the sequencer answers it from its request_id.
        return absl::IsFailedPrecondition(filled) ? absl::OkStatus() : filled;
      },
      [certified](const auto&, domain::Docket& docket, const domain::Context& now,
                  domain::Decision& decision) { return domain::Decide(*certified, docket, now, decision); },
      CallPipeline::FillAndFinish(*request, *response, fill));
}

grpc::ServerUnaryReactor* GroupsService::CertifyAddendum(grpc::CallbackServerContext* context,
                                                         const v1::CertifyAddendumRequest* request,
                                                         v1::CertifyAddendumResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* GroupsService::OptOut(grpc::CallbackServerContext* context,
                                                const v1::OptOutRequest* request,
                                                v1::OptOutResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* GroupsService::ListGroups(grpc::CallbackServerContext* context,
                                                    const v1::ListGroupsRequest* request,
                                                    v1::ListGroupsResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(), [this, request, response](const Caller& caller) {
        return calls_.AnswerPage(caller, *request, *response, calls_.ModelsFor(caller).groups().Certified(),
                                 [&](projections::ListedGroup listed) -> absl::StatusOr<bool> {
                                   auto* group = response->add_groups();
                                   group->set_group_id(listed.group_id);
                                   *group->mutable_certified() = std::move(*listed.row.mutable_certified());
                                   group->set_members(listed.row.members());
                                   return true;
                                 });
      });
}

}  // namespace klaim::services
