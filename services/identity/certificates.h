// Client certificates: whom one names, and whether it was revoked.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/identity/principal.h"

namespace klaim::services {

// What Klaim looks at in a certificate that TLS has found to be of the docket's authority.
struct ClientCertificate {
  CertificateName name;
  std::string serial;  // lower-case hexadecimal
  int64_t not_after_micros = 0;
};

// UNAUTHENTICATED when it doesn't name an account of Klaim.
absl::StatusOr<ClientCertificate> ReadClientCertificate(absl::string_view pem);

// The serial number of any certificate, as ClientCertificate has it; empty when it can't be read.
std::string SerialOfCertificate(absl::string_view pem);

// The authority's certificate revocation list (RFC 5280 section 5, PEM), read again when its file changes.
// Thread-safe.
class RevocationList {
 public:
  // `authority` is the authority's certificate, PEM, which must have signed the list.
  RevocationList(std::string file, std::string authority);

  // Reads the list; must be called once before use. An error names the file and what is wrong with it.
  absl::Status Load();

  // Reads the file again if it changed, looking once a second at the most; true when the list is another one
  // now. A list that can't be read or wasn't signed by the authority is told on the log, and the one before
  // goes on to hold.
  bool Refresh();

  bool Contains(const std::string& serial) const;

 private:
  absl::StatusOr<std::set<std::string>> Read() const;
  std::string Stamp() const;  // tells one version of the file from another

  const std::string file_;
  const std::string authority_;
  mutable absl::Mutex mutex_;
  std::set<std::string> serials_ ABSL_GUARDED_BY(mutex_);
  std::string stamp_ ABSL_GUARDED_BY(mutex_);
  absl::Duration looked_at_ ABSL_GUARDED_BY(mutex_) = -absl::InfiniteDuration();  // of the steady clock
};

}  // namespace klaim::services
