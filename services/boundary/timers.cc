#include "services/boundary/timers.h"

#include <pthread.h>

#include <boost/asio/steady_timer.hpp>
#include <chrono>

#include "absl/synchronization/mutex.h"

namespace klaim::services {
namespace {

std::chrono::microseconds Micros(absl::Duration wait) { return absl::ToChronoMicroseconds(wait); }

}  // namespace

Timers::Timers(absl::Duration slowest_message)
    : slowest_message_(slowest_message), work_(boost::asio::make_work_guard(context_)) {
  thread_ = std::thread([this] { context_.run(); });
  pthread_setname_np(thread_.native_handle(), "timers");
}

Timers::~Timers() {
  context_.stop();
  thread_.join();
}

void Timers::After(absl::Duration wait, std::function<void()> then) {
  auto timer = std::make_shared<boost::asio::steady_timer>(context_, Micros(wait));
  timer->async_wait([timer, then = std::move(then)](boost::system::error_code error) {
    if (!error) then();
  });
}

struct PeerDeadline::State {
  State(boost::asio::io_context& timers, grpc::CallbackServerContext* call) : context(call), timer(timers) {}

  absl::Mutex mutex;
  grpc::CallbackServerContext* context ABSL_GUARDED_BY(mutex);  // null once the call is over
  boost::asio::steady_timer timer ABSL_GUARDED_BY(mutex);
};

PeerDeadline::PeerDeadline(Timers& timers, grpc::CallbackServerContext& context)
    : slowest_message_(timers.slowest_message()),
      state_(std::make_shared<State>(timers.context(), &context)) {}

PeerDeadline::~PeerDeadline() {
  absl::MutexLock lock(&state_->mutex);
  state_->context = nullptr;
  state_->timer.cancel();
}

void PeerDeadline::Expect() {
  absl::MutexLock lock(&state_->mutex);
  state_->timer.expires_after(Micros(slowest_message_));
  state_->timer.async_wait([state = state_](boost::system::error_code error) {
    if (error) return;
    absl::MutexLock inner(&state->mutex);
    // A timer that was set anew at the last moment has not expired.
    if (state->context == nullptr || state->timer.expiry() > std::chrono::steady_clock::now()) return;
    state->context->TryCancel();
  });
}

void PeerDeadline::Rest() {
  absl::MutexLock lock(&state_->mutex);
  state_->timer.expires_at(std::chrono::steady_clock::time_point::max());
}

}  // namespace klaim::services
