// AccountsService and SessionService: who may call, and how people sign in.
#pragma once

#include "klaim/v1/accounts_service.grpc.pb.h"
#include "services/calls.h"
#include "services/credentials.h"
#include "services/provider_sign_in.h"

namespace klaim::services {

class AccountsService final : public v1::AccountsService::CallbackService {
 public:
  AccountsService(Calls& calls, CredentialStore& credentials) : calls_(calls), credentials_(credentials) {}

  grpc::ServerUnaryReactor* OpenAccount(grpc::CallbackServerContext* context,
                                        const v1::OpenAccountRequest* request,
                                        v1::OpenAccountResponse* response) override;
  grpc::ServerUnaryReactor* GrantRole(grpc::CallbackServerContext* context,
                                      const v1::GrantRoleRequest* request,
                                      v1::GrantRoleResponse* response) override;
  grpc::ServerUnaryReactor* WithdrawRole(grpc::CallbackServerContext* context,
                                         const v1::WithdrawRoleRequest* request,
                                         v1::WithdrawRoleResponse* response) override;
  grpc::ServerUnaryReactor* GrantPermission(grpc::CallbackServerContext* context,
                                            const v1::GrantPermissionRequest* request,
                                            v1::GrantPermissionResponse* response) override;
  grpc::ServerUnaryReactor* WithdrawPermission(grpc::CallbackServerContext* context,
                                               const v1::WithdrawPermissionRequest* request,
                                               v1::WithdrawPermissionResponse* response) override;
  grpc::ServerUnaryReactor* RecoverAccount(grpc::CallbackServerContext* context,
                                           const v1::RecoverAccountRequest* request,
                                           v1::RecoverAccountResponse* response) override;
  grpc::ServerUnaryReactor* CloseAccount(grpc::CallbackServerContext* context,
                                         const v1::CloseAccountRequest* request,
                                         v1::CloseAccountResponse* response) override;
  grpc::ServerUnaryReactor* ListAccounts(grpc::CallbackServerContext* context,
                                         const v1::ListAccountsRequest* request,
                                         v1::ListAccountsResponse* response) override;

 private:
  Calls& calls_;
  CredentialStore& credentials_;
};

class SessionService final : public v1::SessionService::CallbackService {
 public:
  SessionService(Calls& calls, CredentialStore& credentials, ProviderSignIn& provider)
      : calls_(calls), credentials_(credentials), provider_(provider) {}

  grpc::ServerUnaryReactor* SignIn(grpc::CallbackServerContext* context, const v1::SignInRequest* request,
                                   v1::SignInResponse* response) override;
  grpc::ServerUnaryReactor* BeginProviderSignIn(grpc::CallbackServerContext* context,
                                                const v1::BeginProviderSignInRequest* request,
                                                v1::BeginProviderSignInResponse* response) override;
  grpc::ServerUnaryReactor* FinishProviderSignIn(grpc::CallbackServerContext* context,
                                                 const v1::FinishProviderSignInRequest* request,
                                                 v1::FinishProviderSignInResponse* response) override;
  grpc::ServerUnaryReactor* SignOut(grpc::CallbackServerContext* context, const v1::SignOutRequest* request,
                                    v1::SignOutResponse* response) override;
  grpc::ServerUnaryReactor* GetOwnAccount(grpc::CallbackServerContext* context,
                                          const v1::GetOwnAccountRequest* request,
                                          v1::GetOwnAccountResponse* response) override;
  grpc::ServerUnaryReactor* ChangePassword(grpc::CallbackServerContext* context,
                                           const v1::ChangePasswordRequest* request,
                                           v1::ChangePasswordResponse* response) override;
  grpc::ServerUnaryReactor* EnrolSecondFactor(grpc::CallbackServerContext* context,
                                              const v1::EnrolSecondFactorRequest* request,
                                              v1::EnrolSecondFactorResponse* response) override;
  grpc::ServerUnaryReactor* ConfirmSecondFactor(grpc::CallbackServerContext* context,
                                                const v1::ConfirmSecondFactorRequest* request,
                                                v1::ConfirmSecondFactorResponse* response) override;

 private:
  absl::Status StartSession(const v1::Account& account, const CredentialStore::SignedIn& signed_in,
                            v1::SessionStarted& started);

  Calls& calls_;
  CredentialStore& credentials_;
  ProviderSignIn& provider_;
};

}  // namespace klaim::services
