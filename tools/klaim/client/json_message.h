// Messages of the vocabulary that are handed in as JSON. Protobuf's own parser reads them (ProtoJSON): fields may be named as in
// the vocabulary or in lowerCamelCase, numbers of 64 bits be texts or numbers, bytes be in either Base64.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "klaim/v1/common.pb.h"

namespace klaim::tools {

// Reads `text` into `message`. INVALID_ARGUMENT, with `where` it stands and the name of the field that isn't known or has
// another type.
absl::Status ParseJsonMessage(const std::string& where, const std::string& text,
                              google::protobuf::Message& message);
// The same with the text of a file.
absl::Status ReadJsonMessage(const std::string& path, google::protobuf::Message& message);

// Reads a receipt, or the one that stands in an answer ("receipt"); what else the answer says isn't looked at.
// INVALID_ARGUMENT for a file that is no receipt.
absl::Status ReadReceipt(const std::string& path, v1::Receipt& receipt);

}  // namespace klaim::tools
