#include "engine/sequencer/folded.h"

#include "engine/record/encoded_record.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::sequencer {

absl::Status VisitAggregate(const log::LogReader& log, absl::string_view field, absl::string_view kind,
                            uint64_t id, bool (*is_kind)(const domain::AnyAggregate&),
                            const std::function<absl::Status(const v1::EventRecord&)>& visit) {
  v1::EventRecord event;
  const auto look = [&](uint64_t sequence, absl::string_view bytes) -> absl::Status {
    RETURN_IF_ERROR(record::DecodeRecord(sequence, bytes, event));
    if (event.stream() != id) return domain::UnknownId(field, kind, id);
    if (event.stream_version() == 0) {
      const auto fresh = domain::MakeState(event);
      if (!fresh.ok() || !is_kind(**fresh)) return domain::UnknownId(field, kind, id);
    }
    return visit(event);
  };
  absl::Status status;
  const absl::Status read = log.ReadStream(id, [&](uint64_t sequence, absl::string_view bytes) {
    status = look(sequence, bytes);
    return status.ok();
  });
  if (absl::IsNotFound(read)) return domain::UnknownId(field, kind, id);
  RETURN_IF_ERROR(read);
  return status;
}

}  // namespace klaim::sequencer
