// Commands that a worker within the daemon handed in and that aren't answered yet: so many at once, and no more, so that
// people's calls find room beside them.
#pragma once

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "engine/sequencer/sequencer.h"

namespace klaim::services {

// Thread-safe.
class InFlightCommands {
 public:
  // `sequencer` must live longer.
  InFlightCommands(sequencer::Sequencer& sequencer, size_t most) : sequencer_(sequencer), most_(most) {}
  // What was handed in is answered before what its answer needs goes: to be declared after that.
  ~InFlightCommands() { WaitForAll(); }

  // Waits for room, and hands a command in. Errors as Sequencer::Submit; then the command's `done` isn't called.
  absl::Status Submit(sequencer::Command command);

  // Returns when all are answered.
  void WaitForAll();

 private:
  void End();

  sequencer::Sequencer& sequencer_;
  const size_t most_;
  absl::Mutex mutex_;
  size_t under_way_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace klaim::services
