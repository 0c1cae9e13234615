#include "services/time_travel.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "engine/domain/refusal.h"

namespace klaim::services {
namespace {

constexpr size_t kKept = 3;

absl::Status Past() { return absl::FailedPreconditionError("the past can't be changed"); }

}  // namespace

absl::Status LogAsOf::Read(uint64_t from, Visitor visitor) const {
  return log_.Read(from, [&](uint64_t sequence, absl::string_view bytes) {
    return sequence < size_ && visitor(sequence, bytes);
  });
}

absl::Status LogAsOf::ReadStream(uint64_t stream, Visitor visitor) const {
  if (stream >= size_) return absl::NotFoundError(absl::StrCat("nothing had the number ", stream));
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
absl::StatusOr<std::vector<merkle::Hash>> LogAsOf::Append(uint64_t, const record::EncodedRecords&) {
  return Past();
}
absl::StatusOr<std::vector<std::optional<uint64_t>>> LogAsOf::FindRequests(absl::Span<const uint64_t>) const {
  return Past();
}

DocketAsOf::~DocketAsOf() {
  projector.reset();
  std::error_code ignored;
  std::filesystem::remove_all(scratch, ignored);
}

absl::StatusOr<std::shared_ptr<const DocketAsOf>> TimeTravel::To(uint64_t size) {
  if (size == 0 || size > docket_.log->next_sequence()) {
    return domain::InvalidField("klaim-as-of", "the log has no such record");
  }
  absl::MutexLock lock(&mutex_);
  for (auto each = kept_.begin(); each != kept_.end(); ++each) {
    if ((*each)->log->next_sequence() != size) continue;
    kept_.splice(kept_.begin(), kept_, each);
    return kept_.front();
  }
  auto then = std::make_shared<DocketAsOf>();
  then->log = std::make_unique<LogAsOf>(*docket_.log, size);
  then->scratch = absl::StrCat(docket_.folder.projections(), "-as-of-", size);
  std::error_code ignored;
  std::filesystem::remove_all(then->scratch, ignored);
  auto projector = projections::Projector::Open(then->scratch, *then->log);
  if (!projector.ok()) return projector.status();
  then->projector = *std::move(projector);
  if (absl::Status status = then->projector->FoldTo(size, [](uint64_t) {}); !status.ok()) return status;
  kept_.push_front(std::move(then));
  if (kept_.size() > kKept) kept_.pop_back();
  return kept_.front();
}

absl::StatusOr<uint64_t> TimeTravel::SizeAt(int64_t moment_micros) const {
  // Times never go back along the log.
  uint64_t low = 0;
  uint64_t high = docket_.log->next_sequence();
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    v1::EventRecord event;
    if (absl::Status status = log::ReadRecord(*docket_.log, middle, event); !status.ok()) return status;
    if (event.recorded_at_micros() <= moment_micros) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace klaim::services
