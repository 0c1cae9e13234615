// Sessions of people who signed in: a random token each, known here by its hash alone. They live in memory: a
// restart signs everybody out. Thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

namespace klaim::services {

struct SessionLimits {
  int64_t idle_seconds = int64_t{30} * 60;
  int64_t absolute_seconds = int64_t{12} * 60 * 60;
};

struct Session {
  uint64_t account_id = 0;
  int64_t began_micros = 0;
  int64_t last_used_micros = 0;
  bool second_factor = false;  // signed in with one
  bool password_change_needed = false;
};

class Sessions {
 public:
  explicit Sessions(SessionLimits limits) : limits_(limits) {}

  const SessionLimits& limits() const { return limits_; }

  // Begins a session and returns its token: 32 random bytes in URL-safe Base64. RESOURCE_EXHAUSTED when the
  // account has too many.
  absl::StatusOr<std::string> Begin(const Session& session);

  // The session of a token, used now. UNAUTHENTICATED when there is none, or it expired: no difference is told.
  absl::StatusOr<Session> Use(const std::string& token, int64_t now_micros);

  void End(const std::string& token);
  void EndAllOf(uint64_t account_id);
  // The account changed its password or got a second factor: this session may do all that its roles allow, and
  // the account's other ones are ended.
  void Renew(const std::string& token, bool second_factor, bool password_change_needed);

 private:
  bool Expired(const Session& session, int64_t now_micros) const;

  const SessionLimits limits_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Session> sessions_ ABSL_GUARDED_BY(mutex_);  // by the token's hash
};

}  // namespace klaim::services
