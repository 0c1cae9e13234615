// Who calls: by the client certificate of the connection, or by a session's token. What an account may do is read from
// the log, never from a read model, which would let in for a while who was shut out. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/grpcpp.h"
#include "services/boundary/peers.h"
#include "services/docket/open_docket.h"
#include "services/identity/certificates.h"
#include "services/identity/principal.h"
#include "services/identity/sessions.h"

namespace klaim::services {

class Authenticator {
 public:
  Authenticator(OpenDocket& docket, RevocationList& revoked, const Peers& peers, SessionLimits limits,
                std::function<int64_t()> clock)
      : docket_(docket), revoked_(revoked), peers_(peers), clock_(std::move(clock)), sessions_(limits) {}

  // UNAUTHENTICATED when nobody is named, or one who isn't known, revoked or expired; a principal without
  // permissions for a call that carries nothing, so that it may sign in.
  absl::StatusOr<Principal> Identify(const grpc::ServerContextBase& context);

  // The principal of a client certificate that TLS has found to be of the authority, PEM.
  absl::StatusOr<Principal> OfCertificate(const std::string& pem);

  // The principal of a session's token.
  absl::StatusOr<Principal> OfSession(const std::string& token);

  // Who stands in events as "sari@12", for what was begun in that name; PERMISSION_DENIED once the account is closed.
  absl::StatusOr<Principal> OfActor(const std::string& actor) const;

  // The account with this name, as it stands; NOT_FOUND when there is none. An account that was opened a moment ago
  // may not be found by its name yet.
  absl::StatusOr<v1::Account> FindAccount(uint64_t organisation_id, const std::string& name) const;
  absl::StatusOr<v1::Account> FindAccount(uint64_t account_id) const;

  Sessions& sessions() { return sessions_; }
  int64_t now_micros() const { return clock_(); }

 private:
  // A certificate, and whose it is: 0 while that hasn't been looked up.
  struct KnownCertificate : ClientCertificate {
    uint64_t account_id = 0;
  };
  absl::StatusOr<KnownCertificate> CertificateOf(const std::string& pem) const;
  void Remember(const std::string& pem, KnownCertificate certificate, uint64_t account_id);
  absl::StatusOr<v1::Account> ReadAccount(uint64_t account_id) const;

  OpenDocket& docket_;
  RevocationList& revoked_;
  const Peers& peers_;
  const std::function<int64_t()> clock_;
  Sessions sessions_;
  mutable absl::Mutex mutex_;
  // As they are while the sequencer's account_changes() is `changes_`.
  mutable uint64_t changes_ ABSL_GUARDED_BY(mutex_) = 0;
  mutable absl::flat_hash_map<uint64_t, v1::Account> accounts_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, KnownCertificate> certificates_ ABSL_GUARDED_BY(mutex_);  // by PEM
};

}  // namespace klaim::services
