#include "proto/request_parser.h"

#include <map>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/stubs/common.h"
#include "google/protobuf/unknown_field_set.h"
#include "google/protobuf/wire_format_lite.h"

namespace klaim::proto {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

// The highest field number that there is; no message of the vocabulary has it.
constexpr int kFaultNumber = FieldDescriptor::kMaxNumber;

bool IsRequest(const google::protobuf::Message& message) {
  const std::string& name = message.GetDescriptor()->name();
  return name.size() > 7 && name.compare(name.size() - 7, 7, "Request") == 0;
}

// The path of the first text that isn't UTF-8, or nothing. The vocabulary has no type that holds itself, so
// the depth is bounded.
std::string FindFault(const Descriptor& type, CodedInputStream& in, const std::string& path) {
  std::map<int, int> seen;  // of repeated fields, by number
  while (const uint32_t tag = in.ReadTag()) {
    if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      if (!WireFormatLite::SkipField(&in, tag)) return "";
      continue;
    }
    std::string bytes;
    uint32_t size = 0;
    if (!in.ReadVarint32(&size) || !in.ReadString(&bytes, static_cast<int>(size))) return "";
    const FieldDescriptor* field = type.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
    if (field == nullptr) continue;
    std::string name = path + field->name();
    if (field->is_repeated()) name += "[" + std::to_string(seen[field->number()]++) + "]";
    if (field->type() == FieldDescriptor::TYPE_STRING) {
      if (!google::protobuf::internal::IsStructurallyValidUTF8(bytes.data(), static_cast<int>(bytes.size())))
        return name;
    } else if (field->type() == FieldDescriptor::TYPE_MESSAGE) {
      CodedInputStream inner(reinterpret_cast<const uint8_t*>(bytes.data()), static_cast<int>(bytes.size()));
      if (std::string fault = FindFault(*field->message_type(), inner, name + "."); !fault.empty())
        return fault;
    }
  }
  return "";
}

}  // namespace

grpc::Status Parse(grpc::ByteBuffer& bytes, google::protobuf::Message& message) {
  bool parsed = false;
  {
    grpc::ProtoBufferReader reader(&bytes);
    if (!reader.status().ok()) return reader.status();
    parsed = message.ParseFromZeroCopyStream(&reader);
  }
  if (!parsed && IsRequest(message)) {
    grpc::ProtoBufferReader reader(&bytes);
    CodedInputStream in(&reader);
    const std::string fault = FindFault(*message.GetDescriptor(), in, "");
    message.Clear();
    message.GetReflection()->MutableUnknownFields(&message)->AddLengthDelimited(kFaultNumber, fault);
    parsed = true;
  }
  bytes.Clear();
  return parsed ? grpc::Status::OK : grpc::Status(grpc::StatusCode::INTERNAL, "the message can't be parsed");
}

std::optional<std::string> FaultOf(const google::protobuf::Message& request) {
  const auto& unknown = request.GetReflection()->GetUnknownFields(request);
  for (int i = 0; i < unknown.field_count(); ++i) {
    if (unknown.field(i).number() == kFaultNumber &&
        unknown.field(i).type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED) {
      return unknown.field(i).length_delimited();
    }
  }
  return std::nullopt;
}

}  // namespace klaim::proto
