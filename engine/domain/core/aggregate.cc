#include "engine/domain/core/aggregate.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {

v1::AggregateKind KindOf(const v1::EventRecord& event) {
  // By the number of the event.
  static const auto& kinds = *[] {
    const auto* events = v1::EventRecord::descriptor()->FindOneofByName("event");
    auto* found = new std::vector<v1::AggregateKind>;
    for (int i = 0; i < events->field_count(); ++i) {
      const auto number = static_cast<size_t>(events->field(i)->number());
      if (found->size() <= number) found->resize(number + 1);
      (*found)[number] = events->field(i)->options().GetExtension(v1::aggregate);
    }
    return found;
  }();
  const auto number = static_cast<size_t>(event.event_case());
  return number < kinds.size() ? kinds[number] : v1::AGGREGATE_KIND_UNSPECIFIED;
}

uint64_t StreamOf(const v1::EventRecord& event) { return event.stream(); }

absl::Status CheckNext(const v1::EventRecord& event, uint32_t version) {
  if (event.stream_version() == version) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("record ", event.sequence(), " of the log is number ",
                                          event.stream_version(), " of its stream, where number ", version,
                                          " comes next"));
}

}  // namespace klaim::domain
