// How people and systems are known: certificates and their revocation, passwords, second factors, lock-out,
// sessions, recovery, an OpenID provider. Real daemon, real commands, a real provider. Its parts alone: sign_in_test.cc.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "klaim/v1/accounts_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/registry_service.grpc.pb.h"
#include "services/common/wire_status.h"
#include "services/identity/credentials.h"
#include "testing/docket_people.h"
#include "testing/processes.h"
#include "testing/served_fixtures.h"
#include "testing/serving_program.h"
#include "testing/temporary_folder.h"
#include "tools/installation/authority.h"

namespace klaim::services {
namespace {

using klaim::testing::Daemon;
using klaim::testing::DocketPeople;
using klaim::testing::Program;
using klaim::testing::RunProgram;
using klaim::testing::TemporaryFolder;

int64_t Now() { return absl::ToUnixMicros(absl::Now()); }

class IdentityTest : public ::testing::Test {
 protected:
  IdentityTest() : people_(folder_.path()) { Serve({}); }

  void Serve(const std::vector<std::string>& flags) {
    daemon_.reset();
    daemon_ = std::make_unique<Daemon>(folder_.path(), "", flags);
    ASSERT_TRUE(daemon_->started()) << daemon_->output();
    sessions_ = v1::SessionService::NewStub(daemon_->Connect(""));
  }

  struct SignedIn {
    grpc::Status status;
    v1::SessionStarted session;
  };
  SignedIn SignIn(const std::string& name, const std::string& password, const std::string& code = "") {
    v1::SignInRequest request;
    request.set_name(name);
    request.set_password(password);
    request.set_second_factor_code(code);
    v1::SignInResponse response;
    grpc::ClientContext context;
    SignedIn result;
    result.status = sessions_->SignIn(&context, request, &response);
    result.session = response.session();
    return result;
  }

  template <class Request, class Response>
  grpc::Status Call(const std::string& token,
                    grpc::Status (v1::SessionService::Stub::*method)(grpc::ClientContext*, const Request&,
                                                                     Response*),
                    const Request& request, Response& response) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + token);
    return (sessions_.get()->*method)(&context, request, &response);
  }

  std::vector<int> PermissionsOf(const std::string& token) {
    v1::GetOwnAccountResponse response;
    const grpc::Status status =
        Call(token, &v1::SessionService::Stub::GetOwnAccount, v1::GetOwnAccountRequest(), response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return {response.permissions().begin(), response.permissions().end()};
  }

  std::string Recover(uint64_t account) { return people_.Recover(account); }

  // Signs in with the code of a recovery and sets this password.
  void SetPassword(const std::string& name, const std::string& code, const std::string& password) {
    const SignedIn begun = SignIn(name, code);
    ASSERT_TRUE(begun.status.ok()) << begun.status.error_message();
    v1::ChangePasswordRequest change;
    v1::ChangePasswordResponse changed;
    change.set_old_password(code);
    change.set_new_password(password);
    const grpc::Status set =
        Call(begun.session.token(), &v1::SessionService::Stub::ChangePassword, change, changed);
    ASSERT_TRUE(set.ok()) << set.error_message();
  }

  // Has the session's account enrol a second factor; its secret.
  std::string EnrolFactor(const std::string& token) {
    v1::EnrolSecondFactorResponse enrolled;
    EXPECT_TRUE(
        Call(token, &v1::SessionService::Stub::EnrolSecondFactor, v1::EnrolSecondFactorRequest(), enrolled)
            .ok());
    const std::string secret = RunProgram({"/usr/bin/python3", "-c",
                                           "import sys,base64,re;sys.stdout.write(base64.b32decode(re.search("
                                           "'secret=([A-Z2-7]+)',sys.argv[1]).group(1)).hex())",
                                           enrolled.uri()})
                                   .out;
    return absl::HexStringToBytes(secret);
  }

  static std::vector<std::string> EventsOf(const v1::SessionStarted& session) {
    std::vector<std::string> events;
    for (const v1::AccountNotice& notice : session.notices()) events.push_back(notice.event());
    return events;
  }

  grpc::Status ListOrganisations(const std::shared_ptr<grpc::Channel>& channel) {
    auto registry = v1::RegistryService::NewStub(channel);
    grpc::ClientContext context;
    v1::ListOrganisationsResponse response;
    return registry->ListOrganisations(&context, v1::ListOrganisationsRequest(), &response);
  }

  TemporaryFolder folder_;
  DocketPeople people_;
  std::unique_ptr<Daemon> daemon_;
  std::unique_ptr<v1::SessionService::Stub> sessions_;
};

TEST_F(IdentityTest, AStolenCertificateIsWorthNothingOnceRevokedAlsoOnAConnectionThatStands) {
  people_.Open(0, "ratna", "lawyer");
  auto channel = daemon_->Connect("ratna");
  ASSERT_TRUE(ListOrganisations(channel).ok());
  people_.Klaim({"organisation", "certificate", "revoke", "--docket", folder_.path(), "--name", "ratna"});
  // The list is looked at once a second; the daemon is asked until it has.
  grpc::Status status;
  const absl::Time until = absl::Now() + absl::Seconds(30);
  do {
    status = ListOrganisations(channel);
  } while (status.ok() && absl::Now() < until);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_TRUE(absl::StrContains(status.error_message(), "revoked")) << status.error_message();
  people_.Klaim({"organisation", "certificate", "issue", "--docket", folder_.path(), "--name", "ratna"});
  EXPECT_TRUE(ListOrganisations(daemon_->Connect("ratna")).ok()) << "a new one is good";
  EXPECT_TRUE(ListOrganisations(daemon_->Connect("legal-team")).ok());
}

TEST_F(IdentityTest, ARevocationListThatTheAuthorityDidntSignIsNotBelieved) {
  TemporaryFolder foreign;
  ASSERT_TRUE(tools::CreateAuthority(foreign.path(), "Another authority").ok());
  daemon_->Stop();
  std::ofstream(folder_.path("authority/revoked.crl")) << *tools::ReadFile(foreign.path("revoked.crl"));
  const auto finished = RunProgram({Program("klaimd"), "--docket", folder_.path()});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_TRUE(absl::StrContains(finished.out, "revocation list")) << finished.out;
}

TEST_F(IdentityTest, AWithdrawnRoleOrAClosedAccountHoldsAtOnce) {
  const uint64_t account = people_.Open(0, "ratna", "lawyer+auditor");
  auto channel = daemon_->Connect("ratna");
  EXPECT_TRUE(ListOrganisations(channel).ok());
  people_.Klaim({"--as", "administrator", "account", "withdraw", std::to_string(account), "--role", "lawyer",
                 "--reason", "on leave"});
  auto intake = v1::IntakeService::NewStub(channel);
  grpc::ClientContext context;
  v1::GetClaimantResponse claimant;
  EXPECT_EQ(intake->GetClaimant(&context, {}, &claimant).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  people_.Klaim({"account", "close", std::to_string(account), "--reason", "left"});
  EXPECT_EQ(ListOrganisations(channel).error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(IdentityTest, NobodyChangesTheirOwnRoles) {
  const std::string said =
      people_.Klaim({"--as", "administrator", "account", "grant", "9", "--role", "approver"}, 1);
  EXPECT_TRUE(absl::StrContains(said, "another administrator")) << said;
}

TEST_F(IdentityTest, AFirstPasswordMustBeChangedAndATreasurerNeedsASecondFactor) {
  const uint64_t account = people_.Open(0, "bendahara", "treasurer");
  EXPECT_EQ(SignIn("bendahara", "").status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  const std::string first = Recover(account);
  const SignedIn begun = SignIn("bendahara", first);
  ASSERT_TRUE(begun.status.ok()) << begun.status.error_message();
  EXPECT_TRUE(begun.session.password_change_needed());
  EXPECT_TRUE(begun.session.second_factor_needed());
  const std::string token = begun.session.token();
  EXPECT_EQ(PermissionsOf(token), std::vector<int>{v1::PERMISSION_OWN_ACCOUNT});

  v1::ChangePasswordRequest change;
  v1::ChangePasswordResponse changed;
  change.set_old_password(first);
  change.set_new_password("short");
  EXPECT_EQ(Call(token, &v1::SessionService::Stub::ChangePassword, change, changed).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  change.set_new_password("nelayan pulang ke Tegal");
  ASSERT_TRUE(Call(token, &v1::SessionService::Stub::ChangePassword, change, changed).ok());
  EXPECT_EQ(PermissionsOf(token), std::vector<int>{v1::PERMISSION_OWN_ACCOUNT})
      << "the factor is missing still";

  const std::string key = EnrolFactor(token);
  v1::ConfirmSecondFactorRequest confirm;
  v1::ConfirmSecondFactorResponse confirmed;
  confirm.set_request_id("factor");
  confirm.set_second_factor_code("000000");
  EXPECT_FALSE(Call(token, &v1::SessionService::Stub::ConfirmSecondFactor, confirm, confirmed).ok());
  const int64_t step = Now() / 1'000'000 / 30;
  confirm.set_second_factor_code(SecondFactorCode(key, step));
  const grpc::Status factor = Call(token, &v1::SessionService::Stub::ConfirmSecondFactor, confirm, confirmed);
  ASSERT_TRUE(factor.ok()) << factor.error_message();
  EXPECT_GT(PermissionsOf(token).size(), 3u);

  EXPECT_FALSE(SignIn("bendahara", "nelayan pulang ke Tegal").status.ok()) << "without the factor";
  EXPECT_FALSE(SignIn("bendahara", "nelayan pulang ke Tegal", SecondFactorCode(key, step)).status.ok())
      << "a code is taken once";
  const SignedIn again = SignIn("bendahara", "nelayan pulang ke Tegal", SecondFactorCode(key, step + 1));
  ASSERT_TRUE(again.status.ok()) << again.status.error_message();
  EXPECT_FALSE(again.session.second_factor_needed());

  v1::SignOutResponse out;
  ASSERT_TRUE(
      Call(again.session.token(), &v1::SessionService::Stub::SignOut, v1::SignOutRequest(), out).ok());
  EXPECT_EQ(
      Call(again.session.token(), &v1::SessionService::Stub::SignOut, v1::SignOutRequest(), out).error_code(),
      grpc::StatusCode::UNAUTHENTICATED);
  // An administrator recovers the account: the factor is off, sessions are ended, the password is another.
  const std::string recovered = Recover(account);
  EXPECT_EQ(Call(token, &v1::SessionService::Stub::SignOut, v1::SignOutRequest(), out).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_TRUE(SignIn("bendahara", recovered).status.ok());
}

TEST_F(IdentityTest, GuessingIsLockedOutAndTellsNothing) {
  const uint64_t account = people_.Open(0, "ratna", "paralegal");
  const std::string password = "nelayan pulang ke Tegal";
  SetPassword("ratna", Recover(account), password);
  const std::string unknown = SignIn("nobody", "x").status.error_message();
  // Guesses while it is locked out count for nothing, so guessing goes on until the locks of 1, 2 and 4 seconds are
  // over and one of 8 seconds began: long enough for what is looked at below.
  const absl::Time begin = absl::Now();
  for (int i = 0; i < 12 || absl::Now() < begin + absl::Seconds(9); ++i) {
    const grpc::Status status = SignIn("ratna", "guess").status;
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
    EXPECT_EQ(status.error_message(), unknown) << "whether there is such an account is not told";
  }
  EXPECT_FALSE(SignIn("ratna", password).status.ok()) << "locked out, also for the right one";
  daemon_->Kill();
  Serve({});
  EXPECT_FALSE(SignIn("ratna", password).status.ok()) << "a restart doesn't help";
}

TEST_F(IdentityTest, ASessionExpires) {
  const uint64_t account = people_.Open(0, "ratna", "paralegal");
  const std::string password = Recover(account);
  Serve({"--session-idle-seconds", "1"});
  const SignedIn begun = SignIn("ratna", password);
  ASSERT_TRUE(begun.status.ok()) << begun.status.error_message();
  v1::GetOwnAccountResponse response;
  const absl::Time until = absl::Now() + absl::Seconds(30);
  grpc::Status status;
  // Each look counts as use, so that it is looked at once, when the time is over for certain.
  while (absl::Now() < until &&
         Now() < 1'100'000 + (begun.session.expires_at_micros() - 12ll * 3600 * 1'000'000)) {
    usleep(20'000);
  }
  status = Call(begun.session.token(), &v1::SessionService::Stub::GetOwnAccount, v1::GetOwnAccountRequest(),
                response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << status.error_message();
}

TEST_F(IdentityTest, ACallerThatAsksTooFastIsRefusedWithADelay) {
  Serve({"--calls-a-second", "1"});
  auto channel = daemon_->Connect("auditor");
  grpc::Status status;
  for (int i = 0; i < 30 && status.ok(); ++i) status = ListOrganisations(channel);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(FromWire(status).GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
  EXPECT_TRUE(ListOrganisations(daemon_->Connect("approver")).ok()) << "others have their own share";
}

TEST_F(IdentityTest, AStreamWhosePeerIsTooSlowIsLetGo) {
  Serve({"--slowest-message-seconds", "1"});
  auto intake = v1::IntakeService::NewStub(daemon_->Connect("legal-team"));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  auto stream = intake->FileClaims(&context);
  // It sends nothing, and doesn't say that it is done.
  v1::FileClaimsResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(ListOrganisations(daemon_->Connect("legal-team")).ok());
}

TEST_F(IdentityTest, PasswordsAreNowhereOnDiskNorInWhatTheDaemonSays) {
  const uint64_t account = people_.Open(0, "ratna", "paralegal");
  const std::string password = Recover(account);
  const std::string token = SignIn("ratna", password).session.token();
  daemon_->Stop();
  for (const std::string& secret : {password, token, std::string("argon2id")}) {
    EXPECT_THAT(folder_.FilesWith(secret), ::testing::IsEmpty()) << secret;
  }
}

TEST_F(IdentityTest, AnAdministratorAloneNeitherReadsNamesNorApprovesMoney) {
  people_.Klaim(
      {"--as", "administrator", "account", "open", "--name", "boneka", "--role", "approver+lawyer"});
  people_.Klaim({"organisation", "certificate", "issue", "--docket", folder_.path(), "--name", "boneka"});
  // The number of the account, as the administrator sees it.
  const std::string listed = people_.Klaim({"--as", "administrator", "account", "list"});
  std::string number;
  for (absl::string_view line : absl::StrSplit(listed, '\n')) {
    if (absl::StrContains(line, "boneka@0"))
      number = std::string(absl::StripAsciiWhitespace(line.substr(0, line.find("boneka"))));
  }
  ASSERT_FALSE(number.empty()) << listed;
  const std::string said =
      people_.Klaim({"--as", "administrator", "account", "recover", number, "--reason", "first sign-in"});
  const std::string code = said.substr(said.find(": ") + 2, 19);
  EXPECT_EQ(SignIn("boneka", code).status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_TRUE(absl::StrContains(people_.Klaim({"--as", "administrator", "account", "confirm", number}, 1),
                                "another administrator"));
  v1::GetClaimantResponse claimant;
  grpc::ClientContext context;
  EXPECT_EQ(v1::IntakeService::NewStub(daemon_->Connect("boneka"))
                ->GetClaimant(&context, {}, &claimant)
                .error_code(),
            grpc::StatusCode::PERMISSION_DENIED)
      << "nor by a certificate";
  // Nor by recovering who may already.
  const std::string approver =
      people_.Klaim({"--as", "administrator", "account", "recover", "3", "--reason", "curious"});
  EXPECT_FALSE(SignIn("approver", approver.substr(approver.find(": ") + 2, 19)).status.ok());
  people_.Klaim({"account", "confirm", number});
  EXPECT_FALSE(SignIn("boneka", code).status.ok()) << "the recovery is another proposal";
  const size_t waits = said.find("account confirm ", said.find("account confirm ") + 1);
  ASSERT_NE(waits, std::string::npos) << said;
  people_.Klaim({"account", "confirm", std::to_string(std::stoull(said.substr(waits + 16)))});
  const SignedIn begun = SignIn("boneka", code);
  EXPECT_TRUE(begun.status.ok()) << begun.status.error_message();
  EXPECT_TRUE(begun.session.password_change_needed());
}

TEST_F(IdentityTest, WhoKeepsTheMachineOpensAnAdministratorWhereNoSecondOneIsLeft) {
  people_.Klaim({"account", "close", "9", "--reason", "left"});
  const std::string opened = people_.Klaim({"account", "open", "--name", "baru", "--role", "administrator"});
  EXPECT_TRUE(absl::StrContains(opened, "waits")) << opened;
  const std::string number = opened.substr(8, opened.find(" opened") - 8);  // "Account 12 opened."
  daemon_->Stop();
  people_.Klaim({"account", "administrator", "--docket", folder_.path(), "--name", "dewi"});
  Serve({});
  const std::string listed = people_.Klaim({"--as", "dewi", "account", "list"});
  EXPECT_TRUE(absl::StrContains(listed, "dewi@0")) << listed;
  people_.Klaim({"--as", "dewi", "account", "confirm", number});
  EXPECT_FALSE(absl::StrContains(people_.Klaim({"account", "list"}), "legal-team@0)")) << "nothing waits";
}

TEST_F(IdentityTest, ARecoveryThatIsRepeatedNeverSaysThatAllIsWellWithoutACode) {
  const uint64_t account = people_.Open(0, "penilai", "valuer");
  const std::vector<std::string> recover = {"account", "recover", std::to_string(account), "--reason",
                                            "forgotten"};
  const auto repeated = [&](int exit_code) {
    std::vector<std::string> words = {"--request-id", "the same"};
    words.insert(words.end(), recover.begin(), recover.end());
    return people_.Klaim(words, exit_code);
  };
  const std::string said = repeated(0);
  EXPECT_TRUE(absl::StrContains(repeated(1), "shown once"));
  EXPECT_TRUE(SignIn("penilai", said.substr(said.find(": ") + 2, 19)).status.ok())
      << "the first answer's code is good";
}

TEST_F(IdentityTest, ACodeIsGoodUntilAPasswordIsSetWithIt) {
  const uint64_t account = people_.Open(0, "penilai", "valuer");
  const std::string code = Recover(account);
  SetPassword("penilai", code, "nelayan pulang ke Tegal");
  EXPECT_FALSE(SignIn("penilai", code).status.ok());
  EXPECT_TRUE(SignIn("penilai", "nelayan pulang ke Tegal").status.ok());
  Recover(account);
  EXPECT_FALSE(SignIn("penilai", "nelayan pulang ke Tegal").status.ok()) << "a recovery makes it void";
}

TEST_F(IdentityTest, ThePersonConfirmsTheirOwnRecoveryWithTheSecondFactor) {
  const uint64_t account = people_.Open(0, "sari", "lawyer");
  SetPassword("sari", Recover(account), "nelayan pulang ke Tegal");
  const SignedIn begun = SignIn("sari", "nelayan pulang ke Tegal");
  ASSERT_TRUE(begun.status.ok()) << begun.status.error_message();
  const std::string key = EnrolFactor(begun.session.token());
  const int64_t step = Now() / 1'000'000 / 30;
  v1::ConfirmSecondFactorRequest confirm;
  v1::ConfirmSecondFactorResponse confirmed;
  confirm.set_request_id("factor");
  confirm.set_second_factor_code(SecondFactorCode(key, step - 1));
  ASSERT_TRUE(
      Call(begun.session.token(), &v1::SessionService::Stub::ConfirmSecondFactor, confirm, confirmed).ok());
  const std::string said =
      people_.Klaim({"account", "recover", std::to_string(account), "--reason", "asked"});
  const std::string code = said.substr(said.find(": ") + 2, 19);
  EXPECT_FALSE(SignIn("sari", code).status.ok());
  EXPECT_FALSE(SignIn("sari", code, "000000").status.ok());
  EXPECT_FALSE(PermissionsOf(begun.session.token()).empty()) << "until then nothing ends";
  const SignedIn own = SignIn("sari", code, SecondFactorCode(key, step));
  ASSERT_TRUE(own.status.ok()) << own.status.error_message();
  EXPECT_EQ(PermissionsOf(own.session.token()), std::vector<int>{v1::PERMISSION_OWN_ACCOUNT});
  v1::ChangePasswordRequest change;
  v1::ChangePasswordResponse changed;
  change.set_old_password(code);
  change.set_new_password("ombak kecil di Cilacap");
  const grpc::Status set =
      Call(own.session.token(), &v1::SessionService::Stub::ChangePassword, change, changed);
  ASSERT_TRUE(set.ok()) << set.error_message();
  EXPECT_GT(PermissionsOf(own.session.token()).size(), 3u);
  EXPECT_FALSE(SignIn("sari", "nelayan pulang ke Tegal", SecondFactorCode(key, step + 1)).status.ok());
  EXPECT_TRUE(SignIn("sari", "ombak kecil di Cilacap", SecondFactorCode(key, step + 1)).status.ok())
      << "the second factor is the same";
}

TEST_F(IdentityTest, WhatOthersDidToAnAccountIsToldAtTheNextSignInOnceAndStandsOnTheOverview) {
  const uint64_t account = people_.Open(0, "sari", "lawyer");
  SetPassword("sari", Recover(account), "nelayan pulang ke Tegal");
  SignIn("sari", "nelayan pulang ke Tegal");
  people_.Klaim({"account", "grant", std::to_string(account), "--role", "valuer"});
  people_.Klaim({"account", "recover", std::to_string(account), "--reason", "curious"});
  const SignedIn told = SignIn("sari", "nelayan pulang ke Tegal");
  EXPECT_THAT(EventsOf(told.session), ::testing::ElementsAre("role_granted", "account_recovered"));
  const SignedIn again = SignIn("sari", "nelayan pulang ke Tegal");
  EXPECT_THAT(EventsOf(again.session), ::testing::IsEmpty());
  v1::GetOwnAccountResponse own;
  ASSERT_TRUE(
      Call(again.session.token(), &v1::SessionService::Stub::GetOwnAccount, v1::GetOwnAccountRequest(), own)
          .ok());
  ASSERT_GE(own.notices_size(), 2);
  const v1::AccountNotice& recovered = own.notices(own.notices_size() - 1);
  EXPECT_EQ(recovered.event(), "account_recovered");
  EXPECT_EQ(recovered.actor(), "legal-team@0");
  EXPECT_EQ(recovered.reason(), "curious");
  EXPECT_TRUE(recovered.waits());
}

TEST_F(IdentityTest, StrangersKeepNobodyOutAndNoRecoveryWaitsForThem) {
  const uint64_t account = people_.Open(0, "ratna", "paralegal");
  SetPassword("ratna", Recover(account), "nelayan pulang ke Tegal");
  ASSERT_TRUE(SignIn("ratna", "nelayan pulang ke Tegal").status.ok());
  const uint64_t newcomer = people_.Open(0, "sari", "paralegal");
  SetPassword("sari", Recover(newcomer), "ombak kecil di Cilacap");
  std::atomic<bool> over = false;
  std::vector<std::thread> strangers;
  for (int i = 0; i < 24; ++i) {
    strangers.emplace_back([&, i] {
      while (!over) SignIn("stranger-" + std::to_string(i), "a guess");
    });
  }
  for (int i = 0; i < 5; ++i) {
    const grpc::Status status = SignIn("ratna", "nelayan pulang ke Tegal").status;
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  EXPECT_TRUE(SignIn("sari", "ombak kecil di Cilacap").status.ok()) << "who never signed in from here";
  const std::string code = Recover(account);
  EXPECT_TRUE(SignIn("ratna", code).status.ok());
  over = true;
  for (std::thread& stranger : strangers) stranger.join();
}

class ProviderTest : public IdentityTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(ProviderTest, AnOrganisationsOwnProviderSignsItsPeopleIn) {
  people_.Open(0, "dewi", "paralegal");
  tools::CertificateRequest server;
  server.common_name = "provider";
  server.hosts = {"localhost"};
  ASSERT_TRUE(tools::IssueCertificate(folder_.path("authority"), server, folder_.path("provider.crt"),
                                      folder_.path("provider.key"))
                  .ok());
  // As organisations have them: npm's oidc-provider, over TLS, which signs in whoever asks as "dewi".
  klaim::testing::ServingProgram provider({"node",
                                           std::string(KLAIM_SOURCE) + "/tests/services/openid_provider.mjs",
                                           folder_.path(), GetParam()});
  const std::string& issuer = provider.said();
  ASSERT_TRUE(absl::StartsWith(issuer, "https://localhost:")) << issuer;
  std::ofstream(folder_.path("secret")) << "a-secret-of-the-client\n";
  std::ofstream(folder_.path("providers.json"))
      << R"([{"organisation_id":0,"issuer":")" << issuer << R"(","client_id":"klaim","client_secret_file":")"
      << folder_.path("secret")
      << R"(","redirect_uris":["https://klaim.invalid/signed-in"],"account_claim":"sub","ca_file":")"
      << folder_.path("authority/ca.crt") << R"("}])";
  Serve({});
  v1::BeginProviderSignInRequest begin;
  begin.set_redirect_uri("https://evil.invalid/");
  v1::BeginProviderSignInResponse begun;
  grpc::ClientContext first;
  EXPECT_EQ(sessions_->BeginProviderSignIn(&first, begin, &begun).error_code(), grpc::StatusCode::NOT_FOUND);
  begin.set_redirect_uri("https://klaim.invalid/signed-in");
  grpc::ClientContext second;
  const grpc::Status status = sessions_->BeginProviderSignIn(&second, begin, &begun);
  ASSERT_TRUE(status.ok()) << status.error_message();
  // The browser: follows the provider until it is sent back to Klaim.
  const std::string browsed =
      RunProgram({"/usr/bin/env", "curl", "--silent", "--location", "--max-redirs", "10", "--cacert",
                  folder_.path("authority/ca.crt"), "--cookie", "", "--output", "/dev/null", "--write-out",
                  "%{url_effective}", begun.authorization_url()})
          .out;
  const size_t at = browsed.find("code=");
  ASSERT_NE(at, std::string::npos) << browsed;
  v1::FinishProviderSignInRequest finish;
  v1::FinishProviderSignInResponse finished;
  finish.set_state(begun.state());
  finish.set_code(browsed.substr(at + 5, browsed.find('&', at) - at - 5));
  grpc::ClientContext third;
  const grpc::Status signed_in = sessions_->FinishProviderSignIn(&third, finish, &finished);
  ASSERT_TRUE(signed_in.ok()) << signed_in.error_message() << daemon_->output();
  EXPECT_FALSE(PermissionsOf(finished.session().token()).empty());
  grpc::ClientContext fourth;
  EXPECT_EQ(sessions_->FinishProviderSignIn(&fourth, finish, &finished).error_code(),
            grpc::StatusCode::UNAUTHENTICATED)
      << "what was used is used";
}

INSTANTIATE_TEST_SUITE_P(Algorithms, ProviderTest, ::testing::Values("RS256", "ES256"));

}  // namespace
}  // namespace klaim::services
