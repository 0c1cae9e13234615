#include "services/intake/intake_services.h"

#include "services/intake/casework_service.h"
#include "services/intake/evidence_service.h"
#include "services/intake/groups_service.h"
#include "services/intake/intake_service.h"
#include "services/intake/review_service.h"

namespace klaim::services {

GrpcServices IntakeServices(CallPipeline& calls, const std::string& clamd_socket) {
  return ListOf(std::make_unique<EvidenceService>(calls, clamd_socket),
                std::make_unique<IntakeService>(calls), std::make_unique<ReviewService>(calls),
                std::make_unique<GroupsService>(calls), std::make_unique<CaseworkService>(calls));
}

}  // namespace klaim::services
