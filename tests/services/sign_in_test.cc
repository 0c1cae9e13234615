// What signing in is made of, each part alone: codes, lock-out, sessions, shares of the rate, the queue, addresses, passwords.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "engine/privacy/vault.h"
#include "google/rpc/error_details.pb.h"
#include "services/boundary/rate_limiter.h"
#include "services/common/acceptor.h"
#include "services/common/wire_status.h"
#include "services/identity/credentials.h"
#include "services/identity/sessions.h"
#include "services/identity/sign_in_queue.h"
#include "testing/temporary_folder.h"

namespace klaim::services {
namespace {

using klaim::testing::TemporaryFolder;

// RFC 6238 appendix B, SHA-1, the last six of its eight digits.
TEST(SecondFactor, CodesAreThoseOfTheStandard) {
  const std::string secret = "12345678901234567890";
  EXPECT_EQ(SecondFactorCode(secret, 59 / 30), "287082");
  EXPECT_EQ(SecondFactorCode(secret, 1111111109 / 30), "081804");
  EXPECT_EQ(SecondFactorCode(secret, 20000000000 / 30), "353130");
}

TEST(LockOut, GrowsWithEachFailureUpToAnHour) {
  EXPECT_EQ(LockOutSeconds(4), 0);
  EXPECT_EQ(LockOutSeconds(5), 1);
  EXPECT_EQ(LockOutSeconds(8), 8);
  EXPECT_EQ(LockOutSeconds(1'000), 3'600);
}

TEST(Sessions, EndWhenIdleAndAfterTheirWholeTime) {
  Sessions sessions(SessionLimits{10, 25});
  Session session;
  session.account_id = 7;
  const std::string token = *sessions.Begin(session);
  EXPECT_TRUE(sessions.Use(token, 9'000'000).ok());
  EXPECT_TRUE(sessions.Use(token, 18'000'000).ok());
  EXPECT_FALSE(sessions.Use(token, 25'000'000).ok()) << "its whole time is over, though it was used";
  const std::string idle = *sessions.Begin(session);
  EXPECT_FALSE(sessions.Use(idle, 10'000'000).ok());
  EXPECT_FALSE(sessions.Use(idle, 0).ok()) << "what has ended doesn't come back";
  EXPECT_FALSE(sessions.Use("", 0).ok());
}

TEST(RateLimiter, GivesEachTheirShareAndSlowsStreams) {
  RateLimiter limiter(10);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(limiter.Take("ngo@3", 0).ok()) << i;
  EXPECT_TRUE(absl::IsResourceExhausted(limiter.Take("ngo@3", 0)));
  EXPECT_TRUE(limiter.Take("other@4", 0).ok()) << "another's share is its own";
  EXPECT_TRUE(limiter.Take("ngo@3", 200'000).ok()) << "two more after a fifth of a second";
  EXPECT_EQ(limiter.TakeAndWait("stream", 100, 0), absl::ZeroDuration());
  EXPECT_EQ(limiter.TakeAndWait("stream", 50, 0), absl::Seconds(5));
}

// The one thread that strangers get is busy; whoever signed in before goes on.
TEST(SignInQueue, KeepsAThreadForWhoSignedInFromThereBefore) {
  const SignInTry known{"192.0.2.1", "ratna@0"};
  absl::Notification busy;
  absl::Notification go_on;
  absl::Notification stranger_done;
  absl::Notification known_done;
  std::atomic<bool> stranger_came = false;
  SignInQueue queue(2);
  queue.Succeeded(known);
  queue.Run({"192.0.2.9", "a@0"}, false, [&](const absl::Status&) {
    busy.Notify();
    go_on.WaitForNotification();
  });
  busy.WaitForNotification();
  queue.Run({"192.0.2.1", "b@0"}, false, [&](const absl::Status& status) {
    stranger_came = status.ok();
    stranger_done.Notify();
  });
  queue.Run(known, false, [&](const absl::Status& status) {
    EXPECT_TRUE(status.ok()) << status;
    known_done.Notify();
  });
  known_done.WaitForNotification();
  EXPECT_FALSE(stranger_came);
  go_on.Notify();
  stranger_done.WaitForNotification();
  EXPECT_TRUE(stranger_came);
}

TEST(SignInQueue, LetsWhoFailedLeastGoFirstAndRefusesWhoFailedMostWithADelayThatGrows) {
  absl::Mutex mutex;
  std::vector<std::string> order;
  absl::Notification busy;
  absl::Notification go_on;
  SignInQueue queue(2);
  for (int i = 0; i < 4; ++i) queue.Failed({"192.0.2.9", "a@0"});
  queue.Run({"192.0.2.9", "a@0"}, false, [&](const absl::Status&) {
    busy.Notify();
    go_on.WaitForNotification();
  });
  busy.WaitForNotification();
  const auto run = [&](const SignInTry& who) {
    queue.Run(who, false, [&, who](const absl::Status& status) {
      absl::MutexLock lock(&mutex);
      if (status.ok()) order.push_back(who.account);
    });
  };
  run({"192.0.2.9", "a@0"});
  run({"192.0.2.9", "b@0"});
  run({"192.0.2.1", "c@0"});
  run({"192.0.2.9", "a@0"});
  int64_t delay = 0;
  queue.Run({"192.0.2.9", "a@0"}, false, [&](const absl::Status& status) {
    EXPECT_TRUE(absl::IsResourceExhausted(status)) << "it has two that wait already";
    google::rpc::RetryInfo retry;
    const auto payload = FromWire(ToWire(status)).GetPayload("type.googleapis.com/google.rpc.RetryInfo");
    ASSERT_TRUE(payload.has_value() && retry.ParseFromString(std::string(*payload)));
    delay = retry.retry_delay().seconds();
  });
  EXPECT_EQ(delay, 16) << "after four failures";
  go_on.Notify();
  const auto all = [&] { return order.size() == 4; };
  absl::MutexLock lock(&mutex);
  mutex.Await(absl::Condition(&all));
  EXPECT_THAT(order, ::testing::ElementsAre("c@0", "b@0", "a@0", "a@0"));
}

TEST(PeerAddress, IsTheConnectionsAndANetworkOfIpv6IsOne) {
  EXPECT_EQ(AddressShared("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(AddressShared("2001:db8:0:1::5"), "2001:db8:0:1::/64");
  EXPECT_EQ(AddressShared("2001:db8:0:1::6%eth0"), "2001:db8:0:1::/64");
  EXPECT_EQ(AddressShared("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(AddressShared("no address"), "");
}

// Guessing from elsewhere locks nobody out where they signed in before.
TEST(Credentials, AreLockedForStrangersApart) {
  TemporaryFolder folder;
  privacy::SecretKey master;
  privacy::FillRandom(master.data(), privacy::SecretKey::size());
  auto vault = privacy::Vault::Open(folder.path("vault"), master);
  ASSERT_TRUE(vault.ok()) << vault.status();
  CredentialStore store(**vault);
  domain::AccountState account;
  account.id = 7;
  account.recovery = 8;
  account.recovery_code_hash = HashOfRecoveryCode("code");
  ASSERT_TRUE(store.ChangePassword(account, "code", "nelayan pulang", 1).ok());
  ASSERT_TRUE(store.Check(&account, {"nelayan pulang", "", "192.0.2.1"}, 1).ok());
  for (int i = 0; i < 12; ++i) {
    EXPECT_FALSE(store.Check(&account, {"a guess", "", "192.0.2.9"}, 2 + i).ok());
  }
  EXPECT_FALSE(store.Check(&account, {"nelayan pulang", "", "192.0.2.9"}, 20).ok()) << "locked out there";
  EXPECT_TRUE(store.Check(&account, {"nelayan pulang", "", "192.0.2.1"}, 20).ok());
  // A recovery that holds makes it void, whatever the vault keeps.
  account.recovery = 9;
  EXPECT_FALSE(store.Check(&account, {"nelayan pulang", "", "192.0.2.1"}, 21).ok());
}

}  // namespace
}  // namespace klaim::services
