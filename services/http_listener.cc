#include "services/http_listener.h"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <pthread.h>

#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <chrono>
#include <thread>

#include "absl/strings/str_cat.h"

namespace klaim::services {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::asio::ip::tcp;

constexpr auto kTimeout = std::chrono::seconds(10);
constexpr size_t kMaxHeaderBytes = 8 << 10;

// What Prometheus reads: how far the log is and how far the read models are behind.
class Metrics {
 public:
  explicit Metrics(const OpenDocket& docket)
      : docket_(docket),
        events_(prometheus::BuildGauge()
                    .Name("klaim_log_events")
                    .Help("Events in the log")
                    .Register(registry_)
                    .Add({})),
        lag_(prometheus::BuildGauge()
                 .Name("klaim_read_models_lag_events")
                 .Help("Events that the read models have not folded yet")
                 .Register(registry_)
                 .Add({})) {}

  std::string Text() {
    const uint64_t events = docket_.log->next_sequence();
    const uint64_t folded = docket_.projector->next_sequence();
    events_.Set(static_cast<double>(events));
    lag_.Set(static_cast<double>(events > folded ? events - folded : 0));
    return prometheus::TextSerializer().Serialize(registry_.Collect());
  }

 private:
  const OpenDocket& docket_;
  prometheus::Registry registry_;
  prometheus::Gauge& events_;
  prometheus::Gauge& lag_;
};

// One connection; keeps itself until it is closed.
class Session final : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, Metrics& metrics) : stream_(std::move(socket)), metrics_(metrics) {}

  void Read() {
    parser_.emplace();
    parser_->header_limit(kMaxHeaderBytes);
    parser_->body_limit(0);
    stream_.expires_after(kTimeout);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code error, size_t) {
                       if (!error) self->Answer();
                     });
  }

 private:
  void Answer() {
    const auto& request = parser_->get();
    response_ = {};
    response_.version(request.version());
    response_.keep_alive(request.keep_alive());
    response_.set(http::field::content_type, "text/plain; charset=utf-8");
    if (request.method() != http::verb::get) {
      response_.result(http::status::method_not_allowed);
    } else if (request.target() == "/healthz") {
      response_.body() = "ok\n";
    } else if (request.target() == "/metrics") {
      response_.set(http::field::content_type, "text/plain; version=0.0.4");
      response_.body() = metrics_.Text();
    } else {
      response_.result(http::status::not_found);
    }
    response_.prepare_payload();
    http::async_write(stream_, response_, [self = shared_from_this()](beast::error_code error, size_t) {
      if (!error && self->response_.keep_alive()) self->Read();
    });
  }

  beast::tcp_stream stream_;
  Metrics& metrics_;
  beast::flat_buffer buffer_{kMaxHeaderBytes};
  std::optional<http::request_parser<http::empty_body>> parser_;
  http::response<http::string_body> response_;
};

class BeastListener final : public HttpListener {
 public:
  explicit BeastListener(const OpenDocket& docket) : metrics_(docket) {}
  ~BeastListener() override {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

  absl::Status Start(const std::string& address, int port) {
    beast::error_code error;
    const auto ip = boost::asio::ip::make_address(address, error);
    const tcp::endpoint endpoint(ip, static_cast<uint16_t>(port));
    if (!error) acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(boost::asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(64, error);
    if (error)
      return absl::UnavailableError(
          absl::StrCat("can't listen on ", address, ":", port, ": ", error.message()));
    Accept();
    thread_ = std::thread([this] {
      pthread_setname_np(pthread_self(), "http");
      context_.run();
    });
    return absl::OkStatus();
  }

  int port() const override { return acceptor_.local_endpoint().port(); }

 private:
  void Accept() {
    acceptor_.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (!error) std::make_shared<Session>(std::move(socket), metrics_)->Read();
      if (acceptor_.is_open()) Accept();
    });
  }

  Metrics metrics_;
  boost::asio::io_context context_{1};
  tcp::acceptor acceptor_{context_};
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<HttpListener>> StartHttpListener(const OpenDocket& docket,
                                                                const std::string& address, int port) {
  auto listener = std::make_unique<BeastListener>(docket);
  if (absl::Status status = listener->Start(address, port); !status.ok()) return status;
  return listener;
}

}  // namespace klaim::services
