// AuditService: the log, its tree and its proofs.
#pragma once

#include "klaim/v1/audit_service.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/boundary/service_methods.h"

namespace klaim::services {

class AuditService final : public ServiceMethods {
 public:
  explicit AuditService(CallPipeline& calls);

  grpc::ServerUnaryReactor* GetTreeHead(grpc::CallbackServerContext* context,
                                        const v1::GetTreeHeadRequest* request,
                                        v1::GetTreeHeadResponse* response);
  grpc::ServerUnaryReactor* GetInclusionProof(grpc::CallbackServerContext* context,
                                              const v1::GetInclusionProofRequest* request,
                                              v1::GetInclusionProofResponse* response);
  grpc::ServerUnaryReactor* GetConsistencyProof(grpc::CallbackServerContext* context,
                                                const v1::GetConsistencyProofRequest* request,
                                                v1::GetConsistencyProofResponse* response);
  grpc::ServerUnaryReactor* GetReadModelHashes(grpc::CallbackServerContext* context,
                                               const v1::GetReadModelHashesRequest* request,
                                               v1::GetReadModelHashesResponse* response);
  grpc::ServerWriteReactor<v1::ReadLogResponse>* ReadLog(grpc::CallbackServerContext* context,
                                                         const v1::ReadLogRequest* request);
  grpc::ServerWriteReactor<v1::ReplayAsOfResponse>* ReplayAsOf(grpc::CallbackServerContext* context,
                                                               const v1::ReplayAsOfRequest* request);

 private:
  Turns hashing_{1, 1};  // read models
  Turns replays_{1, 1};  // one after the other: they share a scratch folder
  CallPipeline& calls_;
};

}  // namespace klaim::services
