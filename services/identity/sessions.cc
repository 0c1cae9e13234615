#include "services/identity/sessions.h"

#include <sodium.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "engine/domain/core/refusal.h"

namespace klaim::services {
namespace {

constexpr size_t kTokenBytes = 32;
constexpr int kMaxOfOneAccount = 20;

std::string HashOf(const std::string& token) {
  std::string hash(crypto_generichash_BYTES, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                     reinterpret_cast<const unsigned char*>(token.data()), token.size(), nullptr, 0);
  return hash;
}

}  // namespace

bool Sessions::Expired(const Session& session, int64_t now_micros) const {
  return now_micros >= session.last_used_micros + limits_.idle_seconds * 1'000'000 ||
         now_micros >= session.began_micros + limits_.absolute_seconds * 1'000'000;
}

absl::StatusOr<std::string> Sessions::Begin(const Session& session) {
  std::string bytes(kTokenBytes, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  const std::string token = absl::WebSafeBase64Escape(bytes);
  absl::MutexLock lock(&mutex_);
  absl::erase_if(sessions_, [&](const auto& entry) { return Expired(entry.second, session.began_micros); });
  const auto of_account = std::count_if(sessions_.begin(), sessions_.end(), [&](const auto& entry) {
    return entry.second.account_id == session.account_id;
  });
  if (of_account >= kMaxOfOneAccount) {
    return domain::Refuse(absl::StatusCode::kResourceExhausted, v1::REASON_ACCOUNT_HAS_TOO_MANY_SESSIONS);
  }
  sessions_[HashOf(token)] = session;
  return token;
}

absl::StatusOr<Session> Sessions::Use(const std::string& token, int64_t now_micros) {
  const std::string hash = HashOf(token);
  absl::MutexLock lock(&mutex_);
  const auto found = sessions_.find(hash);
  if (found == sessions_.end() || Expired(found->second, now_micros)) {
    if (found != sessions_.end()) sessions_.erase(found);
    return domain::Refuse(absl::StatusCode::kUnauthenticated, v1::REASON_SESSION_HAS_ENDED);
  }
  found->second.last_used_micros = now_micros;
  return found->second;
}

void Sessions::End(const std::string& token) {
  absl::MutexLock lock(&mutex_);
  sessions_.erase(HashOf(token));
}

void Sessions::EndAllOf(uint64_t account_id) {
  absl::MutexLock lock(&mutex_);
  absl::erase_if(sessions_, [&](const auto& entry) { return entry.second.account_id == account_id; });
}

void Sessions::Renew(const std::string& token, bool second_factor, bool password_change_needed) {
  const std::string hash = HashOf(token);
  absl::MutexLock lock(&mutex_);
  const auto found = sessions_.find(hash);
  if (found == sessions_.end()) return;
  Session renewed = found->second;
  renewed.second_factor |= second_factor;
  renewed.password_change_needed &= password_change_needed;
  absl::erase_if(sessions_, [&](const auto& entry) { return entry.second.account_id == renewed.account_id; });
  sessions_[hash] = renewed;
}

}  // namespace klaim::services
