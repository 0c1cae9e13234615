// The vault's identities: runs of tags in its rows, and the index of them.

#include <sodium.h>

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/privacy/vault.h"
#include "engine/privacy/wrapping.h"
#include "engine/record/byte_order.h"

namespace klaim::privacy {
namespace {

constexpr size_t kEntryBytes = 16;
// Several runs fit into a message to another machine.
constexpr size_t kMaxRunBytes = 1 << 20;
static_assert(kMaxRunBytes % kEntryBytes == 0);
constexpr size_t kRewrittenAtOnce = 4 << 20;
// Records after which a run without identities is written, so that little is looked at again after a crash.
constexpr uint64_t kMaxRecordsBetweenRuns = 100'000;

// Of a run that takes no other's place: an earlier one of the same sequence may hold more, and a writer that lost the docket
// writes beside whoever has it.
std::string NewRunName(uint64_t sequence) {
  std::string name = RowName('i', sequence);
  uint8_t mark[8];
  FillRandom(mark, sizeof(mark));
  name.append(reinterpret_cast<const char*>(mark), sizeof(mark));
  return name;
}

// Sees the key ids and tags of a run.
template <class Visit>
void ForEachIn(absl::string_view run, Visit visit) {
  for (size_t at = 0; at + kEntryBytes <= run.size(); at += kEntryBytes) {
    visit(record::LoadLittle64(run.data() + at), record::LoadLittle64(run.data() + at + 8));
  }
}

void AppendEntry(uint64_t key_id, IdentityTag tag, std::string& run) {
  char entry[kEntryBytes];
  record::StoreLittle64(entry, key_id);
  record::StoreLittle64(entry + 8, tag);
  run.append(entry, sizeof(entry));
}

// What a run holds now, as several where it is longer than runs are today.
void AppendRuns(absl::string_view name, absl::string_view run, std::vector<VaultRow>& rows) {
  const uint64_t sequence = record::LoadBig64(name.data() + 1);
  rows.push_back({std::string(name), std::string(run.substr(0, kMaxRunBytes))});
  for (size_t at = kMaxRunBytes; at < run.size(); at += kMaxRunBytes) {
    rows.push_back({NewRunName(sequence), std::string(run.substr(at, kMaxRunBytes))});
  }
}

}  // namespace

absl::Status Vault::LoadIdentities() {
  absl::MutexLock lock(&identities_mutex_);
  absl::Status status;
  absl::Status scanned = rows_->Scan("i", "i", [&](absl::string_view name, absl::string_view run) {
    if (name.size() < 9 || run.size() % kEntryBytes != 0) {
      status = absl::DataLossError("a run of identity tags in the vault is damaged");
      return false;
    }
    identities_recorded_to_ = record::LoadBig64(name.data() + 1);
    for (size_t at = 0; at < run.size(); at += kEntryBytes) {
      identities_mutex_.AssertHeld();
      status =
          identities_->Note(record::LoadLittle64(run.data() + at + 8), record::LoadLittle64(run.data() + at));
      if (!status.ok()) return false;
    }
    return true;
  });
  return scanned.ok() ? status : scanned;
}

IdentityTag Vault::Tag(absl::string_view kind, absl::string_view text) const {
  const std::string named = absl::StrCat(kind, absl::string_view("\0", 1), text);
  uint8_t hash[crypto_generichash_BYTES_MIN];
  crypto_generichash(hash, sizeof(hash), reinterpret_cast<const uint8_t*>(named.data()), named.size(),
                     matching_key_.data(), SecretKey::size());
  return record::LoadLittle64(reinterpret_cast<const char*>(hash));
}

std::array<uint8_t, 16> Vault::KeyFor(absl::string_view kind) const {
  std::array<uint8_t, 16> key{};
  crypto_generichash(key.data(), key.size(), reinterpret_cast<const uint8_t*>(kind.data()), kind.size(),
                     matching_key_.data(), SecretKey::size());
  return key;
}

absl::StatusOr<std::vector<uint64_t>> Vault::NoteIdentity(const Identity& identity) {
  std::vector<uint64_t> similar;
  absl::MutexLock lock(&identities_mutex_);
  for (IdentityTag tag : identity.tags) {
    absl::Status status = identities_->AppendKeysOf(tag, similar);
    if (status.ok()) status = identities_->Note(tag, identity.key_id);
    if (status.ok()) continue;
    on_failure_(status);
    return status;
  }
  std::sort(similar.begin(), similar.end());
  similar.erase(std::unique(similar.begin(), similar.end()), similar.end());
  return similar;
}

absl::Status Vault::RecordIdentities(uint64_t first_sequence, absl::Span<const Identity> identities) {
  if (identities.empty() && first_sequence < identities_recorded_to() + kMaxRecordsBetweenRuns) {
    return absl::OkStatus();
  }
  std::string run;
  for (const Identity& identity : identities) {
    for (IdentityTag tag : identity.tags) AppendEntry(identity.key_id, tag, run);
  }
  // Another machine's loss of power would take runs from before those that this process writes later.
  const bool durable = rows_->shared();
  RETURN_IF_ERROR(rows_->Write({{NewRunName(first_sequence), std::move(run)}}, durable));
  absl::MutexLock lock(&identities_mutex_);
  identities_recorded_to_ = first_sequence;
  return absl::OkStatus();
}

absl::Status Vault::ForgetIdentitiesFrom(uint64_t next_sequence) {
  std::vector<VaultRow> runs;
  std::vector<std::pair<IdentityTag, uint64_t>> tags;
  absl::Status scanned =
      rows_->Scan(RowName('i', next_sequence), "i", [&](absl::string_view name, absl::string_view run) {
        runs.push_back({std::string(name), std::nullopt});
        ForEachIn(run, [&](uint64_t key_id, IdentityTag tag) { tags.emplace_back(tag, key_id); });
        return true;
      });
  if (!scanned.ok() || runs.empty()) return scanned;
  // Shared ones may be those of a node that took the docket since.
  RETURN_IF_ERROR(rows_->shared() ? absl::OkStatus() : WriteInParts(runs));
  uint64_t last = 0;
  scanned = rows_->Scan("i", "i", [&](absl::string_view name, absl::string_view) {
    const uint64_t sequence = record::LoadBig64(name.data() + 1);
    if (sequence < next_sequence) last = sequence;
    return sequence < next_sequence;
  });
  if (!scanned.ok()) return scanned;
  {
    absl::MutexLock lock(&identities_mutex_);
    identities_recorded_to_ = last;
  }
  return ForgetTags(tags);
}

absl::Status Vault::ForgetTags(absl::Span<const std::pair<IdentityTag, uint64_t>> tags) {
  absl::MutexLock lock(&identities_mutex_);
  for (const auto& [tag, key_id] : tags) {
    RETURN_IF_ERROR(identities_->Forget(tag, key_id));
  }
  return absl::OkStatus();
}

// Tags of a person stand in a run with those of others who were filed at the same time.
absl::Status Vault::EraseIdentities(absl::Span<const uint64_t> key_ids) {
  const absl::flat_hash_set<uint64_t> gone(key_ids.begin(), key_ids.end());
  std::vector<VaultRow> rewritten;
  size_t bytes = 0;
  std::vector<std::pair<IdentityTag, uint64_t>> forgotten;
  absl::Status written;
  absl::Status scanned = rows_->Scan("i", "i", [&](absl::string_view name, absl::string_view run) {
    std::string kept;
    ForEachIn(run, [&](uint64_t key_id, IdentityTag tag) {
      if (gone.contains(key_id)) {
        forgotten.emplace_back(tag, key_id);
      } else {
        AppendEntry(key_id, tag, kept);
      }
    });
    if (kept.size() == run.size()) return true;
    AppendRuns(name, kept, rewritten);
    bytes += kept.size();
    if (bytes < kRewrittenAtOnce) return true;
    written = WriteInParts(rewritten);
    rewritten.clear();
    bytes = 0;
    return written.ok();
  });
  if (!scanned.ok()) return scanned;
  if (written.ok()) written = WriteInParts(rewritten);
  return written.ok() ? ForgetTags(forgotten) : written;
}

uint64_t Vault::identities_recorded_to() const {
  absl::MutexLock lock(&identities_mutex_);
  return identities_recorded_to_;
}

}  // namespace klaim::privacy
