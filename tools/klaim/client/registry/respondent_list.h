// All respondents of a docket, page by page.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "klaim/v1/registry_service.pb.h"
#include "tools/klaim/client/connection.h"

namespace klaim::tools {

absl::Status ForEachRespondent(Connection& connection, absl::FunctionRef<void(const v1::Respondent&)> visit);

}  // namespace klaim::tools
