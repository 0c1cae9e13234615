#include "services/web/metrics_page.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "engine/metrics/metrics.h"
#include "services/docket/docket_metrics.h"

namespace klaim::services {
namespace {

// By the names that Prometheus has for what every process has.
struct ProcessMetrics {
  prometheus::Gauge& memory =
      metrics::Gauge("process_resident_memory_bytes", "Memory that the process holds");
  prometheus::Gauge& open_files = metrics::Gauge("process_open_fds", "Files and connections that are open");
};

void LookAtDocket(const OpenDocket& docket) {
  DocketMetrics& metrics = metrics::Of<DocketMetrics>();
  const uint64_t events = docket.log->next_sequence();
  const uint64_t folded = docket.projector->next_sequence();
  metrics.events.Set(static_cast<double>(events));
  metrics.lag_events.Set(static_cast<double>(events > folded ? events - folded : 0));
  metrics.leads.Set(docket.leads() ? 1 : 0);
  metrics.log_lag.Set(absl::ToDoubleSeconds(std::min(docket.log->Lag(), absl::Hours(24))));
  const auto damaged = [&](DamagedPart part) { return static_cast<double>(docket.damages->Count(part)); };
  metrics.damaged_log.Set(damaged(DamagedPart::kLog));
  metrics.damaged_vault.Set(damaged(DamagedPart::kVault));
  metrics.damaged_evidence.Set(damaged(DamagedPart::kEvidence));
  metrics.damaged_read_models.Set(damaged(DamagedPart::kReadModels));
  struct statvfs space {};
  if (statvfs(docket.folder.log().c_str(), &space) == 0)
    metrics.disk_free.Set(static_cast<double>(space.f_bavail) * static_cast<double>(space.f_frsize));
}

void LookAtProcess() {
  ProcessMetrics& metrics = metrics::Of<ProcessMetrics>();
  std::ifstream statm("/proc/self/statm");
  uint64_t pages = 0;
  uint64_t resident = 0;
  if (statm >> pages >> resident)
    metrics.memory.Set(static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)));
  std::error_code error;
  const std::filesystem::directory_iterator open_files("/proc/self/fd", error);
  if (!error) metrics.open_files.Set(static_cast<double>(std::distance(begin(open_files), end(open_files))));
}

}  // namespace

std::string MetricsText(const OpenDocket& docket) {
  LookAtDocket(docket);
  LookAtProcess();
  return metrics::Text();
}

}  // namespace klaim::services
