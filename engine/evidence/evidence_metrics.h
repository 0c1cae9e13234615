// What the store of documents tells of itself.
#pragma once

#include "engine/metrics/metrics.h"

namespace klaim::evidence {

struct EvidenceMetrics {
  prometheus::Counter& documents =
      metrics::Counter("klaim_evidence_documents_kept_total", "Documents taken in since the start");
  prometheus::Counter& bytes =
      metrics::Counter("klaim_evidence_bytes_kept_total", "Bytes of their content, as it was sent");
};

}  // namespace klaim::evidence
