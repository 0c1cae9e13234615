// What a request would record, without recording it: the decision is made against the log as it is, on a docket of its
// own.
#pragma once

#include "absl/status/statusor.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/docket.h"
#include "engine/log/event_log.h"
#include "engine/sequencer/sequencer.h"
#include "google/protobuf/arena.h"
#include "services/common/system_clock.h"

namespace klaim::services {

// Yields the events through `visit`; they live as long as it runs. Takes as long as reading all streams that the decision
// looks at.
template <class Request>
absl::Status DryRun(const log::LogReader& log, const Request& request,
                    absl::FunctionRef<absl::Status(domain::Docket&, const v1::EventRecord&)> visit) {
  constexpr size_t kCapacity = 4'000'000;  // nothing is forgotten meanwhile
  domain::Docket docket(sequencer::LoaderOf(log), kCapacity);
  google::protobuf::Arena arena;
  domain::Decision decision(&arena, log.next_sequence());
  domain::Context context;
  context.actor = "dry-run@0";
  context.now_micros = SystemClockMicros();
  RETURN_IF_ERROR(Decide(request, docket, context, decision));
  for (const v1::EventRecord* event : decision.events()) {
    RETURN_IF_ERROR(visit(docket, *event));
  }
  return absl::OkStatus();
}

}  // namespace klaim::services
