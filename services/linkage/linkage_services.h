// What this room answers (docs/architecture.md).
#pragma once

#include "services/boundary/call_pipeline.h"
#include "services/boundary/grpc_services.h"
#include "services/linkage/person_search.h"

namespace klaim::services {

GrpcServices LinkageServices(CallPipeline& calls, const PersonSearch& search);

}  // namespace klaim::services
