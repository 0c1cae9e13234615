// Who waits to sign in. Looking at a password costs a tenth of a second and 64 MiB, so that few are looked at together; and nobody may keep another out by
// asking often:
//   - whoever signed in from an address before has a thread there that strangers never get;
//   - of those who wait, who failed least from this address, and then for this account, is next;
//   - an address may have so many waiting, and an account from there fewer (limits.h); when too many wait, who failed most gives way, and is told to come
//     again, later with each failure.
// Failures are forgotten by half each five minutes. All of it is in memory: after a start everybody is a stranger once. Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"

namespace klaim::services {

// Who asks: from where, and for whom.
struct SignInTry {
  std::string address;  // services/common/acceptor.h; empty for one that isn't known, which is an address too
  std::string account;  // "sari@12", whether there is one or not; empty where it isn't known yet
};

class SignInQueue {
 public:
  // On OK the work is to be done, on a thread of the queue; else it was refused: RESOURCE_EXHAUSTED with a delay, or UNAVAILABLE.
  using Work = std::function<void(const absl::Status&)>;

  // With two threads or more: strangers get all but one.
  explicit SignInQueue(int threads);
  // Refuses what waits, and ends what is under way.
  ~SignInQueue();

  // Calls `work` once, from any thread. With `trusted` it is somebody's who is signed in already.
  void Run(const SignInTry& who, bool trusted, Work work);

  // What came of a try.
  void Succeeded(const SignInTry& who);
  void Failed(const SignInTry& who);

 private:
  struct Waiting {
    SignInTry who;
    bool stranger = true;
    uint64_t order = 0;
    Work work;
  };
  struct Tally {
    uint32_t failures = 0;
    std::chrono::steady_clock::time_point since;
  };
  using Tallies = absl::flat_hash_map<std::string, Tally>;

  void Loop();
  bool MayGoOn(const Waiting& one) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Where the next one waits; the end when nobody may go on.
  std::vector<Waiting>::iterator Next() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool ComesBefore(const Waiting& one, const Waiting& other) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasRoom(const Waiting& next) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  uint32_t FailuresOf(Tallies& tallies, const std::string& key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Count(Tallies& tallies, const std::string& key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Refusal(const SignInTry& who) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t most_strangers_;  // at work at once
  absl::Mutex mutex_;
  std::vector<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  size_t strangers_at_work_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t asked_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::flat_hash_set<std::string> known_ ABSL_GUARDED_BY(mutex_);  // address and account
  Tallies by_address_ ABSL_GUARDED_BY(mutex_);
  Tallies by_account_ ABSL_GUARDED_BY(mutex_);  // address and account
  std::vector<std::thread> threads_;
};

}  // namespace klaim::services
