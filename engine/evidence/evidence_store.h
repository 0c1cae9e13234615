// The content of documents, encrypted, in files of its own: never in the log.
//
//   FOLDER/incoming/BLOB.part       what has arrived of a document so far
//   BLOB                            a whole document, put in place at once (document_files.h says where)
//
// A file is a run of segments of 64 KiB, the last one shorter: each a libsodium secretstream (XChaCha20-Poly1305)
// of one message, 24 bytes of header and 17 of tag and authentication longer than what it holds. So any part
// can be read by itself, and an upload that was cut goes on from its last byte. The key is derived from the
// claimant's data key and the blob's number, and each segment's place is bound in: segments can be moved neither
// within a file nor between files. How long the file must be, the log says.
//
// Memory: two segments an upload, also for the 64 that were paused last; one a download. Thread-safe, but for each Incoming and Stored.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "engine/evidence/document_files.h"
#include "engine/merkle/hash.h"
#include "engine/privacy/vault.h"

namespace klaim::evidence {

inline constexpr size_t kSegmentBytes = 64 << 10;  // of content
inline constexpr uint64_t kMaxDocumentBytes = 2ull << 30;

// Names a document's file: 16 bytes.
using BlobId = std::string;

// What a whole document is.
struct Content {
  uint64_t size = 0;
  merkle::Hash sha256{};         // of the content
  merkle::Hash stored_sha256{};  // of the file, encrypted as it is
};

class EvidenceStore;

// A call's turn at a document: while it lives, no other call takes the document in or removes it.
class Turn {
 public:
  ~Turn();
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  friend class EvidenceStore;
  Turn(EvidenceStore& store, BlobId blob) : store_(store), blob_(std::move(blob)) {}

  EvidenceStore& store_;
  const BlobId blob_;
};

// What has arrived of a document, as far as it needn't be read from its file again.
struct Arrived {
  uint64_t size = 0;
  uint64_t segments = 0;  // whole ones in the file
  std::string pending;    // content that fills no segment yet
  std::string head;       // the first segment's content
  merkle::Sha256Stream content_hash;
  merkle::Sha256Stream stored_hash;
};

// A document that is arriving. Belongs to one thread at a time.
class Incoming {
 public:
  ~Incoming();

  // How much has arrived.
  uint64_t size() const { return arrived_->size; }
  // The first segment's content, as far as it has arrived: what tells the media type.
  const std::string& head() const { return arrived_->head; }

  // Takes what comes next. After an error nothing more may be added.
  absl::Status Append(absl::string_view bytes);

  // Keeps what has arrived, also what fills no segment, for another try.
  absl::Status Pause();

  // Hashes of all that has arrived; the part is durable then. What couldn't be synced is forgotten: to sync it again would say
  // nothing of what was lost the first time.
  absl::StatusOr<Content> Complete();

  // Reads all that has arrived, in order, until `visit` returns false: for a scanner.
  absl::Status ReadAll(absl::FunctionRef<bool(absl::string_view bytes)> visit);

  // Puts the completed document in its place, durably.
  absl::Status Keep();

  // Forgets all that has arrived.
  void Discard();

 private:
  friend class EvidenceStore;
  Incoming(EvidenceStore& store, std::unique_ptr<Turn> turn, BlobId blob, const privacy::SecretKey& key)
      : store_(store), turn_(std::move(turn)), blob_(std::move(blob)), key_(key) {}
  absl::Status Recover();
  absl::Status ReadArrived();
  absl::Status WriteSegment(absl::string_view content, bool last);

  EvidenceStore& store_;
  const std::unique_ptr<Turn> turn_;
  const BlobId blob_;
  const privacy::SecretKey key_;
  int file_ = -1;
  std::unique_ptr<Arrived> arrived_ = std::make_unique<Arrived>();
  bool paused_ = false;           // the file holds all that has arrived
  merkle::Hash stored_sha256_{};  // once it is complete
};

// A whole document, to be read. Belongs to one thread at a time.
class Stored {
 public:
  // Reads `size` bytes from `offset` on, in pieces, until `visit` returns false. DATA_LOSS when the file is
  // damaged, or is another document's.
  absl::Status Read(uint64_t offset, uint64_t size, absl::FunctionRef<bool(absl::string_view bytes)> visit);

 private:
  friend class EvidenceStore;
  Stored(const DocumentFiles& files, std::string name, const privacy::SecretKey& key)
      : files_(files), name_(std::move(name)), key_(key) {}

  const DocumentFiles& files_;
  const std::string name_;
  const privacy::SecretKey key_;
};

class EvidenceStore {
 public:
  // Whole documents lie in the folder too.
  static absl::StatusOr<std::unique_ptr<EvidenceStore>> Open(const std::string& folder);
  // Whole documents lie elsewhere; what is arriving, in the folder.
  static absl::StatusOr<std::unique_ptr<EvidenceStore>> Open(const std::string& folder,
                                                             std::unique_ptr<DocumentFiles> files);
  // The same in a place of the docket with this origin alone. FAILED_PRECONDITION when it is another docket's; where that
  // can't be asked now, it is before anything is kept or removed there.
  static absl::StatusOr<std::unique_ptr<EvidenceStore>> Open(const std::string& folder,
                                                             std::unique_ptr<DocumentFiles> files,
                                                             const std::string& origin);

  // ABORTED while another call is at the document.
  absl::StatusOr<std::unique_ptr<Turn>> TakeTurn(const BlobId& blob);

  // Goes on with a document that is arriving, or begins one; the turn is over with what is returned. What has arrived is read
  // again only when it wasn't paused lately: an upload in many parts costs no more than one in a single part.
  absl::StatusOr<std::unique_ptr<Incoming>> Resume(std::unique_ptr<Turn> turn, const privacy::DataKey& key);
  // The same with a turn taken here.
  absl::StatusOr<std::unique_ptr<Incoming>> Resume(const BlobId& blob, const privacy::DataKey& key);

  // NOT_FOUND when there is no whole document.
  absl::StatusOr<std::unique_ptr<Stored>> Read(const BlobId& blob, const privacy::DataKey& key) const;
  // The size of a whole document's content. NOT_FOUND when there is none.
  absl::StatusOr<uint64_t> SizeOf(const BlobId& blob) const;

  // SHA-256 of the file as it is, for who has no key. NOT_FOUND when there is none.
  absl::StatusOr<merkle::Hash> HashStored(const BlobId& blob) const;

  // Removes a document, whole or arriving; no error when there is none.
  absl::Status Remove(const BlobId& blob);

  // Where whole documents lie: names are blobs in hexadecimal.
  DocumentFiles& files() const { return *files_; }

  // Removes uploads that were not gone on with for that many seconds.
  void RemoveStale(int64_t now_seconds, int64_t age_seconds);

 private:
  friend class Incoming;
  friend class Turn;
  EvidenceStore(std::string folder, std::unique_ptr<DocumentFiles> files)
      : folder_(std::move(folder)), files_(std::move(files)) {}
  std::string PartOf(const BlobId& blob) const;
  absl::StatusOr<merkle::Hash> HashPart(const BlobId& blob) const;
  void Release(const BlobId& blob);

  // An upload that nobody is at, as it was left.
  struct Paused {
    BlobId blob;
    privacy::SecretKey key;
    uint64_t file_bytes = 0;
    std::unique_ptr<Arrived> arrived;
  };
  void Remember(Paused paused);
  // Null when it isn't remembered, or its file isn't as it was left.
  std::unique_ptr<Arrived> Recall(const BlobId& blob, const privacy::SecretKey& key, uint64_t file_bytes);

  const std::string folder_;
  const std::unique_ptr<DocumentFiles> files_;
  absl::Mutex mutex_;
  absl::flat_hash_set<BlobId> at_ ABSL_GUARDED_BY(mutex_);  // of which a turn lives
  std::vector<Paused> paused_ ABSL_GUARDED_BY(mutex_);  // the latest last
};

}  // namespace klaim::evidence
