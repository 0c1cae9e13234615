// What of an event is told to a caller outside the national body. The one place that says so: a list of fields by name. What isn't
// listed, a field of a later vocabulary too, is not told.
#pragma once

#include "google/protobuf/message.h"
#include "services/boundary/scope.h"
#include "services/identity/principal.h"

namespace klaim::v1 {
class EventRecord;
}  // namespace klaim::v1

namespace klaim::services {

// Takes out of an answer all parts of events that the caller isn't told, at any depth, personal data that stayed sealed with them.
// The national body is told everything. To be called once personal data was opened.
void KeepTold(const ScopeCheck& scope, const Principal& principal, google::protobuf::Message& answer);

// The same of one event; false when nothing of it is told, as of what the linkage found between this person and another
// organisation's: then it is left out.
bool KeepTold(const ScopeCheck& scope, const Principal& principal, v1::EventRecord& event);

// Whether a field of an event, or of a message within events, is ever told outside the national body.
bool IsTold(const google::protobuf::FieldDescriptor& field);

}  // namespace klaim::services
