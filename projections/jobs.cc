#include "projections/jobs.h"

namespace klaim::projections {

void Jobs::Apply(const v1::EventRecord& event, Rows& rows) {
  if (event.has_bulk_decision_started()) {
    rows.Put(Key('r').Number(event.stream()), "");
    rows.Put(Key('j').Number(~event.stream()), Key('-').Number(event.stream()));
  } else if (event.has_job_ended()) {
    rows.Delete(Key('r').Number(event.stream()));
  }
}

}  // namespace klaim::projections
