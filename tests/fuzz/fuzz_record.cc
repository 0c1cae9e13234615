// Bytes as records: decoding, their entry in the transparency log, and what readers make of them.

#include <google/protobuf/stubs/logging.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/domain/core/docket.h"
#include "engine/record/encoded_record.h"
#include "engine/record/protected_fields.h"
#include "klaim/v1/event_record.pb.h"
#include "tools/klaim/client/event_words.h"

// What can't be parsed is told to the log by Protocol Buffers, each time.
static const google::protobuf::LogSilencer silence;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace klaim;
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  v1::EventRecord event;
  std::string kept;
  (void)record::LogEntry(1, bytes, kept);
  if (!event.ParseFromArray(data, static_cast<int>(size))) return 0;
  (void)record::DecodeRecord(event.sequence(), bytes, event);
  (void)record::RequireSealed(event);
  (void)tools::EventSentence(event, tools::Language::kEnglish);
  (void)tools::EventDetails(event, tools::Language::kIndonesian);
  (void)domain::MakeState(event);
  return 0;
}
