// klaim groups: proposals of claimant groups, and their certification.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/money.h"
#include "klaim/v1/groups_service.grpc.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

void AddProposals(CLI::App& groups, Connection& connection) {
  auto* proposals = groups.add_subcommand("proposals", "Lists proposed groups, largest first");
  auto programme = std::make_shared<uint64_t>(0);
  auto size = std::make_shared<uint32_t>(20);
  proposals->add_option("--programme", *programme, "Only of this programme");
  proposals->add_option("--size", *size, "How many, up to 1000")->capture_default_str();
  OnCall(proposals, connection, [=, &connection] {
    v1::ListProposalsRequest request;
    v1::ListProposalsResponse response;
    request.set_programme_id(*programme);
    request.mutable_page()->set_size(*size);
    absl::Status status = connection.Call(&v1::GroupsService::Stub::ListProposals, request, response);
    Table table({"proposal", "claims", "claimed", "determined", "head", "from", "to"});
    for (const auto& row : response.proposals()) {
      table.Add({row.proposal_id(), CountText(row.claims()),
                 MoneyText(row.sum().claimed().minor_units(), row.sum().claimed().currency()),
                 MoneyText(row.sum().determined().minor_units(), row.sum().determined().currency()),
                 row.head(), row.origin(), row.destination()});
    }
    if (status.ok()) connection.Show(response, table.Text());
    return status;
  });
}

std::string Share(uint32_t basis_points) {
  return absl::StrCat(basis_points / 100, ",", absl::Dec(basis_points % 100, absl::kZeroPad2), " %");
}

std::string DescriptionText(const v1::DescribeProposalResponse& description) {
  const v1::GroupProposal& proposal = description.proposal();
  const std::string& currency = proposal.sum().claimed().currency();
  std::string text = absl::StrCat(
      proposal.proposal_id(), ": ", CountText(proposal.claims()), " claims of ",
      MoneyText(proposal.sum().claimed().minor_units(), currency), "; the middle one claims ",
      MoneyText(description.median_claimed_minor(), currency), "\nAgainst ",
      absl::StrJoin(description.respondent_ids(), ", "), "\nSame ", description.commonality().trait(), ": ",
      description.commonality().value(), ", ", Share(description.commonality().share_basis_points()), "\n");
  for (const auto& trait : description.traits()) {
    absl::StrAppend(&text, "  ", trait.trait(), " ", trait.value(), ": ", Share(trait.share_basis_points()),
                    "\n");
  }
  for (const auto& lead : description.leads()) {
    absl::StrAppend(&text, "Could lead: claim ", lead.claim_id(), ", typical ",
                    Share(lead.typicality_basis_points()), ", claims ",
                    MoneyText(lead.claimed_minor(), currency), " (", Share(lead.percentile_basis_points()),
                    " claim less)\n");
  }
  for (const auto& came : proposal.lineage()) {
    absl::StrAppend(&text, CountText(came.claims()), " claims came from ", came.from_proposal_id(),
                    came.split() ? " when a link was undone (record " : " when networks became one (record ",
                    came.sequence(), ")\n");
  }
  return text;
}

void AddDescribe(CLI::App& groups, Connection& connection) {
  auto* describe = groups.add_subcommand(
      "describe", "What the members of a proposal share, who could lead, where they came from");
  auto request = std::make_shared<v1::DescribeProposalRequest>();
  auto proposal = std::make_shared<std::string>();
  describe->add_option("PROPOSAL", *proposal, "Name of the proposal")->required();
  describe->footer("Example:\n  klaim groups describe 1.n9.33-HK.excess_recruitment_fee");
  OnCall(describe, connection, [=, &connection] {
    request->set_proposal_id(*proposal);
    v1::DescribeProposalResponse response;
    absl::Status status = connection.Call(&v1::GroupsService::Stub::DescribeProposal, *request, response);
    if (status.ok()) connection.Show(response, DescriptionText(response));
    return status;
  });
}

void AddMembers(CLI::App& groups, Connection& connection) {
  auto* members = groups.add_subcommand("members", "Lists the claims of a proposal, or of a certified group");
  auto proposal = std::make_shared<std::string>();
  auto group = std::make_shared<uint64_t>(0);
  auto size = std::make_shared<uint32_t>(20);
  auto* by_name = members->add_option("PROPOSAL", *proposal, "Name of the proposal");
  members->add_option("--group", *group, "Number of a certified group")->excludes(by_name);
  members->add_option("--size", *size, "How many, up to 1000")->capture_default_str();
  members->footer("Example:\n  klaim groups members --group 3875");
  OnCall(members, connection, [=, &connection] {
    v1::ListMembersRequest request;
    v1::ListMembersResponse response;
    request.set_proposal_id(*proposal);
    request.set_group_id(*group);
    request.mutable_page()->set_size(*size);
    absl::Status status = connection.Call(&v1::GroupsService::Stub::ListMembers, request, response);
    std::string text = absl::StrJoin(response.claim_ids(), "\n");
    if (!response.page().next_cursor().empty()) text += "\n... and more";
    if (status.ok()) connection.Show(response, text);
    return status;
  });
}

void AddAddendum(CLI::App& groups, Connection& connection) {
  auto* addendum = groups.add_subcommand("addendum", "Adds later joiners to a certified group");
  auto request = std::make_shared<v1::CertifyAddendumRequest>();
  auto group = std::make_shared<uint64_t>(0);
  auto claims = std::make_shared<std::vector<uint64_t>>();
  addendum->add_option("GROUP", *group, "Number of the group")->required();
  addendum->add_option("CLAIM", *claims, "Numbers of the claims that join")->required();
  addendum->footer("Example:\n  klaim groups addendum 3875 3990 3993");
  OnCall(addendum, connection, [=, &connection] {
    request->set_request_id(connection.RequestId());
    request->set_group_id(*group);
    request->mutable_claim_ids()->Assign(claims->begin(), claims->end());
    v1::CertifyAddendumResponse response;
    absl::Status status = connection.Call(&v1::GroupsService::Stub::CertifyAddendum, *request, response);
    if (status.ok()) {
      connection.Show(response,
                      absl::StrCat(CountText(claims->size()), " claims joined group ", *group, "."));
    }
    return status;
  });
}

void AddCertify(CLI::App& groups, Connection& connection) {
  auto* certify = groups.add_subcommand("certify", "Certifies a proposed group: its members are frozen");
  auto proposal = std::make_shared<std::string>();
  auto name = std::make_shared<std::string>();
  auto lead = std::make_shared<uint64_t>(0);
  certify->add_option("PROPOSAL", *proposal, "Name of the proposal")->required();
  certify->add_option("--name", *name, "Name of the group")->required();
  auto until = std::make_shared<std::string>();
  certify->add_option("--opt-out-until", *until, "Last day on which a member may opt out, day first");
  certify->add_option("--lead", *lead, "Claim that is put forward for all (default: the first)");
  certify->footer(
      "Example:\n  klaim groups certify 1.n9.33-HK.excess_recruitment_fee --name \"Java to Hong Kong, "
      "fees\"");
  OnCall(certify, connection, [=, &connection]() -> absl::Status {
    v1::CertifyGroupRequest request;
    v1::CertifyGroupResponse response;
    request.set_request_id(connection.RequestId());
    request.set_proposal_id(*proposal);
    request.set_name(*name);
    request.set_lead_claim_id(*lead);
    if (!until->empty()) {
      ASSIGN_OR_RETURN(auto date, DayOf("--opt-out-until", *until));
      *request.mutable_opt_out_until() = date;
    }
    absl::Status status = connection.Call(&v1::GroupsService::Stub::CertifyGroup, request, response);
    if (status.ok()) {
      connection.Show(response, absl::StrCat("Group ", response.group_id(), " certified with ",
                                             CountText(response.members()), " claims."));
    }
    return status;
  });
  auto* opt_out = groups.add_subcommand("opt-out", "Takes a claim out at the claimant's wish");
  auto group = std::make_shared<uint64_t>(0);
  auto claim = std::make_shared<uint64_t>(0);
  opt_out->add_option("GROUP", *group, "Number of the group")->required();
  opt_out->add_option("CLAIM", *claim, "Number of the claim")->required();
  OnCall(opt_out, connection, [=, &connection] {
    v1::OptOutRequest request;
    v1::OptOutResponse response;
    request.set_request_id(connection.RequestId());
    request.set_group_id(*group);
    request.set_claim_id(*claim);
    absl::Status status = connection.Call(&v1::GroupsService::Stub::OptOut, request, response);
    if (status.ok()) connection.Show(response, "The claim left the group.");
    return status;
  });
}

}  // namespace

void AddGroups(CLI::App& app, Connection& connection) {
  auto* groups = app.add_subcommand("groups", "Claimant groups: what is proposed and what is certified");
  groups->require_subcommand(1);
  AddProposals(*groups, connection);
  AddDescribe(*groups, connection);
  AddMembers(*groups, connection);
  AddCertify(*groups, connection);
  AddAddendum(*groups, connection);
  auto* list = groups->add_subcommand("list", "Lists certified groups");
  OnCall(list, connection, [&connection] {
    v1::ListGroupsRequest request;
    v1::ListGroupsResponse response;
    request.mutable_page()->set_size(1000);
    absl::Status status = connection.Call(&v1::GroupsService::Stub::ListGroups, request, response);
    Table table({"no", "name", "programme", "head", "members", "lead claim"});
    for (const auto& row : response.groups()) {
      table.Add({absl::StrCat(row.group_id()), row.certified().name(),
                 absl::StrCat(row.certified().programme_id()), row.certified().head(),
                 CountText(row.members()), absl::StrCat(row.certified().lead_claim_id())});
    }
    if (status.ok()) connection.Show(response, table.Text());
    return status;
  });
}

}  // namespace klaim::tools
