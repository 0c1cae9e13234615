// RegistryService: organisations, programmes, respondents.
#pragma once

#include "klaim/v1/registry_service.grpc.pb.h"
#include "services/boundary/call_pipeline.h"

namespace klaim::services {

class RegistryService final : public v1::RegistryService::CallbackService {
 public:
  explicit RegistryService(CallPipeline& calls) : calls_(calls) {}

  grpc::ServerUnaryReactor* RegisterOrganisation(grpc::CallbackServerContext* context,
                                                 const v1::RegisterOrganisationRequest* request,
                                                 v1::RegisterOrganisationResponse* response) override;
  grpc::ServerUnaryReactor* OpenProgramme(grpc::CallbackServerContext* context,
                                          const v1::OpenProgrammeRequest* request,
                                          v1::OpenProgrammeResponse* response) override;
  grpc::ServerUnaryReactor* CloseProgramme(grpc::CallbackServerContext* context,
                                           const v1::CloseProgrammeRequest* request,
                                           v1::CloseProgrammeResponse* response) override;
  grpc::ServerUnaryReactor* ReviseProgramme(grpc::CallbackServerContext* context,
                                            const v1::ReviseProgrammeRequest* request,
                                            v1::ReviseProgrammeResponse* response) override;
  grpc::ServerUnaryReactor* PublishReferenceTable(grpc::CallbackServerContext* context,
                                                  const v1::PublishReferenceTableRequest* request,
                                                  v1::PublishReferenceTableResponse* response) override;
  grpc::ServerUnaryReactor* ExtendReferenceTable(grpc::CallbackServerContext* context,
                                                 const v1::ExtendReferenceTableRequest* request,
                                                 v1::ExtendReferenceTableResponse* response) override;
  grpc::ServerUnaryReactor* GetReferenceTable(grpc::CallbackServerContext* context,
                                              const v1::GetReferenceTableRequest* request,
                                              v1::GetReferenceTableResponse* response) override;
  grpc::ServerUnaryReactor* RegisterRespondent(grpc::CallbackServerContext* context,
                                               const v1::RegisterRespondentRequest* request,
                                               v1::RegisterRespondentResponse* response) override;
  grpc::ServerUnaryReactor* LinkRespondents(grpc::CallbackServerContext* context,
                                            const v1::LinkRespondentsRequest* request,
                                            v1::LinkRespondentsResponse* response) override;
  grpc::ServerUnaryReactor* UnlinkRespondents(grpc::CallbackServerContext* context,
                                              const v1::UnlinkRespondentsRequest* request,
                                              v1::UnlinkRespondentsResponse* response) override;
  grpc::ServerUnaryReactor* ListOrganisations(grpc::CallbackServerContext* context,
                                              const v1::ListOrganisationsRequest* request,
                                              v1::ListOrganisationsResponse* response) override;
  grpc::ServerUnaryReactor* ListProgrammes(grpc::CallbackServerContext* context,
                                           const v1::ListProgrammesRequest* request,
                                           v1::ListProgrammesResponse* response) override;
  grpc::ServerUnaryReactor* ListRespondents(grpc::CallbackServerContext* context,
                                            const v1::ListRespondentsRequest* request,
                                            v1::ListRespondentsResponse* response) override;

 private:
  CallPipeline& calls_;
};

}  // namespace klaim::services
