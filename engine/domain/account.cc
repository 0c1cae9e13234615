#include "engine/domain/account.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/domain/docket.h"
#include "engine/domain/refusal.h"
#include "engine/domain/rules.h"

namespace klaim::domain {
namespace {

// A grant is for a task, not for ever.
constexpr int64_t kLongestGrantMicros = 366ll * 86'400 * 1'000'000;

absl::Status CheckRole(const std::string& field, int role) {
  if (v1::Role_IsValid(role) && role != v1::ROLE_UNSPECIFIED) return absl::OkStatus();
  return InvalidField(field, "must be one of the roles");
}

// The account that a request is about, if it is open and not the caller's own.
absl::StatusOr<const AccountState*> Another(Docket& docket, uint64_t account_id, const Context& context) {
  auto account = docket.Find<AccountState>("account_id", account_id);
  if (!account.ok()) return account.status();
  if ((*account)->closed) return NotNow("account_id", "the account is closed: open another one");
  if (ActorOf((*account)->name, (*account)->organisation_id) == context.actor) {
    return AnotherPerson("account_id", "is your own: another administrator must do it");
  }
  return account;
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
      state.second_factor = false;
      break;
    case v1::EventRecord::kSecondFactorEnrolled:
      state.second_factor = true;
      break;
    case v1::EventRecord::kAccountClosed:
      state.closed = true;
      break;
    default:
      break;
  }
}

absl::Status CheckAccountName(absl::string_view field, absl::string_view name) {
  const bool good = !name.empty() && name.size() <= 60 && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '_' || c == '.';
  });
  return good ? absl::OkStatus() : InvalidField(field, "must be 1 to 60 of a-z, 0-9, '-', '_' and '.'");
}

absl::Status Decide(const v1::OpenAccountRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  KLAIM_REFUSE_IF_NOT(CheckAccountName("name", request.name()));
  std::set<int> roles;
  for (int role : request.roles()) {
    KLAIM_REFUSE_IF_NOT(CheckRole("roles", role));
    if (!roles.insert(role).second) return InvalidField("roles", "must name each role once");
  }
  auto organisation = docket.Find<OrganisationState>("organisation_id", request.organisation_id());
  if (!organisation.ok()) return organisation.status();
  if ((*organisation)->members.contains(request.name())) {
    return Taken("name", "is taken at this organisation, for ever: choose another");
  }
  auto& event = decision.Open();
  auto& opened = *event.mutable_account_opened();
  opened.set_organisation_id(request.organisation_id());
  opened.set_name(request.name());
  for (int role : roles) opened.add_roles(static_cast<v1::Role>(role));
  auto& added = *decision.Append(**organisation).mutable_organisation_member_added();
  added.set_account_id(event.stream());
  added.set_name(request.name());
  return absl::OkStatus();
}

absl::Status Decide(const v1::GrantRoleRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  KLAIM_REFUSE_IF_NOT(CheckRole("role", request.role()));
  auto account = Another(docket, request.account_id(), context);
  if (!account.ok()) return account.status();
  if ((*account)->roles.contains(request.role())) return NotNow("role", "is granted already");
  decision.Append(**account).mutable_role_granted()->set_role(request.role());
  return absl::OkStatus();
}

absl::Status Decide(const v1::WithdrawRoleRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  KLAIM_REFUSE_IF_NOT(CheckRole("role", request.role()));
  KLAIM_REFUSE_IF_NOT(CheckText("reason", request.reason(), 1, 1'000));
  auto account = Another(docket, request.account_id(), context);
  if (!account.ok()) return account.status();
  if (!(*account)->roles.contains(request.role())) return NotNow("role", "is not one of the account's");
  auto& withdrawn = *decision.Append(**account).mutable_role_withdrawn();
  withdrawn.set_role(request.role());
  withdrawn.set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::GrantPermissionRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  const v1::PermissionGranted& grant = request.grant();
  if (grant.permission() != v1::PERMISSION_READ_PERSONAL_DATA) {
    return InvalidField("grant.permission", "must be READ_PERSONAL_DATA: all else goes by roles");
  }
  KLAIM_REFUSE_IF_NOT(CheckText("grant.reason", grant.reason(), 1, 1'000));
  if (grant.expires_at_micros() <= context.now_micros ||
      grant.expires_at_micros() > context.now_micros + kLongestGrantMicros) {
    return InvalidField("grant.expires_at_micros", "must lie ahead, a year at the most");
  }
  auto account = Another(docket, request.account_id(), context);
  if (!account.ok()) return account.status();
  *decision.Append(**account).mutable_permission_granted() = grant;
  return absl::OkStatus();
}

absl::Status Decide(const v1::WithdrawPermissionRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  KLAIM_REFUSE_IF_NOT(CheckText("reason", request.reason(), 1, 1'000));
  auto account = Another(docket, request.account_id(), context);
  if (!account.ok()) return account.status();
  if (!(*account)->granted.contains(request.permission())) {
    return NotNow("permission", "was not granted to the account");
  }
  auto& withdrawn = *decision.Append(**account).mutable_permission_withdrawn();
  withdrawn.set_permission(request.permission());
  withdrawn.set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::RecoverAccountRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  KLAIM_REFUSE_IF_NOT(CheckText("reason", request.reason(), 1, 1'000));
  auto account = Another(docket, request.account_id(), context);
  if (!account.ok()) return account.status();
  decision.Append(**account).mutable_account_recovered()->set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::CloseAccountRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  KLAIM_REFUSE_IF_NOT(CheckText("reason", request.reason(), 1, 1'000));
  auto account = Another(docket, request.account_id(), context);
  if (!account.ok()) return account.status();
  decision.Append(**account).mutable_account_closed()->set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::ConfirmSecondFactorRequest&, Docket& docket, const Context& context,
                    Decision& decision) {
  auto organisation = docket.Find<OrganisationState>("organisation_id", context.organisation_id);
  if (!organisation.ok()) return organisation.status();
  const auto member = (*organisation)->members.find(context.actor.substr(0, context.actor.find('@')));
  if (member == (*organisation)->members.end()) return NotNow("account", "you have no account");
  auto account = docket.Find<AccountState>("account", member->second);
  if (!account.ok()) return account.status();
  decision.Append(**account).mutable_second_factor_enrolled();
  return absl::OkStatus();
}

}  // namespace klaim::domain
