#include "services/linkage/linkage_service.h"

#include "engine/base/return_if_error.h"
#include "services/common/limits.h"

namespace klaim::services {

grpc::ServerUnaryReactor* LinkageService::ListSuspectedDuplicates(
    grpc::CallbackServerContext* context, const v1::ListSuspectedDuplicatesRequest* request,
    v1::ListSuspectedDuplicatesResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(),
      [this, request, response](Caller& caller) { return AnswerSuspected(caller, *request, *response); });
}

grpc::ServerUnaryReactor* LinkageService::ListDoubleClaims(grpc::CallbackServerContext* context,
                                                           const v1::ListDoubleClaimsRequest* request,
                                                           v1::ListDoubleClaimsResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(),
      [this, request, response](Caller& caller) { return AnswerDoubleClaims(caller, *request, *response); });
}

// A pair is shown to who may see both: whoever sees one alone would learn of another's claimant.
absl::Status LinkageService::AnswerSuspected(const Caller& caller,
                                             const v1::ListSuspectedDuplicatesRequest& request,
                                             v1::ListSuspectedDuplicatesResponse& response) {
  const projections::DuplicatesQuery duplicates = calls_.ModelsFor(caller).duplicates();
  return calls_.AnswerPage(caller, request, response, duplicates.Suspected(),
                           [&](const projections::PairOfClaimants& pair) -> absl::StatusOr<bool> {
                             for (uint64_t id : {pair.later_id, pair.earlier_id}) {
                               if (!calls_.scope().MayRead(caller, "claimant", id)) return false;
                             }
                             ASSIGN_OR_RETURN(*response.add_pairs(), duplicates.Suspicion(pair));
                             return true;
                           });
}

absl::Status LinkageService::AnswerDoubleClaims(const Caller& caller,
                                                const v1::ListDoubleClaimsRequest& request,
                                                v1::ListDoubleClaimsResponse& response) {
  return calls_.AnswerPage(caller, request, response, calls_.ModelsFor(caller).duplicates().DoubleClaims(),
                           [&](v1::DoubleClaim claim) -> absl::StatusOr<bool> {
                             for (uint64_t id : {claim.claim_id(), claim.other_claim_id()}) {
                               if (!calls_.scope().MayRead(caller, "claim", id)) return false;
                             }
                             *response.add_claims() = std::move(claim);
                             return true;
                           });
}

}  // namespace klaim::services
