// Writes the labels by which a fold names the events that it leaves alone, so that the compiler finds each fold of an aggregate that a new
// event of it was forgotten in:
//
//   switch (event.event_case()) {
//     case v1::EventRecord::kDocumentHeld: ...
//     case v1::EventRecord::kDocumentVerified:  // an event of the aggregate that changes nothing here
//     case KLAIM_ALL_BUT_DOCUMENT_EVENTS:       // all other aggregates'
//       break;
//   }
//
// KLAIM_DOCUMENT_EVENTS are those of the aggregate, for a fold of several. There is no `default`.

#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "klaim/v1/aggregate.pb.h"
#include "klaim/v1/event_record.pb.h"

namespace {

using Labels = std::vector<std::string>;

// "k" and the field's name as C++ has it: kDocumentHeld.
std::string LabelOf(const google::protobuf::FieldDescriptor& field) {
  std::string label = "klaim::v1::EventRecord::k";
  bool upper = true;
  for (char c : field.name()) {
    if (c == '_') {
      upper = true;
      continue;
    }
    label += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = false;
  }
  return label;
}

void Write(const std::string& name, const Labels& labels) {
  std::cout << "#define " << name;
  for (size_t i = 0; i < labels.size(); ++i) std::cout << (i == 0 ? " \\\n  " : ": \\\n  case ") << labels[i];
  std::cout << "\n\n";
}

}  // namespace

int main() {
  const std::string prefix = "AGGREGATE_KIND_";
  std::map<std::string, Labels> of_kind;
  const auto& events = *klaim::v1::EventRecord::descriptor()->FindOneofByName("event");
  for (int i = 0; i < events.field_count(); ++i) {
    const auto kind = events.field(i)->options().GetExtension(klaim::v1::aggregate);
    of_kind[klaim::v1::AggregateKind_Name(kind).substr(prefix.size())].push_back(LabelOf(*events.field(i)));
  }
  std::cout
      << "// Made by proto/make_event_cases.cc.\n#pragma once\n\n#include \"klaim/v1/event_record.pb.h\"\n\n";
  for (const auto& [kind, labels] : of_kind) {
    Write("KLAIM_" + kind + "_EVENTS", labels);
    Labels others = {"klaim::v1::EventRecord::EVENT_NOT_SET"};
    for (const auto& [other, of_other] : of_kind) {
      if (other != kind) others.insert(others.end(), of_other.begin(), of_other.end());
    }
    Write("KLAIM_ALL_BUT_" + kind + "_EVENTS", others);
  }
  std::cout << std::flush;
  return std::cout ? 0 : 1;
}
