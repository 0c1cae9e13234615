#include "services/principal.h"

#include <algorithm>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "klaim/v1/audit_service.pb.h"
#include "klaim/v1/compensation_service.pb.h"
#include "klaim/v1/groups_service.pb.h"
#include "klaim/v1/intake_service.pb.h"
#include "klaim/v1/registry_service.pb.h"
#include "klaim/v1/review_service.pb.h"

namespace klaim::services {
namespace {

using Permissions = std::vector<v1::Permission>;

// What each role may do (domain: people and bodies). Whoever proposes money can't approve it: two roles, and
// the domain compares the persons too.
const std::map<std::string, Permissions, std::less<>>& Roles() {
  static const auto& roles = *new std::map<std::string, Permissions, std::less<>>{
      {"intake",
       {v1::PERMISSION_READ_REGISTRY, v1::PERMISSION_FILE_CLAIMS, v1::PERMISSION_READ_CLAIMS,
        v1::PERMISSION_READ_PERSONAL_DATA}},
      {"paralegal",
       {v1::PERMISSION_READ_REGISTRY, v1::PERMISSION_FILE_CLAIMS, v1::PERMISSION_READ_CLAIMS,
        v1::PERMISSION_READ_PERSONAL_DATA, v1::PERMISSION_READ_MONEY}},
      {"mediator",
       {v1::PERMISSION_READ_REGISTRY, v1::PERMISSION_FILE_CLAIMS, v1::PERMISSION_READ_CLAIMS,
        v1::PERMISSION_READ_PERSONAL_DATA, v1::PERMISSION_READ_MONEY}},
      {"lawyer",
       {v1::PERMISSION_READ_REGISTRY, v1::PERMISSION_FILE_CLAIMS, v1::PERMISSION_READ_CLAIMS,
        v1::PERMISSION_READ_PERSONAL_DATA, v1::PERMISSION_READ_MONEY, v1::PERMISSION_DECIDE_CLAIMS,
        v1::PERMISSION_CERTIFY_GROUPS, v1::PERMISSION_MANAGE_RESPONDENTS, v1::PERMISSION_MANAGE_PROGRAMMES}},
      {"valuer",
       {v1::PERMISSION_READ_REGISTRY, v1::PERMISSION_READ_CLAIMS, v1::PERMISSION_READ_MONEY,
        v1::PERMISSION_VALUE_CLAIMS}},
      {"treasurer",
       {v1::PERMISSION_READ_REGISTRY, v1::PERMISSION_READ_CLAIMS, v1::PERMISSION_READ_MONEY,
        v1::PERMISSION_MANAGE_MONEY}},
      {"approver",
       {v1::PERMISSION_READ_REGISTRY, v1::PERMISSION_READ_CLAIMS, v1::PERMISSION_READ_MONEY,
        v1::PERMISSION_APPROVE_MONEY}},
      {"partner",
       {v1::PERMISSION_READ_REGISTRY, v1::PERMISSION_FILE_CLAIMS, v1::PERMISSION_READ_CLAIMS,
        v1::PERMISSION_READ_PERSONAL_DATA}},
      {"auditor",
       {v1::PERMISSION_READ_REGISTRY, v1::PERMISSION_READ_CLAIMS, v1::PERMISSION_READ_MONEY,
        v1::PERMISSION_AUDIT}},
      {"administrator", {v1::PERMISSION_READ_REGISTRY, v1::PERMISSION_MANAGE_ORGANISATIONS}},
  };
  return roles;
}

constexpr char kScheme[] = "klaim://organisation/";

bool IsName(absl::string_view name) {
  return !name.empty() && name.size() <= 60 && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '_' || c == '.';
  });
}

std::map<const google::protobuf::Descriptor*, v1::Permission> AllPermissions() {
  std::map<const google::protobuf::Descriptor*, v1::Permission> permissions;
  for (const auto* file :
       {v1::ListClaimsRequest::descriptor()->file(), v1::OpenProgrammeRequest::descriptor()->file(),
        v1::ValueClaimRequest::descriptor()->file(), v1::OptOutRequest::descriptor()->file(),
        v1::SettlementRecorded::descriptor()->file(), v1::ReadLogRequest::descriptor()->file(),
        v1::GetStatisticsRequest::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const auto* method = file->service(s)->method(m);
        permissions[method->input_type()] = method->options().GetExtension(v1::permission);
      }
    }
  }
  return permissions;
}

}  // namespace

const std::vector<std::string>& RoleNames() {
  static const auto& names = *[] {
    auto* list = new std::vector<std::string>;
    for (const auto& [name, permissions] : Roles()) list->push_back(name);
    return list;
  }();
  return names;
}

absl::StatusOr<std::string> PrincipalUri(uint64_t organisation_id, const std::vector<std::string>& roles,
                                         absl::string_view name) {
  for (const std::string& role : roles) {
    if (!Roles().contains(role)) {
      return absl::InvalidArgumentError(
          absl::StrCat("role: \"", role, "\" is none of ", absl::StrJoin(RoleNames(), ", ")));
    }
  }
  if (roles.empty()) return absl::InvalidArgumentError("role: name at least one");
  if (!IsName(name)) {
    return absl::InvalidArgumentError("name: must be 1 to 60 of a-z, 0-9, '-', '_' and '.'");
  }
  return absl::StrCat(kScheme, organisation_id, "/", absl::StrJoin(roles, "+"), "/", name);
}

absl::StatusOr<Principal> ParsePrincipalUri(absl::string_view uri) {
  const absl::Status unknown =
      absl::UnauthenticatedError("this client certificate doesn't name a principal of Klaim");
  if (!absl::ConsumePrefix(&uri, kScheme)) return unknown;
  const std::vector<std::string> parts = absl::StrSplit(uri, '/');
  Principal principal;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &principal.organisation_id) || !IsName(parts[2]))
    return unknown;
  for (absl::string_view role : absl::StrSplit(parts[1], '+')) {
    const auto found = Roles().find(std::string(role));
    if (found == Roles().end()) return unknown;
    for (v1::Permission permission : found->second) principal.permissions |= uint64_t{1} << permission;
  }
  principal.actor = absl::StrCat(parts[2], "@", principal.organisation_id);
  return principal;
}

v1::Permission PermissionFor(const google::protobuf::Descriptor* request_type) {
  static const auto& permissions =
      *new std::map<const google::protobuf::Descriptor*, v1::Permission>(AllPermissions());
  const auto found = permissions.find(request_type);
  return found == permissions.end() ? v1::PERMISSION_UNSPECIFIED : found->second;
}

}  // namespace klaim::services
