// The docket as it stood at an earlier record: its log cut off there, and read models folded up to there.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "engine/log/event_log.h"
#include "projections/core/projector.h"
#include "services/docket/open_docket.h"

namespace klaim::services {

// A log as it was when it had `size` records. Reading is thread-safe as that of the log beneath is.
class LogAsOf final : public log::LogReader {
 public:
  LogAsOf(const log::LogReader& log, uint64_t size) : log_(log), size_(size) {}

  absl::Status Read(uint64_t from, Visitor visitor) const override;
  absl::Status ReadStream(uint64_t stream, Visitor visitor) const override;
  uint64_t next_sequence() const override { return size_; }
  absl::StatusOr<std::vector<merkle::Hash>> Hashes(uint32_t level, uint64_t first,
                                                   uint64_t count) const override;
  absl::StatusOr<merkle::Hash> Root(uint64_t size) const override;
  absl::StatusOr<std::vector<merkle::Hash>> InclusionProof(uint64_t sequence, uint64_t size) const override;
  absl::StatusOr<std::vector<merkle::Hash>> ConsistencyProof(uint64_t from_size,
                                                             uint64_t to_size) const override;

  // Nothing more comes.
  bool WaitForAppend(uint64_t after, absl::Duration) const override { return size_ > after; }

 private:
  const log::LogReader& log_;
  const uint64_t size_;
};

// The docket of then. Thread-safe.
struct DocketAsOf {
  std::unique_ptr<LogAsOf> log;
  std::unique_ptr<projections::Projector> projector;
  std::string scratch;  // folder, removed with this
  ~DocketAsOf();
};

// Makes the docket of then, on a thread of its own, and keeps the last few. All who ask for one moment wait for one folding;
// it goes on from the kept moment that is next before, and ends when nobody waits any more. Who waits for several has one
// folded, then it is the others' turn. Thread-safe.
class TimeTravel {
 public:
  using Then = absl::AnyInvocable<void(absl::StatusOr<std::shared_ptr<const DocketAsOf>>)>;

  explicit TimeTravel(const OpenDocket& docket);
  // Lets go of all that wait, with UNAVAILABLE.
  ~TimeTravel();

  // Calls `then`, from a thread of its own, with the docket as it was with `size` records. `wanted` is asked now and then
  // whether somebody still waits; where nobody does, `then` is called with CANCELLED. INVALID_ARGUMENT when there aren't so
  // many records yet, RESOURCE_EXHAUSTED when `who` waits for too many already: then `then` isn't called.
  absl::Status To(const std::string& who, uint64_t size, std::function<bool()> wanted, Then then);

  // How many records there were up to a moment (microseconds since 1970-01-01T00:00:00Z).
  absl::StatusOr<uint64_t> SizeAt(int64_t moment_micros) const;

 private:
  struct Waiting {
    std::string who;
    uint64_t size = 0;
    std::function<bool()> wanted;
    Then then;
  };

  void Loop();
  uint64_t NextSize() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Wanted(uint64_t size);
  absl::StatusOr<std::shared_ptr<const DocketAsOf>> Make(uint64_t size);
  std::shared_ptr<const DocketAsOf> Kept(uint64_t size) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::shared_ptr<const DocketAsOf> KeptBefore(uint64_t size);
  void Keep(const std::shared_ptr<const DocketAsOf>& then);
  void Answer(Then then, absl::StatusOr<std::shared_ptr<const DocketAsOf>> result);

  const OpenDocket& docket_;
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::list<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  std::string served_last_ ABSL_GUARDED_BY(mutex_);
  std::list<std::shared_ptr<const DocketAsOf>> kept_ ABSL_GUARDED_BY(mutex_);  // the last used first
  uint64_t made_ = 0;  // the folding thread's: names each folder anew
  boost::asio::thread_pool answering_{2};
  std::thread folding_;
};

}  // namespace klaim::services
