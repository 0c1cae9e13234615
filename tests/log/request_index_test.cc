// A repetition is known however many requests came after it, and whatever became of the index.

#include "engine/log/request_index.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/log/rocksdb_event_log.h"
#include "klaim/v1/event_record.pb.h"
#include "testing/temporary_folder.h"

namespace klaim::log {
namespace {

using klaim::testing::TemporaryFolder;

class RequestIndexTest : public ::testing::Test {
 protected:
  void Open(size_t requests_in_memory = 8) {
    log_.reset();
    auto log = RocksDbEventLog::Open(folder_.path("log"), nullptr, requests_in_memory);
    ASSERT_TRUE(log.ok()) << log.status();
    log_ = *std::move(log);
  }

  // One append of so many requests of one or two records each.
  void Append(size_t count) {
    record::EncodedRecords records;
    const uint64_t first = log_->next_sequence();
    for (size_t i = 0; i < count; ++i) {
      const uint64_t fingerprint = random_();
      known_[fingerprint] = first + records.size();
      for (uint64_t more = 0; more <= random_() % 2; ++more) {
        v1::EventRecord event;
        event.set_sequence(first + records.size());
        event.set_stream(first + records.size());
        event.mutable_claim_withdrawn()->set_reason("none");
        ASSERT_TRUE(records.Add(event, more == 0 ? fingerprint : 0).ok());
      }
    }
    ASSERT_TRUE(log_->Append(first, records).ok());
  }

  void ExpectAllKnown() {
    // Known ones and others, as many at once as it happens.
    std::vector<uint64_t> asked;
    std::vector<std::optional<uint64_t>> expected;
    const auto check = [&] {
      const auto found = log_->FindRequests(asked);
      ASSERT_TRUE(found.ok()) << found.status();
      ASSERT_EQ(*found, expected);
      asked.clear();
      expected.clear();
    };
    for (const auto& [fingerprint, first_sequence] : known_) {
      asked.push_back(fingerprint);
      expected.push_back(first_sequence);
      if (random_() % 3 == 0) {
        asked.push_back(random_());
        expected.push_back(std::nullopt);
      }
      if (random_() % 20 == 0) check();
    }
    check();
    for (int i = 0; i < 100; ++i) asked.push_back(random_());
    expected.resize(asked.size());
    check();
  }

  std::string index() const { return folder_.path("log/request-index"); }
  size_t FilesOfIndex() const {
    size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(index()))
      files += entry.path().extension() == ".sst";
    return files;
  }

  TemporaryFolder folder_;
  std::mt19937_64 random_{20261125};
  std::map<uint64_t, uint64_t> known_;
  std::unique_ptr<RocksDbEventLog> log_;
};

TEST_F(RequestIndexTest, EveryRequestIsFoundWhereItStandsAlsoAfterRestarts) {
  for (int round = 0; round < 40; ++round) {
    Open();
    for (uint64_t appends = random_() % 4; appends > 0; --appends) Append(1 + random_() % 12);
    ExpectAllKnown();
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(FilesOfIndex(), 0u) << "or the test has looked at memory alone";
}

TEST_F(RequestIndexTest, ALostOrDamagedIndexIsMadeAgain) {
  Open();
  for (int i = 0; i < 20; ++i) Append(5);
  log_.reset();
  std::filesystem::remove_all(index());
  Open();
  ExpectAllKnown();
  log_.reset();
  std::ofstream(index() + "/CURRENT") << "nothing that would be there\n";
  Open();
  ExpectAllKnown();
}

TEST_F(RequestIndexTest, AnOlderCopyOfTheIndexCatchesUp) {
  Open();
  for (int i = 0; i < 10; ++i) Append(5);
  log_.reset();
  std::filesystem::copy(index(), folder_.path("older"), std::filesystem::copy_options::recursive);
  Open();
  for (int i = 0; i < 10; ++i) Append(5);
  log_.reset();
  std::filesystem::remove_all(index());
  std::filesystem::rename(folder_.path("older"), index());
  Open();
  ExpectAllKnown();
}

TEST_F(RequestIndexTest, DamageWithinIsSaidAndNothingIsTakenForNew) {
  Open(1'000);
  for (int i = 0; i < 30; ++i) Append(100);
  log_.reset();
  for (const auto& entry : std::filesystem::directory_iterator(index())) {
    if (entry.path().extension() != ".sst") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(10'000);  // not in the first block, which is looked at when it is opened
    file.write("\xff\xff\xff\xff\xff\xff\xff\xff", 8);
  }
  Open(1'000);
  bool said = false;
  for (const auto& [fingerprint, first_sequence] : known_) {
    const auto found = log_->FindRequests({fingerprint});
    if (found.ok()) {
      EXPECT_EQ(found->front(), first_sequence);
    } else {
      said = true;
      EXPECT_TRUE(absl::IsDataLoss(found.status())) << found.status();
    }
  }
  EXPECT_TRUE(said);
  log_.reset();
  Open(1'000);
  ExpectAllKnown();
}

}  // namespace
}  // namespace klaim::log
