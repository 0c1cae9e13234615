#include "tools/klaim/client/registry/respondent_list.h"

#include "engine/base/return_if_error.h"
#include "klaim/v1/registry_service.grpc.pb.h"
#include "tools/klaim/client/connection.h"

namespace klaim::tools {

absl::Status ForEachRespondent(Connection& connection, absl::FunctionRef<void(const v1::Respondent&)> visit) {
  v1::ListRespondentsRequest request;
  request.mutable_page()->set_size(1000);
  do {
    v1::ListRespondentsResponse response;
    RETURN_IF_ERROR(connection.Call(&v1::RegistryService::Stub::ListRespondents, request, response));
    for (const v1::Respondent& respondent : response.respondents()) visit(respondent);
    request.mutable_page()->set_cursor(response.page().next_cursor());
  } while (!request.page().cursor().empty());
  return absl::OkStatus();
}

}  // namespace klaim::tools
