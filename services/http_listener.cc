#include "services/http_listener.h"

#include <openssl/pem.h>
#include <pthread.h>

#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <optional>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/connect_gateway.h"
#include "services/console_files.h"
#include "services/limits.h"
#include "services/log_site.h"

namespace klaim::services {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = boost::asio::ssl;
using boost::asio::ip::tcp;

constexpr auto kTimeout = std::chrono::seconds(10);
constexpr auto kBodyTimeout = std::chrono::minutes(2);   // for a body to come in, or a message to be taken
constexpr auto kIdleTimeout = std::chrono::seconds(75);  // of a connection between requests
constexpr size_t kMaxHeaderBytes = 8 << 10;
constexpr size_t kMaxUnknownBodyBytes = 64 << 10;  // from whom we don't know
constexpr int kMaxConnections = 256;
constexpr int kThreads = 2;
constexpr char kCookie[] = "__Host-klaim";

// What the listener shows.
struct Sites {
  Calls& calls;
  LogSite log;
  ConsoleFiles console;
  ConnectGateway gateway;
};

using Request = http::request<http::string_body>;

std::string Field(const Request& request, absl::string_view name) {
  const auto value = request[std::string(name)];
  return std::string(value.data(), value.size());
}

// The session of a cookie, or of "Authorization: Bearer".
struct Credential {
  std::string token;
  bool by_cookie = false;
};

Credential CredentialOf(const Request& request) {
  const std::string authorization = Field(request, "Authorization");
  absl::string_view token = authorization;
  if (absl::ConsumePrefix(&token, "Bearer ")) return {std::string(token), false};
  for (absl::string_view pair : absl::StrSplit(Field(request, "Cookie"), "; ")) {
    if (absl::ConsumePrefix(&pair, absl::StrCat(kCookie, "="))) return {std::string(pair), true};
  }
  return {};
}

// A page of another origin can make a browser send our cookie, but can't make it say that it comes from here.
bool FromElsewhere(const Request& request) {
  const std::string origin = Field(request, "Origin");
  return !origin.empty() && origin != "https://" + Field(request, "Host");
}

std::string CookieOf(const std::string& token) {
  return absl::StrCat(kCookie, "=", token, "; Path=/; Secure; HttpOnly; SameSite=Strict",
                      token.empty() ? "; Max-Age=0" : "");
}

ConnectRequest ConnectRequestOf(const Request& request, const std::string& token) {
  ConnectRequest call;
  call.content_type = Field(request, "Content-Type");
  call.content_encoding = Field(request, "Content-Encoding");
  call.message_encoding = Field(request, "Connect-Content-Encoding");
  call.accept_encoding = absl::StartsWith(call.content_type, "application/connect+")
                             ? Field(request, "Connect-Accept-Encoding")
                             : Field(request, "Accept-Encoding");
  call.token = token;
  for (const char* name : {"klaim-purpose", "klaim-as-of"}) {
    if (const std::string value = Field(request, name); !value.empty()) call.metadata[name] = value;
  }
  if (!absl::SimpleAtoi(Field(request, "Connect-Timeout-Ms"), &call.timeout_millis)) call.timeout_millis = 0;
  call.body = request.body();
  return call;
}

// One connection; keeps itself until it is closed. Everything of it runs on its strand.
class Connection final : public ConnectPeer, public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, ssl::context& tls, Sites& sites, std::atomic<int>& connections)
      : stream_(std::move(socket), tls), sites_(sites), connections_(connections) {
    connections_.fetch_add(1);
  }
  ~Connection() override {
    if (call_ != nullptr) call_->Cancel();
    connections_.fetch_sub(1);
  }

  void Start() {
    Expire(kTimeout);
    stream_.async_handshake(ssl::stream_base::server, [self = shared_from_this()](beast::error_code error) {
      if (error) return;
      self->certificate_ = self->PeerCertificate();
      self->Read();
    });
  }

  // From any thread.
  void Answer(ConnectResponse response) override {
    Post([self = shared_from_this(), response = std::move(response)]() mutable {
      self->SendAnswer(std::move(response));
    });
  }
  void Begin(ConnectResponse header) override {
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

  std::string PeerCertificate() {
    X509* certificate = SSL_get1_peer_certificate(stream_.native_handle());
    if (certificate == nullptr) return "";
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, certificate);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string pem(data, static_cast<size_t>(size));
    BIO_free_all(bio);
    X509_free(certificate);
    return pem;
  }

  void Read() {
    parser_.emplace();
    parser_->header_limit(kMaxHeaderBytes);
    parser_->body_limit(kMaxRequestBytes);
    Expire(kIdleTimeout);
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = shared_from_this()](beast::error_code error, size_t) {
                              if (!error) self->ReadBody();
                            });
  }

  // Who isn't known may send little.
  void ReadBody() {
    const size_t most = Known() ? kMaxRequestBytes : kMaxUnknownBodyBytes;
    if (parser_->content_length().value_or(0) > most) {
      parser_->get().keep_alive(false);
      return Send(Refusal(413, "the body is too long, or too long for who hasn't signed in"));
    }
    parser_->body_limit(most);
    Expire(kBodyTimeout);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code error, size_t) {
                       if (!error) self->Dispatch();
                     });
  }

  bool Known() const {
    const std::string token = CredentialOf(parser_->get()).token;
    return !token.empty() && sites_.calls.authenticator().OfSession(token).ok();
  }

  void Dispatch() {
    const Request& request = parser_->get();
    const absl::string_view target(request.target().data(), request.target().size());
    if (request.method() == http::verb::post) return Call(request, target);
    if (request.method() != http::verb::get) return Send(Refusal(405, "only GET and POST"));
    if (const ConsoleFile* file = sites_.console.Find(target); file != nullptr)
      return SendFile(request, *file);
    Send(sites_.log.Show(target, certificate_, CredentialOf(request).token));
  }

  void Call(const Request& request, absl::string_view target) {
    const google::protobuf::MethodDescriptor* method = ConnectGateway::Find(target);
    if (method == nullptr) return Send(Refusal(404, "there is no such method"));
    if (FromElsewhere(request)) {
      return SendAnswer(ConnectGateway::Error(
          grpc::Status(grpc::PERMISSION_DENIED, "a page of another site may not call in your name")));
    }
    const Credential credential = CredentialOf(request);
    by_cookie_ = credential.by_cookie;
    Expire(std::chrono::hours(1));  // until the answer is there; gRPC has its own limits
    // A browser says where a page comes from, and a page must never see its own token.
    call_ = sites_.gateway.Start(*method, ConnectRequestOf(request, credential.token),
                                 !Field(request, "Origin").empty(), shared_from_this());
  }

  template <class Body>
  void SetHeaders(http::response<Body>& response) {
    response.version(parser_->get().version());
    response.keep_alive(parser_->get().keep_alive());
    response.set("X-Content-Type-Options", "nosniff");
    response.set("Referrer-Policy", "no-referrer");
    response.set("Cross-Origin-Resource-Policy", "same-origin");
    response.set("Strict-Transport-Security", "max-age=31536000");
  }

  void Send(WebPage page) {
    response_ = {};
    SetHeaders(response_);
    response_.result(static_cast<unsigned>(page.status));
    response_.set(http::field::content_type, page.content_type);
    response_.set(http::field::cache_control,
                  page.immutable ? "private, max-age=31536000, immutable" : "no-store");
    response_.body() = std::move(page.body);
    Write();
  }

  void SendFile(const Request& request, const ConsoleFile& file) {
    response_ = {};
    SetHeaders(response_);
    response_.set(http::field::content_type, file.content_type);
    response_.set(http::field::cache_control,
                  file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
    response_.set(http::field::etag, file.etag);
    response_.set(http::field::vary, "Accept-Encoding");
    response_.set("Content-Security-Policy", ConsoleFiles::Policy());
    response_.set("Cross-Origin-Opener-Policy", "same-origin");
    response_.set("Permissions-Policy", "camera=(self), geolocation=(), microphone=()");
    if (Field(request, "If-None-Match") == file.etag) {
      response_.result(http::status::not_modified);
      return Write();
    }
    const std::string accepts = Field(request, "Accept-Encoding");
    if (!file.brotli.empty() && absl::StrContains(accepts, "br")) {
      response_.set(http::field::content_encoding, "br");
      response_.body() = file.brotli;
    } else if (!file.gzip.empty() && absl::StrContains(accepts, "gzip")) {
      response_.set(http::field::content_encoding, "gzip");
      response_.body() = file.gzip;
    } else {
      response_.body() = file.bytes;
    }
    Write();
  }

  void SendAnswer(ConnectResponse answer) {
    call_.reset();
    response_ = {};
    SetHeaders(response_);
    response_.result(static_cast<unsigned>(answer.http_status));
    response_.set(http::field::content_type, answer.content_type);
    response_.set(http::field::cache_control, "no-store");
    if (!answer.content_encoding.empty())
      response_.set(http::field::content_encoding, answer.content_encoding);
    const bool ended = answer.http_status == 401 && by_cookie_;  // the cookie is worth nothing any more
    if (answer.sets_session || ended) response_.set(http::field::set_cookie, CookieOf(answer.session_token));
    response_.body() = std::move(answer.body);
    Write();
  }

  void Write() {
    response_.prepare_payload();
    Expire(kBodyTimeout);
    http::async_write(stream_, response_, [self = shared_from_this()](beast::error_code error, size_t) {
      if (!error) self->GoOn(self->response_.keep_alive());
    });
  }

  void GoOn(bool keep_alive) {
    if (keep_alive) return Read();
    stream_.async_shutdown([self = shared_from_this()](beast::error_code) {});
  }

  void SendHeader(const ConnectResponse& header) {
    header_ = {};
    SetHeaders(header_);
    header_.set(http::field::content_type, header.content_type);
    header_.set(http::field::cache_control, "no-store");
    if (!header.content_encoding.empty()) header_.set("Connect-Content-Encoding", header.content_encoding);
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
    if (sent_.last) {
      call_.reset();
      return GoOn(parser_->get().keep_alive());
    }
    Expire(std::chrono::hours(1));
    if (call_ != nullptr) call_->Next();
    SendPart();
  }

  // The peer is gone.
  void Drop() {
    if (call_ != nullptr) call_->Cancel();
    call_.reset();
  }

  struct StreamPart {
    std::string bytes;
    bool last = false;
  };

  beast::ssl_stream<beast::tcp_stream> stream_;
  Sites& sites_;
  std::atomic<int>& connections_;
  std::string certificate_;
  beast::flat_buffer buffer_{kMaxRequestBytes};
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
  bool by_cookie_ = false;
  std::shared_ptr<ConnectCall> call_;
  // Of a stream.
  http::response<http::empty_body> header_;
  std::optional<http::response_serializer<http::empty_body>> serializer_;
  std::deque<StreamPart> parts_;
  StreamPart sent_;
  bool sending_ = false;
};

class BeastListener final : public HttpListener {
 public:
  BeastListener(Calls& calls, const CheckpointPublisher& checkpoints, ConsoleFiles console,
                std::shared_ptr<grpc::Channel> channel)
      : sites_{calls, LogSite(calls, checkpoints), std::move(console), ConnectGateway(std::move(channel))} {}
  ~BeastListener() override {
    sites_.gateway.Stop();
    context_.stop();
    for (std::thread& thread : threads_) thread.join();
  }

  absl::Status Start(const HttpOptions& options) {
    const auto buffer = [](const std::string& text) { return boost::asio::buffer(text); };
    beast::error_code error;
    tls_.set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
    if (!error) tls_.use_certificate_chain(buffer(options.certificate), error);
    if (!error) tls_.use_private_key(buffer(options.private_key), ssl::context::pem, error);
    if (!error) tls_.add_certificate_authority(buffer(options.certificate_authority), error);
    // Who shows a certificate must show a good one; who shows none sees what is for everyone.
    if (!error) tls_.set_verify_mode(ssl::verify_peer, error);
    SSL_CTX_set_session_id_context(tls_.native_handle(), reinterpret_cast<const unsigned char*>("klaim"), 5);
    const auto ip = boost::asio::ip::make_address(options.address, error);
    const tcp::endpoint endpoint(ip, static_cast<uint16_t>(options.port));
    if (!error) acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(boost::asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(64, error);
    if (error)
      return absl::UnavailableError(
          absl::StrCat("can't listen on ", options.address, ":", options.port, ": ", error.message()));
    Accept();
    for (int i = 0; i < kThreads; ++i) {
      threads_.emplace_back([this] {
        pthread_setname_np(pthread_self(), "http");
        context_.run();
      });
    }
    return absl::OkStatus();
  }

  int port() const override { return acceptor_.local_endpoint().port(); }

 private:
  void Accept() {
    acceptor_.async_accept(
        boost::asio::make_strand(context_), [this](beast::error_code error, tcp::socket socket) {
          if (!error && connections_ < kMaxConnections) {
            // An answer goes out at once, also when it is the end of a longer one.
            socket.set_option(tcp::no_delay(true), error);
            std::make_shared<Connection>(std::move(socket), tls_, sites_, connections_)->Start();
          }
          if (acceptor_.is_open()) Accept();
        });
  }

  Sites sites_;
  std::atomic<int> connections_ = 0;
  ssl::context tls_{ssl::context::tls_server};
  boost::asio::io_context context_{kThreads};
  tcp::acceptor acceptor_{context_};
  std::vector<std::thread> threads_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<HttpListener>> StartHttpListener(Calls& calls,
                                                                const CheckpointPublisher& checkpoints,
                                                                std::shared_ptr<grpc::Channel> channel,
                                                                const HttpOptions& options) {
  auto console = ConsoleFiles::Read(options.console);
  if (!console.ok()) return console.status();
  auto listener =
      std::make_unique<BeastListener>(calls, checkpoints, *std::move(console), std::move(channel));
  if (absl::Status status = listener->Start(options); !status.ok()) return status;
  return listener;
}

}  // namespace klaim::services
