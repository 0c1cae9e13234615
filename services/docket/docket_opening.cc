#include "services/docket/docket_opening.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <future>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/log/kafka_event_log.h"
#include "engine/log/rocksdb_event_log.h"
#include "engine/privacy/master_key.h"
#include "engine/privacy/sealing.h"
#include "engine/record/encoded_record.h"
#include "klaim/v1/event_record.pb.h"
#include "services/common/system_clock.h"
#include "services/docket/erasure.h"
#include "services/docket/identity_tags.h"
#include "services/docket/import_staging.h"
#include "services/docket/watched_log.h"

namespace klaim::services {

namespace {

// Of a call that records identities.
constexpr size_t kRecordedAtOnce = 2'000;

// What the log has that the vault may have lost: it is a copy of how it was at some moment, or its end went with a loss of power.
// The identities that it has were written after all keys of before, so that only records behind them are to be looked at.
struct Lost {
  std::set<uint64_t> claimants;  // numbers of data keys
  std::set<uint64_t> registers;
  std::set<uint64_t> destroyed;  // of those who were erased or withdrawn since
  std::vector<std::pair<uint64_t, privacy::Identity>> identities;  // each with its record's number

  std::vector<uint64_t> AllKeys() const {
    std::vector<uint64_t> all(claimants.begin(), claimants.end());
    all.insert(all.end(), registers.begin(), registers.end());
    all.insert(all.end(), destroyed.begin(), destroyed.end());
    return all;
  }
};

// Whether the vault doesn't have a key of this number that is the owner's, nor knows that it is gone.
absl::StatusOr<bool> LacksKey(const privacy::Vault& vault, uint64_t key_id, absl::string_view owner) {
  absl::Status found = vault.Open(key_id, owner).status();
  if (found.ok() || absl::IsDataLoss(found)) return false;
  if (!absl::IsNotFound(found)) return found;
  ASSIGN_OR_RETURN(auto erased, vault.WasErased(key_id));
  return !erased;
}

absl::Status NoteKey(const privacy::Vault& vault, uint64_t key_id, absl::string_view owner,
                     std::set<uint64_t>& lost) {
  auto lacks = LacksKey(vault, key_id, owner);
  if (lacks.ok() && *lacks) lost.insert(key_id);
  return lacks.status();
}

absl::Status NoteRegistered(const privacy::Vault& vault, v1::EventRecord& event, Lost& lost) {
  v1::ClaimantRegistered& registered = *event.mutable_claimant_registered();
  absl::Status status = NoteKey(vault, registered.key_id(), privacy::kPersonsKey, lost.claimants);
  if (status.ok()) status = privacy::Unseal(registered, vault);
  // Who was erased, or whose data is damaged, has no identity; that must not keep all others waiting.
  if (absl::IsDataLoss(status)) return absl::OkStatus();
  if (status.ok() && registered.person().name().has_clear()) {
    lost.identities.emplace_back(event.sequence(),
                                 IdentityTagsOf(registered.person(), registered.key_id(), vault));
  }
  return status;
}

absl::Status NoteLost(const privacy::Vault& vault, v1::EventRecord& event, Lost& lost) {
  switch (event.event_case()) {
    case v1::EventRecord::kClaimantRegistered:
      return NoteRegistered(vault, event, lost);
    case v1::EventRecord::kReferenceRegisterPublished:
      return NoteKey(vault, event.reference_register_published().key_id(), privacy::kRegistersKey,
                     lost.registers);
    case v1::EventRecord::kClaimantErased:
      if (const uint64_t key_id = event.claimant_erased().key_id(); lost.claimants.erase(key_id) > 0) {
        lost.destroyed.insert(key_id);
      }
      return absl::OkStatus();
    case v1::EventRecord::kReferenceRegisterWithdrawn:
      if (const uint64_t key_id = event.reference_register_withdrawn().key_id();
          lost.registers.erase(key_id) > 0) {
        lost.destroyed.insert(key_id);
      }
      return absl::OkStatus();
    default:
      return absl::OkStatus();
  }
}

absl::StatusOr<Lost> FindLost(const log::LogReader& log, const privacy::Vault& vault) {
  Lost lost;
  absl::Status status;
  v1::EventRecord event;
  absl::Status read =
      log.Read(vault.identities_recorded_to(), [&](uint64_t sequence, absl::string_view bytes) {
        status = record::DecodeRecord(sequence, bytes, event);
        if (status.ok()) status = NoteLost(vault, event, lost);
        return status.ok();
      });
  if (!read.ok()) return read;
  if (!status.ok()) return status;
  return lost;
}

// Those that the vault has already are not written once more.
absl::Status RecordAgain(privacy::Vault& vault, const Lost& lost) {
  std::vector<privacy::Identity> some;
  uint64_t first_sequence = 0;
  for (const auto& [sequence, identity] : lost.identities) {
    ASSIGN_OR_RETURN(auto known, vault.NoteIdentity(identity));
    const bool recorded = std::binary_search(known.begin(), known.end(), identity.key_id);
    if (recorded || identity.tags.empty()) continue;
    if (some.empty()) first_sequence = sequence;
    some.push_back(identity);
    if (some.size() < kRecordedAtOnce) continue;
    RETURN_IF_ERROR(vault.RecordIdentities(first_sequence, some));
    some.clear();
  }
  return some.empty() ? absl::OkStatus() : vault.RecordIdentities(first_sequence, some);
}

// What the vault lost is made again from the log where it can be. Keys can't be: whose are gone is told, and that their numbers
// aren't given to others is made sure of before any key is made.
absl::Status RecoverVault(const OpenDocket& docket) {
  privacy::Vault& vault = *docket.vault;
  absl::Status status = vault.ForgetIdentitiesFrom(docket.log->next_sequence());
  if (!status.ok()) return status;
  ASSIGN_OR_RETURN(auto lost, FindLost(*docket.log, vault));
  if (lost.claimants.size() + lost.registers.size() > 0 && !docket.places.accept_lost_keys) {
    return absl::DataLossError(absl::StrCat(
        "the vault lacks the data keys of ", lost.claimants.size(), " claimants and ", lost.registers.size(),
        " reference registers that stand in the log: it is older than the log, or its end was lost. Restore "
        "a newer backup of the vault; if there is none, --accept-lost-keys serves all but what is sealed "
        "under those keys, which stays sealed for ever"));
  }
  std::vector<uint64_t> gone = lost.AllKeys();
  for (const auto& [key_id, owner] : ImportStaging::KeysIn(docket.folder.imports())) {
    ASSIGN_OR_RETURN(const bool lacks, LacksKey(vault, key_id, owner));
    if (lacks) gone.push_back(key_id);
  }
  status = vault.NeverGive(gone);
  return status.ok() ? RecordAgain(vault, lost) : status;
}

}  // namespace

absl::Status ChangeMasterKey(OpenDocket& docket, absl::FunctionRef<void(uint64_t rows)> progress) {
  const MasterKeyPlaces& places = docket.places.master_key;
  auto next = privacy::ReadMasterKey(places.next);
  if (!next.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat("there is no next master key to change to: make one with `klaim vault new-master-key` (",
                     next.status().message(), ")"));
  }
  RETURN_IF_ERROR(docket.vault->ChangeMasterKey(*next, progress));
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
  ASSIGN_OR_RETURN(auto log, log::RocksDbEventLog::Open(folder.log()));
  ASSIGN_OR_RETURN(auto position, log->position());
  if (position.empty()) return log;
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
  ASSIGN_OR_RETURN(auto topic, log::OpenKafkaTopic(cluster.kafka));
  log::KafkaEventLog::Options options;
  options.cache = folder.log();
  options.writer = absl::StrCat(cluster.node, "/", getpid(), "-", SystemClockMicros());
  options.leads = cluster.leads;
  ASSIGN_OR_RETURN(auto log,
                   log::KafkaEventLog::Open(std::move(topic), options, progress, std::move(on_failure)));
  return log;
}

absl::StatusOr<std::unique_ptr<privacy::Vault>> OpenVault(const log::DataFolder& folder,
                                                          const DocketPlaces& places,
                                                          const privacy::SecretKey& master_key,
                                                          const OnFailure& on_failure) {
  std::optional<privacy::SecretKey> next_master_key;
  if (auto next = privacy::ReadMasterKey(places.master_key.next); next.ok()) next_master_key = *next;
  ASSIGN_OR_RETURN(auto rows,
                   places.cluster.has_value()
                       ? ConnectVaultRows(places.cluster->vault, places.cluster->credentials, on_failure)
                       : privacy::OpenVaultRows(folder.vault()));
  ASSIGN_OR_RETURN(auto identities, privacy::IdentityIndex::Begin(folder.vault()));
  return privacy::Vault::Open(std::move(rows), std::move(identities), master_key, next_master_key,
                              on_failure);
}

// What an erasure or a change of the master key left undone at a crash.
absl::Status FinishWhatWasBegun(OpenDocket& docket, const privacy::SecretKey& master_key) {
  RETURN_IF_ERROR(FinishErasures(docket));
  ASSIGN_OR_RETURN(auto under_way, docket.vault->ChangeUnderWay());
  const MasterKeyPlaces& places = docket.places.master_key;
  const bool files = !places.current.is_credential() && !places.next.is_credential();
  if (!under_way && (!files || docket.vault->IsUnder(master_key))) return absl::OkStatus();
  return ChangeMasterKey(docket, [](uint64_t) {});
}

absl::StatusOr<std::unique_ptr<sequencer::Sequencer>> StartSequencer(const OpenDocket& docket,
                                                                     OnFailure on_failure) {
  sequencer::Options options;
  options.clock = SystemClockMicros;
  options.accept_clock_behind = docket.places.accept_clock_behind;
  options.refusal = docket.RequireLead();
  return sequencer::Sequencer::Start(*docket.log, *docket.vault, options, std::move(on_failure));
}

}  // namespace

absl::StatusOr<std::unique_ptr<OpenDocket>> Open(const std::string& path, const DocketPlaces& places,
                                                 Progress progress, OnFailure on_failure) {
  ASSIGN_OR_RETURN(auto master_key, privacy::ReadMasterKey(places.master_key.current));
  ASSIGN_OR_RETURN(auto folder, log::DataFolder::Open(path));
  auto docket = std::make_unique<OpenDocket>(places, std::move(folder), on_failure);
  // The vault reads its identities while the log and the read models are opened. It makes no keys before it is known
  // that it has all that the log needs: their numbers would be those that are missing.
  auto vault_opened = std::async(std::launch::async,
                                 [&] { return OpenVault(docket->folder, places, master_key, on_failure); });
  auto log = places.cluster.has_value()
                 ? OpenClusterLog(docket->folder, *places.cluster, progress, on_failure)
                 : OpenEmbeddedLog(docket->folder);
  if (log.ok()) log = std::make_unique<WatchedLog>(*std::move(log), *docket->damages);
  auto projector = log.ok() ? projections::Projector::Open(docket->folder.projections(), **log)
                            : absl::StatusOr<std::unique_ptr<projections::Projector>>(log.status());
  auto vault = vault_opened.get();
  const std::string& documents = docket->folder.evidence();
  auto evidence = places.evidence.has_value()
                      ? evidence::EvidenceStore::Open(documents, evidence::DocumentFilesAt(*places.evidence),
                                                      places.origin)
                      : evidence::EvidenceStore::Open(documents);
  for (const absl::Status& status : {log.status(), vault.status(), projector.status(), evidence.status()}) {
    if (!status.ok()) return status;
  }
  docket->log = *std::move(log);
  docket->vault = *std::move(vault);
  docket->evidence = *std::move(evidence);
  docket->projector = *std::move(projector);
  if (docket->leads()) {
    absl::Status ready = RecoverVault(*docket);
    if (ready.ok()) ready = docket->vault->MakeKeysAhead();
    // Where the log is damaged nothing is recorded, so that no key is made either; what can be read is served.
    const bool damaged = absl::IsDataLoss(ready) && docket->damages->Count(DamagedPart::kLog) > 0;
    if (!ready.ok() && !damaged) return ready;
  }
  auto sequencer = StartSequencer(*docket, on_failure);
  if (!sequencer.ok()) return sequencer.status();
  docket->sequencer = *std::move(sequencer);
  docket->damages->OnLogDamage([sequencer = docket->sequencer.get(), copy = places.cluster.has_value()](
                                   const Damage& damage) { sequencer->Refuse(LogIsDamaged(damage, copy)); });
  docket->projector->Start(on_failure);
  if (const uint64_t end = docket->log->next_sequence(); end > 0) {
    while (!docket->projector->WaitVisible(end - 1, absl::Seconds(1))) {
      RETURN_IF_ERROR(docket->projector->failure());
      if (progress(docket->projector->next_sequence())) continue;
      return absl::UnavailableError(
          "stopped while the read models were being folded: the next start goes on");
    }
  }
  if (docket->leads()) {
    RETURN_IF_ERROR(FinishWhatWasBegun(*docket, master_key));
  }
  return docket;
}

absl::StatusOr<std::unique_ptr<OpenDocket>> Open(const std::string& path, const MasterKeyPlaces& master_key,
                                                 OnFailure on_failure) {
  return Open(
      path, DocketPlaces{.master_key = master_key}, [](uint64_t) { return true; }, std::move(on_failure));
}

}  // namespace klaim::services
