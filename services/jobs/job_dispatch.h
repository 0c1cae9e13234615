// What each kind of job does.
#pragma once

#include "services/jobs/job_run.h"

namespace klaim::services {

// Does what the job asks, by its kind.
void Work(JobRun& run);

}  // namespace klaim::services
