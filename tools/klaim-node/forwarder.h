// An address of this node behind which a docket is, wherever it is: connections are passed on as they are, to whoever
// has the docket now. TLS stays between the client and klaimd.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"

namespace klaim::tools {

// Belongs to the thread of its io_context.
class Forwarder {
 public:
  explicit Forwarder(boost::asio::io_context& io) : acceptor_(io) {}
  ~Forwarder() { SetTarget(""); }

  // Listens on host:port.
  absl::Status Listen(const std::string& address);

  // Passes connections on to host:port from now on; those to another target end, so that their clients come anew. Where
  // it is empty, connections are closed at once.
  void SetTarget(const std::string& address);

 private:
  class Connection;
  void Accept();

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::ip::tcp::endpoint target_;
  bool has_target_ = false;
  std::string target_text_;
  std::set<std::shared_ptr<Connection>> connections_;
};

}  // namespace klaim::tools
