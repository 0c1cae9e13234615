#include "services/open_docket.h"

#include <unistd.h>

#include <filesystem>
#include <future>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/log/kafka_event_log.h"
#include "engine/log/rocksdb_event_log.h"
#include "engine/privacy/master_key.h"
#include "engine/privacy/sealing.h"
#include "engine/record/encoded_record.h"
#include "klaim/v1/evidence_service.pb.h"
#include "services/personal_data.h"

namespace klaim::services {

int64_t SystemClockMicros() { return absl::GetCurrentTimeNanos() / 1000; }

namespace {

// What a loss of power took of the identities in the vault is made again from the claimants in the log. Keys can't be: the
// identities after them were lost with them, so that whose key is gone is met here.
absl::Status RecoverIdentities(const log::EventLog& log, privacy::Vault& vault, bool accept_lost_keys) {
  std::vector<privacy::Identity> recovered;
  std::set<uint64_t> lost_keys;
  absl::Status status;
  v1::EventRecord event;
  absl::Status read =
      log.Read(vault.identities_recorded_to(), [&](uint64_t sequence, absl::string_view bytes) {
        status = record::DecodeRecord(sequence, bytes, event);
        if (event.has_claimant_erased()) lost_keys.erase(event.claimant_erased().key_id());
        if (!status.ok() || !event.has_claimant_registered()) return status.ok();
        v1::ClaimantRegistered& registered = *event.mutable_claimant_registered();
        if (absl::IsNotFound(vault.Open(registered.key_id()).status())) {
          auto erased = vault.WasErased(registered.key_id());
          status = erased.status();
          if (erased.ok() && !*erased) lost_keys.insert(registered.key_id());
          return status.ok();
        }
        status = privacy::Unseal(registered, vault);
        // Who was erased, or whose data is damaged, has no identity; that must not keep all others waiting.
        if (absl::IsDataLoss(status)) status = absl::OkStatus();
        if (status.ok() && registered.person().name().has_clear()) {
          recovered.push_back(IdentityTagsOf(registered.person(), registered.key_id(), vault));
        }
        return status.ok();
      });
  if (!read.ok()) return read;
  if (status.ok() && !lost_keys.empty() && !accept_lost_keys) {
    return absl::DataLossError(absl::StrCat(
        "the vault lacks the data keys of ", lost_keys.size(),
        " claimants that stand in the log: it is older than the log, or its end was lost. Restore a newer "
        "backup of the vault; if there is none, --accept-lost-keys serves all but what those people told, "
        "which stays sealed for ever"));
  }
  // Their numbers are never given to others' keys.
  if (status.ok() && !lost_keys.empty()) {
    status = vault.Erase(std::vector<uint64_t>(lost_keys.begin(), lost_keys.end()));
  }
  if (!status.ok() || recovered.empty()) return status;
  for (const privacy::Identity& identity : recovered) {
    if (absl::Status noted = vault.NoteIdentity(identity).status(); !noted.ok()) return noted;
  }
  return vault.RecordIdentities(log.next_sequence(), recovered);
}

absl::Status RemoveDocuments(projections::Projector& projector, evidence::EvidenceStore& evidence,
                             uint64_t claimant_id) {
  const projections::View documents = projector.view("documents");
  const std::string prefix = projections::Key('p').Number(claimant_id);
  absl::Status status;
  absl::Status scanned = documents.Scan(prefix, prefix, [&](absl::string_view key, absl::string_view) {
    auto row = documents.Get(projections::Key('d').Number(projections::NumberAt(key, prefix.size())));
    status = row.status();
    v1::Document document;
    if (status.ok() && row->has_value() && document.ParseFromString(**row)) {
      status = evidence.Remove(document.received().blob_id());
    }
    return status.ok();
  });
  return scanned.ok() ? status : scanned;
}

// An erasure that is in the log holds, also when the process ended before the key was destroyed, or the vault
// was restored from a backup of before.
absl::Status FinishErasures(OpenDocket& docket) {
  std::vector<ErasedClaimant> unfinished;
  absl::Status scanned =
      docket.projector->view("case_files")
          .Scan("e", "e", [&](absl::string_view key, absl::string_view value) {
            const ErasedClaimant erased{projections::NumberAt(key, 1), projections::NumberAt(value, 1)};
            if (!absl::IsNotFound(docket.vault->Open(erased.key_id).status())) unfinished.push_back(erased);
            return true;
          });
  if (!scanned.ok() || unfinished.empty()) return scanned;
  return Erase(docket, unfinished);
}

}  // namespace

// The keys first: without them the documents are unreadable already.
absl::Status Erase(OpenDocket& docket, absl::Span<const ErasedClaimant> erased) {
  std::vector<uint64_t> key_ids;
  for (const ErasedClaimant& each : erased) key_ids.push_back(each.key_id);
  absl::Status status = docket.vault->Erase(key_ids);
  for (const ErasedClaimant& each : erased) {
    if (status.ok()) status = RemoveDocuments(*docket.projector, *docket.evidence, each.claimant_id);
  }
  return status;
}

absl::Status ChangeMasterKey(OpenDocket& docket, absl::FunctionRef<void(uint64_t rows)> progress) {
  const MasterKeyPlaces& places = docket.places.master_key;
  auto next = privacy::ReadMasterKey(places.next);
  if (!next.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat("there is no next master key to change to: make one with `klaim vault new-master-key` (",
                     next.status().message(), ")"));
  }
  if (absl::Status status = docket.vault->ChangeMasterKey(*next, progress); !status.ok()) return status;
  if (places.current.is_credential() || places.next.is_credential()) return absl::OkStatus();
  std::error_code error;
  std::filesystem::rename(places.next.place, places.current.place, error);
  if (error)
    return absl::InternalError(absl::StrCat("can't put the next master key in place: ", error.message()));
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<OpenDocket>> Open(const std::string& path, const std::string& master_key_file,
                                                 std::function<void(const absl::Status&)> on_failure) {
  return Open(path, MasterKeyPlaces{{master_key_file, ""}, {master_key_file + ".next", ""}},
              std::move(on_failure));
}

namespace {

using Progress = absl::FunctionRef<bool(uint64_t records)>;
using OnFailure = std::function<void(const absl::Status&)>;

absl::StatusOr<std::unique_ptr<log::EventLog>> OpenEmbeddedLog(const log::DataFolder& folder) {
  auto log = log::RocksDbEventLog::Open(folder.log());
  if (!log.ok()) return log.status();
  auto position = (*log)->position();
  if (!position.ok()) return position.status();
  if (position->empty()) return *std::move(log);
  return absl::FailedPreconditionError(
      absl::StrCat(folder.log(),
                   " is a copy of a docket that stands on a cluster: serve it with --brokers, or bring it "
                   "back with `klaim docket move --back`"));
}

absl::StatusOr<std::unique_ptr<log::EventLog>> OpenClusterLog(const log::DataFolder& folder,
                                                              const ClusterPlace& cluster, Progress progress,
                                                              OnFailure on_failure) {
  absl::Status safe = log::CheckTopic(cluster.kafka);
  while (absl::IsUnavailable(safe) && progress(0)) safe = log::CheckTopic(cluster.kafka);
  if (!safe.ok()) return safe;
  auto topic = log::OpenKafkaTopic(cluster.kafka);
  if (!topic.ok()) return topic.status();
  log::KafkaEventLog::Options options;
  options.cache = folder.log();
  options.writer = absl::StrCat(cluster.node, "/", getpid(), "-", SystemClockMicros());
  options.leads = cluster.leads;
  auto log = log::KafkaEventLog::Open(*std::move(topic), options, progress, std::move(on_failure));
  if (!log.ok()) return log.status();
  return *std::move(log);
}

absl::StatusOr<std::unique_ptr<privacy::Vault>> OpenVault(const log::DataFolder& folder,
                                                          const DocketPlaces& places,
                                                          const privacy::SecretKey& master_key,
                                                          const OnFailure& on_failure) {
  std::optional<privacy::SecretKey> next_master_key;
  if (auto next = privacy::ReadMasterKey(places.master_key.next); next.ok()) next_master_key = *next;
  auto rows = places.cluster.has_value()
                  ? ConnectVaultRows(places.cluster->vault, places.cluster->credentials)
                  : privacy::OpenVaultRows(folder.vault());
  if (!rows.ok()) return rows.status();
  auto identities = privacy::IdentityIndex::Begin(folder.vault());
  if (!identities.ok()) return identities.status();
  return privacy::Vault::Open(*std::move(rows), *std::move(identities), master_key, next_master_key,
                              on_failure, privacy::Vault::KeyMaking::kWhenNeeded);
}

// What an erasure or a change of the master key left undone at a crash.
absl::Status FinishWhatWasBegun(OpenDocket& docket, const privacy::SecretKey& master_key) {
  absl::Status erased = FinishErasures(docket);
  if (!erased.ok()) return erased;
  auto under_way = docket.vault->ChangeUnderWay();
  if (!under_way.ok()) return under_way.status();
  const MasterKeyPlaces& places = docket.places.master_key;
  const bool files = !places.current.is_credential() && !places.next.is_credential();
  if (!*under_way && (!files || docket.vault->IsUnder(master_key))) return absl::OkStatus();
  return ChangeMasterKey(docket, [](uint64_t) {});
}

absl::StatusOr<std::unique_ptr<sequencer::Sequencer>> StartSequencer(const OpenDocket& docket,
                                                                     OnFailure on_failure) {
  sequencer::Options options;
  options.clock = SystemClockMicros;
  if (!docket.leads()) {
    options.refusal = absl::FailedPreconditionError(
        "this node only follows the docket: use the address at which all nodes can be reached");
  }
  return sequencer::Sequencer::Start(*docket.log, *docket.vault, options, std::move(on_failure));
}

}  // namespace

absl::StatusOr<std::unique_ptr<OpenDocket>> Open(const std::string& path, const DocketPlaces& places,
                                                 Progress progress, OnFailure on_failure) {
  auto master_key = privacy::ReadMasterKey(places.master_key.current);
  if (!master_key.ok()) return master_key.status();
  auto folder = log::DataFolder::Open(path);
  if (!folder.ok()) return folder.status();
  auto docket = std::unique_ptr<OpenDocket>(
      new OpenDocket{places, *std::move(folder), nullptr, nullptr, nullptr, nullptr, nullptr, on_failure});
  // The vault reads its identities while the log and the read models are opened. It makes no keys before it is known
  // that it has all that the log needs: their numbers would be those that are missing.
  auto vault_opened = std::async(std::launch::async,
                                 [&] { return OpenVault(docket->folder, places, *master_key, on_failure); });
  auto log = places.cluster.has_value()
                 ? OpenClusterLog(docket->folder, *places.cluster, progress, on_failure)
                 : OpenEmbeddedLog(docket->folder);
  auto projector = log.ok() ? projections::Projector::Open(docket->folder.projections(), **log)
                            : absl::StatusOr<std::unique_ptr<projections::Projector>>(log.status());
  auto vault = vault_opened.get();
  const std::string& documents = docket->folder.evidence();
  auto evidence = places.evidence.has_value()
                      ? evidence::EvidenceStore::Open(documents, evidence::DocumentFilesAt(*places.evidence))
                      : evidence::EvidenceStore::Open(documents);
  for (const absl::Status& status : {log.status(), vault.status(), projector.status(), evidence.status()}) {
    if (!status.ok()) return status;
  }
  docket->log = *std::move(log);
  docket->vault = *std::move(vault);
  docket->evidence = *std::move(evidence);
  docket->projector = *std::move(projector);
  if (docket->leads()) {
    absl::Status ready = RecoverIdentities(*docket->log, *docket->vault, places.accept_lost_keys);
    if (ready.ok()) ready = docket->vault->MakeKeysAhead();
    if (!ready.ok()) return ready;
  }
  auto sequencer = StartSequencer(*docket, on_failure);
  if (!sequencer.ok()) return sequencer.status();
  docket->sequencer = *std::move(sequencer);
  docket->projector->Start(on_failure);
  if (const uint64_t end = docket->log->next_sequence(); end > 0) {
    while (!docket->projector->WaitVisible(end - 1, absl::Seconds(1))) {
      if (progress(docket->projector->next_sequence())) continue;
      return absl::UnavailableError(
          "stopped while the read models were being folded: the next start goes on");
    }
  }
  if (docket->leads()) {
    if (absl::Status status = FinishWhatWasBegun(*docket, *master_key); !status.ok()) return status;
  }
  return docket;
}

absl::StatusOr<std::unique_ptr<OpenDocket>> Open(const std::string& path, const MasterKeyPlaces& master_key,
                                                 OnFailure on_failure) {
  return Open(
      path, DocketPlaces{master_key, std::nullopt, std::nullopt, false}, [](uint64_t) { return true; },
      std::move(on_failure));
}

}  // namespace klaim::services
