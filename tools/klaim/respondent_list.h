// All respondents of a docket, page by page.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "klaim/v1/registry_service.pb.h"
#include "tools/klaim/session.h"

namespace klaim::tools {

absl::Status ForEachRespondent(Session& session, absl::FunctionRef<void(const v1::Respondent&)> visit);

}  // namespace klaim::tools
