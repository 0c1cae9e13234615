// A klaimd of this node: one process a docket, so that no docket's failure, memory or personal data is another's. It
// ends with this process, however that ends.
#pragma once

#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/streambuf.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace klaim::tools {

// Belongs to the thread of its io_context.
class DaemonChild {
 public:
  struct Ready {
    std::string grpc;  // host:port
    std::string http;
  };

  DaemonChild(boost::asio::io_context& io, std::function<void(const Ready&)> on_ready,
              std::function<void(int exit_code)> on_end);
  // Kills it, if it runs.
  ~DaemonChild();

  absl::Status Start(const std::vector<std::string>& command);

  // Asks it to finish what it accepted and end; kills it when it hasn't in time.
  void Stop();

 private:
  void ReadLine();

  const std::function<void(const Ready&)> on_ready_;
  const std::function<void(int)> on_end_;
  boost::asio::posix::stream_descriptor output_;
  boost::asio::streambuf buffer_;
  boost::asio::steady_timer deadline_;
  pid_t process_ = -1;
  bool stopping_ = false;
};

}  // namespace klaim::tools
