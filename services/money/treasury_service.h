// TreasuryService: trust accounts and what their banks report, payment files, the case fund, the ledger.
#pragma once

#include "klaim/v1/treasury_service.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/boundary/service_methods.h"

namespace klaim::services {

class TreasuryService final : public ServiceMethods {
 public:
  explicit TreasuryService(CallPipeline& calls);

  grpc::ServerUnaryReactor* OpenTrustAccount(grpc::CallbackServerContext* context,
                                             const v1::OpenTrustAccountRequest* request,
                                             v1::OpenTrustAccountResponse* response);
  grpc::ServerUnaryReactor* SetBankProfile(grpc::CallbackServerContext* context,
                                           const v1::SetBankProfileRequest* request,
                                           v1::SetBankProfileResponse* response);
  grpc::ServerUnaryReactor* PreviewPaymentFile(grpc::CallbackServerContext* context,
                                               const v1::PreviewPaymentFileRequest* request,
                                               v1::PreviewPaymentFileResponse* response);
  grpc::ServerUnaryReactor* RecordBankReport(grpc::CallbackServerContext* context,
                                             const v1::RecordBankReportRequest* request,
                                             v1::RecordBankReportResponse* response);
  grpc::ServerWriteReactor<v1::GetPaymentFileResponse>* GetPaymentFile(
      grpc::CallbackServerContext* context, const v1::GetPaymentFileRequest* request);
  grpc::ServerUnaryReactor* OpenCaseFund(grpc::CallbackServerContext* context,
                                         const v1::OpenCaseFundRequest* request,
                                         v1::OpenCaseFundResponse* response);
  grpc::ServerUnaryReactor* AccrueCaseFund(grpc::CallbackServerContext* context,
                                           const v1::AccrueCaseFundRequest* request,
                                           v1::AccrueCaseFundResponse* response);
  grpc::ServerUnaryReactor* PayCaseCost(grpc::CallbackServerContext* context,
                                        const v1::PayCaseCostRequest* request,
                                        v1::PayCaseCostResponse* response);
  grpc::ServerUnaryReactor* ApproveCaseFundMove(grpc::CallbackServerContext* context,
                                                const v1::ApproveCaseFundMoveRequest* request,
                                                v1::ApproveCaseFundMoveResponse* response);
  grpc::ServerUnaryReactor* RejectCaseFundMove(grpc::CallbackServerContext* context,
                                               const v1::RejectCaseFundMoveRequest* request,
                                               v1::RejectCaseFundMoveResponse* response);
  grpc::ServerUnaryReactor* ListCaseFunds(grpc::CallbackServerContext* context,
                                          const v1::ListCaseFundsRequest* request,
                                          v1::ListCaseFundsResponse* response);
  grpc::ServerUnaryReactor* ListLedger(grpc::CallbackServerContext* context,
                                       const v1::ListLedgerRequest* request,
                                       v1::ListLedgerResponse* response);
  grpc::ServerUnaryReactor* ListLedgerAccounts(grpc::CallbackServerContext* context,
                                               const v1::ListLedgerAccountsRequest* request,
                                               v1::ListLedgerAccountsResponse* response);

 private:
  // Reads the document in the request into its report.
  absl::Status FillReport(v1::RecordBankReportRequest& request) const;

  CallPipeline& calls_;
};

}  // namespace klaim::services
