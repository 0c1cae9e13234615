#include "engine/domain/core/decision.h"

#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {

v1::EventRecord& Decision::Add(uint64_t stream, uint32_t version) {
  auto* event = google::protobuf::Arena::CreateMessage<v1::EventRecord>(arena_);
  event->set_sequence(next_sequence());
  event->set_stream(stream);
  event->set_stream_version(version);
  event->set_causation(first_sequence_);
  events_.push_back(event);
  return *event;
}

}  // namespace klaim::domain
