#include "engine/domain/core/docket.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
absl::Status CheckOneEventAStream(const Decision& decision) {
  absl::flat_hash_set<uint64_t> streams;
  for (const v1::EventRecord* event : decision.events()) {
    if (event->stream_version() == 0 || streams.insert(event->stream()).second) continue;
    return absl::InternalError(absl::StrCat("this would be recorded twice of number ", event->stream(),
                                            " at once, so nothing was recorded: ask for it in two requests"));
  }
  return absl::OkStatus();
}

absl::Status Docket::Load(uint64_t id,
                          absl::FunctionRef<absl::Status(const v1::EventRecord&)> visitor) const {
  const auto opening = std::lower_bound(
      openings_.begin(), openings_.end(), id,
      [](const v1::EventRecord* event, uint64_t stream) { return event->stream() < stream; });
  // Its later events, if any, would have brought it into memory.
  if (opening != openings_.end() && (*opening)->stream() == id) return visitor(**opening);
  return loader_(id, visitor);
}

absl::StatusOr<AnyAggregate*> Docket::FindAny(uint64_t id) {
  if (auto found = young_.find(id); found != young_.end()) return found->second.get();
  if (auto found = old_.find(id); found != old_.end()) {
    AnyAggregate* state = found->second.get();
    young_.emplace(id, std::move(found->second));
    old_.erase(found);
    return state;
  }
  std::unique_ptr<AnyAggregate> state;
  absl::Status loaded = Load(id, [&](const v1::EventRecord& event) -> absl::Status {
    if (state == nullptr) {
      // A number is an aggregate's only if its event opened a stream.
      if (event.stream() != id) return absl::NotFoundError("not the first event of a stream");
      ASSIGN_OR_RETURN(state, MakeState(event));
    }
    return state->EvolveBy(event);
  });
  if (!loaded.ok()) return loaded;
  if (state == nullptr) return absl::NotFoundError("an empty stream");
  return young_.emplace(id, std::move(state)).first->second.get();
}

void Docket::VisitOpenings(absl::FunctionRef<void(const v1::EventRecord&)> visitor) const {
  for (const v1::EventRecord* event : openings_) visitor(*event);
}

absl::Status Docket::Evolve(const v1::EventRecord& event) {
  next_sequence_ = event.sequence() + 1;
  if (event.stream_version() == 0) {
    // Its state can wait; a kind that can't be folded may not reach the log.
    if (auto kind = MakeState(event); !kind.ok()) return kind.status();
    openings_.push_back(&event);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(auto state, FindAny(event.stream()));
  return state->EvolveBy(event);
}

void Docket::Trim(uint64_t durable_sequence) {
  while (!openings_.empty() && openings_.front()->sequence() < durable_sequence) openings_.pop_front();
  if (young_.size() < capacity_ / 2 || durable_sequence < old_next_sequence_) return;
  old_ = std::move(young_);
  young_.clear();
  old_next_sequence_ = next_sequence_;
}

}  // namespace klaim::domain
