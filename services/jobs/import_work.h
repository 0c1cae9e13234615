// Files the lines of an import, in the name of who began it, as if each had been handed in alone: the same checks, the same
// refusals, each line under its own request identification.
#pragma once

#include "services/jobs/job_run.h"

namespace klaim::services {

// Whether somebody may have such a line filed; INVALID_ARGUMENT for one of no kind.
absl::Status CheckImportedLine(const Principal& principal, const v1::ImportedLine& line);

void FileImport(JobRun& run);

}  // namespace klaim::services
