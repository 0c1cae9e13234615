// Files that a job of the daemon wrote, fetched from where we are.
#pragma once

#include <fstream>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "klaim/v1/import_export_service.grpc.pb.h"
#include "tools/klaim/client/connection.h"
#include "tools/klaim/client/filing/jobs.h"
#include "tools/klaim/client/progress.h"

namespace klaim::tools {

// Writes parts of files as they come: `path_of` says where a file goes.
class FileFetcher {
 public:
  explicit FileFetcher(std::function<std::string(const std::string& file)> path_of)
      : path_of_(std::move(path_of)) {}

  absl::Status Add(const v1::ExportedPart& part);
  // The last file that is whole.
  const std::string& last() const { return last_; }
  uint64_t files() const { return files_; }

 private:
  const std::function<std::string(const std::string&)> path_of_;
  std::string last_;
  std::string current_;  // the file that comes in; one that was cut off begins anew
  std::ofstream out_;
  uint64_t files_ = 0;
};

// Waits for a job and fetches its files with a method of ImportExportService; a cut stream goes on behind the last whole file.
template <class Request, class Response>
absl::Status FetchExport(Connection& connection, uint64_t job_id, const std::string& what,
                         std::unique_ptr<grpc::ClientReader<Response>> (v1::ImportExportService::Stub::*read)(
                             grpc::ClientContext*, const Request&),
                         std::function<std::string(const std::string&)> path_of) {
  ASSIGN_OR_RETURN(auto job, WaitUntilEnded(connection, job_id, what));
  if (job.result().problems_size() > 0)
    return absl::FailedPreconditionError(job.result().problems(0).problem());
  if (job.result().cancelled()) return absl::CancelledError(absl::StrCat("job ", job_id, " was cancelled"));
  const uint64_t total = job.result().counts_size() > 0 ? job.result().counts(0).count() : 0;
  Progress progress("files", total, connection.quiet());
  FileFetcher fetcher(std::move(path_of));
  absl::Status status;
  for (uint64_t tries = 0, files = 0; tries<10; tries = fetcher.files()> files ? 0 : tries + 1) {
    if (tries > 0) std::this_thread::sleep_for(std::chrono::milliseconds(300 * tries));
    files = fetcher.files();
    grpc::ClientContext context;
    connection.AddMetadata(context);
    Request request;
    request.set_job_id(job_id);
    request.set_after_path(fetcher.last());
    auto stream = (connection.StubOf<v1::ImportExportService::Stub>().*read)(&context, request);
    Response response;
    absl::Status written;
    while (written.ok() && stream->Read(&response)) {
      written = fetcher.Add(response.part());
      progress.Set(fetcher.files());
    }
    if (!written.ok()) context.TryCancel();
    status = services::FromWire(stream->Finish());
    if (!written.ok()) return written;
    if (!absl::IsUnavailable(status)) return status;
  }
  return status;
}

}  // namespace klaim::tools
