#include "services/groups_service.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/domain/claimant_group.h"
#include "engine/domain/refusal.h"
#include "klaim/v1/read_models.pb.h"
#include "projections/groups.h"
#include "services/folded.h"
#include "services/proposal_description.h"

namespace klaim::services {
namespace {

using projections::Key;
using sequencer::Outcome;

absl::StatusOr<v1::GroupProposal> ProposalOf(const projections::View& groups,
                                             const projections::View& registry,
                                             const std::string& proposal_id) {
  auto row = groups.Read<v1::ProposalRow>(Key('g').Text(proposal_id));
  if (!row.ok()) return row.status();
  if (!row->has_value()) {
    return domain::NotNow("proposal_id", "there is no such proposal now: list the proposals again");
  }
  v1::GroupProposal proposal = (*row)->proposal();
  auto programme = registry.Read<v1::Programme>(Key('p').Number(proposal.programme_id()));
  if (!programme.ok()) return programme.status();
  const std::string currency = programme->has_value() ? (*programme)->opened().currency() : "";
  proposal.mutable_sum()->mutable_claimed()->set_currency(currency);
  proposal.mutable_sum()->mutable_determined()->set_currency(currency);
  projections::TellSum(*proposal.mutable_sum());
  return proposal;
}

}  // namespace

grpc::ServerUnaryReactor* GroupsService::ListProposals(grpc::CallbackServerContext* context,
                                                       const v1::ListProposalsRequest* request,
                                                       v1::ListProposalsResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](const Caller& caller) -> absl::Status {
                       const projections::View groups = calls_.ViewFor(caller, "groups");
                       const projections::View registry = calls_.ViewFor(caller, "registry");
                       const std::string prefix = request->programme_id() == 0
                                                      ? std::string(Key('s'))
                                                      : std::string(Key('s').Number(request->programme_id()));
                       auto page = calls_.PageOf(caller, *request, prefix);
                       if (!page.ok()) return page.status();
                       std::string last;
                       absl::Status status;
                       absl::Status scanned =
                           groups.Scan(prefix, page->from, [&](absl::string_view key, absl::string_view) {
                             if (static_cast<uint32_t>(response->proposals_size()) == page->size) {
                               response->mutable_page()->set_next_cursor(page->CursorAfter(last));
                               return false;
                             }
                             last = std::string(key);
                             auto proposal = ProposalOf(groups, registry, std::string(key.substr(17)));
                             // A listing row can be a commit older than its proposal.
                             if (absl::IsFailedPrecondition(proposal.status())) return true;
                             status = proposal.status();
                             if (proposal.ok()) *response->add_proposals() = *std::move(proposal);
                             return status.ok();
                           });
                       return scanned.ok() ? status : scanned;
                     });
}

grpc::ServerUnaryReactor* GroupsService::DescribeProposal(grpc::CallbackServerContext* context,
                                                          const v1::DescribeProposalRequest* request,
                                                          v1::DescribeProposalResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](const Caller& caller) -> absl::Status {
                       const projections::View groups = calls_.ViewFor(caller, "groups");
                       const projections::View registry = calls_.ViewFor(caller, "registry");
                       auto proposal = ProposalOf(groups, registry, request->proposal_id());
                       if (!proposal.ok()) return proposal.status();
                       *response->mutable_proposal() = *std::move(proposal);
                       return DescribeMembers(groups, registry, *response);
                     });
}

grpc::ServerUnaryReactor* GroupsService::ListMembers(grpc::CallbackServerContext* context,
                                                     const v1::ListMembersRequest* request,
                                                     v1::ListMembersResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](const Caller& caller) -> absl::Status {
                       if (request->group_id() != 0) return AnswerMembersOfGroup(caller, *request, *response);
                       const std::string prefix = MembersPrefix(request->proposal_id());
                       auto page = calls_.PageOf(caller, *request, prefix);
                       if (!page.ok()) return page.status();
                       std::string last;
                       return calls_.ViewFor(caller, "groups")
                           .Scan(prefix, page->from, [&](absl::string_view key, absl::string_view) {
                             if (static_cast<uint32_t>(response->claim_ids_size()) == page->size) {
                               response->mutable_page()->set_next_cursor(page->CursorAfter(last));
                               return false;
                             }
                             last = std::string(key);
                             response->add_claim_ids(projections::NumberAt(key, prefix.size()));
                             return true;
                           });
                     });
}

absl::Status GroupsService::AnswerMembersOfGroup(const Caller& caller, const v1::ListMembersRequest& request,
                                                 v1::ListMembersResponse& response) {
  if (!request.proposal_id().empty()) {
    return domain::InvalidField("group_id", "name either a proposal or a certified group");
  }
  auto group = Folded<domain::ClaimantGroupState>(calls_.LogFor(caller), "group_id", request.group_id());
  if (!group.ok()) return group.status();
  auto page = calls_.PageOf(caller, request, "");
  if (!page.ok()) return page.status();
  auto from = page->Number();
  if (!from.ok()) return from.status();
  for (auto member = std::lower_bound(group->members.begin(), group->members.end(), *from);
       member != group->members.end(); ++member) {
    if (static_cast<uint32_t>(response.claim_ids_size()) == page->size) {
      response.mutable_page()->set_next_cursor(page->CursorAtNumber(*member));
      break;
    }
    response.add_claim_ids(*member);
  }
  return absl::OkStatus();
}

absl::Status GroupsService::FillFromProposal(v1::CertifyGroupRequest& request) {
  const projections::View groups = calls_.docket().projector->view("groups");
  const projections::View registry = calls_.docket().projector->view("registry");
  auto proposal = ProposalOf(groups, registry, request.proposal_id());
  if (!proposal.ok()) return proposal.status();
  request.set_programme_id(proposal->programme_id());
  request.set_head(proposal->head());
  const std::string prefix = MembersPrefix(request.proposal_id());
  absl::Status status = groups.Scan(prefix, prefix, [&](absl::string_view key, absl::string_view) {
    request.add_claim_ids(projections::NumberAt(key, prefix.size()));
    return request.claim_ids_size() <= static_cast<int>(domain::kMaxGroupMembers);
  });
  if (!status.ok() || proposal->network_id() == 0) return status;
  auto respondents = RespondentsOf(groups, registry, *proposal);
  if (!respondents.ok()) return respondents.status();
  request.mutable_respondent_ids()->Assign(respondents->begin(), respondents->end());
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
      Calls::FillAndFinish(*request, *response, fill));
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
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](const Caller& caller) -> absl::Status {
                       const std::string prefix = Key('G');
                       auto page = calls_.PageOf(caller, *request, prefix);
                       if (!page.ok()) return page.status();
                       std::string last;
                       const projections::View groups = calls_.ViewFor(caller, "groups");
                       absl::Status parsed;
                       absl::Status scanned = groups.Scan(
                           prefix, page->from, [&](absl::string_view key, absl::string_view value) {
                             if (static_cast<uint32_t>(response->groups_size()) == page->size) {
                               response->mutable_page()->set_next_cursor(page->CursorAfter(last));
                               return false;
                             }
                             last = std::string(key);
                             v1::CertifiedGroupRow row;
                             parsed = groups.Parse(key, value, row);
                             if (!parsed.ok()) return false;
                             auto* group = response->add_groups();
                             group->set_group_id(projections::NumberAt(key, 1));
                             *group->mutable_certified() = row.certified();
                             group->set_members(row.members());
                             return true;
                           });
                       return scanned.ok() ? parsed : scanned;
                     });
}

}  // namespace klaim::services
