// What the log tells of itself.
#pragma once

#include "engine/metrics/metrics.h"
#include "engine/record/encoded_record.h"

namespace klaim::log {

struct LogMetrics {
  prometheus::Histogram& append = metrics::Seconds(
      "klaim_log_append_seconds", "How long an append took until the disk, or the brokers, had it");
  prometheus::Counter& records =
      metrics::Counter("klaim_log_records_appended_total", "Records appended since the start");
  prometheus::Counter& bytes =
      metrics::Counter("klaim_log_bytes_appended_total", "Bytes of records appended since the start");
};

// Stands where records are appended, until they are.
class AppendTimed {
 public:
  explicit AppendTimed(const record::EncodedRecords& records) : timed_(metrics::Of<LogMetrics>().append) {
    metrics::Of<LogMetrics>().records.Increment(static_cast<double>(records.size()));
    metrics::Of<LogMetrics>().bytes.Increment(static_cast<double>(records.total_bytes()));
  }

 private:
  metrics::Timed timed_;
};

}  // namespace klaim::log
