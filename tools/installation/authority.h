// The docket's own certificate authority: ECDSA P-256, X.509 v3 (RFC 5280). Private keys are written with
// mode 0600.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace klaim::tools {

// Makes `folder`/ca.crt and `folder`/ca.key, for ten years, and an empty revocation list.
absl::Status CreateAuthority(const std::string& folder, const std::string& name);

struct CertificateRequest {
  std::string common_name;
  std::string uri;                 // of a client: services::PrincipalUri; empty for a server
  std::vector<std::string> hosts;  // of a server: names and IP addresses
  int days = 825;
};

// Makes `certificate_file` and `key_file`, signed by the authority in `authority_folder`.
absl::Status IssueCertificate(const std::string& authority_folder, const CertificateRequest& request,
                              const std::string& certificate_file, const std::string& key_file);

// Puts a certificate's serial number (hexadecimal) on the authority's revocation list, `folder`/revoked.crl
// (RFC 5280 section 5), signed anew and put in place whole. An empty serial makes a list where there is none.
absl::Status Revoke(const std::string& authority_folder, const std::string& serial);

// Writes a file with these permissions, whole or not at all.
absl::Status WriteFile(const std::string& path, const std::string& text, unsigned mode);

absl::StatusOr<std::string> ReadFile(const std::string& path);

}  // namespace klaim::tools
