// OperationsService: keeping the docket.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include "klaim/v1/operations_service.grpc.pb.h"
#include "services/backup.h"
#include "services/calls.h"

namespace klaim::services {

class OperationsService final : public v1::OperationsService::CallbackService {
 public:
  OperationsService(Calls& calls, BackupPlaces places) : calls_(calls), places_(std::move(places)) {}
  // Ends what was begun.
  ~OperationsService() override { worker_.join(); }

  grpc::ServerWriteReactor<v1::BackUpResponse>* BackUp(grpc::CallbackServerContext* context,
                                                       const v1::BackUpRequest* request) override;

 private:
  Calls& calls_;
  const BackupPlaces places_;
  boost::asio::thread_pool worker_{1};  // one backup after the other
};

}  // namespace klaim::services
