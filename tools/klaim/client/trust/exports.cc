#include "tools/klaim/client/trust/exports.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "klaim/v1/import_export_service.pb.h"

namespace klaim::tools {

absl::Status FileFetcher::Add(const v1::ExportedPart& part) {
  // The daemon names the file; where it goes is for us to say.
  if (part.path().empty() || part.path().front() == '/' || absl::StrContains(part.path(), "..")) {
    return absl::DataLossError("the export names a file that can't be one");
  }
  if (part.path() != current_) {
    out_.close();
    current_ = part.path();
    const std::filesystem::path path = path_of_(current_);
    std::error_code error;
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
    out_.open(path, std::ios::binary | std::ios::trunc);
  }
  out_.write(part.data().data(), static_cast<std::streamsize>(part.data().size()));
  if (part.last()) {
    out_.close();
    last_ = current_;
    current_.clear();
    ++files_;
  }
  return out_ ? absl::OkStatus()
              : absl::InternalError(
                    absl::StrCat("can't write ", path_of_(part.path()), ": is the disk full?"));
}

}  // namespace klaim::tools
