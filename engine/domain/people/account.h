// An account: a person or a system that may call, and its roles.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/accounts_service.pb.h"

namespace klaim::domain {

class Docket;

// What one administrator proposed and another must confirm: roles, a permission or a recovery.
struct AccountProposal {
  std::string proposer;
  std::set<int> roles;  // v1::Role
  std::optional<v1::PermissionGranted> grant;
  std::string code_hash;  // of a recovery; else empty
};

struct AccountState : Aggregate {
  static constexpr char kKind[] = "account";
  uint64_t organisation_id = 0;
  std::string name;
  std::set<int> roles;    // v1::Role
  std::set<int> granted;  // v1::Permission, also those that have expired
  bool second_factor = false;
  bool closed = false;
  std::map<uint64_t, AccountProposal> proposals;  // that wait, by the sequence of their event
  // What the account signed in with before this event, a recovery that holds, is worth nothing. 0 for none.
  uint64_t recovery = 0;
  std::string recovery_code_hash;   // empty when none was given with it
  int64_t recovered_at_micros = 0;  // when it came to hold
  bool password_of_one = false;     // one administrator alone recovered it last, and may know its password
};

void Evolve(AccountState& state, const v1::EventRecord& event);

// Whether the event opens or changes an account.
bool ChangesAccount(const v1::EventRecord& event);

// The name that events bear: "sari@12".
std::string ActorOf(const std::string& name, uint64_t organisation_id);

// 1 to 60 of a-z, 0-9, '-', '_' and '.'.
absl::Status CheckAccountName(absl::string_view field, absl::string_view name);

// A name is taken within its organisation for ever. Roles of which NeedsSecondAdministrator (permissions.h) wait to be confirmed.
absl::Status Decide(const v1::OpenAccountRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

// The same with all its roles at once: for whoever makes the docket on its machine, where all its keys are. No service decides so.
absl::Status OpenFirstAccount(const v1::OpenAccountRequest& request, Docket& docket, Decision& decision);

// Nobody changes what their own account may do (PERMISSION_DENIED): it takes another administrator. Roles, permissions and recoveries of which
// NeedsSecondAdministrator are proposals.
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
// Another administrator than who proposed it (PERMISSION_DENIED); or, of a recovery, the account itself.
absl::Status Decide(const v1::ConfirmAccountChangeRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Also for who proposed it.
absl::Status Decide(const v1::RefuseAccountChangeRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::CloseAccountRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

// The caller's own account; the code was checked before. FAILED_PRECONDITION when it is recorded already.
absl::Status Decide(const v1::ConfirmSecondFactorRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
