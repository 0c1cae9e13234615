// One aggregate as it stands, folded from its stream: for queries about one thing no read model is needed.
#pragma once

#include "absl/status/statusor.h"
#include "engine/domain/core/docket.h"
#include "engine/log/event_log.h"

namespace klaim::sequencer {

// The aggregate; UnknownId(field) when nothing of the kind has the number. `visit` sees each event on the
// way.
template <class State>
absl::StatusOr<State> Folded(
    const log::LogReader& log, absl::string_view field, uint64_t id,
    absl::FunctionRef<void(const v1::EventRecord&)> visit = [](const v1::EventRecord&) {}) {
  State state;
  v1::EventRecord event;
  absl::Status status;
  absl::Status read = log.ReadStream(id, [&](uint64_t sequence, absl::string_view bytes) {
    status = record::DecodeRecord(sequence, bytes, event);
    if (status.ok() && event.stream_version() == 0) {
      auto fresh = domain::MakeState(event);
      if (event.stream() != id || !fresh.ok() || (*fresh)->template As<State>() == nullptr) {
        status = domain::UnknownId(field, State::kKind, id);
      }
    }
    if (status.ok() && event.stream() != id) status = domain::UnknownId(field, State::kKind, id);
    if (status.ok()) status = domain::EvolveState(state, event);
    if (status.ok()) visit(event);
    return status.ok();
  });
  if (absl::IsNotFound(read)) return domain::UnknownId(field, State::kKind, id);
  if (!read.ok()) return read;
  if (!status.ok()) return status;
  return state;
}

}  // namespace klaim::sequencer
