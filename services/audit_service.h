// AuditService: the log, its tree and its proofs.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>

#include "klaim/v1/audit_service.grpc.pb.h"
#include "services/calls.h"

namespace klaim::services {

class AuditService final : public v1::AuditService::CallbackService {
 public:
  explicit AuditService(Calls& calls) : calls_(calls) {}
  ~AuditService() override { worker_.join(); }

  grpc::ServerUnaryReactor* GetTreeHead(grpc::CallbackServerContext* context,
                                        const v1::GetTreeHeadRequest* request,
                                        v1::GetTreeHeadResponse* response) override;
  grpc::ServerUnaryReactor* GetInclusionProof(grpc::CallbackServerContext* context,
                                              const v1::GetInclusionProofRequest* request,
                                              v1::GetInclusionProofResponse* response) override;
  grpc::ServerUnaryReactor* GetConsistencyProof(grpc::CallbackServerContext* context,
                                                const v1::GetConsistencyProofRequest* request,
                                                v1::GetConsistencyProofResponse* response) override;
  grpc::ServerUnaryReactor* GetReadModelHashes(grpc::CallbackServerContext* context,
                                               const v1::GetReadModelHashesRequest* request,
                                               v1::GetReadModelHashesResponse* response) override;
  grpc::ServerWriteReactor<v1::ReadLogResponse>* ReadLog(grpc::CallbackServerContext* context,
                                                         const v1::ReadLogRequest* request) override;
  grpc::ServerWriteReactor<v1::ReplayAsOfResponse>* ReplayAsOf(grpc::CallbackServerContext* context,
                                                               const v1::ReplayAsOfRequest* request) override;

 private:
  boost::asio::thread_pool worker_{1};  // hashing read models
  std::atomic<int> replays_ = 0;
  Calls& calls_;
};

}  // namespace klaim::services
