// Works off bulk decisions as the daemon does (services/jobs/job_runner.h): the first job that isn't ended, claim by claim, each under a request of the
// job's own, and then ends it. It remembers nothing over a restart: what was done already is answered as a repetition.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "engine/domain/work/job.h"
#include "engine/log/event_log.h"
#include "projections/core/projector.h"
#include "simulation/desk.h"

namespace klaim::simulation {

class JobWorker {
 public:
  // Both must live longer.
  JobWorker(const log::LogReader& log, const projections::Projector& projector)
      : log_(log), projector_(projector) {}

  struct Errand {
    std::string request_id;
    Asked asked;
  };
  // What it has to have decided next; nothing while it waits for answers, or no job goes on as far as the read models know.
  std::optional<Errand> Next();
  // The queue was full for the errand given last: it comes again.
  void TurnedAway(const std::string& request_id);
  // One of its errands has its answer.
  void Answered(const std::string& request_id, bool accepted);

  // Every job that was ended says of how many claims it was done, and that is how many stand in the log; the sum of those.
  static absl::StatusOr<uint64_t> CheckEnded(const log::LogReader& log);

 private:
  bool FindJob();

  const log::LogReader& log_;
  const projections::Projector& projector_;
  std::optional<domain::JobState> job_;
  int next_ = 0;  // of its claims
  std::set<std::string> under_way_;
  v1::JobEnded result_;
};

}  // namespace klaim::simulation
