// One partition of a distributed log as KafkaEventLog needs it: messages in one order, the same for all readers.
//
// Nothing more is asked of it. A message may be delivered late, twice, or in another order than it was sent in, and
// a producer may never learn what became of one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace klaim::log {

class BatchTopic {
 public:
  struct Message {
    uint64_t offset = 0;
    std::string bytes;
  };
  struct Polled {
    std::optional<Message> message;
    bool at_end = false;  // everything that was there when it was asked has been polled
  };

  virtual ~BatchTopic() = default;

  // Sends a message. `done` is called, from any thread, once at the most: with OK once it and all that stands before it in the
  // topic survive the loss of any one broker; with an error if that isn't so as far as is known. It may be stored all the
  // same, and be read.
  virtual void Send(const std::string& bytes, std::function<void(const absl::Status&)> done) = 0;

  // Where polling goes on. OUT_OF_RANGE, from here or from Poll, when the topic has no such offset any more.
  virtual absl::Status Seek(uint64_t offset) = 0;

  // The next message, in order; nothing when none came in time. UNAVAILABLE passes. ABORTED when the topic no longer knows where
  // it was: it goes on after Seek. Any other error doesn't pass.
  virtual absl::StatusOr<Polled> Poll(absl::Duration timeout) = 0;
};

}  // namespace klaim::log
