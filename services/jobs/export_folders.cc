#include "services/jobs/export_folders.h"

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "engine/domain/core/refusal.h"
#include "services/jobs/job_run.h"

namespace klaim::services {

namespace fs = std::filesystem;

void ExportFolders::Make(JobRun& run,
                         const std::function<absl::Status(const std::string& folder)>& write) const {
  const std::string whole = absl::StrCat(folder_, "/", run.job.id);
  const std::string part = whole + ".part";
  std::error_code error;
  fs::remove_all(part, error);
  if (!fs::exists(whole, error)) {
    fs::create_directories(part, error);
    absl::Status written = write(part);
    if (written.ok()) {
      fs::rename(part, whole, error);
      if (error) written = absl::InternalError(absl::StrCat("can't keep the export: ", error.message()));
    }
    fs::remove_all(part, error);
    // What was cancelled, or goes on after a restart, is no problem.
    if (!written.ok() && !absl::IsCancelled(written)) run.Leave(0, written);
    if (!written.ok()) return;
  }
  auto files = Files(run.job.id);
  if (!files.ok()) return run.Leave(0, files.status());
  run.Count("files", files->size());
  run.Add(1, 0);
}

absl::StatusOr<std::vector<std::string>> ExportFolders::Files(uint64_t job_id) const {
  const fs::path whole = absl::StrCat(folder_, "/", job_id);
  std::vector<std::string> files;
  std::error_code error;
  for (fs::recursive_directory_iterator at(whole, error), end; !error && at != end; at.increment(error)) {
    std::error_code of_file;
    if (at->is_regular_file(of_file)) files.push_back(at->path().lexically_relative(whole));
  }
  if (error || files.empty()) {
    return domain::Refuse(absl::StatusCode::kNotFound, "job_id", v1::REASON_NO_FILES_OF_JOB,
                            {absl::StrCat(job_id)});
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string ExportFolders::PathOf(uint64_t job_id, const std::string& file) const {
  return absl::StrCat(folder_, "/", job_id, "/", file);
}

void ExportFolders::Sweep() const {
  std::error_code error;
  std::vector<fs::path> old;
  for (fs::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    std::error_code of_file;
    const auto written = at->last_write_time(of_file);
    if (!of_file && fs::file_time_type::clock::now() - written > std::chrono::hours(24 * 7))
      old.push_back(at->path());
  }
  for (const fs::path& folder : old) fs::remove_all(folder, error);
}

}  // namespace klaim::services
