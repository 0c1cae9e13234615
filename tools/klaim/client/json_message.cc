#include "tools/klaim/client/json_message.h"

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/merkle/hash.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "klaim/v1/common.pb.h"
#include "tools/installation/authority.h"

namespace klaim::tools {

absl::Status ParseJsonMessage(const std::string& where, const std::string& text,
                              google::protobuf::Message& message) {
  const auto parsed = google::protobuf::util::JsonStringToMessage(text, &message);
  if (parsed.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(where, " is malformed, it is no ",
                                                 message.GetDescriptor()->name(),
                                                 " in JSON: ", std::string(parsed.message())));
}

absl::Status ReadJsonMessage(const std::string& path, google::protobuf::Message& message) {
  auto text = ReadFile(path);
  return text.ok() ? ParseJsonMessage(path, *text, message) : text.status();
}

absl::Status ReadReceipt(const std::string& path, v1::Receipt& receipt) {
  ASSIGN_OR_RETURN(auto text, ReadFile(path));
  google::protobuf::Struct whole;
  RETURN_IF_ERROR(ParseJsonMessage(path, text, whole));
  const auto answers = whole.fields().find(std::string("receipt"));
  std::string json = text;
  if (answers != whole.fields().end()) {
    json.clear();
    if (!google::protobuf::util::MessageToJsonString(answers->second, &json).ok()) {
      return absl::InvalidArgumentError(absl::StrCat(path, " is malformed: its receipt can't be read"));
    }
  }
  RETURN_IF_ERROR(ParseJsonMessage(path, json, receipt));
  if (receipt.leaf_hash().size() == sizeof(merkle::Hash)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(path, " is malformed, it is no receipt: leaf_hash is not a hash of 32 bytes"));
}

}  // namespace klaim::tools
