#include "services/web/json_request.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/text.h"
#include "services/common/nearest_name.h"

namespace klaim::services {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// A value as it was written.
struct Value {
  enum class Kind { kNull, kBool, kNumber, kText, kList, kObject };
  Kind kind = Kind::kNull;
  bool truth = false;
  std::string text;                                   // of a text, or the digits of a number
  std::vector<Value> parts;                           // of a list
  std::vector<std::pair<std::string, Value>> fields;  // of an object, in order
  size_t at = 0;                                      // where it, or its name, stands
};

// Builds values from what the parser finds.
class Builder {
 public:
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

  void ReadsFrom(absl::string_view json) { json_ = json; }
  Value Take() { return std::move(root_); }

  using Code = boost::json::error_code;
  using Text = boost::json::string_view;
  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return Begin(Value::Kind::kObject); }
  bool on_object_end(std::size_t, Code&) { return End(); }
  bool on_array_begin(Code&) { return Begin(Value::Kind::kList); }
  bool on_array_end(std::size_t, Code&) { return End(); }
  bool on_key_part(Text part, std::size_t, Code&) { return Part(part); }
  bool on_key(Text part, std::size_t, Code&) {
    Part(part);
    key_ = std::exchange(text_, {});
    return true;
  }
  bool on_string_part(Text part, std::size_t, Code&) { return Part(part); }
  bool on_string(Text part, std::size_t, Code&) {
    Part(part);
    return Add(Value::Kind::kText, std::exchange(text_, {}));
  }
  bool on_number_part(Text part, Code&) { return Part(part); }
  bool on_int64(std::int64_t, Text part, Code&) { return Number(part); }
  bool on_uint64(std::uint64_t, Text part, Code&) { return Number(part); }
  bool on_double(double, Text part, Code&) { return Number(part); }
  bool on_bool(bool truth, Code&) {
    Value value;
    value.truth = truth;
    return Put(Value::Kind::kBool, std::move(value)) != nullptr;
  }
  bool on_null(Code&) { return Put(Value::Kind::kNull, {}) != nullptr; }
  bool on_comment_part(Text, Code&) { return true; }
  bool on_comment(Text, Code&) { return true; }

 private:
  bool Part(Text part) {
    const std::less<> before;
    const bool in_text =
        !before(part.data(), json_.data()) && !before(json_.data() + json_.size(), part.data());
    // What holds escapes stands in a buffer of the parser's: then the place of what came before is as near as can be told.
    if (in_text && text_.empty()) at_ = static_cast<size_t>(part.data() - json_.data());
    text_.append(part.data(), part.size());
    return true;
  }
  bool Number(Text part) {
    Part(part);
    return Add(Value::Kind::kNumber, std::exchange(text_, {}));
  }
  bool Add(Value::Kind kind, std::string text) {
    Value value;
    value.text = std::move(text);
    return Put(kind, std::move(value)) != nullptr;
  }
  bool Begin(Value::Kind kind) {
    open_.push_back(Put(kind, {}));
    return true;
  }
  bool End() {
    open_.pop_back();
    return true;
  }
  // Lists and objects that are open don't move while something is put into the innermost.
  Value* Put(Value::Kind kind, Value value) {
    value.kind = kind;
    value.at = at_;
    if (open_.empty()) return &(root_ = std::move(value));
    Value& outer = *open_.back();
    if (outer.kind == Value::Kind::kList) return &outer.parts.emplace_back(std::move(value));
    return &outer.fields.emplace_back(std::exchange(key_, {}), std::move(value)).second;
  }

  absl::string_view json_;
  std::string text_;
  std::string key_;
  size_t at_ = 0;
  Value root_;
  std::vector<Value*> open_;
};

// "line 3, character 17", from 1.
std::string PlaceOf(absl::string_view json, size_t at) {
  const absl::string_view before = json.substr(0, at);
  const size_t line = static_cast<size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  const size_t begin = before.rfind('\n') == absl::string_view::npos ? 0 : before.rfind('\n') + 1;
  return absl::StrCat("line ", line, ", character ", at - begin + 1);
}

// "100000", as it is written: "100.000" is a hundred thousand to one reader and a hundred to another, and "1e5" is nobody's amount.
bool IsInteger(absl::string_view text, bool& negative, uint64_t& magnitude) {
  negative = absl::ConsumePrefix(&text, "-");
  const bool plain = !text.empty() && (text == "0" || text[0] != '0') && domain::AllDigits(text);
  return plain && absl::SimpleAtoi(text, &magnitude);
}

class Reader {
 public:
  explicit Reader(absl::string_view json) : json_(json) {}

  absl::Status Read(const Value& value, Message& message) {
    ReadMessage(value, "", message);
    return refusals_.Summary();
  }

 private:
  void Wrong(const std::string& path, const Value& value, absl::string_view what) {
    refusals_.Note(domain::InvalidField(path.empty() ? "request" : path,
                                        absl::StrCat(what, " (", PlaceOf(json_, value.at), ")")));
  }

  static const FieldDescriptor* FieldNamed(const Descriptor& type, const std::string& name) {
    const FieldDescriptor* field = type.FindFieldByCamelcaseName(name);
    if (field == nullptr || field->json_name() != name) field = nullptr;
    return field != nullptr ? field : type.FindFieldByName(name);
  }

  static std::vector<std::string> NamesIn(const Descriptor& type) {
    std::vector<std::string> names;
    for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->json_name());
    return names;
  }

  void ReadMessage(const Value& value, const std::string& path, Message& message) {
    const Descriptor& type = *message.GetDescriptor();
    if (value.kind != Value::Kind::kObject)
      return Wrong(path, value, absl::StrCat("must be a ", type.name(), ", in braces"));
    std::set<const FieldDescriptor*> seen;
    for (const auto& [name, inner] : value.fields) {
      const FieldDescriptor* field = FieldNamed(type, name);
      // What a caller wrote is told as far as a name goes, and no further.
      const std::string shown = absl::CEscape(absl::string_view(name).substr(0, 60));
      const std::string at =
          absl::StrCat(path, path.empty() ? "" : ".", field == nullptr ? shown : field->name());
      if (field == nullptr) {
        const std::string nearest = NearestName(name, NamesIn(type));
        Wrong(at, inner,
              absl::StrCat("is no field of a ", type.name(),
                           nearest.empty() ? "" : absl::StrCat(": is ", nearest, " meant?")));
      } else if (!seen.insert(field).second) {
        Wrong(at, inner, "stands twice");
      } else if (inner.kind != Value::Kind::kNull) {
        const auto* oneof = field->containing_oneof();
        if (oneof != nullptr && message.GetReflection()->HasOneof(message, oneof)) {
          Wrong(at, inner,
                absl::StrCat("stands beside another of ", oneof->name(), ": only one of them can be"));
        } else {
          ReadField(inner, at, *field, message);
        }
      }
    }
  }

  void ReadField(const Value& value, const std::string& path, const FieldDescriptor& field,
                 Message& message) {
    const Reflection& reflection = *message.GetReflection();
    if (!field.is_repeated()) {
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
        return ReadMessage(value, path, *reflection.MutableMessage(&message, &field));
      return ReadScalar(value, path, field, message);
    }
    if (value.kind != Value::Kind::kList) return Wrong(path, value, "must be a list, in brackets");
    for (size_t i = 0; i < value.parts.size(); ++i) {
      const std::string at = absl::StrCat(path, "[", i, "]");
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        ReadMessage(value.parts[i], at, *reflection.AddMessage(&message, &field));
      } else {
        ReadScalar(value.parts[i], at, field, message);
      }
    }
  }

  template <class Number>
  bool ReadNumber(const Value& value, Number& number) {
    if (value.kind != Value::Kind::kNumber && value.kind != Value::Kind::kText) return false;
    bool negative = false;
    uint64_t magnitude = 0;
    if (value.text.empty() || !IsInteger(value.text, negative, magnitude)) return false;
    using Limits = std::numeric_limits<Number>;
    if (negative) {
      if (!Limits::is_signed && magnitude != 0) return false;
      if (magnitude > static_cast<uint64_t>(Limits::max()) + 1) return false;
      number = static_cast<Number>(0 - magnitude);
      return true;
    }
    if (magnitude > static_cast<uint64_t>(Limits::max())) return false;
    number = static_cast<Number>(magnitude);
    return true;
  }

  template <class Number, class Put>
  void PutNumber(const Value& value, const std::string& path, Put put) {
    Number number = 0;
    if (!ReadNumber(value, number)) {
      return Wrong(path, value,
                   absl::StrCat("must be a whole number, ", std::numeric_limits<Number>::min(), " to ",
                                std::numeric_limits<Number>::max()));
    }
    put(number);
  }

  void ReadEnum(const Value& value, const std::string& path, const FieldDescriptor& field, Message& message) {
    const EnumDescriptor& type = *field.enum_type();
    const Reflection& reflection = *message.GetReflection();
    const google::protobuf::EnumValueDescriptor* found = nullptr;
    int number = 0;
    if (value.kind == Value::Kind::kText) found = type.FindValueByName(value.text);
    if (value.kind == Value::Kind::kNumber && ReadNumber(value, number))
      found = type.FindValueByNumber(number);
    if (found == nullptr) {
      std::vector<std::string> names;
      for (int i = 1; i < type.value_count(); ++i) names.push_back(type.value(i)->name());
      const std::string nearest = value.kind == Value::Kind::kText ? NearestName(value.text, names) : "";
      return Wrong(
          path, value,
          absl::StrCat("must be a ", type.name(), ", as in ", nearest.empty() ? names.front() : nearest));
    }
    field.is_repeated() ? reflection.AddEnum(&message, &field, found)
                        : reflection.SetEnum(&message, &field, found);
  }

  // Base64, standard or for addresses, with or without its end.
  void ReadBytes(const Value& value, const std::string& path, const FieldDescriptor& field,
                 Message& message) {
    std::string text = absl::StrReplaceAll(value.text, {{"-", "+"}, {"_", "/"}});
    while (!text.empty() && text.back() == '=') text.pop_back();
    std::string bytes;
    const bool good =
        value.kind == Value::Kind::kText && text.size() % 4 != 1 &&
        absl::Base64Unescape(absl::StrCat(text, std::string((4 - text.size() % 4) % 4, '=')), &bytes);
    if (!good) return Wrong(path, value, "must be bytes in Base64");
    PutText(bytes, field, message);
  }

  static void PutText(const std::string& text, const FieldDescriptor& field, Message& message) {
    const Reflection& reflection = *message.GetReflection();
    field.is_repeated() ? reflection.AddString(&message, &field, text)
                        : reflection.SetString(&message, &field, text);
  }

  void ReadScalar(const Value& value, const std::string& path, const FieldDescriptor& field,
                  Message& message) {
    const Reflection& reflection = *message.GetReflection();
    const bool part = field.is_repeated();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        if (field.type() == FieldDescriptor::TYPE_BYTES) return ReadBytes(value, path, field, message);
        if (value.kind != Value::Kind::kText) return Wrong(path, value, "must be a text, in quotation marks");
        return PutText(value.text, field, message);
      case FieldDescriptor::CPPTYPE_BOOL:
        if (value.kind != Value::Kind::kBool) return Wrong(path, value, "must be true or false");
        return part ? reflection.AddBool(&message, &field, value.truth)
                    : reflection.SetBool(&message, &field, value.truth);
      case FieldDescriptor::CPPTYPE_ENUM:
        return ReadEnum(value, path, field, message);
      case FieldDescriptor::CPPTYPE_INT32:
        return PutNumber<int32_t>(value, path, [&](int32_t number) {
          part ? reflection.AddInt32(&message, &field, number)
               : reflection.SetInt32(&message, &field, number);
        });
      case FieldDescriptor::CPPTYPE_UINT32:
        return PutNumber<uint32_t>(value, path, [&](uint32_t number) {
          part ? reflection.AddUInt32(&message, &field, number)
               : reflection.SetUInt32(&message, &field, number);
        });
      case FieldDescriptor::CPPTYPE_INT64:
        return PutNumber<int64_t>(value, path, [&](int64_t number) {
          part ? reflection.AddInt64(&message, &field, number)
               : reflection.SetInt64(&message, &field, number);
        });
      case FieldDescriptor::CPPTYPE_UINT64:
        return PutNumber<uint64_t>(value, path, [&](uint64_t number) {
          part ? reflection.AddUInt64(&message, &field, number)
               : reflection.SetUInt64(&message, &field, number);
        });
      default:  // the vocabulary has no floating point
        return Wrong(path, value, "can't be read from JSON");
    }
  }

  const absl::string_view json_;
  domain::Refusals refusals_;
};

}  // namespace

absl::Status ReadJson(absl::string_view json, Message& message) {
  boost::json::basic_parser<Builder> parser{boost::json::parse_options()};
  parser.handler().ReadsFrom(json);
  boost::json::error_code error;
  const size_t read = parser.write_some(false, json.data(), json.size(), error);
  if (error || read < json.size()) {
    const bool behind = !error;
    return absl::InvalidArgumentError(
        absl::StrCat("request: is no JSON: ", behind ? "something stands behind its end" : error.message(),
                     " (", PlaceOf(json, std::min(read, json.size())), ")"));
  }
  const Value value = parser.handler().Take();
  return Reader(json).Read(value, message);
}

}  // namespace klaim::services
