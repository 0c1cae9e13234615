// Takes TCP connections in. When there is no file descriptor left for one, or any other error that passes, it waits a
// little and tries again, rather than spin.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace klaim::services {

class Acceptor {
 public:
  // Each connection has a strand of `context` as its executor. `taken` runs on a thread of the context.
  Acceptor(boost::asio::io_context& context, std::function<void(boost::asio::ip::tcp::socket)> taken)
      : context_(context), acceptor_(context), pause_(context), taken_(std::move(taken)) {}

  // UNAVAILABLE when the address can't be listened on. Port 0 takes a free one.
  absl::Status Listen(const std::string& address, int port);
  int port() const { return port_; }

  // Takes no more in; from a thread of the context, or once it is stopped.
  void Close();

 private:
  void Accept();

  boost::asio::io_context& context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  const std::function<void(boost::asio::ip::tcp::socket)> taken_;
  int port_ = 0;
};

// The server's side of TLS 1.2 and later. Who shows a certificate must show a good one of the authority; who shows none is
// a stranger. INVALID_ARGUMENT when a PEM text can't be used.
absl::Status PrepareTls(const std::string& certificate_authority, const std::string& certificate,
                        const std::string& private_key, boost::asio::ssl::context& tls);

// The certificate that the client showed, PEM; empty for none.
std::string PeerCertificate(SSL* tls);

// Where a connection comes from, for what is shared out by address: the IP address of its other end, "192.0.2.7"; of IPv6 the
// network of 64 bits, of which one person has all addresses, "2001:db8:0:1::/64". Empty when it is gone.
std::string AddressOf(const boost::asio::ip::tcp::socket& socket);

// The same of an address in text; empty for what is none.
std::string AddressShared(absl::string_view address);

}  // namespace klaim::services
