// Requests in ProtoJSON, read without anything being dropped: what isn't understood is told, all of it at once, each with its field and
// where it stands in the text.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace klaim::services {

// Reads JSON into a message of the vocabulary (https://protobuf.dev/programming-guides/json), whose names are written in camelCase or as
// in the vocabulary. INVALID_ARGUMENT for text that is no JSON, with the place; and, as google.rpc.BadRequest, for each unknown field, with
// the nearest known name, each field that stands twice, and each value that its field can't have. What a value is is never told: it may be personal.
absl::Status ReadJson(absl::string_view json, google::protobuf::Message& message);

}  // namespace klaim::services
