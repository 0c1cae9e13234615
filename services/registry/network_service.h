// NetworkService: what is known of respondents, which may be one, and their networks at a time.
#pragma once

#include "engine/domain/registry/respondent.h"
#include "klaim/v1/network_service.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/boundary/service_methods.h"
#include "services/linkage/respondent_linker.h"

namespace klaim::services {

class NetworkService final : public ServiceMethods {
 public:
  NetworkService(CallPipeline& calls, const RespondentLinker& linker);

  grpc::ServerUnaryReactor* AddRespondentDetails(grpc::CallbackServerContext* context,
                                                 const v1::AddRespondentDetailsRequest* request,
                                                 v1::AddRespondentDetailsResponse* response) {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* RecordLicenceStatus(grpc::CallbackServerContext* context,
                                                const v1::RecordLicenceStatusRequest* request,
                                                v1::RecordLicenceStatusResponse* response) {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* RefuseSuspectedLink(grpc::CallbackServerContext* context,
                                                const v1::RefuseSuspectedLinkRequest* request,
                                                v1::RefuseSuspectedLinkResponse* response) {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* FindRespondents(grpc::CallbackServerContext* context,
                                            const v1::FindRespondentsRequest* request,
                                            v1::FindRespondentsResponse* response);
  grpc::ServerUnaryReactor* ListSuspectedLinks(grpc::CallbackServerContext* context,
                                               const v1::ListSuspectedLinksRequest* request,
                                               v1::ListSuspectedLinksResponse* response);
  grpc::ServerUnaryReactor* GetNetwork(grpc::CallbackServerContext* context,
                                       const v1::GetNetworkRequest* request,
                                       v1::GetNetworkResponse* response);

 private:
  absl::Status AnswerFind(const Caller& caller, const v1::FindRespondentsRequest& request,
                          v1::FindRespondentsResponse& response) const;

  CallPipeline& calls_;
  const RespondentLinker& linker_;
};

}  // namespace klaim::services
