#include "projections/jobs.h"

namespace klaim::projections {

void Jobs::Apply(const v1::EventRecord& event, Rows& rows) {
  // Whatever opens the stream of a job begins it.
  const bool of_a_job = event.event_case() >= 420 && event.event_case() < 440;
  if (of_a_job && event.stream_version() == 0) {
    rows.Put(Key('r').Number(event.stream()), "");
    rows.Put(Key('j').Number(~event.stream()), Key('-').Number(event.stream()));
  } else if (event.has_job_ended()) {
    rows.Delete(Key('r').Number(event.stream()));
  }
}

}  // namespace klaim::projections
