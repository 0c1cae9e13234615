#include "services/boundary/rate_limiter.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/domain/core/refusal.h"

namespace klaim::services {
namespace {

// Buckets that are kept at the most; full ones say nothing and go first.
constexpr size_t kMaxBuckets = 100'000;

}  // namespace

RateLimiter::Bucket& RateLimiter::Filled(const std::string& who, int64_t now_micros) {
  if (buckets_.size() >= kMaxBuckets) {
    absl::erase_if(buckets_, [&](const auto& entry) {
      return static_cast<double>(now_micros - entry.second.at_micros) * 1e-6 * a_second_ >= burst_;
    });
  }
  const auto [found, fresh] = buckets_.try_emplace(who, Bucket{burst_, now_micros});
  Bucket& bucket = found->second;
  if (!fresh && now_micros > bucket.at_micros) {
    bucket.tokens = std::min(
        burst_, bucket.tokens + static_cast<double>(now_micros - bucket.at_micros) * 1e-6 * a_second_);
    bucket.at_micros = now_micros;
  }
  return bucket;
}

absl::Status RateLimiter::Take(const std::string& who, int64_t now_micros) {
  absl::MutexLock lock(&mutex_);
  Bucket& bucket = Filled(who, now_micros);
  if (bucket.tokens < 1) {
    return domain::Refuse(absl::StatusCode::kResourceExhausted, v1::REASON_MORE_THAN_CALLS_SECOND,
                          static_cast<int64_t>(a_second_));
  }
  bucket.tokens -= 1;
  return absl::OkStatus();
}

absl::Duration RateLimiter::TakeAndWait(const std::string& who, double amount, int64_t now_micros) {
  absl::MutexLock lock(&mutex_);
  Bucket& bucket = Filled(who, now_micros);
  bucket.tokens -= amount;
  return bucket.tokens >= 0 ? absl::ZeroDuration() : absl::Seconds(-bucket.tokens / a_second_);
}

}  // namespace klaim::services
