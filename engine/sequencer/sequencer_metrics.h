// What the sequencer tells of itself.
#pragma once

#include "engine/metrics/metrics.h"

namespace klaim::sequencer {

struct SequencerMetrics {
  prometheus::Gauge& waiting = metrics::Gauge("klaim_commands_waiting", "Commands that wait to be decided");
  prometheus::Histogram& wait =
      metrics::Seconds("klaim_command_wait_seconds", "How long a command waited to be decided");
  prometheus::Histogram& batch =
      metrics::Amounts("klaim_batch_commands", "Commands that one append made durable");
  // By google.rpc.Code.
  prometheus::Family<prometheus::Counter>& refused =
      metrics::Counters("klaim_commands_refused_total", "Commands that were decided against, by code");
  prometheus::Counter& repeated =
      metrics::Counter("klaim_commands_repeated_total", "Commands that had been accepted before");
};

}  // namespace klaim::sequencer
