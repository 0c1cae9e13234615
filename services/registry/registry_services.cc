#include "services/registry/registry_services.h"

#include "services/registry/exchange_service.h"
#include "services/registry/network_service.h"
#include "services/registry/reference_register_service.h"
#include "services/registry/registry_service.h"

namespace klaim::services {

GrpcServices RegistryServices(CallPipeline& calls, const RespondentLinker& linker) {
  return ListOf(std::make_unique<RegistryService>(calls), std::make_unique<NetworkService>(calls, linker),
                std::make_unique<ExchangeService>(calls), std::make_unique<ReferenceRegisterService>(calls));
}

}  // namespace klaim::services
