// Jobs on the command line.
#pragma once

#include <cstdint>

#include "absl/status/status.h"

namespace klaim::tools {

class Session;

// Shows how far a job is until it is over, then what came of it.
absl::Status ShowUntilEnded(Session& session, uint64_t job_id);

}  // namespace klaim::tools
