#include "services/import_staging.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/domain/refusal.h"
#include "engine/merkle/hash.h"
#include "engine/privacy/sealing.h"
#include "services/durable_file.h"
#include "services/limits.h"

namespace klaim::services {
namespace {

namespace fs = std::filesystem;

constexpr auto kKeptUnbegun = std::chrono::hours(24 * 7);
constexpr auto kKeptOutcomes = std::chrono::hours(24 * 90);
constexpr size_t kHashDigits = 32;

absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return absl::NotFoundError(absl::StrCat(path, " is missing"));
  return text.str();
}

uint64_t ReadNumber(const std::string& path) {
  auto text = ReadWhole(path);
  uint64_t number = 0;
  return text.ok() && absl::SimpleAtoi(*text, &number) ? number : 0;
}

std::string HashOf(const std::string& text) {
  return merkle::ToHex(merkle::AsBytes(merkle::Sha256(text))).substr(0, kHashDigits);
}

std::string PartFile(const std::string& folder, uint32_t first, const char* what) {
  return absl::StrFormat("%s/%09d.%s", folder, first, what);
}

bool OlderThan(const fs::path& path, std::chrono::hours age) {
  std::error_code error;
  const auto written = fs::last_write_time(path, error);
  return !error && fs::file_time_type::clock::now() - written > age;
}

template <class Message>
absl::StatusOr<Message> ReadMessage(const std::string& path) {
  auto bytes = ReadWhole(path);
  if (!bytes.ok()) return bytes.status();
  Message message;
  if (!message.ParseFromString(*bytes)) return absl::DataLossError(absl::StrCat(path, " is damaged"));
  return message;
}

// How many lines are staged; none may be missing between.
absl::StatusOr<uint32_t> StagedIn(const std::string& folder, const std::vector<ImportStaging::Part>& parts) {
  if (parts.empty()) return 0;
  auto last = ReadMessage<v1::StageImportRequest>(PartFile(folder, parts.back().first, "lines"));
  if (absl::IsNotFound(last.status())) return 0;  // the job is over, and they are gone
  if (!last.ok()) return last.status();
  return parts.back().first + static_cast<uint32_t>(last->lines_size());
}

}  // namespace

std::string ImportStaging::FolderOf(const std::string& actor, const std::string& name) const {
  return absl::StrCat(folder_, "/", HashOf(actor), "-", HashOf(name));
}

absl::Status ImportStaging::CheckRoom(const std::string& actor, const std::string& folder) const {
  std::error_code error;
  if (!fs::exists(folder, error)) {
    int unbegun = 0;
    const std::string whose = HashOf(actor) + "-";
    for (const auto& entry : fs::directory_iterator(folder_, error)) {
      const bool own = absl::StartsWith(entry.path().filename().string(), whose);
      unbegun += own && !fs::exists(entry.path() / "job") ? 1 : 0;
    }
    if (unbegun < kMaxImportsStaged) return absl::OkStatus();
    return absl::ResourceExhaustedError(absl::StrCat(
        kMaxImportsStaged, " imports of yours are staged and were never begun: begin one first"));
  }
  uint64_t bytes = 0;
  for (const auto& entry : fs::directory_iterator(folder, error)) bytes += entry.file_size(error);
  if (bytes < kMaxStagedBytes) return absl::OkStatus();
  return domain::InvalidField("lines", "are more than an import may have: divide the list");
}

absl::StatusOr<privacy::DataKey> ImportStaging::KeyOf(const std::string& folder) {
  if (const uint64_t key_id = ReadNumber(folder + "/key"); key_id != 0) return vault_.Open(key_id);
  auto key = vault_.NewKey();
  if (!key.ok()) return key;
  std::error_code error;
  fs::create_directories(folder, error);
  absl::Status written = WriteDurably(folder + "/key", absl::StrCat(key->key_id));
  if (!written.ok()) return written;
  return key;
}

absl::StatusOr<uint32_t> ImportStaging::Stage(const std::string& actor, v1::StageImportRequest& request) {
  const std::string folder = FolderOf(actor, request.import_name());
  absl::MutexLock lock(&mutex_);
  const std::vector<Part> parts = Parts(actor, request.import_name());
  auto staged = StagedIn(folder, parts);
  if (!staged.ok() || request.lines().empty()) return staged;
  if (fs::exists(folder + "/job")) return domain::NotNow("import_name", "was begun already");
  if (request.staged_before() > *staged) {
    return domain::NotNow("staged_before",
                          absl::StrCat("only ", *staged, " lines are staged: go on from there"));
  }
  if (request.staged_before() < *staged) return staged;  // it was handed in before
  if (*staged + static_cast<uint32_t>(request.lines_size()) > kMaxStagedLines) {
    return domain::InvalidField("lines", "are more than an import may have: divide the list");
  }
  if (absl::Status room = CheckRoom(actor, folder); !room.ok()) return room;
  auto key = KeyOf(folder);
  if (!key.ok()) return key.status();
  if (absl::Status sealed = privacy::Seal(request, *key); !sealed.ok()) return sealed;
  absl::Status written = WriteDurably(PartFile(folder, *staged, "lines"), request.SerializeAsString());
  if (!written.ok()) return written;
  return *staged + static_cast<uint32_t>(request.lines_size());
}

absl::StatusOr<uint32_t> ImportStaging::Staged(const std::string& actor, const std::string& name) const {
  return StagedIn(FolderOf(actor, name), Parts(actor, name));
}

absl::Status ImportStaging::NoteJob(const std::string& actor, const std::string& name, uint64_t job_id) {
  const std::string folder = FolderOf(actor, name);
  absl::MutexLock lock(&mutex_);
  if (!fs::exists(folder)) {
    return absl::NotFoundError("what was staged isn't here (any more): import the list again");
  }
  return JobOf(actor, name) == job_id ? absl::OkStatus()
                                      : WriteDurably(folder + "/job", absl::StrCat(job_id));
}

uint64_t ImportStaging::JobOf(const std::string& actor, const std::string& name) const {
  return ReadNumber(FolderOf(actor, name) + "/job");
}

std::vector<ImportStaging::Part> ImportStaging::Parts(const std::string& actor,
                                                      const std::string& name) const {
  const std::string folder = FolderOf(actor, name);
  std::map<uint32_t, bool> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    uint32_t first = 0;
    const std::string extension = entry.path().extension();
    if (extension != ".lines" && extension != ".outcomes") continue;
    if (absl::SimpleAtoi(entry.path().stem().string(), &first)) found[first] |= extension == ".outcomes";
  }
  std::vector<Part> parts;
  for (const auto& [first, answered] : found) parts.push_back({first, answered});
  return parts;
}

absl::StatusOr<v1::StageImportRequest> ImportStaging::Lines(const std::string& actor, const std::string& name,
                                                            uint32_t first) const {
  auto part = ReadMessage<v1::StageImportRequest>(PartFile(FolderOf(actor, name), first, "lines"));
  if (!part.ok()) return part;
  absl::Status opened = privacy::Unseal(*part, vault_);
  if (!opened.ok()) return opened;
  return part;
}

absl::Status ImportStaging::NoteOutcomes(const std::string& actor, const std::string& name, uint32_t first,
                                         const v1::ListImportOutcomesResponse& outcomes) {
  return WriteDurably(PartFile(FolderOf(actor, name), first, "outcomes"), outcomes.SerializeAsString());
}

absl::StatusOr<v1::ListImportOutcomesResponse> ImportStaging::Outcomes(const std::string& actor,
                                                                       const std::string& name,
                                                                       uint32_t first) const {
  return ReadMessage<v1::ListImportOutcomesResponse>(PartFile(FolderOf(actor, name), first, "outcomes"));
}

absl::Status ImportStaging::Forget(const std::string& actor, const std::string& name) {
  const std::string folder = FolderOf(actor, name);
  absl::MutexLock lock(&mutex_);
  // The key first: what is left by a crash after it can't be read by anybody.
  if (const uint64_t key_id = ReadNumber(folder + "/key"); key_id != 0) {
    if (absl::Status erased = vault_.Erase({key_id}); !erased.ok()) return erased;
  }
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".lines") fs::remove(entry.path(), error);
  }
  fs::remove(folder + "/key", error);
  return absl::OkStatus();
}

void ImportStaging::Sweep() {
  absl::MutexLock lock(&mutex_);
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    const bool begun = fs::exists(entry.path() / "job", error);
    if (!begun && OlderThan(entry.path(), kKeptUnbegun)) {
      if (const uint64_t key_id = ReadNumber(entry.path() / "key"); key_id != 0) (void)vault_.Erase({key_id});
      fs::remove_all(entry.path(), error);
    }
    if (!begun) continue;
    for (const auto& file : fs::directory_iterator(entry.path(), error)) {
      if (file.path().extension() == ".outcomes" && OlderThan(file.path(), kKeptOutcomes)) {
        fs::remove(file.path(), error);
      }
    }
  }
}

}  // namespace klaim::services
