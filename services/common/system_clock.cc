#include "services/common/system_clock.h"

#include "absl/time/clock.h"

namespace klaim::services {

int64_t SystemClockMicros() { return absl::GetCurrentTimeNanos() / 1000; }

}  // namespace klaim::services
