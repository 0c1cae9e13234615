// Files the lines of an import, in the name of who began it, as if each had been handed in alone: the same checks, the same
// refusals, each line under its own request identification.
#pragma once

#include "services/job_work.h"

namespace klaim::services {

void FileImport(JobRun& run);

}  // namespace klaim::services
