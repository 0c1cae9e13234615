// The services as a client meets them: a real server, real certificates, real calls.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "engine/domain/core/refusal.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/generic/generic_stub.h"
#include "klaim/v1/audit_service.grpc.pb.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "klaim/v1/groups_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/registry_service.grpc.pb.h"
#include "klaim/v1/review_service.grpc.pb.h"
#include "services/common/wire_status.h"
#include "services/identity/principal.h"
#include "testing/processes.h"
#include "testing/served_fixtures.h"
#include "testing/temporary_folder.h"
#include "tools/installation/authority.h"

namespace klaim::services {
namespace {

using klaim::testing::Daemon;
using klaim::testing::Program;
using klaim::testing::RunProgram;
using klaim::testing::TemporaryFolder;

TEST(Permissions, ACertificateNamesAnAccountOrNobody) {
  auto named = ParsePrincipalUri("klaim://organisation/12/sari");
  ASSERT_TRUE(named.ok());
  EXPECT_EQ(named->organisation_id, 12u);
  EXPECT_EQ(named->name, "sari");
  for (const char* uri : {"", "klaim://organisation/12/King", "klaim://organisation/x/sari",
                          "klaim://organisation/12/", "klaim://organisation/12/lawyer/sari",
                          "spiffe://organisation/12/sari", "klaim://organisation/-1/sari"}) {
    EXPECT_FALSE(ParsePrincipalUri(uri).ok()) << uri;
  }
}

class ServicesTest : public ::testing::Test {
 protected:
  ServicesTest() {
    EXPECT_EQ(RunProgram({Program("klaim"), "init", "--docket", folder_.path(), "--name", "Union"}).exit_code,
              0);
    daemon_ = std::make_unique<Daemon>(folder_.path());
    EXPECT_TRUE(daemon_->started()) << daemon_->output();
    Connect("legal-team");
    fixtures_ = klaim::testing::RegisterFixtures(channel_);
  }

  void Connect(const std::string& person) {
    channel_ = daemon_->Connect(person);
    registry_ = v1::RegistryService::NewStub(channel_);
    intake_ = v1::IntakeService::NewStub(channel_);
    compensation_ = v1::CompensationService::NewStub(channel_);
    audit_ = v1::AuditService::NewStub(channel_);
  }

  v1::FileClaimRequest Filing(const std::string& request_id) const { return fixtures_.Filing(request_id); }

  v1::FileClaimResponse File(const std::string& request_id) {
    v1::FileClaimResponse response;
    grpc::ClientContext context;
    const grpc::Status status = intake_->FileClaim(&context, Filing(request_id), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Daemon> daemon_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::RegistryService::Stub> registry_;
  std::unique_ptr<v1::IntakeService::Stub> intake_;
  std::unique_ptr<v1::CompensationService::Stub> compensation_;
  std::unique_ptr<v1::AuditService::Stub> audit_;
  klaim::testing::ServedFixtures fixtures_;
};

TEST_F(ServicesTest, FiledPersonalDataIsOpenForThoseWhoMayAndNowhereOnDisk) {
  const auto filed = File("one");
  v1::GetClaimantRequest ask;
  ask.set_claimant_id(filed.claimant_id());
  v1::GetClaimantResponse answer;
  grpc::ClientContext context;
  ASSERT_TRUE(intake_->GetClaimant(&context, ask, &answer).ok());
  EXPECT_EQ(answer.claimant().person().name().clear(), "Siti Aminah one");
  v1::GetCaseFileRequest case_file;
  case_file.set_case_id(filed.case_id());
  case_file.set_at_least_sequence(filed.receipt().sequence());
  v1::GetCaseFileResponse events;
  grpc::ClientContext second;
  ASSERT_TRUE(intake_->GetCaseFile(&second, case_file, &events).ok());
  ASSERT_EQ(events.events_size(), 3);
  EXPECT_EQ(events.events(1).case_opened().story().text().clear(), "My passport was kept.");
  // An auditor sees the same events sealed.
  auto auditor = v1::IntakeService::NewStub(daemon_->Connect("auditor"));
  grpc::ClientContext third;
  events.Clear();
  ASSERT_TRUE(auditor->GetCaseFile(&third, case_file, &events).ok());
  EXPECT_TRUE(events.events(1).case_opened().story().text().has_sealed());
  grpc::ClientContext fourth;
  EXPECT_EQ(auditor->GetClaimant(&fourth, ask, &answer).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  daemon_->Stop();
  for (const char* secret : {"Siti", "81234567890", "passport"}) {
    EXPECT_THAT(folder_.FilesWith(secret), ::testing::IsEmpty()) << secret;
  }
}

TEST_F(ServicesTest, WhoLooksTheSameIsSeenAlsoAfterALossOfPowerTookTheLastIdentities) {
  v1::FileClaimRequest filing = Filing("first");
  filing.mutable_new_claimant()->mutable_person()->mutable_national_id()->set_clear("3302015705800001");
  const auto file = [&](const std::string& request_id) {
    filing.set_request_id(request_id);
    v1::FileClaimResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(intake_->FileClaim(&context, filing, &response).ok());
    return response;
  };
  EXPECT_FALSE(file("first").possible_duplicate());
  daemon_->Kill();
  {
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(rocksdb::Options(), folder_.path("data/vault"), &opened).ok());
    const std::unique_ptr<rocksdb::DB> vault(opened);
    std::unique_ptr<rocksdb::Iterator> runs(vault->NewIterator(rocksdb::ReadOptions()));
    int lost = 0;
    for (runs->Seek("i"); runs->Valid() && runs->key().starts_with("i"); runs->Next(), ++lost)
      ASSERT_TRUE(vault->Delete(rocksdb::WriteOptions(), runs->key()).ok());
    EXPECT_GT(lost, 0);
  }
  daemon_ = std::make_unique<Daemon>(folder_.path());
  ASSERT_TRUE(daemon_->started()) << daemon_->output();
  Connect("legal-team");
  EXPECT_TRUE(file("second").possible_duplicate());
}

TEST_F(ServicesTest, ErrorsNameTheFieldOnTheWire) {
  v1::FileClaimRequest filing = Filing("bad");
  filing.mutable_heads(0)->mutable_claimed()->set_currency("IDR");
  v1::FileClaimResponse response;
  grpc::ClientContext context;
  const grpc::Status status = intake_->FileClaim(&context, filing, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(domain::FieldsOf(FromWire(status)), std::vector<std::string>{"heads[0].claimed.currency"});
  // For programs: why, and the arguments of that.
  google::rpc::Status reasons;
  ASSERT_TRUE(reasons.ParseFromString(
      std::string(FromWire(status).GetPayload(domain::kReasonsUrl).value_or(absl::Cord()))));
  ASSERT_EQ(reasons.details_size(), 1);
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(reasons.details(0).UnpackTo(&info));
  EXPECT_EQ(info.domain(), "klaim");
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  EXPECT_TRUE(v1::Reason_Parse("REASON_" + info.reason(), &reason)) << info.reason();
  std::vector<std::string> arguments;
  for (size_t i = 1; i <= info.metadata().size(); ++i)
    arguments.push_back(info.metadata().at(absl::StrCat(i)));
  EXPECT_EQ(absl::StrCat("heads[0].claimed.currency: ", domain::SentenceOf(reason, arguments)),
            status.error_message());
  filing = Filing("bad");
  filing.mutable_new_claimant()->mutable_person()->mutable_name()->set_clear("Ng\xE1");
  grpc::ClientContext second;
  const grpc::Status utf8 = intake_->FileClaim(&second, filing, &response);
  EXPECT_EQ(domain::FieldsOf(FromWire(utf8)), std::vector<std::string>{"new_claimant.person.name.clear"})
      << utf8.error_message();
  filing = Filing("");
  grpc::ClientContext third;
  EXPECT_EQ(domain::FieldsOf(FromWire(intake_->FileClaim(&third, filing, &response))),
            std::vector<std::string>{"request_id"});
  filing = Filing("bad");
  filing.mutable_new_claimant()->mutable_person()->mutable_name()->mutable_sealed()->set_key_id(1);
  grpc::ClientContext fourth;
  EXPECT_EQ(intake_->FileClaim(&fourth, filing, &response).error_code(), grpc::StatusCode::INVALID_ARGUMENT)
      << "sealed by the caller";
  EXPECT_EQ(File("good").receipt().first_sequence(), fixtures_.agency + 1)
      << "nothing of the refused ones was recorded";
}

TEST_F(ServicesTest, ATextThatIsNotUtf8IsNamedWhereverItStands) {
  v1::FileClaimRequest filing = Filing("latin 1");
  filing.mutable_heads(0)->set_code("p\xE9riode");
  v1::FileClaimResponse response;
  grpc::ClientContext context;
  const grpc::Status unary = intake_->FileClaim(&context, filing, &response);
  EXPECT_EQ(unary.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(domain::FieldsOf(FromWire(unary)), std::vector<std::string>{"heads[0].code"})
      << unary.error_message();

  v1::WithdrawClaimRequest withdraw;
  withdraw.set_request_id("w\xFF");
  v1::WithdrawClaimResponse withdrawn;
  grpc::ClientContext second;
  EXPECT_EQ(domain::FieldsOf(FromWire(intake_->WithdrawClaim(&second, withdraw, &withdrawn))),
            std::vector<std::string>{"request_id"});

  v1::FileClaimsRequest message;
  *message.add_filings() = Filing("good");
  *message.add_filings() = filing;
  grpc::ClientContext third;
  auto stream = intake_->FileClaims(&third);
  (void)stream->Write(message);
  v1::FileClaimsResponse outcomes;
  EXPECT_FALSE(stream->Read(&outcomes));
  const grpc::Status streamed = stream->Finish();
  EXPECT_EQ(domain::FieldsOf(FromWire(streamed)), std::vector<std::string>{"filings[1].heads[0].code"})
      << streamed.error_message();
  EXPECT_FALSE(File("good").receipt().recorded_before()) << "nothing of the refused message was recorded";
}

TEST_F(ServicesTest, BytesThatAreNoRequestAreRefusedAsSuch) {
  grpc::GenericStub stub(channel_);
  const grpc::Slice slice("\xFF\xFF\xFF");
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer response;
  grpc::ClientContext context;
  absl::Notification done;
  grpc::Status status;
  stub.UnaryCall(&context, "/klaim.v1.IntakeService/FileClaim", {}, &request, &response, [&](grpc::Status s) {
    status = std::move(s);
    done.Notify();
  });
  done.WaitForNotification();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "what was sent is no FileClaimRequest: its bytes can't be parsed");
}

TEST_F(ServicesTest, AReplayAsOfTheHighestNumberIsOfAllRecords) {
  const uint64_t last = File("one").receipt().sequence();
  v1::ReplayAsOfRequest request;
  request.set_sequence(~uint64_t{0});
  Connect("auditor");
  grpc::ClientContext context;
  auto reader = audit_->ReplayAsOf(&context, request);
  v1::ReplayAsOfResponse response;
  v1::ReplayAsOfResponse end;
  while (reader->Read(&response)) end = response;
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_GT(end.folded(), last);
  EXPECT_EQ(end.folded(), end.total());
}

TEST_F(ServicesTest, ARequestOfVeryManyPartsIsRefusedBeforeItIsParsed) {
  v1::FileClaimRequest filing = Filing("many");
  for (int i = 0; i < 300'000; ++i) filing.add_heads();
  v1::FileClaimResponse response;
  grpc::ClientContext context;
  const grpc::Status status = intake_->FileClaim(&context, filing, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(domain::FieldsOf(FromWire(status)), std::vector<std::string>{"request"})
      << status.error_message();
  EXPECT_GT(File("few").claim_id(), 0u);
}

TEST_F(ServicesTest, ARefusalThatWouldRepeatALongTextIsCutAtACharactersEnd) {
  v1::FileClaimRequest filing = Filing("long");
  auto& wage = *filing.mutable_new_case()->mutable_placement()->mutable_agreed_monthly_wage();
  wage.set_minor_units(1);
  for (int i = 0; i < 1 << 20; ++i) *wage.mutable_currency() += "\xC3\xA9";
  v1::FileClaimResponse response;
  grpc::ClientContext context;
  const grpc::Status status = intake_->FileClaim(&context, filing, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(domain::FieldsOf(FromWire(status)),
            std::vector<std::string>{"new_case.placement.agreed_monthly_wage.currency"});
  EXPECT_LT(status.error_message().size(), 3'000u);
  EXPECT_GT(File("short").claim_id(), 0u);
}

TEST_F(ServicesTest, ARequestIdOfAnotherMethodIsRefused) {
  const auto filed = File("once");
  v1::WithdrawClaimRequest withdraw;
  withdraw.set_request_id("once");
  withdraw.set_claim_id(filed.claim_id());
  withdraw.set_reason("x");
  v1::WithdrawClaimResponse withdrawn;
  grpc::ClientContext context;
  const grpc::Status status = intake_->WithdrawClaim(&context, withdraw, &withdrawn);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(domain::FieldsOf(FromWire(status)), std::vector<std::string>{"request_id"});
}

TEST_F(ServicesTest, AnOversizedMessageIsRefusedAndTheServerGoesOn) {
  v1::FileClaimsRequest message;
  grpc::ClientContext context;
  auto stream = intake_->FileClaims(&context);
  v1::FileClaimRequest filing = Filing("big");
  filing.mutable_new_claimant()->mutable_person()->mutable_address()->set_clear(std::string(9 << 20, 'x'));
  *message.add_filings() = filing;
  (void)stream->Write(message);
  stream->WritesDone();
  v1::FileClaimsResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_GT(File("small").claim_id(), 0u);
}

TEST_F(ServicesTest, AStreamAnswersInOrderEachWithReceiptOrError) {
  grpc::ClientContext context;
  auto stream = intake_->FileClaims(&context);
  for (int part = 0; part < 30; ++part) {
    v1::FileClaimsRequest message;
    for (int i = 0; i < 20; ++i) {
      auto* filing = message.add_filings();
      *filing = Filing(absl::StrCat(part, "-", i));
      if (i == 7) filing->clear_heads();
    }
    ASSERT_TRUE(stream->Write(message));
  }
  stream->WritesDone();
  v1::FileClaimsResponse response;
  int part = 0;
  uint64_t last_claim = 0;
  while (stream->Read(&response)) {
    ASSERT_EQ(response.outcomes_size(), 20);
    for (int i = 0; i < 20; ++i) {
      const auto& outcome = response.outcomes(i);
      EXPECT_EQ(outcome.request_id(), absl::StrCat(part, "-", i));
      if (i == 7) {
        EXPECT_EQ(outcome.error().code(), 3);
        EXPECT_EQ(outcome.error().fields(0), "heads");
      } else {
        EXPECT_GT(outcome.filed().claim_id(), 0u);
        last_claim = std::max(last_claim, outcome.filed().claim_id());
      }
    }
    ++part;
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(part, 30);
  // Filed again, every one is answered with its first receipt.
  const auto again = File("3-3");
  EXPECT_TRUE(again.receipt().recorded_before());
  EXPECT_LE(again.claim_id(), last_claim);
  v1::GetStatisticsRequest ask;
  ask.set_at_least_sequence(last_claim);
  v1::GetStatisticsResponse statistics;
  grpc::ClientContext second;
  ASSERT_TRUE(compensation_->GetStatistics(&second, ask, &statistics).ok());
  EXPECT_EQ(statistics.claims(), 30u * 19);
}

TEST_F(ServicesTest, APartnerSeesOnlyWhatItFiled) {
  EXPECT_EQ(RunProgram({Program("klaim"), "--addresses", folder_.path("addresses.json"), "organisation",
                        "register", "--name", "Mitra HK", "--country", "HK", "--request-id", "partner"})
                .exit_code,
            0);
  const std::string organisation = std::to_string(fixtures_.agency + 1);
  EXPECT_EQ(RunProgram({Program("klaim"), "--addresses", folder_.path("addresses.json"), "account", "open",
                        "--organisation", organisation, "--role", "partner", "--name", "mitra"})
                .exit_code,
            0);
  EXPECT_EQ(RunProgram({Program("klaim"), "--addresses", folder_.path("addresses.json"), "--as",
                        "administrator", "account", "confirm", std::to_string(fixtures_.agency + 2)})
                .exit_code,
            0);
  EXPECT_EQ(RunProgram({Program("klaim"), "organisation", "certificate", "issue", "--docket", folder_.path(),
                        "--organisation", organisation, "--name", "mitra"})
                .exit_code,
            0);
  const auto ours = File("ours");
  Connect("mitra");
  const auto theirs = File("theirs");
  for (const auto& [claim_id, visible] :
       {std::pair(ours.claim_id(), false), std::pair(theirs.claim_id(), true),
        std::pair(uint64_t{999'999}, false)}) {
    v1::GetClaimRequest ask;
    ask.set_claim_id(claim_id);
    v1::GetClaimResponse answer;
    grpc::ClientContext context;
    const grpc::Status status = intake_->GetClaim(&context, ask, &answer);
    EXPECT_EQ(status.error_code(), visible ? grpc::StatusCode::OK : grpc::StatusCode::NOT_FOUND)
        << status.error_message();
  }
  v1::ListClaimsRequest list;
  list.set_at_least_sequence(theirs.receipt().sequence());
  v1::ListClaimsResponse claims;
  grpc::ClientContext context;
  ASSERT_TRUE(intake_->ListClaims(&context, list, &claims).ok());
  ASSERT_EQ(claims.claims_size(), 1);
  EXPECT_EQ(claims.claims(0).claim_id(), theirs.claim_id());
  v1::WithdrawClaimRequest withdraw;
  withdraw.set_request_id("w");
  withdraw.set_claim_id(ours.claim_id());
  withdraw.set_reason("x");
  v1::WithdrawClaimResponse withdrawn;
  grpc::ClientContext second;
  EXPECT_EQ(intake_->WithdrawClaim(&second, withdraw, &withdrawn).error_code(), grpc::StatusCode::NOT_FOUND);
  grpc::ClientContext third;
  v1::GetStatisticsResponse statistics;
  EXPECT_EQ(compensation_->GetStatistics(&third, {}, &statistics).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(ServicesTest, WithoutACertificateOfTheAuthorityNothingIsAnswered) {
  TemporaryFolder foreign;
  ASSERT_TRUE(tools::CreateAuthority(foreign.path(), "Another authority").ok());
  tools::CertificateRequest request;
  request.common_name = "sari";
  request.uri = *PrincipalUri(0, "legal-team");
  ASSERT_TRUE(tools::IssueCertificate(foreign.path(), request, folder_.path("people/forged.crt"),
                                      folder_.path("people/forged.key"))
                  .ok());
  auto stub = v1::IntakeService::NewStub(daemon_->Connect("forged"));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
  v1::GetClaimResponse answer;
  EXPECT_EQ(stub->GetClaim(&context, {}, &answer).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(ServicesTest, ASecondDaemonOnTheFolderIsRefused) {
  const auto second = RunProgram({Program("klaimd"), "--docket", folder_.path()});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_TRUE(absl::StrContains(second.out, "another process has the docket")) << second.out;
  EXPECT_GT(File("still served").claim_id(), 0u);
}

}  // namespace
}  // namespace klaim::services
