// What a request brings of personal data is opened again from the event that holds it: each field of each request, through each message
// in which an event can hold it.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/privacy/sealing.h"
#include "engine/privacy/vault.h"
#include "engine/record/protected_fields.h"
#include "google/protobuf/dynamic_message.h"
#include "klaim/v1/event_record.pb.h"
#include "services/identity/methods.h"
#include "services/identity/principal.h"

namespace klaim::privacy {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool IsProtected(const FieldDescriptor& field) { return field.message_type() == v1::Protected::descriptor(); }

// Messages that hold personal data themselves, which a message can hold.
void Holders(const Descriptor* type, std::set<const Descriptor*>& seen,
             std::set<const Descriptor*>& holders) {
  if (!seen.insert(type).second) return;
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor& field = *type->field(i);
    if (IsProtected(field)) {
      holders.insert(type);
    } else if (field.message_type() != nullptr) {
      Holders(field.message_type(), seen, holders);
    }
  }
}

std::set<const Descriptor*> HoldersIn(const Descriptor* type) {
  std::set<const Descriptor*> seen;
  std::set<const Descriptor*> holders;
  Holders(type, seen, holders);
  return holders;
}

// Sets every personal field of every message of this kind within `message`, by its name; nothing where it can't hold one. True when one
// was set.
bool Put(Message& message, const Descriptor* kind, const Message& filled, int depth = 0) {
  const Descriptor* type = message.GetDescriptor();
  if (type == kind) {
    message.CopyFrom(filled);
    return true;
  }
  if (depth > 6) return false;
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (field->message_type() == nullptr || IsProtected(*field)) continue;
    if (!HoldersIn(field->message_type()).contains(kind)) continue;
    Message* inner = field->is_repeated() ? message.GetReflection()->AddMessage(&message, field)
                                          : message.GetReflection()->MutableMessage(&message, field);
    if (Put(*inner, kind, filled, depth + 1)) return true;
  }
  return false;
}

TEST(SealedInEvents, WhatEachRequestBringsIsOpenedFromTheEventThatHoldsIt) {
  const DataKey key{7, SecretKey()};
  const auto open = [&](uint64_t key_id) -> absl::StatusOr<DataKey> {
    if (key_id == key.key_id) return key;
    return absl::NotFoundError("no such key");
  };
  const auto in_events = HoldersIn(v1::EventRecord::descriptor());
  size_t opened = 0;
  for (const auto* method : services::AllMethods()) {
    for (const Descriptor* kind : HoldersIn(method->input_type())) {
      SCOPED_TRACE(absl::StrCat(method->input_type()->name(), " holds a ", kind->name()));
      ASSERT_TRUE(in_events.contains(kind))
          << "no event holds one: what is sealed under its name is never opened again";
      const auto* factory = google::protobuf::MessageFactory::generated_factory();
      const std::unique_ptr<Message> part(
          const_cast<google::protobuf::MessageFactory*>(factory)->GetPrototype(kind)->New());
      for (int i = 0; i < kind->field_count(); ++i) {
        if (!IsProtected(*kind->field(i))) continue;
        auto* value =
            static_cast<v1::Protected*>(part->GetReflection()->MutableMessage(part.get(), kind->field(i)));
        value->set_clear(absl::StrCat("secret of ", kind->field(i)->name()));
      }
      const std::unique_ptr<Message> request(
          const_cast<google::protobuf::MessageFactory*>(factory)->GetPrototype(method->input_type())->New());
      ASSERT_TRUE(Put(*request, kind, *part));
      ASSERT_TRUE(Seal(*request, key).ok());
      // As the sealed part goes from the request into the event, so it stands there.
      std::map<std::string, v1::Protected> sealed;
      ASSERT_TRUE(record::VisitProtected(*request, [&](absl::string_view name, v1::Protected& value) {
                    sealed[std::string(name)] = value;
                    return absl::OkStatus();
                  }).ok());
      v1::EventRecord event;
      ASSERT_TRUE(Put(event, kind, *part));
      ASSERT_TRUE(record::VisitProtected(event, [&](absl::string_view name, v1::Protected& value) {
                    value = sealed.at(std::string(name));
                    return absl::OkStatus();
                  }).ok());
      ASSERT_TRUE(Unseal(event, open).ok());
      ASSERT_TRUE(record::VisitProtected(event, [&](absl::string_view name, v1::Protected& value) {
                    EXPECT_EQ(value.clear(), absl::StrCat("secret of ", name.substr(name.find('.') + 1)));
                    ++opened;
                    return absl::OkStatus();
                  }).ok());
    }
  }
  EXPECT_GT(opened, 20u);
}

}  // namespace
}  // namespace klaim::privacy
