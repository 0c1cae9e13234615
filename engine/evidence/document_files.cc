#include "engine/evidence/document_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "engine/base/errno_status.h"
#include "engine/base/return_if_error.h"

namespace klaim::evidence {
namespace {

constexpr size_t kBytesARead = 1 << 20;
// No document's name, which is hexadecimal.
constexpr char kOwnerName[] = "docket";
constexpr size_t kMaxOwnerBytes = 1'000;

absl::StatusOr<merkle::Hash> ReadWhole(const DocumentFiles& files, const std::string& name,
                                       absl::FunctionRef<absl::Status(absl::string_view bytes)> visit) {
  merkle::Sha256Stream hash;
  for (uint64_t offset = 0;;) {
    ASSIGN_OR_RETURN(auto bytes, files.Read(name, offset, kBytesARead));
    hash.Update(bytes);
    RETURN_IF_ERROR(visit(bytes));
    offset += bytes.size();
    if (bytes.size() < kBytesARead) return hash.Finish();
  }
}

absl::Status WriteAll(int file, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return ErrnoStatus("evidence: writing a copy of a document");
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

class OwnedDocumentFiles final : public DocumentFiles {
 public:
  OwnedDocumentFiles(std::string origin, std::string folder, std::unique_ptr<DocumentFiles> files)
      : origin_(std::move(origin)), folder_(std::move(folder)), files_(std::move(files)) {}

  absl::Status CheckOwner() override {
    absl::MutexLock lock(&mutex_);
    if (ours_) return absl::OkStatus();
    auto owner = files_->Read(kOwnerName, 0, kMaxOwnerBytes);
    if (absl::IsNotFound(owner.status())) {
      RETURN_IF_ERROR(NameOwner());
      owner = files_->Read(kOwnerName, 0, kMaxOwnerBytes);
    }
    if (!owner.ok()) return owner.status();
    if (*owner != origin_) {
      return absl::FailedPreconditionError(
          absl::StrCat("the place of the evidence is the docket's with the origin \"", *owner,
                       "\", and this one is \"", origin_, "\": give each its own bucket or prefix"));
    }
    ours_ = true;
    return absl::OkStatus();
  }

  absl::Status Keep(const std::string& name, const std::string& file, const merkle::Hash& sha256) override {
    absl::Status ours = CheckOwner();
    return ours.ok() ? files_->Keep(name, file, sha256) : ours;
  }
  absl::StatusOr<uint64_t> SizeOf(const std::string& name) const override { return files_->SizeOf(name); }
  absl::StatusOr<std::string> Read(const std::string& name, uint64_t offset, uint64_t size) const override {
    return files_->Read(name, offset, size);
  }
  absl::Status Remove(const std::string& name) override {
    absl::Status ours = CheckOwner();
    return ours.ok() ? files_->Remove(name) : ours;
  }

 private:
  absl::Status NameOwner() {
    const std::string file = folder_ + "/owner";
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << origin_;
    out.close();
    if (!out) return absl::InternalError(absl::StrCat("can't write ", file, ": is the disk full?"));
    return files_->Keep(kOwnerName, file, merkle::Sha256(origin_));
  }

  const std::string origin_;
  const std::string folder_;
  const std::unique_ptr<DocumentFiles> files_;
  absl::Mutex mutex_;
  bool ours_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace

std::unique_ptr<DocumentFiles> OwnedBy(const std::string& origin, const std::string& folder,
                                       std::unique_ptr<DocumentFiles> files) {
  return std::make_unique<OwnedDocumentFiles>(origin, folder, std::move(files));
}

absl::StatusOr<merkle::Hash> HashOf(const DocumentFiles& files, const std::string& name) {
  return ReadWhole(files, name, [](absl::string_view) { return absl::OkStatus(); });
}

absl::StatusOr<merkle::Hash> CopyOut(const DocumentFiles& from, const std::string& name,
                                     const std::string& file) {
  const int out = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (out < 0) return ErrnoStatus(absl::StrCat("evidence: making ", file));
  auto hash = ReadWhole(from, name, [out](absl::string_view bytes) { return WriteAll(out, bytes); });
  if (hash.ok() && fsync(out) != 0) hash = ErrnoStatus(absl::StrCat("evidence: syncing ", file));
  close(out);
  if (!hash.ok()) unlink(file.c_str());
  return hash;
}

}  // namespace klaim::evidence
