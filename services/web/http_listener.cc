#include "services/web/http_listener.h"

#include <pthread.h>

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <deque>
#include <optional>
#include <thread>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "services/common/acceptor.h"
#include "services/common/limits.h"
#include "services/web/http2_connection.h"
#include "services/web/web_exchange.h"

namespace klaim::services {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = boost::asio::ssl;
using boost::asio::ip::tcp;

// For the handshake, for the first request's header, and for a stranger's body.
constexpr auto kTimeout = std::chrono::seconds(10);
constexpr auto kBodyTimeout = std::chrono::minutes(2);   // for a body to come in, or a message to be taken
constexpr auto kIdleTimeout = std::chrono::seconds(75);  // of a connection between requests
constexpr int kThreads = 2;

// One connection; keeps itself until it is closed. Everything of it runs on its strand. HTTP/2 goes on in another one.
class Http1Connection final : public WebPeer, public std::enable_shared_from_this<Http1Connection> {
 public:
  Http1Connection(tcp::socket socket, ssl::context& tls, WebSites& sites)
      : address_(AddressOf(socket)), stream_(std::move(socket), tls), sites_(sites) {}
  ~Http1Connection() override {
    if (exchange_ != nullptr) exchange_->Cancel();
  }

  void Start() {
    seat_ = sites_.limits.Enter(address_,
                                ClosingOn(stream_.get_executor(), weak_from_this(), &Http1Connection::Close));
    if (seat_ == nullptr) return;
    Expire(kTimeout);
    stream_.async_handshake(ssl::stream_base::server, [self = shared_from_this()](beast::error_code error) {
      if (!error) self->Begin();
    });
  }

  // From any thread.
  void Answer(WebAnswer answer) override {
    Post(
        [self = shared_from_this(), answer = std::move(answer)]() mutable { self->Send(std::move(answer)); });
  }
  void Begin(WebAnswer header) override {
    Post([self = shared_from_this(), header = std::move(header)] { self->SendHeader(header); });
  }
  void Part(std::string bytes, bool last) override {
    Post([self = shared_from_this(), bytes = std::move(bytes), last]() mutable {
      self->parts_.push_back({std::move(bytes), last});
      self->SendPart();
    });
  }

 private:
  template <class Work>
  void Post(Work work) {
    boost::asio::post(stream_.get_executor(), std::move(work));
  }
  template <class Time>
  void Expire(Time time) {
    beast::get_lowest_layer(stream_).expires_after(time);
  }

  void Begin() {
    visitor_ = std::make_unique<WebVisitor>(sites_, address_, stream_.native_handle(), std::move(seat_));
    const unsigned char* chosen = nullptr;
    unsigned int length = 0;
    SSL_get0_alpn_selected(stream_.native_handle(), &chosen, &length);
    if (absl::string_view(reinterpret_cast<const char*>(chosen), length) != "h2") return Read(kTimeout);
    ServeHttp2(std::move(stream_), sites_, std::move(visitor_));
  }

  void Close() {
    beast::error_code ignored;
    beast::get_lowest_layer(stream_).socket().close(ignored);
  }

  template <class Time>
  void Read(Time time) {
    parser_.emplace();
    parser_->header_limit(kMaxWebHeaderBytes);
    parser_->body_limit(kMaxRequestBytes);
    Expire(time);
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = shared_from_this()](beast::error_code error, size_t) {
                              if (!error) self->ReadBody();
                            });
  }

  // Who isn't known may send little, and take little time for it.
  void ReadBody() {
    visitor_->seat().Used();
    account_ = visitor_->AccountOf(parser_->get());
    version_ = parser_->get().version();
    keep_alive_ = parser_->get().keep_alive();
    const size_t most = account_.empty() ? kMaxStrangersBodyBytes : kMaxRequestBytes;
    if (parser_->content_length().value_or(0) > most) return RefuseBody();
    parser_->body_limit(most);
    if (account_.empty()) {
      Expire(kTimeout);
    } else {
      Expire(kBodyTimeout);
    }
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code error, size_t) {
                       if (error == http::error::body_limit) return self->RefuseBody();
                       if (!error) self->Dispatch();
                     });
  }

  void RefuseBody() {
    keep_alive_ = false;
    Send(WebExchange::BodyTooLong());
  }

  void Dispatch() {
    visitor_->seat().Used();
    Expire(std::chrono::hours(1));  // until the answer is there; gRPC has its own limits
    exchange_ =
        std::make_shared<WebExchange>(sites_, *visitor_, account_, parser_->release(), shared_from_this());
    exchange_->Start();
  }

  template <class Body>
  void SetHead(const WebAnswer& answer, http::response<Body>& response) const {
    response.version(version_);
    response.keep_alive(keep_alive_);
    response.result(answer.status);
    for (const auto& [name, value] : answer.headers) response.set(name, value);
  }

  void Send(WebAnswer answer) {
    exchange_.reset();
    response_ = {};
    SetHead(answer, response_);
    response_.body() = std::move(answer.body);
    response_.prepare_payload();
    if (answer.without_body) response_.body().clear();
    Expire(kBodyTimeout);
    http::async_write(stream_, response_, [self = shared_from_this()](beast::error_code error, size_t) {
      if (!error) self->GoOn();
    });
  }

  void GoOn() {
    visitor_->seat().Used();
    if (keep_alive_) return Read(kIdleTimeout);
    Expire(kTimeout);
    stream_.async_shutdown([self = shared_from_this()](beast::error_code) {});
  }

  void SendHeader(const WebAnswer& header) {
    header_ = {};
    SetHead(header, header_);
    header_.chunked(true);
    serializer_.emplace(header_);
    sending_ = true;
    Expire(kBodyTimeout);
    http::async_write_header(stream_, *serializer_,
                             [self = shared_from_this()](beast::error_code error, size_t) {
                               self->sending_ = false;
                               if (error) return self->Drop();
                               self->SendPart();
                             });
  }

  void SendPart() {
    if (sending_ || parts_.empty()) return;
    sending_ = true;
    sent_ = std::move(parts_.front());
    parts_.pop_front();
    Expire(kBodyTimeout);
    const auto done = [self = shared_from_this()](beast::error_code error, size_t) {
      self->sending_ = false;
      if (error) return self->Drop();
      self->Sent();
    };
    if (sent_.last) {
      sent_.bytes = absl::StrCat(absl::Hex(sent_.bytes.size()), "\r\n", sent_.bytes, "\r\n0\r\n\r\n");
      boost::asio::async_write(stream_, boost::asio::buffer(sent_.bytes), done);
    } else {
      boost::asio::async_write(stream_, http::make_chunk(boost::asio::buffer(sent_.bytes)), done);
    }
  }

  void Sent() {
    visitor_->seat().Used();
    if (sent_.last) {
      exchange_.reset();
      return GoOn();
    }
    Expire(std::chrono::hours(1));
    if (exchange_ != nullptr) exchange_->Next();
    SendPart();
  }

  // The peer is gone.
  void Drop() {
    if (exchange_ != nullptr) exchange_->Cancel();
    exchange_.reset();
  }

  struct StreamPart {
    std::string bytes;
    bool last = false;
  };

  const std::string address_;
  WebStream stream_;
  WebSites& sites_;
  std::unique_ptr<ConnectionLimits::Seat> seat_;  // until the handshake is over
  std::unique_ptr<WebVisitor> visitor_;           // from then on
  beast::flat_buffer buffer_{kMaxRequestBytes};
  std::optional<http::request_parser<http::string_body>> parser_;
  // Of the request.
  std::string account_;  // whose the request is
  unsigned version_ = 11;
  bool keep_alive_ = false;
  std::shared_ptr<WebExchange> exchange_;
  http::response<http::string_body> response_;
  // Of an answer in parts.
  http::response<http::empty_body> header_;
  std::optional<http::response_serializer<http::empty_body>> serializer_;
  std::deque<StreamPart> parts_;
  StreamPart sent_;
  bool sending_ = false;
};

// What this daemon speaks over TLS: the first that the client speaks too.
int ChooseProtocol(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                   unsigned int offered_length, void*) {
  static constexpr unsigned char kOurs[] = "\x02h2\x08http/1.1";
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, length, kOurs, sizeof(kOurs) - 1, offered, offered_length) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_NOACK;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

class BeastListener final : public HttpListener {
 public:
  BeastListener(CallPipeline& calls, const CheckpointPublisher& checkpoints, ConsoleFiles console,
                std::shared_ptr<grpc::Channel> channel, std::vector<std::string> hosts)
      : sites_(calls, checkpoints, std::move(console), std::move(channel), std::move(hosts)) {}
  ~BeastListener() override {
    sites_.gateway.Stop();
    context_.stop();
    for (std::thread& thread : threads_) thread.join();
  }

  absl::Status Start(const HttpOptions& options) {
    RETURN_IF_ERROR(
        PrepareTls(options.certificate_authority, options.certificate, options.private_key, tls_));
    SSL_CTX_set_alpn_select_cb(tls_.native_handle(), ChooseProtocol, nullptr);
    RETURN_IF_ERROR(acceptor_.Listen(options.address, options.port));
    for (int i = 0; i < kThreads; ++i) {
      threads_.emplace_back([this] {
        pthread_setname_np(pthread_self(), "http");
        context_.run();
      });
    }
    return absl::OkStatus();
  }

  int port() const override { return acceptor_.port(); }

 private:
  WebSites sites_;
  ssl::context tls_{ssl::context::tls_server};
  boost::asio::io_context context_{kThreads};
  Acceptor acceptor_{context_, [this](tcp::socket socket) {
                       std::make_shared<Http1Connection>(std::move(socket), tls_, sites_)->Start();
                     }};
  std::vector<std::thread> threads_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<HttpListener>> StartHttpListener(CallPipeline& calls,
                                                                const CheckpointPublisher& checkpoints,
                                                                std::shared_ptr<grpc::Channel> channel,
                                                                const HttpOptions& options) {
  ASSIGN_OR_RETURN(auto console, ConsoleFiles::Read(options.console));
  auto listener = std::make_unique<BeastListener>(calls, checkpoints, std::move(console), std::move(channel),
                                                  options.hosts);
  RETURN_IF_ERROR(listener->Start(options));
  return listener;
}

}  // namespace klaim::services
