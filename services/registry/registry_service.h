// RegistryService: organisations, programmes, respondents.
#pragma once

#include "klaim/v1/registry_service.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/boundary/service_methods.h"

namespace klaim::services {

class RegistryService final : public ServiceMethods {
 public:
  explicit RegistryService(CallPipeline& calls);

  grpc::ServerUnaryReactor* RegisterOrganisation(grpc::CallbackServerContext* context,
                                                 const v1::RegisterOrganisationRequest* request,
                                                 v1::RegisterOrganisationResponse* response);
  grpc::ServerUnaryReactor* OpenProgramme(grpc::CallbackServerContext* context,
                                          const v1::OpenProgrammeRequest* request,
                                          v1::OpenProgrammeResponse* response);
  grpc::ServerUnaryReactor* CloseProgramme(grpc::CallbackServerContext* context,
                                           const v1::CloseProgrammeRequest* request,
                                           v1::CloseProgrammeResponse* response);
  grpc::ServerUnaryReactor* ReviseProgramme(grpc::CallbackServerContext* context,
                                            const v1::ReviseProgrammeRequest* request,
                                            v1::ReviseProgrammeResponse* response);
  grpc::ServerUnaryReactor* PublishReferenceTable(grpc::CallbackServerContext* context,
                                                  const v1::PublishReferenceTableRequest* request,
                                                  v1::PublishReferenceTableResponse* response);
  grpc::ServerUnaryReactor* ExtendReferenceTable(grpc::CallbackServerContext* context,
                                                 const v1::ExtendReferenceTableRequest* request,
                                                 v1::ExtendReferenceTableResponse* response);
  grpc::ServerUnaryReactor* GetReferenceTable(grpc::CallbackServerContext* context,
                                              const v1::GetReferenceTableRequest* request,
                                              v1::GetReferenceTableResponse* response);
  grpc::ServerUnaryReactor* RegisterRespondent(grpc::CallbackServerContext* context,
                                               const v1::RegisterRespondentRequest* request,
                                               v1::RegisterRespondentResponse* response);
  grpc::ServerUnaryReactor* LinkRespondents(grpc::CallbackServerContext* context,
                                            const v1::LinkRespondentsRequest* request,
                                            v1::LinkRespondentsResponse* response);
  grpc::ServerUnaryReactor* UnlinkRespondents(grpc::CallbackServerContext* context,
                                              const v1::UnlinkRespondentsRequest* request,
                                              v1::UnlinkRespondentsResponse* response);
  grpc::ServerUnaryReactor* ListOrganisations(grpc::CallbackServerContext* context,
                                              const v1::ListOrganisationsRequest* request,
                                              v1::ListOrganisationsResponse* response);
  grpc::ServerUnaryReactor* ListProgrammes(grpc::CallbackServerContext* context,
                                           const v1::ListProgrammesRequest* request,
                                           v1::ListProgrammesResponse* response);
  grpc::ServerUnaryReactor* ListRespondents(grpc::CallbackServerContext* context,
                                            const v1::ListRespondentsRequest* request,
                                            v1::ListRespondentsResponse* response);

 private:
  CallPipeline& calls_;
};

}  // namespace klaim::services
