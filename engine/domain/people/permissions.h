// What each role may do: the one table (docs/security.md, with which a test compares it by calls).
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "klaim/v1/account_events.pb.h"
#include "klaim/v1/permission.pb.h"

namespace klaim::domain {

// What a role may do; nothing for what is no role.
const std::vector<v1::Permission>& PermissionsOf(v1::Role role);

// True for what lets somebody read personal data (payment files hold it too), move or approve money, or open the way to that for others: one
// administrator alone can't give it.
bool NeedsSecondAdministrator(v1::Permission permission);
// True for roles that hold such a permission.
bool NeedsSecondAdministrator(v1::Role role);

// Whether who has the role signs in with a second factor: who moves money, or says who may.
bool NeedsSecondFactor(v1::Role role);

// "lawyer" and the like.
std::string RoleName(v1::Role role);
// INVALID_ARGUMENT naming the roles that there are.
absl::StatusOr<v1::Role> ParseRole(absl::string_view name);

}  // namespace klaim::domain
