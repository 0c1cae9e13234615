#include "services/registry/network_service.h"

#include "engine/base/return_if_error.h"
#include "engine/domain/core/rules.h"
#include "projections/registry/registry.h"
#include "projections/registry/registry_query.h"
#include "services/registry/respondent_network.h"

namespace klaim::services {

namespace {

constexpr uint32_t kFoundUnlessAsked = 5;
constexpr uint32_t kMaxFound = 20;

}  // namespace

NetworkService::NetworkService(CallPipeline& calls, const RespondentLinker& linker)
    : calls_(calls), linker_(linker) {
  Serve(&NetworkService::AddRespondentDetails, &NetworkService::RecordLicenceStatus,
        &NetworkService::RefuseSuspectedLink, &NetworkService::FindRespondents,
        &NetworkService::ListSuspectedLinks, &NetworkService::GetNetwork);
}

absl::Status NetworkService::AnswerFind(const Caller& caller, const v1::FindRespondentsRequest& request,
                                        v1::FindRespondentsResponse& response) const {
  if (request.most() > kMaxFound) return domain::InvalidField("most", v1::REASON_IS_MORE_THAN_20);
  const v1::RespondentRegistered& sought = request.sought();
  RETURN_IF_ERROR(CheckSought(sought));
  const projections::RegistryQuery registry = calls_.ModelsFor(caller).registry();
  for (const auto& candidate :
       linker_.Find(sought, request.most() == 0 ? kFoundUnlessAsked : request.most())) {
    auto respondent = registry.Respondent("sought", candidate.id);
    if (absl::IsNotFound(respondent.status())) continue;  // registered a moment ago
    if (!respondent.ok()) return respondent.status();
    v1::FoundRespondent& found = *response.add_found();
    *found.mutable_respondent() = *std::move(respondent);
    *found.mutable_comparison() = DescribeCandidate(candidate);
    found.set_sure(candidate.zone == linkage::Zone::kLink);
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* NetworkService::FindRespondents(grpc::CallbackServerContext* context,
                                                          const v1::FindRespondentsRequest* request,
                                                          v1::FindRespondentsResponse* response) {
  return calls_.Read(context, request, 0, [this, request, response](const Caller& caller) {
    return AnswerFind(caller, *request, *response);
  });
}

grpc::ServerUnaryReactor* NetworkService::ListSuspectedLinks(grpc::CallbackServerContext* context,
                                                             const v1::ListSuspectedLinksRequest* request,
                                                             v1::ListSuspectedLinksResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](const Caller& caller) {
                       return calls_.AnswerPage(caller, *request, *response,
                                                calls_.ModelsFor(caller).registry().SuspectedLinks(),
                                                [&](v1::SuspectedLink link) -> absl::StatusOr<bool> {
                                                  *response->add_links() = std::move(link);
                                                  return true;
                                                });
                     });
}

grpc::ServerUnaryReactor* NetworkService::GetNetwork(grpc::CallbackServerContext* context,
                                                     const v1::GetNetworkRequest* request,
                                                     v1::GetNetworkResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](const Caller& caller) {
                       return DescribeNetwork(calls_.ModelsFor(caller).registry(), *request, *response);
                     });
}

}  // namespace klaim::services
