// CaseworkService: meetings, who is responsible, and what is due.
#pragma once

#include "engine/domain/claims/case.h"
#include "klaim/v1/casework_service.grpc.pb.h"
#include "services/boundary/call_pipeline.h"

namespace klaim::services {

class CaseworkService final : public v1::CaseworkService::CallbackService {
 public:
  explicit CaseworkService(CallPipeline& calls) : calls_(calls) {}

  grpc::ServerUnaryReactor* ScheduleMeeting(grpc::CallbackServerContext* context,
                                            const v1::ScheduleMeetingRequest* request,
                                            v1::ScheduleMeetingResponse* response) override;
  grpc::ServerUnaryReactor* CloseMeeting(grpc::CallbackServerContext* context,
                                         const v1::CloseMeetingRequest* request,
                                         v1::CloseMeetingResponse* response) override {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* AssignCase(grpc::CallbackServerContext* context,
                                       const v1::AssignCaseRequest* request,
                                       v1::AssignCaseResponse* response) override {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* StateTransfer(grpc::CallbackServerContext* context,
                                          const v1::StateTransferRequest* request,
                                          v1::StateTransferResponse* response) override {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* GetTransfers(grpc::CallbackServerContext* context,
                                         const v1::GetTransfersRequest* request,
                                         v1::GetTransfersResponse* response) override;
  grpc::ServerUnaryReactor* SumTransfers(grpc::CallbackServerContext* context,
                                         const v1::SumTransfersRequest* request,
                                         v1::SumTransfersResponse* response) override;
  grpc::ServerUnaryReactor* ListDeadlines(grpc::CallbackServerContext* context,
                                          const v1::ListDeadlinesRequest* request,
                                          v1::ListDeadlinesResponse* response) override;
  grpc::ServerUnaryReactor* ListCaseload(grpc::CallbackServerContext* context,
                                         const v1::ListCaseloadRequest* request,
                                         v1::ListCaseloadResponse* response) override;

 private:
  absl::Status AnswerDeadlines(const Caller& caller, const v1::ListDeadlinesRequest& request,
                               v1::ListDeadlinesResponse& response);
  absl::Status AnswerCaseload(const Caller& caller, const v1::ListCaseloadRequest& request,
                              v1::ListCaseloadResponse& response);

  CallPipeline& calls_;
};

}  // namespace klaim::services
