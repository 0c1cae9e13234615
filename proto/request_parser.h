// Parsing requests so that a caller learns what was wrong with one.
//
// gRPC answers what it can't parse with an empty UNIMPLEMENTED, or ends a stream as if it were over. What
// callers send most of that kind is a text in another encoding than UTF-8. So for every message whose name
// ends in "Request" the parser below takes gRPC's place: a request that can't be parsed arrives empty but for
// a note of what is wrong with it, and whoever takes the request in asks FaultOf() first. Included by the
// generated stubs.
#pragma once

#include <optional>
#include <string>
#include <type_traits>

#include "google/protobuf/message.h"
#include "grpcpp/impl/codegen/proto_utils.h"

namespace klaim::proto {

// Parses a message. When it can't be parsed: a request is left empty but for its fault, with OK; anything
// else is INTERNAL.
grpc::Status Parse(grpc::ByteBuffer& bytes, google::protobuf::Message& message);

// What kept a request from being parsed: the path of the field whose text is not valid UTF-8, as in
// "heads[0].code", or an empty path when the bytes are no such request at all. Nothing when it was parsed.
std::optional<std::string> FaultOf(const google::protobuf::Message& request);

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
