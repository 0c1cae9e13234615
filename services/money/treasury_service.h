// TreasuryService: trust accounts and what their banks report, payment files, the case fund, the ledger.
#pragma once

#include "klaim/v1/treasury_service.grpc.pb.h"
#include "services/boundary/call_pipeline.h"

namespace klaim::services {

class TreasuryService final : public v1::TreasuryService::CallbackService {
 public:
  explicit TreasuryService(CallPipeline& calls) : calls_(calls) {}

  grpc::ServerUnaryReactor* OpenTrustAccount(grpc::CallbackServerContext* context,
                                             const v1::OpenTrustAccountRequest* request,
                                             v1::OpenTrustAccountResponse* response) override;
  grpc::ServerUnaryReactor* SetBankProfile(grpc::CallbackServerContext* context,
                                           const v1::SetBankProfileRequest* request,
                                           v1::SetBankProfileResponse* response) override;
  grpc::ServerUnaryReactor* PreviewPaymentFile(grpc::CallbackServerContext* context,
                                               const v1::PreviewPaymentFileRequest* request,
                                               v1::PreviewPaymentFileResponse* response) override;
  grpc::ServerUnaryReactor* RecordBankReport(grpc::CallbackServerContext* context,
                                             const v1::RecordBankReportRequest* request,
                                             v1::RecordBankReportResponse* response) override;
  grpc::ServerWriteReactor<v1::GetPaymentFileResponse>* GetPaymentFile(
      grpc::CallbackServerContext* context, const v1::GetPaymentFileRequest* request) override;
  grpc::ServerUnaryReactor* OpenCaseFund(grpc::CallbackServerContext* context,
                                         const v1::OpenCaseFundRequest* request,
                                         v1::OpenCaseFundResponse* response) override;
  grpc::ServerUnaryReactor* AccrueCaseFund(grpc::CallbackServerContext* context,
                                           const v1::AccrueCaseFundRequest* request,
                                           v1::AccrueCaseFundResponse* response) override;
  grpc::ServerUnaryReactor* PayCaseCost(grpc::CallbackServerContext* context,
                                        const v1::PayCaseCostRequest* request,
                                        v1::PayCaseCostResponse* response) override;
  grpc::ServerUnaryReactor* ApproveCaseFundMove(grpc::CallbackServerContext* context,
                                                const v1::ApproveCaseFundMoveRequest* request,
                                                v1::ApproveCaseFundMoveResponse* response) override;
  grpc::ServerUnaryReactor* RejectCaseFundMove(grpc::CallbackServerContext* context,
                                               const v1::RejectCaseFundMoveRequest* request,
                                               v1::RejectCaseFundMoveResponse* response) override;
  grpc::ServerUnaryReactor* ListCaseFunds(grpc::CallbackServerContext* context,
                                          const v1::ListCaseFundsRequest* request,
                                          v1::ListCaseFundsResponse* response) override;
  grpc::ServerUnaryReactor* ListLedger(grpc::CallbackServerContext* context,
                                       const v1::ListLedgerRequest* request,
                                       v1::ListLedgerResponse* response) override;
  grpc::ServerUnaryReactor* ListLedgerAccounts(grpc::CallbackServerContext* context,
                                               const v1::ListLedgerAccountsRequest* request,
                                               v1::ListLedgerAccountsResponse* response) override;

 private:
  // Reads the document in the request into its report.
  absl::Status FillReport(v1::RecordBankReportRequest& request) const;

  CallPipeline& calls_;
};

}  // namespace klaim::services
