// Parsing requests so that a caller learns what was wrong with one.
//
// gRPC answers what it can't parse with an empty UNIMPLEMENTED, or ends a stream as if it were over. What
// callers send most of that kind is a text in another encoding than UTF-8. So for every message whose name
// ends in "Request" the parser below takes gRPC's place: a request that can't be parsed arrives empty but for
// a note of what is wrong with it, and whoever takes the request in asks FaultOf() first. So does one that has
// more parts than any list may: a million empty messages take fifty times their bytes once they are parsed.
// Included by the generated stubs.
#pragma once

#include <optional>
#include <string>
#include <type_traits>

#include "google/protobuf/message.h"
#include "grpcpp/impl/codegen/proto_utils.h"

namespace klaim::proto {

// Of one request, also once it is uncompressed.
inline constexpr int kMaxRequestBytes = 8 << 20;

// Parses a message. A request may be compressed by gzip, and is uncompressed here, as far as a request may be long: gRPC would
// bound what comes in, but not what that expands to. When it can't be parsed: a request is left empty but for its fault, with OK; anything
// else is INTERNAL.
grpc::Status Parse(grpc::ByteBuffer& bytes, google::protobuf::Message& message);

// What kept a request from being parsed. Both are empty when the bytes are no such request at all.
struct Fault {
  std::string field;  // path of a field, as in "heads[0].code"; "request" for all of it
  std::string what;   // what is wrong with it, and what to do
};

// A text that is not valid UTF-8, or more messages, texts, groups and numbers of lists than can be kept; nothing when the
// request was parsed.
std::optional<Fault> FaultOf(const google::protobuf::Message& request);

}  // namespace klaim::proto

namespace grpc {

// More constrained than gRPC's own for all messages, and so preferred to it.
template <class T>
requires std::is_base_of_v<google::protobuf::Message, T>
class SerializationTraits<
    T, typename std::enable_if<std::is_base_of<grpc::protobuf::MessageLite, T>::value>::type> {
 public:
  static Status Serialize(const grpc::protobuf::MessageLite& message, ByteBuffer* bytes, bool* own_buffer) {
    return GenericSerialize<ProtoBufferWriter, T>(message, bytes, own_buffer);
  }
  static Status Deserialize(ByteBuffer* bytes, T* message) {
    if (bytes == nullptr) return Status(StatusCode::INTERNAL, "No payload");
    return klaim::proto::Parse(*bytes, *message);
  }
};

}  // namespace grpc
