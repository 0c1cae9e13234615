#include "services/open_docket.h"

#include "absl/time/clock.h"
#include "engine/privacy/master_key.h"

namespace klaim::services {

int64_t SystemClockMicros() { return absl::GetCurrentTimeNanos() / 1000; }

absl::StatusOr<std::unique_ptr<OpenDocket>> Open(const std::string& path, const std::string& master_key_file,
                                                 std::function<void(const absl::Status&)> on_failure) {
  auto master_key = privacy::ReadMasterKey(master_key_file);
  if (!master_key.ok()) return master_key.status();
  auto folder = log::DataFolder::Open(path);
  if (!folder.ok()) return folder.status();
  auto log = log::RocksDbEventLog::Open(folder->log());
  if (!log.ok()) return log.status();
  auto vault = privacy::Vault::Open(folder->vault(), *master_key);
  if (!vault.ok()) return vault.status();
  auto projector = projections::Projector::Open(folder->projections(), **log);
  if (!projector.ok()) return projector.status();
  sequencer::Options options;
  options.clock = SystemClockMicros;
  auto sequencer = sequencer::Sequencer::Start(**log, **vault, options, on_failure);
  if (!sequencer.ok()) return sequencer.status();
  (*projector)->Start(on_failure);
  return std::unique_ptr<OpenDocket>(new OpenDocket{*std::move(folder), *std::move(log), *std::move(vault),
                                                    *std::move(projector), *std::move(sequencer)});
}

}  // namespace klaim::services
