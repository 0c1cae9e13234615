#include "engine/domain/people/account.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/people/permissions.h"
#include "engine/domain/registry/organisation.h"
#include "klaim/v1/event_cases.h"

namespace klaim::domain {
namespace {

// A grant is for a task, not for ever.
constexpr int64_t kMaxGrantMicros = 366ll * 86'400 * 1'000'000;
constexpr size_t kCodeHashBytes = 32;

absl::Status CheckRole(const std::string& field, int role) {
  if (v1::Role_IsValid(role) && role != v1::ROLE_UNSPECIFIED) return absl::OkStatus();
  return InvalidField(field, v1::REASON_MUST_BE_ONE_OF_ROLES);
}

bool IsOwn(const AccountState& account, const Context& context) {
  return ActorOf(account.name, account.organisation_id) == context.actor;
}

// The account that a request is about, if it is open and not the caller's own.
absl::StatusOr<const AccountState*> Another(Docket& docket, uint64_t account_id, const Context& context) {
  ASSIGN_OR_RETURN(auto account, docket.Find<AccountState>("account_id", account_id));
  if (account->closed) return NotNow("account_id", v1::REASON_ACCOUNT_IS_CLOSED_OPEN_ANOTHER_ONE);
  if (IsOwn(*account, context)) {
    return AnotherPerson("account_id", v1::REASON_IS_YOUR_OWN);
  }
  return account;
}

bool AnyNeedsSecondAdministrator(const std::set<int>& roles) {
  return std::any_of(roles.begin(), roles.end(),
                     [](int role) { return NeedsSecondAdministrator(static_cast<v1::Role>(role)); });
}

// Whether the account has, or is to get, what one administrator alone can't give: then none alone may recover it either.
bool RecoveryWaits(const AccountState& account) {
  if (AnyNeedsSecondAdministrator(account.roles) || !account.granted.empty()) return true;
  return std::any_of(account.proposals.begin(), account.proposals.end(), [](const auto& entry) {
    return entry.second.grant.has_value() || AnyNeedsSecondAdministrator(entry.second.roles);
  });
}

// Takes back what was proposed before and is overtaken.
template <class Overtaken>
void Forget(AccountState& state, Overtaken overtaken) {
  for (auto proposal = state.proposals.begin(); proposal != state.proposals.end();) {
    proposal = overtaken(proposal->second) ? state.proposals.erase(proposal) : std::next(proposal);
  }
}

void Propose(AccountState& state, const v1::EventRecord& event, AccountProposal proposal) {
  proposal.proposer = event.actor();
  state.proposals[event.sequence()] = std::move(proposal);
}

// A recovery holds from now on.
void Recover(AccountState& state, uint64_t recovery, const std::string& code_hash, int64_t now_micros) {
  state.recovery = recovery;
  state.recovery_code_hash = code_hash;
  state.recovered_at_micros = now_micros;
  Forget(state, [](const AccountProposal& proposal) { return !proposal.code_hash.empty(); });
}

void EvolveRecovered(AccountState& state, const v1::EventRecord& event) {
  const v1::AccountRecovered& recovered = event.account_recovered();
  if (recovered.waits()) {
    Forget(state, [](const AccountProposal& proposal) { return !proposal.code_hash.empty(); });
    return Propose(state, event, {"", {}, std::nullopt, recovered.code_hash()});
  }
  state.second_factor = false;
  state.password_of_one = true;
  // Before there were codes, the vault was given a new password then.
  if (recovered.code_hash().empty()) return;
  Recover(state, event.sequence(), recovered.code_hash(), event.recorded_at_micros());
}

void EvolveConfirmed(AccountState& state, const v1::EventRecord& event) {
  const auto found = state.proposals.find(event.account_change_confirmed().proposal());
  if (found == state.proposals.end()) return;
  const AccountProposal confirmed = found->second;
  state.proposals.erase(found);
  state.roles.insert(confirmed.roles.begin(), confirmed.roles.end());
  if (confirmed.grant.has_value()) state.granted.insert(confirmed.grant->permission());
  if (event.account_change_confirmed().password_void()) {
    state.recovery = event.sequence();
    state.recovery_code_hash.clear();
    state.password_of_one = state.second_factor = false;
  }
  if (confirmed.code_hash.empty()) return;
  Recover(state, event.account_change_confirmed().proposal(), confirmed.code_hash,
          event.recorded_at_micros());
  state.password_of_one = false;
  // The person who confirms gave it; only another can have lost it.
  if (event.actor() != ActorOf(state.name, state.organisation_id)) state.second_factor = false;
}

absl::Status Open(const v1::OpenAccountRequest& request, bool all_at_once, Docket& docket,
                  Decision& decision) {
  RETURN_IF_ERROR(CheckAccountName("name", request.name()));
  std::set<int> roles;
  for (int role : request.roles()) {
    RETURN_IF_ERROR(CheckRole("roles", role));
    if (!roles.insert(role).second) return InvalidField("roles", v1::REASON_MUST_NAME_EACH_ROLE_ONCE);
  }
  ASSIGN_OR_RETURN(auto organisation,
                   docket.Find<OrganisationState>("organisation_id", request.organisation_id()));
  if (organisation->members.contains(request.name())) {
    return Taken("name", v1::REASON_IS_TAKEN_AT_THIS_ORGANISATION_FOR_EVER);
  }
  auto& event = decision.Open();
  auto& opened = *event.mutable_account_opened();
  opened.set_organisation_id(request.organisation_id());
  opened.set_name(request.name());
  for (int number : roles) {
    const auto role = static_cast<v1::Role>(number);
    if (!all_at_once && NeedsSecondAdministrator(role)) {
      opened.add_proposed_roles(role);
    } else {
      opened.add_roles(role);
    }
  }
  auto& added = *decision.Append(*organisation).mutable_organisation_member_added();
  added.set_account_id(event.stream());
  added.set_name(request.name());
  return absl::OkStatus();
}

// The proposal of an open account, if the caller may decide about it at all.
struct Proposed {
  const AccountState* account = nullptr;
  const AccountProposal* proposal = nullptr;
};
absl::StatusOr<Proposed> FindProposal(Docket& docket, uint64_t account_id, uint64_t proposal,
                                      const Context& context) {
  ASSIGN_OR_RETURN(auto account, docket.Find<AccountState>("account_id", account_id));
  if (account->closed) return NotNow("account_id", v1::REASON_ACCOUNT_IS_CLOSED_OPEN_ANOTHER_ONE);
  const auto found = account->proposals.find(proposal);
  if (found == account->proposals.end()) {
    return NotNow("proposal", v1::REASON_DOES_NOT_WAIT_ANY_MORE_OR_NEVER_DID);
  }
  if (IsOwn(*account, context) && found->second.code_hash.empty()) {
    return AnotherPerson("account_id", v1::REASON_IS_YOUR_OWN);
  }
  return Proposed{account, &found->second};
}

}  // namespace

std::string ActorOf(const std::string& name, uint64_t organisation_id) {
  return absl::StrCat(name, "@", organisation_id);
}

void Evolve(AccountState& state, const v1::EventRecord& event) {
  switch (event.event_case()) {
    case v1::EventRecord::kAccountOpened:
      state.organisation_id = event.account_opened().organisation_id();
      state.name = event.account_opened().name();
      state.roles.insert(event.account_opened().roles().begin(), event.account_opened().roles().end());
      if (const auto& proposed = event.account_opened().proposed_roles(); !proposed.empty()) {
        Propose(state, event, {"", {proposed.begin(), proposed.end()}, std::nullopt, ""});
      }
      break;
    case v1::EventRecord::kRoleProposed:
      Propose(state, event, {"", {event.role_proposed().role()}, std::nullopt, ""});
      break;
    case v1::EventRecord::kPermissionProposed:
      Forget(state, [](const AccountProposal& proposal) { return proposal.grant.has_value(); });
      Propose(state, event, {"", {}, event.permission_proposed().grant(), ""});
      break;
    case v1::EventRecord::kAccountChangeConfirmed:
      EvolveConfirmed(state, event);
      break;
    case v1::EventRecord::kAccountChangeRefused:
      state.proposals.erase(event.account_change_refused().proposal());
      break;
    case v1::EventRecord::kRoleGranted:
      state.roles.insert(event.role_granted().role());
      break;
    case v1::EventRecord::kRoleWithdrawn:
      state.roles.erase(event.role_withdrawn().role());
      break;
    case v1::EventRecord::kPermissionGranted:
      state.granted.insert(event.permission_granted().permission());
      break;
    case v1::EventRecord::kPermissionWithdrawn:
      state.granted.erase(event.permission_withdrawn().permission());
      break;
    case v1::EventRecord::kAccountRecovered:
      EvolveRecovered(state, event);
      break;
    case v1::EventRecord::kSecondFactorEnrolled:
      state.second_factor = true;
      break;
    case v1::EventRecord::kAccountClosed:
      state.closed = true;
      break;
    case KLAIM_ALL_BUT_ACCOUNT_EVENTS:
      break;
  }
}

bool ChangesAccount(const v1::EventRecord& event) { return KindOf(event) == v1::AGGREGATE_KIND_ACCOUNT; }

absl::Status CheckAccountName(absl::string_view field, absl::string_view name) {
  const bool good = !name.empty() && name.size() <= 60 && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '_' || c == '.';
  });
  return good ? absl::OkStatus() : InvalidField(field, v1::REASON_MUST_BE_ACCOUNT_NAME);
}

absl::Status Decide(const v1::OpenAccountRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  return Open(request, false, docket, decision);
}

absl::Status OpenFirstAccount(const v1::OpenAccountRequest& request, Docket& docket, Decision& decision) {
  return Open(request, true, docket, decision);
}

absl::Status Decide(const v1::GrantRoleRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckRole("role", request.role()));
  ASSIGN_OR_RETURN(auto account, Another(docket, request.account_id(), context));
  if (account->roles.contains(request.role())) return NotNow("role", v1::REASON_IS_GRANTED_ALREADY);
  const bool waits =
      std::any_of(account->proposals.begin(), account->proposals.end(),
                  [&](const auto& entry) { return entry.second.roles.contains(request.role()); });
  if (waits) return NotNow("role", v1::REASON_WAITS_FOR_ANOTHER_ADMINISTRATOR_TO_CONFIRM_IT_ALREADY);
  auto& event = decision.Append(*account);
  if (NeedsSecondAdministrator(request.role())) {
    event.mutable_role_proposed()->set_role(request.role());
  } else {
    event.mutable_role_granted()->set_role(request.role());
  }
  return absl::OkStatus();
}

absl::Status Decide(const v1::WithdrawRoleRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckRole("role", request.role()));
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
  ASSIGN_OR_RETURN(auto account, Another(docket, request.account_id(), context));
  if (!account->roles.contains(request.role())) return NotNow("role", v1::REASON_IS_NOT_ONE_OF_ACCOUNT);
  auto& withdrawn = *decision.Append(*account).mutable_role_withdrawn();
  withdrawn.set_role(request.role());
  withdrawn.set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::GrantPermissionRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  const v1::PermissionGranted& grant = request.grant();
  if (grant.permission() != v1::PERMISSION_READ_PERSONAL_DATA) {
    return InvalidField("grant.permission", v1::REASON_MUST_BE_READ_PERSONAL_DATA);
  }
  RETURN_IF_ERROR(CheckText("grant.reason", grant.reason(), 1, 1'000));
  if (grant.expires_at_micros() <= context.now_micros ||
      grant.expires_at_micros() > context.now_micros + kMaxGrantMicros) {
    return InvalidField("grant.expires_at_micros", v1::REASON_MUST_LIE_AHEAD_YEAR_AT_MOST);
  }
  ASSIGN_OR_RETURN(auto account, Another(docket, request.account_id(), context));
  *decision.Append(*account).mutable_permission_proposed()->mutable_grant() = grant;
  return absl::OkStatus();
}

absl::Status Decide(const v1::WithdrawPermissionRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
  ASSIGN_OR_RETURN(auto account, Another(docket, request.account_id(), context));
  if (!account->granted.contains(request.permission())) {
    return NotNow("permission", v1::REASON_WAS_NOT_GRANTED_TO_ACCOUNT);
  }
  auto& withdrawn = *decision.Append(*account).mutable_permission_withdrawn();
  withdrawn.set_permission(request.permission());
  withdrawn.set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::RecoverAccountRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
  ASSIGN_OR_RETURN(auto account, Another(docket, request.account_id(), context));
  if (request.code_hash().size() != kCodeHashBytes)
    return InvalidField("code_hash", v1::REASON_IS_DAEMON_TO_SET);
  auto& recovered = *decision.Append(*account).mutable_account_recovered();
  recovered.set_reason(request.reason());
  recovered.set_code_hash(request.code_hash());
  recovered.set_waits(RecoveryWaits(*account));
  return absl::OkStatus();
}

absl::Status Decide(const v1::ConfirmAccountChangeRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto found, FindProposal(docket, request.account_id(), request.proposal(), context));
  if (found.proposal->proposer == context.actor) {
    return AnotherPerson("proposal", v1::REASON_IS_YOUR_OWN_ANOTHER_ADMINISTRATOR_MUST_CONFIRM_IT);
  }
  auto& confirmed = *decision.Append(*found.account).mutable_account_change_confirmed();
  confirmed.set_proposal(request.proposal());
  confirmed.set_password_void(found.proposal->code_hash.empty() && found.account->password_of_one);
  return absl::OkStatus();
}

absl::Status Decide(const v1::RefuseAccountChangeRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
  ASSIGN_OR_RETURN(auto found, FindProposal(docket, request.account_id(), request.proposal(), context));
  auto& refused = *decision.Append(*found.account).mutable_account_change_refused();
  refused.set_proposal(request.proposal());
  refused.set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::CloseAccountRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
  ASSIGN_OR_RETURN(auto account, Another(docket, request.account_id(), context));
  decision.Append(*account).mutable_account_closed()->set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::ConfirmSecondFactorRequest&, Docket& docket, const Context& context,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto organisation,
                   docket.Find<OrganisationState>("organisation_id", context.organisation_id));
  const auto member = organisation->members.find(context.actor.substr(0, context.actor.find('@')));
  if (member == organisation->members.end()) return NotNow("account", v1::REASON_YOU_HAVE_NO_ACCOUNT);
  ASSIGN_OR_RETURN(auto account, docket.Find<AccountState>("account", member->second));
  if (account->second_factor) return NotNow("second_factor_code", v1::REASON_IS_CONFIRMED_ALREADY);
  decision.Append(*account).mutable_second_factor_enrolled();
  return absl::OkStatus();
}

}  // namespace klaim::domain
