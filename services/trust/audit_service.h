// AuditService: the log, its tree and its proofs.
#pragma once

#include "klaim/v1/audit_service.grpc.pb.h"
#include "services/boundary/call_pipeline.h"

namespace klaim::services {

class AuditService final : public v1::AuditService::CallbackService {
 public:
  explicit AuditService(CallPipeline& calls) : calls_(calls) {}

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
  Turns hashing_{1, 1};  // read models
  Turns replays_{1, 1};  // one after the other: they share a scratch folder
  CallPipeline& calls_;
};

}  // namespace klaim::services
