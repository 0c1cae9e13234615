// Signing in by an organisation's own OpenID provider: OpenID Connect Core 1.0, authorization code flow with
// PKCE (RFC 7636, S256), discovery, ID tokens signed RS256 or ES256 by a key of the provider's JWKS.
//
// The providers stand in a JSON file of the docket, read at the start:
//   [{"organisation_id": 12, "issuer": "https://id.example.org", "client_id": "klaim",
//     "client_secret_file": "/etc/klaim/oidc.secret", "redirect_uris": ["https://klaim.example.org/signed-in"],
//     "account_claim": "preferred_username", "second_factor_acr": ["mfa"], "ca_file": "..."}]
// The claim `account_claim` names the account; a sign-in counts as one with a second factor when the token's acr
// is one of `second_factor_acr`. Thread-safe; both calls ask the provider, and block meanwhile.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

namespace klaim::services {

struct Provider {
  uint64_t organisation_id = 0;
  std::string issuer;
  std::string client_id;
  std::string client_secret;  // empty for a public client
  std::vector<std::string> redirect_uris;
  std::string account_claim;
  std::vector<std::string> second_factor_acr;
  std::string ca_file;  // authorities that vouch for the provider; empty for the system's
};

// Reads the file; none where it is missing.
absl::StatusOr<std::vector<Provider>> ReadProviders(const std::string& file);

class ProviderSignIn {
 public:
  explicit ProviderSignIn(std::vector<Provider> providers) : providers_(std::move(providers)) {}

  struct Begun {
    std::string authorization_url;
    std::string state;
  };
  absl::StatusOr<Begun> Begin(uint64_t organisation_id, const std::string& redirect_uri, int64_t now_micros);

  struct Named {
    uint64_t organisation_id = 0;
    std::string account_name;
    bool second_factor = false;
  };
  // UNAUTHENTICATED when the state is not one of ours, was used, or is older than ten minutes, or the token
  // isn't what it must be.
  absl::StatusOr<Named> Finish(const std::string& state, const std::string& code, int64_t now_micros);

 private:
  struct Pending {
    const Provider* provider = nullptr;
    std::string redirect_uri;
    std::string verifier;
    std::string nonce;
    int64_t began_micros = 0;
  };

  const std::vector<Provider> providers_;
  absl::Mutex mutex_;
  std::map<std::string, Pending> pending_ ABSL_GUARDED_BY(mutex_);  // by state
};

}  // namespace klaim::services
