#include "services/registry_service.h"

#include "projections/registry.h"
#include "services/folded.h"

namespace klaim::services {
namespace {

using projections::Key;
using sequencer::Outcome;

// A page of rows that are messages, by number.
template <class Row>
absl::Status ListRows(const projections::View& view, const std::string& prefix,
                      const absl::StatusOr<Page>& page, google::protobuf::RepeatedPtrField<Row>& rows,
                      v1::PageResponse& response) {
  if (!page.ok()) return page.status();
  std::string last;
  absl::Status parsed;
  absl::Status scanned = view.Scan(prefix, page->from, [&](absl::string_view key, absl::string_view value) {
    if (static_cast<uint32_t>(rows.size()) == page->size) {
      response.set_next_cursor(page->CursorAfter(last));
      return false;
    }
    last = std::string(key);
    parsed = view.Parse(key, value, *rows.Add());
    return parsed.ok();
  });
  return scanned.ok() ? parsed : scanned;
}

}  // namespace

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
    auto table = Folded<domain::ReferenceTableState>(calls_.LogFor(caller), "reference_table_id",
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
  return calls_.Read(
      context, request, request->at_least_sequence(), [this, request, response](const Caller& caller) {
        const std::string prefix = Key('o');
        return ListRows(calls_.ViewFor(caller, "registry"), prefix, calls_.PageOf(caller, *request, prefix),
                        *response->mutable_organisations(), *response->mutable_page());
      });
}

grpc::ServerUnaryReactor* RegistryService::ListProgrammes(grpc::CallbackServerContext* context,
                                                          const v1::ListProgrammesRequest* request,
                                                          v1::ListProgrammesResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(), [this, request, response](const Caller& caller) {
        const std::string prefix = Key('p');
        return ListRows(calls_.ViewFor(caller, "registry"), prefix, calls_.PageOf(caller, *request, prefix),
                        *response->mutable_programmes(), *response->mutable_page());
      });
}

grpc::ServerUnaryReactor* RegistryService::ListRespondents(grpc::CallbackServerContext* context,
                                                           const v1::ListRespondentsRequest* request,
                                                           v1::ListRespondentsResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](const Caller& caller) -> absl::Status {
                       const projections::View registry = calls_.ViewFor(caller, "registry");
                       std::string prefix = Key('r');
                       if (request->network_id() != 0) {
                         auto members = projections::MembersOfNetwork(registry, request->network_id());
                         if (!members.ok()) return members.status();
                         prefix = *std::move(members);
                       }
                       auto page = calls_.PageOf(caller, *request, prefix);
                       if (!page.ok()) return page.status();
                       absl::Status status;
                       std::string last;
                       absl::Status scanned =
                           registry.Scan(prefix, page->from, [&](absl::string_view key, absl::string_view) {
                             if (static_cast<uint32_t>(response->respondents_size()) == page->size) {
                               response->mutable_page()->set_next_cursor(page->CursorAfter(last));
                               return false;
                             }
                             last = std::string(key);
                             const uint64_t id = projections::NumberAt(key, key.size() - 8);
                             auto respondent = projections::ReadRespondent(registry, "network_id", id);
                             status = respondent.status();
                             if (status.ok()) *response->add_respondents() = *std::move(respondent);
                             return status.ok();
                           });
                       return scanned.ok() ? status : scanned;
                     });
}

}  // namespace klaim::services
