// ReferenceRegisterService: registers that others kept, and what they say of claims.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include "engine/domain/registry/reference_register.h"
#include "klaim/v1/reference_register_service.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/boundary/service_methods.h"

namespace klaim::services {

class ReferenceRegisterService final : public ServiceMethods {
 public:
  explicit ReferenceRegisterService(CallPipeline& calls);
  ~ReferenceRegisterService() override { worker_.join(); }

  grpc::ServerUnaryReactor* PublishReferenceRegister(grpc::CallbackServerContext* context,
                                                     const v1::PublishReferenceRegisterRequest* request,
                                                     v1::PublishReferenceRegisterResponse* response);
  grpc::ServerUnaryReactor* AddRegisterLines(grpc::CallbackServerContext* context,
                                             const v1::AddRegisterLinesRequest* request,
                                             v1::AddRegisterLinesResponse* response) {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* WithdrawReferenceRegister(grpc::CallbackServerContext* context,
                                                      const v1::WithdrawReferenceRegisterRequest* request,
                                                      v1::WithdrawReferenceRegisterResponse* response);
  grpc::ServerUnaryReactor* ListReferenceRegisters(grpc::CallbackServerContext* context,
                                                   const v1::ListReferenceRegistersRequest* request,
                                                   v1::ListReferenceRegistersResponse* response);
  grpc::ServerUnaryReactor* StartRegisterMatching(grpc::CallbackServerContext* context,
                                                  const v1::StartRegisterMatchingRequest* request,
                                                  v1::StartRegisterMatchingResponse* response);
  grpc::ServerUnaryReactor* GetRegisterChecks(grpc::CallbackServerContext* context,
                                              const v1::GetRegisterChecksRequest* request,
                                              v1::GetRegisterChecksResponse* response);

 private:
  absl::Status GiveKey(v1::PublishReferenceRegisterRequest& request) const;

  absl::Status AnswerChecks(Caller& caller, uint64_t claim_id, v1::GetRegisterChecksResponse& response);
  absl::Status FillLines(Caller& caller, uint64_t claimant_id, v1::RegisterCheck& check);

  CallPipeline& calls_;
  boost::asio::thread_pool worker_{1};
};

}  // namespace klaim::services
