#include "projections/people/accounts.h"

#include <algorithm>

#include "engine/domain/people/account.h"
#include "klaim/v1/event_cases.h"

namespace klaim::projections {
namespace {

void RemoveGrant(v1::Account& row, v1::Permission permission) {
  for (int i = row.grants_size() - 1; i >= 0; --i) {
    if (row.grants(i).permission() == permission) row.mutable_grants()->DeleteSubrange(i, 1);
  }
}

v1::AccountProposal& AddProposal(const v1::EventRecord& event, v1::Account& row) {
  v1::AccountProposal& proposal = *row.add_proposals();
  proposal.set_proposal(event.sequence());
  proposal.set_proposed_by(event.actor());
  proposal.set_proposed_at_micros(event.recorded_at_micros());
  return proposal;
}

template <class Wanted>
void RemoveProposals(v1::Account& row, Wanted wanted) {
  for (int i = row.proposals_size() - 1; i >= 0; --i) {
    if (wanted(row.proposals(i))) row.mutable_proposals()->DeleteSubrange(i, 1);
  }
}

void RemoveRecoveries(v1::Account& row) {
  RemoveProposals(row, [](const v1::AccountProposal& proposal) { return proposal.recovery(); });
}

void RemoveProposal(v1::Account& row, uint64_t number) {
  RemoveProposals(row, [&](const v1::AccountProposal& proposal) { return proposal.proposal() == number; });
}

void SortRoles(v1::Account& row) { std::sort(row.mutable_roles()->begin(), row.mutable_roles()->end()); }

void FoldRecovered(const v1::EventRecord& event, v1::Account& row) {
  RemoveRecoveries(row);
  if (event.account_recovered().waits()) {
    AddProposal(event, row).set_recovery(true);
  } else {
    row.set_second_factor(false);
  }
}

void FoldConfirmed(const v1::EventRecord& event, v1::Account& row) {
  v1::AccountProposal confirmed;
  for (const v1::AccountProposal& proposal : row.proposals()) {
    if (proposal.proposal() == event.account_change_confirmed().proposal()) confirmed = proposal;
  }
  RemoveProposal(row, event.account_change_confirmed().proposal());
  row.mutable_roles()->MergeFrom(confirmed.roles());
  SortRoles(row);
  if (confirmed.has_grant()) {
    RemoveGrant(row, confirmed.grant().permission());
    *row.add_grants() = confirmed.grant();
  }
  if (confirmed.recovery()) RemoveRecoveries(row);
  const bool own = event.actor() == domain::ActorOf(row.name(), row.organisation_id());
  if (event.account_change_confirmed().password_void() || (confirmed.recovery() && !own)) {
    row.set_second_factor(false);
  }
}

}  // namespace

bool FoldAccount(const v1::EventRecord& event, v1::Account& row) {
  switch (event.event_case()) {
    case v1::EventRecord::kAccountOpened:
      row.set_account_id(event.stream());
      row.set_organisation_id(event.account_opened().organisation_id());
      row.set_name(event.account_opened().name());
      *row.mutable_roles() = event.account_opened().roles();
      if (event.account_opened().proposed_roles_size() > 0) {
        *AddProposal(event, row).mutable_roles() = event.account_opened().proposed_roles();
      }
      return true;
    case v1::EventRecord::kRoleProposed:
      AddProposal(event, row).add_roles(event.role_proposed().role());
      return true;
    case v1::EventRecord::kPermissionProposed:
      RemoveProposals(row, [](const v1::AccountProposal& proposal) { return proposal.has_grant(); });
      *AddProposal(event, row).mutable_grant() = event.permission_proposed().grant();
      return true;
    case v1::EventRecord::kAccountChangeConfirmed:
      FoldConfirmed(event, row);
      return true;
    case v1::EventRecord::kAccountChangeRefused:
      RemoveProposal(row, event.account_change_refused().proposal());
      return true;
    case v1::EventRecord::kRoleGranted:
      row.add_roles(event.role_granted().role());
      SortRoles(row);
      return true;
    case v1::EventRecord::kRoleWithdrawn: {
      auto* roles = row.mutable_roles();
      roles->erase(std::remove(roles->begin(), roles->end(), event.role_withdrawn().role()), roles->end());
      return true;
    }
    case v1::EventRecord::kPermissionGranted:
      RemoveGrant(row, event.permission_granted().permission());
      *row.add_grants() = event.permission_granted();
      return true;
    case v1::EventRecord::kPermissionWithdrawn:
      RemoveGrant(row, event.permission_withdrawn().permission());
      return true;
    case v1::EventRecord::kAccountRecovered:
      FoldRecovered(event, row);
      return true;
    case v1::EventRecord::kSecondFactorEnrolled:
      row.set_second_factor(true);
      return true;
    case v1::EventRecord::kAccountClosed:
      row.set_closed(true);
      return true;
    case KLAIM_ALL_BUT_ACCOUNT_EVENTS:
      return false;
  }
  return false;
}

void Accounts::Apply(const v1::EventRecord& event, Rows& rows) {
  if (!domain::ChangesAccount(event)) return;
  const std::string key = Key('a').Number(event.stream());
  v1::Account row;
  if (event.stream_version() > 0) row = rows.Read<v1::Account>(key);
  if (!FoldAccount(event, row)) return;
  rows.Put(key, row.SerializeAsString());
  if (event.has_account_opened()) {
    rows.Put(Key('n').Number(row.organisation_id()).Text(row.name()), Key('-').Number(event.stream()));
  }
}

}  // namespace klaim::projections
