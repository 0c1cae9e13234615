// OperationsService: keeping the docket.
#pragma once

#include <atomic>

#include "klaim/v1/operations_service.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/boundary/service_methods.h"
#include "services/docket/backup.h"

namespace klaim::services {

class OperationsService final : public ServiceMethods {
 public:
  OperationsService(CallPipeline& calls, BackupPlaces places);
  // Ends what was begun; a check of the vault is cut off.
  ~OperationsService() override {
    stopping_ = true;
    checks_.Stop();
    backups_.Stop();
  }

  grpc::ServerWriteReactor<v1::BackUpResponse>* BackUp(grpc::CallbackServerContext* context,
                                                       const v1::BackUpRequest* request);
  grpc::ServerWriteReactor<v1::VerifyVaultResponse>* VerifyVault(grpc::CallbackServerContext* context,
                                                                 const v1::VerifyVaultRequest* request);
  grpc::ServerUnaryReactor* GetDamage(grpc::CallbackServerContext* context,
                                      const v1::GetDamageRequest* request, v1::GetDamageResponse* response);

 private:
  CallPipeline& calls_;
  const BackupPlaces places_;
  std::atomic<bool> stopping_ = false;
  Turns backups_{1, 1};  // one after the other
  Turns checks_{2, 1};   // of the vault
};

}  // namespace klaim::services
