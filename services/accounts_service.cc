#include "services/accounts_service.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/domain/account.h"
#include "engine/domain/refusal.h"

namespace klaim::services {
namespace {

using projections::Key;
using sequencer::Outcome;

// A write after which accounts may do other things: it is answered once every later call sees that. `then`
// goes on with the outcome, and finishes the call.
template <class Request, class Response, class Then>
grpc::ServerUnaryReactor* WriteAccount(Calls& calls, grpc::CallbackServerContext* context,
                                       const Request* request, Response* response, Then then) {
  auto* reactor = context->DefaultReactor();
  auto caller = calls.Authorise(*context, *request);
  if (!caller.ok()) return Calls::Refuse(reactor, caller.status());
  auto command = calls.Prepare(*caller, Calls::Own(*request));
  if (!command.ok()) return Calls::Refuse(reactor, command.status());
  command->done = [&calls, reactor, response, then](const absl::StatusOr<Outcome>& outcome) {
    if (!outcome.ok()) return reactor->Finish(ToWire(outcome.status()));
    Calls::FillReceipt(*outcome, *response->mutable_receipt());
    calls.docket().projector->WhenVisible(outcome->last_sequence,
                                          [&calls, reactor, then, outcome = *outcome](bool) {
                                            calls.authenticator().Forget();
                                            then(outcome, reactor);
                                          });
  };
  if (absl::Status status = calls.docket().sequencer->Submit(*std::move(command)); !status.ok())
    Calls::Refuse(reactor, status);
  return reactor;
}

void FinishNow(const Outcome&, grpc::ServerUnaryReactor* reactor) { reactor->Finish(grpc::Status::OK); }

}  // namespace

grpc::ServerUnaryReactor* AccountsService::OpenAccount(grpc::CallbackServerContext* context,
                                                       const v1::OpenAccountRequest* request,
                                                       v1::OpenAccountResponse* response) {
  return WriteAccount(calls_, context, request, response,
                      [response](const Outcome& outcome, grpc::ServerUnaryReactor* reactor) {
                        response->set_account_id(outcome.first_sequence);
                        reactor->Finish(grpc::Status::OK);
                      });
}

grpc::ServerUnaryReactor* AccountsService::GrantRole(grpc::CallbackServerContext* context,
                                                     const v1::GrantRoleRequest* request,
                                                     v1::GrantRoleResponse* response) {
  return WriteAccount(calls_, context, request, response, FinishNow);
}

grpc::ServerUnaryReactor* AccountsService::WithdrawRole(grpc::CallbackServerContext* context,
                                                        const v1::WithdrawRoleRequest* request,
                                                        v1::WithdrawRoleResponse* response) {
  return WriteAccount(calls_, context, request, response, FinishNow);
}

grpc::ServerUnaryReactor* AccountsService::GrantPermission(grpc::CallbackServerContext* context,
                                                           const v1::GrantPermissionRequest* request,
                                                           v1::GrantPermissionResponse* response) {
  return WriteAccount(calls_, context, request, response, FinishNow);
}

grpc::ServerUnaryReactor* AccountsService::WithdrawPermission(grpc::CallbackServerContext* context,
                                                              const v1::WithdrawPermissionRequest* request,
                                                              v1::WithdrawPermissionResponse* response) {
  return WriteAccount(calls_, context, request, response, FinishNow);
}

grpc::ServerUnaryReactor* AccountsService::RecoverAccount(grpc::CallbackServerContext* context,
                                                          const v1::RecoverAccountRequest* request,
                                                          v1::RecoverAccountResponse* response) {
  const uint64_t account_id = request->account_id();
  return WriteAccount(
      calls_, context, request, response,
      [this, response, account_id](const Outcome& outcome, grpc::ServerUnaryReactor* reactor) {
        // A repetition must not take away the password that the first answer gave.
        if (outcome.recorded_before) return reactor->Finish(grpc::Status::OK);
        calls_.authenticator().sessions().EndAllOf(account_id);
        absl::Status queued = credentials_.Run([this, response, reactor, account_id] {
          auto password = credentials_.Recover(account_id);
          if (password.ok()) response->set_first_password(*std::move(password));
          reactor->Finish(ToWire(password.status()));
        });
        if (!queued.ok()) Calls::Refuse(reactor, queued);
      });
}

grpc::ServerUnaryReactor* AccountsService::CloseAccount(grpc::CallbackServerContext* context,
                                                        const v1::CloseAccountRequest* request,
                                                        v1::CloseAccountResponse* response) {
  const uint64_t account_id = request->account_id();
  return WriteAccount(calls_, context, request, response,
                      [this, account_id](const Outcome&, grpc::ServerUnaryReactor* reactor) {
                        calls_.authenticator().sessions().EndAllOf(account_id);
                        reactor->Finish(grpc::Status::OK);
                      });
}

grpc::ServerUnaryReactor* AccountsService::ListAccounts(grpc::CallbackServerContext* context,
                                                        const v1::ListAccountsRequest* request,
                                                        v1::ListAccountsResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](const Caller& caller) -> absl::Status {
                       const std::string prefix = Key('a');
                       auto page = PageOf(request->page(), prefix);
                       if (!page.ok()) return page.status();
                       std::string last;
                       absl::Status status;
                       absl::Status scanned =
                           calls_.ViewFor(caller, "accounts")
                               .Scan(prefix, page->from, [&](absl::string_view key, absl::string_view value) {
                                 if (static_cast<uint32_t>(response->accounts_size()) == page->size) {
                                   response->mutable_page()->set_next_cursor(CursorAfter(last));
                                   return false;
                                 }
                                 last = std::string(key);
                                 v1::Account account;
                                 account.ParseFromArray(value.data(), static_cast<int>(value.size()));
                                 auto below = calls_.scope().Below(caller, account.organisation_id());
                                 status = below.status();
                                 if (status.ok() && *below) *response->add_accounts() = account;
                                 return status.ok();
                               });
                       return scanned.ok() ? status : scanned;
                     });
}

absl::Status SessionService::StartSession(const v1::Account& account,
                                          const CredentialStore::SignedIn& signed_in,
                                          v1::SessionStarted& started) {
  const int64_t now = calls_.authenticator().now_micros();
  Sessions& sessions = calls_.authenticator().sessions();
  Session session;
  session.account_id = account.account_id();
  session.began_micros = now;
  session.last_used_micros = now;
  session.second_factor = signed_in.second_factor;
  session.password_change_needed = signed_in.first_password;
  auto token = sessions.Begin(session);
  if (!token.ok()) return token.status();
  started.set_token(*token);
  started.set_expires_at_micros(now + sessions.limits().absolute_seconds * 1'000'000);
  started.set_idle_seconds(sessions.limits().idle_seconds);
  started.set_second_factor_needed(NeedsSecondFactor(account) && !signed_in.second_factor);
  started.set_password_change_needed(signed_in.first_password);
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* SessionService::SignIn(grpc::CallbackServerContext* context,
                                                 const v1::SignInRequest* request,
                                                 v1::SignInResponse* response) {
  auto* reactor = context->DefaultReactor();
  auto caller = calls_.Authorise(*context, *request);
  if (!caller.ok()) return Calls::Refuse(reactor, caller.status());
  absl::Status queued = credentials_.Run([this, request, response, reactor] {
    auto account = calls_.authenticator().FindAccount(request->organisation_id(), request->name());
    const bool open = account.ok() && !account->closed();
    auto signed_in = credentials_.Check(open ? account->account_id() : 0, request->password(),
                                        request->second_factor_code(), calls_.authenticator().now_micros());
    absl::Status status = signed_in.status();
    if (status.ok()) status = StartSession(*account, *signed_in, *response->mutable_session());
    reactor->Finish(ToWire(status));
  });
  return queued.ok() ? reactor : Calls::Refuse(reactor, queued);
}

grpc::ServerUnaryReactor* SessionService::BeginProviderSignIn(grpc::CallbackServerContext* context,
                                                              const v1::BeginProviderSignInRequest* request,
                                                              v1::BeginProviderSignInResponse* response) {
  auto* reactor = context->DefaultReactor();
  auto caller = calls_.Authorise(*context, *request);
  if (!caller.ok()) return Calls::Refuse(reactor, caller.status());
  absl::Status queued = credentials_.Run([this, request, response, reactor] {
    auto begun = provider_.Begin(request->organisation_id(), request->redirect_uri(),
                                 calls_.authenticator().now_micros());
    if (begun.ok()) {
      response->set_authorization_url(begun->authorization_url);
      response->set_state(begun->state);
    }
    reactor->Finish(ToWire(begun.status()));
  });
  return queued.ok() ? reactor : Calls::Refuse(reactor, queued);
}

grpc::ServerUnaryReactor* SessionService::FinishProviderSignIn(grpc::CallbackServerContext* context,
                                                               const v1::FinishProviderSignInRequest* request,
                                                               v1::FinishProviderSignInResponse* response) {
  auto* reactor = context->DefaultReactor();
  auto caller = calls_.Authorise(*context, *request);
  if (!caller.ok()) return Calls::Refuse(reactor, caller.status());
  absl::Status queued = credentials_.Run([this, request, response, reactor] {
    auto named = provider_.Finish(request->state(), request->code(), calls_.authenticator().now_micros());
    absl::Status status = named.status();
    if (named.ok()) {
      auto account = calls_.authenticator().FindAccount(named->organisation_id, named->account_name);
      if (!account.ok() || account->closed()) {
        status = absl::UnauthenticatedError("the provider knows you, but no account is open for you here");
      } else {
        status = StartSession(*account, {false, named->second_factor}, *response->mutable_session());
      }
    }
    reactor->Finish(ToWire(status));
  });
  return queued.ok() ? reactor : Calls::Refuse(reactor, queued);
}

grpc::ServerUnaryReactor* SessionService::SignOut(grpc::CallbackServerContext* context,
                                                  const v1::SignOutRequest* request, v1::SignOutResponse*) {
  return calls_.Read(context, request, 0, [this](const Caller& caller) {
    calls_.authenticator().sessions().End(caller.session_token);
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* SessionService::GetOwnAccount(grpc::CallbackServerContext* context,
                                                        const v1::GetOwnAccountRequest* request,
                                                        v1::GetOwnAccountResponse* response) {
  return calls_.Read(context, request, 0, [this, response](const Caller& caller) -> absl::Status {
    auto account = calls_.authenticator().FindAccount(caller.account_id);
    if (!account.ok()) return account.status();
    *response->mutable_account() = *std::move(account);
    for (int permission = v1::Permission_MIN; permission <= v1::Permission_MAX; ++permission) {
      if (permission != 0 && caller.May(static_cast<v1::Permission>(permission))) {
        response->add_permissions(static_cast<v1::Permission>(permission));
      }
    }
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* SessionService::ChangePassword(grpc::CallbackServerContext* context,
                                                         const v1::ChangePasswordRequest* request,
                                                         v1::ChangePasswordResponse*) {
  auto* reactor = context->DefaultReactor();
  auto caller = calls_.Authorise(*context, *request);
  if (!caller.ok()) return Calls::Refuse(reactor, caller.status());
  absl::Status queued = credentials_.Run([this, request, reactor, caller = *caller] {
    absl::Status status =
        credentials_.ChangePassword(caller.account_id, request->old_password(), request->new_password(),
                                    calls_.authenticator().now_micros());
    if (status.ok()) calls_.authenticator().sessions().Renew(caller.session_token, false, false);
    reactor->Finish(ToWire(status));
  });
  return queued.ok() ? reactor : Calls::Refuse(reactor, queued);
}

grpc::ServerUnaryReactor* SessionService::EnrolSecondFactor(grpc::CallbackServerContext* context,
                                                            const v1::EnrolSecondFactorRequest* request,
                                                            v1::EnrolSecondFactorResponse* response) {
  return calls_.Read(context, request, 0, [this, response](const Caller& caller) -> absl::Status {
    auto secret = credentials_.Enrol(caller.account_id);
    if (!secret.ok()) return secret.status();
    // Key URI as authenticators read it; SHA-1, six digits and 30 seconds are what all of them take for granted.
    response->set_uri(absl::StrCat("otpauth://totp/Klaim:", caller.actor, "?secret=", *secret,
                                   "&issuer=Klaim&algorithm=SHA1&digits=6&period=30"));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* SessionService::ConfirmSecondFactor(grpc::CallbackServerContext* context,
                                                              const v1::ConfirmSecondFactorRequest* request,
                                                              v1::ConfirmSecondFactorResponse* response) {
  auto caller = calls_.Authorise(*context, *request);
  if (!caller.ok()) return Calls::Refuse(context->DefaultReactor(), caller.status());
  absl::Status confirmed = credentials_.Confirm(caller->account_id, request->second_factor_code(),
                                                calls_.authenticator().now_micros());
  if (!confirmed.ok()) return Calls::Refuse(context->DefaultReactor(), confirmed);
  return WriteAccount(
      calls_, context, request, response,
      [this, token = caller->session_token](const Outcome&, grpc::ServerUnaryReactor* reactor) {
        calls_.authenticator().sessions().Renew(token, true, true);
        reactor->Finish(grpc::Status::OK);
      });
}

}  // namespace klaim::services
