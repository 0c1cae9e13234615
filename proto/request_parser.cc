#include "proto/request_parser.h"

#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/stubs/common.h"
#include "google/protobuf/unknown_field_set.h"
#include "google/protobuf/wire_format_lite.h"
#include "proto/gzip.h"

namespace klaim::proto {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

// The highest field number that there is; no message of the vocabulary has it.
constexpr int kFaultNumber = FieldDescriptor::kMaxNumber;

// Requests of fewer bytes can't take much memory, whatever they consist of.
constexpr size_t kWorthCounting = 64 << 10;

// Each message, text, group and number of a list takes tens of bytes once it is parsed and looked at, and one or two of
// the request. No list that a service takes has so many.
constexpr int kMaxParts = 300'000;

constexpr absl::string_view kGzipBegins = "\x1f\x8b";

enum class Shape { kFits, kHasTooManyParts, kBroken };

Shape ShapeOf(const Descriptor& type, CodedInputStream& in, int& parts);

// Of a list of numbers, of so many bytes: each number ends with a byte below 0x80. Those of fixed length may count for more; callers
// send none.
Shape ShapeOfNumbers(int bytes, CodedInputStream& in, int& parts) {
  while (bytes > 0) {
    const void* data = nullptr;
    int size = 0;
    if (!in.GetDirectBufferPointer(&data, &size)) return Shape::kBroken;
    size = std::min(size, bytes);
    const auto* first = static_cast<const uint8_t*>(data);
    parts += static_cast<int>(std::count_if(first, first + size, [](uint8_t byte) { return byte < 0x80; }));
    if (parts > kMaxParts) return Shape::kHasTooManyParts;
    if (!in.Skip(size)) return Shape::kBroken;
    bytes -= size;
  }
  return Shape::kFits;
}

// Of what says how long it is.
Shape ShapeOfSized(const FieldDescriptor* field, CodedInputStream& in, int& parts) {
  uint32_t size = 0;
  if (!in.ReadVarint32(&size)) return Shape::kBroken;
  // The parser would only find out behind it.
  const int bytes = static_cast<int>(size);
  const int most = in.BytesUntilLimit();
  if (bytes < 0 || (most >= 0 && bytes > most)) return Shape::kBroken;
  if (field != nullptr && field->is_packable()) return ShapeOfNumbers(bytes, in, parts);
  if (field == nullptr || field->type() != FieldDescriptor::TYPE_MESSAGE)
    return in.Skip(bytes) ? Shape::kFits : Shape::kBroken;
  const auto outer = in.PushLimit(bytes);
  const Shape inner = ShapeOf(*field->message_type(), in, parts);
  if (inner != Shape::kFits) return inner;
  if (in.BytesUntilLimit() != 0) return Shape::kBroken;
  in.PopLimit(outer);
  return Shape::kFits;
}

// Looks at the whole of a message without copying any of it, and ends at the first part that is too many on top of `parts`. The
// vocabulary has no type that holds itself, so the depth is bounded; what an unknown group holds is counted as if it stood here.
Shape ShapeOf(const Descriptor& type, CodedInputStream& in, int& parts) {
  while (const uint32_t tag = in.ReadTag()) {
    const auto kind = WireFormatLite::GetTagWireType(tag);
    if (kind == WireFormatLite::WIRETYPE_END_GROUP) continue;
    const bool sized = kind == WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
    const bool group = kind == WireFormatLite::WIRETYPE_START_GROUP;
    const FieldDescriptor* field = type.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
    const bool counts = sized || group || field == nullptr || field->is_repeated();
    if (counts && ++parts > kMaxParts) return Shape::kHasTooManyParts;
    if (group) continue;
    if (!sized && !WireFormatLite::SkipField(&in, tag)) return Shape::kBroken;
    if (!sized) continue;
    if (const Shape part = ShapeOfSized(field, in, parts); part != Shape::kFits) return part;
  }
  return in.ConsumedEntireMessage() ? Shape::kFits : Shape::kBroken;
}

// Of what is worth looking at.
Shape ShapeOf(grpc::ByteBuffer& bytes, const Descriptor& type) {
  if (bytes.Length() <= kWorthCounting) return Shape::kFits;
  grpc::ProtoBufferReader reader(&bytes);
  if (!reader.status().ok()) return Shape::kBroken;
  CodedInputStream in(&reader);
  int parts = 0;
  return ShapeOf(type, in, parts);
}

// What is wrong with a request, in place of what it held.
void Leave(const Fault& fault, google::protobuf::Message& message) {
  message.Clear();
  auto& notes = *message.GetReflection()->MutableUnknownFields(&message);
  notes.AddLengthDelimited(kFaultNumber, fault.field);
  notes.AddLengthDelimited(kFaultNumber, fault.what);
}

bool IsRequest(const google::protobuf::Message& message) {
  const std::string& name = message.GetDescriptor()->name();
  return name.size() > 7 && name.compare(name.size() - 7, 7, "Request") == 0;
}

// The path of the first text that isn't UTF-8, or nothing. The vocabulary has no type that holds itself, so
// the depth is bounded.
std::string NotUtf8In(const Descriptor& type, CodedInputStream& in, const std::string& path) {
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
      if (std::string fault = NotUtf8In(*field->message_type(), inner, name + "."); !fault.empty())
        return fault;
    }
  }
  return "";
}

Fault FaultIn(grpc::ByteBuffer& bytes, const Descriptor& type) {
  grpc::ProtoBufferReader reader(&bytes);
  if (!reader.status().ok()) return {};
  CodedInputStream in(&reader);
  const std::string field = NotUtf8In(type, in, "");
  if (field.empty()) return {};
  return {field, "is not valid UTF-8: convert the text to UTF-8 and send it again"};
}

// False for what claims to be gzip and isn't, or is too long. No message begins as gzip does: its first byte would name a type
// of field that there isn't.
bool Uncompress(grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  if (!bytes.Dump(&slices).ok()) return true;
  std::string begins;
  for (size_t i = 0; i < slices.size() && begins.size() < kGzipBegins.size(); ++i)
    begins.append(reinterpret_cast<const char*>(slices[i].begin()),
                  std::min(slices[i].size(), kGzipBegins.size()));
  if (!absl::StartsWith(begins, kGzipBegins)) return true;
  std::string packed;
  for (const grpc::Slice& slice : slices)
    packed.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  auto plain = Gunzip(packed, kMaxRequestBytes);
  if (!plain.ok()) return false;
  const grpc::Slice slice(*plain);
  bytes = grpc::ByteBuffer(&slice, 1);
  return true;
}

}  // namespace

grpc::Status Parse(grpc::ByteBuffer& bytes, google::protobuf::Message& message) {
  const bool request = IsRequest(message);
  if (request && !Uncompress(bytes)) {
    bytes.Clear();
    message.Clear();
    Leave({"request", "is not whole in gzip, or has more than 8 MiB once it is uncompressed: split it"},
          message);
    return grpc::Status::OK;
  }
  const Shape shape = request ? ShapeOf(bytes, *message.GetDescriptor()) : Shape::kFits;
  bool parsed = false;
  if (shape == Shape::kFits) {
    grpc::ProtoBufferReader reader(&bytes);
    if (!reader.status().ok()) return reader.status();
    parsed = message.ParseFromZeroCopyStream(&reader);
  }
  if (!parsed && request) {
    Leave(shape == Shape::kHasTooManyParts ? Fault{"request", "has more than 300,000 parts: split it"}
                                           : FaultIn(bytes, *message.GetDescriptor()),
          message);
    parsed = true;
  }
  bytes.Clear();
  return parsed ? grpc::Status::OK : grpc::Status(grpc::StatusCode::INTERNAL, "the message can't be parsed");
}

std::optional<Fault> FaultOf(const google::protobuf::Message& request) {
  const auto& unknown = request.GetReflection()->GetUnknownFields(request);
  std::vector<std::string> notes;
  for (int i = 0; i < unknown.field_count(); ++i) {
    if (unknown.field(i).number() == kFaultNumber &&
        unknown.field(i).type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED) {
      notes.push_back(unknown.field(i).length_delimited());
    }
  }
  if (notes.empty()) return std::nullopt;
  // Who sends such a note as its own is taken at its word: it is no request.
  return notes.size() == 2 ? Fault{notes[0], notes[1]} : Fault();
}

}  // namespace klaim::proto
