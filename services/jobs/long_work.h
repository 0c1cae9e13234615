// Long work on a docket: what runs it, and the services by which it is asked for and its exports are read.
#pragma once

#include <memory>
#include <string>

#include "services/boundary/call_pipeline.h"
#include "services/boundary/grpc_services.h"
#include "services/linkage/person_linker.h"
#include "services/linkage/respondent_linker.h"

namespace klaim::services {

class LongWork {
 public:
  // Goes on with what a restart cut off. All must live longer; `checkpoint_file` is where the daemon keeps the checkpoint that it
  // published last.
  static std::unique_ptr<LongWork> Begin(CallPipeline& calls, PersonLinker& linker,
                                         const RespondentLinker& respondents,
                                         const std::string& checkpoint_file);
  virtual ~LongWork() = default;

  virtual const GrpcServices& services() const = 0;
};

}  // namespace klaim::services
