// Passwords, second factors and lock-out of accounts, kept in the vault.
//
//   Passwords: Argon2id by libsodium, its interactive limits (64 MiB and some 0.1 s, RFC 9106).
//   Codes of recoveries: random, good until a password is set with them, for seven days. The log holds their hash and what a recovery makes void, so
//     that nothing here has to succeed for a recovery to hold.
//   Second factor: TOTP (RFC 6238), SHA-1, 30 seconds, six digits, one step to either side; no code twice.
//   Lock-out: from the fifth failure on 1 s, then twice as long each time, an hour at the most; counted apart for addresses from which the account signed in.
//
// Thread-safe; what hashes a password blocks meanwhile. Nothing here says whether an account exists: unknown ones cost the same and fail the same.
#pragma once

#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "engine/domain/people/account.h"
#include "engine/privacy/vault.h"
#include "klaim/v1/credentials.pb.h"

namespace klaim::services {

// What somebody signs in with.
struct SignInProof {
  std::string password;            // or the code of a recovery
  std::string second_factor_code;  // empty for none
  std::string address;             // services/common/acceptor.h
};

// Accounts are handed in as the log has them now.
class CredentialStore {
 public:
  explicit CredentialStore(privacy::Vault& vault) : vault_(vault) {}

  struct SignedIn {
    bool first_password = false;
    bool second_factor = false;  // the account has one, and its code was right
    uint32_t told_events = 0;    // of how many of its events it was told before
  };

  // Checks the code of a recovery, without hashing a password. NOT_FOUND when the password is none that is good; UNAUTHENTICATED when it waits for
  // another administrator, and the account's second factor doesn't come with it, which confirms it as well.
  absl::StatusOr<SignedIn> CheckRecovery(const domain::AccountState& account, const SignInProof& proof,
                                         int64_t now_micros);

  // Checks password and second factor. `account` is null for one that doesn't exist or is closed. UNAUTHENTICATED for every
  // failure alike, a lock-out too.
  absl::StatusOr<SignedIn> Check(const domain::AccountState* account, const SignInProof& proof,
                                 int64_t now_micros);

  // Sets another password. `old_password` may be the code of a recovery; if that waits, setting the password is the person's word for it: its number is
  // returned, to be confirmed in the log, without which the new password is worth nothing. 0 otherwise.
  absl::StatusOr<uint64_t> ChangePassword(const domain::AccountState& account,
                                          const std::string& old_password, const std::string& new_password,
                                          int64_t now_micros);

  // A new second factor's secret, in Base32, to be confirmed by a code.
  absl::StatusOr<std::string> Enrol(const domain::AccountState& account);
  // INVALID_ARGUMENT when the code is wrong. The code that confirmed it is right again, so that what failed afterwards can be repeated.
  absl::Status Confirm(const domain::AccountState& account, const std::string& code, int64_t now_micros);

 private:
  // What holds of an account: NOT_FOUND when it has no password, or one that a recovery made void.
  absl::StatusOr<v1::Credentials> Read(const domain::AccountState& account) const;
  // What was written last, whether it holds or not.
  absl::StatusOr<v1::Credentials> ReadAny(uint64_t account_id) const;
  absl::Status Write(uint64_t account_id, const v1::Credentials& credentials)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<SignedIn> CheckWaiting(const domain::AccountState& account, uint64_t recovery,
                                        const SignInProof& proof, int64_t now_micros);
  absl::StatusOr<uint64_t> SetByCode(const domain::AccountState& account, uint64_t recovery,
                                     const std::string& new_password);
  absl::StatusOr<SignedIn> Decide(const domain::AccountState& account, const SignInProof& proof,
                                  bool same_password, int64_t now_micros);

  privacy::Vault& vault_;
  absl::Mutex mutex_;  // one change of credentials at a time
};

// A code of a recovery, which can be read out over the telephone, and what the log holds of it.
std::string NewRecoveryCode();
std::string HashOfRecoveryCode(const std::string& code);

// The code of a secret at a time step.
std::string SecondFactorCode(const std::string& secret, int64_t step);

// 5 failures or fewer cost nothing; then seconds that double up to an hour.
int64_t LockOutSeconds(uint32_t failures);

}  // namespace klaim::services
