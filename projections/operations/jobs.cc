#include "projections/operations/jobs.h"

#include "engine/domain/core/aggregate.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::projections {

void Jobs::Apply(const v1::EventRecord& event, Rows& rows) {
  // Whatever opens the stream of a job begins it.
  const bool of_a_job = domain::KindOf(event) == v1::AGGREGATE_KIND_JOB;
  if (of_a_job && event.stream_version() == 0) {
    rows.Put(Key('r').Number(event.stream()), "");
    rows.Put(Key('j').Number(~event.stream()), Key('-').Number(event.stream()));
  } else if (event.has_job_ended()) {
    rows.Delete(Key('r').Number(event.stream()));
  }
}

}  // namespace klaim::projections
