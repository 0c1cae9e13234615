#include "tools/klaim-node/forwarder.h"

#include <array>
#include <boost/asio/write.hpp>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"

namespace klaim::tools {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr size_t kMaxConnections = 4'096;
constexpr size_t kBufferBytes = 64 << 10;

absl::StatusOr<tcp::endpoint> ParseAddress(const std::string& text) {
  const size_t colon = text.rfind(':');
  uint32_t port = 0;
  boost::system::error_code error;
  const auto host = asio::ip::make_address(text.substr(0, colon == std::string::npos ? 0 : colon), error);
  if (error || !absl::SimpleAtoi(text.substr(colon + 1), &port) || port > 65'535) {
    return absl::InvalidArgumentError(
        absl::StrCat(text, " is not an IP address and a port, as in 10.0.0.5:7443"));
  }
  return tcp::endpoint(host, static_cast<uint16_t>(port));
}

}  // namespace

// Both directions of one client's connection.
class Forwarder::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Forwarder& forwarder, tcp::socket client)
      : forwarder_(forwarder), client_(std::move(client)), server_(client_.get_executor()) {}

  void Start(const tcp::endpoint& target) {
    server_.async_connect(target, [self = shared_from_this()](const boost::system::error_code& error) {
      if (error) return self->End();
      boost::system::error_code ignored;
      self->client_.set_option(tcp::no_delay(true), ignored);
      self->server_.set_option(tcp::no_delay(true), ignored);
      self->Pass(self->client_, self->server_, self->up_);
      self->Pass(self->server_, self->client_, self->down_);
    });
  }

  void Close() {
    boost::system::error_code ignored;
    client_.close(ignored);
    server_.close(ignored);
  }

 private:
  using Buffer = std::array<char, kBufferBytes>;

  void Pass(tcp::socket& from, tcp::socket& to, Buffer& buffer) {
    from.async_read_some(asio::buffer(buffer), [self = shared_from_this(), &from, &to, &buffer](
                                                   const boost::system::error_code& error, size_t size) {
      if (error) return self->End();
      asio::async_write(to, asio::buffer(buffer, size),
                        [self, &from, &to, &buffer](const boost::system::error_code& failed, size_t) {
                          if (failed) return self->End();
                          self->Pass(from, to, buffer);
                        });
    });
  }

  void End() {
    Close();
    if (!ended_) forwarder_.connections_.erase(shared_from_this());
    ended_ = true;
  }

  Forwarder& forwarder_;
  tcp::socket client_;
  tcp::socket server_;
  Buffer up_;
  Buffer down_;
  bool ended_ = false;

  friend class Forwarder;
};

absl::Status Forwarder::Listen(const std::string& address) {
  ASSIGN_OR_RETURN(auto endpoint, ParseAddress(address));
  boost::system::error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return absl::UnavailableError(absl::StrCat("can't listen on ", address, ": ", error.message()));
  Accept();
  return absl::OkStatus();
}

void Forwarder::SetTarget(const std::string& address) {
  if (address == target_text_) return;
  auto target = ParseAddress(address);
  has_target_ = target.ok();
  if (has_target_) target_ = *target;
  target_text_ = address;
  for (const auto& connection : std::exchange(connections_, {})) {
    connection->ended_ = true;
    connection->Close();
  }
}

void Forwarder::Accept() {
  acceptor_.async_accept([this](const boost::system::error_code& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error && has_target_ && connections_.size() < kMaxConnections) {
      auto connection = std::make_shared<Connection>(*this, std::move(socket));
      connections_.insert(connection);
      connection->Start(target_);
    }
    Accept();
  });
}

}  // namespace klaim::tools
