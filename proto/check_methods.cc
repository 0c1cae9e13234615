// Checks a set of descriptors (protoc --descriptor_set_out --include_imports) for what the vocabulary must declare. Run by the build, which
// fails when something is missing:
//
//   each method          its (permission) and (scope)
//   each event           its (aggregate)
//   each request         of a number that names something, what it (names); where it holds personal data, what it is (sealed_under)
//   personal data        stands in a message that an event holds too: it is sealed under that message's name, and could never be
//                        opened again under another

#include <fstream>
#include <iostream>
#include <set>
#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "klaim/v1/aggregate.pb.h"
#include "klaim/v1/naming.pb.h"
#include "klaim/v1/permission.pb.h"

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

int faults = 0;

void Fault(const std::string& file, const std::string& what) {
  ++faults;
  std::cerr << file << ": error: " << what << std::endl;
}

bool EndsWith(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// A message and all that it can hold.
void Reach(const Descriptor* type, std::set<const Descriptor*>& reached) {
  // Personal data comes in clear, and is refused elsewhere if it doesn't.
  if (type->full_name() == "klaim.v1.Protected" || !reached.insert(type).second) return;
  for (int i = 0; i < type->field_count(); ++i) {
    if (type->field(i)->message_type() != nullptr) Reach(type->field(i)->message_type(), reached);
  }
}

bool IsProtected(const FieldDescriptor& field) {
  return field.message_type() != nullptr && field.message_type()->full_name() == "klaim.v1.Protected";
}

void CheckNames(const Descriptor* type) {
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor& field = *type->field(i);
    const bool number =
        field.type() == FieldDescriptor::TYPE_UINT64 || field.type() == FieldDescriptor::TYPE_FIXED64;
    if (!number || !(EndsWith(field.name(), "_id") || EndsWith(field.name(), "_ids"))) continue;
    if (field.options().GetExtension(klaim::v1::names) == klaim::v1::NAMES_UNSPECIFIED)
      Fault(type->file()->name(), type->name() + "." + field.name() + " must declare what it (names)");
  }
}

}  // namespace

int main(int argc, char** argv) {
  google::protobuf::FileDescriptorSet files;
  std::ifstream in(argc == 2 ? argv[1] : "", std::ios::binary);
  if (!files.ParseFromIstream(&in)) {
    std::cerr << "check_methods: name a file that protoc --descriptor_set_out wrote" << std::endl;
    return 2;
  }
  google::protobuf::DescriptorPool pool;
  std::set<const Descriptor*> requests;
  int methods = 0;
  for (const auto& read : files.file()) {
    const auto* file = pool.BuildFile(read);
    if (file == nullptr) return 2;
    for (int i = 0; i < file->service_count(); ++i) {
      for (int k = 0; k < file->service(i)->method_count(); ++k) {
        const auto& method = *file->service(i)->method(k);
        ++methods;
        requests.insert(method.input_type());
        // Of a stream, its parts are asked for one by one.
        for (int part = 0; method.client_streaming() && part < method.input_type()->field_count(); ++part) {
          const auto* type = method.input_type()->field(part)->message_type();
          if (type != nullptr) requests.insert(type);
        }
        if (method.options().GetExtension(klaim::v1::permission) == klaim::v1::PERMISSION_UNSPECIFIED ||
            method.options().GetExtension(klaim::v1::scope) == klaim::v1::SCOPE_UNSPECIFIED)
          Fault(file->name(), method.full_name() + " must declare (permission) and (scope)");
      }
    }
  }
  const Descriptor* record = pool.FindMessageTypeByName("klaim.v1.EventRecord");
  if (methods == 0 || record == nullptr) return 2;
  for (int i = 0; i < record->oneof_decl(0)->field_count(); ++i) {
    const FieldDescriptor& event = *record->oneof_decl(0)->field(i);
    if (event.options().GetExtension(klaim::v1::aggregate) == klaim::v1::AGGREGATE_KIND_UNSPECIFIED)
      Fault(record->file()->name(), "EventRecord." + event.name() + " must declare (aggregate)");
  }
  std::set<const Descriptor*> in_events;
  Reach(record, in_events);
  std::set<const Descriptor*> in_requests;
  for (const Descriptor* request : requests) {
    std::set<const Descriptor*> held;
    Reach(request, held);
    bool personal = false;
    for (const Descriptor* type : held) {
      for (int i = 0; i < type->field_count(); ++i) {
        if (!IsProtected(*type->field(i))) continue;
        personal = true;
        if (!in_events.contains(type))
          Fault(type->file()->name(), type->name() + "." + type->field(i)->name() +
                                          " holds personal data, and no event holds a " + type->name() +
                                          ": what is sealed under that name could never be opened again");
      }
    }
    if (personal &&
        request->options().GetExtension(klaim::v1::sealed_under) == klaim::v1::SEALED_UNDER_UNSPECIFIED)
      Fault(request->file()->name(),
            request->name() + " holds personal data, and must declare what it is (sealed_under)");
    in_requests.merge(held);
  }
  for (const Descriptor* type : in_requests) {
    if (type->full_name().rfind("klaim.v1.", 0) == 0) CheckNames(type);
  }
  return faults == 0 ? 0 : 1;
}
