// PrivacyService: the rights of claimants over their data, and the keys that keep it.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include "klaim/v1/privacy_service.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/boundary/service_methods.h"

namespace klaim::services {

class PrivacyService final : public ServiceMethods {
 public:
  explicit PrivacyService(CallPipeline& calls);
  // Ends what was begun.
  ~PrivacyService() override { worker_.join(); }

  grpc::ServerUnaryReactor* ShareCase(grpc::CallbackServerContext* context,
                                      const v1::ShareCaseRequest* request, v1::ShareCaseResponse* response);
  grpc::ServerUnaryReactor* EndCaseSharing(grpc::CallbackServerContext* context,
                                           const v1::EndCaseSharingRequest* request,
                                           v1::EndCaseSharingResponse* response);
  grpc::ServerUnaryReactor* CorrectClaimant(grpc::CallbackServerContext* context,
                                            const v1::CorrectClaimantRequest* request,
                                            v1::CorrectClaimantResponse* response);
  grpc::ServerWriteReactor<v1::ExportClaimantResponse>* ExportClaimant(
      grpc::CallbackServerContext* context, const v1::ExportClaimantRequest* request);
  grpc::ServerUnaryReactor* EraseClaimant(grpc::CallbackServerContext* context,
                                          const v1::EraseClaimantRequest* request,
                                          v1::EraseClaimantResponse* response);
  grpc::ServerUnaryReactor* ListViews(grpc::CallbackServerContext* context,
                                      const v1::ListViewsRequest* request, v1::ListViewsResponse* response);
  grpc::ServerWriteReactor<v1::ChangeMasterKeyResponse>* ChangeMasterKey(
      grpc::CallbackServerContext* context, const v1::ChangeMasterKeyRequest* request);

 private:
  absl::Status DecideErasure(const v1::EraseClaimantRequest& request, domain::Docket& docket,
                             const domain::Context& context, domain::Decision& decision);

  CallPipeline& calls_;
  boost::asio::thread_pool worker_{1};  // erasing and changing keys, one after the other
};

}  // namespace klaim::services
