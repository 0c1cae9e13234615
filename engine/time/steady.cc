#include "engine/time/steady.h"

#include <pthread.h>
#include <signal.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace klaim::steady {
namespace {

using Clock = std::chrono::steady_clock;

// While somebody else has a waiter's mutex it can't be told: it is tried again.
constexpr std::chrono::milliseconds kTryAgain(1);

struct Waiter;
using Waiters = std::multimap<Clock::time_point, Waiter*>;

struct Waiter {
  absl::Mutex& mutex;
  bool over = false;  // under `mutex`
  bool listed = false;
  Waiters::iterator place{};
};

// One thread of the process tells waiters that their time is over. It changes what they look at under their own mutex, which is
// all that Abseil waits for. It holds its own lock meanwhile, and so never waits for theirs.
class AlarmClock {
 public:
  static AlarmClock& Instance() {
    static AlarmClock& clock = *new AlarmClock;
    return clock;
  }

  // By the waiter's thread, with its mutex held.
  void Add(Waiter& waiter, Clock::time_point end) {
    const std::lock_guard lock(mutex_);
    List(waiter, end);
    if (waiter.place == waiters_.begin()) changed_.notify_one();
  }
  void Remove(Waiter& waiter) {
    const std::lock_guard lock(mutex_);
    if (waiter.listed) waiters_.erase(waiter.place);
  }

 private:
  AlarmClock() {
    std::thread thread([this] { Loop(); });
    pthread_setname_np(thread.native_handle(), "alarm-clock");
    thread.detach();
  }

  void List(Waiter& waiter, Clock::time_point end) {
    waiter.place = waiters_.emplace(end, &waiter);
    waiter.listed = true;
  }

  [[noreturn]] void Loop() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);  // signals are for those who wait for them
    std::unique_lock lock(mutex_);
    while (true) {
      if (waiters_.empty()) {
        changed_.wait(lock);
        continue;
      }
      const auto [end, waiter] = *waiters_.begin();
      if (Clock::now() < end) {
        changed_.wait_until(lock, end);
        continue;
      }
      waiters_.erase(waiters_.begin());
      waiter->listed = false;
      Tell(*waiter);
    }
  }

  void Tell(Waiter& waiter) {
    if (!waiter.mutex.TryLock()) return List(waiter, Clock::now() + kTryAgain);
    waiter.over = true;
    waiter.mutex.Unlock();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  Waiters waiters_;  // by when their time is over
};

}  // namespace

absl::Duration Now() { return absl::FromChrono(Clock::now().time_since_epoch()); }

bool AwaitFor(absl::Mutex& mutex, const absl::Condition& condition, absl::Duration timeout) {
  if (condition.Eval() || timeout <= absl::ZeroDuration()) return condition.Eval();
  if (timeout == absl::InfiniteDuration()) {
    mutex.Await(condition);
    return true;
  }
  Waiter waiter{mutex};
  AlarmClock::Instance().Add(waiter, Clock::now() + absl::ToChronoNanoseconds(timeout));
  const auto done = [&] { return waiter.over || condition.Eval(); };
  mutex.Await(absl::Condition(&done));
  AlarmClock::Instance().Remove(waiter);
  return condition.Eval();
}

}  // namespace klaim::steady
