// The log as files (services/common/log_exporter.h), made by a job.
#pragma once

#include "services/jobs/job_run.h"

namespace klaim::services {

// Writes the log up to a checkpoint that is out.
void ExportLog(JobRun& run);

}  // namespace klaim::services
