// What is put on the scratch is got back, by this process alone, and is gone with it.

#include "engine/storage/private_scratch.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "testing/temporary_folder.h"

namespace klaim::storage {
namespace {

constexpr char kSecret[] = "3302014703850012";

std::unique_ptr<PrivateScratch> BeginIn(const testing::TemporaryFolder& folder) {
  auto scratch = PrivateScratch::Begin(folder.path("scratch"));
  EXPECT_TRUE(scratch.ok()) << scratch.status();
  return *std::move(scratch);
}

std::vector<uint8_t> PlaceOf(uint64_t number) {
  std::vector<uint8_t> bytes(40, static_cast<uint8_t>(number));
  std::copy(std::begin(kSecret), std::end(kSecret), bytes.begin());
  return bytes;
}

// More than stays in memory, put in no order, some of it taken out again.
TEST(PrivateScratch, GivesRowsBackInOrderAndNothingInClearIsOnTheDisk) {
  testing::TemporaryFolder folder;
  auto scratch = BeginIn(folder);
  std::map<std::string, std::string> expected;
  uint64_t state = 1;
  for (int i = 0; i < 3'000; ++i) {
    rocksdb::WriteBatch rows;
    for (int k = 0; k < 100; ++k) {
      state = state * 6364136223846793005 + 1442695040888963407;
      const std::string name = "row-" + std::to_string(state % 400'000) + "-" + kSecret;
      if (state >> 61 == 0) {
        rows.Delete(name);
        expected.erase(name);
      } else {
        const std::string value = kSecret + std::to_string(state) + std::string(100, '.');
        rows.Put(name, value);
        expected[name] = value;
      }
    }
    ASSERT_TRUE(scratch->Write(rows).ok());
  }
  size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder.path("scratch"))) {
    files += file.path().extension() == ".sst";
  }
  EXPECT_GT(files, 0u) << "all of it fitted into memory";
  EXPECT_TRUE(folder.FilesWith(kSecret).empty());
  EXPECT_TRUE(folder.FilesWith("row-").empty());

  auto at = expected.lower_bound("row-2");
  ASSERT_TRUE(scratch
                  ->Scan("row-2",
                         [&](absl::string_view name) {
                           EXPECT_EQ(name, at->first);
                           ++at;
                           return true;
                         })
                  .ok());
  EXPECT_EQ(at, expected.lower_bound("row-3"));
  std::vector<std::string> names = {"nothing"};
  for (const auto& [name, value] : expected) {
    if (names.size() < 1'000) names.push_back(name);
  }
  const auto values = *scratch->GetAll(names);
  EXPECT_EQ(values[0], "");
  for (size_t i = 1; i < names.size(); ++i) {
    ASSERT_EQ(values[i], expected[names[i]]);
    ASSERT_EQ(*scratch->Get(names[i]), expected[names[i]]);
  }
  EXPECT_EQ(*scratch->Get("nothing"), std::nullopt);
}

TEST(PrivateScratch, BeginsEmptyAndLeavesNothing) {
  testing::TemporaryFolder folder;
  {
    auto scratch = BeginIn(folder);
    rocksdb::WriteBatch rows;
    rows.Put("name", "value");
    ASSERT_TRUE(scratch->Write(rows).ok());
    // As a process that was killed leaves it.
    std::filesystem::copy(folder.path("scratch"), folder.path("left"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path("scratch")));
  std::filesystem::rename(folder.path("left"), folder.path("scratch"));
  auto scratch = BeginIn(folder);
  EXPECT_EQ(*scratch->Get("name"), std::nullopt);
}

TEST(PrivateScratch, GivesPlacesBackAsTheyWerePutLast) {
  testing::TemporaryFolder folder;
  auto scratch = BeginIn(folder);
  auto places = *scratch->MakePlaces(40);
  for (uint64_t round = 0; round < 3; ++round) {
    for (uint64_t place = 0; place < 1'000; ++place) {
      ASSERT_TRUE(places.Put(place * 7 % 1'000, PlaceOf(place + round)).ok());
    }
  }
  std::vector<uint8_t> got(40);
  for (uint64_t place = 0; place < 1'000; ++place) {
    ASSERT_TRUE(places.Get(place * 7 % 1'000, absl::MakeSpan(got)).ok());
    ASSERT_EQ(got, PlaceOf(place + 2));
  }
  EXPECT_TRUE(absl::IsDataLoss(places.Get(1'000, absl::MakeSpan(got)))) << "it was never put";
  EXPECT_TRUE(folder.FilesWith(kSecret).empty());
}

}  // namespace
}  // namespace klaim::storage
