// Who calls, and what they may do: an account, named by a client certificate or by a session.
//
// A certificate of the docket's authority carries one URI (RFC 5280 subjectAltName):
//   klaim://organisation/12/sari
// that is: organisation number and account name. What the account may do stands in the log, not in the
// certificate, so that it can change. The name recorded in events is "sari@12".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/domain/people/account.h"
#include "klaim/v1/accounts_service.pb.h"
#include "klaim/v1/permission.pb.h"

namespace klaim::services {

struct Principal {
  std::string actor;  // "sari@12"
  uint64_t account_id = 0;
  uint64_t organisation_id = 0;
  uint64_t permissions = 0;        // bit by v1::Permission
  int64_t valid_until_micros = 0;  // then it must be worked out anew: a grant or certificate ends
  std::string session_token;       // empty for a certificate

  bool May(v1::Permission permission) const { return (permissions >> permission & 1) != 0; }
  // The national body sees the whole docket.
  bool national() const { return organisation_id == 0; }
};

// True when accounts with these roles must have a second factor to do more than to enrol it.
bool NeedsSecondFactor(const v1::Account& account);
bool NeedsSecondFactor(const domain::AccountState& account);

// The principal of an account at a moment; PERMISSION_DENIED when the account is closed.
absl::StatusOr<Principal> PrincipalOf(const v1::Account& account, int64_t now_micros);

// Whom a certificate names.
struct CertificateName {
  uint64_t organisation_id = 0;
  std::string name;
};
// The URI of a certificate; INVALID_ARGUMENT for a name that can't be.
absl::StatusOr<std::string> PrincipalUri(uint64_t organisation_id, absl::string_view name);
// UNAUTHENTICATED when it isn't one of ours.
absl::StatusOr<CertificateName> ParsePrincipalUri(absl::string_view uri);

// The URI of a node's certificate, klaim://node/NAME: it opens the vault's rows (services/docket/vault/vault_rows_service.h), and
// no method of Klaim's services. INVALID_ARGUMENT for a name that can't be.
absl::StatusOr<std::string> NodeUri(absl::string_view name);
bool IsNodeUri(absl::string_view uri);

}  // namespace klaim::services
