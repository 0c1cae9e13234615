#include "services/network_service.h"

#include "engine/domain/rules.h"
#include "services/respondent_network.h"

namespace klaim::services {

using projections::Key;

namespace {

constexpr uint32_t kFoundUnlessAsked = 5;
constexpr uint32_t kMostFound = 20;
constexpr int kMostSoughtTexts = 50;

}  // namespace

absl::Status NetworkService::AnswerFind(const Caller& caller, const v1::FindRespondentsRequest& request,
                                        v1::FindRespondentsResponse& response) const {
  if (request.most() > kMostFound) return domain::InvalidField("most", "is more than 20");
  const v1::RespondentRegistered& sought = request.sought();
  if (absl::Status status = domain::CheckText("sought.name", sought.name(), 1, 200); !status.ok())
    return status;
  if (sought.aliases_size() + sought.licences_size() + sought.directors_size() + sought.addresses_size() >
      kMostSoughtTexts) {
    return domain::InvalidField("sought", "has more than 50 names, numbers and addresses");
  }
  const projections::View registry = calls_.ViewFor(caller, "registry");
  for (const auto& candidate :
       linker_.Find(sought, request.most() == 0 ? kFoundUnlessAsked : request.most())) {
    auto row = registry.Get(Key('r').Number(candidate.id));
    if (!row.ok()) return row.status();
    if (!row->has_value()) continue;  // registered a moment ago
    v1::FoundRespondent& found = *response.add_found();
    found.mutable_respondent()->ParseFromString(**row);
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
                       auto page = PageOf(request->page(), prefix);
                       if (!page.ok()) return page.status();
                       std::string last;
                       return calls_.ViewFor(caller, "registry")
                           .Scan(prefix, page->from, [&](absl::string_view key, absl::string_view value) {
                             if (static_cast<uint32_t>(response->links_size()) == page->size) {
                               response->mutable_page()->set_next_cursor(CursorAfter(last));
                               return false;
                             }
                             last = std::string(key);
                             response->add_links()->ParseFromArray(value.data(),
                                                                   static_cast<int>(value.size()));
                             return true;
                           });
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
