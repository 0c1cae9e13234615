// Whoever shares a tag is found, in memory or in files, and who was forgotten isn't.

#include "engine/privacy/identity_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <set>

#include "testing/temporary_folder.h"

namespace klaim::privacy {
namespace {

using klaim::testing::TemporaryFolder;

std::set<uint64_t> KeysOf(const IdentityIndex& index, IdentityTag tag) {
  std::vector<uint64_t> keys;
  EXPECT_TRUE(index.AppendKeysOf(tag, keys).ok());
  const std::set<uint64_t> once(keys.begin(), keys.end());
  EXPECT_EQ(once.size(), keys.size()) << "a key is told twice";
  return once;
}

class IdentityIndexProperty : public ::testing::TestWithParam<uint64_t> {};

TEST_P(IdentityIndexProperty, KnowsWhatWasNotedAndNotForgotten) {
  TemporaryFolder folder;
  std::mt19937_64 random(GetParam());
  auto index = *IdentityIndex::Begin(folder.path("vault"), nullptr, 16);
  std::map<IdentityTag, std::set<uint64_t>> known;
  std::vector<IdentityTag> tags(80);
  for (IdentityTag& tag : tags) tag = random();
  for (uint64_t step = 0; step < 1'500; ++step) {
    const IdentityTag tag = tags[random() % tags.size()];
    const uint64_t key_id = 1 + random() % 12;
    if (random() % 3 != 0) {
      known[tag].insert(key_id);
      ASSERT_TRUE(index->Note(tag, key_id).ok());
    } else {
      known[tag].erase(key_id);
      ASSERT_TRUE(index->Forget(tag, key_id).ok());
    }
    const IdentityTag asked = tags[random() % tags.size()];
    ASSERT_EQ(KeysOf(*index, asked), known[asked]) << "at step " << step;
  }
  for (const auto& [tag, keys] : known) EXPECT_EQ(KeysOf(*index, tag), keys);
  EXPECT_TRUE(KeysOf(*index, random()).empty());
}
INSTANTIATE_TEST_SUITE_P(Seeds, IdentityIndexProperty, ::testing::Range<uint64_t>(1, 13));

TEST(IdentityIndex, WhatAProcessLeavesIsRemovedAndSaysNothing) {
  TemporaryFolder folder;
  std::mt19937_64 random(20261126);
  std::vector<IdentityTag> tags(200);
  for (IdentityTag& tag : tags) tag = random();
  {
    auto index = *IdentityIndex::Begin(folder.path("vault"), nullptr, 50);
    for (IdentityTag tag : tags) ASSERT_TRUE(index->Note(tag, 7).ok());
  }
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path("vault/identity-index")))
    files += entry.path().extension() == ".sst";
  EXPECT_GT(files, 0u) << "or this looks at memory alone";
  for (IdentityTag tag : tags) {
    const std::string bytes(reinterpret_cast<const char*>(&tag), sizeof(tag));
    const std::string turned(bytes.rbegin(), bytes.rend());
    EXPECT_TRUE(folder.FilesWith(bytes).empty() && folder.FilesWith(turned).empty());
  }
  auto index = *IdentityIndex::Begin(folder.path("vault"));
  EXPECT_TRUE(KeysOf(*index, tags[0]).empty());
  EXPECT_FALSE(std::filesystem::exists(folder.path("vault/identity-index")));
}

TEST(IdentityIndex, AMadeUpNumberIsNotToldWithoutEnd) {
  TemporaryFolder folder;
  auto index = *IdentityIndex::Begin(folder.path("vault"), nullptr, 4);
  for (uint64_t key_id = 1; key_id <= 500; ++key_id) {
    ASSERT_TRUE(index->Note(0, key_id).ok());
    ASSERT_TRUE(index->Note(key_id, key_id).ok());
  }
  EXPECT_EQ(KeysOf(*index, 0).size(), 20u);
}

}  // namespace
}  // namespace klaim::privacy
