// The wall clock: the one place where it is read, for whatever is recorded or compared with a moment that was.
#pragma once

#include <cstdint>

namespace klaim::services {

// Microseconds since 1970-01-01T00:00:00Z.
int64_t SystemClockMicros();

}  // namespace klaim::services
