#include "services/web/status_listener.h"

#include <pthread.h>

#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <chrono>
#include <thread>

#include "engine/base/return_if_error.h"
#include "services/common/acceptor.h"
#include "services/common/connection_limits.h"
#include "services/web/transparency_log_pages.h"

namespace klaim::services {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::asio::ip::tcp;

constexpr auto kStatusTimeout = std::chrono::seconds(10);
constexpr uint32_t kMaxHeaderBytes = 8 << 10;
constexpr ConnectionBounds kBounds{32, 32, 16};

// One connection, one answer.
class Asking final : public std::enable_shared_from_this<Asking> {
 public:
  Asking(tcp::socket socket, TransparencyLogPages& site)
      : address_(AddressOf(socket)), stream_(std::move(socket)), site_(site) {}

  void Start(ConnectionLimits& limits) {
    seat_ = limits.Enter(address_, ClosingOn(stream_.get_executor(), weak_from_this(), &Asking::Close));
    if (seat_ == nullptr) return;
    parser_.header_limit(kMaxHeaderBytes);
    stream_.expires_after(kStatusTimeout);
    http::async_read_header(stream_, buffer_, parser_,
                            [self = shared_from_this()](beast::error_code error, size_t) {
                              if (!error) self->Answer();
                            });
  }

 private:
  void Close() { stream_.close(); }

  void Answer() {
    const auto& request = parser_.get();
    const absl::string_view target(request.target().data(), request.target().size());
    const bool told = target == "/healthz" || target == "/metrics";
    WebPage page =
        told ? site_.Show(target, "", "", false) : Refusal(404, "only /healthz and /metrics are here");
    if (request.method() != http::verb::get && request.method() != http::verb::head)
      page = Refusal(405, "only GET and HEAD");
    response_.result(static_cast<unsigned>(page.status));
    response_.version(request.version());
    response_.keep_alive(false);
    response_.set(http::field::content_type, page.content_type);
    response_.set(http::field::cache_control, "no-store");
    response_.body() = std::move(page.body);
    response_.prepare_payload();
    if (request.method() == http::verb::head) response_.body().clear();
    http::async_write(stream_, response_, [self = shared_from_this()](beast::error_code, size_t) {
      beast::error_code ignored;
      self->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    });
  }

  const std::string address_;
  beast::tcp_stream stream_;
  TransparencyLogPages& site_;
  std::unique_ptr<ConnectionLimits::Seat> seat_;
  beast::flat_buffer buffer_{kMaxHeaderBytes};
  http::request_parser<http::empty_body> parser_;
  http::response<http::string_body> response_;
};

class BeastStatusListener final : public StatusListener {
 public:
  BeastStatusListener(CallPipeline& calls, const CheckpointPublisher& checkpoints)
      : site_(calls, checkpoints) {}
  ~BeastStatusListener() override {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

  absl::Status Start(const std::string& address, int port) {
    RETURN_IF_ERROR(acceptor_.Listen(address, port));
    thread_ = std::thread([this] {
      pthread_setname_np(pthread_self(), "status");
      context_.run();
    });
    return absl::OkStatus();
  }

  int port() const override { return acceptor_.port(); }

 private:
  TransparencyLogPages site_;
  ConnectionLimits limits_{kBounds};
  boost::asio::io_context context_{1};
  Acceptor acceptor_{context_, [this](tcp::socket socket) {
                       std::make_shared<Asking>(std::move(socket), site_)->Start(limits_);
                     }};
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<StatusListener>> StartStatusListener(CallPipeline& calls,
                                                                    const CheckpointPublisher& checkpoints,
                                                                    const std::string& address, int port) {
  auto listener = std::make_unique<BeastStatusListener>(calls, checkpoints);
  RETURN_IF_ERROR(listener->Start(address, port));
  return listener;
}

}  // namespace klaim::services
