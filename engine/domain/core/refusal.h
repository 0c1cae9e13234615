// How the domain says no: an absl::Status that names the field, what was wrong with it and what to do. The
// field goes along as a google.rpc.BadRequest payload, so that programs can find it too.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace klaim::domain {

// Type URL of the payload.
inline constexpr char kBadRequestUrl[] = "type.googleapis.com/google.rpc.BadRequest";

// The first bytes of a text in UTF-8, at most `most_bytes`, cut at a character's end.
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

// Type URL of the payload that names what has it: google.rpc.ResourceInfo, of type "record", with the number.
inline constexpr char kResourceInfoUrl[] = "type.googleapis.com/google.rpc.ResourceInfo";

// The same, by which record: that number goes along, so that programs can find it too.
absl::Status TakenBy(absl::string_view field, absl::string_view what, uint64_t sequence);

// PERMISSION_DENIED: another person must do it (four eyes).
absl::Status AnotherPerson(absl::string_view field, absl::string_view what);

// The fields that a refusal names.
std::vector<std::string> FieldsOf(const absl::Status& status);

// What is wrong with several fields of one request, told at once.
class Refusals {
 public:
  // Takes in what a check found; OK is nothing.
  void Note(const absl::Status& refusal);
  bool empty() const { return first_.ok(); }
  // OK when there is nothing; one alone as it is; of several all fields, at most twenty, with the code of the first. An error that
  // is no refusal (the log can't be read) stands alone.
  absl::Status Summary() const;

 private:
  absl::Status first_;
  absl::Status error_;
  std::vector<std::string> messages_;
  std::vector<std::pair<std::string, std::string>> violations_;  // field, what is wrong
};

}  // namespace klaim::domain
