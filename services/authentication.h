// Who calls: by the client certificate of the connection, or by a session's token. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/grpcpp.h"
#include "services/certificates.h"
#include "services/open_docket.h"
#include "services/principal.h"
#include "services/sessions.h"

namespace klaim::services {

class Authenticator {
 public:
  Authenticator(OpenDocket& docket, RevocationList& revoked, SessionLimits limits,
                std::function<int64_t()> clock)
      : docket_(docket), revoked_(revoked), clock_(std::move(clock)), sessions_(limits) {}

  // UNAUTHENTICATED when nobody is named, or one who isn't known, revoked or expired; a principal without
  // permissions for a call that carries nothing, so that it may sign in.
  absl::StatusOr<Principal> Identify(const grpc::ServerContextBase& context);

  // The principal of a client certificate that TLS has found to be of the authority, PEM.
  absl::StatusOr<Principal> OfCertificate(const std::string& pem);

  // The principal of a session's token.
  absl::StatusOr<Principal> OfSession(const std::string& token);

  // Who stands in events as "sari@12", for what was begun in that name; PERMISSION_DENIED once the account is closed.
  absl::StatusOr<Principal> OfActor(const std::string& actor) const;

  // Accounts changed: what was known of them is looked up again.
  void Forget();

  // The account with this name, as it stands; NOT_FOUND when there is none.
  absl::StatusOr<v1::Account> FindAccount(uint64_t organisation_id, const std::string& name) const;
  absl::StatusOr<v1::Account> FindAccount(uint64_t account_id) const;

  Sessions& sessions() { return sessions_; }
  int64_t now_micros() const { return clock_(); }

 private:
  OpenDocket& docket_;
  RevocationList& revoked_;
  const std::function<int64_t()> clock_;
  Sessions sessions_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Principal> certificates_ ABSL_GUARDED_BY(mutex_);  // by PEM
  uint64_t forgotten_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace klaim::services
