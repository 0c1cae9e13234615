// Answers are made here, and not on gRPC's threads, of which there are two for a whole process: what takes long there keeps everybody
// waiting. Accounts take turns, so that nobody waits for all that another has asked for. Thread-safe.
#pragma once

#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"

namespace klaim::services {

class Turns {
 public:
  // With `threads` threads, of which one account has at most `of_one`.
  Turns(int threads, int of_one);
  ~Turns() { Stop(); }

  // Does what waits still, and ends the threads. What comes later is done where it comes from.
  void Stop();

  // Does the work of an account, or of the address of who has none, when it is its turn: what one has asked for in that order, or
  // beside each other.
  void Do(const std::string& who, absl::AnyInvocable<void()> work);

  // The same, but on this thread and at once where nothing of the account's waits, and nothing else is done like that:
  // so that of gRPC's threads one is always free, and who asks for little needn't wait for another thread.
  void DoSoon(const std::string& who, absl::AnyInvocable<void()> work);

 private:
  struct Line {
    std::deque<absl::AnyInvocable<void()>> waiting;
    int at_work = 0;
    bool in_turn = false;  // stands in turn_
  };

  void Loop();
  // Has an account wait for its next turn, if it has work and may have a further thread.
  void Queue(const std::string& who, Line& line) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // One of an account's works is done.
  void Done(const std::string& who) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int of_one_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Line> lines_
      ABSL_GUARDED_BY(mutex_);                            // of whom something waits, or is at work
  std::deque<std::string> turn_ ABSL_GUARDED_BY(mutex_);  // whose turn is next
  bool done_here_ ABSL_GUARDED_BY(mutex_) = false;        // something is, on a thread that brought it
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace klaim::services
