// What folding tells of itself.
#pragma once

#include "engine/metrics/metrics.h"

namespace klaim::projections {

struct FoldingMetrics {
  prometheus::Histogram& fold = metrics::Seconds(
      "klaim_fold_seconds", "How long it took to fold what came in at once into all read models");
  prometheus::Histogram& commit =
      metrics::Seconds("klaim_fold_commit_seconds", "How long it took to make that visible to queries");
  prometheus::Counter& events =
      metrics::Counter("klaim_events_folded_total", "Events folded since the start");
};

}  // namespace klaim::projections
