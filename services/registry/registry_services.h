// What this room answers (docs/architecture.md).
#pragma once

#include "services/boundary/call_pipeline.h"
#include "services/boundary/grpc_services.h"
#include "services/linkage/respondent_linker.h"

namespace klaim::services {

GrpcServices RegistryServices(CallPipeline& calls, const RespondentLinker& linker);

}  // namespace klaim::services
