// The clock of a scenario: the moment in the file that KLAIM_CLOCK names, as in 2026-11-24T09:00:00Z, until another is written there.
// Linked in the place of services/common/system_clock.cc, into programs that are never installed.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

#include "absl/time/time.h"
#include "services/common/system_clock.h"

namespace klaim::services {

int64_t SystemClockMicros() {
  const char* path = std::getenv("KLAIM_CLOCK");
  std::string text, error;
  absl::Time moment;
  if (path == nullptr || !std::getline(std::ifstream(path), text) ||
      !absl::ParseTime(absl::RFC3339_full, text, &moment, &error)) {
    std::cerr << "KLAIM_CLOCK names no file with a moment, as in 2026-11-24T09:00:00Z " << error << std::endl;
    std::abort();
  }
  return absl::ToUnixMicros(moment);
}

}  // namespace klaim::services
