// Aggregates: the things whose histories are streams of events, each a fold of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/base/return_if_error.h"
#include "klaim/v1/aggregate.pb.h"

namespace klaim::v1 {
class EventRecord;
}  // namespace klaim::v1

namespace klaim::domain {

// What every aggregate's state begins with.
struct Aggregate {
  uint64_t id = 0;       // its stream's number
  uint32_t version = 0;  // how many events it has; the version that its next event will bear
};

// Of what an event is, as the vocabulary declares it; UNSPECIFIED for an event that this program doesn't know.
v1::AggregateKind KindOf(const v1::EventRecord& event);

// OK when the event comes next in a stream of `version` events: DATA_LOSS otherwise.
absl::Status CheckNext(const v1::EventRecord& event, uint32_t version);

// The number of the stream that an event is of.
uint64_t StreamOf(const v1::EventRecord& event);

// Folds one more event into the state of its stream. DATA_LOSS when it isn't the stream's next.
template <class State>
absl::Status EvolveState(State& state, const v1::EventRecord& event) {
  RETURN_IF_ERROR(CheckNext(event, state.version));
  state.id = StreamOf(event);
  ++state.version;
  Evolve(state, event);
  return absl::OkStatus();
}

// The state of an aggregate of any kind.
class AnyAggregate {
 public:
  virtual ~AnyAggregate() = default;
  // As EvolveState.
  virtual absl::Status EvolveBy(const v1::EventRecord& event) = 0;

  // The state, if it is of this kind; else null.
  template <class State>
  const State* As() const;
};

template <class State>
class AggregateOf final : public AnyAggregate {
 public:
  absl::Status EvolveBy(const v1::EventRecord& event) override { return EvolveState(state, event); }
  State state;
};

template <class State>
const State* AnyAggregate::As() const {
  const auto* found = dynamic_cast<const AggregateOf<State>*>(this);
  return found == nullptr ? nullptr : &found->state;
}

// A fresh state of the kind of aggregate that an event belongs to (engine/domain/aggregates.cc lists them); DATA_LOSS for an event that
// this program doesn't know.
absl::StatusOr<std::unique_ptr<AnyAggregate>> MakeState(const v1::EventRecord& event);

}  // namespace klaim::domain
