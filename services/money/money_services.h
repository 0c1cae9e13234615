// What this room answers (docs/architecture.md).
#pragma once

#include "services/boundary/call_pipeline.h"
#include "services/boundary/grpc_services.h"

namespace klaim::services {

GrpcServices MoneyServices(CallPipeline& calls);

}  // namespace klaim::services
