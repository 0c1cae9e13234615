// The docket as it stood at an earlier record: its log cut off there, and read models folded up to there.
#pragma once

#include <list>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "engine/log/event_log.h"
#include "projections/projector.h"
#include "services/open_docket.h"

namespace klaim::services {

// A log as it was when it had `size` records. Reading is thread-safe as that of the log beneath is.
class LogAsOf final : public log::EventLog {
 public:
  LogAsOf(const log::EventLog& log, uint64_t size) : log_(log), size_(size) {}

  absl::Status Read(uint64_t from, Visitor visitor) const override;
  absl::Status ReadStream(uint64_t stream, Visitor visitor) const override;
  uint64_t next_sequence() const override { return size_; }
  absl::StatusOr<std::vector<merkle::Hash>> Hashes(uint32_t level, uint64_t first,
                                                   uint64_t count) const override;
  absl::StatusOr<merkle::Hash> Root(uint64_t size) const override;
  absl::StatusOr<std::vector<merkle::Hash>> InclusionProof(uint64_t sequence, uint64_t size) const override;
  absl::StatusOr<std::vector<merkle::Hash>> ConsistencyProof(uint64_t from_size,
                                                             uint64_t to_size) const override;

  // The past takes nothing.
  absl::StatusOr<std::vector<merkle::Hash>> Append(uint64_t, const record::EncodedRecords&) override;
  bool WaitForAppend(uint64_t after, absl::Duration) const override { return size_ > after; }
  void Interrupt() override {}
  absl::StatusOr<std::vector<std::optional<uint64_t>>> FindRequests(
      absl::Span<const uint64_t>) const override;

 private:
  const log::EventLog& log_;
  const uint64_t size_;
};

// The docket of then. Thread-safe.
struct DocketAsOf {
  std::unique_ptr<LogAsOf> log;
  std::unique_ptr<projections::Projector> projector;
  std::string scratch;  // folder, removed with this
  ~DocketAsOf();
};

// Makes the docket of then, and keeps the last few. Thread-safe; folding blocks.
class TimeTravel {
 public:
  explicit TimeTravel(const OpenDocket& docket) : docket_(docket) {}

  // As it was with `size` records; INVALID_ARGUMENT when there aren't so many yet.
  absl::StatusOr<std::shared_ptr<const DocketAsOf>> To(uint64_t size);

  // How many records there were up to a moment (microseconds since 1970-01-01T00:00:00Z).
  absl::StatusOr<uint64_t> SizeAt(int64_t moment_micros) const;

 private:
  const OpenDocket& docket_;
  absl::Mutex mutex_;
  std::list<std::shared_ptr<const DocketAsOf>> kept_ ABSL_GUARDED_BY(mutex_);  // the last used first
};

}  // namespace klaim::services
