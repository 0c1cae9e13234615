// The files of exports, from when a job writes them until they were fetched: seven days after its end.
//
//   <folder>/JOB/...        whole
//   <folder>/JOB.part/...   being written
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace klaim::services {

class JobRun;

class ExportFolders {
 public:
  // `checkpoint_file` is where the daemon keeps the checkpoint that it published last.
  ExportFolders(std::string folder, std::string checkpoint_file)
      : folder_(std::move(folder)), checkpoint_file_(std::move(checkpoint_file)) {}

  // Has the files of a job written into a fresh folder, which is there for readers once it is whole. One that a restart cut off
  // begins anew.
  void Make(JobRun& run, const std::function<absl::Status(const std::string& folder)>& write) const;

  // Paths of the files of an export, in the order of their bytes. NOT_FOUND when they are not kept any more, or not yet whole.
  absl::StatusOr<std::vector<std::string>> Files(uint64_t job_id) const;
  std::string PathOf(uint64_t job_id, const std::string& file) const;

  const std::string& checkpoint_file() const { return checkpoint_file_; }

  // Removes what is older than seven days.
  void Sweep() const;

 private:
  const std::string folder_;
  const std::string checkpoint_file_;
};

}  // namespace klaim::services
