// How the domain says no: an absl::Status that names the field, what was wrong with it and what to do. The
// field goes along as a google.rpc.BadRequest payload, so that programs can find it too.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/rpc/error_details.pb.h"
#include "klaim/v1/reason.pb.h"

namespace klaim::domain {

// Type URL of the payload.
inline constexpr char kBadRequestUrl[] = "type.googleapis.com/google.rpc.BadRequest";

// Under which a status of this program keeps the reasons, as a google.rpc.Status whose details are a google.rpc.ErrorInfo for each violation
// of the BadRequest, in their order, or one alone for what is wrong with no field: its `reason` is the name of a klaim.v1.Reason without its
// prefix, empty where there is none, and its metadata "1", "2" and so on are the arguments, of each at most 100 bytes. On the wire they are
// details of their own.
inline constexpr char kReasonsUrl[] = "klaim.reasons";

// The first bytes of a text in UTF-8, at most `most_bytes`, cut at a character's end.
absl::string_view BeginningOf(absl::string_view text, size_t most_bytes);

// The sentence of a reason (proto/klaim/v1/reason.proto), each argument in the place of a {}.
std::string SentenceOf(v1::Reason reason, const std::vector<std::string>& arguments);

// A refusal of one field. What is wrong may repeat what a caller sent: of each refusal no more than the first 1,000 bytes are told.
absl::Status Refuse(absl::StatusCode code, absl::string_view field, v1::Reason reason,
                    const std::vector<std::string>& arguments);

// A refusal of a whole call, or what became of it: nothing of it is a field's fault.
absl::Status RefuseCall(absl::StatusCode code, v1::Reason reason, const std::vector<std::string>& arguments);
template <class... Arguments>
absl::Status Refuse(absl::StatusCode code, v1::Reason reason, const Arguments&... arguments) {
  return RefuseCall(code, reason, {absl::StrCat(arguments)...});
}

// INVALID_ARGUMENT: the value of `field` ("heads[2].claimed.currency") can never be right.
template <class... Arguments>
absl::Status InvalidField(absl::string_view field, v1::Reason reason, const Arguments&... arguments) {
  return Refuse(absl::StatusCode::kInvalidArgument, field, reason, {absl::StrCat(arguments)...});
}

// The same in the words of a library or of another program, which have no reason of ours.
absl::Status InvalidField(absl::string_view field, absl::string_view what);

// FAILED_PRECONDITION: the request would be right if things stood otherwise.
template <class... Arguments>
absl::Status NotNow(absl::string_view field, v1::Reason reason, const Arguments&... arguments) {
  return Refuse(absl::StatusCode::kFailedPrecondition, field, reason, {absl::StrCat(arguments)...});
}

// NOT_FOUND: nothing of this kind has the number.
absl::Status UnknownId(absl::string_view field, absl::string_view kind, uint64_t id);

// ALREADY_EXISTS: the value of `field` is taken.
template <class... Arguments>
absl::Status Taken(absl::string_view field, v1::Reason reason, const Arguments&... arguments) {
  return Refuse(absl::StatusCode::kAlreadyExists, field, reason, {absl::StrCat(arguments)...});
}

// Type URL of the payload that names what has it: google.rpc.ResourceInfo, of type "record", with the number.
inline constexpr char kResourceInfoUrl[] = "type.googleapis.com/google.rpc.ResourceInfo";

void NameRecord(absl::Status& status, uint64_t sequence);

// The same, by which record: that number goes along, so that programs can find it too.
template <class... Arguments>
absl::Status TakenBy(absl::string_view field, uint64_t sequence, v1::Reason reason,
                     const Arguments&... arguments) {
  absl::Status status = Taken(field, reason, arguments...);
  NameRecord(status, sequence);
  return status;
}

// PERMISSION_DENIED: another person must do it (four eyes).
template <class... Arguments>
absl::Status AnotherPerson(absl::string_view field, v1::Reason reason, const Arguments&... arguments) {
  return Refuse(absl::StatusCode::kPermissionDenied, field, reason, {absl::StrCat(arguments)...});
}

// The fields that a refusal names.
std::vector<std::string> FieldsOf(const absl::Status& status);

// The reasons of a refusal, in the order of its fields.
std::vector<google::rpc::ErrorInfo> ReasonsOf(const absl::Status& status);

// What is wrong with several fields of one request, told at once.
class Refusals {
 public:
  // Takes in what a check found; OK is nothing.
  void Note(const absl::Status& refusal);
  bool empty() const { return noted_.empty() && error_.ok(); }
  // OK when there is nothing; one alone as it is; of several all fields, at most twenty, with the code of the first. An error that
  // is no refusal (the log can't be read) stands alone.
  absl::Status Summary() const;

 private:
  absl::Status error_;               // the first that is no refusal
  std::vector<absl::Status> noted_;  // refusals, at most twenty
};

}  // namespace klaim::domain
