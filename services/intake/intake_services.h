// What this room answers (docs/architecture.md).
#pragma once

#include <string>

#include "services/boundary/call_pipeline.h"
#include "services/boundary/grpc_services.h"

namespace klaim::services {

GrpcServices IntakeServices(CallPipeline& calls, const std::string& clamd_socket);

}  // namespace klaim::services
