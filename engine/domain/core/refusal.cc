#include "engine/domain/core/refusal.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/rpc/error_details.pb.h"

namespace klaim::domain {
namespace {

constexpr size_t kMaxRefusalBytes = 1'000;
constexpr size_t kMaxViolations = 20;

absl::Status Refuse(absl::StatusCode code, absl::string_view field, absl::string_view what) {
  what = BeginningOf(what, kMaxRefusalBytes);
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

absl::Status TakenBy(absl::string_view field, absl::string_view what, uint64_t sequence) {
  absl::Status status = Taken(field, what);
  google::rpc::ResourceInfo resource;
  resource.set_resource_type("record");
  resource.set_resource_name(absl::StrCat(sequence));
  status.SetPayload(kResourceInfoUrl, absl::Cord(resource.SerializeAsString()));
  return status;
}

absl::Status AnotherPerson(absl::string_view field, absl::string_view what) {
  return Refuse(absl::StatusCode::kPermissionDenied, field, what);
}

std::vector<std::string> FieldsOf(const absl::Status& status) {
  std::vector<std::string> fields;
  google::rpc::BadRequest details;
  if (auto payload = status.GetPayload(kBadRequestUrl);
      payload.has_value() && details.ParseFromString(std::string(*payload))) {
    for (const auto& violation : details.field_violations()) fields.push_back(violation.field());
  }
  return fields;
}

void Refusals::Note(const absl::Status& refusal) {
  if (refusal.ok()) return;
  google::rpc::BadRequest details;
  const auto payload = refusal.GetPayload(kBadRequestUrl);
  if (!payload.has_value() || !details.ParseFromString(std::string(*payload))) {
    if (error_.ok()) error_ = refusal;
    if (first_.ok()) first_ = refusal;
    return;
  }
  if (first_.ok()) first_ = refusal;
  if (messages_.size() == kMaxViolations) return;
  messages_.emplace_back(refusal.message());
  for (const auto& violation : details.field_violations())
    violations_.emplace_back(violation.field(), violation.description());
}

absl::Status Refusals::Summary() const {
  if (!error_.ok()) return error_;
  if (messages_.size() <= 1) return first_;
  absl::Status status(first_.code(), absl::StrJoin(messages_, "; "));
  google::rpc::BadRequest details;
  for (const auto& [field, what] : violations_) {
    auto* violation = details.add_field_violations();
    violation->set_field(field);
    violation->set_description(what);
  }
  status.SetPayload(kBadRequestUrl, absl::Cord(details.SerializeAsString()));
  return status;
}

}  // namespace klaim::domain
