// A docket that is open: its folder, log, vault, read models and sequencer, in the order in which they need
// each other.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "engine/evidence/evidence_store.h"
#include "engine/log/data_folder.h"
#include "engine/log/event_log.h"
#include "engine/log/kafka_topic.h"
#include "engine/privacy/vault.h"
#include "engine/sequencer/sequencer.h"
#include "projections/projector.h"
#include "services/damage.h"
#include "services/vault_rows_service.h"

namespace klaim::services {

// Where the master key lies, and where the next one is put when it is to be changed.
struct MasterKeyPlaces {
  privacy::MasterKeySource current;
  privacy::MasterKeySource next;
};

// Where the docket stands on a cluster.
struct ClusterPlace {
  log::KafkaOptions kafka;
  std::string node;             // this node's name
  bool leads = false;           // decides commands; else it follows, and answers queries
  std::string vault;            // host:port of the server that keeps the vault's rows
  NodeCredentials credentials;  // for that server
};

// Where all that a docket needs is, but for its folder.
struct DocketPlaces {
  MasterKeyPlaces master_key;
  std::optional<ClusterPlace> cluster;        // none: the log and the vault stand in the folder
  std::optional<evidence::S3Place> evidence;  // none: documents lie in the folder
  bool accept_lost_keys = false;              // serve a docket whose vault is older than its log
  bool accept_clock_behind = false;  // record while the newest record is more than a day ahead of the clock
  // How checkpoints name the docket's log. It goes into the names of documents' files; where those lie elsewhere, the place
  // bears it too.
  std::string origin;
};

struct OpenDocket {
  DocketPlaces places;
  log::DataFolder folder;
  std::unique_ptr<Damages> damages;
  // Damage that is met in it is noted, and nothing is recorded from then on.
  std::unique_ptr<log::EventLog> log;
  std::unique_ptr<privacy::Vault> vault;
  std::unique_ptr<evidence::EvidenceStore> evidence;
  std::unique_ptr<projections::Projector> projector;
  std::unique_ptr<sequencer::Sequencer> sequencer;
  // To be called, from any thread, when the docket can't go on: the process should then end.
  std::function<void(const absl::Status&)> on_failure;

  // Whether commands are decided here.
  bool leads() const { return !places.cluster.has_value() || places.cluster->leads; }
  // FAILED_PRECONDITION where the docket is only followed: for whoever would write, into the log or the vault.
  absl::Status RequireLead() const;

  // What reads the log to the last may still meet damage, when nobody is there to refuse.
  ~OpenDocket() {
    if (damages != nullptr) damages->OnLogDamage(nullptr);
  }
};

// Opens the docket in `path`. `on_failure` is called, from any thread, when it can't go on: the process should
// then end. What an erasure or a change of the master key left undone at a crash is done first. DATA_LOSS when the vault
// lacks keys of people or reference registers in the log; numbers of keys that are gone are never given again.
// While it catches up (a copy with the brokers, read models with the log), or waits for brokers, `progress` is told every
// second how many records are done; where it returns false, opening ends with UNAVAILABLE, and the next goes on from there.
absl::StatusOr<std::unique_ptr<OpenDocket>> Open(const std::string& path, const DocketPlaces& places,
                                                 absl::FunctionRef<bool(uint64_t records)> progress,
                                                 std::function<void(const absl::Status&)> on_failure);

// The same of a docket that stands in its folder whole.
absl::StatusOr<std::unique_ptr<OpenDocket>> Open(const std::string& path, const MasterKeyPlaces& master_key,
                                                 std::function<void(const absl::Status&)> on_failure);

// The same with the master key in a file, and the next one beside it with ".next" at the end of its name.
absl::StatusOr<std::unique_ptr<OpenDocket>> Open(const std::string& path, const std::string& master_key_file,
                                                 std::function<void(const absl::Status&)> on_failure);

// Microseconds since 1970-01-01T00:00:00Z.
int64_t SystemClockMicros();

// Wraps the vault under the next master key, and puts that in the place of the one before, if both are files.
// FAILED_PRECONDITION when there is no next one.
absl::Status ChangeMasterKey(OpenDocket& docket, absl::FunctionRef<void(uint64_t rows)> progress);

}  // namespace klaim::services
