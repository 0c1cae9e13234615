// Documents as partners on weak networks hand them in, with a real daemon: cuts, crashes, wrong hashes, disguised content, a scanner.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <random>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "engine/domain/core/refusal.h"
#include "engine/evidence/evidence_store.h"
#include "klaim/v1/accounts_service.grpc.pb.h"
#include "klaim/v1/evidence_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "services/common/system_clock.h"
#include "services/common/wire_status.h"
#include "services/docket/docket_opening.h"
#include "services/docket/open_docket.h"
#include "services/evidence_fixture.h"
#include "services/server/server.h"
#include "testing/bounded_tests.h"
#include "testing/docket_people.h"
#include "testing/forwarding_log.h"
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
