#include "engine/log/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/base/return_if_error.h"
#include "engine/storage/durable_file.h"

namespace klaim::log {
namespace {

constexpr char kFormatLine[] = "klaim docket format ";

absl::Status CheckFormat(const std::string& path) {
  const std::string file = path + "/FORMAT";
  std::ifstream in(file);
  if (!in) {
    if (std::filesystem::exists(path + "/log")) {
      return absl::FailedPreconditionError(absl::StrCat(
          path, " has a log but no FORMAT file: it is not a whole docket; restore it from a backup"));
    }
    // Durable before the log that will be synced beside it: half of it would make that no docket.
    return storage::WriteDurably(file, absl::StrCat(kFormatLine, kFormatVersion, "\n"));
  }
  std::string line;
  std::getline(in, line);
  absl::string_view rest = line;
  int version = 0;
  if (!absl::ConsumePrefix(&rest, kFormatLine) || !absl::SimpleAtoi(rest, &version) || version < 1) {
    return absl::DataLossError(absl::StrCat(file, " doesn't say which format the docket has"));
  }
  if (version > kFormatVersion) {
    return absl::FailedPreconditionError(absl::StrCat(path, " has format ", version,
                                                      ", this program knows up to ", kFormatVersion,
                                                      ": use a newer klaimd"));
  }
  if (version < kFormatVersion) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " has format ", version,
                     ", of a program before the first release: make the docket anew from its sources"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DataFolder> DataFolder::Open(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return absl::InternalError(absl::StrCat("can't make the folder ", path, ": ", error.message()));
  const int lock = open((path + "/LOCK").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("can't write in the folder ", path, ": ", std::strerror(errno)));
  }
  DataFolder folder(path, lock);
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("another process has the docket in ", path, ": stop it first, or use another folder"));
  }
  RETURN_IF_ERROR(CheckFormat(path));
  return folder;
}

DataFolder::DataFolder(DataFolder&& other) noexcept : path_(std::move(other.path_)), lock_(other.lock_) {
  other.lock_ = -1;
}

DataFolder::~DataFolder() {
  if (lock_ >= 0) close(lock_);
}

}  // namespace klaim::log
