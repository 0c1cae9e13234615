// AccountsService and SessionService: who may call, and how people sign in.
#pragma once

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "engine/domain/people/account.h"
#include "klaim/v1/accounts_service.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/boundary/service_methods.h"
#include "services/identity/credentials.h"
#include "services/identity/provider_sign_in.h"
#include "services/identity/sign_in_queue.h"

namespace klaim::services {

class AccountsService final : public ServiceMethods {
 public:
  explicit AccountsService(CallPipeline& calls);

  grpc::ServerUnaryReactor* OpenAccount(grpc::CallbackServerContext* context,
                                        const v1::OpenAccountRequest* request,
                                        v1::OpenAccountResponse* response);
  grpc::ServerUnaryReactor* GrantRole(grpc::CallbackServerContext* context,
                                      const v1::GrantRoleRequest* request, v1::GrantRoleResponse* response);
  grpc::ServerUnaryReactor* WithdrawRole(grpc::CallbackServerContext* context,
                                         const v1::WithdrawRoleRequest* request,
                                         v1::WithdrawRoleResponse* response);
  grpc::ServerUnaryReactor* GrantPermission(grpc::CallbackServerContext* context,
                                            const v1::GrantPermissionRequest* request,
                                            v1::GrantPermissionResponse* response);
  grpc::ServerUnaryReactor* WithdrawPermission(grpc::CallbackServerContext* context,
                                               const v1::WithdrawPermissionRequest* request,
                                               v1::WithdrawPermissionResponse* response);
  grpc::ServerUnaryReactor* RecoverAccount(grpc::CallbackServerContext* context,
                                           const v1::RecoverAccountRequest* request,
                                           v1::RecoverAccountResponse* response);
  grpc::ServerUnaryReactor* ConfirmAccountChange(grpc::CallbackServerContext* context,
                                                 const v1::ConfirmAccountChangeRequest* request,
                                                 v1::ConfirmAccountChangeResponse* response);
  grpc::ServerUnaryReactor* RefuseAccountChange(grpc::CallbackServerContext* context,
                                                const v1::RefuseAccountChangeRequest* request,
                                                v1::RefuseAccountChangeResponse* response);
  grpc::ServerUnaryReactor* CloseAccount(grpc::CallbackServerContext* context,
                                         const v1::CloseAccountRequest* request,
                                         v1::CloseAccountResponse* response);
  grpc::ServerUnaryReactor* ListAccounts(grpc::CallbackServerContext* context,
                                         const v1::ListAccountsRequest* request,
                                         v1::ListAccountsResponse* response);

 private:
  CallPipeline& calls_;
};

class SessionService final : public ServiceMethods {
 public:
  SessionService(CallPipeline& calls, CredentialStore& credentials, ProviderSignIn& provider);

  grpc::ServerUnaryReactor* SignIn(grpc::CallbackServerContext* context, const v1::SignInRequest* request,
                                   v1::SignInResponse* response);
  grpc::ServerUnaryReactor* BeginProviderSignIn(grpc::CallbackServerContext* context,
                                                const v1::BeginProviderSignInRequest* request,
                                                v1::BeginProviderSignInResponse* response);
  grpc::ServerUnaryReactor* FinishProviderSignIn(grpc::CallbackServerContext* context,
                                                 const v1::FinishProviderSignInRequest* request,
                                                 v1::FinishProviderSignInResponse* response);
  grpc::ServerUnaryReactor* SignOut(grpc::CallbackServerContext* context, const v1::SignOutRequest* request,
                                    v1::SignOutResponse* response);
  grpc::ServerUnaryReactor* GetOwnAccount(grpc::CallbackServerContext* context,
                                          const v1::GetOwnAccountRequest* request,
                                          v1::GetOwnAccountResponse* response);
  grpc::ServerUnaryReactor* ChangePassword(grpc::CallbackServerContext* context,
                                           const v1::ChangePasswordRequest* request,
                                           v1::ChangePasswordResponse* response);
  grpc::ServerUnaryReactor* EnrolSecondFactor(grpc::CallbackServerContext* context,
                                              const v1::EnrolSecondFactorRequest* request,
                                              v1::EnrolSecondFactorResponse* response);
  grpc::ServerUnaryReactor* ConfirmSecondFactor(grpc::CallbackServerContext* context,
                                                const v1::ConfirmSecondFactorRequest* request,
                                                v1::ConfirmSecondFactorResponse* response);

 private:
  // The account of this name as the log has it; none when there is none, or it is closed.
  absl::StatusOr<std::optional<domain::AccountState>> OpenAccountNamed(uint64_t organisation_id,
                                                                       const std::string& name) const;
  absl::StatusOr<domain::AccountState> AccountOf(const Caller& caller) const;
  absl::Status SignInByPassword(const v1::SignInRequest& request, const SignInTry& who,
                                const SignInProof& proof, v1::SignInResponse& response);
  absl::Status SignInByProvider(const v1::FinishProviderSignInRequest& request,
                                v1::FinishProviderSignInResponse& response);
  // Begins a session, and tells what was done to the account: what it wasn't told of before, or what is `untold`.
  absl::Status StartSession(const domain::AccountState& account, const CredentialStore::SignedIn& signed_in,
                            v1::SessionStarted& started);
  absl::Status StartSession(const domain::AccountState& account, const CredentialStore::SignedIn& signed_in,
                            absl::FunctionRef<bool(const v1::EventRecord&)> untold,
                            v1::SessionStarted& started);
  void PasswordChanged(const Caller& caller);
  // Records that the account's person confirms its recovery, and finishes the call.
  void ConfirmOwnRecovery(const Caller& caller, uint64_t recovery, grpc::ServerUnaryReactor* reactor);

  CallPipeline& calls_;
  CredentialStore& credentials_;
  ProviderSignIn& provider_;
  SignInQueue passwords_{2};  // each takes 64 MiB
  SignInQueue providers_{4};  // waits for foreign servers
};

}  // namespace klaim::services
