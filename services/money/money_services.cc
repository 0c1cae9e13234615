#include "services/money/money_services.h"

#include "services/money/compensation_service.h"
#include "services/money/treasury_service.h"

namespace klaim::services {

GrpcServices MoneyServices(CallPipeline& calls) {
  return ListOf(std::make_unique<CompensationService>(calls), std::make_unique<TreasuryService>(calls));
}

}  // namespace klaim::services
