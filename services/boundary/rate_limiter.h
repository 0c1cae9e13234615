// How much a principal may ask in a while: a token bucket each. Thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace klaim::services {

class RateLimiter {
 public:
  // So much a second, and what ten seconds leave at once after a silence.
  explicit RateLimiter(double a_second) : a_second_(a_second), burst_(10 * a_second) {}

  // RESOURCE_EXHAUSTED when the principal's share is used up. `now_micros`, here and below, is of the steady clock.
  absl::Status Take(const std::string& who, int64_t now_micros);

  // Takes `amount`, on credit if need be, and says how long to wait before the next: for streams, which are
  // slowed rather than refused.
  absl::Duration TakeAndWait(const std::string& who, double amount, int64_t now_micros);

 private:
  struct Bucket {
    double tokens = 0;
    int64_t at_micros = 0;
  };
  Bucket& Filled(const std::string& who, int64_t now_micros) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const double a_second_;
  const double burst_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Bucket> buckets_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace klaim::services
