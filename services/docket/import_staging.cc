#include "services/docket/import_staging.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "engine/merkle/hash.h"
#include "engine/privacy/sealing.h"
#include "engine/storage/durable_file.h"
#include "services/common/limits.h"

namespace klaim::services {
namespace {

namespace fs = std::filesystem;

constexpr auto kKeptUnbegun = std::chrono::hours(24 * 7);
constexpr auto kKeptOutcomes = std::chrono::hours(24 * 90);
constexpr size_t kHashDigits = 32;

absl::StatusOr<std::string> ReadStaged(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return absl::NotFoundError(absl::StrCat(path, " is missing"));
  return text.str();
}

uint64_t ReadNumber(const std::string& path) {
  auto text = ReadStaged(path);
  uint64_t number = 0;
  return text.ok() && absl::SimpleAtoi(*text, &number) ? number : 0;
}

// The import's name among the owners of data keys: that of its folder, which it has on this node alone or, as the list of the same
// account under the same name, on each.
std::string KeyOwner(const fs::path& folder) { return absl::StrCat("import/", folder.filename().string()); }

std::string HashOf(const std::string& text) {
  return merkle::ToHex(merkle::AsBytes(merkle::Sha256(text))).substr(0, kHashDigits);
}

std::string PartFile(const std::string& folder, uint32_t first, const char* what) {
  return absl::StrFormat("%s/%09d.%s", folder, first, what);
}

// What stands in a folder, as far as it can be read.
std::vector<fs::path> PathsIn(const fs::path& folder) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    paths.push_back(at->path());
  return paths;
}

bool IsThere(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

bool OlderThan(const fs::path& path, std::chrono::hours age) {
  std::error_code error;
  const auto written = fs::last_write_time(path, error);
  return !error && fs::file_time_type::clock::now() - written > age;
}

template <class Message>
absl::StatusOr<Message> ReadMessage(const std::string& path) {
  ASSIGN_OR_RETURN(auto bytes, ReadStaged(path));
  Message message;
  if (!message.ParseFromString(bytes)) return absl::DataLossError(absl::StrCat(path, " is damaged"));
  return message;
}

// The number of the data key that seals what lies in a folder; 0 when there is none. A number that can't be read is an error: the key
// would never be destroyed.
absl::StatusOr<uint64_t> KeyIn(const fs::path& folder) {
  const std::string file = folder / "key";
  std::error_code error;
  const bool there = fs::exists(file, error);
  if (error) return absl::InternalError(absl::StrCat("can't read ", file, ": ", error.message()));
  const uint64_t key_id = there ? ReadNumber(file) : 0;
  if (there && key_id == 0) {
    return absl::DataLossError(absl::StrCat(file, " can't be read: the key that seals the list isn't known"));
  }
  return key_id;
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
  if (!IsThere(folder)) {
    int unbegun = 0;
    const std::string whose = HashOf(actor) + "-";
    for (const fs::path& list : PathsIn(folder_)) {
      const bool own = absl::StartsWith(list.filename().string(), whose);
      unbegun += own && !IsThere(list / "job") ? 1 : 0;
    }
    if (unbegun < kMaxImportsStaged) return absl::OkStatus();
    return domain::Refuse(absl::StatusCode::kResourceExhausted, v1::REASON_IMPORTS_ARE_STAGED_AND_NOT_BEGUN,
                          kMaxImportsStaged);
  }
  uint64_t bytes = 0;
  std::error_code error;
  for (const fs::path& file : PathsIn(folder)) {
    const uint64_t size = fs::file_size(file, error);
    bytes += error ? 0 : size;
  }
  if (bytes < kMaxStagedBytes) return absl::OkStatus();
  return domain::InvalidField("lines", v1::REASON_ARE_MORE_THAN_IMPORT_MAY_HAVE);
}

absl::StatusOr<privacy::DataKey> ImportStaging::KeyOf(const std::string& folder) {
  ASSIGN_OR_RETURN(auto key_id, KeyIn(folder));
  if (key_id != 0) return vault_.Open(key_id, KeyOwner(folder));
  auto key = vault_.NewKeyOf(KeyOwner(folder));
  if (!key.ok()) return key;
  std::error_code error;
  fs::create_directories(folder, error);
  RETURN_IF_ERROR(storage::WriteDurably(folder + "/key", absl::StrCat(key->key_id)));
  return key;
}

absl::StatusOr<uint32_t> ImportStaging::Stage(const std::string& actor, v1::StageImportRequest& request) {
  const std::string folder = FolderOf(actor, request.import_name());
  absl::MutexLock lock(&mutex_);
  const std::vector<Part> parts = Parts(actor, request.import_name());
  auto staged = StagedIn(folder, parts);
  if (!staged.ok() || request.lines().empty()) return staged;
  if (IsThere(folder + "/job")) return domain::NotNow("import_name", v1::REASON_WAS_BEGUN_ALREADY);
  if (request.staged_before() > *staged) {
    return domain::NotNow("staged_before", v1::REASON_ONLY_LINES_ARE_STAGED, *staged);
  }
  if (request.staged_before() < *staged) return staged;  // it was handed in before
  if (*staged + static_cast<uint32_t>(request.lines_size()) > kMaxStagedLines) {
    return domain::InvalidField("lines", v1::REASON_ARE_MORE_THAN_IMPORT_MAY_HAVE);
  }
  RETURN_IF_ERROR(CheckRoom(actor, folder));
  ASSIGN_OR_RETURN(auto key, KeyOf(folder));
  RETURN_IF_ERROR(privacy::Seal(request, key));
  RETURN_IF_ERROR(storage::WriteDurably(PartFile(folder, *staged, "lines"), request.SerializeAsString()));
  return *staged + static_cast<uint32_t>(request.lines_size());
}

absl::StatusOr<uint32_t> ImportStaging::Staged(const std::string& actor, const std::string& name) const {
  return StagedIn(FolderOf(actor, name), Parts(actor, name));
}

absl::Status ImportStaging::NoteJob(const std::string& actor, const std::string& name, uint64_t job_id) {
  const std::string folder = FolderOf(actor, name);
  absl::MutexLock lock(&mutex_);
  if (!IsThere(folder)) {
    return domain::Refuse(absl::StatusCode::kNotFound, v1::REASON_WHAT_WAS_STAGED_IS_NOT_HERE);
  }
  return JobOf(actor, name) == job_id ? absl::OkStatus()
                                      : storage::WriteDurably(folder + "/job", absl::StrCat(job_id));
}

uint64_t ImportStaging::JobOf(const std::string& actor, const std::string& name) const {
  return ReadNumber(FolderOf(actor, name) + "/job");
}

std::vector<ImportStaging::Part> ImportStaging::Parts(const std::string& actor,
                                                      const std::string& name) const {
  const std::string folder = FolderOf(actor, name);
  std::map<uint32_t, bool> found;
  for (const fs::path& file : PathsIn(folder)) {
    uint32_t first = 0;
    const std::string extension = file.extension();
    if (extension != ".lines" && extension != ".outcomes") continue;
    if (absl::SimpleAtoi(file.stem().string(), &first)) found[first] |= extension == ".outcomes";
  }
  std::vector<Part> parts;
  for (const auto& [first, answered] : found) parts.push_back({first, answered});
  return parts;
}

absl::StatusOr<v1::StageImportRequest> ImportStaging::Lines(const std::string& actor, const std::string& name,
                                                            uint32_t first) const {
  const std::string folder = FolderOf(actor, name);
  auto part = ReadMessage<v1::StageImportRequest>(PartFile(folder, first, "lines"));
  if (!part.ok()) return part;
  RETURN_IF_ERROR(privacy::Unseal(*part, vault_, KeyOwner(folder)));
  return part;
}

absl::Status ImportStaging::NoteOutcomes(const std::string& actor, const std::string& name, uint32_t first,
                                         const v1::ListImportOutcomesResponse& outcomes) {
  return storage::WriteDurably(PartFile(FolderOf(actor, name), first, "outcomes"),
                               outcomes.SerializeAsString());
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
  ASSIGN_OR_RETURN(auto key_id, KeyIn(folder));
  if (key_id != 0) {
    RETURN_IF_ERROR(vault_.Erase({key_id}, KeyOwner(folder)));
  }
  std::error_code error;
  for (const fs::path& file : PathsIn(folder)) {
    if (file.extension() == ".lines") fs::remove(file, error);
  }
  fs::remove(folder + "/key", error);
  return absl::OkStatus();
}

std::vector<std::pair<uint64_t, std::string>> ImportStaging::KeysIn(const std::string& folder) {
  std::vector<std::pair<uint64_t, std::string>> keys;
  for (const fs::path& list : PathsIn(folder)) {
    // One whose number can't be read opens nothing.
    if (auto key_id = KeyIn(list); key_id.ok() && *key_id != 0) keys.emplace_back(*key_id, KeyOwner(list));
  }
  return keys;
}

void ImportStaging::Sweep() {
  absl::MutexLock lock(&mutex_);
  std::error_code error;
  for (const fs::path& list : PathsIn(folder_)) {
    const bool begun = IsThere(list / "job");
    if (!begun && OlderThan(list, kKeptUnbegun)) {
      auto key_id = KeyIn(list);
      // A key that can't be destroyed now keeps its folder, which names it, until the next time.
      if (!key_id.ok()) continue;
      if (*key_id == 0 || vault_.Erase({*key_id}, KeyOwner(list)).ok()) fs::remove_all(list, error);
    }
    if (!begun) continue;
    for (const fs::path& file : PathsIn(list)) {
      if (file.extension() == ".outcomes" && OlderThan(file, kKeptOutcomes)) fs::remove(file, error);
    }
  }
}

}  // namespace klaim::services
