// Reactors of calls that answer with a stream. No thread waits for who reads: whoever takes nothing, or takes it slowly, keeps nobody
// else from an answer.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/grpcpp.h"
#include "services/boundary/timers.h"
#include "services/boundary/turns.h"
#include "services/common/limits.h"
#include "services/common/wire_status.h"

namespace klaim::services {

// Refuses the call at once.
template <class Response>
class RefusedWriter final : public grpc::ServerWriteReactor<Response> {
 public:
  explicit RefusedWriter(const absl::Status& status) { this->Finish(ToWire(status)); }
  void OnDone() override { delete this; }
};

// Tells something long part by part: each is made in the caller's turn, once the one before was taken. A peer that doesn't take one in
// time is let go of.
template <class Response>
class PartWriter : public grpc::ServerWriteReactor<Response> {
 public:
  void OnWriteDone(bool ok) override {
    peer_deadline_.Rest();
    if (!ok) gone_ = true;
    GoOn();
  }
  void OnCancel() override { gone_ = true; }
  void OnDone() override { delete this; }

 protected:
  enum class More { kPart, kNotYet, kNone };

  // All but the call must live longer.
  PartWriter(Turns& turns, std::string who, Timers& timers, grpc::CallbackServerContext& context)
      : turns_(turns), who_(std::move(who)), peer_deadline_(timers, context) {}

  // Fills the next part. What finds nothing for long says kNotYet, and is asked again in another turn.
  virtual absl::StatusOr<More> Next(Response& part) = 0;
  // Whether the caller may have it still; asked before each part.
  virtual absl::Status StillAllowed() = 0;

  // Begins, or goes on.
  void GoOn() {
    turns_.Do(who_, [this] { MakeNext(); });
  }

 private:
  void MakeNext() {
    if (gone_) return this->Finish(grpc::Status::CANCELLED);
    if (absl::Status allowed = StillAllowed(); !allowed.ok()) return this->Finish(ToWire(allowed));
    part_.Clear();
    const absl::StatusOr<More> more = Next(part_);
    if (!more.ok() || *more == More::kNone) return this->Finish(ToWire(more.status()));
    if (*more == More::kNotYet) return GoOn();
    peer_deadline_.Expect();
    this->StartWrite(&part_);
  }

  Turns& turns_;
  const std::string who_;
  PeerDeadline peer_deadline_;
  std::atomic<bool> gone_ = false;
  Response part_;
};

// Tells how far a long work is, from the thread that does it. A peer that doesn't take a message in time is let go of; what it hadn't
// taken yet when there was more to tell, it isn't told.
template <class Response>
class ProgressWriter : public grpc::ServerWriteReactor<Response> {
 public:
  void OnWriteDone(bool ok) override {
    peer_deadline_.Rest();
    {
      absl::MutexLock lock(&mutex_);
      writing_ = false;
      gone_ |= !ok;
    }
    FinishIfEnded();
  }
  void OnCancel() override {
    absl::MutexLock lock(&mutex_);
    gone_ = true;
  }
  void OnDone() override { delete this; }

 protected:
  ProgressWriter(Timers& timers, grpc::CallbackServerContext& context) : peer_deadline_(timers, context) {}

  // From now on `allowed` is asked whenever something is told: from its first no on nothing is sent, gone() is true, and the call ends
  // with that. Called on the thread that tells.
  void While(std::function<absl::Status()> allowed) { allowed_ = std::move(allowed); }

  // Whether it was told: not to a peer that hasn't taken what it was told before.
  bool Tell(const Response& message) {
    CheckAllowed();
    {
      absl::MutexLock lock(&mutex_);
      if (gone_ || writing_) return false;
      writing_ = true;
    }
    Write(message);
    return true;
  }

  // Ends the call once its peer has taken what it was told, and then a last message, if there is one. Nothing of this may be touched
  // afterwards.
  void End(const absl::Status& status, std::optional<Response> last = std::nullopt) {
    CheckAllowed();
    {
      absl::MutexLock lock(&mutex_);
      end_ = refused_.ok() ? status : refused_;
      last_ = std::move(last);
    }
    FinishIfEnded();
  }

  bool gone() {
    absl::MutexLock lock(&mutex_);
    return gone_;
  }

 private:
  void CheckAllowed() {
    if (!refused_.ok() || allowed_ == nullptr) return;
    refused_ = allowed_();
    absl::MutexLock lock(&mutex_);
    gone_ |= !refused_.ok();
  }

  void Write(const Response& message) {
    response_ = message;
    peer_deadline_.Expect();
    this->StartWrite(&response_);
  }

  void FinishIfEnded() {
    std::optional<Response> last;
    grpc::Status status;
    {
      absl::MutexLock lock(&mutex_);
      if (!end_.has_value() || writing_) return;
      if (!gone_) last = std::exchange(last_, std::nullopt);
      writing_ = true;  // or finishing: nothing follows
      status = ToWire(*end_);
    }
    if (last.has_value()) return Write(*last);
    this->Finish(status);
  }

  absl::Mutex mutex_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool gone_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
  std::optional<Response> last_ ABSL_GUARDED_BY(mutex_);
  Response response_;
  PeerDeadline peer_deadline_;
  // Of the thread that tells alone.
  std::function<absl::Status()> allowed_;
  absl::Status refused_;
};

}  // namespace klaim::services
