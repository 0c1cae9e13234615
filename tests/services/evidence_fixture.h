// Documents with a real daemon: a claim with a case is filed, and whoever tests uploads to it, reads and erases.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/merkle/hash.h"
#include "klaim/v1/accounts_service.grpc.pb.h"
#include "klaim/v1/evidence_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/privacy_service.grpc.pb.h"
#include "testing/docket_people.h"
#include "testing/processes.h"
#include "testing/served_fixtures.h"
#include "testing/temporary_folder.h"

namespace klaim::services {

using klaim::testing::Daemon;
using klaim::testing::DocketPeople;
using klaim::testing::TemporaryFolder;

// What libmagic takes for a PDF, of this size, with a text in it that nobody may find on the disk.
inline std::string PdfOf(size_t size, unsigned seed) {
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

}  // namespace klaim::services
