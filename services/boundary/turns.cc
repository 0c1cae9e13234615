#include "services/boundary/turns.h"

#include <pthread.h>

#include <utility>

namespace klaim::services {

Turns::Turns(int threads, int of_one) : of_one_(of_one) {
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this] {
      pthread_setname_np(pthread_self(), "answering");
      Loop();
    });
  }
}

void Turns::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Turns::Do(const std::string& who, absl::AnyInvocable<void()> work) {
  {
    absl::MutexLock lock(&mutex_);
    if (!stopping_) {
      Line& line = lines_[who];
      line.waiting.push_back(std::move(work));
      return Queue(who, line);
    }
  }
  std::move(work)();
}

void Turns::DoSoon(const std::string& who, absl::AnyInvocable<void()> work) {
  bool here = false;
  {
    absl::MutexLock lock(&mutex_);
    const auto line = lines_.find(who);
    here = !done_here_ && !stopping_ &&
           (line == lines_.end() || (line->second.waiting.empty() && line->second.at_work < of_one_));
    if (here) {
      done_here_ = true;
      ++lines_[who].at_work;
    }
  }
  if (!here) return Do(who, std::move(work));
  std::move(work)();
  work = nullptr;
  absl::MutexLock lock(&mutex_);
  done_here_ = false;
  Done(who);
}

void Turns::Queue(const std::string& who, Line& line) {
  if (line.in_turn || line.waiting.empty() || line.at_work >= of_one_) return;
  line.in_turn = true;
  turn_.push_back(who);
}

void Turns::Loop() {
  absl::MutexLock lock(&mutex_);
  const auto some = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return !turn_.empty() || stopping_; };
  while (true) {
    mutex_.Await(absl::Condition(&some));
    if (turn_.empty()) return;
    const std::string who = std::move(turn_.front());
    turn_.pop_front();
    Line& mine = lines_[who];
    mine.in_turn = false;
    ++mine.at_work;
    absl::AnyInvocable<void()> work = std::move(mine.waiting.front());
    mine.waiting.pop_front();
    Queue(who, mine);
    mutex_.Unlock();
    std::move(work)();
    work = nullptr;  // with what it holds
    mutex_.Lock();
    Done(who);
  }
}

void Turns::Done(const std::string& who) {
  const auto line = lines_.find(who);
  --line->second.at_work;
  Queue(who, line->second);
  if (line->second.at_work == 0 && line->second.waiting.empty()) lines_.erase(line);
}

}  // namespace klaim::services
