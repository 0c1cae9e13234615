// Statuses on the wire: google.rpc.Status with BadRequest field violations, and a retry delay where trying
// again helps.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace klaim::services {

grpc::Status ToWire(const absl::Status& status);

// The status as the server meant it, field violations included.
absl::Status FromWire(const grpc::Status& status);

// The fields that a refusal names.
std::vector<std::string> FieldsOf(const absl::Status& status);

}  // namespace klaim::services
