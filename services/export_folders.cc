#include "services/export_folders.h"

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "services/job_work.h"

namespace klaim::services {

namespace fs = std::filesystem;

void ExportFolders::Make(JobRun& run,
                         const std::function<absl::Status(const std::string& folder)>& write) const {
  const std::string whole = absl::StrCat(folder_, "/", run.job.id);
  const std::string part = whole + ".part";
  std::error_code error;
  fs::remove_all(part, error);
  if (!fs::exists(whole)) {
    fs::create_directories(part, error);
    absl::Status written = write(part);
    if (written.ok()) fs::rename(part, whole, error);
    fs::remove_all(part, error);
    // What was cancelled, or goes on after a restart, is no problem.
    if (!written.ok() && !absl::IsCancelled(written)) run.Leave(0, written);
    if (!written.ok()) return;
  }
  run.Count("files", Files(run.job.id)->size());
  run.Add(1, 0);
}

absl::StatusOr<std::vector<std::string>> ExportFolders::Files(uint64_t job_id) const {
  const fs::path whole = absl::StrCat(folder_, "/", job_id);
  std::vector<std::string> files;
  std::error_code error;
  for (fs::recursive_directory_iterator at(whole, error), end; !error && at != end; at.increment(error)) {
    if (at->is_regular_file()) files.push_back(fs::relative(at->path(), whole));
  }
  if (error || files.empty()) {
    return absl::NotFoundError(
        absl::StrCat("job_id: no files are there for ", job_id, ": it is not over, or was seven days ago"));
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string ExportFolders::PathOf(uint64_t job_id, const std::string& file) const {
  return absl::StrCat(folder_, "/", job_id, "/", file);
}

void ExportFolders::Sweep() const {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    const auto written = fs::last_write_time(entry.path(), error);
    if (!error && fs::file_time_type::clock::now() - written > std::chrono::hours(24 * 7)) {
      fs::remove_all(entry.path(), error);
    }
  }
}

}  // namespace klaim::services
