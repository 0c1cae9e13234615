#include "engine/evidence/evidence_store.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/base/errno_status.h"
#include "engine/base/return_if_error.h"
#include "engine/evidence/evidence_metrics.h"
#include "engine/record/byte_order.h"

namespace klaim::evidence {
namespace {

constexpr size_t kHeaderBytes = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
constexpr size_t kStoredSegmentBytes =
    kHeaderBytes + kSegmentBytes + crypto_secretstream_xchacha20poly1305_ABYTES;
constexpr size_t kMaxPaused = 64;  // remembered
constexpr uint64_t kSegmentsARead =
    16;  // a read of the document's file costs more than its bytes where that is far
constexpr size_t kBytesAHash = 1 << 20;
constexpr size_t kOverhead = kStoredSegmentBytes - kSegmentBytes;

const uint8_t* Bytes(absl::string_view text) { return reinterpret_cast<const uint8_t*>(text.data()); }
uint8_t* Bytes(std::string& text) { return reinterpret_cast<uint8_t*>(text.data()); }

// The place of a segment: it can't be read as another one.
std::string PlaceOf(uint64_t segment) {
  std::string place = "klaim evidence segment ";
  record::AppendBig64(place, segment);
  return place;
}

privacy::SecretKey BlobKey(const privacy::SecretKey& data_key, const BlobId& blob) {
  const std::string named = absl::StrCat("klaim evidence key ", blob);
  privacy::SecretKey key;
  crypto_generichash(key.data(), privacy::SecretKey::size(), Bytes(named), named.size(), data_key.data(),
                     privacy::SecretKey::size());
  return key;
}

void Encrypt(absl::string_view content, uint64_t segment, const privacy::SecretKey& key,
             std::string& stored) {
  stored.resize(content.size() + kOverhead);
  crypto_secretstream_xchacha20poly1305_state state;
  crypto_secretstream_xchacha20poly1305_init_push(&state, Bytes(stored), key.data());
  const std::string place = PlaceOf(segment);
  crypto_secretstream_xchacha20poly1305_push(&state, Bytes(stored) + kHeaderBytes, nullptr, Bytes(content),
                                             content.size(), Bytes(place), place.size(),
                                             crypto_secretstream_xchacha20poly1305_TAG_FINAL);
}

bool Decrypt(absl::string_view stored, uint64_t segment, const privacy::SecretKey& key,
             std::string& content) {
  if (stored.size() <= kOverhead) return false;
  content.resize(stored.size() - kOverhead);
  crypto_secretstream_xchacha20poly1305_state state;
  const std::string place = PlaceOf(segment);
  unsigned char tag = 0;
  return crypto_secretstream_xchacha20poly1305_init_pull(&state, Bytes(stored), key.data()) == 0 &&
         crypto_secretstream_xchacha20poly1305_pull(
             &state, Bytes(content), nullptr, &tag, Bytes(stored) + kHeaderBytes,
             stored.size() - kHeaderBytes, Bytes(place), place.size()) == 0 &&
         tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
}

// As much as there is, up to a segment.
absl::Status ReadStored(int file, uint64_t segment, std::string& stored) {
  stored.resize(kStoredSegmentBytes);
  size_t got = 0;
  while (got < stored.size()) {
    const ssize_t n = pread(file, stored.data() + got, stored.size() - got,
                            static_cast<off_t>(segment * kStoredSegmentBytes + got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus("evidence: reading a document");
    if (n == 0) break;
    got += static_cast<size_t>(n);
  }
  stored.resize(got);
  return absl::OkStatus();
}

std::string NameOf(const BlobId& blob) { return absl::BytesToHexString(blob); }

absl::Status Damaged() {
  return absl::DataLossError("the document's file is damaged, or is not this document's");
}

}  // namespace

Incoming::~Incoming() {
  struct stat info {};
  if (paused_ && fstat(file_, &info) == 0) {
    store_.Remember({blob_, key_, static_cast<uint64_t>(info.st_size), std::move(arrived_)});
  }
  if (file_ >= 0) close(file_);
}

Turn::~Turn() { store_.Release(blob_); }

absl::Status Incoming::Recover() {
  const std::string path = store_.PartOf(blob_);
  file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file_ < 0) return ErrnoStatus("evidence: opening an upload");
  struct stat info {};
  if (fstat(file_, &info) != 0) return ErrnoStatus("evidence: opening an upload");
  if (auto recalled = store_.Recall(blob_, key_, static_cast<uint64_t>(info.st_size)); recalled != nullptr) {
    arrived_ = std::move(recalled);
    return absl::OkStatus();
  }
  return ReadArrived();
}

absl::Status Incoming::ReadArrived() {
  std::string stored;
  std::string content;
  while (true) {
    RETURN_IF_ERROR(ReadStored(file_, arrived_->segments, stored));
    // A segment that was cut off while it was written, or never was, is sent again.
    if (stored.empty() || !Decrypt(stored, arrived_->segments, key_, content)) break;
    arrived_->content_hash.Update(content);
    arrived_->size += content.size();
    if (arrived_->segments == 0) arrived_->head = content;
    if (content.size() < kSegmentBytes) {
      arrived_->pending = content;
      break;
    }
    arrived_->stored_hash.Update(stored);
    ++arrived_->segments;
  }
  if (ftruncate(file_, static_cast<off_t>(arrived_->segments * kStoredSegmentBytes)) != 0)
    return ErrnoStatus("evidence: an upload");
  return absl::OkStatus();
}

absl::Status Incoming::WriteSegment(absl::string_view content, bool last) {
  std::string stored;
  Encrypt(content, arrived_->segments, key_, stored);
  // What only waits for more will be written again.
  if (last || content.size() == kSegmentBytes) arrived_->stored_hash.Update(stored);
  size_t done = 0;
  while (done < stored.size()) {
    const ssize_t n = pwrite(file_, stored.data() + done, stored.size() - done,
                             static_cast<off_t>(arrived_->segments * kStoredSegmentBytes + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus("evidence: writing a document");
    done += static_cast<size_t>(n);
  }
  return absl::OkStatus();
}

absl::Status Incoming::Append(absl::string_view bytes) {
  paused_ = false;
  arrived_->content_hash.Update(bytes);
  arrived_->size += bytes.size();
  std::string& head = arrived_->head;
  std::string& pending = arrived_->pending;
  if (head.size() < kSegmentBytes) absl::StrAppend(&head, bytes.substr(0, kSegmentBytes - head.size()));
  while (!bytes.empty()) {
    // Whole segments go by without being copied.
    absl::string_view segment = bytes.substr(0, kSegmentBytes);
    if (!pending.empty() || segment.size() < kSegmentBytes) {
      segment = bytes.substr(0, kSegmentBytes - pending.size());
      absl::StrAppend(&pending, segment);
      bytes.remove_prefix(segment.size());
      if (pending.size() < kSegmentBytes) break;
      segment = pending;
    } else {
      bytes.remove_prefix(segment.size());
    }
    RETURN_IF_ERROR(WriteSegment(segment, false));
    ++arrived_->segments;
    pending.clear();
  }
  return absl::OkStatus();
}

absl::Status Incoming::Pause() {
  absl::Status written =
      arrived_->pending.empty() ? absl::OkStatus() : WriteSegment(arrived_->pending, false);
  paused_ = written.ok();
  return written;
}

absl::StatusOr<Content> Incoming::Complete() {
  paused_ = false;
  if (!arrived_->pending.empty()) {
    RETURN_IF_ERROR(WriteSegment(arrived_->pending, true));
  }
  if (fsync(file_) != 0) {
    absl::Status failed = ErrnoStatus("evidence: syncing a document");
    Discard();
    return failed;
  }
  Content content;
  content.size = arrived_->size;
  content.sha256 = arrived_->content_hash.Finish();
  content.stored_sha256 = stored_sha256_ = arrived_->stored_hash.Finish();
  return content;
}

absl::Status Incoming::ReadAll(absl::FunctionRef<bool(absl::string_view bytes)> visit) {
  std::string stored;
  std::string content;
  for (uint64_t segment = 0; segment * kSegmentBytes < arrived_->size; ++segment) {
    RETURN_IF_ERROR(ReadStored(file_, segment, stored));
    if (!Decrypt(stored, segment, key_, content)) return Damaged();
    if (!visit(content)) break;
  }
  return absl::OkStatus();
}

absl::Status Incoming::Keep() {
  RETURN_IF_ERROR(store_.files_->Keep(NameOf(blob_), store_.PartOf(blob_), stored_sha256_));
  metrics::Of<EvidenceMetrics>().documents.Increment();
  metrics::Of<EvidenceMetrics>().bytes.Increment(static_cast<double>(arrived_->size));
  return absl::OkStatus();
}

void Incoming::Discard() {
  paused_ = false;
  unlink(store_.PartOf(blob_).c_str());
}

absl::Status Stored::Read(uint64_t offset, uint64_t size,
                          absl::FunctionRef<bool(absl::string_view bytes)> visit) {
  std::string content;
  while (size > 0) {
    const uint64_t first = offset / kSegmentBytes;
    const uint64_t wanted = (offset + size - 1) / kSegmentBytes - first + 1;
    const uint64_t count = std::min<uint64_t>(wanted, kSegmentsARead);
    ASSIGN_OR_RETURN(auto stored,
                     files_.Read(name_, first * kStoredSegmentBytes, count * kStoredSegmentBytes));
    for (uint64_t i = 0; i < count && size > 0; ++i) {
      const absl::string_view rest =
          absl::string_view(stored).substr(std::min(stored.size(), i * kStoredSegmentBytes));
      const size_t skip = offset % kSegmentBytes;
      if (!Decrypt(rest.substr(0, kStoredSegmentBytes), first + i, key_, content) || content.size() <= skip) {
        return Damaged();
      }
      const size_t take = static_cast<size_t>(std::min<uint64_t>(size, content.size() - skip));
      if (!visit(absl::string_view(content).substr(skip, take))) return absl::OkStatus();
      offset += take;
      size -= take;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<EvidenceStore>> EvidenceStore::Open(const std::string& folder) {
  return Open(folder, DocumentFilesIn(folder));
}

absl::StatusOr<std::unique_ptr<EvidenceStore>> EvidenceStore::Open(const std::string& folder,
                                                                   std::unique_ptr<DocumentFiles> files) {
  if (sodium_init() < 0) return absl::InternalError("libsodium can't start on this machine");
  metrics::Of<EvidenceMetrics>();  // told from the start, at 0
  std::error_code error;
  std::filesystem::create_directories(folder + "/incoming", error);
  if (error) return absl::InternalError(absl::StrCat("can't make ", folder, ": ", error.message()));
  return std::unique_ptr<EvidenceStore>(new EvidenceStore(folder, std::move(files)));
}

absl::StatusOr<std::unique_ptr<EvidenceStore>> EvidenceStore::Open(const std::string& folder,
                                                                   std::unique_ptr<DocumentFiles> files,
                                                                   const std::string& origin) {
  auto store = Open(folder, OwnedBy(origin, folder, std::move(files)));
  if (!store.ok()) return store;
  const absl::Status owner = (*store)->files_->CheckOwner();
  if (absl::IsFailedPrecondition(owner)) return owner;
  return store;
}

std::string EvidenceStore::PartOf(const BlobId& blob) const {
  return absl::StrCat(folder_, "/incoming/", NameOf(blob), ".part");
}

void EvidenceStore::Release(const BlobId& blob) {
  absl::MutexLock lock(&mutex_);
  at_.erase(blob);
}

void EvidenceStore::Remember(Paused paused) {
  absl::MutexLock lock(&mutex_);
  if (paused_.size() == kMaxPaused) paused_.erase(paused_.begin());
  paused_.push_back(std::move(paused));
}

std::unique_ptr<Arrived> EvidenceStore::Recall(const BlobId& blob, const privacy::SecretKey& key,
                                               uint64_t file_bytes) {
  absl::MutexLock lock(&mutex_);
  const auto found =
      std::find_if(paused_.begin(), paused_.end(), [&](const Paused& paused) { return paused.blob == blob; });
  if (found == paused_.end()) return nullptr;
  Paused paused = std::move(*found);
  paused_.erase(found);
  const bool same = paused.file_bytes == file_bytes &&
                    sodium_memcmp(paused.key.data(), key.data(), privacy::SecretKey::size()) == 0;
  return same ? std::move(paused.arrived) : nullptr;
}

absl::StatusOr<std::unique_ptr<Turn>> EvidenceStore::TakeTurn(const BlobId& blob) {
  absl::MutexLock lock(&mutex_);
  if (!at_.insert(blob).second) {
    return absl::AbortedError("this document is being uploaded by another call: wait until that has ended");
  }
  return std::unique_ptr<Turn>(new Turn(*this, blob));
}

absl::StatusOr<std::unique_ptr<Incoming>> EvidenceStore::Resume(const BlobId& blob,
                                                                const privacy::DataKey& key) {
  ASSIGN_OR_RETURN(auto turn, TakeTurn(blob));
  return Resume(std::move(turn), key);
}

absl::StatusOr<std::unique_ptr<Incoming>> EvidenceStore::Resume(std::unique_ptr<Turn> turn,
                                                                const privacy::DataKey& key) {
  const BlobId blob = turn->blob_;
  std::unique_ptr<Incoming> incoming(new Incoming(*this, std::move(turn), blob, BlobKey(key.key, blob)));
  RETURN_IF_ERROR(incoming->Recover());
  return incoming;
}

absl::StatusOr<std::unique_ptr<Stored>> EvidenceStore::Read(const BlobId& blob,
                                                            const privacy::DataKey& key) const {
  RETURN_IF_ERROR(files_->SizeOf(NameOf(blob)).status());
  return std::unique_ptr<Stored>(new Stored(*files_, NameOf(blob), BlobKey(key.key, blob)));
}

absl::StatusOr<uint64_t> EvidenceStore::SizeOf(const BlobId& blob) const {
  ASSIGN_OR_RETURN(auto stored, files_->SizeOf(NameOf(blob)));
  return stored - (stored + kStoredSegmentBytes - 1) / kStoredSegmentBytes * kOverhead;
}

absl::StatusOr<merkle::Hash> EvidenceStore::HashStored(const BlobId& blob) const {
  auto hash = HashOf(*files_, NameOf(blob));
  return absl::IsNotFound(hash.status()) ? HashPart(blob) : hash;
}

// Of a document that has arrived, and isn't in its place yet.
absl::StatusOr<merkle::Hash> EvidenceStore::HashPart(const BlobId& blob) const {
  const int file = open(PartOf(blob).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return errno == ENOENT ? absl::NotFoundError("the document's file is missing")
                           : ErrnoStatus("evidence: opening a document");
  }
  merkle::Sha256Stream hash;
  std::string buffer(kBytesAHash, '\0');
  ssize_t n = 0;
  while ((n = read(file, buffer.data(), buffer.size())) > 0) {
    hash.Update(absl::string_view(buffer).substr(0, static_cast<size_t>(n)));
  }
  close(file);
  if (n < 0) return ErrnoStatus("evidence: reading a document");
  return hash.Finish();
}

absl::Status EvidenceStore::Remove(const BlobId& blob) {
  if (unlink(PartOf(blob).c_str()) != 0 && errno != ENOENT)
    return ErrnoStatus("evidence: removing a document");
  return files_->Remove(NameOf(blob));
}

void EvidenceStore::RemoveStale(int64_t now_seconds, int64_t age_seconds) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ + "/incoming", error)) {
    struct stat info {};
    if (stat(entry.path().c_str(), &info) == 0 && info.st_mtime + age_seconds < now_seconds)
      unlink(entry.path().c_str());
  }
}

}  // namespace klaim::evidence
