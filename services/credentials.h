// Passwords, second factors and lock-out of accounts, kept in the vault.
//
//   Passwords: Argon2id by libsodium, its interactive limits (64 MiB and some 0.1 s, RFC 9106).
//   Second factor: TOTP (RFC 6238), SHA-1, 30 seconds, six digits, one step to either side; no code twice.
//   Lock-out: from the fifth failure on 1 s, then twice as long each time, an hour at the most.
//
// Thread-safe; what hashes a password blocks meanwhile. Nothing here says whether an account exists: unknown ones cost the same and fail the same.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "engine/privacy/vault.h"
#include "klaim/v1/credentials.pb.h"

namespace klaim::services {

class CredentialStore {
 public:
  explicit CredentialStore(privacy::Vault& vault) : vault_(vault) {}
  // Waits for what was handed in.
  ~CredentialStore() { workers_.join(); }

  // Does what hashes a password on one of two threads made for it. RESOURCE_EXHAUSTED when too many wait.
  absl::Status Run(std::function<void()> work);

  struct SignedIn {
    bool first_password = false;
    bool second_factor = false;  // the account has one, and its code was right
  };

  // Checks password and code. `account_id` is 0 for an account that doesn't exist. UNAUTHENTICATED for every
  // failure alike, a lock-out too.
  absl::StatusOr<SignedIn> Check(uint64_t account_id, const std::string& password, const std::string& code,
                                 int64_t now_micros);

  // A new first password; takes the second factor off and unlocks.
  absl::StatusOr<std::string> Recover(uint64_t account_id);

  absl::Status ChangePassword(uint64_t account_id, const std::string& old_password,
                              const std::string& new_password, int64_t now_micros);

  // A new second factor's secret, in Base32, to be confirmed by a code.
  absl::StatusOr<std::string> Enrol(uint64_t account_id);
  // INVALID_ARGUMENT when the code is wrong.
  absl::Status Confirm(uint64_t account_id, const std::string& code, int64_t now_micros);

  // NOT_FOUND when the account has no credentials.
  absl::StatusOr<v1::Credentials> Read(uint64_t account_id) const;

 private:
  absl::Status Write(uint64_t account_id, const v1::Credentials& credentials);

  privacy::Vault& vault_;
  std::atomic<int> waiting_ = 0;
  boost::asio::thread_pool workers_{2};
  absl::Mutex mutex_;  // one change of credentials at a time
};

// The code of a secret at a time step.
std::string SecondFactorCode(const std::string& secret, int64_t step);

// 5 failures or fewer cost nothing; then seconds that double up to an hour.
int64_t LockOutSeconds(uint32_t failures);

}  // namespace klaim::services
