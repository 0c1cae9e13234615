#include "services/trust/accounts_service.h"

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/people/account.h"
#include "engine/sequencer/folded.h"
#include "klaim/v1/event_record.pb.h"
#include "projections/people/accounts_query.h"
#include "services/common/limits.h"
#include "services/identity/account_notices.h"

namespace klaim::services {
namespace {

using sequencer::Outcome;

constexpr int64_t kTellForMicros = 30ll * 86'400 * 1'000'000;

// What a stranger sends may wait for a while, and takes memory until then.
absl::Status CheckSize(const google::protobuf::Message& request) {
  if (request.ByteSizeLong() <= kMaxSignInBytes) return absl::OkStatus();
  return domain::Refuse(absl::StatusCode::kInvalidArgument,
                        v1::REASON_WHAT_WAS_SENT_IS_LONGER_THAN_SIGN_IN_CAN_BE);
}

// A write after which accounts may do other things: it is answered once lists show it too, and a new account is found by
// its name. `at_once` is called when it is recorded; `then` goes on with the outcome, and finishes the call.
template <class Request, class Response, class AtOnce, class Then>
grpc::ServerUnaryReactor* WriteAccount(CallPipeline& calls, grpc::CallbackServerContext* context,
                                       const Request* request, Response* response, AtOnce at_once,
                                       Then then) {
  return calls.WriteThen(
      context, request, response,
      [&calls, at_once, then](const Principal&, Outcome outcome, grpc::ServerUnaryReactor* reactor) {
        at_once(outcome);
        outcome.first = outcome.last = nullptr;  // gone by then
        calls.docket().projector->WhenVisible(outcome.last_sequence,
                                              [reactor, then, outcome](bool) { then(outcome, reactor); });
      });
}

template <class Request, class Response, class Then>
grpc::ServerUnaryReactor* WriteAccount(CallPipeline& calls, grpc::CallbackServerContext* context,
                                       const Request* request, Response* response, Then then) {
  return WriteAccount(
      calls, context, request, response, [](const Outcome&) {}, then);
}

void FinishNow(const Outcome&, grpc::ServerUnaryReactor* reactor) { reactor->Finish(grpc::Status::OK); }

// Whether what an account signs in with was made void by one of these events. When it can't be known, yes.
bool SignInMadeVoid(CallPipeline& calls, uint64_t account_id, const std::set<uint64_t>& events) {
  auto account = sequencer::Folded<domain::AccountState>(*calls.docket().log, "account_id", account_id);
  return !account.ok() || events.contains(account->recovery);
}

}  // namespace

AccountsService::AccountsService(CallPipeline& calls) : calls_(calls) {
  Serve(&AccountsService::OpenAccount, &AccountsService::GrantRole, &AccountsService::WithdrawRole,
        &AccountsService::GrantPermission, &AccountsService::WithdrawPermission,
        &AccountsService::RecoverAccount, &AccountsService::ConfirmAccountChange,
        &AccountsService::RefuseAccountChange, &AccountsService::CloseAccount,
        &AccountsService::ListAccounts);
}

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

// The code is made before anything is recorded, and with its hash the recovery is whole: nothing that could fail comes after.
grpc::ServerUnaryReactor* AccountsService::RecoverAccount(grpc::CallbackServerContext* context,
                                                          const v1::RecoverAccountRequest* request,
                                                          v1::RecoverAccountResponse* response) {
  const uint64_t account_id = request->account_id();
  const std::string code = NewRecoveryCode();
  CallPipeline::Own(*request).set_code_hash(HashOfRecoveryCode(code));
  return WriteAccount(
      calls_, context, request, response,
      [this, response, account_id](const Outcome& outcome) {
        if (outcome.recorded_before) return;
        const bool holds = SignInMadeVoid(calls_, account_id, {outcome.first_sequence});
        if (holds) calls_.authenticator().sessions().EndAllOf(account_id);
        response->set_waits(!holds);
      },
      [response, code](const Outcome& outcome, grpc::ServerUnaryReactor* reactor) {
        if (outcome.recorded_before) {
          return reactor->Finish(
              ToWire(domain::NotNow("request_id", v1::REASON_WAS_RECORDED_ALREADY_AND_ITS_CODE_SHOWN_ONCE)));
        }
        response->set_first_password(code);
        reactor->Finish(grpc::Status::OK);
      });
}

grpc::ServerUnaryReactor* AccountsService::ConfirmAccountChange(
    grpc::CallbackServerContext* context, const v1::ConfirmAccountChangeRequest* request,
    v1::ConfirmAccountChangeResponse* response) {
  return WriteAccount(
      calls_, context, request, response,
      [this, account_id = request->account_id(), proposal = request->proposal()](const Outcome& outcome) {
        if (outcome.recorded_before) return;
        if (SignInMadeVoid(calls_, account_id, {proposal, outcome.first_sequence}))
          calls_.authenticator().sessions().EndAllOf(account_id);
      },
      FinishNow);
}

grpc::ServerUnaryReactor* AccountsService::RefuseAccountChange(grpc::CallbackServerContext* context,
                                                               const v1::RefuseAccountChangeRequest* request,
                                                               v1::RefuseAccountChangeResponse* response) {
  return WriteAccount(calls_, context, request, response, FinishNow);
}

grpc::ServerUnaryReactor* AccountsService::CloseAccount(grpc::CallbackServerContext* context,
                                                        const v1::CloseAccountRequest* request,
                                                        v1::CloseAccountResponse* response) {
  return WriteAccount(
      calls_, context, request, response,
      [this, account_id = request->account_id()](const Outcome&) {
        calls_.authenticator().sessions().EndAllOf(account_id);
      },
      FinishNow);
}

grpc::ServerUnaryReactor* AccountsService::ListAccounts(grpc::CallbackServerContext* context,
                                                        const v1::ListAccountsRequest* request,
                                                        v1::ListAccountsResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(), [this, request, response](const Caller& caller) {
        return calls_.AnswerPage(caller, *request, *response, calls_.ModelsFor(caller).accounts().All(),
                                 [&](v1::Account account) -> absl::StatusOr<bool> {
                                   auto below = calls_.scope().Below(caller, account.organisation_id());
                                   if (!below.ok() || !*below) return below;
                                   *response->add_accounts() = std::move(account);
                                   return true;
                                 });
      });
}

SessionService::SessionService(CallPipeline& calls, CredentialStore& credentials, ProviderSignIn& provider)
    : calls_(calls), credentials_(credentials), provider_(provider) {
  Serve(&SessionService::SignIn, &SessionService::BeginProviderSignIn, &SessionService::FinishProviderSignIn,
        &SessionService::SignOut, &SessionService::GetOwnAccount, &SessionService::ChangePassword,
        &SessionService::EnrolSecondFactor, &SessionService::ConfirmSecondFactor);
}

absl::StatusOr<std::optional<domain::AccountState>> SessionService::OpenAccountNamed(
    uint64_t organisation_id, const std::string& name) const {
  auto row = calls_.authenticator().FindAccount(organisation_id, name);
  if (absl::IsNotFound(row.status())) return std::optional<domain::AccountState>();
  if (!row.ok()) return row.status();
  auto account =
      sequencer::Folded<domain::AccountState>(*calls_.docket().log, "account_id", row->account_id());
  if (!account.ok()) return account.status();
  if (account->closed) return std::optional<domain::AccountState>();
  return std::make_optional<domain::AccountState>(*std::move(account));
}

absl::Status SessionService::StartSession(const domain::AccountState& account,
                                          const CredentialStore::SignedIn& signed_in,
                                          absl::FunctionRef<bool(const v1::EventRecord&)> untold,
                                          v1::SessionStarted& started) {
  const int64_t now = calls_.authenticator().now_micros();
  Sessions& sessions = calls_.authenticator().sessions();
  RETURN_IF_ERROR(AddNotices(*calls_.docket().log, account.id, untold, *started.mutable_notices()));
  Session session;
  session.account_id = account.id;
  session.began_micros = now;
  session.last_used_micros = now;
  session.second_factor = signed_in.second_factor;
  session.password_change_needed = signed_in.first_password;
  ASSIGN_OR_RETURN(auto token, sessions.Begin(session));
  // It may have been closed or recovered since it was looked at: whoever did so ends the sessions that there were.
  auto still = sequencer::Folded<domain::AccountState>(*calls_.docket().log, "account_id", account.id);
  if (!still.ok() || still->closed || still->recovery != account.recovery) {
    sessions.End(token);
    return domain::Refuse(absl::StatusCode::kUnauthenticated, v1::REASON_ACCOUNT_WAS_CHANGED_MEANWHILE);
  }
  started.set_token(token);
  started.set_expires_at_micros(now + sessions.limits().absolute_seconds * 1'000'000);
  started.set_idle_seconds(sessions.limits().idle_seconds);
  started.set_second_factor_needed(NeedsSecondFactor(account) && !signed_in.second_factor);
  started.set_password_change_needed(signed_in.first_password);
  return absl::OkStatus();
}

absl::Status SessionService::StartSession(const domain::AccountState& account,
                                          const CredentialStore::SignedIn& signed_in,
                                          v1::SessionStarted& started) {
  return StartSession(
      account, signed_in,
      [&](const v1::EventRecord& event) { return event.stream_version() >= signed_in.told_events; }, started);
}

grpc::ServerUnaryReactor* SessionService::SignIn(grpc::CallbackServerContext* context,
                                                 const v1::SignInRequest* request,
                                                 v1::SignInResponse* response) {
  auto* reactor = context->DefaultReactor();
  auto caller = calls_.Authorise(*context, *request);
  if (!caller.ok()) return CallPipeline::Refuse(reactor, caller.status());
  if (absl::Status status = CheckSize(*request); !status.ok()) return CallPipeline::Refuse(reactor, status);
  SignInTry who{calls_.AddressOf(*context), ""};
  if (domain::CheckAccountName("name", request->name()).ok())
    who.account = domain::ActorOf(request->name(), request->organisation_id());
  auto account = OpenAccountNamed(request->organisation_id(), request->name());
  if (!account.ok()) return CallPipeline::Refuse(reactor, account.status());
  const SignInProof proof{request->password(), request->second_factor_code(), who.address};
  if (account->has_value()) {
    // Who was recovered waits behind nobody.
    auto signed_in = credentials_.CheckRecovery(**account, proof, calls_.authenticator().now_micros());
    if (!absl::IsNotFound(signed_in.status())) {
      absl::Status status = signed_in.status();
      if (status.ok()) status = StartSession(**account, *signed_in, *response->mutable_session());
      return CallPipeline::Refuse(reactor, status);
    }
  }
  passwords_.Run(who, false, [this, request, response, reactor, who, proof](const absl::Status& admitted) {
    reactor->Finish(ToWire(admitted.ok() ? SignInByPassword(*request, who, proof, *response) : admitted));
  });
  return reactor;
}

absl::Status SessionService::SignInByPassword(const v1::SignInRequest& request, const SignInTry& who,
                                              const SignInProof& proof, v1::SignInResponse& response) {
  ASSIGN_OR_RETURN(auto account, OpenAccountNamed(request.organisation_id(), request.name()));
  auto signed_in = credentials_.Check(account.has_value() ? &*account : nullptr, proof,
                                      calls_.authenticator().now_micros());
  if (absl::IsUnauthenticated(signed_in.status())) passwords_.Failed(who);
  if (!signed_in.ok()) return signed_in.status();
  passwords_.Succeeded(who);
  return StartSession(*account, *signed_in, *response.mutable_session());
}

grpc::ServerUnaryReactor* SessionService::BeginProviderSignIn(grpc::CallbackServerContext* context,
                                                              const v1::BeginProviderSignInRequest* request,
                                                              v1::BeginProviderSignInResponse* response) {
  auto* reactor = context->DefaultReactor();
  auto caller = calls_.Authorise(*context, *request);
  if (!caller.ok()) return CallPipeline::Refuse(reactor, caller.status());
  if (absl::Status status = CheckSize(*request); !status.ok()) return CallPipeline::Refuse(reactor, status);
  const SignInTry who{calls_.AddressOf(*context), ""};
  providers_.Run(who, false, [this, request, response, reactor](const absl::Status& admitted) {
    if (!admitted.ok()) return reactor->Finish(ToWire(admitted));
    auto begun = provider_.Begin(request->organisation_id(), request->redirect_uri(),
                                 calls_.authenticator().now_micros());
    if (begun.ok()) {
      response->set_authorization_url(begun->authorization_url);
      response->set_state(begun->state);
    }
    reactor->Finish(ToWire(begun.status()));
  });
  return reactor;
}

grpc::ServerUnaryReactor* SessionService::FinishProviderSignIn(grpc::CallbackServerContext* context,
                                                               const v1::FinishProviderSignInRequest* request,
                                                               v1::FinishProviderSignInResponse* response) {
  auto* reactor = context->DefaultReactor();
  auto caller = calls_.Authorise(*context, *request);
  if (!caller.ok()) return CallPipeline::Refuse(reactor, caller.status());
  if (absl::Status status = CheckSize(*request); !status.ok()) return CallPipeline::Refuse(reactor, status);
  const SignInTry who{calls_.AddressOf(*context), ""};
  providers_.Run(who, false, [this, request, response, reactor, who](const absl::Status& admitted) {
    absl::Status status = admitted.ok() ? SignInByProvider(*request, *response) : admitted;
    if (status.ok()) providers_.Succeeded(who);
    if (absl::IsUnauthenticated(status)) providers_.Failed(who);
    reactor->Finish(ToWire(status));
  });
  return reactor;
}

absl::Status SessionService::SignInByProvider(const v1::FinishProviderSignInRequest& request,
                                              v1::FinishProviderSignInResponse& response) {
  const int64_t now = calls_.authenticator().now_micros();
  ASSIGN_OR_RETURN(auto named, provider_.Finish(request.state(), request.code(), now));
  ASSIGN_OR_RETURN(auto account, OpenAccountNamed(named.organisation_id, named.account_name));
  if (!account.has_value()) {
    return domain::Refuse(absl::StatusCode::kUnauthenticated,
                          v1::REASON_PROVIDER_KNOWS_YOU_BUT_NO_ACCOUNT_IS_OPEN_FOR_YOU_HERE);
  }
  const auto lately = [now](const v1::EventRecord& event) {
    return event.recorded_at_micros() >= now - kTellForMicros;
  };
  return StartSession(*account, {false, named.second_factor, 0}, lately, *response.mutable_session());
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
    ASSIGN_OR_RETURN(*response->mutable_account(), calls_.authenticator().FindAccount(caller.account_id));
    const int64_t since = calls_.authenticator().now_micros() - kTellForMicros;
    RETURN_IF_ERROR(AddNotices(
        *calls_.docket().log, caller.account_id,
        [since](const v1::EventRecord& event) { return event.recorded_at_micros() >= since; },
        *response->mutable_notices()));
    for (int permission = v1::Permission_MIN; permission <= v1::Permission_MAX; ++permission) {
      if (permission != 0 && caller.May(static_cast<v1::Permission>(permission))) {
        response->add_permissions(static_cast<v1::Permission>(permission));
      }
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<domain::AccountState> SessionService::AccountOf(const Caller& caller) const {
  return sequencer::Folded<domain::AccountState>(*calls_.docket().log, "account", caller.account_id);
}

grpc::ServerUnaryReactor* SessionService::ChangePassword(grpc::CallbackServerContext* context,
                                                         const v1::ChangePasswordRequest* request,
                                                         v1::ChangePasswordResponse*) {
  auto* reactor = context->DefaultReactor();
  auto caller = calls_.Authorise(*context, *request);
  if (!caller.ok()) return CallPipeline::Refuse(reactor, caller.status());
  const SignInTry who{calls_.AddressOf(*context), caller->actor};
  passwords_.Run(who, true, [this, request, reactor, caller = *caller](const absl::Status& admitted) {
    if (!admitted.ok()) return reactor->Finish(ToWire(admitted));
    auto account = AccountOf(caller);
    if (!account.ok()) return reactor->Finish(ToWire(account.status()));
    auto recovery = credentials_.ChangePassword(*account, request->old_password(), request->new_password(),
                                                calls_.authenticator().now_micros());
    if (!recovery.ok()) return reactor->Finish(ToWire(recovery.status()));
    if (*recovery != 0) return ConfirmOwnRecovery(caller, *recovery, reactor);
    PasswordChanged(caller);
    reactor->Finish(grpc::Status::OK);
  });
  return reactor;
}

void SessionService::PasswordChanged(const Caller& caller) {
  Sessions& sessions = calls_.authenticator().sessions();
  if (caller.session_token.empty()) {
    sessions.EndAllOf(caller.account_id);
  } else {
    sessions.Renew(caller.session_token, false, false);
  }
}

void SessionService::ConfirmOwnRecovery(const Caller& caller, uint64_t recovery,
                                        grpc::ServerUnaryReactor* reactor) {
  auto request = std::make_shared<v1::ConfirmAccountChangeRequest>();
  request->set_request_id(absl::StrCat("own recovery ", recovery));
  request->set_account_id(caller.account_id);
  request->set_proposal(recovery);
  auto command = calls_.Prepare(caller, *request);
  if (!command.ok()) return reactor->Finish(ToWire(command.status()));
  command->done = [this, request, reactor, caller](const absl::StatusOr<Outcome>& outcome) {
    if (outcome.ok()) PasswordChanged(caller);
    reactor->Finish(ToWire(outcome.status()));
  };
  if (absl::Status status = calls_.docket().sequencer->Submit(*std::move(command)); !status.ok())
    reactor->Finish(ToWire(status));
}

grpc::ServerUnaryReactor* SessionService::EnrolSecondFactor(grpc::CallbackServerContext* context,
                                                            const v1::EnrolSecondFactorRequest* request,
                                                            v1::EnrolSecondFactorResponse* response) {
  return calls_.Read(context, request, 0, [this, response](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(auto account, AccountOf(caller));
    auto secret = credentials_.Enrol(account);
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
  if (!caller.ok()) return CallPipeline::Refuse(context->DefaultReactor(), caller.status());
  auto account = AccountOf(*caller);
  if (!account.ok()) return CallPipeline::Refuse(context->DefaultReactor(), account.status());
  absl::Status confirmed =
      credentials_.Confirm(*account, request->second_factor_code(), calls_.authenticator().now_micros());
  if (!confirmed.ok()) return CallPipeline::Refuse(context->DefaultReactor(), confirmed);
  return WriteAccount(
      calls_, context, request, response,
      [this, token = caller->session_token](const Outcome&, grpc::ServerUnaryReactor* reactor) {
        calls_.authenticator().sessions().Renew(token, true, true);
        reactor->Finish(grpc::Status::OK);
      });
}

}  // namespace klaim::services
