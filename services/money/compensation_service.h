// CompensationService: the money, from the promise to the claimant.
#pragma once

#include "klaim/v1/compensation_service.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/boundary/service_methods.h"

namespace klaim::services {

class CompensationService final : public ServiceMethods {
 public:
  explicit CompensationService(CallPipeline& calls);

  grpc::ServerUnaryReactor* RecordSettlement(grpc::CallbackServerContext* context,
                                             const v1::RecordSettlementRequest* request,
                                             v1::RecordSettlementResponse* response);
  grpc::ServerUnaryReactor* RecordInstalment(grpc::CallbackServerContext* context,
                                             const v1::RecordInstalmentRequest* request,
                                             v1::RecordInstalmentResponse* response);
  grpc::ServerUnaryReactor* ProposeAllocation(grpc::CallbackServerContext* context,
                                              const v1::ProposeAllocationRequest* request,
                                              v1::ProposeAllocationResponse* response);
  grpc::ServerUnaryReactor* ApproveAllocation(grpc::CallbackServerContext* context,
                                              const v1::ApproveAllocationRequest* request,
                                              v1::ApproveAllocationResponse* response);
  grpc::ServerUnaryReactor* RejectAllocation(grpc::CallbackServerContext* context,
                                             const v1::RejectAllocationRequest* request,
                                             v1::RejectAllocationResponse* response);
  grpc::ServerUnaryReactor* ProposePaymentBatch(grpc::CallbackServerContext* context,
                                                const v1::ProposePaymentBatchRequest* request,
                                                v1::ProposePaymentBatchResponse* response);
  grpc::ServerUnaryReactor* ApprovePaymentBatch(grpc::CallbackServerContext* context,
                                                const v1::ApprovePaymentBatchRequest* request,
                                                v1::ApprovePaymentBatchResponse* response);
  grpc::ServerUnaryReactor* RejectPaymentBatch(grpc::CallbackServerContext* context,
                                               const v1::RejectPaymentBatchRequest* request,
                                               v1::RejectPaymentBatchResponse* response);
  grpc::ServerUnaryReactor* SendPaymentBatch(grpc::CallbackServerContext* context,
                                             const v1::SendPaymentBatchRequest* request,
                                             v1::SendPaymentBatchResponse* response);
  grpc::ServerUnaryReactor* PreviewAllocation(grpc::CallbackServerContext* context,
                                              const v1::PreviewAllocationRequest* request,
                                              v1::PreviewAllocationResponse* response);
  grpc::ServerUnaryReactor* ListAllocationShares(grpc::CallbackServerContext* context,
                                                 const v1::ListAllocationSharesRequest* request,
                                                 v1::ListAllocationSharesResponse* response);
  grpc::ServerUnaryReactor* LapseAllocations(grpc::CallbackServerContext* context,
                                             const v1::LapseAllocationsRequest* request,
                                             v1::LapseAllocationsResponse* response);
  grpc::ServerUnaryReactor* PayTrustCost(grpc::CallbackServerContext* context,
                                         const v1::PayTrustCostRequest* request,
                                         v1::PayTrustCostResponse* response);
  grpc::ServerUnaryReactor* ReverseReceipt(grpc::CallbackServerContext* context,
                                           const v1::ReverseReceiptRequest* request,
                                           v1::ReverseReceiptResponse* response);
  grpc::ServerUnaryReactor* ReturnExcess(grpc::CallbackServerContext* context,
                                         const v1::ReturnExcessRequest* request,
                                         v1::ReturnExcessResponse* response);
  grpc::ServerUnaryReactor* ReleaseHeldMoney(grpc::CallbackServerContext* context,
                                             const v1::ReleaseHeldMoneyRequest* request,
                                             v1::ReleaseHeldMoneyResponse* response);
  grpc::ServerUnaryReactor* ApproveSettlementMove(grpc::CallbackServerContext* context,
                                                  const v1::ApproveSettlementMoveRequest* request,
                                                  v1::ApproveSettlementMoveResponse* response);
  grpc::ServerUnaryReactor* RejectSettlementMove(grpc::CallbackServerContext* context,
                                                 const v1::RejectSettlementMoveRequest* request,
                                                 v1::RejectSettlementMoveResponse* response);
  grpc::ServerUnaryReactor* HoldPayment(grpc::CallbackServerContext* context,
                                        const v1::HoldPaymentRequest* request,
                                        v1::HoldPaymentResponse* response);
  grpc::ServerUnaryReactor* ReleasePayment(grpc::CallbackServerContext* context,
                                           const v1::ReleasePaymentRequest* request,
                                           v1::ReleasePaymentResponse* response);
  grpc::ServerUnaryReactor* NameHeir(grpc::CallbackServerContext* context, const v1::NameHeirRequest* request,
                                     v1::NameHeirResponse* response);
  grpc::ServerUnaryReactor* AttributeReceipt(grpc::CallbackServerContext* context,
                                             const v1::AttributeReceiptRequest* request,
                                             v1::AttributeReceiptResponse* response);
  grpc::ServerUnaryReactor* ReleaseRespondent(grpc::CallbackServerContext* context,
                                              const v1::ReleaseRespondentRequest* request,
                                              v1::ReleaseRespondentResponse* response);
  grpc::ServerUnaryReactor* RecordCredit(grpc::CallbackServerContext* context,
                                         const v1::RecordCreditRequest* request,
                                         v1::RecordCreditResponse* response);
  grpc::ServerUnaryReactor* RecordRepayment(grpc::CallbackServerContext* context,
                                            const v1::RecordRepaymentRequest* request,
                                            v1::RecordRepaymentResponse* response);
  grpc::ServerUnaryReactor* ReverseRepayment(grpc::CallbackServerContext* context,
                                             const v1::ReverseRepaymentRequest* request,
                                             v1::ReverseRepaymentResponse* response);
  grpc::ServerUnaryReactor* ForgiveOverpayment(grpc::CallbackServerContext* context,
                                               const v1::ForgiveOverpaymentRequest* request,
                                               v1::ForgiveOverpaymentResponse* response);
  grpc::ServerUnaryReactor* ReverseCredit(grpc::CallbackServerContext* context,
                                          const v1::ReverseCreditRequest* request,
                                          v1::ReverseCreditResponse* response);
  grpc::ServerUnaryReactor* ConfirmHeir(grpc::CallbackServerContext* context,
                                        const v1::ConfirmHeirRequest* request,
                                        v1::ConfirmHeirResponse* response);
  grpc::ServerUnaryReactor* RefuseHeir(grpc::CallbackServerContext* context,
                                       const v1::RefuseHeirRequest* request,
                                       v1::RefuseHeirResponse* response);
  grpc::ServerUnaryReactor* ConfirmPayments(grpc::CallbackServerContext* context,
                                            const v1::ConfirmPaymentsRequest* request,
                                            v1::ConfirmPaymentsResponse* response);
  grpc::ServerUnaryReactor* ReturnPayment(grpc::CallbackServerContext* context,
                                          const v1::ReturnPaymentRequest* request,
                                          v1::ReturnPaymentResponse* response);
  grpc::ServerUnaryReactor* GetClaimCompensation(grpc::CallbackServerContext* context,
                                                 const v1::GetClaimCompensationRequest* request,
                                                 v1::GetClaimCompensationResponse* response);
  grpc::ServerUnaryReactor* GetCompensation(grpc::CallbackServerContext* context,
                                            const v1::GetCompensationRequest* request,
                                            v1::GetCompensationResponse* response);
  grpc::ServerUnaryReactor* ListSettlements(grpc::CallbackServerContext* context,
                                            const v1::ListSettlementsRequest* request,
                                            v1::ListSettlementsResponse* response);
  grpc::ServerUnaryReactor* GetPaymentBatch(grpc::CallbackServerContext* context,
                                            const v1::GetPaymentBatchRequest* request,
                                            v1::GetPaymentBatchResponse* response);
  grpc::ServerUnaryReactor* ListPaymentBatches(grpc::CallbackServerContext* context,
                                               const v1::ListPaymentBatchesRequest* request,
                                               v1::ListPaymentBatchesResponse* response);
  grpc::ServerUnaryReactor* GetStatistics(grpc::CallbackServerContext* context,
                                          const v1::GetStatisticsRequest* request,
                                          v1::GetStatisticsResponse* response);

 private:
  absl::Status FillBatch(const Caller& caller, uint64_t batch_id, v1::ListedPaymentBatch& row) const;
  absl::Status AnswerShares(const Caller& caller, const v1::ListAllocationSharesRequest& request,
                            v1::ListAllocationSharesResponse& response);

  CallPipeline& calls_;
};

}  // namespace klaim::services
