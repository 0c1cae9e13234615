#include "services/jobs/log_export.h"

#include <fstream>
#include <sstream>

#include "absl/time/clock.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "engine/log/event_log.h"
#include "engine/merkle/checkpoint.h"
#include "engine/time/steady.h"
#include "services/common/log_exporter.h"
#include "services/jobs/export_folders.h"

namespace klaim::services {
namespace {

constexpr absl::Duration kLookForRoom = absl::Milliseconds(50);
constexpr absl::Duration kMaxWait = absl::Minutes(1);
constexpr uint64_t kRecordsAStep = 1'024;

// The checkpoint that is out, once it has at least `size` records.
absl::StatusOr<std::string> WaitForCheckpoint(JobRun& run, uint64_t size) {
  const absl::Duration until = steady::Now() + kMaxWait;
  while (run.GoesOn()) {
    std::ifstream file(run.exports.checkpoint_file());
    std::stringstream text;
    text << file.rdbuf();
    auto note = merkle::SignedNote::Parse(text.str());
    auto checkpoint = note.ok() ? merkle::Checkpoint::Parse(note->text) : note.status();
    if (checkpoint.ok() && checkpoint->size >= size) return text.str();
    if (steady::Now() > until) {
      return domain::Refuse(absl::StatusCode::kUnavailable, v1::REASON_NO_CHECKPOINT_COMES_OUT);
    }
    absl::SleepFor(kLookForRoom);
  }
  return absl::CancelledError("cancelled");
}

absl::Status WriteLog(JobRun& run, const std::string& folder) {
  const bool with_entries = !run.job.started.log_export_started().without_entries();
  ASSIGN_OR_RETURN(auto models, run.docket.projector->HashesNow());
  ASSIGN_OR_RETURN(auto text, WaitForCheckpoint(run, std::max(models.next_sequence, run.job.id + 1)));
  const uint64_t size = merkle::Checkpoint::Parse(merkle::SignedNote::Parse(text)->text)->size;
  run.SetTotal(size);
  LogExporter exporter(folder, with_entries);
  absl::Status status;
  absl::Status read = run.docket.log->Read(0, [&](uint64_t sequence, absl::string_view record) {
    if (sequence == size) return false;
    status = exporter.Add(record);
    if (sequence % kRecordsAStep != 0) return status.ok();
    run.SetLookedAt(sequence);
    if (status.ok() && !run.GoesOn()) status = absl::CancelledError("cancelled");
    return status.ok();
  });
  if (status.ok()) status = read;
  if (status.ok()) status = exporter.Finish(text);
  if (!status.ok() || !with_entries) return status;
  const std::map<std::string, std::string> hashes(models.hashes.begin(), models.hashes.end());
  std::ofstream out(folder + "/read-models.json");
  out << ReadModelsJson(models.next_sequence, hashes);
  out.close();
  return out ? absl::OkStatus() : absl::InternalError("can't write the export: is the disk full?");
}

}  // namespace

void ExportLog(JobRun& run) {
  run.exports.Make(run, [&run](const std::string& folder) { return WriteLog(run, folder); });
}

}  // namespace klaim::services
