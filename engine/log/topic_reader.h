// Every message of a topic from an offset on, once and in order, whatever its brokers say meanwhile.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/log/batch_topic.h"

namespace klaim::log {

// From one thread.
class TopicReader {
 public:
  // `topic` is polled and moved by this reader alone. A broker that led the partition before, and has not yet heard that
  // it no longer does, has less than was read: it is believed after `patience` only.
  explicit TopicReader(BatchTopic& topic, absl::Duration patience = absl::Seconds(20))
      : topic_(topic), patience_(patience) {}

  // Where reading goes on. Errors as BatchTopic's.
  absl::Status Seek(uint64_t offset);

  // The next message; nothing when none came in time, or the brokers are away. OUT_OF_RANGE when the topic was cut off
  // before the next message, or made anew; any other error is the topic's, and doesn't pass.
  absl::StatusOr<BatchTopic::Polled> Next(absl::Duration timeout);

 private:
  absl::StatusOr<BatchTopic::Polled> GoOn(const absl::Status& out_of_range);

  BatchTopic& topic_;
  const absl::Duration patience_;
  uint64_t next_offset_ = 0;
  absl::Duration out_of_range_since_ = absl::InfiniteDuration();  // of the steady clock
};

}  // namespace klaim::log
