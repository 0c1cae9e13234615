// Reactors of calls that answer with a stream.
#pragma once

#include <functional>
#include <optional>

#include "absl/synchronization/mutex.h"
#include "grpcpp/grpcpp.h"
#include "services/limits.h"
#include "services/timers.h"
#include "services/wire_status.h"

namespace klaim::services {

// Refuses the call at once.
template <class Response>
class RefusedWriter final : public grpc::ServerWriteReactor<Response> {
 public:
  explicit RefusedWriter(const absl::Status& status) { this->Finish(ToWire(status)); }
  void OnDone() override { delete this; }
};

// Answers from a thread of its own, which waits for each message to be taken before it makes the next. A
// caller that goes away is noticed (gone()), not waited for.
template <class Response>
class ThreadedWriter : public grpc::ServerWriteReactor<Response> {
 public:
  void OnWriteDone(bool ok) override {
    if (patience_.has_value()) patience_->Rest();
    absl::MutexLock lock(&mutex_);
    writing_ = false;
    gone_ |= !ok;
  }
  void OnCancel() override {
    absl::MutexLock lock(&mutex_);
    gone_ = true;
  }

 protected:
  // From now on a peer that doesn't take a message in time is let go of.
  void Hurry(Timers& timers, grpc::CallbackServerContext& context) { patience_.emplace(timers, context); }

  // From now on `allowed` is asked before each message: from its first no on nothing is sent, gone() is true, and the call ends
  // with that. Called on the thread that sends.
  void While(std::function<absl::Status()> allowed) { allowed_ = std::move(allowed); }

  // Sends a message once the one before was taken; does nothing when the caller is gone, or may not have it any more.
  void Send(Response message) {
    Wait();
    if (refused_.ok() && allowed_ != nullptr) refused_ = allowed_();
    {
      absl::MutexLock lock(&mutex_);
      gone_ |= !refused_.ok();
      if (gone_) return;
      writing_ = true;
    }
    response_ = std::move(message);
    if (patience_.has_value()) patience_->Expect();
    this->StartWrite(&response_);
  }

  // Ends the call once the last message was taken; nothing of this may be touched afterwards.
  void End(const absl::Status& status) {
    Wait();
    this->Finish(ToWire(refused_.ok() ? status : refused_));
  }

  bool gone() {
    absl::MutexLock lock(&mutex_);
    return gone_;
  }

 private:
  void Wait() {
    absl::MutexLock lock(&mutex_);
    const auto idle = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return !writing_; };
    mutex_.Await(absl::Condition(&idle));
  }

  absl::Mutex mutex_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool gone_ ABSL_GUARDED_BY(mutex_) = false;
  Response response_;
  std::optional<Patience> patience_;
  // Of the sending thread alone.
  std::function<absl::Status()> allowed_;
  absl::Status refused_;
};

}  // namespace klaim::services
