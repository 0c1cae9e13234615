// One aggregate as it stands, folded from its stream: for queries about one thing no read model is needed.
#pragma once

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/docket.h"
#include "engine/log/event_log.h"

namespace klaim::sequencer {

// Shows the events of a stream, oldest first, until `visit` fails. UnknownId(field) when nothing has the number, or something that
// isn't of the kind: `is_kind` is asked about a fresh state of what the first event opens.
absl::Status VisitAggregate(const log::LogReader& log, absl::string_view field, absl::string_view kind,
                            uint64_t id, bool (*is_kind)(const domain::AnyAggregate&),
                            const std::function<absl::Status(const v1::EventRecord&)>& visit);

// The aggregate; UnknownId(field) when nothing of the kind has the number. `visit` sees each event on the
// way.
template <class State>
absl::StatusOr<State> Folded(const log::LogReader& log, absl::string_view field, uint64_t id,
                             const std::function<void(const v1::EventRecord&)>& visit = nullptr) {
  State state;
  const auto fold = [&](const v1::EventRecord& event) {
    RETURN_IF_ERROR(domain::EvolveState(state, event));
    if (visit != nullptr) visit(event);
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(VisitAggregate(
      log, field, State::kKind, id,
      [](const domain::AnyAggregate& fresh) { return fresh.As<State>() != nullptr; }, fold));
  return state;
}

}  // namespace klaim::sequencer
