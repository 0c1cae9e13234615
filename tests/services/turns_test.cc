// Who gets an answering thread, and when.

#include "services/boundary/turns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"

namespace klaim::services {
namespace {

TEST(Turns, KeepNobodyWaitingForAllThatAnotherAskedFor) {
  absl::Notification answered;
  std::atomic<int> at_once = 0;
  std::atomic<int> most = 0;
  std::atomic<int> done = 0;
  {
    Turns turns(3, 2);
    for (int i = 0; i < 100; ++i) {
      turns.Do("one", [&] {
        const int now = ++at_once;
        for (int before = most; before < now && !most.compare_exchange_weak(before, now);) continue;
        answered.WaitForNotification();  // until the other has its answer: or nobody has, ever
        --at_once;
        ++done;
      });
    }
    turns.Do("another", [&] { answered.Notify(); });
    answered.WaitForNotification();
  }
  EXPECT_EQ(done, 100) << "what waited is done before the threads end";
  EXPECT_LE(most, 2);
}

TEST(Turns, GoRoundWhoAskedEachInTheirOrder) {
  absl::Notification begun;
  absl::Notification go_on;
  std::vector<std::string> order;
  {
    Turns turns(1, 1);
    turns.Do("x", [&] {
      begun.Notify();
      go_on.WaitForNotification();
    });
    begun.WaitForNotification();
    for (const char* work : {"a1", "a2", "a3", "b1", "b2", "c1"}) {
      turns.Do(std::string(work, 1), [&order, work] { order.push_back(work); });
    }
    go_on.Notify();
  }
  EXPECT_THAT(order, ::testing::ElementsAre("a1", "b1", "c1", "a2", "b2", "a3"));
}

TEST(Turns, DoAtOnceWhatNothingElseIsBesideAndNothingMoreOnThatThread) {
  Turns turns(1, 1);
  const auto here = std::this_thread::get_id();
  std::vector<std::string> order;
  absl::Notification last;
  turns.DoSoon("a", [&] {
    EXPECT_EQ(std::this_thread::get_id(), here);
    // An account has its next work done after this one, and another's isn't done on this thread too.
    turns.DoSoon("a", [&] {
      order.push_back("a2");
      last.Notify();
    });
    absl::Notification others;
    turns.DoSoon("b", [&] {
      EXPECT_NE(std::this_thread::get_id(), here);
      order.push_back("b1");
      others.Notify();
    });
    others.WaitForNotification();
    order.push_back("a1");
  });
  last.WaitForNotification();
  EXPECT_THAT(order, ::testing::ElementsAre("b1", "a1", "a2"));
}

}  // namespace
}  // namespace klaim::services
