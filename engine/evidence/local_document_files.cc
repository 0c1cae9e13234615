#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "engine/base/errno_status.h"
#include "engine/base/return_if_error.h"
#include "engine/evidence/document_files.h"

namespace klaim::evidence {
namespace {

absl::Status Missing() { return absl::NotFoundError("the document's file is missing"); }

absl::Status SyncFolder(const std::string& folder) {
  const int handle = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = handle >= 0 && fsync(handle) == 0;
  if (handle >= 0) close(handle);
  return synced ? absl::OkStatus() : ErrnoStatus("evidence: syncing a folder");
}

class LocalDocumentFiles final : public DocumentFiles {
 public:
  explicit LocalDocumentFiles(std::string folder) : folder_(std::move(folder)) {}

  absl::Status Keep(const std::string& name, const std::string& file, const merkle::Hash&) override {
    const std::string target = PathOf(name);
    const std::string parent = std::filesystem::path(target).parent_path();
    std::error_code error;
    std::filesystem::create_directories(parent, error);
    if (rename(file.c_str(), target.c_str()) != 0)
      return ErrnoStatus("evidence: putting a document in its place");
    RETURN_IF_ERROR(SyncFolder(parent));
    return SyncFolder(folder_);
  }

  absl::StatusOr<uint64_t> SizeOf(const std::string& name) const override {
    std::error_code error;
    const uint64_t size = std::filesystem::file_size(PathOf(name), error);
    if (!error) return size;
    if (error == std::errc::no_such_file_or_directory) return Missing();
    return absl::InternalError(absl::StrCat("evidence: looking for a document: ", error.message()));
  }

  absl::StatusOr<std::string> Read(const std::string& name, uint64_t offset, uint64_t size) const override {
    const int file = open(PathOf(name).c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return errno == ENOENT ? Missing() : ErrnoStatus("evidence: opening a document");
    std::string bytes(size, '\0');
    size_t got = 0;
    ssize_t n = 1;
    while (got < size && n > 0) {
      n = pread(file, bytes.data() + got, size - got, static_cast<off_t>(offset + got));
      if (n < 0 && errno == EINTR)
        n = 1;
      else if (n > 0)
        got += static_cast<size_t>(n);
    }
    const absl::Status status = n < 0 ? ErrnoStatus("evidence: reading a document") : absl::OkStatus();
    close(file);
    if (!status.ok()) return status;
    bytes.resize(got);
    return bytes;
  }

  absl::Status Remove(const std::string& name) override {
    if (unlink(PathOf(name).c_str()) != 0 && errno != ENOENT)
      return ErrnoStatus("evidence: removing a document");
    return absl::OkStatus();
  }

 private:
  std::string PathOf(const std::string& name) const {
    return absl::StrCat(folder_, "/", name.substr(0, 2), "/", name);
  }

  const std::string folder_;
};

}  // namespace

std::unique_ptr<DocumentFiles> DocumentFilesIn(const std::string& folder) {
  return std::make_unique<LocalDocumentFiles>(folder);
}

}  // namespace klaim::evidence
