// SearchService: claimants, cases and claims by what somebody types.
#pragma once

#include "klaim/v1/search_service.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/boundary/service_methods.h"
#include "services/linkage/person_search.h"

namespace klaim::services {

class SearchService final : public ServiceMethods {
 public:
  SearchService(CallPipeline& calls, const PersonSearch& search);

  grpc::ServerUnaryReactor* Search(grpc::CallbackServerContext* context, const v1::SearchRequest* request,
                                   v1::SearchResponse* response);

 private:
  absl::Status Answer(Caller& caller, const v1::SearchRequest& request, v1::SearchResponse& response);
  // Nothing for a number that is nobody's, or not the caller's.
  uint64_t ClaimantByNumber(const Caller& caller, absl::string_view query) const;
  absl::Status Fill(Caller& caller, uint64_t claimant_id, v1::FoundClaimant& found);

  CallPipeline& calls_;
  const PersonSearch& search_;
};

}  // namespace klaim::services
