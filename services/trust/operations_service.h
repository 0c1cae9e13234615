// OperationsService: keeping the docket.
#pragma once

#include <atomic>

#include "klaim/v1/operations_service.grpc.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/docket/backup.h"

namespace klaim::services {

class OperationsService final : public v1::OperationsService::CallbackService {
 public:
  OperationsService(CallPipeline& calls, BackupPlaces places) : calls_(calls), places_(std::move(places)) {}
  // Ends what was begun; a check of the vault is cut off.
  ~OperationsService() override {
    stopping_ = true;
    checks_.Stop();
    backups_.Stop();
  }

  grpc::ServerWriteReactor<v1::BackUpResponse>* BackUp(grpc::CallbackServerContext* context,
                                                       const v1::BackUpRequest* request) override;
  grpc::ServerWriteReactor<v1::VerifyVaultResponse>* VerifyVault(
      grpc::CallbackServerContext* context, const v1::VerifyVaultRequest* request) override;
  grpc::ServerUnaryReactor* GetDamage(grpc::CallbackServerContext* context,
                                      const v1::GetDamageRequest* request,
                                      v1::GetDamageResponse* response) override;

 private:
  CallPipeline& calls_;
  const BackupPlaces places_;
  std::atomic<bool> stopping_ = false;
  Turns backups_{1, 1};  // one after the other
  Turns checks_{2, 1};   // of the vault
};

}  // namespace klaim::services
