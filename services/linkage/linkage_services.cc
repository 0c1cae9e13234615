#include "services/linkage/linkage_services.h"

#include "services/linkage/linkage_service.h"
#include "services/linkage/search_service.h"

namespace klaim::services {

GrpcServices LinkageServices(CallPipeline& calls, const PersonSearch& search) {
  return ListOf(std::make_unique<LinkageService>(calls), std::make_unique<SearchService>(calls, search));
}

}  // namespace klaim::services
