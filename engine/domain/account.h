// An account: a person or a system that may call, and its roles.
#pragma once

#include <set>
#include <string>

#include "absl/status/status.h"
#include "engine/domain/decision.h"
#include "klaim/v1/accounts_service.pb.h"

namespace klaim::domain {

class Docket;

struct AccountState : Aggregate {
  static constexpr char kKind[] = "account";
  uint64_t organisation_id = 0;
  std::string name;
  std::set<int> roles;    // v1::Role
  std::set<int> granted;  // v1::Permission, also those that have expired
  bool second_factor = false;
  bool closed = false;
};

void Evolve(AccountState& state, const v1::EventRecord& event);

// The name that events bear: "sari@12".
std::string ActorOf(const std::string& name, uint64_t organisation_id);

// 1 to 60 of a-z, 0-9, '-', '_' and '.'.
absl::Status CheckAccountName(absl::string_view field, absl::string_view name);

// A name is taken within its organisation for ever.
absl::Status Decide(const v1::OpenAccountRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

// Nobody changes what their own account may do (PERMISSION_DENIED): it takes another administrator.
absl::Status Decide(const v1::GrantRoleRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::WithdrawRoleRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::GrantPermissionRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::WithdrawPermissionRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::RecoverAccountRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::CloseAccountRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

// The caller's own account; the code was checked before.
absl::Status Decide(const v1::ConfirmSecondFactorRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
