// A docket that is open: its folder, log, vault, read models and sequencer, in the order in which they need
// each other.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "engine/log/data_folder.h"
#include "engine/log/rocksdb_event_log.h"
#include "engine/privacy/vault.h"
#include "engine/sequencer/sequencer.h"
#include "projections/projector.h"

namespace klaim::services {

struct OpenDocket {
  log::DataFolder folder;
  std::unique_ptr<log::RocksDbEventLog> log;
  std::unique_ptr<privacy::Vault> vault;
  std::unique_ptr<projections::Projector> projector;
  std::unique_ptr<sequencer::Sequencer> sequencer;
};

// Opens the docket in `path` under the master key in `master_key_file`. `on_failure` is called, from any
// thread, when it can't go on: the process should then end.
absl::StatusOr<std::unique_ptr<OpenDocket>> Open(const std::string& path, const std::string& master_key_file,
                                                 std::function<void(const absl::Status&)> on_failure);

// Microseconds since 1970-01-01T00:00:00Z.
int64_t SystemClockMicros();

}  // namespace klaim::services
