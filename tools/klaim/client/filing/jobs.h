// Jobs on the command line.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "klaim/v1/mass_decision_service.pb.h"
#include "tools/klaim/client/connection.h"

namespace klaim::tools {

class Connection;

// Shows how far a job is until it is over; `what` it counts, as in "claims".
absl::StatusOr<v1::Job> WaitUntilEnded(Connection& connection, uint64_t job_id, const std::string& what);

// The same, then shows what came of it; or with `detach` only tells its number.
absl::Status ShowUntilEnded(Connection& connection, uint64_t job_id, bool detach = false);

}  // namespace klaim::tools
