// Lists that wait to be imported, and the keys that seal them.

#include "services/docket/import_staging.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/privacy/vault.h"
#include "testing/temporary_folder.h"

namespace klaim::services {
namespace {

using testing::TemporaryFolder;

v1::StageImportRequest LineOf(uint32_t staged_before) {
  v1::StageImportRequest part;
  part.set_import_name("desa");
  part.set_staged_before(staged_before);
  part.add_lines()->mutable_filing()->mutable_new_claimant()->mutable_person()->mutable_name()->set_clear(
      "Siti");
  return part;
}

TEST(ImportStaging, ForgetsNoKeyWhoseNumberItCantRead) {
  TemporaryFolder folder;
  auto vault = *privacy::Vault::Open(folder.path("vault"), privacy::SecretKey());
  ImportStaging staging(folder.path("imports"), *vault);
  auto first = LineOf(0);
  ASSERT_TRUE(staging.Stage("sari@0", first).ok());
  const auto keys = ImportStaging::KeysIn(folder.path("imports"));
  ASSERT_EQ(keys.size(), 1u);
  const std::filesystem::path list = std::filesystem::directory_iterator(folder.path("imports"))->path();
  std::ofstream(list / "key") << "?";
  auto second = LineOf(1);
  EXPECT_TRUE(absl::IsDataLoss(staging.Stage("sari@0", second).status()))
      << "the first key would have no name";
  EXPECT_TRUE(absl::IsDataLoss(staging.Forget("sari@0", "desa")));
  EXPECT_TRUE(vault->Open(keys[0].first, keys[0].second).ok());
  std::ofstream(list / "key") << keys[0].first;
  EXPECT_TRUE(staging.Forget("sari@0", "desa").ok());
  EXPECT_FALSE(vault->Open(keys[0].first, keys[0].second).ok());
}

}  // namespace
}  // namespace klaim::services
