// What jobs tell of themselves.
#pragma once

#include "engine/metrics/metrics.h"

namespace klaim::services {

struct JobMetrics {
  prometheus::Gauge& running = metrics::Gauge("klaim_jobs_running", "Jobs that are being worked on");
  prometheus::Histogram& took =
      metrics::Seconds("klaim_job_seconds", "How long a job was worked on until it ended or klaimd stopped");
  prometheus::Counter& ended = metrics::Counter("klaim_jobs_ended_total", "Jobs that ended since the start");
};

}  // namespace klaim::services
