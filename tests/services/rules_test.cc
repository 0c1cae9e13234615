// What permits or forbids is decided on the log: read models that know nothing of the latest let nobody in.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "engine/domain/claims/case.h"
#include "engine/domain/registry/programme.h"
#include "engine/domain/work/job.h"
#include "engine/record/encoded_record.h"
#include "klaim/v1/accounts_service.grpc.pb.h"
#include "klaim/v1/event_record.pb.h"
#include "klaim/v1/import_export_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/privacy_service.grpc.pb.h"
#include "klaim/v1/registry_service.grpc.pb.h"
#include "services/docket/docket_opening.h"
#include "services/docket/open_docket.h"
#include "services/docket/time_travel.h"
#include "services/server/server.h"
#include "testing/docket_people.h"
#include "testing/processes.h"
#include "testing/served_fixtures.h"
#include "testing/temporary_folder.h"
#include "tools/installation/authority.h"

namespace klaim::services {
namespace {

using klaim::testing::Daemon;
using klaim::testing::DocketPeople;
using klaim::testing::TemporaryFolder;

// A docket served in this process, whose read models can be stopped for ever.
class RulesTest : public ::testing::Test {
 protected:
  RulesTest() : people_(folder_.path()) {
    {
      Daemon daemon(folder_.path());
      EXPECT_TRUE(daemon.started()) << daemon.output();
      fixtures_ = klaim::testing::RegisterFixtures(daemon.Connect("legal-team"));
      partner_ = people_.RegisterOrganisation("Mitra");
      account_ = people_.Open(partner_, "mitra", "partner");
      EXPECT_EQ(daemon.Stop(), 0);
    }
    Serve();
  }
  ~RulesTest() override { End(); }

  void Serve() {
    auto docket = Open(folder_.path("data"), folder_.path("master.key"),
                       [](const absl::Status& status) { ADD_FAILURE() << status; });
    EXPECT_TRUE(docket.ok()) << docket.status();
    docket_ = *std::move(docket);
    ServerOptions options;
    options.certificate_authority = *tools::ReadFile(folder_.path("authority/ca.crt"));
    options.certificate = *tools::ReadFile(folder_.path("server.crt"));
    options.private_key = *tools::ReadFile(folder_.path("server.key"));
    options.calls.revocation_list = folder_.path("authority/revoked.crl");
    auto server = StartServer(*docket_, options);
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  void End() {
    server_->Stop();
    docket_->sequencer->Stop();
    docket_->projector->Stop();
    server_.reset();
    docket_.reset();
  }

  std::shared_ptr<grpc::Channel> Connect(const std::string& person) const {
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = *tools::ReadFile(folder_.path("authority/ca.crt"));
    tls.pem_cert_chain = *tools::ReadFile(folder_.path("people/" + person + ".crt"));
    tls.pem_private_key = *tools::ReadFile(folder_.path("people/" + person + ".key"));
    return grpc::CreateChannel(absl::StrCat("127.0.0.1:", server_->port()), grpc::SslCredentials(tls));
  }

  // What was recorded from here on no read model knows.
  void StopReadModels() { docket_->projector->Stop(); }

  template <class Stub, class Request, class Response>
  grpc::Status Call(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response& response) {
    grpc::ClientContext context;
    return (stub.*method)(&context, request, &response);
  }

  v1::FileClaimResponse File(const std::string& person, const v1::FileClaimRequest& filing) {
    auto intake = v1::IntakeService::NewStub(Connect(person));
    v1::FileClaimResponse response;
    const grpc::Status status = Call(*intake, &v1::IntakeService::Stub::FileClaim, filing, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  grpc::Status SeeClaimant(const std::string& person, uint64_t claimant_id) {
    auto intake = v1::IntakeService::NewStub(Connect(person));
    v1::GetClaimantRequest request;
    request.set_claimant_id(claimant_id);
    v1::GetClaimantResponse response;
    return Call(*intake, &v1::IntakeService::Stub::GetClaimant, request, response);
  }

  grpc::Status SeeCase(const std::string& person, uint64_t case_id) {
    auto intake = v1::IntakeService::NewStub(Connect(person));
    v1::GetCaseFileRequest request;
    request.set_case_id(case_id);
    v1::GetCaseFileResponse response;
    return Call(*intake, &v1::IntakeService::Stub::GetCaseFile, request, response);
  }

  // Everything that was recorded is folded.
  void WaitForReadModels() {
    ASSERT_TRUE(docket_->projector->WaitVisible(docket_->log->next_sequence() - 1, absl::Seconds(30)));
  }

  TemporaryFolder folder_;
  DocketPeople people_;
  klaim::testing::ServedFixtures fixtures_;
  uint64_t partner_ = 0;
  uint64_t account_ = 0;
  std::unique_ptr<OpenDocket> docket_;
  std::unique_ptr<Server> server_;
};

TEST_F(RulesTest, NamesThatNeedAPurposeAreShownToNobodyWithoutOne) {
  auto registry = v1::RegistryService::NewStub(Connect("legal-team"));
  v1::OpenProgrammeRequest open;
  open.set_request_id("programme with a purpose");
  auto& programme = *open.mutable_programme();
  programme.set_code("PURPOSE");
  programme.set_title("Names need a purpose");
  programme.set_currency("HKD");
  programme.set_view_purpose_required(true);
  programme.mutable_filing_deadline()->set_year(2030);
  programme.mutable_filing_deadline()->set_month(1);
  programme.mutable_filing_deadline()->set_day(1);
  auto* head = programme.add_heads();
  head->set_code("excess_recruitment_fee");
  head->set_proof_standard(v1::PROOF_STANDARD_PLAUSIBLE);
  head->set_valuation_rule(v1::VALUATION_RULE_DOCUMENTED_AMOUNT);
  head->set_priority_tier(1);
  programme.mutable_grouping()->add_dimensions(v1::GROUPING_DIMENSION_HEAD);
  programme.mutable_grouping()->set_least_size(1);
  StopReadModels();
  v1::OpenProgrammeResponse opened;
  ASSERT_TRUE(Call(*registry, &v1::RegistryService::Stub::OpenProgramme, open, opened).ok());
  v1::FileClaimRequest filing = fixtures_.Filing("guarded");
  filing.set_programme_id(opened.programme_id());
  const auto filed = File("legal-team", filing);
  const grpc::Status refused = SeeClaimant("legal-team", filed.claimant_id());
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION) << refused.error_message();
  // Somebody of another programme is guarded from the moment of a second claim under this one.
  const auto before = File("legal-team", fixtures_.Filing("open"));
  EXPECT_TRUE(SeeClaimant("legal-team", before.claimant_id()).ok());
  v1::FileClaimRequest second = fixtures_.Filing("a second claim");
  second.set_programme_id(opened.programme_id());
  second.set_claimant_id(before.claimant_id());
  File("legal-team", second);
  EXPECT_EQ(SeeClaimant("legal-team", before.claimant_id()).error_code(),
            grpc::StatusCode::FAILED_PRECONDITION);
}

TEST_F(RulesTest, AWithdrawnConsentEndsWhatAPartnerSees) {
  const auto filed = File("legal-team", fixtures_.Filing("shared"));
  auto intake = v1::IntakeService::NewStub(Connect("legal-team"));
  auto privacy = v1::PrivacyService::NewStub(Connect("legal-team"));
  v1::GiveConsentRequest consent;
  consent.set_request_id("consent");
  consent.set_claimant_id(filed.claimant_id());
  consent.mutable_consent()->set_purpose(v1::CONSENT_PURPOSE_SHARE_WITH_PARTNER);
  consent.mutable_consent()->set_recipient_id(partner_);
  consent.mutable_consent()->mutable_given_on()->set_year(2026);
  v1::GiveConsentResponse given;
  ASSERT_TRUE(Call(*intake, &v1::IntakeService::Stub::GiveConsent, consent, given).ok());
  v1::ShareCaseRequest share;
  share.set_request_id("share");
  share.set_case_id(filed.case_id());
  share.set_recipient_id(partner_);
  v1::ShareCaseResponse shared;
  ASSERT_TRUE(Call(*privacy, &v1::PrivacyService::Stub::ShareCase, share, shared).ok());
  WaitForReadModels();
  EXPECT_TRUE(SeeCase("mitra", filed.case_id()).ok());
  StopReadModels();
  v1::WithdrawConsentRequest withdraw;
  withdraw.set_request_id("withdraw");
  withdraw.set_claimant_id(filed.claimant_id());
  withdraw.set_purpose(v1::CONSENT_PURPOSE_SHARE_WITH_PARTNER);
  withdraw.set_recipient_id(partner_);
  v1::WithdrawConsentResponse withdrawn;
  const grpc::Status status = Call(*intake, &v1::IntakeService::Stub::WithdrawConsent, withdraw, withdrawn);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(SeeCase("mitra", filed.case_id()).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(SeeClaimant("mitra", filed.claimant_id()).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(RulesTest, AClosedAccountDoesNothingMore) {
  const auto filed = File("mitra", fixtures_.Filing("theirs"));
  WaitForReadModels();
  EXPECT_TRUE(SeeCase("mitra", filed.case_id()).ok());
  StopReadModels();
  auto accounts = v1::AccountsService::NewStub(Connect("administrator"));
  v1::CloseAccountRequest close;
  close.set_request_id("close");
  close.set_account_id(account_);
  close.set_reason("left");
  v1::CloseAccountResponse closed;
  const grpc::Status status = Call(*accounts, &v1::AccountsService::Stub::CloseAccount, close, closed);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(SeeCase("mitra", filed.case_id()).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  auto intake = v1::IntakeService::NewStub(Connect("mitra"));
  v1::FileClaimResponse response;
  EXPECT_EQ(
      Call(*intake, &v1::IntakeService::Stub::FileClaim, fixtures_.Filing("after"), response).error_code(),
      grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(RulesTest, WhoWaitsForReadModelsThatStoppedIsToldSo) {
  StopReadModels();
  const auto filed = File("legal-team", fixtures_.Filing("late"));
  auto intake = v1::IntakeService::NewStub(Connect("legal-team"));
  v1::GetCaseFileRequest request;
  request.set_case_id(filed.case_id());
  request.set_at_least_sequence(filed.receipt().sequence());
  v1::GetCaseFileResponse response;
  EXPECT_EQ(Call(*intake, &v1::IntakeService::Stub::GetCaseFile, request, response).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

// Jobs that wait together, as a start finds them: none of them is lost, and accounts take turns.
TEST_F(RulesTest, ManyExportsOfOneAccountKeepNobodyElsesWaiting) {
  StopReadModels();
  constexpr int kMany = 12;
  std::set<uint64_t> many;
  auto theirs = v1::ImportExportService::NewStub(Connect("legal-team"));
  for (int i = 0; i < kMany; ++i) {
    v1::StartLedgerExportRequest request;
    request.set_request_id(absl::StrCat("export ", i));
    request.set_format(v1::LEDGER_FORMAT_CSV);
    v1::StartLedgerExportResponse started;
    const grpc::Status status =
        Call(*theirs, &v1::ImportExportService::Stub::StartLedgerExport, request, started);
    ASSERT_TRUE(status.ok()) << status.error_message();
    many.insert(started.job_id());
  }
  auto auditors = v1::ImportExportService::NewStub(Connect("auditor"));
  v1::StartLedgerExportRequest request;
  request.set_request_id("the auditor's");
  request.set_format(v1::LEDGER_FORMAT_CSV);
  v1::StartLedgerExportResponse one;
  ASSERT_TRUE(Call(*auditors, &v1::ImportExportService::Stub::StartLedgerExport, request, one).ok());
  End();
  Serve();
  std::vector<uint64_t> ended;
  uint64_t next = 0;
  while (ended.size() < kMany + 1) {
    ASSERT_TRUE(docket_->log->WaitForAppend(next, absl::Seconds(30))) << ended.size() << " of them ended";
    ASSERT_TRUE(docket_->log
                    ->Read(next,
                           [&](uint64_t sequence, absl::string_view bytes) {
                             v1::EventRecord event;
                             EXPECT_TRUE(record::DecodeRecord(sequence, bytes, event).ok());
                             if (event.has_job_ended()) ended.push_back(event.stream());
                             next = sequence + 1;
                             return true;
                           })
                    .ok());
  }
  const auto place = std::find(ended.begin(), ended.end(), one.job_id()) - ended.begin();
  EXPECT_LE(place, 1) << "it came behind " << place << " of another account";
}

using TimeTravelTest = RulesTest;

struct Told {
  absl::Notification done;
  absl::StatusOr<std::shared_ptr<const DocketAsOf>> then = absl::UnknownError("not told");
};

TEST_F(TimeTravelTest, AllWhoAskForOneMomentWaitForOneFoldingAndNobodyWaitsForTooMany) {
  // They outlive who tells them.
  absl::Notification folding;
  absl::Notification go_on;
  std::vector<Told> told(4);
  std::vector<Told> more(20);
  std::atomic<bool> asked = false;
  TimeTravel travel(*docket_);
  const uint64_t size = docket_->log->next_sequence();
  const auto ask = [&](const std::string& who, uint64_t moment, Told& answer, std::function<bool()> wanted) {
    return travel.To(who, moment, std::move(wanted), [&answer](auto then) {
      answer.then = std::move(then);
      answer.done.Notify();
    });
  };
  const auto always = [] { return true; };
  ASSERT_TRUE(ask("auditor@0", size, told[0], [&] {
                if (!asked.exchange(true)) {
                  folding.Notify();
                  go_on.WaitForNotification();
                }
                return true;
              }).ok());
  folding.WaitForNotification();
  ASSERT_TRUE(ask("auditor@0", size, told[1], always).ok());
  ASSERT_TRUE(ask("other@0", size, told[2], always).ok());
  ASSERT_TRUE(ask("auditor@0", size - 1, told[3], [] { return false; }).ok());
  absl::Status refused;
  for (size_t i = 0; i < more.size() && refused.ok(); ++i) refused = ask("auditor@0", i + 1, more[i], always);
  EXPECT_TRUE(absl::IsResourceExhausted(refused)) << refused;
  EXPECT_FALSE(ask("auditor@0", size + 1, more.back(), always).ok()) << "there is no such record yet";
  go_on.Notify();
  for (Told& answer : told) answer.done.WaitForNotification();
  ASSERT_TRUE(told[0].then.ok()) << told[0].then.status();
  EXPECT_EQ(told[1].then.value(), told[0].then.value());
  EXPECT_EQ(told[2].then.value(), told[0].then.value());
  EXPECT_TRUE(absl::IsCancelled(told[3].then.status())) << "nobody waited for it";
}

TEST_F(TimeTravelTest, AMomentThatGoesOnFromAnEarlierOneIsTheSameAndEachIsGoneWhenNobodyHasIt) {
  for (int i = 0; i < 20; ++i) File("legal-team", fixtures_.Filing(absl::StrCat("claim ", i)));
  const uint64_t size = docket_->log->next_sequence();
  TimeTravel travel(*docket_);
  const auto to = [&](uint64_t moment) {
    Told answer;
    EXPECT_TRUE(travel
                    .To(
                        "auditor@0", moment, [] { return true; },
                        [&](auto then) {
                          answer.then = std::move(then);
                          answer.done.Notify();
                        })
                    .ok());
    answer.done.WaitForNotification();
    EXPECT_TRUE(answer.then.ok()) << answer.then.status();
    return *answer.then;
  };
  const auto anew = to(size)->projector->ContentHashes();
  std::shared_ptr<const DocketAsOf> held;
  // Each goes on from the one before; while one is held, as many others as are kept push it out.
  for (uint64_t moment = size - 10; moment <= size - 1; ++moment) {
    const auto then = to(moment);
    if (moment == size - 9) held = then;
    EXPECT_EQ(then->log->next_sequence(), moment);
  }
  EXPECT_EQ(to(size - 9)->projector->ContentHashes().value(), held->projector->ContentHashes().value());
  const auto on = to(size);
  EXPECT_EQ(on->projector->ContentHashes().value(), anew.value());
}

}  // namespace
}  // namespace klaim::services
