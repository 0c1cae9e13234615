#include "services/docket/scrubbing.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/base/return_if_error.h"
#include "engine/merkle/tree.h"
#include "engine/record/byte_order.h"
#include "engine/record/encoded_record.h"
#include "engine/storage/durable_file.h"
#include "engine/time/steady.h"
#include "klaim/v1/event_record.pb.h"
#include "klaim/v1/evidence_service.pb.h"
#include "projections/documents/documents_query.h"
#include "spdlog/spdlog.h"

namespace klaim::services {
namespace {

constexpr absl::Duration kBetweenRounds = absl::Minutes(1);
constexpr absl::Duration kKeepEvery = absl::Minutes(1);
constexpr uint64_t kKeysAStep = 256;
constexpr uint64_t kBytesAKey = 128;  // with what RocksDB needs beside
constexpr uint64_t kBeyondAllKeys = uint64_t{1} << 62;

std::string KeyRow(uint64_t key_id) {
  std::string name = "k";
  record::AppendBig64(name, key_id);
  return name;
}

uint64_t NumberIn(absl::string_view row, size_t at) {
  return row.size() < at + 8 ? 0 : record::LoadBig64(row.data() + at);
}

// The numbers in the names of rows that can't be read, from a byte of the names on.
std::string Between(absl::string_view things, const std::string& after, const std::string& before,
                    size_t at) {
  return absl::StrCat(things, " from ", after.empty() ? "its first" : absl::StrCat(NumberIn(after, at) + 1),
                      " to ", before.empty() ? "its last" : absl::StrCat("at most ", NumberIn(before, at)));
}

std::string VaultHolds(const storage::TableDamage& damage) {
  const auto kind = [](const std::string& row) { return row.empty() ? 'k' : row[0]; };
  if (kind(damage.after) > 'k' || kind(damage.before) < 'k') return "rows of the vault that aren't data keys";
  return Between("data keys", kind(damage.after) == 'k' ? damage.after : "",
                 kind(damage.before) == 'k' ? damage.before : "", 1);
}

// What of the docket stands in the damaged rows of a file.
std::string HoldsOf(DamagedPart part, const storage::TableFile& file, const storage::TableDamage& damage) {
  if (part == DamagedPart::kVault) return VaultHolds(damage);
  if (part == DamagedPart::kReadModels) return absl::StrCat("rows of the read model ", file.family);
  if (file.family == "events") return Between("records", damage.after, damage.before, 0);
  if (file.family == "streams") {
    return Between("which records are of one claim or case, of those", damage.after, damage.before, 0);
  }
  if (file.family == "merkle") return "hashes of the tree";
  return absl::StrCat("the index of ", file.family);
}

}  // namespace

Scrubbing::Scrubbing(OpenDocket& docket, uint64_t bytes_a_second)
    : docket_(docket), bytes_a_second_(bytes_a_second), file_(docket.folder.scrubbing()) {
  Recall();
  if (bytes_a_second_ == 0) return;
  paced_ = true;
  thread_ = std::thread([this] { Loop(); });
  pthread_setname_np(thread_.native_handle(), "scrubbing");
}

Scrubbing::~Scrubbing() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

// Lines of a stage and what comes next of it: the first for how far it is, the others for what was damaged.
void Scrubbing::Recall() {
  std::ifstream in(file_);
  std::vector<Place> places;
  int stage = 0;
  uint64_t next = 0;
  while (in >> stage >> next) {
    if (stage < 0 || stage > static_cast<int>(Stage::kEnd)) return;
    places.push_back({static_cast<Stage>(stage), next});
  }
  if (places.empty()) return;
  place_ = places.front();
  for (size_t i = 1; i < places.size(); ++i) {
    const bool of_log = places[i].stage == Stage::kLogFiles || places[i].stage == Stage::kLogRecords;
    of_log ? Look(places[i]) : again_.push_back(places[i]);
  }
}

void Scrubbing::Keep() {
  kept_ = steady::Now();
  std::string text;
  const auto add = [&text](const Place& place) {
    absl::StrAppend(&text, static_cast<int>(place.stage), " ", place.next, "\n");
  };
  add(place_);
  for (const Place& place : damaged_) add(place);
  for (const Place& place : again_) add(place);
  absl::Status written = storage::WriteDurably(file_, text);
  if (!written.ok()) spdlog::warn("scrubbing: {}", std::string(written.message()));
}

void Scrubbing::Loop() {
  // Everything else comes first.
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 19);
  for (Place place : again_) Look(place);
  if (Rest(absl::ZeroDuration())) again_.clear();
  while (Rest(absl::ZeroDuration())) {
    if (place_.stage == Stage::kEnd) {
      docket_.damages->NoteRound();
      place_ = Place();
      Keep();
      if (!Rest(kBetweenRounds)) break;
    }
    Look(place_);
    if (steady::Now() > kept_ + kKeepEvery) Keep();
  }
  Keep();
}

// False when stopping.
bool Scrubbing::Rest(absl::Duration time) {
  absl::MutexLock lock(&mutex_);
  steady::AwaitFor(mutex_, absl::Condition(&stopping_), time);
  return !stopping_;
}

// Takes as long as so many bytes may.
bool Scrubbing::Paced(uint64_t bytes) {
  if (!paced_) return true;
  return Rest(absl::Seconds(static_cast<double>(bytes) / static_cast<double>(bytes_a_second_)));
}

// Looks at what stands at the place or comes next, and moves it behind that, unless it was stopped.
void Scrubbing::Look(Place& place) {
  const bool alone = !docket_.places.cluster.has_value();
  switch (place.stage) {
    case Stage::kLogFiles:
      return LookAtFile(docket_.log->TableFiles(), DamagedPart::kLog, place);
    case Stage::kLogRecords:
      return LookAtRecords(place);
    case Stage::kVaultFiles:
      return LookAtFile(docket_.vault->TableFiles(), DamagedPart::kVault, place);
    case Stage::kVaultRows:
      if (alone) return LookAtKeys(place);
      break;
    case Stage::kEvidence:
      if (alone && !docket_.places.evidence.has_value()) return LookAtDocument(place);
      break;
    case Stage::kReadModels:
      return LookAtFile(docket_.projector->TableFiles(), DamagedPart::kReadModels, place);
    case Stage::kEnd:
      return;
  }
  place = {static_cast<Stage>(static_cast<int>(place.stage) + 1), 0};
}

void Scrubbing::LookAtFile(const std::vector<storage::TableFile>& files, DamagedPart part, Place& place) {
  const auto file = std::find_if(files.begin(), files.end(),
                                 [&](const storage::TableFile& each) { return each.number >= place.next; });
  if (file == files.end()) {
    place = {static_cast<Stage>(static_cast<int>(place.stage) + 1), 0};
    return;
  }
  auto damage = storage::CheckTableFile(*file, [this](uint64_t bytes) { return Paced(bytes); });
  if (absl::IsCancelled(damage.status())) return;
  const Place here{place.stage, file->number};
  place.next = file->number + 1;
  if (!damage.ok()) {
    spdlog::warn("scrubbing: {}", std::string(damage.status().message()));
  } else if (damage->has_value()) {
    Found(here, {part, file->path, HoldsOf(part, *file, **damage), (*damage)->what, true});
    if (part == DamagedPart::kReadModels) {
      docket_.projector->NoteDamage(file->family, absl::DataLossError((*damage)->what));
    }
  }
}

void Scrubbing::LookAtRecords(Place& place) {
  const uint64_t first = place.next * merkle::kTileWidth;
  const uint64_t size = docket_.log->next_sequence();
  if (first >= size) {
    place = {Stage::kVaultFiles, 0};
    return;
  }
  const uint64_t count = std::min(merkle::kTileWidth, size - first);
  absl::Status status = CheckTile(first, count);
  if (absl::IsCancelled(status)) return;
  if (status.ok() && count == merkle::kTileWidth) status = CheckLevelsAbove(place.next);
  if (absl::IsDataLoss(status)) {
    const std::string what(status.message());
    Found(place, {DamagedPart::kLog, storage::TableFileNamedIn(what),
                  absl::StrCat("records from ", first, " to ", first + count - 1), what});
  } else if (!status.ok()) {
    spdlog::warn("scrubbing: {}", std::string(status.message()));
  }
  ++place.next;
}

// Records are those that the tree was made of.
absl::Status Scrubbing::CheckTile(uint64_t first, uint64_t count) {
  ASSIGN_OR_RETURN(auto hashes, docket_.log->Hashes(0, first, count));
  absl::Status status;
  uint64_t bytes_so_far = 0;
  absl::Status read = docket_.log->Read(first, [&](uint64_t sequence, absl::string_view bytes) {
    if (sequence >= first + count) return false;
    bytes_so_far += bytes.size();
    if (record::EntryHash(sequence, bytes) != hashes[sequence - first]) {
      status = absl::DataLossError(absl::StrCat("record ", sequence, " is not the one that is in the tree"));
    }
    return status.ok();
  });
  if (!read.ok()) return read;
  if (!Paced(bytes_so_far)) return absl::CancelledError("stopping");
  return status;
}

// Each level's hashes are those of the level below, as far as this full tile is the last of one that is full there.
absl::Status Scrubbing::CheckLevelsAbove(uint64_t tile) const {
  for (uint32_t level = 1;; ++level, tile /= merkle::kTileWidth) {
    ASSIGN_OR_RETURN(auto below,
                     docket_.log->Hashes(level - 1, tile * merkle::kTileWidth, merkle::kTileWidth));
    ASSIGN_OR_RETURN(auto above, docket_.log->Hashes(level, tile, 1));
    if (merkle::RootOfHashes(below) != above.front()) {
      return absl::DataLossError(absl::StrCat("hash ", tile, " of level ", level, " of the tree is wrong"));
    }
    if ((tile + 1) % merkle::kTileWidth != 0) return absl::OkStatus();
  }
}

void Scrubbing::LookAtKeys(Place& place) {
  // Secrets of the services are few, and looked at first, all at once.
  const bool secrets = place.next == 0;
  uint64_t seen = 0;
  uint64_t last = place.next;
  absl::Status status =
      docket_.vault->Check(secrets ? "s" : KeyRow(place.next), [&](absl::string_view name, bool whole) {
        if (name[0] != (secrets ? 's' : 'k')) return false;
        if (!secrets) last = NumberIn(name, 1);
        if (!whole) {
          const std::string holds = secrets ? "a secret of the services" : absl::StrCat("data key ", last);
          Found(place, {DamagedPart::kVault, "", holds, "it doesn't open"});
        }
        return ++seen < kKeysAStep || secrets;
      });
  if (!Paced(seen * kBytesAKey)) return;
  // What can't be read at all the files' own check has told.
  if (!status.ok() && seen == 0) last = 2 * place.next;
  const bool more = secrets || !status.ok() || seen == kKeysAStep;
  place = more && last < kBeyondAllKeys ? Place{place.stage, last + 1} : Place{Stage::kEvidence, 0};
}

void Scrubbing::LookAtDocument(Place& place) {
  v1::Document document;
  bool found = false;
  // A row that is damaged tells of itself.
  absl::Status read =
      docket_.models().documents().From(place.next).Read("", [&](absl::string_view, v1::Document next) {
        document = std::move(next);
        found = true;
        return false;
      });
  if (!read.ok() || !found) {
    place = {Stage::kReadModels, 0};
    return;
  }
  const v1::DocumentReceived& received = document.received();
  absl::Status status =
      document.erased() ? absl::OkStatus()
                        : CheckDocument(received.claimant_id(), received.blob_id(), received.size_bytes());
  if (absl::IsCancelled(status)) return;
  if (!status.ok()) {
    const std::string name = absl::BytesToHexString(received.blob_id());
    Found({place.stage, document.document_id()},
          {DamagedPart::kEvidence, absl::StrCat(docket_.folder.evidence(), "/", name.substr(0, 2), "/", name),
           absl::StrCat("document ", document.document_id()), std::string(status.message())});
  }
  place.next = document.document_id() + 1;
}

absl::Status Scrubbing::CheckDocument(uint64_t claimant_id, const std::string& blob, uint64_t size) {
  v1::EventRecord registered;
  absl::Status status = log::ReadRecord(*docket_.log, claimant_id, registered);
  if (!status.ok()) return absl::OkStatus();  // the log's own damage
  const uint64_t key_id = registered.claimant_registered().key_id();
  auto key = docket_.vault->Open(key_id);
  if (!key.ok()) return absl::OkStatus();  // erased, or the vault's own damage
  auto stored = docket_.evidence->Read(blob, *key);
  bool stopped = false;
  status = stored.status();
  if (stored.ok()) {
    status = (*stored)->Read(0, size, [&](absl::string_view bytes) {
      stopped = !Paced(bytes.size());
      return !stopped;
    });
  }
  if (stopped) return absl::CancelledError("stopping");
  auto there = docket_.evidence->SizeOf(blob);
  if (status.ok() && there.ok() && *there != size) {
    return absl::DataLossError("the document's file is longer than the document");
  }
  // Erased meanwhile, or recorded and not in its place yet.
  const bool gone = absl::IsNotFound(docket_.vault->Open(key_id).status());
  if (gone || (absl::IsNotFound(status) && docket_.evidence->HashStored(blob).ok())) return absl::OkStatus();
  return status;
}

void Scrubbing::Found(const Place& place, Damage damage) {
  docket_.damages->Note(damage);
  const auto same = [&](const Place& each) { return each.stage == place.stage && each.next == place.next; };
  if (std::any_of(damaged_.begin(), damaged_.end(), same)) return;
  damaged_.push_back(place);
  Keep();
}

}  // namespace klaim::services
