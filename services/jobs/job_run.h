// One run of a job, whatever its kind. It tells how far it is, ends early when asked to, and hands what it decides in under request
// identifications that follow from the job: going on after a restart does nothing twice.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "engine/domain/work/job.h"
#include "services/boundary/call_pipeline.h"
#include "services/docket/import_staging.h"
#include "services/docket/in_flight_commands.h"
#include "services/linkage/person_linker.h"
#include "services/linkage/respondent_linker.h"

namespace klaim::services {

class ExportFolders;

// Commands of a job, or of a part of an import, that are under way at the most.
inline constexpr size_t kMaxInFlightJobCommands = 256;

// What jobs work with; all must live longer.
struct JobTools {
  CallPipeline& calls;
  PersonLinker& linker;
  const RespondentLinker& respondents;
  ImportStaging& staging;
  const ExportFolders& exports;
};

// One run of a job. The work is done on one thread; what was handed in is answered on another.
class JobRun {
 public:
  // `the_job` must live longer. `running` is false once the process stops.
  JobRun(const JobTools& tools, const domain::JobState& the_job, std::function<bool()> running,
         std::function<void(uint64_t looked_at, uint64_t total)> progress)
      : calls(tools.calls),
        docket(tools.calls.docket()),
        linker(tools.linker),
        respondents(tools.respondents),
        staging(tools.staging),
        exports(tools.exports),
        job(the_job),
        running_(std::move(running)),
        progress_(std::move(progress)),
        under_way_(*docket.sequencer, kMaxInFlightJobCommands) {}

  CallPipeline& calls;
  OpenDocket& docket;
  PersonLinker& linker;
  const RespondentLinker& respondents;
  ImportStaging& staging;
  const ExportFolders& exports;
  const domain::JobState& job;

  void SetTotal(uint64_t total);
  void SetLookedAt(uint64_t looked_at);
  // False when the process stops, the job was cancelled, or whoever began it may not do it any more; looks for that now and then.
  bool GoesOn();
  bool running() const { return running_(); }
  bool cancelled() const { return cancelled_; }

  using Decide = std::function<absl::Status(domain::Docket&, const domain::Context&, domain::Decision&)>;
  // Hands in what is decided on a claim (0 for none), in the name of who asked for the job; waits while too many are under
  // way. `counted` is told of each that was recorded, and names what it is counted as; "" for nothing.
  void Submit(uint64_t claim_id, Decide decide,
              std::function<std::string(const v1::EventRecord& recorded)> counted = nullptr);
  // A claim, or the whole (0), that was left as it was.
  void Leave(uint64_t claim_id, const absl::Status& why);
  // So many more are done, and so many left as they were, of which is told elsewhere.
  void Add(uint64_t done, uint64_t left);
  void Count(const std::string& what, uint64_t count);
  void SetOutcome(uint64_t id);
  // What came of it, once all is answered.
  v1::JobEnded Result();

 private:
  // Whether whoever began the job holds the permission still that beginning it takes.
  absl::Status StillAllowed() const;
  void Note(uint64_t claim_id, const absl::StatusOr<sequencer::Outcome>& outcome,
            const std::function<std::string(const v1::EventRecord&)>& counted);

  const std::function<bool()> running_;
  const std::function<void(uint64_t, uint64_t)> progress_;
  bool cancelled_ = false;
  bool may_not_ = false;
  absl::Duration looked_ = -absl::InfiniteDuration();  // whether it was cancelled

  absl::Mutex mutex_;
  uint64_t total_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t looked_at_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<std::string, uint64_t> counts_ ABSL_GUARDED_BY(mutex_);
  v1::JobEnded result_ ABSL_GUARDED_BY(mutex_);
  InFlightCommands under_way_;
};

}  // namespace klaim::services
