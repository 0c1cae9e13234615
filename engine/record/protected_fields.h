// Finding the personal data in a message, whatever the message: every Protected field, by reflection.
// Which fields of a type can hold one is worked out once a type. Thread-safe.
#pragma once

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "klaim/v1/common.pb.h"

namespace klaim::record {

// True when a message of this type can hold a Protected field at any depth.
bool CanHoldProtected(const google::protobuf::Descriptor* type);

// Calls `visit` with each Protected field that is set, and its name: "Person.national_id" wherever the Person
// stands, so that the name is the same in a request, in an event and in an answer. Stops at the first error
// and returns it.
absl::Status VisitProtected(
    google::protobuf::Message& message,
    absl::FunctionRef<absl::Status(absl::string_view name, v1::Protected& value)> visit);

// The same, telling where each stands in this message too: "new_claimant.person.national_id".
absl::Status VisitProtectedAt(
    google::protobuf::Message& message,
    absl::FunctionRef<absl::Status(absl::string_view path, absl::string_view name, v1::Protected& value)>
        visit);

// An error that names the first Protected field that is not sealed (or erased); OK when there is none.
absl::Status RequireSealed(const google::protobuf::Message& message);

}  // namespace klaim::record
