// Accounts: what one administrator can give, and what it takes two for.

#include "engine/domain/people/account.h"

#include <gtest/gtest.h>

#include "engine/domain/people/permissions.h"
#include "klaim/v1/event_record.pb.h"
#include "testing/docket_story.h"

namespace klaim::testing {
namespace {

using domain::AccountState;

constexpr auto kAnother = absl::StatusCode::kPermissionDenied;

constexpr char kOne[] = "one@0";
constexpr char kTwo[] = "two@0";

class AccountTest : public ::testing::Test {
 protected:
  uint64_t Open(const std::string& name, const std::vector<v1::Role>& roles) {
    v1::OpenAccountRequest request;
    request.set_name(name);
    for (v1::Role role : roles) request.add_roles(role);
    return story_.Must(request, kOne);
  }
  AccountState Account(uint64_t id) {
    auto account = story_.docket().Find<AccountState>("account_id", id);
    EXPECT_TRUE(account.ok()) << account.status();
    return **account;
  }
  static v1::ConfirmAccountChangeRequest Confirming(uint64_t account, uint64_t proposal) {
    v1::ConfirmAccountChangeRequest request;
    request.set_account_id(account);
    request.set_proposal(proposal);
    return request;
  }
  static v1::RecoverAccountRequest Recovering(uint64_t account, char code) {
    v1::RecoverAccountRequest request;
    request.set_account_id(account);
    request.set_reason("forgotten");
    request.set_code_hash(std::string(32, code));
    return request;
  }
  static v1::GrantRoleRequest Granting(uint64_t account, v1::Role role) {
    v1::GrantRoleRequest request;
    request.set_account_id(account);
    request.set_role(role);
    return request;
  }

  DocketStory story_;
};

TEST(SecondAdministrator, IsNeededForEveryRoleThatReadsNamesOrMovesMoneyOrOpensTheWayToThat) {
  for (v1::Role role : {v1::ROLE_INTAKE, v1::ROLE_PARALEGAL, v1::ROLE_MEDIATOR, v1::ROLE_LAWYER,
                        v1::ROLE_TREASURER, v1::ROLE_APPROVER, v1::ROLE_PARTNER, v1::ROLE_ADMINISTRATOR}) {
    EXPECT_TRUE(domain::NeedsSecondAdministrator(role)) << v1::Role_Name(role);
  }
  EXPECT_FALSE(domain::NeedsSecondAdministrator(v1::ROLE_VALUER));
  EXPECT_FALSE(domain::NeedsSecondAdministrator(v1::ROLE_AUDITOR));
}

TEST_F(AccountTest, RolesWaitForAnotherAdministratorThanWhoProposedThem) {
  const uint64_t account = Open("boneka", {v1::ROLE_AUDITOR, v1::ROLE_APPROVER});
  EXPECT_EQ(Account(account).roles, std::set<int>{v1::ROLE_AUDITOR});
  EXPECT_TRUE(Refuses(story_.Ask(Confirming(account, account), kOne), kAnother, "proposal"));
  EXPECT_TRUE(Refuses(story_.Ask(Confirming(account, account), "boneka@0"), kAnother, "account_id"));
  EXPECT_TRUE(Refuses(story_.Ask(Granting(account, v1::ROLE_APPROVER), kTwo), kNotNow, "role"))
      << "who grants it again doesn't take the first one's place";
  story_.Must(Confirming(account, account), kTwo);
  EXPECT_EQ(Account(account).roles, (std::set<int>{v1::ROLE_APPROVER, v1::ROLE_AUDITOR}));
  EXPECT_TRUE(Refuses(story_.Ask(Confirming(account, account), kTwo), kNotNow, "proposal"));

  const uint64_t granted = story_.Must(Granting(account, v1::ROLE_LAWYER), kOne);
  EXPECT_FALSE(Account(account).roles.contains(v1::ROLE_LAWYER));
  v1::RefuseAccountChangeRequest refuse;
  refuse.set_account_id(account);
  refuse.set_proposal(granted);
  refuse.set_reason("nobody asked for it");
  story_.Must(refuse, kTwo);
  EXPECT_TRUE(Refuses(story_.Ask(Confirming(account, granted), kTwo), kNotNow, "proposal"));
  EXPECT_FALSE(Account(account).roles.contains(v1::ROLE_LAWYER));
}

TEST_F(AccountTest, APermissionToSeeNamesWaitsAndTheLastOneProposedIsMeant) {
  const uint64_t account = Open("auditor", {v1::ROLE_AUDITOR});
  v1::GrantPermissionRequest request;
  request.set_account_id(account);
  request.mutable_grant()->set_permission(v1::PERMISSION_READ_PERSONAL_DATA);
  request.mutable_grant()->set_expires_at_micros(story_.now_micros + 1);
  request.mutable_grant()->set_reason("sample");
  const uint64_t first = story_.Must(request, kOne);
  const uint64_t second = story_.Must(request, kOne);
  EXPECT_TRUE(Account(account).granted.empty());
  EXPECT_TRUE(Refuses(story_.Ask(Confirming(account, first), kTwo), kNotNow, "proposal"));
  story_.Must(Confirming(account, second), kTwo);
  EXPECT_EQ(Account(account).granted, std::set<int>{v1::PERMISSION_READ_PERSONAL_DATA});
}

TEST_F(AccountTest, RecoveringWhoReadsNamesWaitsForAnotherAdministratorOrThePerson) {
  const uint64_t account = Open("sari", {v1::ROLE_LAWYER});
  const uint64_t early = story_.Must(Recovering(account, 'a'), kOne);
  EXPECT_EQ(Account(account).recovery, 0u) << "also before the role is confirmed";
  story_.Must(Confirming(account, account), kTwo);
  EXPECT_TRUE(Refuses(story_.Ask(Confirming(account, early), kOne), kAnother, "proposal"));
  story_.Must(Confirming(account, early), kTwo);
  EXPECT_EQ(Account(account).recovery, early);
  EXPECT_EQ(Account(account).recovery_code_hash, std::string(32, 'a'));

  story_.Must(v1::ConfirmSecondFactorRequest(), "sari@0");
  const uint64_t next = story_.Must(Recovering(account, 'b'), kTwo);
  EXPECT_EQ(Account(account).recovery, early) << "until then all is as it was";
  story_.Must(Confirming(account, next), "sari@0");
  EXPECT_EQ(Account(account).recovery, next);
  EXPECT_TRUE(Account(account).second_factor) << "the person had it";

  const uint64_t last = story_.Must(Recovering(account, 'c'), kTwo);
  story_.Must(Confirming(account, last), kOne);
  EXPECT_FALSE(Account(account).second_factor) << "it may be what was lost";
}

TEST_F(AccountTest, OneAdministratorRecoversWhoReadsNoNamesAndIsRidOfWhenThatChanges) {
  const uint64_t account = Open("penilai", {v1::ROLE_VALUER});
  const uint64_t recovery = story_.Must(Recovering(account, 'a'), kOne);
  EXPECT_EQ(Account(account).recovery, recovery);
  const uint64_t granted = story_.Must(Granting(account, v1::ROLE_APPROVER), kOne);
  const uint64_t confirmed = story_.Must(Confirming(account, granted), kTwo);
  EXPECT_EQ(Account(account).recovery, confirmed) << "the password that one of them may know is void";
  EXPECT_TRUE(Account(account).recovery_code_hash.empty());
  const uint64_t again = story_.Must(Recovering(account, 'b'), kOne);
  EXPECT_EQ(Account(account).recovery, confirmed);
  story_.Must(Confirming(account, again), kTwo);
  const uint64_t more = story_.Must(Granting(account, v1::ROLE_TREASURER), kOne);
  story_.Must(Confirming(account, more), kTwo);
  EXPECT_EQ(Account(account).recovery, again) << "two gave this one";
}

TEST_F(AccountTest, WhoMakesTheDocketOpensItsFirstPeopleAtOnce) {
  v1::OpenAccountRequest request;
  request.set_name("administrator");
  request.add_roles(v1::ROLE_ADMINISTRATOR);
  google::protobuf::Arena arena;
  domain::Decision decision(&arena, story_.size());
  ASSERT_TRUE(domain::OpenFirstAccount(request, story_.docket(), decision).ok());
  const v1::AccountOpened& opened = decision.events().front()->account_opened();
  ASSERT_EQ(opened.roles_size(), 1);
  EXPECT_EQ(opened.roles(0), v1::ROLE_ADMINISTRATOR);
  EXPECT_EQ(opened.proposed_roles_size(), 0);
}

}  // namespace
}  // namespace klaim::testing
