// A docket that is open: its folder, log, vault, read models and sequencer, in the order in which they need
// each other.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "engine/evidence/evidence_store.h"
#include "engine/log/data_folder.h"
#include "engine/log/event_log.h"
#include "engine/log/kafka_topic.h"
#include "engine/privacy/vault.h"
#include "engine/sequencer/sequencer.h"
#include "projections/core/projector.h"
#include "projections/read_models.h"
#include "services/docket/damage.h"
#include "services/docket/vault/vault_rows_service.h"

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

// Its parts are declared in the order in which they need each other, so that each ends before what it needs.
struct OpenDocket {
  // With nothing opened yet (docket_opening.h opens).
  OpenDocket(DocketPlaces of, log::DataFolder in, std::function<void(const absl::Status&)> failed)
      : places(std::move(of)),
        folder(std::move(in)),
        on_failure(std::move(failed)),
        damages(std::make_unique<Damages>()) {}

  DocketPlaces places;
  log::DataFolder folder;
  // To be called, from any thread, when the docket can't go on: the process should then end.
  std::function<void(const absl::Status&)> on_failure;
  std::unique_ptr<Damages> damages;
  // Damage that is met in it is noted, and nothing is recorded from then on.
  std::unique_ptr<log::EventLog> log;
  std::unique_ptr<privacy::Vault> vault;
  std::unique_ptr<evidence::EvidenceStore> evidence;
  std::unique_ptr<projections::Projector> projector;
  std::unique_ptr<sequencer::Sequencer> sequencer;

  projections::ReadModels models() const { return projections::ReadModels(*projector); }
  // Whether commands are decided here.
  bool leads() const { return !places.cluster.has_value() || places.cluster->leads; }
  // FAILED_PRECONDITION where the docket is only followed: for whoever would write, into the log or the vault.
  absl::Status RequireLead() const;

  // What reads the log to the last may still meet damage, when nobody is there to refuse.
  ~OpenDocket() { damages->OnLogDamage(nullptr); }
};

}  // namespace klaim::services
