// CaseworkService: meetings, who is responsible, and what is due.
#pragma once

#include "engine/domain/claims/case.h"
#include "klaim/v1/casework_service.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/boundary/service_methods.h"

namespace klaim::services {

class CaseworkService final : public ServiceMethods {
 public:
  explicit CaseworkService(CallPipeline& calls);

  grpc::ServerUnaryReactor* ScheduleMeeting(grpc::CallbackServerContext* context,
                                            const v1::ScheduleMeetingRequest* request,
                                            v1::ScheduleMeetingResponse* response);
  grpc::ServerUnaryReactor* CloseMeeting(grpc::CallbackServerContext* context,
                                         const v1::CloseMeetingRequest* request,
                                         v1::CloseMeetingResponse* response) {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* AssignCase(grpc::CallbackServerContext* context,
                                       const v1::AssignCaseRequest* request,
                                       v1::AssignCaseResponse* response) {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* StateTransfer(grpc::CallbackServerContext* context,
                                          const v1::StateTransferRequest* request,
                                          v1::StateTransferResponse* response) {
    return calls_.Write(context, request, response);
  }
  grpc::ServerUnaryReactor* GetTransfers(grpc::CallbackServerContext* context,
                                         const v1::GetTransfersRequest* request,
                                         v1::GetTransfersResponse* response);
  grpc::ServerUnaryReactor* SumTransfers(grpc::CallbackServerContext* context,
                                         const v1::SumTransfersRequest* request,
                                         v1::SumTransfersResponse* response);
  grpc::ServerUnaryReactor* ListDeadlines(grpc::CallbackServerContext* context,
                                          const v1::ListDeadlinesRequest* request,
                                          v1::ListDeadlinesResponse* response);
  grpc::ServerUnaryReactor* ListCaseload(grpc::CallbackServerContext* context,
                                         const v1::ListCaseloadRequest* request,
                                         v1::ListCaseloadResponse* response);

 private:
  absl::Status AnswerDeadlines(const Caller& caller, const v1::ListDeadlinesRequest& request,
                               v1::ListDeadlinesResponse& response);
  absl::Status AnswerCaseload(const Caller& caller, const v1::ListCaseloadRequest& request,
                              v1::ListCaseloadResponse& response);

  CallPipeline& calls_;
};

}  // namespace klaim::services
