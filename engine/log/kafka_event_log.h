// The event log on a distributed log: docs/scale-out.md has the argument and its model.
//
// A message of the topic is one batch (klaim.v1.AppendedBatch). Every reader, the writer included, accepts the first
// batch whose expects_sequence is the next one and skips those that expect an earlier one. One that expects a later one was
// sent behind a batch that stood in the topic: that is gone then, and reading ends. A writer has appended once it has read its
// own batch back as accepted and brokers have confirmed a sending of it: what is read may stand on one broker alone. So all readers hold the same records whatever the brokers repeat or reorder, and whoever
// else writes: a writer that lost the docket can delay others, never fork them.
//
// All reading is done in a RocksDbEventLog that follows the topic. It is a cache: thrown away, it is made again.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "absl/synchronization/mutex.h"
#include "engine/log/batch_topic.h"
#include "engine/log/event_log.h"
#include "engine/log/rocksdb_event_log.h"
#include "engine/log/topic_reader.h"
#include "engine/merkle/tree.h"
#include "klaim/v1/appended_batch.pb.h"

namespace klaim::log {

// What a reader does with a batch when `next_sequence` comes next. The whole of the protocol is here.
enum class Verdict { kAccept, kSkip, kAnnouncement, kClose, kGap };
Verdict Judge(const v1::AppendedBatch& batch, uint64_t next_sequence);

// A batch on its way.
struct SentBatch {
  std::string bytes;
  const record::EncodedRecords* records = nullptr;  // null for an announcement
  std::vector<merkle::Hash> leaves;
  uint64_t first_sending = 0;  // the number of the first time that it was sent
  bool in_use = false;         // by the following thread
  bool arrived = false;        // read back, and accepted
  bool delivered = false;      // as the brokers said of one of its sendings
  bool send_again = false;     // was not stored
};

// Append from one thread at a time; everything else from any thread.
class KafkaEventLog final : public EventLog {
 public:
  struct Options {
    std::string cache;   // folder of the local copy
    std::string writer;  // this node's name, for whoever reads the topic
    bool leads = false;  // appends; else it only follows
    // How often a batch that wasn't stored, or not read back, is sent anew.
    absl::Duration send_again = absl::Seconds(5);
  };

  // Opens and catches up: a leader to its own announcement, read back; others to what the topic held. Waits for
  // that as long as `progress`, told the next sequence every second, returns true; then CANCELLED. DATA_LOSS when the
  // cache isn't of this topic, or the topic doesn't begin at its beginning.
  // `on_failure` is called once, from a thread of the log, when it can't follow any more (another writer has taken a
  // leader's place: ABORTED; the tree differs, or batches are gone: DATA_LOSS): the process should then end.
  static absl::StatusOr<std::unique_ptr<KafkaEventLog>> Open(
      std::unique_ptr<BatchTopic> topic, Options options,
      absl::FunctionRef<bool(uint64_t next_sequence)> progress,
      std::function<void(const absl::Status&)> on_failure);
  ~KafkaEventLog() override;

  // Sends until the batch is read back and confirmed, or another took its place: then ABORTED. UNAVAILABLE after Interrupt(), when it
  // isn't known what becomes of it. FAILED_PRECONDITION where it only follows.
  absl::StatusOr<std::vector<merkle::Hash>> Append(uint64_t expected_next_sequence,
                                                   const record::EncodedRecords& records) override;

  // Ends the docket on this topic, at its present size: nobody appends here any more. Errors as Append.
  absl::Status Close();

  absl::Status Read(uint64_t from, Visitor visitor) const override { return cache_->Read(from, visitor); }
  absl::Status ReadStream(uint64_t stream, Visitor visitor) const override {
    return cache_->ReadStream(stream, visitor);
  }
  bool WaitForAppend(uint64_t after, absl::Duration timeout) const override {
    return cache_->WaitForAppend(after, timeout);
  }
  void Interrupt() override;
  uint64_t next_sequence() const override { return cache_->next_sequence(); }
  absl::StatusOr<std::vector<std::optional<uint64_t>>> FindRequests(
      absl::Span<const uint64_t> fingerprints) const override {
    return cache_->FindRequests(fingerprints);
  }
  absl::Status BackUp(const std::string& folder, uint32_t keep,
                      const storage::BackupNotes& notes) const override {
    return cache_->BackUp(folder, keep, notes);
  }
  std::vector<storage::TableFile> TableFiles() const override { return cache_->TableFiles(); }
  absl::StatusOr<std::vector<merkle::Hash>> Hashes(uint32_t level, uint64_t first,
                                                   uint64_t count) const override {
    return cache_->Hashes(level, first, count);
  }
  absl::StatusOr<merkle::Hash> Root(uint64_t size) const override { return cache_->Root(size); }
  absl::StatusOr<std::vector<merkle::Hash>> InclusionProof(uint64_t sequence, uint64_t size) const override {
    return cache_->InclusionProof(sequence, size);
  }
  absl::StatusOr<std::vector<merkle::Hash>> ConsistencyProof(uint64_t from_size,
                                                             uint64_t to_size) const override {
    return cache_->ConsistencyProof(from_size, to_size);
  }
  // Where the last batch stands in the topic, as RocksDbEventLog::SetPosition takes it.
  absl::StatusOr<std::string> position() const { return cache_->position(); }

  // How long ago this copy was known to hold all that the topic held.
  absl::Duration Lag() const override;

  // Batches that were skipped since the log was opened: each a writer that was late, or a repetition.
  uint64_t skipped() const;

 private:
  KafkaEventLog(std::unique_ptr<BatchTopic> topic, Options options,
                std::function<void(const absl::Status&)> on_failure);
  absl::Status OpenCache();
  absl::Status Announce(absl::FunctionRef<bool(uint64_t)> progress);
  absl::Status WaitUntilAtEnd(absl::FunctionRef<bool(uint64_t)> progress);
  void FollowLoop();
  absl::Status Follow(const BatchTopic::Message& message);
  absl::StatusOr<std::vector<merkle::Hash>> SendUntilDecided(const std::string& bytes,
                                                             uint64_t expected_next_sequence);
  absl::Status NoticeClosing(const BatchTopic::Message& message, const v1::AppendedBatch& batch);
  absl::Status CheckLastBatch(const BatchTopic::Message& message, const v1::AppendedBatch& batch);
  absl::Status Accept(const BatchTopic::Message& message, const v1::AppendedBatch& batch);
  absl::Status NoticeOtherWriter(const v1::AppendedBatch& batch);
  SentBatch& BeginBatch(std::string bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  uint64_t BeginSending();
  bool Acknowledged() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  bool Failed() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  std::optional<absl::StatusOr<std::vector<merkle::Hash>>> Ended(uint64_t expected_next_sequence)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status NoticeEnd();
  void SendOnce(uint64_t number, const std::string& bytes);
  std::string Encode(uint64_t expects_sequence, const record::EncodedRecords* records,
                     const merkle::Hash& root, bool closes = false) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Fail(const absl::Status& status);

  const Options options_;
  const std::function<void(const absl::Status&)> on_failure_;
  std::unique_ptr<RocksDbEventLog> cache_;
  std::unique_ptr<BatchTopic> topic_;

  // The following thread's.
  TopicReader reader_;
  std::optional<uint64_t> last_offset_;  // of the last batch in the cache
  bool last_checked_ = false;            // that the topic has that batch at that offset

  mutable absl::Mutex mutex_;
  merkle::Frontier frontier_ ABSL_GUARDED_BY(mutex_);  // of all that is accepted
  std::optional<SentBatch> sent_ ABSL_GUARDED_BY(mutex_);
  uint64_t sendings_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t epoch_ ABSL_GUARDED_BY(mutex_) = 0;       // this writer's
  uint64_t last_epoch_ ABSL_GUARDED_BY(mutex_) = 0;  // the highest seen
  uint64_t skipped_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Duration at_end_ ABSL_GUARDED_BY(mutex_) = -absl::InfiniteDuration();  // of the steady clock
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  bool interrupted_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread following_;
};

}  // namespace klaim::log
