#include "services/docket/backup.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/people/claimant.h"
#include "engine/sequencer/folded.h"
#include "klaim/v1/evidence_service.pb.h"
#include "projections/documents/documents_query.h"

namespace klaim::services {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxNamed = 10;

absl::StatusOr<std::string> ReadWhole(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return absl::InternalError(absl::StrCat("can't read ", file));
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// Read before the log is backed up, which therefore has all that the checkpoint says.
absl::StatusOr<storage::BackupNotes> NotesOf(const OpenDocket& docket, const BackupPlaces& places) {
  std::vector<std::pair<const char*, std::string>> files = {{kVerifierKeyNote, places.verifier_key_file},
                                                            {kFormatNote, docket.folder.format_file()}};
  if (fs::exists(places.checkpoint_file)) files.emplace_back(kCheckpointNote, places.checkpoint_file);
  storage::BackupNotes notes;
  for (const auto& [name, file] : files) {
    ASSIGN_OR_RETURN(auto text, ReadWhole(file));
    notes[name] = std::move(text);
  }
  return notes;
}

// A document whose person isn't erased.
struct BackedUpDocument {
  uint64_t document_id = 0;
  uint64_t claimant_id = 0;
  std::string name;  // of its file
  std::string stored_sha256;
};

absl::StatusOr<std::vector<BackedUpDocument>> DocumentsOf(const OpenDocket& docket) {
  const uint64_t end = docket.log->next_sequence();
  if (end > 0 && !docket.projector->WaitVisible(end - 1, absl::Minutes(1))) {
    return domain::Refuse(absl::StatusCode::kUnavailable, v1::REASON_EVIDENCE_WAS_NOT_BACKED_UP);
  }
  std::vector<BackedUpDocument> documents;
  absl::Status read = docket.models().documents().From(0).ForEach([&](const v1::Document& document) {
    const v1::DocumentReceived& received = document.received();
    if (!document.erased()) {
      documents.push_back({document.document_id(), received.claimant_id(),
                           absl::BytesToHexString(received.blob_id()), received.stored_sha256()});
    }
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  return documents;
}

bool Is(const absl::StatusOr<merkle::Hash>& hash, const BackedUpDocument& document) {
  return hash.ok() && merkle::AsBytes(*hash) == document.stored_sha256;
}

// Copies what the backup hasn't got as the log says it is. False when that isn't to be had here either.
absl::StatusOr<bool> CopyDocument(const OpenDocket& docket, const BackedUpDocument& document,
                                  evidence::DocumentFiles& kept, const std::string& arriving) {
  auto there = evidence::HashOf(kept, document.name);
  if (Is(there, document)) return true;
  if (!there.ok() && !absl::IsNotFound(there.status())) return there.status();
  auto copied = evidence::CopyOut(docket.evidence->files(), document.name, arriving);
  if (Is(copied, document)) {
    RETURN_IF_ERROR(kept.Keep(document.name, arriving, *copied));
    return true;
  }
  if (!copied.ok() && !absl::IsNotFound(copied.status())) return copied.status();
  // Erased while we were at it.
  ASSIGN_OR_RETURN(auto claimant, sequencer::Folded<domain::ClaimantState>(*docket.log, "claimant_id",
                                                                           document.claimant_id));
  return claimant.erased;
}

// What is no document of anybody's any more goes.
absl::Status RemoveOthers(const std::string& folder, const absl::flat_hash_set<std::string>& wanted) {
  std::error_code error;
  std::vector<fs::path> others;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    if (entry.is_regular_file() && !wanted.contains(entry.path().filename().string()))
      others.push_back(entry.path());
  }
  for (const fs::path& other : others) {
    if (!error) fs::remove(other, error);
  }
  return error ? absl::InternalError(absl::StrCat("clearing ", folder, ": ", error.message()))
               : absl::OkStatus();
}

absl::Status BackUpEvidence(const OpenDocket& docket, const std::string& folder, uint64_t& copied) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return absl::InternalError(absl::StrCat("can't make ", folder, ": ", error.message()));
  ASSIGN_OR_RETURN(auto documents, DocumentsOf(docket));
  const auto kept = evidence::DocumentFilesIn(folder);
  absl::flat_hash_set<std::string> wanted;
  std::vector<uint64_t> lacking;
  for (const BackedUpDocument& document : documents) {
    wanted.insert(document.name);
    ASSIGN_OR_RETURN(auto whole, CopyDocument(docket, document, *kept, folder + "/arriving"));
    if (!whole) lacking.push_back(document.document_id);
  }
  RETURN_IF_ERROR(RemoveOthers(folder, wanted));
  copied = wanted.size() - lacking.size();
  if (lacking.empty()) return absl::OkStatus();
  const size_t count = lacking.size();
  lacking.resize(std::min(count, kMaxNamed));
  return absl::DataLossError(absl::StrCat(
      "the files of ", count, " documents are missing or damaged, here and in the backup (documents ",
      absl::StrJoin(lacking, ", "), count > kMaxNamed ? ", ..." : "",
      "): see `klaim evidence verify`. All else was backed up"));
}

}  // namespace

absl::Status BackUp(OpenDocket& docket, const BackupPlaces& places, uint32_t keep,
                    const std::function<void(const BackupProgress&)>& progress) {
  if (places.log.empty() && places.vault.empty() && places.evidence.empty()) {
    return domain::Refuse(absl::StatusCode::kFailedPrecondition, v1::REASON_NO_PLACES_FOR_BACKUPS);
  }
  BackupProgress done;
  if (!places.log.empty()) {
    done.records = docket.log->next_sequence();
    ASSIGN_OR_RETURN(auto notes, NotesOf(docket, places));
    RETURN_IF_ERROR(docket.log->BackUp(places.log + "/records", keep, notes));
    done.what = "log";
    progress(done);
  }
  // The keys are backed up whatever becomes of the documents.
  absl::Status documents;
  if (!places.evidence.empty() && docket.places.evidence.has_value()) {
    documents = domain::Refuse(absl::StatusCode::kFailedPrecondition, v1::REASON_EVIDENCE_IS_IN_S3_STORE);
  } else if (!places.evidence.empty()) {
    documents = BackUpEvidence(docket, places.evidence, done.documents);
    done.what = "evidence";
    if (documents.ok()) progress(done);
  }
  if (!places.vault.empty()) {
    RETURN_IF_ERROR(docket.vault->BackUp(places.vault, keep));
    done.what = "vault";
    progress(done);
  }
  return documents;
}

}  // namespace klaim::services
