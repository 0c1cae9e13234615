// How people and systems are known: certificates and their revocation, passwords, second factors, lock-out,
// sessions, recovery, an OpenID provider. Real daemon, real commands, a real provider.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "klaim/v1/accounts_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/registry_service.grpc.pb.h"
#include "services/credentials.h"
#include "services/rate_limiter.h"
#include "services/sessions.h"
#include "services/wire_status.h"
#include "testing/docket_people.h"
#include "testing/processes.h"
#include "testing/served_furniture.h"
#include "testing/temporary_folder.h"
#include "tools/authority.h"

namespace klaim::services {
namespace {

using klaim::testing::Daemon;
using klaim::testing::DocketPeople;
using klaim::testing::Program;
using klaim::testing::RunProgram;
using klaim::testing::TemporaryFolder;

int64_t Now() { return absl::ToUnixMicros(absl::Now()); }

// RFC 6238 appendix B, SHA-1, the last six of its eight digits.
TEST(SecondFactor, CodesAreThoseOfTheStandard) {
  const std::string secret = "12345678901234567890";
  EXPECT_EQ(SecondFactorCode(secret, 59 / 30), "287082");
  EXPECT_EQ(SecondFactorCode(secret, 1111111109 / 30), "081804");
  EXPECT_EQ(SecondFactorCode(secret, 20000000000 / 30), "353130");
}

TEST(LockOut, GrowsWithEachFailureUpToAnHour) {
  EXPECT_EQ(LockOutSeconds(4), 0);
  EXPECT_EQ(LockOutSeconds(5), 1);
  EXPECT_EQ(LockOutSeconds(8), 8);
  EXPECT_EQ(LockOutSeconds(1'000), 3'600);
}

TEST(Sessions, EndWhenIdleAndAfterTheirWholeTime) {
  Sessions sessions(SessionLimits{10, 25});
  Session session;
  session.account_id = 7;
  const std::string token = *sessions.Begin(session);
  EXPECT_TRUE(sessions.Use(token, 9'000'000).ok());
  EXPECT_TRUE(sessions.Use(token, 18'000'000).ok());
  EXPECT_FALSE(sessions.Use(token, 25'000'000).ok()) << "its whole time is over, though it was used";
  const std::string idle = *sessions.Begin(session);
  EXPECT_FALSE(sessions.Use(idle, 10'000'000).ok());
  EXPECT_FALSE(sessions.Use(idle, 0).ok()) << "what has ended doesn't come back";
  EXPECT_FALSE(sessions.Use("", 0).ok());
}

TEST(RateLimiter, GivesEachTheirShareAndSlowsStreams) {
  RateLimiter limiter(10);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(limiter.Take("ngo@3", 0).ok()) << i;
  EXPECT_TRUE(absl::IsResourceExhausted(limiter.Take("ngo@3", 0)));
  EXPECT_TRUE(limiter.Take("other@4", 0).ok()) << "another's share is its own";
  EXPECT_TRUE(limiter.Take("ngo@3", 200'000).ok()) << "two more after a fifth of a second";
  EXPECT_EQ(limiter.TakeAndWait("stream", 100, 0), absl::ZeroDuration());
  EXPECT_EQ(limiter.TakeAndWait("stream", 50, 0), absl::Seconds(5));
}

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

  std::string Recover(uint64_t account) {
    const std::string said = people_.Klaim(
        {"--as", "administrator", "account", "recover", std::to_string(account), "--reason", "forgotten"});
    return std::string(
        absl::StrSplit(std::vector<std::string>(absl::StrSplit(said, ": ")).at(1), '\n').begin()->data(), 19);
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

  v1::EnrolSecondFactorResponse enrolled;
  ASSERT_TRUE(
      Call(token, &v1::SessionService::Stub::EnrolSecondFactor, v1::EnrolSecondFactorRequest(), enrolled)
          .ok());
  const std::string secret = RunProgram({"/usr/bin/python3", "-c",
                                         "import sys,base64,re;sys.stdout.write(base64.b32decode(re.search("
                                         "'secret=([A-Z2-7]+)',sys.argv[1]).group(1)).hex())",
                                         enrolled.uri()})
                                 .out;
  const std::string key = absl::HexStringToBytes(secret);
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
  const std::string password = Recover(account);
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

// A provider as organisations have them: npm's oidc-provider, over TLS, which signs in whoever asks as "dewi".
class Provider {
 public:
  Provider(const std::string& folder, const std::string& algorithm) {
    int out[2];
    EXPECT_EQ(pipe(out), 0);
    process_ = fork();
    if (process_ == 0) {
      dup2(out[1], STDOUT_FILENO);
      close(out[0]);
      const std::string script = std::string(KLAIM_SOURCE) + "/tests/services/openid_provider.mjs";
      execlp("node", "node", script.c_str(), folder.c_str(), algorithm.c_str(), nullptr);
      _exit(127);
    }
    close(out[1]);
    char c = 0;
    while (read(out[0], &c, 1) == 1 && c != '\n') said_ += c;
    said_from_ = out[0];
  }
  ~Provider() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    close(said_from_);
  }
  std::string issuer() const { return said_; }

 private:
  pid_t process_ = -1;
  int said_from_ = -1;
  std::string said_;
};

class ProviderTest : public IdentityTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(ProviderTest, AnOrganisationsOwnProviderSignsItsPeopleIn) {
  people_.Open(0, "dewi", "paralegal");
  tools::CertificateRequest server;
  server.common_name = "provider";
  server.hosts = {"localhost"};
  ASSERT_TRUE(tools::IssueCertificate(folder_.path("authority"), server, folder_.path("provider.crt"),
                                      folder_.path("provider.key"))
                  .ok());
  Provider provider(folder_.path(), GetParam());
  ASSERT_TRUE(absl::StartsWith(provider.issuer(), "https://localhost:")) << provider.issuer();
  std::ofstream(folder_.path("secret")) << "a-secret-of-the-client\n";
  std::ofstream(folder_.path("providers.json"))
      << R"([{"organisation_id":0,"issuer":")" << provider.issuer()
      << R"(","client_id":"klaim","client_secret_file":")" << folder_.path("secret")
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
