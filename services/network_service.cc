#include "services/network_service.h"

#include "engine/domain/rules.h"
#include "projections/registry.h"
#include "services/respondent_network.h"

namespace klaim::services {

using projections::Key;

namespace {

constexpr uint32_t kFoundUnlessAsked = 5;
constexpr uint32_t kMostFound = 20;

}  // namespace

absl::Status NetworkService::AnswerFind(const Caller& caller, const v1::FindRespondentsRequest& request,
                                        v1::FindRespondentsResponse& response) const {
  if (request.most() > kMostFound) return domain::InvalidField("most", "is more than 20");
  const v1::RespondentRegistered& sought = request.sought();
  if (absl::Status status = CheckSought(sought); !status.ok()) return status;
  const projections::View registry = calls_.ViewFor(caller, "registry");
  for (const auto& candidate :
       linker_.Find(sought, request.most() == 0 ? kFoundUnlessAsked : request.most())) {
    auto respondent = projections::ReadRespondent(registry, "sought", candidate.id);
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
                     [this, request, response](const Caller& caller) -> absl::Status {
                       const std::string prefix = Key('s');
                       auto page = calls_.PageOf(caller, *request, prefix);
                       if (!page.ok()) return page.status();
                       std::string last;
                       const projections::View registry = calls_.ViewFor(caller, "registry");
                       absl::Status parsed;
                       absl::Status scanned = registry.Scan(
                           prefix, page->from, [&](absl::string_view key, absl::string_view value) {
                             if (static_cast<uint32_t>(response->links_size()) == page->size) {
                               response->mutable_page()->set_next_cursor(page->CursorAfter(last));
                               return false;
                             }
                             last = std::string(key);
                             parsed = registry.Parse(key, value, *response->add_links());
                             return parsed.ok();
                           });
                       return scanned.ok() ? parsed : scanned;
                     });
}

grpc::ServerUnaryReactor* NetworkService::GetNetwork(grpc::CallbackServerContext* context,
                                                     const v1::GetNetworkRequest* request,
                                                     v1::GetNetworkResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](const Caller& caller) {
                       return DescribeNetwork(calls_.ViewFor(caller, "registry"), *request, *response);
                     });
}

}  // namespace klaim::services
