#include "engine/domain/refusal.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace klaim::domain {
namespace {

constexpr size_t kMostRefusalBytes = 1'000;

absl::Status Refuse(absl::StatusCode code, absl::string_view field, absl::string_view what) {
  what = BeginningOf(what, kMostRefusalBytes);
  absl::Status status(code, absl::StrCat(field, ": ", what));
  google::rpc::BadRequest details;
  auto* violation = details.add_field_violations();
  violation->set_field(std::string(field));
  violation->set_description(std::string(what));
  status.SetPayload(kBadRequestUrl, absl::Cord(details.SerializeAsString()));
  return status;
}

}  // namespace

absl::string_view BeginningOf(absl::string_view text, size_t most_bytes) {
  if (text.size() <= most_bytes) return text;
  while (most_bytes > 0 && (text[most_bytes] & 0xC0) == 0x80) --most_bytes;
  return text.substr(0, most_bytes);
}

absl::Status InvalidField(absl::string_view field, absl::string_view what) {
  return Refuse(absl::StatusCode::kInvalidArgument, field, what);
}

absl::Status NotNow(absl::string_view field, absl::string_view what) {
  return Refuse(absl::StatusCode::kFailedPrecondition, field, what);
}

absl::Status UnknownId(absl::string_view field, absl::string_view kind, uint64_t id) {
  return Refuse(absl::StatusCode::kNotFound, field, absl::StrCat("no ", kind, " has the number ", id));
}

absl::Status Taken(absl::string_view field, absl::string_view what) {
  return Refuse(absl::StatusCode::kAlreadyExists, field, what);
}

absl::Status AnotherPerson(absl::string_view field, absl::string_view what) {
  return Refuse(absl::StatusCode::kPermissionDenied, field, what);
}

}  // namespace klaim::domain
