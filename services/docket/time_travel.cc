#include "services/docket/time_travel.h"

#include <pthread.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::services {
namespace {

constexpr size_t kKept = 3;
// Questions that wait for a folding, of one principal and in all.
constexpr size_t kMaxOfOne = 8;
constexpr size_t kMaxOfAll = 64;
constexpr char kSuffix[] = "-as-of-";  // of the folders' names

}  // namespace

absl::Status LogAsOf::Read(uint64_t from, Visitor visitor) const {
  return log_.Read(from, [&](uint64_t sequence, absl::string_view bytes) {
    return sequence < size_ && visitor(sequence, bytes);
  });
}

absl::Status LogAsOf::ReadStream(uint64_t stream, Visitor visitor) const {
  if (stream >= size_)
    return domain::Refuse(absl::StatusCode::kNotFound, v1::REASON_NOTHING_HAD_THIS_NUMBER_THEN, stream);
  return log_.ReadStream(stream, [&](uint64_t sequence, absl::string_view bytes) {
    return sequence < size_ && visitor(sequence, bytes);
  });
}

absl::StatusOr<std::vector<merkle::Hash>> LogAsOf::Hashes(uint32_t level, uint64_t first,
                                                          uint64_t count) const {
  return log_.Hashes(level, first, count);
}
absl::StatusOr<merkle::Hash> LogAsOf::Root(uint64_t size) const { return log_.Root(size); }
absl::StatusOr<std::vector<merkle::Hash>> LogAsOf::InclusionProof(uint64_t sequence, uint64_t size) const {
  return log_.InclusionProof(sequence, size);
}
absl::StatusOr<std::vector<merkle::Hash>> LogAsOf::ConsistencyProof(uint64_t from_size,
                                                                    uint64_t to_size) const {
  return log_.ConsistencyProof(from_size, to_size);
}

DocketAsOf::~DocketAsOf() {
  projector.reset();
  std::error_code ignored;
  std::filesystem::remove_all(scratch, ignored);
}

TimeTravel::TimeTravel(const OpenDocket& docket) : docket_(docket) {
  // What an earlier process left.
  std::error_code ignored;
  const std::filesystem::path models(docket.folder.projections());
  for (const auto& entry : std::filesystem::directory_iterator(models.parent_path(), ignored)) {
    if (absl::StartsWith(entry.path().filename().string(), models.filename().string() + kSuffix))
      std::filesystem::remove_all(entry.path(), ignored);
  }
  folding_ = std::thread([this] { Loop(); });
  pthread_setname_np(folding_.native_handle(), "time-travel");
}

TimeTravel::~TimeTravel() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  folding_.join();
  std::list<Waiting> left;
  {
    absl::MutexLock lock(&mutex_);
    left.swap(waiting_);
  }
  for (Waiting& each : left)
    Answer(std::move(each.then),
           domain::Refuse(absl::StatusCode::kUnavailable, v1::REASON_KLAIMD_IS_STOPPING));
  answering_.join();
}

absl::Status TimeTravel::To(const std::string& who, uint64_t size, std::function<bool()> wanted, Then then) {
  if (size == 0 || size > docket_.log->next_sequence()) {
    return domain::InvalidField("klaim-as-of", v1::REASON_LOG_HAS_NO_SUCH_RECORD);
  }
  absl::MutexLock lock(&mutex_);
  if (stopping_) return domain::Refuse(absl::StatusCode::kUnavailable, v1::REASON_KLAIMD_IS_STOPPING);
  if (auto there = Kept(size); there != nullptr) {
    Answer(std::move(then), std::move(there));
    return absl::OkStatus();
  }
  const auto theirs =
      std::count_if(waiting_.begin(), waiting_.end(), [&](const Waiting& each) { return each.who == who; });
  if (static_cast<size_t>(theirs) >= kMaxOfOne || waiting_.size() >= kMaxOfAll) {
    return domain::Refuse(absl::StatusCode::kResourceExhausted, v1::REASON_TOO_MANY_QUESTIONS_ABOUT_PAST);
  }
  waiting_.push_back({who, size, std::move(wanted), std::move(then)});
  return absl::OkStatus();
}

// The moment to be folded next: the first that somebody else waits for than whose turn it was.
uint64_t TimeTravel::NextSize() {
  auto next = std::find_if(waiting_.begin(), waiting_.end(),
                           [this](const Waiting& each) { return each.who != served_last_; });
  if (next == waiting_.end()) next = waiting_.begin();
  served_last_ = next->who;
  return next->size;
}

bool TimeTravel::Wanted(uint64_t size) {
  std::vector<std::function<bool()>> asked;
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) return false;
    for (const Waiting& each : waiting_) {
      if (each.size == size) asked.push_back(each.wanted);
    }
  }
  // Who waits is let go by this thread alone, so that what is asked is still there.
  return std::any_of(asked.begin(), asked.end(), [](const auto& wanted) { return wanted(); });
}

void TimeTravel::Loop() {
  while (true) {
    uint64_t size = 0;
    {
      absl::MutexLock lock(&mutex_);
      const auto some = [this]()
                            ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return !waiting_.empty() || stopping_; };
      mutex_.Await(absl::Condition(&some));
      if (stopping_) return;
      size = NextSize();
    }
    const auto made = Make(size);
    if (made.ok()) Keep(*made);
    std::list<Waiting> answered;
    {
      absl::MutexLock lock(&mutex_);
      for (auto each = waiting_.begin(); each != waiting_.end();) {
        const auto next = std::next(each);
        if (each->size == size) answered.splice(answered.end(), waiting_, each);
        each = next;
      }
    }
    for (Waiting& each : answered) Answer(std::move(each.then), made);
  }
}

absl::StatusOr<std::shared_ptr<const DocketAsOf>> TimeTravel::Make(uint64_t size) {
  const auto wanted = [&](uint64_t) { return Wanted(size); };
  if (!wanted(0)) return absl::CancelledError("nobody waits for this any more");
  auto then = std::make_shared<DocketAsOf>();
  then->log = std::make_unique<LogAsOf>(*docket_.log, size);
  then->scratch = absl::StrCat(docket_.folder.projections(), kSuffix, size, "-", made_++);
  if (const auto before = KeptBefore(size); before != nullptr) {
    RETURN_IF_ERROR(before->projector->CopyTo(then->scratch));
  }
  ASSIGN_OR_RETURN(auto projector, projections::Projector::Open(then->scratch, *then->log));
  then->projector = std::move(projector);
  RETURN_IF_ERROR(then->projector->FoldWhile(size, wanted));
  return then;
}

std::shared_ptr<const DocketAsOf> TimeTravel::Kept(uint64_t size) {
  for (auto each = kept_.begin(); each != kept_.end(); ++each) {
    if ((*each)->log->next_sequence() != size) continue;
    kept_.splice(kept_.begin(), kept_, each);
    return kept_.front();
  }
  return nullptr;
}

std::shared_ptr<const DocketAsOf> TimeTravel::KeptBefore(uint64_t size) {
  absl::MutexLock lock(&mutex_);
  std::shared_ptr<const DocketAsOf> nearest;
  for (const auto& each : kept_) {
    const uint64_t there = each->log->next_sequence();
    if (there < size && (nearest == nullptr || there > nearest->log->next_sequence())) nearest = each;
  }
  return nearest;
}

void TimeTravel::Keep(const std::shared_ptr<const DocketAsOf>& then) {
  std::shared_ptr<const DocketAsOf> gone;  // closed without the lock
  absl::MutexLock lock(&mutex_);
  kept_.push_front(then);
  if (kept_.size() <= kKept) return;
  gone = std::move(kept_.back());
  kept_.pop_back();
}

void TimeTravel::Answer(Then then, absl::StatusOr<std::shared_ptr<const DocketAsOf>> result) {
  boost::asio::post(answering_, [then = std::move(then), result = std::move(result)]() mutable {
    then(std::move(result));
  });
}

absl::StatusOr<uint64_t> TimeTravel::SizeAt(int64_t moment_micros) const {
  // Times never go back along the log.
  uint64_t low = 0;
  uint64_t high = docket_.log->next_sequence();
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    v1::EventRecord event;
    RETURN_IF_ERROR(log::ReadRecord(*docket_.log, middle, event));
    if (event.recorded_at_micros() <= moment_micros) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace klaim::services
