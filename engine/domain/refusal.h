// How the domain says no: an absl::Status that names the field, what was wrong with it and what to do. The
// field goes along as a google.rpc.BadRequest payload, so that programs can find it too.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace klaim::domain {

// Type URL of the payload.
inline constexpr char kBadRequestUrl[] = "type.googleapis.com/google.rpc.BadRequest";

// The first bytes of a text in UTF-8, so many at the most, cut at a character's end.
absl::string_view BeginningOf(absl::string_view text, size_t most_bytes);

// What is wrong may repeat what a caller sent: of each refusal no more than the first 1,000 bytes are told.
//
// INVALID_ARGUMENT: the value of `field` ("heads[2].claimed.currency") can never be right.
absl::Status InvalidField(absl::string_view field, absl::string_view what);

// FAILED_PRECONDITION: the request would be right if things stood otherwise.
absl::Status NotNow(absl::string_view field, absl::string_view what);

// NOT_FOUND: nothing of this kind has the number.
absl::Status UnknownId(absl::string_view field, absl::string_view kind, uint64_t id);

// ALREADY_EXISTS: the value of `field` is taken.
absl::Status Taken(absl::string_view field, absl::string_view what);

// PERMISSION_DENIED: another person must do it (four eyes).
absl::Status AnotherPerson(absl::string_view field, absl::string_view what);

// Returns the refusal of a check from the function around it.
#define KLAIM_REFUSE_IF_NOT(check)                       \
  if (absl::Status refusal_ = (check); !refusal_.ok()) { \
    return refusal_;                                     \
  }

}  // namespace klaim::domain
