// What this room answers (docs/architecture.md).
#pragma once

#include "services/boundary/call_pipeline.h"
#include "services/boundary/grpc_services.h"
#include "services/docket/backup.h"
#include "services/identity/credentials.h"
#include "services/identity/provider_sign_in.h"

namespace klaim::services {

GrpcServices TrustServices(CallPipeline& calls, CredentialStore& credentials, ProviderSignIn& provider,
                           const BackupPlaces& backups);

}  // namespace klaim::services
