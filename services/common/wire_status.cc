#include "services/common/wire_status.h"

#include "engine/domain/core/refusal.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace klaim::services {
namespace {

// What goes with an answer is metadata: more of it than a connection carries would fail the calls beside it.
constexpr size_t kMaxErrorMessageBytes = 2'000;
constexpr char kRetryInfoUrl[] = "type.googleapis.com/google.rpc.RetryInfo";

}  // namespace

void SetRetryDelay(absl::Status& status, int64_t seconds) {
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(seconds);
  status.SetPayload(kRetryInfoUrl, absl::Cord(retry.SerializeAsString()));
}

grpc::Status ToWire(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::Status wire;
  wire.set_code(static_cast<int>(status.code()));
  wire.set_message(std::string(domain::BeginningOf(status.message(), kMaxErrorMessageBytes)));
  if (auto payload = status.GetPayload(domain::kBadRequestUrl); payload.has_value()) {
    auto* detail = wire.add_details();
    detail->set_type_url(domain::kBadRequestUrl);
    detail->set_value(std::string(*payload));
  }
  if (auto payload = status.GetPayload(domain::kReasonsUrl); payload.has_value()) {
    google::rpc::Status reasons;
    if (reasons.ParseFromString(std::string(*payload))) wire.mutable_details()->MergeFrom(reasons.details());
  }
  if (auto payload = status.GetPayload(domain::kResourceInfoUrl); payload.has_value()) {
    auto* detail = wire.add_details();
    detail->set_type_url(domain::kResourceInfoUrl);
    detail->set_value(std::string(*payload));
  }
  if (auto delay = status.GetPayload(kRetryInfoUrl); delay.has_value()) {
    auto* detail = wire.add_details();
    detail->set_type_url(kRetryInfoUrl);
    detail->set_value(std::string(*delay));
  } else if (absl::IsResourceExhausted(status) || absl::IsUnavailable(status)) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(1);
    wire.add_details()->PackFrom(retry);
  }
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), wire.message(), wire.SerializeAsString());
}

absl::Status FromWire(const grpc::Status& status) {
  absl::Status result(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  google::rpc::Status wire;
  if (!status.error_details().empty() && wire.ParseFromString(status.error_details())) {
    google::rpc::Status reasons;
    for (const auto& detail : wire.details()) {
      if (detail.Is<google::rpc::ErrorInfo>()) {
        *reasons.add_details() = detail;
      } else {
        result.SetPayload(detail.type_url(), absl::Cord(detail.value()));
      }
    }
    if (!reasons.details().empty())
      result.SetPayload(domain::kReasonsUrl, absl::Cord(reasons.SerializeAsString()));
  }
  return result;
}

}  // namespace klaim::services
