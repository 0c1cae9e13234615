// The page /metrics: how far everything is, what it takes, and what every subsystem counts and measures of itself
// (engine/metrics/metrics.h). Numbers alone, never a name.
#pragma once

#include <string>

#include "services/docket/open_docket.h"

namespace klaim::services {

// In Prometheus' text format. Thread-safe.
std::string MetricsText(const OpenDocket& docket);

}  // namespace klaim::services
