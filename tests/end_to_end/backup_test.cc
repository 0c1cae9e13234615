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
#include "testing/served_fixtures.h"
#include "testing/temporary_folder.h"
#include "tools/installation/authority.h"

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
    fixtures_ = klaim::testing::RegisterFixtures(daemon_->Connect("legal-team"));
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
    EXPECT_TRUE(intake->FileClaim(&context, fixtures_.Filing(request_id), &response).ok());
    return response;
  }

  void BackUp(const std::string& keep = "7") {
    people_.Klaim({"audit", "verify", "--no-fold"});  // waits until what was filed is in a checkpoint
    people_.Klaim({"--as", "administrator", "backup", "--keep", keep});
  }

  Finished Restore(const std::string& docket, const std::vector<std::string>& more = {}) {
    std::vector<std::string> options = {"--vault", kept_.path("vault"), "--master-key",
                                        folder_.path("master.key")};
    options.insert(options.end(), more.begin(), more.end());
    return RestoreFrom("log", docket, options);
  }

  // The log from one of the folders that are kept, and nothing of the vault but what is asked for.
  Finished RestoreFrom(const std::string& log, const std::string& docket,
                       const std::vector<std::string>& more) {
    std::vector<std::string> command = {Program("klaim"), "restore",    "--log",
                                        kept_.path(log),  "--evidence", kept_.path("evidence"),
                                        "--docket",       docket};
    command.insert(command.end(), more.begin(), more.end());
    return RunProgram(command);
  }

  void Keep(const std::string& backup, const std::string& as) {
    fs::copy(kept_.path(backup), kept_.path(as), fs::copy_options::recursive);
  }

  // Hands a document in, in the case of a claim.
  void Add(uint64_t case_id, const std::string& name = "bukti.pdf") {
    std::ofstream(folder_.path(name), std::ios::binary) << "%PDF-1.7\n" << name << std::string(1'000, 'x');
    people_.Klaim({"evidence", "add", folder_.path(name), "--case", absl::StrCat(case_id)});
  }

  static std::vector<fs::path> FilesBelow(const std::string& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
    return files;
  }

  static void Flip(const fs::path& file) {
    std::string bytes = *ReadFile(file.string());
    if (bytes.empty()) return;
    bytes[bytes.size() / 2] ^= 1;
    std::ofstream(file, std::ios::binary) << bytes;
  }

  // The folder with the files that the newest backup of a database alone has.
  static std::string NewestPrivate(const std::string& backups) {
    std::string newest;
    for (const auto& entry : fs::directory_iterator(backups + "/private")) {
      if (newest.empty() || std::stoi(entry.path().filename()) > std::stoi(fs::path(newest).filename()))
        newest = entry.path();
    }
    return newest;
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
  klaim::testing::ServedFixtures fixtures_;
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
  File("two");
  BackUp();
  daemon_->Stop();
  // The newest backup of the log is torn: a file of its own is cut off.
  const std::string newest = NewestPrivate(kept_.path("log/records"));
  ASSERT_FALSE(newest.empty());
  for (const auto& entry : fs::directory_iterator(newest))
    fs::resize_file(entry.path(), entry.file_size() / 2);
  // The one before is as its own checkpoint says, and it is told that there was a newer one.
  TemporaryFolder restored;
  const Finished older = Restore(restored.path("docket"));
  EXPECT_EQ(older.exit_code, 0) << older.out;
  EXPECT_TRUE(absl::StrContains(older.out, "records, each as the signed checkpoint says")) << older.out;
  EXPECT_TRUE(absl::StrContains(older.out, "Damaged, and so not used, of the log's backups")) << older.out;
  // It may not pass for what was published since.
  const Finished refused = Restore(restored.path("later"), {"--checkpoint", folder_.path("checkpoint")});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_TRUE(absl::StrContains(refused.out, "take a newer backup")) << refused.out;
  EXPECT_FALSE(fs::exists(restored.path("later/data"))) << "nothing is left behind to be used";
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

TEST_F(BackupTest, ABackupThatFailsLeavesTheOneBefore) {
  File("one");
  BackUp();
  for (int i = 0; i < 3; ++i) File(absl::StrCat("more ", i));
  people_.Klaim({"audit", "verify", "--no-fold"});
  // Nothing can be written where the log's backups lie.
  fs::rename(kept_.path("log/records"), kept_.path("records"));
  std::ofstream(kept_.path("log/records")) << "in the way";
  people_.Klaim({"--as", "administrator", "backup"}, 1);
  fs::remove(kept_.path("log/records"));
  fs::rename(kept_.path("records"), kept_.path("log/records"));
  TemporaryFolder restored;
  const Finished finished = Restore(restored.path("docket"));
  EXPECT_EQ(finished.exit_code, 0) << finished.out;
}

TEST_F(BackupTest, AVaultOlderThanTheLogIsNotRestoredUnseen) {
  File("one");
  BackUp();
  Keep("vault", "old");
  Serve();  // each start makes keys that are used from then on
  const auto later = File("two");
  BackUp();
  daemon_->Stop();
  TemporaryFolder restored;
  const std::string key = folder_.path("master.key");
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"--vault", kept_.path("old"), "--master-key", key},
        std::vector<std::string>{"--vault", kept_.path("old")}}) {
    const Finished refused = RestoreFrom("log", restored.path("refused"), more);
    EXPECT_NE(refused.exit_code, 0);
    EXPECT_TRUE(absl::StrContains(
        refused.out, absl::StrCat("lacks the data keys of 1 claimants (", later.claimant_id(), ")")))
        << refused.out;
    EXPECT_FALSE(fs::exists(restored.path("refused/data")));
  }
  // Where there is no newer one, the rest is served.
  const std::string docket = restored.path("docket");
  const Finished accepted =
      RestoreFrom("log", docket, {"--vault", kept_.path("old"), "--master-key", key, "--accept-lost-keys"});
  ASSERT_EQ(accepted.exit_code, 0) << accepted.out;
  BringBack(docket);
  Daemon again(docket, "", {"--accept-lost-keys"});
  EXPECT_TRUE(again.started()) << again.output();
}

TEST_F(BackupTest, AVaultThatIsDamagedIsNotRestoredUnseen) {
  File("one");
  BackUp();
  Serve();
  File("two");
  BackUp();
  daemon_->Stop();
  Keep("vault", "flipped");
  for (const fs::path& file : FilesBelow(NewestPrivate(kept_.path("flipped")))) Flip(file);
  Keep("vault", "cut");
  for (const fs::path& file : FilesBelow(NewestPrivate(kept_.path("cut"))))
    fs::resize_file(file, fs::file_size(file) / 2);
  TemporaryFolder restored;
  for (const char* damaged : {"flipped", "cut"}) {
    const Finished refused =
        RestoreFrom("log", restored.path(damaged),
                    {"--vault", kept_.path(damaged), "--master-key", folder_.path("master.key")});
    EXPECT_NE(refused.exit_code, 0) << damaged;
    EXPECT_TRUE(absl::StrContains(refused.out, "Damaged, and so not used, of the vault's backups"))
        << refused.out;
    EXPECT_TRUE(absl::StrContains(refused.out, "lacks the data keys")) << refused.out;
  }
}

TEST_F(BackupTest, WhatWasErasedAfterTheLogsBackupIsNoDamage) {
  Add(File("kept").case_id());
  const auto erased = File("erased");
  Add(erased.case_id(), "lain.pdf");
  BackUp();
  Keep("log", "before");
  people_.Klaim({"claimant", "erase", absl::StrCat(erased.claimant_id()), "--reason", "wish", "--yes"});
  BackUp();
  TemporaryFolder restored;
  const Finished finished =
      RestoreFrom("before", restored.path("docket"),
                  {"--vault", kept_.path("vault"), "--master-key", folder_.path("master.key")});
  EXPECT_EQ(finished.exit_code, 0) << finished.out;
  EXPECT_TRUE(absl::StrContains(finished.out, "1 documents")) << finished.out;
  // Without the vault nothing says that the person was erased.
  const Finished unknown = RestoreFrom("before", restored.path("unknown"), {});
  EXPECT_NE(unknown.exit_code, 0);
  EXPECT_TRUE(absl::StrContains(unknown.out, "--vault shows it")) << unknown.out;
}

TEST_F(BackupTest, ADocumentsCopyIsWhatWasReceived) {
  const auto filed = File("one");
  Add(filed.case_id());
  BackUp();
  // A copy that rotted is made anew.
  ASSERT_EQ(FilesBelow(kept_.path("evidence")).size(), 1u);
  Flip(FilesBelow(kept_.path("evidence")).front());
  BackUp();
  TemporaryFolder restored;
  const Finished mended = Restore(restored.path("mended"));
  EXPECT_EQ(mended.exit_code, 0) << mended.out;
  // A document that is damaged or lost here takes nothing from the backup.
  const fs::path here = FilesBelow(folder_.path("data/evidence")).front();
  Flip(here);
  BackUp();
  fs::remove(here);
  BackUp();
  const Finished kept = Restore(restored.path("kept"));
  EXPECT_EQ(kept.exit_code, 0) << kept.out;
  EXPECT_TRUE(absl::StrContains(kept.out, "1 documents")) << kept.out;
  // Where it is damaged in both, that is told, and all else is backed up.
  Flip(FilesBelow(kept_.path("evidence")).front());
  const std::string said = people_.Klaim({"--as", "administrator", "backup"}, 1);
  EXPECT_TRUE(absl::StrContains(said, "missing or damaged, here and in the backup")) << said;
}

}  // namespace
}  // namespace klaim::tools
