// What people type finds who is meant, however the name is spelt; who is erased is found no more.

#include "services/linkage/person_search.h"

#include <gtest/gtest.h>

#include <fstream>
#include <numeric>

#include "testing/temporary_folder.h"

namespace klaim::services {
namespace {

using Found = std::vector<uint64_t>;

linkage::PersonText Named(const std::string& name, const std::string& village = "") {
  linkage::PersonText text;
  text.name = name;
  text.locality = village;
  return text;
}

class PersonSearchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string areas = folder_.path("villages.csv");
    std::ofstream(areas) << "code,district_code,name\n33.01.22.2001,33.01.22,Kesugihan Kidul\n";
    auto scratch = storage::PrivateScratch::Begin(folder_.path("scratch"));
    ASSERT_TRUE(scratch.ok()) << scratch.status();
    scratch_ = *std::move(scratch);
    auto names = AreaNames::Read(areas);
    ASSERT_TRUE(names.ok()) << names.status();
    search_ = std::make_unique<PersonSearch>(*std::move(names), *scratch_);
  }

  Found Find(const std::string& query, size_t most = 10) {
    auto found = search_->Find(query, most);
    EXPECT_TRUE(found.ok()) << found.status();
    return *found;
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<storage::PrivateScratch> scratch_;
  std::unique_ptr<PersonSearch> search_;
};

TEST_F(PersonSearchTest, FindsByNameVillageAndReferenceTheLatestFirst) {
  ASSERT_TRUE(search_->Put(1, Named("Siti Aminah", "33.01.22.2001")).ok());
  ASSERT_TRUE(search_->Put(2, Named("Soekarno", "33.01.22.2009")).ok());
  ASSERT_TRUE(search_->Put(3, Named("Siti Rahayu")).ok());
  ASSERT_TRUE(search_->AddReference(3, "HK-FEES-2025:A-17").ok());
  ASSERT_TRUE(search_->AddReference(3, "HK-FEES-2025:A-18").ok());
  ASSERT_TRUE(search_->AddReference(2, "without a name of theirs").ok());
  const std::vector<std::pair<std::string, Found>> table = {
      {"siti", {3, 1}},     {"Sit", {3, 1}},
      {"aminah SITI", {1}}, {"sukarno", {2}},
      {"33.01.22", {2, 1}}, {"33.01.22.2001", {1}},
      {"kesugihan", {1}},   {"a-17", {3}},
      {"A-1", {3}},         {"siti a-18", {3}},
      {"aminah a-18", {}},  {"theirs", {}},
      {"nobody", {}},       {"", {}},
      {"  ", {}},
  };
  for (const auto& [query, expected] : table) EXPECT_EQ(Find(query), expected) << query;
  EXPECT_EQ(Find("siti", 1), Found{3});
}

TEST_F(PersonSearchTest, ACorrectionTakesTheNameBeforeAndAnErasureAll) {
  ASSERT_TRUE(search_->Put(1, Named("Siti Aminah")).ok());
  ASSERT_TRUE(search_->AddReference(1, "import:A-1").ok());
  ASSERT_TRUE(search_->Put(1, Named("Siti Rahayu")).ok());
  EXPECT_EQ(Find("aminah"), Found{});
  EXPECT_EQ(Find("rahayu siti a-1"), Found{1});
  ASSERT_TRUE(search_->Remove(1).ok());
  for (const char* query : {"siti", "rahayu", "a-1"}) EXPECT_EQ(Find(query), Found{}) << query;
  ASSERT_TRUE(search_->Remove(1).ok()) << "nobody there is no error";
}

TEST_F(PersonSearchTest, OfManyWithACommonNameTheRarerWordFinds) {
  for (uint64_t id = 1; id <= 1'000; ++id) {
    ASSERT_TRUE(search_->Put(id, Named(id % 100 == 7 ? "Siti Wulandari" : "Siti Aminah")).ok());
  }
  Found all(1'000);
  std::iota(all.rbegin(), all.rend(), 1);
  EXPECT_EQ(Find("siti", 5'000), all);
  EXPECT_EQ(Find("siti wulandari", 50), (Found{907, 807, 707, 607, 507, 407, 307, 207, 107, 7}));
  EXPECT_EQ(Find("siti wulandari", 3), (Found{907, 807, 707}));
}

}  // namespace
}  // namespace klaim::services
