#include "services/open_docket.h"

#include <future>

#include "absl/time/clock.h"
#include "engine/privacy/master_key.h"
#include "engine/privacy/sealing.h"
#include "engine/record/encoded_record.h"
#include "services/personal_data.h"

namespace klaim::services {

int64_t SystemClockMicros() { return absl::GetCurrentTimeNanos() / 1000; }

namespace {

// What a loss of power took of the identities in the vault is made again from the claimants in the log.
absl::Status RecoverIdentities(const log::EventLog& log, privacy::Vault& vault) {
  std::vector<privacy::Identity> recovered;
  absl::Status status;
  v1::EventRecord event;
  absl::Status read =
      log.Read(vault.identities_recorded_to(), [&](uint64_t sequence, absl::string_view bytes) {
        status = record::DecodeRecord(sequence, bytes, event);
        if (!status.ok() || !event.has_claimant_registered()) return status.ok();
        v1::ClaimantRegistered& registered = *event.mutable_claimant_registered();
        status = privacy::Unseal(registered, vault);
        // Who was erased, or whose data is damaged, has no identity; that must not keep all others waiting.
        if (absl::IsDataLoss(status)) status = absl::OkStatus();
        if (status.ok() && registered.person().name().has_clear()) {
          recovered.push_back(IdentityTagsOf(registered.person(), registered.key_id(), vault));
        }
        return status.ok();
      });
  if (!read.ok()) return read;
  if (!status.ok() || recovered.empty()) return status;
  for (const privacy::Identity& identity : recovered) vault.NoteIdentity(identity);
  return vault.RecordIdentities(log.next_sequence(), recovered);
}

}  // namespace

absl::StatusOr<std::unique_ptr<OpenDocket>> Open(const std::string& path, const std::string& master_key_file,
                                                 std::function<void(const absl::Status&)> on_failure) {
  auto master_key = privacy::ReadMasterKey(master_key_file);
  if (!master_key.ok()) return master_key.status();
  auto folder = log::DataFolder::Open(path);
  if (!folder.ok()) return folder.status();
  // The vault reads its identities while the log and the read models are opened.
  auto vault_opened = std::async(std::launch::async, [&, vault_path = folder->vault()] {
    return privacy::Vault::Open(vault_path, *master_key, on_failure);
  });
  auto log = log::RocksDbEventLog::Open(folder->log());
  auto projector = log.ok() ? projections::Projector::Open(folder->projections(), **log)
                            : absl::StatusOr<std::unique_ptr<projections::Projector>>(log.status());
  auto vault = vault_opened.get();
  if (!log.ok()) return log.status();
  if (!vault.ok()) return vault.status();
  if (!projector.ok()) return projector.status();
  if (absl::Status status = RecoverIdentities(**log, **vault); !status.ok()) return status;
  sequencer::Options options;
  options.clock = SystemClockMicros;
  auto sequencer = sequencer::Sequencer::Start(**log, **vault, options, on_failure);
  if (!sequencer.ok()) return sequencer.status();
  (*projector)->Start(on_failure);
  return std::unique_ptr<OpenDocket>(new OpenDocket{*std::move(folder), *std::move(log), *std::move(vault),
                                                    *std::move(projector), *std::move(sequencer)});
}

}  // namespace klaim::services
