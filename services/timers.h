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
  Timers();
  // What is put off still is dropped.
  ~Timers();

  void After(absl::Duration wait, std::function<void()> then);
  boost::asio::io_context& context() { return context_; }

 private:
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

// Cancels a call whose peer doesn't do in time what is expected of it: send the next message, or take one.
// The call's context must live as long as this.
class Patience {
 public:
  Patience(Timers& timers, grpc::CallbackServerContext& context);
  ~Patience();

  // The peer has so long from now; what was expected before is done.
  void Expect(absl::Duration most);
  // Nothing is expected now.
  void Rest();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace klaim::services
