#include "simulation/random_filling.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "klaim/v1/common.pb.h"

namespace klaim::simulation {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

std::string RandomFilling::TextFor(const std::string& field) {
  static constexpr const char* kCodes[] = {"excess_recruitment_fee",
                                           "document_retention",
                                           "unpaid_wages",
                                           "meets_criteria",
                                           "as_valued",
                                           "not_proven",
                                           "AC04"};
  if (absl::StrContains(field, "currency")) return Below(random_, 3) == 0 ? "IDR" : "HKD";
  if (absl::StrContains(field, "country") || field == "destination")
    return Below(random_, 2) == 0 ? "ID" : "HK";
  if (absl::StrContains(field, "bic")) return "BRINIDJA";
  if (absl::StrContains(field, "sha256")) return std::string(32, static_cast<char>('a' + Below(random_, 26)));
  if (absl::StrContains(field, "media_type")) return "application/pdf";
  if (absl::EndsWith(field, "code") || absl::EndsWith(field, "codes") || field == "head") {
    return kCodes[Below(random_, std::size(kCodes))];
  }
  if (Below(random_, 20) == 0) return "";
  return absl::StrCat("text ", Below(random_, 30));
}

void RandomFilling::FillField(Message& message, const FieldDescriptor& field, int depth) {
  const Reflection& reflection = *message.GetReflection();
  const bool repeated = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (depth > 5 || field.is_map()) return;
      return Fill(
          repeated ? *reflection.AddMessage(&message, &field) : *reflection.MutableMessage(&message, &field),
          depth + 1);
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int number = field.enum_type()
                             ->value(static_cast<int>(
                                 Below(random_, static_cast<uint64_t>(field.enum_type()->value_count()))))
                             ->number();
      return repeated ? reflection.AddEnumValue(&message, &field, number)
                      : reflection.SetEnumValue(&message, &field, number);
    }
    case FieldDescriptor::CPPTYPE_UINT64: {
      const uint64_t number = number_for_(field.name());
      return repeated ? reflection.AddUInt64(&message, &field, number)
                      : reflection.SetUInt64(&message, &field, number);
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      const auto number =
          static_cast<int64_t>(Below(random_, 600'000)) - (Below(random_, 20) == 0 ? 300'000 : 0);
      return repeated ? reflection.AddInt64(&message, &field, number)
                      : reflection.SetInt64(&message, &field, number);
    }
    case FieldDescriptor::CPPTYPE_UINT32: {
      const auto number =
          static_cast<uint32_t>(field.name() == "year" ? 2026 + Below(random_, 3) : 1 + Below(random_, 12));
      return repeated ? reflection.AddUInt32(&message, &field, number)
                      : reflection.SetUInt32(&message, &field, number);
    }
    case FieldDescriptor::CPPTYPE_INT32: {
      const auto number = static_cast<int32_t>(Below(random_, 20));
      return repeated ? reflection.AddInt32(&message, &field, number)
                      : reflection.SetInt32(&message, &field, number);
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      return repeated ? reflection.AddBool(&message, &field, Below(random_, 2) == 0)
                      : reflection.SetBool(&message, &field, Below(random_, 2) == 0);
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string text = TextFor(field.name());
      return repeated ? reflection.AddString(&message, &field, std::move(text))
                      : reflection.SetString(&message, &field, std::move(text));
    }
    default:
      return;
  }
}

void RandomFilling::Fill(Message& message, int depth) {
  // The boundary lets no personal data in clear through.
  if (message.GetDescriptor() == v1::Protected::descriptor()) {
    static_cast<v1::Protected&>(message).mutable_sealed()->set_key_id(1);
    return;
  }
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *message.GetDescriptor()->field(i);
    if (field.name() == "request_id" || Below(random_, 6) == 0) continue;
    for (uint64_t count = field.is_repeated() ? Below(random_, 3) : 1; count > 0; --count)
      FillField(message, field, depth);
  }
}

}  // namespace klaim::simulation
