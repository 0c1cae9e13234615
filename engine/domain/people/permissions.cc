#include "engine/domain/people/permissions.h"

#include <algorithm>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace klaim::domain {
namespace {

using Permissions = std::vector<v1::Permission>;

Permissions With(Permissions base, const Permissions& more) {
  base.insert(base.end(), more.begin(), more.end());
  return base;
}

// Whoever proposes money can't approve it: two roles, and the decisions compare the persons too.
const std::map<v1::Role, Permissions>& Roles() {
  static const Permissions files = {v1::PERMISSION_READ_REGISTRY, v1::PERMISSION_FILE_CLAIMS,
                                    v1::PERMISSION_READ_CLAIMS, v1::PERMISSION_READ_PERSONAL_DATA};
  static const Permissions works = With(files, {v1::PERMISSION_READ_MONEY});
  static const Permissions reads = {v1::PERMISSION_READ_REGISTRY, v1::PERMISSION_READ_CLAIMS,
                                    v1::PERMISSION_READ_MONEY};
  static const auto& roles = *new std::map<v1::Role, Permissions>{
      {v1::ROLE_INTAKE, files},
      {v1::ROLE_PARALEGAL, works},
      {v1::ROLE_MEDIATOR, works},
      {v1::ROLE_LAWYER, With(works, {v1::PERMISSION_DECIDE_CLAIMS, v1::PERMISSION_CERTIFY_GROUPS,
                                     v1::PERMISSION_MANAGE_RESPONDENTS, v1::PERMISSION_MANAGE_PROGRAMMES,
                                     v1::PERMISSION_ERASE_PERSONS})},
      {v1::ROLE_VALUER, With(reads, {v1::PERMISSION_VALUE_CLAIMS})},
      {v1::ROLE_TREASURER, With(reads, {v1::PERMISSION_MANAGE_MONEY})},
      {v1::ROLE_APPROVER, With(reads, {v1::PERMISSION_APPROVE_MONEY})},
      {v1::ROLE_PARTNER, files},
      {v1::ROLE_AUDITOR, With(reads, {v1::PERMISSION_AUDIT})},
      {v1::ROLE_ADMINISTRATOR,
       {v1::PERMISSION_READ_REGISTRY, v1::PERMISSION_MANAGE_ORGANISATIONS, v1::PERMISSION_MANAGE_ACCOUNTS,
        v1::PERMISSION_MANAGE_KEYS}},
  };
  return roles;
}

}  // namespace

const std::vector<v1::Permission>& PermissionsOf(v1::Role role) {
  static const Permissions none;
  const auto found = Roles().find(role);
  return found == Roles().end() ? none : found->second;
}

bool NeedsSecondAdministrator(v1::Permission permission) {
  return permission == v1::PERMISSION_READ_PERSONAL_DATA || permission == v1::PERMISSION_MANAGE_MONEY ||
         permission == v1::PERMISSION_APPROVE_MONEY || permission == v1::PERMISSION_MANAGE_ACCOUNTS;
}

bool NeedsSecondAdministrator(v1::Role role) {
  const Permissions& permissions = PermissionsOf(role);
  return std::any_of(permissions.begin(), permissions.end(),
                     [](v1::Permission permission) { return NeedsSecondAdministrator(permission); });
}

bool NeedsSecondFactor(v1::Role role) {
  const Permissions& permissions = PermissionsOf(role);
  return std::any_of(permissions.begin(), permissions.end(), [](v1::Permission permission) {
    return permission == v1::PERMISSION_MANAGE_MONEY || permission == v1::PERMISSION_APPROVE_MONEY ||
           permission == v1::PERMISSION_MANAGE_ACCOUNTS;
  });
}

std::string RoleName(v1::Role role) {
  return absl::AsciiStrToLower(absl::StripPrefix(v1::Role_Name(role), "ROLE_"));
}

absl::StatusOr<v1::Role> ParseRole(absl::string_view name) {
  std::vector<std::string> names;
  for (int number = v1::Role_MIN + 1; number <= v1::Role_MAX; ++number) {
    const auto role = static_cast<v1::Role>(number);
    names.push_back(RoleName(role));
    if (names.back() == name) return role;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("role: \"", name, "\" is none of ", absl::StrJoin(names, ", ")));
}

}  // namespace klaim::domain
