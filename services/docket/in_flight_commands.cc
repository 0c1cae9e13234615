#include "services/docket/in_flight_commands.h"

#include <utility>

namespace klaim::services {

absl::Status InFlightCommands::Submit(sequencer::Command command) {
  {
    absl::MutexLock lock(&mutex_);
    const auto room = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return under_way_ < most_; };
    mutex_.Await(absl::Condition(&room));
    ++under_way_;
  }
  command.done = [this, done = std::move(command.done)](absl::StatusOr<sequencer::Outcome> outcome) mutable {
    done(std::move(outcome));
    End();
  };
  absl::Status submitted = sequencer_.Submit(std::move(command));
  if (!submitted.ok()) End();
  return submitted;
}

void InFlightCommands::End() {
  absl::MutexLock lock(&mutex_);
  --under_way_;
}

void InFlightCommands::WaitForAll() {
  absl::MutexLock lock(&mutex_);
  const auto none = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return under_way_ == 0; };
  mutex_.Await(absl::Condition(&none));
}

}  // namespace klaim::services
