// Where the files of one docket's installation stand, below one folder:
//
//   data/            the docket: log, vault, read models
//   master.key       master key of the vault, mode 0600; keep its backup apart from data/
//   log.key          key that signs the log's checkpoints, mode 0600; log.vkey is its public half
//   checkpoint       what the log said of itself last, signed; the log must go on from it
//   witnesses.json   who cosigns checkpoints, if anybody does
//   authority/       certificate authority: ca.crt, ca.key
//                    revoked.crl, the certificates that are revoked
//   server.crt .key  the daemon's certificate
//   people/          NAME.crt and NAME.key, one pair a person or system
//   nodes/           NAME.crt and NAME.key of each node of a cluster
//   providers.json   OpenID providers of organisations, if there are any
//   addresses.json   where the daemon serves; written by klaimd
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace klaim::tools {

struct DocketFiles {
  std::string root;

  std::string data() const { return root + "/data"; }
  std::string master_key() const { return root + "/master.key"; }
  std::string log_key() const { return root + "/log.key"; }
  std::string log_verifier_key() const { return root + "/log.vkey"; }
  std::string checkpoint() const { return root + "/checkpoint"; }
  std::string witnesses() const { return root + "/witnesses.json"; }
  std::string authority() const { return root + "/authority"; }
  std::string authority_certificate() const { return root + "/authority/ca.crt"; }
  std::string revocation_list() const { return root + "/authority/revoked.crl"; }
  std::string providers() const { return root + "/providers.json"; }
  std::string server_certificate() const { return root + "/server.crt"; }
  std::string server_key() const { return root + "/server.key"; }
  std::string certificate(const std::string& person) const { return root + "/people/" + person + ".crt"; }
  std::string key(const std::string& person) const { return root + "/people/" + person + ".key"; }
  std::string nodes() const { return root + "/nodes"; }
  std::string node_certificate(const std::string& node) const { return nodes() + "/" + node + ".crt"; }
  std::string node_key(const std::string& node) const { return nodes() + "/" + node + ".key"; }
  std::string addresses() const { return root + "/addresses.json"; }
};

// The person whose certificate addresses.json names, and whom `klaim` acts as unless told otherwise.
inline constexpr char kDefaultPerson[] = "legal-team";

// How the docket's log is named in checkpoints, as its key says.
absl::StatusOr<std::string> OriginOf(const DocketFiles& files);

}  // namespace klaim::tools
