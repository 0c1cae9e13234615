#include "services/trust/trust_services.h"

#include "services/trust/accounts_service.h"
#include "services/trust/audit_service.h"
#include "services/trust/operations_service.h"
#include "services/trust/privacy_service.h"

namespace klaim::services {

GrpcServices TrustServices(CallPipeline& calls, CredentialStore& credentials, ProviderSignIn& provider,
                           const BackupPlaces& backups) {
  return ListOf(std::make_unique<AccountsService>(calls),
                std::make_unique<SessionService>(calls, credentials, provider),
                std::make_unique<PrivacyService>(calls), std::make_unique<OperationsService>(calls, backups),
                std::make_unique<AuditService>(calls));
}

}  // namespace klaim::services
