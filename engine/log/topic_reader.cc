#include "engine/log/topic_reader.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "engine/time/steady.h"

namespace klaim::log {
namespace {

constexpr absl::Duration kPause = absl::Milliseconds(100);

}  // namespace

absl::Status TopicReader::Seek(uint64_t offset) {
  next_offset_ = offset;
  out_of_range_since_ = absl::InfiniteDuration();
  return topic_.Seek(offset);
}

absl::StatusOr<BatchTopic::Polled> TopicReader::Next(absl::Duration timeout) {
  auto polled = topic_.Poll(timeout);
  // They come back, and nothing was lost meanwhile.
  if (absl::IsUnavailable(polled.status())) return BatchTopic::Polled{};
  if (absl::IsOutOfRange(polled.status())) return GoOn(polled.status());
  if (absl::IsAborted(polled.status())) {
    absl::Status sought = topic_.Seek(next_offset_);
    return sought.ok() ? BatchTopic::Polled{} : absl::StatusOr<BatchTopic::Polled>(sought);
  }
  if (polled.ok() && polled->message.has_value()) {
    next_offset_ = polled->message->offset + 1;
    out_of_range_since_ = absl::InfiniteDuration();
  }
  return polled;
}

// A topic that has answered so gives nothing more until it is told where to go on.
absl::StatusOr<BatchTopic::Polled> TopicReader::GoOn(const absl::Status& out_of_range) {
  out_of_range_since_ = std::min(out_of_range_since_, steady::Now());
  if (steady::Now() - out_of_range_since_ >= patience_) return out_of_range;
  absl::SleepFor(kPause);
  if (absl::Status status = topic_.Seek(next_offset_); !status.ok() && !absl::IsOutOfRange(status))
    return status;
  return BatchTopic::Polled{};
}

}  // namespace klaim::log
