// Time as streams need it: to go on after a while, and to let go of a peer that is too slow. Thread-safe.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <thread>

#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"

namespace klaim::services {

// One thread on which what was put off is done.
class Timers {
 public:
  // A stream's peer has `slowest_message` to send its next message, or to take one.
  explicit Timers(absl::Duration slowest_message);
  // What is put off still is dropped.
  ~Timers();

  absl::Duration slowest_message() const { return slowest_message_; }
  void After(absl::Duration wait, std::function<void()> then);
  boost::asio::io_context& context() { return context_; }

 private:
  const absl::Duration slowest_message_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

// Cancels a call whose peer doesn't do in time what is expected of it: send the next message, or take one.
// The call's context must live as long as this.
class PeerDeadline {
 public:
  PeerDeadline(Timers& timers, grpc::CallbackServerContext& context);
  ~PeerDeadline();

  // The peer must send or take a message in time from now on; what was expected before is done.
  void Expect();
  // Nothing is expected now.
  void Rest();

 private:
  struct State;
  const absl::Duration slowest_message_;
  std::shared_ptr<State> state_;
};

}  // namespace klaim::services
