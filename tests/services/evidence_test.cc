// Evidence as partners on weak networks hand it in, with a real daemon: cuts, crashes, wrong hashes, disguised
// content, a scanner; and what stays on the disk.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <random>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "engine/domain/claims/document.h"
#include "engine/domain/core/refusal.h"
#include "engine/evidence/evidence_store.h"
#include "engine/merkle/hash.h"
#include "klaim/v1/accounts_service.grpc.pb.h"
#include "klaim/v1/evidence_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/privacy_service.grpc.pb.h"
#include "services/common/system_clock.h"
#include "services/common/wire_status.h"
#include "services/docket/docket_opening.h"
#include "services/docket/open_docket.h"
#include "services/server/server.h"
#include "testing/bounded_tests.h"
#include "testing/docket_people.h"
#include "testing/forwarding_log.h"
#include "testing/processes.h"
#include "testing/s3_store.h"
#include "testing/served_fixtures.h"
#include "testing/temporary_folder.h"
#include "tools/installation/authority.h"

namespace {

// Of this process's syncs. Linux takes what it couldn't write for written after that, so that the next sync succeeds.
std::atomic<bool> fail_next_sync = false;

}  // namespace

extern "C" int fsync(int file) {
  if (fail_next_sync.exchange(false)) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(syscall(SYS_fsync, file));
}

namespace klaim::services {
namespace {

using klaim::testing::Daemon;
using klaim::testing::DocketPeople;
using klaim::testing::Finished;
using klaim::testing::Program;
using klaim::testing::RunProgram;
using klaim::testing::TemporaryFolder;

// What libmagic takes for a PDF, of this size, with a text in it that nobody may find on the disk.
std::string PdfOf(size_t size, unsigned seed) {
  std::string content = "%PDF-1.7\nKontrak Siti Aminah\n";
  std::mt19937_64 random(seed);
  while (content.size() < size) {
    const uint64_t number = random();
    content.append(reinterpret_cast<const char*>(&number), std::min(sizeof(number), size - content.size()));
  }
  return content;
}

class EvidenceTest : public ::testing::Test {
 protected:
  EvidenceTest() : people_(folder_.path()) {
    Serve({});
    fixtures_ = klaim::testing::RegisterFixtures(daemon_->Connect("legal-team"));
    filed_ = File("one");
  }

  void Serve(const std::vector<std::string>& flags) {
    daemon_.reset();
    daemon_ = std::make_unique<Daemon>(folder_.path(), "", flags);
    ASSERT_TRUE(daemon_->started()) << daemon_->output();
    Connect("legal-team");
  }
  void Connect(const std::string& person) { stub_ = v1::EvidenceService::NewStub(daemon_->Connect(person)); }

  v1::FileClaimResponse File(const std::string& request_id) {
    auto intake = v1::IntakeService::NewStub(daemon_->Connect("legal-team"));
    v1::FileClaimResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(intake->FileClaim(&context, fixtures_.Filing(request_id), &response).ok());
    return response;
  }

  v1::UploadBegun Begun(const std::string& request_id, const std::string& content) const {
    v1::UploadBegun begun;
    begun.set_request_id(request_id);
    begun.set_case_id(filed_.case_id());
    begun.mutable_title()->mutable_text()->set_clear("../../etc/passwd: kontrak Siti");
    begun.set_media_type("application/pdf");
    begun.set_size_bytes(content.size());
    begun.set_sha256(std::string(merkle::AsBytes(merkle::Sha256(content))));
    return begun;
  }

  uint64_t Arrived(const std::string& request_id) {
    v1::GetUploadRequest ask;
    v1::GetUploadResponse arrived;
    ask.set_request_id(request_id);
    ask.set_case_id(filed_.case_id());
    // While the server hasn't noticed yet that a call was cut, it says so.
    const absl::Time until = absl::Now() + absl::Seconds(20);
    grpc::Status status;
    do {
      grpc::ClientContext context;
      status = stub_->GetUpload(&context, ask, &arrived);
    } while (status.error_code() == grpc::StatusCode::ABORTED && absl::Now() < until);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return arrived.size_bytes();
  }

  // Sends `content` from an offset on; cuts after so many bytes if there are more.
  struct Sent {
    grpc::Status status;
    v1::UploadDocumentResponse response;
  };
  Sent Send(v1::UploadBegun begun, const std::string& content, uint64_t offset, size_t cut_after = SIZE_MAX,
            size_t chunk = 64 << 10) {
    Sent sent;
    begun.set_offset(offset);
    grpc::ClientContext context;
    auto writer = stub_->UploadDocument(&context, &sent.response);
    v1::UploadDocumentRequest message;
    *message.mutable_begun() = begun;
    bool open = writer->Write(message);
    size_t done = 0;
    while (open && offset < content.size() && done < cut_after) {
      message.set_chunk(content.substr(offset, std::min({chunk, cut_after - done, content.size() - offset})));
      open = writer->Write(message);
      offset += message.chunk().size();
      done += message.chunk().size();
    }
    if (offset < content.size() && open) {
      context.TryCancel();
    } else {
      writer->WritesDone();
    }
    sent.status = writer->Finish();
    return sent;
  }

  std::string Download(uint64_t document, uint64_t offset = 0, uint64_t length = 0) {
    v1::DownloadDocumentRequest request;
    request.set_document_id(document);
    request.set_offset(offset);
    request.set_length(length);
    grpc::ClientContext context;
    auto reader = stub_->DownloadDocument(&context, request);
    v1::DownloadDocumentResponse part;
    std::string content;
    while (reader->Read(&part)) content += part.chunk();
    const grpc::Status status = reader->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return content;
  }

  // When it returns, every later call sees it.
  void WithdrawIntake(uint64_t account_id) {
    v1::WithdrawRoleRequest withdraw;
    withdraw.set_request_id(absl::StrCat("withdraw ", account_id));
    withdraw.set_account_id(account_id);
    withdraw.set_role(v1::ROLE_INTAKE);
    withdraw.set_reason("left");
    v1::WithdrawRoleResponse withdrawn;
    grpc::ClientContext context;
    const grpc::Status status = v1::AccountsService::NewStub(daemon_->Connect("administrator"))
                                    ->WithdrawRole(&context, withdraw, &withdrawn);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }

  grpc::Status Hold(uint64_t document_id, const std::string& request_id) {
    v1::HoldDocumentRequest hold;
    hold.set_request_id(request_id);
    hold.set_document_id(document_id);
    hold.set_reason("Tegal district court 12/2026");
    v1::HoldDocumentResponse held;
    grpc::ClientContext context;
    return stub_->HoldDocument(&context, hold, &held);
  }
  grpc::Status Erase(uint64_t claimant_id, const std::string& request_id) {
    v1::EraseClaimantRequest erase;
    erase.set_request_id(request_id);
    erase.set_claimant_id(claimant_id);
    erase.set_reason("wish");
    v1::EraseClaimantResponse erased;
    grpc::ClientContext context;
    return v1::PrivacyService::NewStub(daemon_->Connect("legal-team"))
        ->EraseClaimant(&context, erase, &erased);
  }

  // Documents in the store, whole ones.
  size_t InStore() {
    size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path("data/evidence"))) {
      count += entry.is_regular_file() && entry.path().extension() != ".part" ? 1 : 0;
    }
    return count;
  }

  TemporaryFolder folder_;
  DocketPeople people_;
  std::unique_ptr<Daemon> daemon_;
  klaim::testing::ServedFixtures fixtures_;
  v1::FileClaimResponse filed_;
  std::unique_ptr<v1::EvidenceService::Stub> stub_;
};

TEST_F(EvidenceTest, ADocumentGoesThroughItsLife) {
  const std::string content = PdfOf(300'000, 1);
  std::ofstream(folder_.path("kontrak.pdf"), std::ios::binary) << content;
  people_.Open(0, "sari", "paralegal");
  people_.Klaim({"--as", "sari", "evidence", "add", folder_.path("kontrak.pdf"), "--case",
                 absl::StrCat(filed_.case_id()), "--request-id", "doc"});
  const std::string list =
      people_.Klaim({"--json", "evidence", "list", "--case", absl::StrCat(filed_.case_id())});
  const size_t at = list.find("\"document_id\":\"") + 15;
  const std::string document = list.substr(at, list.find('"', at) - at);
  people_.Klaim({"--as", "sari", "evidence", "link", document, "--claim", absl::StrCat(filed_.claim_id()),
                 "--head", "excess_recruitment_fee"});
  people_.Klaim(
      {"evidence", "link", document, "--claim", absl::StrCat(filed_.claim_id()), "--head", "no_such_head"},
      1);
  people_.Klaim({"evidence", "custody", document, "--action", "original_returned", "--with", "the claimant",
                 "--done-on", "3-4-2026"});
  EXPECT_TRUE(absl::StrContains(people_.Klaim({"--as", "sari", "evidence", "get", document, "--out",
                                               folder_.path("back.pdf"), "--purpose", "hearing"}),
                                ""));
  EXPECT_EQ(*tools::ReadFile(folder_.path("back.pdf")), content);
  people_.Klaim({"evidence", "examine", document, "--reasons", "compared with the original"});
  const std::string shown = people_.Klaim({"evidence", "show", document});
  for (const char* text : {"kontrak.pdf", "application/pdf", "verified", "excess_recruitment_fee", "sari@0",
                           "viewed: hearing", "original_returned: the claimant"}) {
    EXPECT_TRUE(absl::StrContains(shown, text)) << text << "\n" << shown;
  }
  EXPECT_TRUE(absl::StrContains(
      people_.Klaim({"evidence", "list", "--claim", absl::StrCat(filed_.claim_id())}), document));
  std::ofstream(folder_.path("hitam.pdf"), std::ios::binary) << PdfOf(1'000, 2);
  people_.Klaim({"evidence", "add", folder_.path("hitam.pdf"), "--case", absl::StrCat(filed_.case_id()),
                 "--redaction-of", document});
  EXPECT_TRUE(absl::StrContains(people_.Klaim({"evidence", "list"}), "redaction of " + document));
  EXPECT_TRUE(absl::StrContains(people_.Klaim({"evidence", "verify"}), "2 documents"));
  people_.Klaim({"--as", "call-centre", "evidence", "verify"}, 1);
  EXPECT_EQ(folder_.FilesWith("Kontrak Siti", "data"), std::vector<std::string>());
  EXPECT_EQ(folder_.FilesWith("kontrak.pdf", "data"), std::vector<std::string>());
}

TEST_F(EvidenceTest, AnUploadEndsWithTheRoleOfWhoHandsItIn) {
  const uint64_t account = people_.Open(0, "sementara", "intake");
  Connect("sementara");
  const std::string content = PdfOf(200'000, 3);
  v1::UploadDocumentResponse response;
  grpc::ClientContext context;
  auto writer = stub_->UploadDocument(&context, &response);
  v1::UploadDocumentRequest message;
  *message.mutable_begun() = Begun("under way", content);
  ASSERT_TRUE(writer->Write(message));
  message.set_chunk(content.substr(0, 100'000));
  ASSERT_TRUE(writer->Write(message));
  WithdrawIntake(account);
  message.set_chunk(content.substr(100'000));
  writer->Write(message);
  writer->WritesDone();
  EXPECT_EQ(writer->Finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(InStore(), 0u);
}

TEST_F(EvidenceTest, ADownloadEndsWithTheRoleOfWhoReads) {
  // More than can be under way on a connection that nobody reads.
  const std::string content = PdfOf(size_t{48} << 20, 4);
  const Sent sent = Send(Begun("large", content), content, 0, SIZE_MAX, 1 << 20);
  ASSERT_TRUE(sent.status.ok()) << sent.status.error_message();
  const uint64_t account = people_.Open(0, "sementara", "intake");
  Connect("sementara");
  v1::DownloadDocumentRequest request;
  request.set_document_id(sent.response.document_id());
  grpc::ClientContext context;
  auto reader = stub_->DownloadDocument(&context, request);
  v1::DownloadDocumentResponse part;
  ASSERT_TRUE(reader->Read(&part));
  size_t read = part.chunk().size();
  WithdrawIntake(account);
  while (reader->Read(&part)) read += part.chunk().size();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_LT(read, content.size());
}

TEST_F(EvidenceTest, WhoHandedItInDoesntVerifyIt) {
  const std::string content = PdfOf(1'000, 1);
  const uint64_t document = Send(Begun("doc", content), content, 0).response.document_id();
  const std::string said =
      people_.Klaim({"evidence", "examine", absl::StrCat(document), "--reasons", "x"}, 1);
  EXPECT_TRUE(absl::StrContains(said, "another person")) << said;
}

TEST_F(EvidenceTest, AnUploadThatIsCutAHundredTimesArrivesWhole) {
  const std::string content = PdfOf(3'000'000, 7);
  std::mt19937 random(7);
  Sent sent;
  int cuts = 0;
  for (int tries = 0; tries < 1'000; ++tries) {
    const uint64_t offset = Arrived("cut");
    ASSERT_LE(offset, content.size());
    // A hundred cuts at any byte, of a chunk of any size.
    const size_t cut_after = cuts < 100 ? 1 + random() % 60'000 : SIZE_MAX;
    sent = Send(Begun("cut", content), content, offset, cut_after, 1 + random() % 40'000);
    if (sent.status.ok()) break;
    ++cuts;
  }
  ASSERT_TRUE(sent.status.ok()) << sent.status.error_message();
  EXPECT_GE(cuts, 100);
  EXPECT_EQ(Download(sent.response.document_id()), content);
  // The answer may be lost: asking again gives the first one, and nothing is there twice.
  const Sent again = Send(Begun("cut", content), content, Arrived("cut"));
  EXPECT_EQ(again.response.document_id(), sent.response.document_id());
  EXPECT_TRUE(again.response.receipt().recorded_before());
  EXPECT_EQ(InStore(), 1u);
}

TEST_F(EvidenceTest, ANameThatWasUsedIsOfThatDocumentAloneAndNothingIsDamaged) {
  const std::string content = PdfOf(2'000, 3);
  ASSERT_TRUE(Send(Begun("contract", content), content, 0).status.ok());
  const std::string longer = content + "more";
  EXPECT_EQ(Send(Begun("contract", longer), longer, content.size()).status.error_code(),
            grpc::StatusCode::ALREADY_EXISTS);
  v1::UploadBegun of_another_case = Begun("contract", content);
  of_another_case.set_case_id(File("another").case_id());
  EXPECT_EQ(Send(of_another_case, content, content.size()).status.error_code(),
            grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(InStore(), 1u);
}

TEST_F(EvidenceTest, AfterKillingTheDaemonAnUploadGoesOn) {
  const std::string content = PdfOf(2'000'000, 9);
  std::mt19937 random(9);
  Sent sent;
  for (int round = 0; round < 8; ++round) {
    const uint64_t offset = Arrived("killed");
    ASSERT_LE(offset, content.size());
    sent = Send(Begun("killed", content), content, offset, round < 6 ? 1 + random() % 400'000 : SIZE_MAX);
    if (round == 7) break;
    daemon_->Kill();
    Serve({});
  }
  ASSERT_TRUE(sent.status.ok()) << sent.status.error_message();
  EXPECT_EQ(Download(sent.response.document_id()), content);
  EXPECT_EQ(InStore(), 1u);
  EXPECT_TRUE(absl::StrContains(people_.Klaim({"evidence", "verify"}), "0 faults"));
}

TEST_F(EvidenceTest, ADownloadCanBeOfAnyRange) {
  const std::string content = PdfOf(200'000, 3);
  const uint64_t document = Send(Begun("doc", content), content, 0).response.document_id();
  for (const auto& [offset, length] : {std::pair<uint64_t, uint64_t>{0, 1},
                                       {65'535, 2},
                                       {65'536, 65'536},
                                       {131'072, 0},
                                       {199'999, 50},
                                       {200'000, 0},
                                       {100, 199'000}}) {
    EXPECT_EQ(Download(document, offset, length),
              content.substr(offset, length == 0 ? std::string::npos : length))
        << offset << " " << length;
  }
}

TEST_F(EvidenceTest, WhoTakesNothingOfTheirDownloadsKeepsNobodyFromDocuments) {
  const std::string content = PdfOf(8 << 20, 3);
  const uint64_t document = Send(Begun("doc", content), content, 0).response.document_id();
  people_.Open(0, "ratna", "lawyer");
  auto stub = v1::EvidenceService::NewStub(daemon_->Connect("ratna"));
  v1::DownloadDocumentRequest ask;
  ask.set_document_id(document);
  std::deque<grpc::ClientContext> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::DownloadDocumentResponse>>> taken_by_nobody;
  for (int i = 0; i < 8; ++i) {
    taken_by_nobody.push_back(stub->DownloadDocument(&contexts.emplace_back(), ask));
    v1::DownloadDocumentResponse first;
    ASSERT_TRUE(taken_by_nobody.back()->Read(&first));
  }
  EXPECT_TRUE(Download(document, 0, 0) == content);
  const std::string other = PdfOf(100'000, 5);
  EXPECT_TRUE(Send(Begun("other", other), other, 0).status.ok());
  for (grpc::ClientContext& context : contexts) context.TryCancel();
  for (auto& reader : taken_by_nobody) EXPECT_FALSE(reader->Finish().ok());
}

TEST_F(EvidenceTest, WhatIsNotWhatItSaysIsRefusedAndLeavesNothing) {
  const std::string content = PdfOf(100'000, 5);
  const auto fields = [](const Sent& sent) { return domain::FieldsOf(FromWire(sent.status)); };
  v1::UploadBegun wrong_hash = Begun("a", content);
  wrong_hash.set_sha256(std::string(32, 'x'));
  EXPECT_EQ(fields(Send(wrong_hash, content, 0)), std::vector<std::string>{"begun.sha256"});
  EXPECT_EQ(Arrived("a"), 0u) << "begin anew";
  // A zip file that unpacks into much more, declared as a PDF.
  std::string bomb("PK\x03\x04\x14\0\0\0\x08\0", 10);
  bomb += std::string(50'000, '\0');
  EXPECT_EQ(fields(Send(Begun("b", bomb), bomb, 0)), std::vector<std::string>{"media_type"});
  const std::string program = "#!/bin/sh\nrm -rf /\n";
  EXPECT_EQ(fields(Send(Begun("c", program), program, 0)), std::vector<std::string>{"media_type"});
  v1::UploadBegun not_taken = Begun("d", content);
  not_taken.set_media_type("application/x-msdownload");
  EXPECT_EQ(fields(Send(not_taken, content, 0)), std::vector<std::string>{"media_type"});
  EXPECT_EQ(fields(Send(Begun("e", content), content + "more", 0)), std::vector<std::string>{"chunk"});
  EXPECT_EQ(fields(Send(Begun("f", content), content, 5)), std::vector<std::string>{"begun.offset"});
  v1::UploadBegun too_large = Begun("g", content);
  too_large.set_size_bytes((2ull << 30) + 1);
  EXPECT_EQ(fields(Send(too_large, content, 0)), std::vector<std::string>{"begun.size_bytes"});
  v1::UploadBegun no_case = Begun("h", content);
  no_case.set_case_id(filed_.claim_id());
  EXPECT_EQ(Send(no_case, content, 0).status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(InStore(), 0u);
  v1::ListDocumentsResponse list;
  grpc::ClientContext context;
  ASSERT_TRUE(stub_->ListDocuments(&context, {}, &list).ok());
  EXPECT_EQ(list.documents_size(), 0);
}

TEST_F(EvidenceTest, APartnerSeesOnlyDocumentsOfItsCases) {
  const std::string content = PdfOf(1'000, 1);
  const uint64_t document = Send(Begun("doc", content), content, 0).response.document_id();
  people_.Open(people_.RegisterOrganisation("Mitra"), "mitra", "partner");
  Connect("mitra");
  v1::GetDocumentRequest get;
  get.set_document_id(document);
  v1::GetDocumentResponse answer;
  grpc::ClientContext first;
  EXPECT_EQ(stub_->GetDocument(&first, get, &answer).error_code(), grpc::StatusCode::NOT_FOUND);
  v1::ListDocumentsResponse list;
  grpc::ClientContext second;
  ASSERT_TRUE(stub_->ListDocuments(&second, {}, &list).ok());
  EXPECT_EQ(list.documents_size(), 0);
  v1::DownloadDocumentRequest download;
  download.set_document_id(document);
  grpc::ClientContext third;
  auto reader = stub_->DownloadDocument(&third, download);
  v1::DownloadDocumentResponse part;
  EXPECT_FALSE(reader->Read(&part));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Send(Begun("theirs", content), content, 0).status.error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(EvidenceTest, ErasingAPersonTakesTheirDocumentsUnlessOneIsHeld) {
  const std::string content = PdfOf(100'000, 1);
  const std::string document = absl::StrCat(Send(Begun("doc", content), content, 0).response.document_id());
  const std::vector<std::string> erase = {"claimant", "erase", absl::StrCat(filed_.claimant_id()),
                                          "--reason", "wish",  "--yes"};
  people_.Klaim({"evidence", "hold", document, "--reason", "Tegal district court 12/2026"});
  EXPECT_TRUE(absl::StrContains(people_.Klaim(erase, 1), "legal hold"));
  people_.Klaim({"evidence", "lift-hold", document, "--reason", "decided"});
  EXPECT_EQ(InStore(), 1u);
  people_.Klaim(erase);
  EXPECT_EQ(InStore(), 0u);
  people_.Klaim({"evidence", "get", document, "--out", folder_.path("x")}, 1);
  EXPECT_TRUE(absl::StrContains(people_.Klaim({"evidence", "verify"}), "1 of erased persons; 0 faults"));
  EXPECT_TRUE(absl::StrContains(people_.Klaim({"audit", "verify"}), "TERBUKTI UTUH"));
}

// Each is asked as soon as the one before is recorded: read models know of nothing yet.
TEST_F(EvidenceTest, AnErasureSeesWhatWasRecordedAMomentAgo) {
  constexpr int kTries = 10;
  const std::string content = PdfOf(1'000, 1);
  const auto upload = [&](const std::string& name) {
    filed_ = File(name);
    const Sent sent = Send(Begun("document of " + name, content), content, 0);
    EXPECT_TRUE(sent.status.ok()) << name << ": " << sent.status.error_message();
    return sent.response.document_id();
  };
  for (int i = 0; i < kTries; ++i) {
    const std::string name = absl::StrCat("held ", i);
    const uint64_t document = upload(name);
    const grpc::Status held = Hold(document, "hold " + name);
    ASSERT_TRUE(held.ok()) << name << ": " << held.error_message();
    const grpc::Status erased = Erase(filed_.claimant_id(), "erase " + name);
    EXPECT_EQ(erased.error_code(), grpc::StatusCode::FAILED_PRECONDITION) << name;
    EXPECT_TRUE(absl::StrContains(erased.error_message(), "legal hold")) << erased.error_message();
  }
  EXPECT_EQ(InStore(), static_cast<size_t>(kTries)) << "what is held is never destroyed";
  for (int i = 0; i < kTries; ++i) {
    const std::string name = absl::StrCat("erased ", i);
    const uint64_t document = upload(name);
    const grpc::Status erased = Erase(filed_.claimant_id(), "erase " + name);
    EXPECT_TRUE(erased.ok()) << erased.error_message();
    EXPECT_EQ(InStore(), static_cast<size_t>(kTries)) << "a document of who was erased stayed: " << name;
    EXPECT_EQ(Hold(document, "hold " + name).error_code(), grpc::StatusCode::FAILED_PRECONDITION)
        << "there is nothing left to hold";
  }
}

TEST_F(EvidenceTest, AnErasureThatWasCutOffIsEndedAtTheNextStart) {
  auto s3 = std::make_unique<klaim::testing::S3Store>(folder_.path("s3"));
  Serve({"--evidence-s3", s3->WritePlace(folder_.path("place"), "sbmi/")});
  const std::string content = PdfOf(1'000, 1);
  const Sent sent = Send(Begun("doc", content), content, 0);
  ASSERT_TRUE(sent.status.ok()) << sent.status.error_message();
  ASSERT_EQ(s3->Documents("sbmi/"), 1u);
  // The store goes away: the key can be destroyed, the document can't be removed.
  s3->Kill();
  EXPECT_EQ(Erase(filed_.claimant_id(), "erase").error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(
      absl::StrContains(people_.Klaim({"claimant", "show", absl::StrCat(filed_.claimant_id())}), "dihapus"));
  // A docket opens also while it is away.
  Serve({"--evidence-s3", folder_.path("place")});
  s3 = std::make_unique<klaim::testing::S3Store>(folder_.path("s3"));
  ASSERT_EQ(s3->Documents("sbmi/"), 1u);
  Serve({"--evidence-s3", s3->WritePlace(folder_.path("place"), "sbmi/")});
  EXPECT_EQ(s3->Documents("sbmi/"), 0u);
}

// Fails reads while it is told to, as a disk may.
class FailingLog final : public klaim::testing::ForwardingLog {
 public:
  using ForwardingLog::ForwardingLog;
  absl::Status Read(uint64_t from, Visitor visitor) const override {
    return failing ? absl::InternalError("input/output error") : ForwardingLog::Read(from, visitor);
  }
  std::atomic<bool> failing = false;
};

TEST_F(EvidenceTest, ARecordedDocumentStaysWhenItsAnswerCanNotBeReadAgain) {
  const std::string content = PdfOf(100'000, 1);
  ASSERT_TRUE(Send(Begun("doc", content), content, 0).status.ok());
  ASSERT_EQ(daemon_->Stop(), 0);
  const auto failed = [](const absl::Status& status) { ADD_FAILURE() << status; };
  auto docket = Open(folder_.path("data"), folder_.path("master.key"), failed);
  ASSERT_TRUE(docket.ok()) << docket.status();
  FailingLog log(*(*docket)->log);
  sequencer::Options deciding;
  deciding.clock = SystemClockMicros;
  auto sequencer = sequencer::Sequencer::Start(log, *(*docket)->vault, deciding, failed);
  ASSERT_TRUE(sequencer.ok()) << sequencer.status();
  (*docket)->sequencer = *std::move(sequencer);
  ServerOptions options;
  options.certificate_authority = *tools::ReadFile(folder_.path("authority/ca.crt"));
  options.certificate = *tools::ReadFile(folder_.path("server.crt"));
  options.private_key = *tools::ReadFile(folder_.path("server.key"));
  options.calls.revocation_list = folder_.path("authority/revoked.crl");
  auto server = StartServer(**docket, options);
  ASSERT_TRUE(server.ok()) << server.status();
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = options.certificate_authority;
  tls.pem_cert_chain = *tools::ReadFile(folder_.path("people/legal-team.crt"));
  tls.pem_private_key = *tools::ReadFile(folder_.path("people/legal-team.key"));
  stub_ = v1::EvidenceService::NewStub(
      grpc::CreateChannel(absl::StrCat("127.0.0.1:", (*server)->port()), grpc::SslCredentials(tls)));
  log.failing = true;
  EXPECT_EQ(Send(Begun("doc", content), content, 0).status.error_code(), grpc::StatusCode::INTERNAL);
  log.failing = false;
  EXPECT_EQ(InStore(), 1u) << "what is recorded is removed by no error";
  EXPECT_TRUE(Send(Begun("doc", content), content, 0).response.receipt().recorded_before());
  // What the domain refuses is nobody's.
  v1::UploadBegun refused = Begun("refused", content);
  refused.set_redaction_of(filed_.case_id());
  EXPECT_EQ(Send(refused, content, 0).status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(InStore(), 1u);
  (*server)->Stop();
  (*docket)->sequencer->Stop();
  (*docket)->projector->Stop();
}

TEST(EvidenceStoreTest, WhatCouldNotBeSyncedBeginsAnew) {
  TemporaryFolder folder;
  auto store = *evidence::EvidenceStore::Open(folder.path("evidence"));
  const evidence::BlobId blob(16, 'b');
  privacy::DataKey key;
  key.key_id = 7;
  std::fill_n(key.key.data(), privacy::SecretKey::size(), 9);
  {
    auto incoming = *store->Resume(blob, key);
    ASSERT_TRUE(incoming->Append(PdfOf(200'000, 1)).ok());
    fail_next_sync = true;
    EXPECT_FALSE(incoming->Complete().ok());
  }
  EXPECT_EQ((*store->Resume(blob, key))->size(), 0u);
}

TEST_F(EvidenceTest, AChangedOrMissingFileIsFound) {
  std::vector<uint64_t> documents;
  for (int i = 0; i < 3; ++i) {
    const std::string content = PdfOf(70'000, static_cast<unsigned>(i));
    documents.push_back(Send(Begun(absl::StrCat("doc", i), content), content, 0).response.document_id());
  }
  people_.Klaim({"evidence", "verify"});
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path("data/evidence"))) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  ASSERT_EQ(files.size(), 3u);
  std::string bytes = *tools::ReadFile(files[0]);
  bytes[40'000] ^= 1;
  std::ofstream(files[0], std::ios::binary) << bytes;
  std::filesystem::remove(files[1]);
  const std::string found = people_.Klaim({"evidence", "verify"}, 1);
  EXPECT_TRUE(absl::StrContains(found, "2 faults")) << found;
  EXPECT_TRUE(absl::StrContains(found, "is missing")) << found;
  // Two files that change places are found too.
  int damaged = 0;
  for (uint64_t document : documents) {
    v1::DownloadDocumentRequest request;
    request.set_document_id(document);
    grpc::ClientContext context;
    auto reader = stub_->DownloadDocument(&context, request);
    v1::DownloadDocumentResponse part;
    while (reader->Read(&part)) continue;
    damaged += reader->Finish().ok() ? 0 : 1;
  }
  EXPECT_EQ(damaged, 2);
}

TEST_F(EvidenceTest, AnUploadTakesConstantMemory) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer keeps what was freed for a while";
#endif
  const auto peak = [&] {
    const std::string status = *tools::ReadFile(absl::StrCat("/proc/", daemon_->process(), "/status"));
    const size_t at = status.find("VmHWM:");
    uint64_t kilobytes = 0;
    const std::vector<absl::string_view> words =
        absl::StrSplit(absl::string_view(status).substr(at + 6, 40), ' ', absl::SkipWhitespace());
    EXPECT_TRUE(absl::SimpleAtoi(absl::StripAsciiWhitespace(words[0]), &kilobytes)) << status.substr(at, 40);
    return kilobytes;
  };
  const std::string small = PdfOf(50 << 20, 1);
  ASSERT_TRUE(Send(Begun("small", small), small, 0, SIZE_MAX, 512 << 10).status.ok());
  const uint64_t before = peak();
  const std::string large = PdfOf(300 << 20, 2);
  const Sent sent = Send(Begun("large", large), large, 0, SIZE_MAX, 512 << 10);
  ASSERT_TRUE(sent.status.ok()) << sent.status.error_message();
  EXPECT_LT(peak(), before + (64 << 10)) << "KiB";
}

// Debian's clamav-daemon, with a signature of our own of the EICAR test file: it needs no download.
TEST_F(EvidenceTest, AScannerKeepsMaliciousSoftwareOut) {
  testing::AllowMinutes(3, "clamd alone is given a minute to start");
  ASSERT_TRUE(std::filesystem::exists("/usr/sbin/clamd")) << "tools/install clamav-daemon";
  std::filesystem::create_directory(folder_.path("signatures"));
  std::ofstream(folder_.path("signatures/klaim.ndb"))
      << "Eicar-Test-Signature:0:*:"
         "58354f2150254041505b345c505a58353428505e2937434329377d2445494341522d5354414e444152442d"
         "414e544956495255532d544553542d46494c452124482b482a\n";
  const std::string socket = folder_.path("clamd.sock");
  std::ofstream(folder_.path("clamd.conf")) << "LocalSocket " << socket << "\nDatabaseDirectory "
                                            << folder_.path("signatures") << "\nForeground yes\n"
                                            << (geteuid() == 0 ? "User root\n" : "");
  const pid_t clamd = fork();
  if (clamd == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // nothing outlives the test
    execl("/usr/sbin/clamd", "clamd", "--config-file", folder_.path("clamd.conf").c_str(), nullptr);
    _exit(127);
  }
  const absl::Time until = absl::Now() + absl::Seconds(60);
  while (!std::filesystem::exists(socket) && absl::Now() < until) usleep(20'000);
  Serve({"--clamd-socket", socket});
  const std::string clean = PdfOf(2'000'000, 1);
  EXPECT_TRUE(Send(Begun("clean", clean), clean, 0).status.ok());
  const std::string eicar = clean + R"(X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*)";
  const Sent refused = Send(Begun("eicar", eicar), eicar, 0);
  EXPECT_EQ(refused.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT)
      << refused.status.error_message();
  EXPECT_TRUE(absl::StrContains(refused.status.error_message(), "malicious"))
      << refused.status.error_message();
  EXPECT_EQ(InStore(), 1u);
  kill(clamd, SIGKILL);
  waitpid(clamd, nullptr, 0);
  const Sent unscanned = Send(Begun("unscanned", clean), clean, 0);
  EXPECT_EQ(unscanned.status.error_code(), grpc::StatusCode::UNAVAILABLE) << "nothing is taken unscanned";
  EXPECT_EQ(Arrived("unscanned"), clean.size()) << "it needs not be sent again";
}

}  // namespace
}  // namespace klaim::services
