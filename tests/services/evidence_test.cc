// Documents as they are read, held, examined and erased, with a real daemon; and what stays on the disk.

#include <gtest/gtest.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "klaim/v1/accounts_service.grpc.pb.h"
#include "klaim/v1/evidence_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/privacy_service.grpc.pb.h"
#include "services/evidence_fixture.h"
#include "testing/docket_people.h"
#include "testing/s3_store.h"
#include "testing/temporary_folder.h"
#include "tools/installation/authority.h"

namespace klaim::services {
namespace {

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

}  // namespace
}  // namespace klaim::services
