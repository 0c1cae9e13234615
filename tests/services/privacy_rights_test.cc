// The rights of a person over their data, and the keys that keep it: sharing by consent, looks that are
// recorded, correction, export, erasure to the last byte, a change of the master key while serving.

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/privacy/vault.h"
#include "engine/record/byte_order.h"
#include "klaim/v1/audit_service.grpc.pb.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "klaim/v1/event_record.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/privacy_service.grpc.pb.h"
#include "klaim/v1/reference_register_service.grpc.pb.h"
#include "klaim/v1/registry_service.grpc.pb.h"
#include "klaim/v1/review_service.grpc.pb.h"
#include "klaim/v1/search_service.grpc.pb.h"
#include "services/common/wire_status.h"
#include "testing/docket_people.h"
#include "testing/processes.h"
#include "testing/served_fixtures.h"
#include "testing/temporary_folder.h"
#include "tools/installation/authority.h"

namespace klaim::services {
namespace {

using klaim::testing::Daemon;
using klaim::testing::DocketPeople;
using klaim::testing::Finished;
using klaim::testing::Program;
using klaim::testing::RunProgram;
using klaim::testing::TemporaryFolder;

class PrivacyRightsTest : public ::testing::Test {
 protected:
  PrivacyRightsTest() : people_(folder_.path()) {
    Serve({});
    fixtures_ = klaim::testing::RegisterFixtures(daemon_->Connect("legal-team"));
  }

  void Serve(const std::vector<std::string>& flags) {
    daemon_.reset();
    daemon_ = std::make_unique<Daemon>(folder_.path(), "", flags);
    ASSERT_TRUE(daemon_->started()) << daemon_->output();
  }

  v1::FileClaimResponse File(const std::string& request_id, const std::string& person = "legal-team") {
    return File(fixtures_.Filing(request_id), person);
  }
  v1::FileClaimResponse File(const v1::FileClaimRequest& filing, const std::string& person = "legal-team") {
    auto intake = v1::IntakeService::NewStub(daemon_->Connect(person));
    v1::FileClaimResponse response;
    grpc::ClientContext context;
    const grpc::Status status = intake->FileClaim(&context, filing, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    // Wait until it is visible.
    v1::ListClaimsRequest list;
    list.set_at_least_sequence(response.receipt().sequence());
    v1::ListClaimsResponse claims;
    grpc::ClientContext second;
    EXPECT_TRUE(intake->ListClaims(&second, list, &claims).ok());
    return response;
  }

  // What a person sees of a claim, its case and its claimant: all three, or none.
  bool Sees(const std::string& person, const v1::FileClaimResponse& filed) {
    auto intake = v1::IntakeService::NewStub(daemon_->Connect(person));
    v1::GetClaimRequest claim;
    claim.set_claim_id(filed.claim_id());
    v1::GetClaimResponse claim_answer;
    grpc::ClientContext a;
    const auto one = intake->GetClaim(&a, claim, &claim_answer).error_code();
    v1::GetCaseFileRequest case_file;
    case_file.set_case_id(filed.case_id());
    v1::GetCaseFileResponse events;
    grpc::ClientContext b;
    const auto two = intake->GetCaseFile(&b, case_file, &events).error_code();
    v1::GetClaimantRequest claimant;
    claimant.set_claimant_id(filed.claimant_id());
    v1::GetClaimantResponse name;
    grpc::ClientContext c;
    const auto three = intake->GetClaimant(&c, claimant, &name).error_code();
    v1::ListClaimsResponse list;
    grpc::ClientContext d;
    EXPECT_TRUE(intake->ListClaims(&d, {}, &list).ok());
    const bool listed = std::any_of(list.claims().begin(), list.claims().end(),
                                    [&](const v1::Claim& row) { return row.claim_id() == filed.claim_id(); });
    EXPECT_EQ(one, two);
    EXPECT_EQ(two, three);
    EXPECT_EQ(one == grpc::StatusCode::OK, listed);
    EXPECT_TRUE(one == grpc::StatusCode::OK || one == grpc::StatusCode::NOT_FOUND);
    return listed;
  }

  std::vector<v1::EventRecord> CaseFile(const std::string& person, uint64_t case_id) {
    v1::GetCaseFileRequest ask;
    ask.set_case_id(case_id);
    v1::GetCaseFileResponse file;
    grpc::ClientContext context;
    const grpc::Status status =
        v1::IntakeService::NewStub(daemon_->Connect(person))->GetCaseFile(&context, ask, &file);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return {file.events().begin(), file.events().end()};
  }

  std::vector<v1::EventRecord> Exported(const std::string& person, uint64_t claimant_id) {
    v1::ExportClaimantRequest ask;
    ask.set_claimant_id(claimant_id);
    grpc::ClientContext context;
    auto stub = v1::PrivacyService::NewStub(daemon_->Connect(person));
    auto reader = stub->ExportClaimant(&context, ask);
    std::vector<v1::EventRecord> events;
    v1::ExportClaimantResponse part;
    while (reader->Read(&part)) events.insert(events.end(), part.events().begin(), part.events().end());
    const grpc::Status status = reader->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return events;
  }

  uint64_t KeyOf(uint64_t claimant_id) {
    auto intake = v1::IntakeService::NewStub(daemon_->Connect("legal-team"));
    v1::GetClaimantRequest ask;
    ask.set_claimant_id(claimant_id);
    v1::GetClaimantResponse answer;
    grpc::ClientContext context;
    EXPECT_TRUE(intake->GetClaimant(&context, ask, &answer).ok());
    return answer.claimant().key_id();
  }

  std::string NameOf(uint64_t claimant_id) {
    return people_.Klaim({"claimant", "show", absl::StrCat(claimant_id)});
  }

  // A copy of the vault as it is now; and puts it in the place of the vault. The second leaves no daemon running.
  void KeepVault() {
    daemon_->Stop();
    std::filesystem::copy(folder_.path("data/vault"), folder_.path("old-vault"),
                          std::filesystem::copy_options::recursive);
    Serve({});
  }
  void RestoreVault() {
    daemon_->Stop();
    std::filesystem::remove_all(folder_.path("data/vault"));
    std::filesystem::rename(folder_.path("old-vault"), folder_.path("data/vault"));
  }

  uint64_t PublishRegister() {
    v1::PublishReferenceRegisterRequest publish;
    publish.set_request_id("register");
    v1::ReferenceRegisterPublished& published = *publish.mutable_register_();
    published.set_code("CREW-1");
    published.set_kind(v1::REGISTER_KIND_DEPLOYMENT);
    published.set_source("BP2MI, handed in by letter");
    published.mutable_as_of()->set_year(2023);
    published.mutable_as_of()->set_month(5);
    published.mutable_as_of()->set_day(1);
    published.set_file_sha256(std::string(32, 'x'));
    v1::PublishReferenceRegisterResponse answer;
    grpc::ClientContext context;
    const grpc::Status status = v1::ReferenceRegisterService::NewStub(daemon_->Connect("legal-team"))
                                    ->PublishReferenceRegister(&context, publish, &answer);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return answer.reference_register_id();
  }

  // The bytes of a key as the vault's files hold it, and in use. The daemon must not run.
  struct KeyBytes {
    std::string wrapped;
    std::string clear;
  };
  KeyBytes BytesOf(uint64_t key_id) {
    KeyBytes bytes;
    {
      rocksdb::DB* opened = nullptr;
      EXPECT_TRUE(rocksdb::DB::OpenForReadOnly(rocksdb::Options(), folder_.path("data/vault"), &opened).ok());
      const std::unique_ptr<rocksdb::DB> db(opened);
      std::string row = "k";
      record::AppendBig64(row, key_id);
      EXPECT_TRUE(db->Get(rocksdb::ReadOptions(), row, &bytes.wrapped).ok());
    }
    auto vault =
        privacy::Vault::Open(folder_.path("data/vault"), *privacy::ReadMasterKey(folder_.path("master.key")));
    EXPECT_TRUE(vault.ok()) << vault.status();
    auto key = (*vault)->Open(key_id);
    EXPECT_TRUE(key.ok());
    bytes.clear.assign(reinterpret_cast<const char*>(key->key.data()), privacy::SecretKey::size());
    return bytes;
  }

  TemporaryFolder folder_;
  DocketPeople people_;
  std::unique_ptr<Daemon> daemon_;
  klaim::testing::ServedFixtures fixtures_;
};

TEST_F(PrivacyRightsTest, ACaseIsSharedByConsentAndNoLonger) {
  const uint64_t partner = people_.RegisterOrganisation("Mitra");
  people_.Open(partner, "mitra", "partner");
  people_.Open(people_.RegisterOrganisation("Lain"), "lain", "partner");
  const auto filed = File("one");
  const auto other = File("two");
  const std::string claimant = absl::StrCat(filed.claimant_id());
  const std::vector<std::string> share = {"claimant", "share-case", absl::StrCat(filed.case_id()), "--with",
                                          absl::StrCat(partner)};
  EXPECT_FALSE(Sees("mitra", filed));
  EXPECT_TRUE(absl::StrContains(people_.Klaim(share, 1), "didn't consent"));
  people_.Klaim(
      {"claimant", "consent", claimant, "--share-with", absl::StrCat(partner), "--given-on", "1-2-2026"});
  EXPECT_FALSE(Sees("mitra", filed)) << "a consent alone shares nothing";
  people_.Klaim(share);
  EXPECT_TRUE(Sees("mitra", filed));
  EXPECT_FALSE(Sees("mitra", other));
  EXPECT_FALSE(Sees("lain", filed));
  // To read is not to write.
  v1::WithdrawClaimRequest withdraw;
  withdraw.set_request_id("w");
  withdraw.set_claim_id(filed.claim_id());
  withdraw.set_reason("x");
  v1::WithdrawClaimResponse withdrawn;
  grpc::ClientContext context;
  EXPECT_EQ(v1::IntakeService::NewStub(daemon_->Connect("mitra"))
                ->WithdrawClaim(&context, withdraw, &withdrawn)
                .error_code(),
            grpc::StatusCode::NOT_FOUND);
  people_.Klaim({"claimant", "withdraw-consent", claimant, "--share-with", absl::StrCat(partner)});
  EXPECT_FALSE(Sees("mitra", filed)) << "the sharing ends with the consent";
  people_.Klaim(
      {"claimant", "consent", claimant, "--share-with", absl::StrCat(partner), "--given-on", "1-3-2026"});
  EXPECT_TRUE(Sees("mitra", filed));
  people_.Klaim({"claimant", "unshare-case", absl::StrCat(filed.case_id()), "--with", absl::StrCat(partner),
                 "--reason", "done"});
  EXPECT_FALSE(Sees("mitra", filed));
}

TEST_F(PrivacyRightsTest, APartnerLearnsNothingOfAnothersClaimants) {
  people_.Open(people_.RegisterOrganisation("Mitra"), "mitra", "partner");
  v1::FileClaimRequest filing = fixtures_.Filing("one");
  filing.mutable_new_claimant()->mutable_person()->mutable_national_id()->set_clear("3302015705800001");
  File(filing);
  filing.set_request_id("the same person");
  EXPECT_FALSE(File(filing, "mitra").possible_duplicate()) << "that somebody else registered the person";
  filing.set_request_id("again");
  EXPECT_TRUE(File(filing).possible_duplicate()) << "the national body sees it";
}

TEST_F(PrivacyRightsTest, APartnerIsToldOfWhoLooksTheSameAmongItsOwnPeople) {
  people_.Open(people_.RegisterOrganisation("Mitra"), "mitra", "partner");
  people_.Open(people_.RegisterOrganisation("Lain"), "lain", "partner");
  v1::FileClaimRequest filing = fixtures_.Filing("one");
  filing.mutable_new_claimant()->mutable_person()->mutable_national_id()->set_clear("3302015705800001");
  EXPECT_FALSE(File(filing, "mitra").possible_duplicate());
  filing.set_request_id("the same person elsewhere");
  EXPECT_FALSE(File(filing, "lain").possible_duplicate());
  filing.set_request_id("once more");
  EXPECT_TRUE(File(filing, "mitra").possible_duplicate());
  EXPECT_FALSE(File(filing, "mitra").possible_duplicate()) << "a repetition registers nobody";
}

TEST_F(PrivacyRightsTest, WhatTheBoundaryAddsToAnEventIsNotToldToAPartner) {
  people_.Open(people_.RegisterOrganisation("Mitra"), "mitra", "partner");
  v1::FileClaimRequest filing = fixtures_.Filing("one");
  filing.mutable_new_claimant()->mutable_person()->mutable_national_id()->set_clear("3302015705800001");
  File(filing);
  filing.set_request_id("the same person");
  const auto filed = File(filing, "mitra");
  const auto registered_in = [&](const std::vector<v1::EventRecord>& events) {
    v1::EventRecord found;
    for (const v1::EventRecord& event : events) {
      if (event.has_claimant_registered()) found = event;
    }
    EXPECT_TRUE(found.claimant_registered().person().name().has_clear());
    return found;
  };
  for (const auto& events : {CaseFile("mitra", filed.case_id()), Exported("mitra", filed.claimant_id())}) {
    const v1::EventRecord event = registered_in(events);
    EXPECT_TRUE(event.claimant_registered().similar_key_ids().empty()) << "that somebody else has the person";
    EXPECT_EQ(event.claimant_registered().key_id(), 0u) << "how many people there are";
    EXPECT_EQ(event.claimant_registered().first_claim_id(), filed.claim_id()) << "its own is told";
    EXPECT_TRUE(event.request_id().empty());
    for (const v1::EventRecord& each : events) EXPECT_FALSE(each.has_duplicate_suspected());
  }
  const v1::EventRecord seen = registered_in(CaseFile("legal-team", filed.case_id()));
  EXPECT_EQ(seen.claimant_registered().similar_key_ids_size(), 1) << "the national body sees it";
}

TEST_F(PrivacyRightsTest, AnExportHoldsNoCaseThatIsNotShared) {
  const uint64_t partner = people_.RegisterOrganisation("Mitra");
  people_.Open(partner, "mitra", "partner");
  const auto shared = File("shared");
  v1::FileClaimRequest again = fixtures_.Filing("another case");
  again.set_claimant_id(shared.claimant_id());
  again.mutable_new_case()->mutable_story()->mutable_text()->set_clear("Not for others.");
  const auto kept = File(again);
  people_.Klaim({"claimant", "consent", absl::StrCat(shared.claimant_id()), "--share-with",
                 absl::StrCat(partner), "--given-on", "1-2-2026"});
  people_.Klaim({"claimant", "share-case", absl::StrCat(shared.case_id()), "--with", absl::StrCat(partner)});
  std::set<uint64_t> streams;
  for (const v1::EventRecord& event : Exported("mitra", shared.claimant_id())) streams.insert(event.stream());
  EXPECT_TRUE(streams.contains(shared.case_id()));
  EXPECT_TRUE(streams.contains(shared.claim_id()));
  EXPECT_TRUE(streams.contains(shared.claimant_id()));
  EXPECT_FALSE(streams.contains(kept.case_id()));
  EXPECT_FALSE(streams.contains(kept.claim_id()));
  streams.clear();
  for (const v1::EventRecord& event : Exported("legal-team", shared.claimant_id()))
    streams.insert(event.stream());
  EXPECT_TRUE(streams.contains(kept.case_id()));
}

TEST_F(PrivacyRightsTest, ALookIsRecordedWithItsPurposeBeforeItIsAnswered) {
  const auto filed = File("one");
  const std::string claimant = absl::StrCat(filed.claimant_id());
  people_.Klaim({"--purpose", "to call her back", "--as", "call-centre", "claimant", "show", claimant});
  const std::string views = people_.Klaim({"--as", "auditor", "claimant", "views", "--claimant", claimant});
  EXPECT_TRUE(absl::StrContains(views, "call-centre@0")) << views;
  EXPECT_TRUE(absl::StrContains(views, "to call her back")) << views;
  people_.Klaim({"--as", "call-centre", "claimant", "views"}, 1);
  // Who reads no names leaves no look.
  people_.Klaim({"--as", "auditor", "claim", "history", absl::StrCat(filed.claim_id())});
  EXPECT_FALSE(absl::StrContains(people_.Klaim({"--as", "auditor", "claimant", "views"}), "auditor@0"));
}

TEST_F(PrivacyRightsTest, AProgrammeCanDemandAPurpose) {
  auto registry = v1::RegistryService::NewStub(daemon_->Connect("legal-team"));
  v1::ListProgrammesResponse programmes;
  grpc::ClientContext first;
  v1::ListProgrammesRequest list;
  list.set_at_least_sequence(fixtures_.programme);
  ASSERT_TRUE(registry->ListProgrammes(&first, list, &programmes).ok());
  v1::OpenProgrammeRequest open;
  open.set_request_id("strict");
  *open.mutable_programme() = programmes.programmes(0).opened();
  open.mutable_programme()->set_code("STRICT");
  open.mutable_programme()->set_view_purpose_required(true);
  v1::OpenProgrammeResponse opened;
  grpc::ClientContext second;
  ASSERT_TRUE(registry->OpenProgramme(&second, open, &opened).ok());
  v1::FileClaimRequest filing = fixtures_.Filing("one");
  filing.set_programme_id(opened.programme_id());
  {
    // At once, before any read model has heard of it.
    auto intake = v1::IntakeService::NewStub(daemon_->Connect("legal-team"));
    v1::FileClaimRequest at_once = filing;
    at_once.set_request_id("at once");
    v1::FileClaimResponse filed;
    grpc::ClientContext third;
    ASSERT_TRUE(intake->FileClaim(&third, at_once, &filed).ok());
    v1::GetClaimantRequest look;
    look.set_claimant_id(filed.claimant_id());
    v1::GetClaimantResponse seen;
    grpc::ClientContext fourth;
    EXPECT_EQ(intake->GetClaimant(&fourth, look, &seen).error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  }
  const std::string claimant = absl::StrCat(File(filing).claimant_id());
  const std::string refused = people_.Klaim({"claimant", "show", claimant}, 1);
  EXPECT_TRUE(absl::StrContains(refused, "what for")) << refused;
  EXPECT_FALSE(absl::StrContains(refused, "Siti"));
  EXPECT_TRUE(
      absl::StrContains(people_.Klaim({"--purpose", "hearing", "claimant", "show", claimant}), "Siti"));
  // Nor is it told whether a name is there at all.
  auto search = v1::SearchService::NewStub(daemon_->Connect("legal-team"));
  const auto find = [&](const std::string& name, const std::string& purpose) {
    v1::SearchRequest request;
    request.set_query(name);
    v1::SearchResponse response;
    grpc::ClientContext context;
    if (!purpose.empty()) context.AddMetadata("klaim-purpose", purpose);
    const grpc::Status status = search->Search(&context, request, &response);
    return status.ok() ? absl::StrCat(response.claimants_size() > 0 ? "found" : "not found")
                       : status.error_message();
  };
  EXPECT_TRUE(absl::StrContains(find("Siti Aminah", ""), "what for")) << find("Siti Aminah", "");
  EXPECT_EQ(find("Xaverina Quispe", ""), find("Siti Aminah", ""));
  EXPECT_EQ(find("Xaverina Quispe", "hearing"), "not found");
}

TEST_F(PrivacyRightsTest, AnAuditorSeesNamesOnlyForAGrantedTime) {
  const auto filed = File("one");
  const std::string show = absl::StrCat(filed.claimant_id());
  people_.Klaim({"--as", "auditor", "claimant", "show", show}, 1);
  const std::string permitted =
      people_.Klaim({"--as", "administrator", "account", "permit", "5", "--days", "2", "--reason", "sample"});
  people_.Klaim({"--as", "auditor", "claimant", "show", show}, 1);  // one administrator alone opens no names
  people_.Klaim({"account", "confirm",
                 std::to_string(std::stoull(permitted.substr(permitted.find("account confirm ") + 16)))});
  EXPECT_TRUE(absl::StrContains(people_.Klaim({"--as", "auditor", "claimant", "show", show}), "Siti"));
  people_.Klaim({"--as", "administrator", "account", "forbid", "5", "--reason", "done"});
  people_.Klaim({"--as", "auditor", "claimant", "show", show}, 1);
}

TEST_F(PrivacyRightsTest, WhatIsHeldIsExportedInIndonesianAndCorrected) {
  const auto filed = File("one");
  const std::string claimant = absl::StrCat(filed.claimant_id());
  people_.Klaim({"claimant", "correct", claimant, "--field", "phone", "--reason", "new number"}, 0,
                "+6289999999999\n");
  const std::string all = people_.Klaim({"claimant", "export", claimant});
  for (const char* text :
       {"Semua data", "Siti Aminah one", "Klaim diajukan", "+6281234567890", "+6289999999999",
        "My passport was kept.", "HKD 15.000,00", "Data diri diperbaiki"}) {
    EXPECT_TRUE(absl::StrContains(all, text)) << text << "\n" << all;
  }
  EXPECT_TRUE(absl::StrContains(people_.Klaim({"claimant", "export", claimant, "--english"}), "Claim filed"));
  EXPECT_TRUE(absl::StrContains(NameOf(filed.claimant_id()), "+6289999999999"))
      << "what is right now is shown";
}

TEST_F(PrivacyRightsTest, AnErasedPersonIsInNoFileAndTheProofsStand) {
  for (int i = 0; i < 20; ++i) File(absl::StrCat("other ", i));
  v1::FileClaimRequest filing = fixtures_.Filing("erased");
  filing.mutable_new_claimant()->mutable_person()->mutable_national_id()->set_clear("3302015705800001");
  const auto filed = File(filing);
  const auto kept = File("kept");
  const uint64_t key_id = KeyOf(filed.claimant_id());
  const std::string root_before = people_.Klaim({"audit", "verify"});
  daemon_->Stop();
  const KeyBytes key = BytesOf(key_id);
  ASSERT_FALSE(folder_.FilesWith(key.wrapped).empty()) << "or the search below would prove nothing";
  Serve({});
  EXPECT_TRUE(absl::StrContains(
      people_.Klaim({"claimant", "erase", absl::StrCat(filed.claimant_id()), "--reason", "at her wish"}, 1,
                    "no\n"),
      "nothing was erased"));
  people_.Klaim({"claimant", "erase", absl::StrCat(filed.claimant_id()), "--reason", "at her wish", "--yes"});
  // Also while it runs: what is erased is gone when that is said.
  EXPECT_EQ(folder_.FilesWith(key.wrapped), std::vector<std::string>());
  EXPECT_TRUE(absl::StrContains(NameOf(filed.claimant_id()), "dihapus"));
  EXPECT_TRUE(absl::StrContains(NameOf(kept.claimant_id()), "Siti Aminah kept"));
  const std::string note = people_.Klaim(
      {"claimant", "correct", absl::StrCat(filed.claimant_id()), "--field", "phone", "--reason", "x"}, 1,
      "+628123456789\n");
  EXPECT_TRUE(absl::StrContains(note, "erased")) << note;
  // The same person, filed anew, looks like nobody.
  filing.set_request_id("anew");
  EXPECT_FALSE(File(filing).possible_duplicate());
  EXPECT_TRUE(absl::StrContains(people_.Klaim({"audit", "verify"}), "none missing"));
  people_.Klaim(
      {"audit", "prove", "--claim", absl::StrCat(filed.claim_id()), "--out", folder_.path("proof")});
  people_.Klaim({"audit", "replay", "--at", absl::StrCat(filed.claim_id())});
  daemon_->Stop();
  for (const std::string& bytes : {key.wrapped, key.clear, std::string("Siti Aminah erased")}) {
    EXPECT_EQ(folder_.FilesWith(bytes), std::vector<std::string>());
  }
}

TEST_F(PrivacyRightsTest, AnErasureHoldsAlsoAgainstAVaultFromBeforeIt) {
  const auto filed = File("erased");
  const uint64_t key_id = KeyOf(filed.claimant_id());
  KeepVault();
  people_.Klaim({"claimant", "erase", absl::StrCat(filed.claimant_id()), "--reason", "at her wish", "--yes"});
  RestoreVault();
  const KeyBytes key = BytesOf(key_id);
  Serve({});
  EXPECT_EQ(folder_.FilesWith(key.wrapped), std::vector<std::string>());
  EXPECT_TRUE(absl::StrContains(NameOf(filed.claimant_id()), "dihapus"));
}

// The number of an erased person's key is not in an older vault: whoever got it would be erased with the next start.
TEST_F(PrivacyRightsTest, NobodyGetsTheNumberOfWhoWasErasedSinceAnOlderVault) {
  KeepVault();
  const auto filed = File("erased");
  const uint64_t key_id = KeyOf(filed.claimant_id());
  people_.Klaim({"claimant", "erase", absl::StrCat(filed.claimant_id()), "--reason", "at her wish", "--yes"});
  RestoreVault();
  Serve({});
  const auto next = File("next");
  EXPECT_NE(KeyOf(next.claimant_id()), key_id);
  Serve({});
  EXPECT_TRUE(absl::StrContains(NameOf(next.claimant_id()), "Siti Aminah next"));
}

// So is that of a register's key; withdrawing the register would destroy a person's.
TEST_F(PrivacyRightsTest, NobodyGetsTheNumberOfARegisterSinceAnOlderVault) {
  KeepVault();
  const uint64_t register_id = PublishRegister();
  RestoreVault();
  daemon_.reset();
  {
    Daemon refused(folder_.path());
    EXPECT_FALSE(refused.started());
    EXPECT_TRUE(absl::StrContains(refused.output(), "1 reference registers")) << refused.output();
  }
  Serve({"--accept-lost-keys"});
  std::vector<uint64_t> claimants;
  while (claimants.size() < 20) {
    claimants.push_back(File(absl::StrCat("person ", claimants.size())).claimant_id());
  }
  people_.Klaim({"register", "withdraw", absl::StrCat(register_id), "--reason", "It was not ours to have."});
  Serve({});
  for (uint64_t claimant_id : claimants) {
    EXPECT_TRUE(absl::StrContains(NameOf(claimant_id), "Siti Aminah person")) << claimant_id;
  }
}

TEST_F(PrivacyRightsTest, WithoutItsVaultADocketHasClaimsButNoNames) {
  const auto filed = File("one");
  daemon_->Stop();
  std::filesystem::remove_all(folder_.path("data/vault"));
  daemon_.reset();
  {
    // Not by mistake: a vault that is missing may be one that wasn't mounted.
    Daemon refused(folder_.path());
    EXPECT_FALSE(refused.started());
    EXPECT_TRUE(absl::StrContains(refused.output(), "--accept-lost-keys")) << refused.output();
  }
  Serve({"--accept-lost-keys"});
  EXPECT_TRUE(absl::StrContains(NameOf(filed.claimant_id()), "dihapus")) << "nobody can read the name";
  EXPECT_TRUE(
      absl::StrContains(people_.Klaim({"claim", "show", absl::StrCat(filed.claim_id())}), "15.000,00"));
  EXPECT_TRUE(absl::StrContains(people_.Klaim({"audit", "verify"}), "none missing"));
  EXPECT_TRUE(absl::StrContains(NameOf(File("two").claimant_id()), "Siti Aminah two")) << "new ones are kept";
}

TEST_F(PrivacyRightsTest, AVaultOfAnotherDocketIsRefused) {
  TemporaryFolder other;
  DocketPeople others(other.path());
  daemon_->Stop();
  std::filesystem::remove_all(folder_.path("data/vault"));
  std::filesystem::copy(other.path("data/vault"), folder_.path("data/vault"),
                        std::filesystem::copy_options::recursive);
  const Finished refused = RunProgram({Program("klaimd"), "--docket", folder_.path()});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_TRUE(absl::StrContains(refused.out, "master key is not the one")) << refused.out;
}

TEST_F(PrivacyRightsTest, TheMasterKeyIsChangedWhileServing) {
  const auto before = File("before");
  const uint64_t key_id = KeyOf(before.claimant_id());
  daemon_->Stop();
  const std::string wrapped_before = BytesOf(key_id).wrapped;
  std::filesystem::copy(folder_.path("master.key"), folder_.path("old.key"));
  Serve({});
  EXPECT_TRUE(absl::StrContains(people_.Klaim({"--as", "administrator", "vault", "change-master-key"}, 1),
                                "new-master-key"));
  people_.Klaim({"vault", "new-master-key", "--file", folder_.path("master.key.next")});
  people_.Klaim({"--as", "administrator", "vault", "change-master-key"});
  EXPECT_FALSE(std::filesystem::exists(folder_.path("master.key.next")));
  EXPECT_TRUE(absl::StrContains(NameOf(before.claimant_id()), "Siti Aminah before"));
  const auto after = File("after");
  daemon_->Stop();
  EXPECT_EQ(folder_.FilesWith(wrapped_before), std::vector<std::string>())
      << "nothing is left under the old key";
  Serve({});
  EXPECT_TRUE(absl::StrContains(NameOf(before.claimant_id()), "Siti Aminah before"));
  EXPECT_TRUE(absl::StrContains(NameOf(after.claimant_id()), "Siti Aminah after"));
  daemon_->Stop();
  const Finished old =
      RunProgram({Program("klaimd"), "--docket", folder_.path(), "--master-key", folder_.path("old.key")});
  EXPECT_EQ(old.exit_code, 1) << "the old key opens nothing";
}

TEST_F(PrivacyRightsTest, TheMasterKeyCanBeACredentialOfSystemd) {
  const auto filed = File("one");
  daemon_->Stop();
  std::filesystem::create_directory(folder_.path("credentials"));
  std::filesystem::rename(folder_.path("master.key"), folder_.path("credentials/vault-key"));
  const Finished without =
      RunProgram({Program("klaimd"), "--docket", folder_.path(), "--master-key", "credential:vault-key"});
  EXPECT_EQ(without.exit_code, 1);
  EXPECT_TRUE(absl::StrContains(without.out, "LoadCredential")) << without.out;
  setenv("CREDENTIALS_DIRECTORY", folder_.path("credentials").c_str(), 1);
  Serve({"--master-key", "credential:vault-key"});
  unsetenv("CREDENTIALS_DIRECTORY");
  EXPECT_TRUE(absl::StrContains(NameOf(filed.claimant_id()), "Siti Aminah one"));
}

// With Debian's softhsm2: a token in software, whose key can't be taken out.
TEST_F(PrivacyRightsTest, TheMasterKeyCanBeUnderAToken) {
  const auto filed = File("one");
  constexpr char kModule[] = "/usr/lib/softhsm/libsofthsm2.so";
  ASSERT_TRUE(std::filesystem::exists(kModule)) << "tools/install softhsm2";
  std::filesystem::create_directory(folder_.path("tokens"));
  std::ofstream(folder_.path("softhsm2.conf")) << "directories.tokendir = " << folder_.path("tokens") << "\n";
  setenv("SOFTHSM2_CONF", folder_.path("softhsm2.conf").c_str(), 1);
  std::ofstream(folder_.path("pin")) << "1234\n";
  std::filesystem::permissions(folder_.path("pin"), std::filesystem::perms::owner_read);
  ASSERT_EQ(RunProgram({"/usr/bin/env", "softhsm2-util", "--init-token", "--free", "--label", "klaim",
                        "--pin", "1234", "--so-pin", "5678"})
                .exit_code,
            0);
  const Finished key =
      RunProgram({"/usr/bin/env", "pkcs11-tool", "--module", kModule, "--token-label", "klaim", "--login",
                  "--pin", "1234", "--keygen", "--key-type", "AES:32", "--label", "master", "--sensitive"});
  ASSERT_EQ(key.exit_code, 0) << key.out;
  const std::string token = absl::StrCat("pkcs11:token=klaim;object=master?module-path=", kModule,
                                         "&pin-source=file:", folder_.path("pin"));
  people_.Klaim({"vault", "new-master-key", "--file", folder_.path("token.key"), "--token", token});
  // The daemon changes from the file to the token's key, and then starts with that alone.
  Serve({"--next-master-key", folder_.path("token.key"), "--next-master-key-token", token});
  people_.Klaim({"--as", "administrator", "vault", "change-master-key"});
  Serve({"--master-key-token", token});
  EXPECT_TRUE(absl::StrContains(NameOf(filed.claimant_id()), "Siti Aminah one"));
  daemon_->Stop();
  std::filesystem::permissions(folder_.path("pin"), std::filesystem::perms::owner_write,
                               std::filesystem::perm_options::add);
  std::ofstream(folder_.path("pin")) << "4321\n";
  const Finished wrong =
      RunProgram({Program("klaimd"), "--docket", folder_.path(), "--master-key-token", token});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_TRUE(absl::StrContains(wrong.out, "token refused")) << wrong.out;
  EXPECT_FALSE(absl::StrContains(wrong.out, "4321"));
  unsetenv("SOFTHSM2_CONF");
}

}  // namespace
}  // namespace klaim::services
