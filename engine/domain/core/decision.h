// What a decision knows and what it yields. Pure data: no clock, no randomness.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/domain/core/aggregate.h"
#include "google/protobuf/arena.h"

namespace klaim::domain {

// Who asks, and when: handed in by the sequencer.
struct Context {
  int64_t now_micros = 0;        // the time that the events will bear
  std::string actor;             // "sari@12"
  uint64_t organisation_id = 0;  // the actor's organisation
};

// The events that a request causes, in order. All of them are recorded or none.
//
// A decision puts at most one event into each stream that exists already; a new stream is named by the
// sequence of its first event.
class Decision {
 public:
  Decision(google::protobuf::Arena* arena, uint64_t first_sequence)
      : arena_(arena), first_sequence_(first_sequence) {}

  // The sequence that the next event will have; the number of the stream that it would open.
  uint64_t next_sequence() const { return first_sequence_ + events_.size(); }

  // An event that opens a new stream.
  v1::EventRecord& Open() { return Add(next_sequence(), 0); }

  // An event of an existing aggregate.
  template <class State>
  v1::EventRecord& Append(const State& state) {
    return Add(state.id, state.version);
  }

  const std::vector<v1::EventRecord*>& events() const { return events_; }

 private:
  v1::EventRecord& Add(uint64_t stream, uint32_t version);

  google::protobuf::Arena* arena_;
  uint64_t first_sequence_;
  std::vector<v1::EventRecord*> events_;
};

}  // namespace klaim::domain
