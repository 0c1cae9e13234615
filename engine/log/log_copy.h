// Copying a log into another one: the same records under the same sequences, so that the tree is the same.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "engine/log/event_log.h"

namespace klaim::log {

// Appends what `to` lacks of the first `size` records of `from`, some thousands at a time; a request's records stay together. `progress` is
// told how many `to` has. What is there already isn't compared: whoever needs it compares the roots.
absl::Status CopyRecords(const LogReader& from, uint64_t size, EventLog& to,
                         absl::FunctionRef<void(uint64_t records)> progress);

}  // namespace klaim::log
