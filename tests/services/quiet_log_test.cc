// What klaimd says for its operators holds nothing of anybody: no name, number, story, key, token or password.

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "testing/docket_people.h"
#include "testing/processes.h"
#include "testing/served_fixtures.h"
#include "testing/temporary_folder.h"
#include "tools/installation/authority.h"

namespace klaim::testing {
namespace {

TEST(QuietLog, HoldsNothingOfAnybody) {
  TemporaryFolder folder;
  DocketPeople people(folder.path());
  std::string said;
  {
    Daemon daemon(folder.path());
    ASSERT_TRUE(daemon.started()) << daemon.output();
    const auto channel = daemon.Connect("legal-team");
    const ServedFixtures fixtures = RegisterFixtures(channel);
    auto intake = v1::IntakeService::NewStub(channel);
    for (int i = 0; i < 20; ++i) {
      v1::FileClaimRequest filing = fixtures.Filing(absl::StrCat("rahasia-", i));
      // Some are refused for what they say.
      if (i % 3 == 1)
        filing.mutable_new_claimant()->mutable_person()->mutable_phone()->set_clear("bukan nomor RAHASIA");
      if (i % 3 == 2) filing.mutable_heads(0)->set_code("unknown-RAHASIA");
      v1::FileClaimResponse filed;
      grpc::ClientContext file;
      (void)intake->FileClaim(&file, filing, &filed);
      v1::GetClaimantRequest look;
      look.set_claimant_id(filed.claimant_id());
      v1::GetClaimantResponse seen;
      grpc::ClientContext ask;
      (void)intake->GetClaimant(&ask, look, &seen);
    }
    people.Klaim({"claimant", "find", "Siti Aminah rahasia-0"});
    people.Klaim({"account", "open", "--name", "dewi", "--role", "paralegal"});
    people.Klaim({"--as", "administrator", "account", "recover", "1", "--reason", "RAHASIA lupa"});
    EXPECT_EQ(daemon.Stop(), 0);
    said = daemon.output();
  }
  ASSERT_NE(said.find("ready"), std::string::npos);
  for (const char* word : {"Siti", "Aminah", "rahasia", "RAHASIA", "6281234567890", "passport was kept",
                           "dewi", "PRIVATE KEY"}) {
    EXPECT_EQ(said.find(word), std::string::npos) << word << " stands in:\n" << said;
  }
}

}  // namespace
}  // namespace klaim::testing
