// A byte that flips on the disk, with a real daemon: it is told where it is and what it holds, damage in the log stops writes while
// reads go on, and what can be made again is.

#include <gtest/gtest.h>
#include <poll.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/record/byte_order.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/operations_service.grpc.pb.h"
#include "services/common/http_client.h"
#include "testing/docket_people.h"
#include "testing/processes.h"
#include "testing/served_fixtures.h"
#include "testing/temporary_folder.h"
#include "tools/installation/authority.h"

namespace klaim::services {
namespace {

namespace fs = std::filesystem;
using klaim::testing::Daemon;
using klaim::testing::DocketPeople;
using klaim::testing::TemporaryFolder;

class DamageTest : public ::testing::Test {
 protected:
  DamageTest() : people_(folder_.path()) {
    Serve();
    fixtures_ = klaim::testing::RegisterFixtures(daemon_->Connect("legal-team"));
  }

  void Serve(const std::string& bytes_a_second = "1000000000") {
    daemon_.reset();
    daemon_ = std::make_unique<Daemon>(folder_.path(), "",
                                       std::vector<std::string>{"--scrub-bytes-a-second", bytes_a_second});
    ASSERT_TRUE(daemon_->started()) << daemon_->output();
  }

  grpc::Status File(const std::string& request_id) {
    auto intake = v1::IntakeService::NewStub(daemon_->Connect("legal-team"));
    grpc::ClientContext context;
    return intake->FileClaim(&context, fixtures_.Filing(request_id), &filed_);
  }
  void FileMany(int count) {
    for (int i = 0; i < count; ++i) {
      const grpc::Status status = File(absl::StrCat("claim ", i));
      ASSERT_TRUE(status.ok()) << status.error_message();
    }
  }

  // What was written is in table files once the daemon has started again; the docket is left unserved.
  void PutIntoTableFiles() {
    ASSERT_EQ(daemon_->Stop(), 0);
    Serve("0");
    ASSERT_EQ(daemon_->Stop(), 0);
  }

  // The largest table file below data/.
  std::string LargestOf(const std::string& part) {
    std::string largest;
    for (const auto& entry : fs::directory_iterator(folder_.path("data/" + part))) {
      if (entry.path().extension() == ".sst" &&
          (largest.empty() || entry.file_size() > fs::file_size(largest))) {
        largest = entry.path();
      }
    }
    EXPECT_FALSE(largest.empty());
    return largest;
  }

  static void Flip(const std::string& file, size_t at) {
    std::string bytes = *tools::ReadFile(file);
    ASSERT_LT(at, bytes.size());
    bytes[at] ^= 0x10;
    std::ofstream(file, std::ios::binary) << bytes;
  }

  uint64_t KeyOf(uint64_t claimant_id) {
    auto intake = v1::IntakeService::NewStub(daemon_->Connect("legal-team"));
    v1::GetClaimantRequest request;
    request.set_claimant_id(claimant_id);
    v1::GetClaimantResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(intake->GetClaimant(&context, request, &response).ok());
    return response.claimant().key_id();
  }

  // Flips a byte of the wrapped data key of one of thirty claimants, of which this is the last one's; which key.
  uint64_t FlipADataKey(uint64_t last) {
    // The newest file first: what stands in an older one may not be read any more.
    std::set<fs::path, std::greater<>> files;
    for (const auto& entry : fs::directory_iterator(folder_.path("data/vault"))) {
      if (entry.path().extension() == ".sst") files.insert(entry.path());
    }
    for (const fs::path& file : files) {
      const std::string bytes = *tools::ReadFile(file);
      // Names stand whole in a block every 16 rows.
      for (uint64_t key_id = last - 30; key_id < last; ++key_id) {
        std::string name = "k";
        record::AppendBig64(name, key_id);
        const size_t at = bytes.find(name);
        if (at == std::string::npos) continue;
        Flip(file, at + name.size() + 30);
        return key_id;
      }
    }
    ADD_FAILURE() << "no data key in a table file";
    return 0;
  }

  v1::GetDamageResponse Damage() {
    auto operations = v1::OperationsService::NewStub(daemon_->Connect("legal-team"));
    v1::GetDamageResponse response;
    grpc::ClientContext context;
    const grpc::Status status = operations->GetDamage(&context, v1::GetDamageRequest(), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  ::testing::AssertionResult Comes(const std::function<bool()>& happened) {
    const absl::Time until = absl::Now() + absl::Seconds(50);
    while (absl::Now() < until) {
      if (happened()) return ::testing::AssertionSuccess();
      poll(nullptr, 0, 20);
    }
    return ::testing::AssertionFailure() << daemon_->output();
  }

  // Waits until damage of this part is told that holds this.
  ::testing::AssertionResult IsTold(const std::string& part, const std::string& holds) {
    return Comes([&] {
      const auto told = Damage();
      for (const v1::Damage& each : told.damages()) {
        if (each.part() == part && absl::StrContains(each.holds(), holds)) return true;
      }
      return false;
    });
  }

  std::string Metrics() {
    HttpRequest request;
    request.url = absl::StrCat("https://", daemon_->http(), "/metrics");
    request.ca_file = folder_.path("authority/ca.crt");
    auto answer = Fetch(request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? answer->body : "";
  }

  std::string VerifyVault(int exit_code) {
    return people_.Klaim({"vault", "verify", "--docket", folder_.path()}, exit_code);
  }

  TemporaryFolder folder_;
  DocketPeople people_;
  std::unique_ptr<Daemon> daemon_;
  klaim::testing::ServedFixtures fixtures_;
  v1::FileClaimResponse filed_;
};

TEST_F(DamageTest, InTheLogStopsWritesAndReadsGoOn) {
  FileMany(150);
  PutIntoTableFiles();
  const std::string file = LargestOf("log");
  Flip(file, fs::file_size(file) / 2);
  Serve();
  ASSERT_TRUE(IsTold("log", "at most"));
  EXPECT_TRUE(Damage().writes_stopped());
  const grpc::Status refused = File("after the damage");
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::DATA_LOSS) << refused.error_message();
  for (const char* words : {"klaim restore", "can still be read", ".sst", "records"}) {
    EXPECT_TRUE(absl::StrContains(refused.error_message(), words)) << refused.error_message();
  }
  EXPECT_TRUE(absl::StrContains(daemon_->output(), "damage in the log")) << daemon_->output();
  EXPECT_TRUE(absl::StrContains(daemon_->output(), fs::path(file).filename().string()));
  EXPECT_FALSE(absl::StrContains(Metrics(), "klaim_damaged_log 0"));
  people_.Klaim({"status"});
  const std::string verified = people_.Klaim({"audit", "verify"}, 1);
  EXPECT_FALSE(absl::StrContains(absl::AsciiStrToLower(verified), "cancelled")) << verified;
  EXPECT_TRUE(absl::StrContains(verified, "of the log can't be read")) << verified;
  // The next process knows it before it takes anything.
  ASSERT_EQ(daemon_->Stop(), 0);
  Serve();
  EXPECT_EQ(File("once more").error_code(), grpc::StatusCode::DATA_LOSS);
}

TEST_F(DamageTest, InTheVaultIsToldByNumber) {
  FileMany(80);
  const uint64_t last = KeyOf(filed_.claimant_id());
  people_.Klaim({"claimant", "erase", absl::StrCat(filed_.claimant_id()), "--reason", "wish", "--yes"});
  const std::string whole = people_.Klaim({"vault", "verify"});
  EXPECT_TRUE(absl::StrContains(whole, "79 open and 1 were destroyed; 0 faults")) << whole;
  EXPECT_TRUE(absl::StrContains(VerifyVault(0), "79 open and 1 were destroyed; 0 faults"))
      << "beside the daemon too";
  PutIntoTableFiles();
  VerifyVault(0);
  const uint64_t key_id = FlipADataKey(last);
  const std::string said = VerifyVault(1);
  EXPECT_TRUE(absl::StrContains(said, absl::StrCat("data key ", key_id, " of "))) << said;
  EXPECT_FALSE(absl::StrContains(said, "79 open")) << said;
  Serve();
  EXPECT_TRUE(IsTold("vault", "data keys from"));
  EXPECT_FALSE(absl::StrContains(Metrics(), "klaim_damaged_vault 0"));
  EXPECT_TRUE(
      absl::StrContains(people_.Klaim({"vault", "verify"}, 1), absl::StrCat("data key ", key_id, " of ")));
  EXPECT_TRUE(File("all others go on").ok());
  EXPECT_TRUE(
      absl::StrContains(people_.Klaim({"--as", "administrator", "backup"}, 1), "push out one that is whole"));
  people_.Klaim({"--as", "call-centre", "vault", "verify"}, 1);
}

TEST_F(DamageTest, AVaultThatIsOlderThanTheLogLacksKeysByNumber) {
  FileMany(1);
  ASSERT_EQ(daemon_->Stop(), 0);
  fs::copy(folder_.path("data/vault"), folder_.path("older"), fs::copy_options::recursive);
  Serve("0");
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(File(absl::StrCat("later ", i)).ok());
  ASSERT_EQ(daemon_->Stop(), 0);
  VerifyVault(0);
  fs::remove_all(folder_.path("data/vault"));
  fs::rename(folder_.path("older"), folder_.path("data/vault"));
  const std::string said = VerifyVault(1);
  EXPECT_TRUE(absl::StrContains(said, "older than the log")) << said;
}

TEST_F(DamageTest, InADocumentIsToldWithItsNumber) {
  FileMany(1);
  std::ofstream(folder_.path("bukti.pdf"), std::ios::binary) << "%PDF-1.7\n" << std::string(200'000, 'x');
  people_.Klaim({"evidence", "add", folder_.path("bukti.pdf"), "--case", absl::StrCat(filed_.case_id())});
  ASSERT_EQ(daemon_->Stop(), 0);
  for (const auto& entry : fs::recursive_directory_iterator(folder_.path("data/evidence"))) {
    if (entry.is_regular_file()) Flip(entry.path(), 100'000);
  }
  Serve();
  EXPECT_TRUE(IsTold("evidence", "document "));
  EXPECT_FALSE(Damage().writes_stopped());
  EXPECT_TRUE(File("all goes on").ok());
}

TEST_F(DamageTest, ReadModelsAreMadeAgainWhenTheyAreOpened) {
  FileMany(20);
  ASSERT_EQ(daemon_->Stop(), 0);
  // The first block holds the checkpoint.
  for (const auto& entry : fs::directory_iterator(folder_.path("data/projections"))) {
    if (entry.path().extension() == ".sst") Flip(entry.path(), 20);
  }
  Serve();
  EXPECT_TRUE(absl::StrContains(daemon_->output(), "made again")) << daemon_->output();
  EXPECT_TRUE(absl::StrContains(people_.Klaim({"audit", "verify"}), "TERBUKTI UTUH"));
  ASSERT_EQ(daemon_->Stop(), 0);
  std::ofstream(folder_.path("data/projections/CURRENT")) << "MANIFEST-987654\n";
  Serve();
  EXPECT_TRUE(absl::StrContains(people_.Klaim({"audit", "verify"}), "TERBUKTI UTUH"));
}

TEST_F(DamageTest, ReadModelsAreMadeAgainWhileTheyAreServed) {
  FileMany(1'000);
  ASSERT_EQ(daemon_->Stop(), 0);
  const std::string file = LargestOf("projections");
  ASSERT_GT(fs::file_size(file), 64u << 10) << "or there is but one block, which is read at once";
  Flip(file, fs::file_size(file) / 2);
  Serve();
  // The same process begins anew, if it didn't meet the damage before it served.
  const auto mended = [&] {
    const std::string said = daemon_->output();
    const size_t again = said.find("made again from the log");
    return again != std::string::npos && said.find("ready:", again) != std::string::npos;
  };
  ASSERT_TRUE(Comes(mended));
  EXPECT_TRUE(absl::StrContains(people_.Klaim({"audit", "verify"}), "TERBUKTI UTUH"));
  EXPECT_TRUE(File("filing goes on").ok());
  EXPECT_EQ(daemon_->Stop(), 0);
}

TEST_F(DamageTest, LookingForItEndsAtOnceAndGoesOn) {
  FileMany(5);
  PutIntoTableFiles();
  Serve("1");  // the first file would take hours
  EXPECT_EQ(daemon_->Stop(), 0);
  EXPECT_TRUE(fs::exists(folder_.path("data/scrubbing")));
  Serve();
  EXPECT_TRUE(Comes([&] { return Damage().rounds() > 0; }));
  EXPECT_EQ(Damage().damages_size(), 0);
  EXPECT_TRUE(absl::StrContains(Metrics(), "klaim_damaged_log 0"));
}

}  // namespace
}  // namespace klaim::services
