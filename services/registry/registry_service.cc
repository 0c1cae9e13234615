#include "services/registry/registry_service.h"

#include "engine/base/return_if_error.h"
#include "engine/domain/registry/organisation.h"
#include "engine/domain/registry/programme.h"
#include "engine/domain/registry/reference_table.h"
#include "engine/domain/registry/respondent.h"
#include "engine/sequencer/folded.h"
#include "projections/registry/registry.h"
#include "projections/registry/registry_query.h"

namespace klaim::services {
using sequencer::Outcome;

RegistryService::RegistryService(CallPipeline& calls) : calls_(calls) {
  Serve(&RegistryService::RegisterOrganisation, &RegistryService::OpenProgramme,
        &RegistryService::CloseProgramme, &RegistryService::ReviseProgramme,
        &RegistryService::PublishReferenceTable, &RegistryService::ExtendReferenceTable,
        &RegistryService::GetReferenceTable, &RegistryService::RegisterRespondent,
        &RegistryService::LinkRespondents, &RegistryService::UnlinkRespondents,
        &RegistryService::ListOrganisations, &RegistryService::ListProgrammes,
        &RegistryService::ListRespondents);
}

grpc::ServerUnaryReactor* RegistryService::RegisterOrganisation(
    grpc::CallbackServerContext* context, const v1::RegisterOrganisationRequest* request,
    v1::RegisterOrganisationResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_organisation_id(outcome.first_sequence);
  });
}

grpc::ServerUnaryReactor* RegistryService::OpenProgramme(grpc::CallbackServerContext* context,
                                                         const v1::OpenProgrammeRequest* request,
                                                         v1::OpenProgrammeResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_programme_id(outcome.first_sequence);
  });
}

grpc::ServerUnaryReactor* RegistryService::CloseProgramme(grpc::CallbackServerContext* context,
                                                          const v1::CloseProgrammeRequest* request,
                                                          v1::CloseProgrammeResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* RegistryService::ReviseProgramme(grpc::CallbackServerContext* context,
                                                           const v1::ReviseProgrammeRequest* request,
                                                           v1::ReviseProgrammeResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* RegistryService::PublishReferenceTable(
    grpc::CallbackServerContext* context, const v1::PublishReferenceTableRequest* request,
    v1::PublishReferenceTableResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_reference_table_id(outcome.first_sequence);
  });
}

grpc::ServerUnaryReactor* RegistryService::ExtendReferenceTable(
    grpc::CallbackServerContext* context, const v1::ExtendReferenceTableRequest* request,
    v1::ExtendReferenceTableResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* RegistryService::GetReferenceTable(grpc::CallbackServerContext* context,
                                                             const v1::GetReferenceTableRequest* request,
                                                             v1::GetReferenceTableResponse* response) {
  return calls_.Read(context, request, 0, [this, request, response](Caller& caller) {
    auto table = sequencer::Folded<domain::ReferenceTableState>(calls_.LogFor(caller), "reference_table_id",
                                                                request->reference_table_id());
    if (table.ok()) *response->mutable_table() = table->published;
    return table.status();
  });
}

grpc::ServerUnaryReactor* RegistryService::RegisterRespondent(grpc::CallbackServerContext* context,
                                                              const v1::RegisterRespondentRequest* request,
                                                              v1::RegisterRespondentResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_respondent_id(outcome.first_sequence);
  });
}

grpc::ServerUnaryReactor* RegistryService::LinkRespondents(grpc::CallbackServerContext* context,
                                                           const v1::LinkRespondentsRequest* request,
                                                           v1::LinkRespondentsResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_link_id(outcome.first_sequence);
  });
}

grpc::ServerUnaryReactor* RegistryService::UnlinkRespondents(grpc::CallbackServerContext* context,
                                                             const v1::UnlinkRespondentsRequest* request,
                                                             v1::UnlinkRespondentsResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* RegistryService::ListOrganisations(grpc::CallbackServerContext* context,
                                                             const v1::ListOrganisationsRequest* request,
                                                             v1::ListOrganisationsResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](const Caller& caller) {
                       return calls_.AnswerPage(caller, *request, *response,
                                                calls_.ModelsFor(caller).registry().Organisations(),
                                                [&](v1::Organisation row) -> absl::StatusOr<bool> {
                                                  *response->add_organisations() = std::move(row);
                                                  return true;
                                                });
                     });
}

grpc::ServerUnaryReactor* RegistryService::ListProgrammes(grpc::CallbackServerContext* context,
                                                          const v1::ListProgrammesRequest* request,
                                                          v1::ListProgrammesResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](const Caller& caller) {
                       return calls_.AnswerPage(caller, *request, *response,
                                                calls_.ModelsFor(caller).registry().Programmes(),
                                                [&](v1::Programme row) -> absl::StatusOr<bool> {
                                                  *response->add_programmes() = std::move(row);
                                                  return true;
                                                });
                     });
}

grpc::ServerUnaryReactor* RegistryService::ListRespondents(grpc::CallbackServerContext* context,
                                                           const v1::ListRespondentsRequest* request,
                                                           v1::ListRespondentsResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(), [this, request, response](const Caller& caller) {
        const projections::RegistryQuery registry = calls_.ModelsFor(caller).registry();
        ASSIGN_OR_RETURN(auto listed, registry.Respondents(request->network_id()));
        return calls_.AnswerPage(
            caller, *request, *response, listed, [&](uint64_t id) -> absl::StatusOr<bool> {
              ASSIGN_OR_RETURN(*response->add_respondents(), registry.Respondent("network_id", id));
              return true;
            });
      });
}

}  // namespace klaim::services
