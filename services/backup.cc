#include "services/backup.h"

#include <filesystem>
#include <set>

#include "absl/strings/str_cat.h"

namespace klaim::services {
namespace {

namespace fs = std::filesystem;

absl::Status FromError(const std::error_code& error, const std::string& doing) {
  return error ? absl::InternalError(absl::StrCat(doing, ": ", error.message())) : absl::OkStatus();
}

// Written whole and then put in place, so that a torn copy is never taken for the file.
absl::Status CopyFile(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  const fs::path temporary = to.string() + ".new";
  fs::copy_file(from, temporary, fs::copy_options::overwrite_existing, error);
  if (!error) fs::rename(temporary, to, error);
  return FromError(error, absl::StrCat("copying ", from.string()));
}

// Documents never change: what is there already stays, and what was erased goes.
absl::StatusOr<uint64_t> CopyEvidence(const std::string& from, const std::string& to) {
  std::set<std::string> kept;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(from, error)) {
    if (!entry.is_regular_file() || entry.path().extension() == ".part") continue;
    const std::string name = fs::relative(entry.path(), from);
    kept.insert(name);
    const fs::path target = fs::path(to) / name;
    if (fs::exists(target) && fs::file_size(target) == entry.file_size()) continue;
    absl::Status copied = CopyFile(entry.path(), target);
    // Erased while we were at it.
    if (!copied.ok() && !fs::exists(entry.path())) continue;
    if (!copied.ok()) return copied;
  }
  if (error) return FromError(error, absl::StrCat("reading ", from));
  for (const auto& entry : fs::recursive_directory_iterator(to, error)) {
    if (entry.is_regular_file() && !kept.contains(fs::relative(entry.path(), to)))
      fs::remove(entry.path(), error);
  }
  return kept.size();
}

}  // namespace

absl::Status BackUp(OpenDocket& docket, const BackupPlaces& places, uint32_t keep,
                    const std::function<void(const BackupProgress&)>& progress) {
  if (places.log.empty() && places.vault.empty() && places.evidence.empty()) {
    return absl::FailedPreconditionError(
        "klaimd was started without places for backups: name them with --backup-log, --backup-vault and "
        "--backup-evidence");
  }
  BackupProgress done;
  if (!places.log.empty()) {
    done.records = docket.log->next_sequence();
    // The checkpoint first: the log that is backed up after it has all that it says.
    if (fs::exists(places.checkpoint_file)) {
      absl::Status copied = CopyFile(places.checkpoint_file, places.log + "/checkpoint");
      if (!copied.ok()) return copied;
    }
    absl::Status status = CopyFile(places.verifier_key_file, places.log + "/log.vkey");
    if (status.ok()) status = CopyFile(docket.folder.format_file(), places.log + "/FORMAT");
    if (status.ok()) status = docket.log->BackUp(places.log + "/records", keep);
    if (!status.ok()) return status;
    done.what = "log";
    progress(done);
  }
  if (!places.vault.empty()) {
    if (absl::Status status = docket.vault->BackUp(places.vault, keep); !status.ok()) return status;
    done.what = "vault";
    progress(done);
  }
  if (!places.evidence.empty() && docket.places.evidence.has_value()) {
    return absl::FailedPreconditionError("the evidence stands in an S3 store: it is backed up there");
  }
  if (!places.evidence.empty()) {
    std::error_code error;
    fs::create_directories(places.evidence, error);
    auto documents = CopyEvidence(docket.folder.evidence(), places.evidence);
    if (!documents.ok()) return documents.status();
    done.documents = *documents;
    done.what = "evidence";
    progress(done);
  }
  return absl::OkStatus();
}

}  // namespace klaim::services
