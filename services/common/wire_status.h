// Statuses on the wire: google.rpc.Status with BadRequest field violations, an ErrorInfo with the reason of each, and a
// retry delay where trying again helps.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace klaim::services {

// What is exhausted or unavailable is to be tried again in a second, unless another delay was set.
grpc::Status ToWire(const absl::Status& status);

// Says after how long trying again helps.
void SetRetryDelay(absl::Status& status, int64_t seconds);

// The status as the server meant it, field violations included.
absl::Status FromWire(const grpc::Status& status);

}  // namespace klaim::services
