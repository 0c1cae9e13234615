#include "engine/domain/core/refusal.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace klaim::domain {
namespace {

constexpr size_t kMaxRefusalBytes = 1'000;
constexpr size_t kMaxViolations = 20;
constexpr size_t kMaxArgumentBytes = 100;

// What goes with a status; empty where it isn't there.
template <class Message>
Message Payload(const absl::Status& status, const char* url) {
  Message message;
  const auto payload = status.GetPayload(url);
  if (!payload.has_value() || !message.ParseFromString(std::string(*payload))) message.Clear();
  return message;
}

absl::Status WithDetails(absl::StatusCode code, absl::string_view message,
                         const google::rpc::BadRequest& details, const google::rpc::Status& reasons) {
  absl::Status status(code, message);
  status.SetPayload(kBadRequestUrl, absl::Cord(details.SerializeAsString()));
  status.SetPayload(kReasonsUrl, absl::Cord(reasons.SerializeAsString()));
  return status;
}

google::rpc::ErrorInfo InfoOf(v1::Reason reason, const std::vector<std::string>& arguments) {
  google::rpc::ErrorInfo info;
  info.set_domain("klaim");
  info.set_reason(std::string(absl::StripPrefix(v1::Reason_Name(reason), "REASON_")));
  for (size_t i = 0; i < arguments.size(); ++i)
    (*info.mutable_metadata())[absl::StrCat(i + 1)] =
        std::string(BeginningOf(arguments[i], kMaxArgumentBytes));
  return info;
}

absl::Status Refused(absl::StatusCode code, absl::string_view field, absl::string_view what,
                     const google::rpc::ErrorInfo& info) {
  what = BeginningOf(what, kMaxRefusalBytes);
  google::rpc::BadRequest details;
  auto* violation = details.add_field_violations();
  violation->set_field(std::string(field));
  violation->set_description(std::string(what));
  google::rpc::Status reasons;
  reasons.add_details()->PackFrom(info);
  return WithDetails(code, absl::StrCat(field, ": ", what), details, reasons);
}

}  // namespace

absl::string_view BeginningOf(absl::string_view text, size_t most_bytes) {
  if (text.size() <= most_bytes) return text;
  while (most_bytes > 0 && (text[most_bytes] & 0xC0) == 0x80) --most_bytes;
  return text.substr(0, most_bytes);
}

std::string SentenceOf(v1::Reason reason, const std::vector<std::string>& arguments) {
  const std::string says =
      v1::Reason_descriptor()->FindValueByNumber(reason)->options().GetExtension(v1::says);
  const std::vector<absl::string_view> parts = absl::StrSplit(says, "{}");
  std::string sentence(parts[0]);
  for (size_t i = 1; i < parts.size(); ++i)
    absl::StrAppend(&sentence, i <= arguments.size() ? arguments[i - 1] : "{}", parts[i]);
  return sentence;
}

absl::Status Refuse(absl::StatusCode code, absl::string_view field, v1::Reason reason,
                    const std::vector<std::string>& arguments) {
  return Refused(code, field, SentenceOf(reason, arguments), InfoOf(reason, arguments));
}

absl::Status RefuseCall(absl::StatusCode code, v1::Reason reason, const std::vector<std::string>& arguments) {
  const std::string sentence = SentenceOf(reason, arguments);
  absl::Status status(code, BeginningOf(sentence, kMaxRefusalBytes));
  google::rpc::Status reasons;
  reasons.add_details()->PackFrom(InfoOf(reason, arguments));
  status.SetPayload(kReasonsUrl, absl::Cord(reasons.SerializeAsString()));
  return status;
}

absl::Status InvalidField(absl::string_view field, absl::string_view what) {
  google::rpc::ErrorInfo none;
  none.set_domain("klaim");
  return Refused(absl::StatusCode::kInvalidArgument, field, what, none);
}

absl::Status UnknownId(absl::string_view field, absl::string_view kind, uint64_t id) {
  return Refuse(absl::StatusCode::kNotFound, field, v1::REASON_NUMBER_IS_UNKNOWN,
                {std::string(kind), absl::StrCat(id)});
}

void NameRecord(absl::Status& status, uint64_t sequence) {
  google::rpc::ResourceInfo resource;
  resource.set_resource_type("record");
  resource.set_resource_name(absl::StrCat(sequence));
  status.SetPayload(kResourceInfoUrl, absl::Cord(resource.SerializeAsString()));
}

std::vector<std::string> FieldsOf(const absl::Status& status) {
  std::vector<std::string> fields;
  const auto details = Payload<google::rpc::BadRequest>(status, kBadRequestUrl);
  for (const auto& violation : details.field_violations()) fields.push_back(violation.field());
  return fields;
}

std::vector<google::rpc::ErrorInfo> ReasonsOf(const absl::Status& status) {
  std::vector<google::rpc::ErrorInfo> reasons;
  const auto details = Payload<google::rpc::Status>(status, kReasonsUrl);
  for (const auto& detail : details.details())
    if (!detail.UnpackTo(&reasons.emplace_back())) reasons.back().Clear();
  return reasons;
}

void Refusals::Note(const absl::Status& refusal) {
  if (refusal.ok()) return;
  if (!refusal.GetPayload(kBadRequestUrl).has_value()) {
    if (error_.ok()) error_ = refusal;
  } else if (noted_.size() < kMaxViolations) {
    noted_.push_back(refusal);
  }
}

absl::Status Refusals::Summary() const {
  if (!error_.ok() || noted_.empty()) return error_;
  if (noted_.size() == 1) return noted_.front();
  google::rpc::BadRequest details;
  google::rpc::Status reasons;
  for (const absl::Status& refusal : noted_) {
    details.MergeFrom(Payload<google::rpc::BadRequest>(refusal, kBadRequestUrl));
    reasons.MergeFrom(Payload<google::rpc::Status>(refusal, kReasonsUrl));
  }
  const std::string message = absl::StrJoin(noted_, "; ", [](std::string* out, const absl::Status& refusal) {
    out->append(refusal.message().data(), refusal.message().size());
  });
  return WithDetails(noted_.front().code(), message, details, reasons);
}

}  // namespace klaim::domain
