// IntakeService: taking in claimants, cases and claims.
#pragma once

#include "engine/domain/core/money.h"
#include "klaim/v1/intake_service.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/boundary/service_methods.h"

namespace klaim::services {

class IntakeService final : public ServiceMethods {
 public:
  explicit IntakeService(CallPipeline& calls);

  grpc::ServerUnaryReactor* FileClaim(grpc::CallbackServerContext* context,
                                      const v1::FileClaimRequest* request, v1::FileClaimResponse* response);
  grpc::ServerUnaryReactor* AddCaseNote(grpc::CallbackServerContext* context,
                                        const v1::AddCaseNoteRequest* request,
                                        v1::AddCaseNoteResponse* response);
  grpc::ServerUnaryReactor* GiveConsent(grpc::CallbackServerContext* context,
                                        const v1::GiveConsentRequest* request,
                                        v1::GiveConsentResponse* response);
  grpc::ServerUnaryReactor* WithdrawConsent(grpc::CallbackServerContext* context,
                                            const v1::WithdrawConsentRequest* request,
                                            v1::WithdrawConsentResponse* response);
  grpc::ServerUnaryReactor* ConfirmPayoutAccount(grpc::CallbackServerContext* context,
                                                 const v1::ConfirmPayoutAccountRequest* request,
                                                 v1::ConfirmPayoutAccountResponse* response);
  grpc::ServerUnaryReactor* CureDeficiency(grpc::CallbackServerContext* context,
                                           const v1::CureDeficiencyRequest* request,
                                           v1::CureDeficiencyResponse* response);
  grpc::ServerUnaryReactor* WithdrawClaim(grpc::CallbackServerContext* context,
                                          const v1::WithdrawClaimRequest* request,
                                          v1::WithdrawClaimResponse* response);
  grpc::ServerUnaryReactor* GetClaim(grpc::CallbackServerContext* context, const v1::GetClaimRequest* request,
                                     v1::GetClaimResponse* response);
  grpc::ServerUnaryReactor* ListClaims(grpc::CallbackServerContext* context,
                                       const v1::ListClaimsRequest* request,
                                       v1::ListClaimsResponse* response);
  grpc::ServerUnaryReactor* GetCaseFile(grpc::CallbackServerContext* context,
                                        const v1::GetCaseFileRequest* request,
                                        v1::GetCaseFileResponse* response);
  grpc::ServerUnaryReactor* GetClaimant(grpc::CallbackServerContext* context,
                                        const v1::GetClaimantRequest* request,
                                        v1::GetClaimantResponse* response);
  grpc::ServerUnaryReactor* ListPossibleDuplicates(grpc::CallbackServerContext* context,
                                                   const v1::ListPossibleDuplicatesRequest* request,
                                                   v1::ListPossibleDuplicatesResponse* response);
  grpc::ServerBidiReactor<v1::FileClaimsRequest, v1::FileClaimsResponse>* FileClaims(
      grpc::CallbackServerContext* context);

 private:
  absl::StatusOr<v1::Claim> Describe(const Caller& caller, uint64_t claim_id);
  absl::Status AnswerCaseFile(Caller& caller, const v1::GetCaseFileRequest& request,
                              v1::GetCaseFileResponse& response);
  absl::StatusOr<bool> Reaches(const Caller& caller, uint64_t organisation_id, uint64_t claim_id);
  absl::Status AnswerClaims(const Caller& caller, const v1::ListClaimsRequest& request,
                            v1::ListClaimsResponse& response);

  CallPipeline& calls_;
};

}  // namespace klaim::services
