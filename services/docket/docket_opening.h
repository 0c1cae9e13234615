// Opening a docket, and what was left undone when it was open before.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "services/docket/open_docket.h"

namespace klaim::services {

// Opens the docket in `path`. `on_failure` is called, from any thread, when it can't go on: the process should
// then end. What an erasure or a change of the master key left undone at a crash is done first. DATA_LOSS when the vault
// lacks keys of people or reference registers in the log; numbers of keys that are gone are never given again.
// While it catches up (a copy with the brokers, read models with the log), or waits for brokers, `progress` is told every
// second how many records are done; where it returns false, opening ends with UNAVAILABLE, and the next goes on from there.
absl::StatusOr<std::unique_ptr<OpenDocket>> Open(const std::string& path, const DocketPlaces& places,
                                                 absl::FunctionRef<bool(uint64_t records)> progress,
                                                 std::function<void(const absl::Status&)> on_failure);

// The same of a docket that stands in its folder whole.
absl::StatusOr<std::unique_ptr<OpenDocket>> Open(const std::string& path, const MasterKeyPlaces& master_key,
                                                 std::function<void(const absl::Status&)> on_failure);

// The same with the master key in a file, and the next one beside it with ".next" at the end of its name.
absl::StatusOr<std::unique_ptr<OpenDocket>> Open(const std::string& path, const std::string& master_key_file,
                                                 std::function<void(const absl::Status&)> on_failure);

// Wraps the vault under the next master key, and puts that in the place of the one before, if both are files.
// FAILED_PRECONDITION when there is no next one.
absl::Status ChangeMasterKey(OpenDocket& docket, absl::FunctionRef<void(uint64_t rows)> progress);

}  // namespace klaim::services
