// What an open docket tells of itself beside what its log, its sequencer and its read models tell.
#pragma once

#include "engine/metrics/metrics.h"

namespace klaim::services {

struct DocketMetrics {
  prometheus::Gauge& events = metrics::Gauge("klaim_log_events", "Events in the log");
  prometheus::Gauge& lag_events =
      metrics::Gauge("klaim_read_models_lag_events", "Events that the read models have not folded yet");
  prometheus::Gauge& leads =
      metrics::Gauge("klaim_leads", "1 where commands are decided, 0 where the docket is only followed");
  prometheus::Gauge& log_lag = metrics::Gauge(
      "klaim_log_lag_seconds", "How long ago this copy was known to hold all that was acknowledged");
  prometheus::Gauge& damaged_log = metrics::Gauge(
      "klaim_damaged_log", "Places of the log that were found damaged: nothing is recorded any more");
  prometheus::Gauge& damaged_vault =
      metrics::Gauge("klaim_damaged_vault", "Places of the vault that were found damaged");
  prometheus::Gauge& damaged_evidence =
      metrics::Gauge("klaim_damaged_evidence", "Documents whose files were found damaged");
  prometheus::Gauge& damaged_read_models = metrics::Gauge(
      "klaim_damaged_read_models", "Files of read models that were found damaged, and are made again");
  prometheus::Counter& scrubbing_rounds =
      metrics::Counter("klaim_scrubbing_rounds_total", "How often all files were looked at since the start");
  prometheus::Gauge& disk_free =
      metrics::Gauge("klaim_disk_free_bytes", "Room on the disk of the docket's folder");
  prometheus::Gauge& checkpoint_events =
      metrics::Gauge("klaim_checkpoint_events", "Events in the checkpoint that was published last");
  prometheus::Gauge& checkpoint_published = metrics::Gauge(
      "klaim_checkpoint_published_timestamp_seconds", "When that was, in seconds since 1970-01-01T00:00:00Z");
};

}  // namespace klaim::services
