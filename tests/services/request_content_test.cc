// A request's name is not its content: the same name with something else is never answered as if that had been done.

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/domain/core/refusal.h"
#include "google/rpc/error_details.pb.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/privacy_service.grpc.pb.h"
#include "services/common/wire_status.h"
#include "testing/docket_people.h"
#include "testing/processes.h"
#include "testing/served_fixtures.h"
#include "testing/temporary_folder.h"

namespace klaim::services {
namespace {

using klaim::testing::Daemon;
using klaim::testing::DocketPeople;
using klaim::testing::TemporaryFolder;

class RequestContentTest : public ::testing::Test {
 protected:
  RequestContentTest() : people_(folder_.path()) {
    Serve();
    fixtures_ = klaim::testing::RegisterFixtures(daemon_->Connect("legal-team"));
  }

  void Serve() {
    daemon_.reset();
    daemon_ = std::make_unique<Daemon>(folder_.path());
    ASSERT_TRUE(daemon_->started()) << daemon_->output();
    intake_ = v1::IntakeService::NewStub(daemon_->Connect("legal-team"));
  }

  grpc::Status File(const v1::FileClaimRequest& filing, v1::FileClaimResponse& filed) {
    grpc::ClientContext context;
    const grpc::Status status = intake_->FileClaim(&context, filing, &filed);
    if (status.ok()) last_ = std::max(last_, filed.receipt().sequence());
    return status;
  }

  // Refused, with the claim that the name meant first and the field that differs; nothing is recorded.
  void ExpectTaken(const v1::FileClaimRequest& filing, const v1::FileClaimResponse& first,
                   const std::string& field) {
    v1::FileClaimResponse filed;
    const grpc::Status status = File(filing, filed);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS) << status.error_message();
    EXPECT_TRUE(absl::StrContains(status.error_message(), absl::StrCat("for claim ", first.claim_id())))
        << status.error_message();
    EXPECT_TRUE(absl::StrContains(status.error_message(), field)) << status.error_message();
    EXPECT_EQ(filed.claim_id(), 0u);
  }

  uint64_t Claims() {
    v1::ListClaimsRequest request;
    request.mutable_page()->set_size(100);
    request.set_at_least_sequence(last_);
    v1::ListClaimsResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(intake_->ListClaims(&context, request, &response).ok());
    return static_cast<uint64_t>(response.claims_size());
  }

  TemporaryFolder folder_;
  DocketPeople people_;
  std::unique_ptr<Daemon> daemon_;
  std::unique_ptr<v1::IntakeService::Stub> intake_;
  klaim::testing::ServedFixtures fixtures_;
  uint64_t last_ = 0;
};

TEST_F(RequestContentTest, TheSameIsAnsweredWithTheFirstReceiptAndAnotherIsRefused) {
  const v1::FileClaimRequest filing = fixtures_.Filing("1");
  v1::FileClaimResponse first;
  ASSERT_TRUE(File(filing, first).ok());
  for (int round = 0; round < 2; ++round) {
    v1::FileClaimResponse again;
    ASSERT_TRUE(File(filing, again).ok());
    EXPECT_EQ(again.claim_id(), first.claim_id());
    EXPECT_TRUE(again.receipt().recorded_before());
    // The same person, whose telephone is written in another way and whose name has a space that nobody sees.
    v1::FileClaimRequest written = filing;
    written.mutable_new_claimant()->mutable_person()->mutable_phone()->set_clear("0812-3456-7890");
    written.mutable_new_claimant()->mutable_person()->mutable_name()->set_clear("Siti\u00a0Aminah\u200b 1 ");
    ASSERT_TRUE(File(written, again).ok());
    EXPECT_EQ(again.claim_id(), first.claim_id());
    // Another branch's first line; a corrected amount; more than was asked before.
    v1::FileClaimRequest other = filing;
    other.mutable_new_claimant()->mutable_person()->mutable_name()->set_clear("Ngatini");
    ExpectTaken(other, first, "new_claimant.person.name");
    other = filing;
    other.mutable_heads(0)->mutable_claimed()->set_minor_units(1'600'000);
    ExpectTaken(other, first, "heads[0]");
    other = filing;
    other.mutable_new_claimant()->mutable_person()->mutable_national_id()->set_clear("3302015705800001");
    ExpectTaken(other, first, "new_claimant.person.national_id");
    other = filing;
    other.mutable_new_claimant()->mutable_person()->clear_phone();
    ExpectTaken(other, first, "new_claimant");
    EXPECT_EQ(Claims(), 1u);
    // As after any crash.
    daemon_->Kill();
    Serve();
  }
}

TEST_F(RequestContentTest, WhereTheKeyIsDestroyedNobodyIsToldThatItIsTheSame) {
  const v1::FileClaimRequest filing = fixtures_.Filing("1");
  v1::FileClaimResponse first;
  ASSERT_TRUE(File(filing, first).ok());
  people_.Klaim({"claimant", "erase", absl::StrCat(first.claimant_id()), "--reason", "wish", "--yes"});
  ExpectTaken(filing, first, "can't be known");
}

TEST_F(RequestContentTest, WhatIsWrongIsToldAtOnceInTheRequestsOwnPaths) {
  v1::FileClaimRequest filing = fixtures_.Filing("1");
  v1::Person& person = *filing.mutable_new_claimant()->mutable_person();
  person.mutable_name()->set_clear("\u200b 12 ");
  person.mutable_national_id()->set_clear("9902015705800000");
  person.mutable_birth_date()->set_clear("2099-01-01");
  person.mutable_phone()->set_clear("call me");
  filing.mutable_new_claimant()->mutable_consents(0)->mutable_given_on()->set_year(2099);
  filing.mutable_heads(0)->mutable_claimed()->set_currency("IDR");
  v1::FileClaimResponse filed;
  const grpc::Status status = File(filing, filed);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  const std::vector<std::string> fields = domain::FieldsOf(FromWire(status));
  for (const char* field :
       {"new_claimant.person.name", "new_claimant.person.national_id", "new_claimant.person.birth_date",
        "new_claimant.person.phone", "new_claimant.consents[0].given_on"}) {
    EXPECT_NE(std::find(fields.begin(), fields.end(), field), fields.end())
        << field << ": " << status.error_message();
  }
  EXPECT_EQ(Claims(), 0u);
}

TEST_F(RequestContentTest, AFieldThatThisProgramDoesNotKnowIsNotDropped) {
  v1::FileClaimRequest filing = fixtures_.Filing("1");
  filing.GetReflection()->MutableUnknownFields(&filing)->AddVarint(77, 1);
  v1::FileClaimResponse filed;
  const grpc::Status status = File(filing, filed);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
  EXPECT_TRUE(absl::StrContains(status.error_message(), "77")) << status.error_message();
  EXPECT_EQ(Claims(), 0u);
  // A question too: what it would leave out might be what the answer was to be narrowed by.
  v1::ListClaimsRequest list;
  list.mutable_page()->GetReflection()->MutableUnknownFields(list.mutable_page())->AddVarint(78, 1);
  v1::ListClaimsResponse listed;
  grpc::ClientContext context;
  const grpc::Status asked = intake_->ListClaims(&context, list, &listed);
  EXPECT_EQ(asked.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << asked.error_message();
  EXPECT_TRUE(absl::StrContains(asked.error_message(), "page.78")) << asked.error_message();
}

}  // namespace
}  // namespace klaim::services
