// Who calls: the person or system that a client certificate names, and what the roles in it permit.
//
// A certificate of the docket's authority carries one URI (RFC 5280 subjectAltName):
//   klaim://organisation/12/lawyer+valuer/sari
// that is: organisation number, roles, name. The name recorded in events is "sari@12".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "klaim/v1/permission.pb.h"

namespace klaim::services {

struct Principal {
  std::string actor;  // "sari@12"
  uint64_t organisation_id = 0;
  uint64_t permissions = 0;  // bit by v1::Permission

  bool May(v1::Permission permission) const { return (permissions >> permission & 1) != 0; }
};

// The names of all roles.
const std::vector<std::string>& RoleNames();

// The URI of a certificate; INVALID_ARGUMENT for a role or name that can't be.
absl::StatusOr<std::string> PrincipalUri(uint64_t organisation_id, const std::vector<std::string>& roles,
                                         absl::string_view name);

// The principal of a certificate's URI; UNAUTHENTICATED when it isn't one of ours.
absl::StatusOr<Principal> ParsePrincipalUri(absl::string_view uri);

// The permission that the method with this request type demands; UNSPECIFIED, which nobody has, when it names
// none. Each request type belongs to one method alone.
v1::Permission PermissionFor(const google::protobuf::Descriptor* request_type);

}  // namespace klaim::services
