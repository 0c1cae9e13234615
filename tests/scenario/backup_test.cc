// The restore drill: a docket is backed up while it serves, lost, and put together again from what was kept in
// three hands; torn and foreign backups are refused.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "testing/docket_people.h"
#include "testing/processes.h"
#include "testing/served_furniture.h"
#include "testing/temporary_folder.h"
#include "tools/authority.h"

namespace klaim::tools {
namespace {

namespace fs = std::filesystem;
using klaim::testing::Daemon;
using klaim::testing::DocketPeople;
using klaim::testing::Finished;
using klaim::testing::Program;
using klaim::testing::RunProgram;
using klaim::testing::TemporaryFolder;

class BackupTest : public ::testing::Test {
 protected:
  BackupTest() : people_(folder_.path()) {
    Serve();
    furniture_ = klaim::testing::Furnish(daemon_->Connect("legal-team"));
  }

  void Serve() {
    daemon_.reset();
    daemon_ = std::make_unique<Daemon>(
        folder_.path(), "",
        std::vector<std::string>{"--backup-log", kept_.path("log"), "--backup-vault", kept_.path("vault"),
                                 "--backup-evidence", kept_.path("evidence")});
    ASSERT_TRUE(daemon_->started()) << daemon_->output();
  }

  v1::FileClaimResponse File(const std::string& request_id) {
    auto intake = v1::IntakeService::NewStub(daemon_->Connect("legal-team"));
    v1::FileClaimResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(intake->FileClaim(&context, furniture_.Filing(request_id), &response).ok());
    return response;
  }

  void BackUp(const std::string& keep = "7") {
    people_.Klaim({"audit", "verify", "--no-fold"});  // waits until what was filed is in a checkpoint
    people_.Klaim({"--as", "administrator", "backup", "--keep", keep});
  }

  Finished Restore(const std::string& docket, const std::vector<std::string>& more = {}) {
    std::vector<std::string> command = {Program("klaim"), "restore",
                                        "--log",          kept_.path("log"),
                                        "--vault",        kept_.path("vault"),
                                        "--evidence",     kept_.path("evidence"),
                                        "--docket",       docket,
                                        "--master-key",   folder_.path("master.key")};
    command.insert(command.end(), more.begin(), more.end());
    return RunProgram(command);
  }

  // What stands in no backup, and is kept elsewhere.
  void BringBack(const std::string& docket) {
    for (const char* name : {"log.key", "authority", "server.crt", "server.key", "people"}) {
      fs::copy(folder_.path(name), docket + "/" + name, fs::copy_options::recursive);
    }
  }

  TemporaryFolder folder_;
  TemporaryFolder kept_;
  DocketPeople people_;
  std::unique_ptr<Daemon> daemon_;
  klaim::testing::ServedFurniture furniture_;
};

TEST_F(BackupTest, ADocketThatIsLostIsPutTogetherAgain) {
  const auto filed = File("one");
  std::ofstream(folder_.path("bukti.pdf"), std::ios::binary) << "%PDF-1.7\n" << std::string(200'000, 'x');
  people_.Klaim({"evidence", "add", folder_.path("bukti.pdf"), "--case", absl::StrCat(filed.case_id())});
  BackUp();
  for (int i = 0; i < 20; ++i) File(absl::StrCat("more ", i));
  BackUp();
  daemon_->Kill();
  TemporaryFolder restored;
  const std::string docket = restored.path("docket");
  const Finished finished = Restore(docket);
  ASSERT_EQ(finished.exit_code, 0) << finished.out;
  EXPECT_TRUE(absl::StrContains(finished.out, "1 documents")) << finished.out;
  EXPECT_TRUE(absl::StrContains(finished.out, "log.key")) << "says what must be brought back";
  BringBack(docket);
  Daemon again(docket);
  ASSERT_TRUE(again.started()) << again.output();
  const auto klaim = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {Program("klaim"), "--addresses", docket + "/addresses.json"});
    return RunProgram(arguments);
  };
  EXPECT_TRUE(absl::StrContains(klaim({"claimant", "show", absl::StrCat(filed.claimant_id())}).out,
                                "Siti Aminah one"));
  EXPECT_TRUE(absl::StrContains(klaim({"audit", "verify"}).out, "TERBUKTI UTUH"));
  EXPECT_TRUE(absl::StrContains(klaim({"evidence", "verify"}).out, "0 faults"));
  EXPECT_EQ(Restore(docket).exit_code, 1) << "never over a docket that is there";
}

TEST_F(BackupTest, ATornBackupIsNotUsedTheOneBeforeIs) {
  File("one");
  BackUp();
  const std::string before = people_.Klaim({"--json", "audit", "verify"});
  File("two");
  people_.Klaim({"--as", "administrator", "backup"});
  daemon_->Stop();
  // The newest backup of the log is torn: a file of its own is cut off.
  std::string newest;
  for (const auto& entry : fs::directory_iterator(kept_.path("log/records/private"))) {
    if (newest.empty() || std::stoi(entry.path().filename()) > std::stoi(fs::path(newest).filename())) {
      newest = entry.path();
    }
  }
  ASSERT_FALSE(newest.empty());
  for (const auto& entry : fs::directory_iterator(newest))
    fs::resize_file(entry.path(), entry.file_size() / 2);
  // What the log said of itself last is more than that backup has: an older one may not pass for it.
  TemporaryFolder restored;
  const Finished refused = Restore(restored.path("docket"));
  if (refused.exit_code != 0) {
    EXPECT_TRUE(absl::StrContains(refused.out, "take a newer backup")) << refused.out;
    EXPECT_FALSE(fs::exists(restored.path("docket/data"))) << "nothing is left behind to be used";
  } else {
    EXPECT_TRUE(absl::StrContains(refused.out, "records, each as the signed checkpoint says")) << refused.out;
  }
  // All torn: nothing is restored.
  for (const auto& entry : fs::recursive_directory_iterator(kept_.path("log/records"))) {
    if (entry.is_regular_file()) fs::resize_file(entry.path(), entry.file_size() / 2);
  }
  const Finished torn = Restore(restored.path("torn"));
  EXPECT_NE(torn.exit_code, 0) << torn.out;
  EXPECT_FALSE(fs::exists(restored.path("torn/data")));
}

TEST_F(BackupTest, WhatIsNotWhatTheCheckpointSaysIsRefused) {
  File("one");
  BackUp();
  const std::string early = *ReadFile(kept_.path("log/checkpoint"));
  for (int i = 0; i < 5; ++i) File(absl::StrCat("more ", i));
  people_.Klaim({"audit", "verify"});
  fs::copy(folder_.path("checkpoint"), kept_.path("later"));
  TemporaryFolder restored;
  const Finished old = Restore(restored.path("a"), {"--checkpoint", kept_.path("later")});
  EXPECT_NE(old.exit_code, 0) << "a later checkpoint says that records are missing";
  EXPECT_TRUE(absl::StrContains(old.out, "take a newer backup")) << old.out;
  // The evidence of the backup is checked against the log.
  const auto filed = File("with evidence");
  std::ofstream(folder_.path("bukti.pdf"), std::ios::binary) << "%PDF-1.7\n" << std::string(1'000, 'x');
  people_.Klaim({"evidence", "add", folder_.path("bukti.pdf"), "--case", absl::StrCat(filed.case_id())});
  BackUp();
  for (const auto& entry : fs::recursive_directory_iterator(kept_.path("evidence"))) {
    if (entry.is_regular_file()) std::ofstream(entry.path(), std::ios::app) << "x";
  }
  const Finished changed = Restore(restored.path("b"));
  EXPECT_NE(changed.exit_code, 0);
  EXPECT_TRUE(absl::StrContains(changed.out, "missing from the backup, or damaged")) << changed.out;
  people_.Klaim({"--as", "legal-team", "backup"});
  people_.Klaim({"--as", "auditor", "backup"}, 1);
}

TEST_F(BackupTest, WhatWasErasedLeavesTheBackupsToo) {
  const auto filed = File("erased");
  std::ofstream(folder_.path("bukti.pdf"), std::ios::binary) << "%PDF-1.7\n" << std::string(1'000, 'x');
  people_.Klaim({"evidence", "add", folder_.path("bukti.pdf"), "--case", absl::StrCat(filed.case_id())});
  BackUp();
  const auto documents = [&] {
    int count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(kept_.path("evidence")))
      count += entry.is_regular_file();
    return count;
  };
  EXPECT_EQ(documents(), 1);
  people_.Klaim({"claimant", "erase", absl::StrCat(filed.claimant_id()), "--reason", "wish", "--yes"});
  BackUp("1");
  EXPECT_EQ(documents(), 0);
  daemon_->Stop();
  TemporaryFolder restored;
  const std::string docket = restored.path("docket");
  ASSERT_EQ(Restore(docket).exit_code, 0);
  BringBack(docket);
  Daemon again(docket);
  ASSERT_TRUE(again.started()) << again.output();
  const Finished shown = RunProgram({Program("klaim"), "--addresses", docket + "/addresses.json", "claimant",
                                     "show", absl::StrCat(filed.claimant_id())});
  EXPECT_TRUE(absl::StrContains(shown.out, "dihapus")) << shown.out;
}

}  // namespace
}  // namespace klaim::tools
