// The state of a docket as decisions see it: aggregates by number, each a fold of its stream.
//
// Only a bounded number is kept in memory; what is missing is folded from its stream, which is short. So a
// start needs no replay of the log; and a new claim, which is seldom looked at again soon, gets no state
// before it is asked for. Belongs to the sequencer's thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/aggregate.h"
#include "engine/domain/core/decision.h"
#include "engine/domain/core/refusal.h"

namespace klaim::domain {

// INTERNAL when a decision has two events of one aggregate that is there already: the second would not be its stream's next, so
// that neither can be taken. Asked of every decision before it is recorded: what a caller can bring about stops nothing.
absl::Status CheckOneEventAStream(const Decision& decision);

class Docket {
 public:
  // Reads a stream from its first event on. NOT_FOUND when nothing has the number.
  using Loader = std::function<absl::Status(uint64_t stream,
                                            absl::FunctionRef<absl::Status(const v1::EventRecord&)> visitor)>;

  // Keeps up to about `capacity` aggregates.
  Docket(Loader loader, size_t capacity) : loader_(std::move(loader)), capacity_(capacity) {}

  // The aggregate of this kind and number; otherwise a refusal that names `field`. Valid until the next
  // Trim().
  template <class State>
  absl::StatusOr<const State*> Find(absl::string_view field, uint64_t id) {
    auto found = FindAny(id);
    if (absl::IsNotFound(found.status())) return UnknownId(field, State::kKind, id);
    if (!found.ok()) return found.status();
    const State* state = (*found)->template As<State>();
    if (state == nullptr) return UnknownId(field, State::kKind, id);
    return state;
  }

  // The aggregate of this number, whatever it is; NOT_FOUND when there is none. Any other error says that it isn't known:
  // nothing may be allowed then. Valid until the next Trim().
  absl::StatusOr<const AnyAggregate*> Peek(uint64_t id) { return FindAny(id); }

  // Sees, in order, events that opened streams and that a reader of the log needn't find yet.
  void VisitOpenings(absl::FunctionRef<void(const v1::EventRecord&)> visitor) const;

  // Takes an event into account that was decided. Its aggregate is new, or was found by the decision. An
  // event that opens a stream must live until Trim() is told that it is durable.
  absl::Status Evolve(const v1::EventRecord& event);

  // Between decisions: forgets aggregates that were not used for long, if the log has all their events
  // (`durable_sequence` and on are not durable yet).
  void Trim(uint64_t durable_sequence);

 private:
  using Generation = absl::flat_hash_map<uint64_t, std::unique_ptr<AnyAggregate>>;

  absl::StatusOr<AnyAggregate*> FindAny(uint64_t id);
  absl::Status Load(uint64_t id, absl::FunctionRef<absl::Status(const v1::EventRecord&)> visitor) const;

  Loader loader_;
  size_t capacity_;
  // Two generations: what is used moves into the young one; when that is full, the old one is forgotten.
  Generation young_;
  Generation old_;
  std::deque<const v1::EventRecord*> openings_;  // that aren't durable yet, by stream
  uint64_t next_sequence_ = 0;                   // behind the last event evolved
  uint64_t old_next_sequence_ = 0;               // the same when `old_` became old
};

}  // namespace klaim::domain
