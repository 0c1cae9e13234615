// A log that hands everything on to another one: for tests that stand in front of a log and change some of it.
#pragma once

#include "engine/log/event_log.h"

namespace klaim::testing {

class ForwardingLog : public log::EventLog {
 public:
  explicit ForwardingLog(log::EventLog& log) : log_(log) {}

  absl::StatusOr<std::vector<merkle::Hash>> Append(uint64_t expected_next_sequence,
                                                   const record::EncodedRecords& records) override {
    return log_.Append(expected_next_sequence, records);
  }
  absl::Status Read(uint64_t from, Visitor visitor) const override { return log_.Read(from, visitor); }
  absl::Status ReadStream(uint64_t stream, Visitor visitor) const override {
    return log_.ReadStream(stream, visitor);
  }
  bool WaitForAppend(uint64_t after, absl::Duration timeout) const override {
    return log_.WaitForAppend(after, timeout);
  }
  void Interrupt() override { log_.Interrupt(); }
  uint64_t next_sequence() const override { return log_.next_sequence(); }
  absl::StatusOr<std::vector<std::optional<uint64_t>>> FindRequests(
      absl::Span<const uint64_t> fingerprints) const override {
    return log_.FindRequests(fingerprints);
  }
  absl::StatusOr<std::vector<merkle::Hash>> Hashes(uint32_t level, uint64_t first,
                                                   uint64_t count) const override {
    return log_.Hashes(level, first, count);
  }
  absl::StatusOr<merkle::Hash> Root(uint64_t size) const override { return log_.Root(size); }
  absl::StatusOr<std::vector<merkle::Hash>> InclusionProof(uint64_t sequence, uint64_t size) const override {
    return log_.InclusionProof(sequence, size);
  }
  absl::StatusOr<std::vector<merkle::Hash>> ConsistencyProof(uint64_t from_size,
                                                             uint64_t to_size) const override {
    return log_.ConsistencyProof(from_size, to_size);
  }

 protected:
  log::EventLog& log_;
};

}  // namespace klaim::testing
