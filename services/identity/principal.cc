#include "services/identity/principal.h"

#include <algorithm>
#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/people/account.h"
#include "engine/domain/people/permissions.h"

namespace klaim::services {
namespace {

constexpr char kScheme[] = "klaim://organisation/";
constexpr char kNodeScheme[] = "klaim://node/";

uint64_t Bit(v1::Permission permission) { return uint64_t{1} << permission; }

bool RoleNeedsSecondFactor(int role) { return domain::NeedsSecondFactor(static_cast<v1::Role>(role)); }

}  // namespace

bool NeedsSecondFactor(const v1::Account& account) {
  return std::any_of(account.roles().begin(), account.roles().end(), RoleNeedsSecondFactor);
}

bool NeedsSecondFactor(const domain::AccountState& account) {
  return std::any_of(account.roles.begin(), account.roles.end(), RoleNeedsSecondFactor);
}

absl::StatusOr<Principal> PrincipalOf(const v1::Account& account, int64_t now_micros) {
  if (account.closed())
    return domain::Refuse(absl::StatusCode::kPermissionDenied, v1::REASON_THIS_ACCOUNT_IS_CLOSED);
  Principal principal;
  principal.actor = domain::ActorOf(account.name(), account.organisation_id());
  principal.account_id = account.account_id();
  principal.organisation_id = account.organisation_id();
  principal.valid_until_micros = std::numeric_limits<int64_t>::max();
  principal.permissions = Bit(v1::PERMISSION_OWN_ACCOUNT) | Bit(v1::PERMISSION_SIGN_IN);
  for (int role : account.roles()) {
    for (v1::Permission permission : domain::PermissionsOf(static_cast<v1::Role>(role))) {
      principal.permissions |= Bit(permission);
    }
  }
  for (const v1::PermissionGranted& grant : account.grants()) {
    if (grant.expires_at_micros() <= now_micros) continue;
    principal.permissions |= Bit(grant.permission());
    principal.valid_until_micros = std::min(principal.valid_until_micros, grant.expires_at_micros());
  }
  return principal;
}

absl::StatusOr<std::string> PrincipalUri(uint64_t organisation_id, absl::string_view name) {
  RETURN_IF_ERROR(domain::CheckAccountName("name", name));
  return absl::StrCat(kScheme, organisation_id, "/", name);
}

absl::StatusOr<CertificateName> ParsePrincipalUri(absl::string_view uri) {
  CertificateName named;
  const bool ours = absl::ConsumePrefix(&uri, kScheme);
  const std::vector<std::string> parts = absl::StrSplit(uri, '/');
  if (!ours || parts.size() != 2 || !absl::SimpleAtoi(parts[0], &named.organisation_id) ||
      !domain::CheckAccountName("name", parts[1]).ok()) {
    return domain::Refuse(absl::StatusCode::kUnauthenticated, v1::REASON_CERTIFICATE_NAMES_NO_ACCOUNT);
  }
  named.name = parts[1];
  return named;
}

absl::StatusOr<std::string> NodeUri(absl::string_view name) {
  RETURN_IF_ERROR(domain::CheckAccountName("name", name));
  return absl::StrCat(kNodeScheme, name);
}

bool IsNodeUri(absl::string_view uri) {
  return absl::ConsumePrefix(&uri, kNodeScheme) && domain::CheckAccountName("name", uri).ok();
}

}  // namespace klaim::services
