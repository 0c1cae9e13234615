#include "engine/log/kafka_event_log.h"

#include <pthread.h>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/log/log_metrics.h"
#include "engine/record/byte_order.h"
#include "engine/time/steady.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::log {
namespace {

using merkle::Hash;

constexpr absl::Duration kPollTime = absl::Milliseconds(200);
constexpr absl::Duration kProgressTime = absl::Seconds(1);
constexpr absl::Duration kSendPause = absl::Milliseconds(100);

// The records of a batch that another writer encoded: looked at one by one, as if they came in by Add.
absl::Status Decode(const v1::AppendedBatch& batch, record::EncodedRecords& records) {
  v1::EventRecord event;
  uint64_t sequence = batch.expects_sequence();
  for (const std::string& bytes : batch.records()) {
    RETURN_IF_ERROR(record::DecodeRecord(sequence, bytes, event));
    RETURN_IF_ERROR(records.Add(event, bytes, FingerprintOfFirstRecord(event)));
    ++sequence;
  }
  return absl::OkStatus();
}

absl::Status OtherTree(uint64_t offset, const v1::AppendedBatch& batch) {
  return absl::DataLossError(absl::StrCat("the batch of ", batch.writer(), " at ", offset,
                                          " of the topic, records from ", batch.expects_sequence(),
                                          " on, says another tree than this copy has: throw this copy away "
                                          "and let it be made again; if that ends here "
                                          "too, ",
                                          batch.writer(), " wrote what doesn't follow from the log"));
}

absl::Status Gone(uint64_t offset, const v1::AppendedBatch& batch, uint64_t next_sequence) {
  return absl::DataLossError(absl::StrCat("message ", offset, " of the topic holds records from ",
                                          batch.expects_sequence(), " on, written by ", batch.writer(),
                                          ", where ", next_sequence, " comes next: records ", next_sequence,
                                          " to ", batch.expects_sequence() - 1,
                                          " stood in the topic and are gone. Stop all nodes, and keep their "
                                          "copies and the topic: the copy with the "
                                          "most records may hold them"));
}

}  // namespace

Verdict Judge(const v1::AppendedBatch& batch, uint64_t next_sequence) {
  if (batch.closes() && batch.expects_sequence() == next_sequence) return Verdict::kClose;
  if (batch.records().empty()) return Verdict::kAnnouncement;
  if (batch.expects_sequence() > next_sequence) return Verdict::kGap;
  return batch.expects_sequence() == next_sequence ? Verdict::kAccept : Verdict::kSkip;
}

absl::StatusOr<std::unique_ptr<KafkaEventLog>> KafkaEventLog::Open(
    std::unique_ptr<BatchTopic> topic, Options options, absl::FunctionRef<bool(uint64_t)> progress,
    std::function<void(const absl::Status&)> on_failure) {
  std::unique_ptr<KafkaEventLog> log(
      new KafkaEventLog(std::move(topic), std::move(options), std::move(on_failure)));
  RETURN_IF_ERROR(log->OpenCache());
  log->following_ = std::thread([self = log.get()] { self->FollowLoop(); });
  pthread_setname_np(log->following_.native_handle(), "following");
  RETURN_IF_ERROR(log->WaitUntilAtEnd(progress));
  if (!log->options_.leads) return log;
  RETURN_IF_ERROR(log->Announce(progress));
  return log;
}

KafkaEventLog::KafkaEventLog(std::unique_ptr<BatchTopic> topic, Options options,
                             std::function<void(const absl::Status&)> on_failure)
    : options_(std::move(options)),
      on_failure_(std::move(on_failure)),
      topic_(std::move(topic)),
      reader_(*topic_) {}

KafkaEventLog::~KafkaEventLog() {
  Interrupt();
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (following_.joinable()) following_.join();
  topic_.reset();  // its calls come back to us
}

absl::Status KafkaEventLog::OpenCache() {
  auto cache = RocksDbEventLog::Open(options_.cache);
  // It can't be told any more whether it is a copy: so nothing is removed.
  if (absl::IsDataLoss(cache.status())) {
    return absl::DataLossError(absl::StrCat(cache.status().message(),
                                            "; if this is a node's copy of the topic, move ", options_.cache,
                                            " away and start again: it is made anew"));
  }
  if (!cache.ok()) return cache.status();
  cache_ = *std::move(cache);
  ASSIGN_OR_RETURN(auto position, cache_->position());
  if (position.size() == sizeof(uint64_t)) last_offset_ = record::LoadBig64(position.data());
  if (!last_offset_.has_value() && cache_->next_sequence() > 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        options_.cache, " holds an embedded log, not a copy of a topic: use `klaim docket move`"));
  }
  absl::MutexLock lock(&mutex_);
  frontier_ = cache_->frontier();
  // The last batch of the cache is read again, to see that this is the topic it came from.
  return reader_.Seek(last_offset_.value_or(0));
}

absl::Status KafkaEventLog::WaitUntilAtEnd(absl::FunctionRef<bool(uint64_t)> progress) {
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      const auto there = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
        return at_end_ != -absl::InfiniteDuration() || !failure_.ok();
      };
      if (steady::AwaitFor(mutex_, absl::Condition(&there), kProgressTime)) return failure_;
    }
    if (!progress(next_sequence())) return absl::CancelledError("stopped before the log was read to its end");
  }
}

// What was sent before it, by whomever, has been read when it is: from then on this copy is the latest.
absl::Status KafkaEventLog::Announce(absl::FunctionRef<bool(uint64_t)> progress) {
  std::string bytes;
  {
    absl::MutexLock lock(&mutex_);
    epoch_ = last_epoch_ + 1;
    bytes = Encode(frontier_.size(), nullptr, frontier_.Root());
    BeginBatch(bytes);
  }
  for (absl::Duration sent_at = -absl::InfiniteDuration();;) {
    if (steady::Now() - sent_at > options_.send_again) {
      SendOnce(BeginSending(), bytes);
      sent_at = steady::Now();
    }
    {
      absl::MutexLock lock(&mutex_);
      const auto there = [this]()
                             ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return sent_->arrived || !failure_.ok(); };
      if (steady::AwaitFor(mutex_, absl::Condition(&there), kProgressTime)) {
        sent_.reset();
        return failure_;
      }
    }
    if (!progress(next_sequence())) return absl::CancelledError("stopped before the docket was taken over");
  }
}

std::string KafkaEventLog::Encode(uint64_t expects_sequence, const record::EncodedRecords* records,
                                  const Hash& root, bool closes) {
  v1::AppendedBatch batch;
  batch.set_expects_sequence(expects_sequence);
  batch.set_writer_epoch(epoch_);
  batch.set_writer(options_.writer);
  if (records != nullptr) {
    for (size_t i = 0; i < records->size(); ++i) batch.add_records(std::string(records->bytes(i)));
  }
  batch.set_root(std::string(merkle::AsBytes(root)));
  batch.set_closes(closes);
  return batch.SerializeAsString();
}

void KafkaEventLog::SendOnce(uint64_t number, const std::string& bytes) {
  topic_->Send(bytes, [this, number](const absl::Status& stored) {
    absl::MutexLock lock(&mutex_);
    if (!sent_.has_value() || number < sent_->first_sending) return;  // of a batch before
    if (stored.ok()) sent_->delivered = true;
    if (!stored.ok() && sendings_ == number) sent_->send_again = true;
  });
}

absl::StatusOr<std::vector<Hash>> KafkaEventLog::Append(uint64_t expected_next_sequence,
                                                        const record::EncodedRecords& records) {
  if (!options_.leads) return absl::FailedPreconditionError("this node only follows the docket");
  const AppendTimed timed(records);
  std::string bytes;
  {
    absl::MutexLock lock(&mutex_);
    if (!failure_.ok()) return failure_;
    // The tree's size, not the cache's: what is being accepted just now stands in the cache first.
    if (const uint64_t next = frontier_.size(); expected_next_sequence != next) {
      return absl::AbortedError(absl::StrCat("the log goes on at ", next, ", not at ", expected_next_sequence,
                                             ": another writer was here"));
    }
    if (records.empty()) return std::vector<Hash>();
    std::vector<Hash> leaves = LeafHashes(expected_next_sequence, records);
    merkle::Frontier after = frontier_;
    after.Append(leaves);
    bytes = Encode(expected_next_sequence, &records, after.Root());
    SentBatch& sent = BeginBatch(bytes);
    sent.leaves = std::move(leaves);
    sent.records = &records;
  }
  return SendUntilDecided(bytes, expected_next_sequence);
}

absl::Status KafkaEventLog::Close() {
  std::string bytes;
  uint64_t size = 0;
  {
    absl::MutexLock lock(&mutex_);
    if (!failure_.ok()) return failure_;
    size = frontier_.size();
    bytes = Encode(size, nullptr, frontier_.Root(), true);
    BeginBatch(bytes);
  }
  return SendUntilDecided(bytes, size).status();
}

absl::StatusOr<std::vector<Hash>> KafkaEventLog::SendUntilDecided(const std::string& bytes,
                                                                  uint64_t expected_next_sequence) {
  while (true) {
    const uint64_t number = BeginSending();
    SendOnce(number, bytes);
    absl::MutexLock lock(&mutex_);
    const auto decided = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return !sent_->in_use && (Acknowledged() || Failed() || interrupted_ || sent_->send_again ||
                                (!sent_->arrived && frontier_.size() > expected_next_sequence));
    };
    steady::AwaitFor(mutex_, absl::Condition(&decided), options_.send_again);
    if (auto ended = Ended(expected_next_sequence); ended.has_value()) return *std::move(ended);
    // Refused at once, as while there are too few brokers: not again in the same moment.
    const auto no_pause = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return interrupted_ || Acknowledged(); };
    if (sent_->send_again) steady::AwaitFor(mutex_, absl::Condition(&no_pause), kSendPause);
  }
}

SentBatch& KafkaEventLog::BeginBatch(std::string bytes) {
  SentBatch& sent = sent_.emplace();
  sent.bytes = std::move(bytes);
  sent.first_sending = sendings_ + 1;
  return sent;
}

// Read back, it stands in its place; confirmed, it stays there when a broker is lost. A sending after the one that was read confirms
// that too, since it stands behind it.
bool KafkaEventLog::Acknowledged() const { return sent_->arrived && sent_->delivered; }

// A closing batch that was read back ends the following of whoever sent it too; it is still to be confirmed.
bool KafkaEventLog::Failed() const {
  const bool closed = sent_->records == nullptr && sent_->arrived;
  return !failure_.ok() && !closed;
}

uint64_t KafkaEventLog::BeginSending() {
  absl::MutexLock lock(&mutex_);
  sent_->send_again = false;
  return ++sendings_;
}

// The records are the caller's again once this has a value.
std::optional<absl::StatusOr<std::vector<Hash>>> KafkaEventLog::Ended(uint64_t expected_next_sequence) {
  const auto unused = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return !sent_->in_use; };
  mutex_.Await(absl::Condition(&unused));
  absl::StatusOr<std::vector<Hash>> ended;
  if (Acknowledged()) {
    ended = std::move(sent_->leaves);
  } else if (!sent_->arrived && frontier_.size() > expected_next_sequence) {
    ended = absl::AbortedError("another writer has taken the docket over");
  } else if (Failed()) {
    ended = failure_;
  } else if (interrupted_) {
    ended = absl::UnavailableError("stopped before the brokers had confirmed the batch");
  } else {
    return std::nullopt;
  }
  sent_.reset();
  return ended;
}

void KafkaEventLog::FollowLoop() {
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      if (stopping_) return;
    }
    auto polled = reader_.Next(kPollTime);
    absl::Status status = polled.status();
    if (status.ok() && polled->message.has_value()) {
      status = Follow(*polled->message);
    } else if (status.ok() && polled->at_end) {
      status = NoticeEnd();
    }
    if (!status.ok()) return Fail(status);
  }
}

absl::Status KafkaEventLog::NoticeEnd() {
  if (last_offset_.has_value() && !last_checked_) return CheckLastBatch({}, {});
  absl::MutexLock lock(&mutex_);
  at_end_ = steady::Now();
  return absl::OkStatus();
}

absl::Status KafkaEventLog::Follow(const BatchTopic::Message& message) {
  v1::AppendedBatch batch;
  const bool readable = batch.ParseFromString(message.bytes);
  if (last_offset_.has_value() && !last_checked_) return CheckLastBatch(message, batch);
  if (!last_offset_.has_value() && !last_checked_ && message.offset != 0) {
    return absl::DataLossError(absl::StrCat("the topic begins at ", message.offset,
                                            ", not at its beginning: its first messages are gone"));
  }
  last_checked_ = true;
  if (!readable) {
    return absl::DataLossError(absl::StrCat("message ", message.offset, " of the topic is not a batch"));
  }
  switch (Judge(batch, next_sequence())) {
    case Verdict::kAccept:
      RETURN_IF_ERROR(Accept(message, batch));
      break;
    case Verdict::kSkip: {
      absl::MutexLock lock(&mutex_);
      ++skipped_;
      break;
    }
    case Verdict::kGap:
      return Gone(message.offset, batch, next_sequence());
    case Verdict::kClose:
      return NoticeClosing(message, batch);
    case Verdict::kAnnouncement: {
      absl::MutexLock lock(&mutex_);
      if (sent_.has_value() && sent_->bytes == message.bytes) sent_->arrived = true;
      break;
    }
  }
  return NoticeOtherWriter(batch);
}

absl::Status KafkaEventLog::NoticeClosing(const BatchTopic::Message& message,
                                          const v1::AppendedBatch& batch) {
  absl::MutexLock lock(&mutex_);
  if (sent_.has_value() && sent_->bytes == message.bytes) sent_->arrived = true;
  return absl::FailedPreconditionError(
      absl::StrCat(batch.writer(), " has moved the docket off this topic, at ", batch.expects_sequence(),
                   " records: serve it where "
                   "it is now"));
}

absl::Status KafkaEventLog::CheckLastBatch(const BatchTopic::Message& message,
                                           const v1::AppendedBatch& batch) {
  absl::MutexLock lock(&mutex_);
  const bool same =
      message.offset == *last_offset_ &&
      batch.expects_sequence() + static_cast<uint64_t>(batch.records_size()) == frontier_.size() &&
      batch.root() == merkle::AsBytes(frontier_.Root());
  if (!same) {
    return absl::DataLossError(
        absl::StrCat("the topic has not, at ", *last_offset_,
                     ", the batch that this copy ends with: it is another "
                     "docket's, or was cut off; compare their checkpoints before either is thrown away"));
  }
  last_checked_ = true;
  last_epoch_ = std::max(last_epoch_, batch.writer_epoch());
  return absl::OkStatus();
}

absl::Status KafkaEventLog::Accept(const BatchTopic::Message& message, const v1::AppendedBatch& batch) {
  const record::EncodedRecords* records = nullptr;
  std::vector<Hash> leaves;
  merkle::Frontier after;
  {
    absl::MutexLock lock(&mutex_);
    after = frontier_;
    if (sent_.has_value() && sent_->bytes == message.bytes) {
      sent_->in_use = true;
      records = sent_->records;
      leaves = sent_->leaves;
    }
  }
  record::EncodedRecords decoded;
  absl::Status status;
  if (records == nullptr) {
    records = &decoded;
    status = Decode(batch, decoded);
    leaves = LeafHashes(batch.expects_sequence(), decoded);
  }
  // The tree first: a batch that doesn't fit is not kept.
  after.Append(leaves);
  if (status.ok() && batch.root() != merkle::AsBytes(after.Root())) status = OtherTree(message.offset, batch);
  std::string position;
  record::AppendBig64(position, message.offset);
  if (status.ok()) status = cache_->Follow(position, batch.expects_sequence(), *records, leaves);
  absl::MutexLock lock(&mutex_);
  if (sent_.has_value() && sent_->in_use) {
    sent_->in_use = false;
    sent_->arrived = status.ok();
  }
  if (!status.ok()) return status;
  last_offset_ = message.offset;
  frontier_ = std::move(after);
  return absl::OkStatus();
}

// Not for correctness: so that a writer that was replaced stops at once, not at its next append. Of two that read the same last
// epoch, and so announce the same one, the name decides, the same way for both: one of them goes on.
absl::Status KafkaEventLog::NoticeOtherWriter(const v1::AppendedBatch& batch) {
  absl::MutexLock lock(&mutex_);
  last_epoch_ = std::max(last_epoch_, batch.writer_epoch());
  const bool announced = epoch_ != 0;
  const bool later =
      batch.writer_epoch() != epoch_ ? batch.writer_epoch() > epoch_ : batch.writer() > options_.writer;
  if (announced && later && batch.writer() != options_.writer) {
    return absl::AbortedError(absl::StrCat(batch.writer(), " has taken the docket over"));
  }
  return absl::OkStatus();
}

void KafkaEventLog::Fail(const absl::Status& status) {
  {
    absl::MutexLock lock(&mutex_);
    failure_ = status;
  }
  on_failure_(status);
}

void KafkaEventLog::Interrupt() {
  {
    absl::MutexLock lock(&mutex_);
    interrupted_ = true;
  }
  if (cache_ != nullptr) cache_->Interrupt();
}

absl::Duration KafkaEventLog::Lag() const {
  absl::MutexLock lock(&mutex_);
  return steady::Now() - at_end_;
}

uint64_t KafkaEventLog::skipped() const {
  absl::MutexLock lock(&mutex_);
  return skipped_;
}

}  // namespace klaim::log
