#include "services/http_listener.h"

#include <openssl/pem.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
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
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/merkle/tiles.h"
#include "engine/record/encoded_record.h"

namespace klaim::services {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = boost::asio::ssl;
using boost::asio::ip::tcp;

constexpr auto kTimeout = std::chrono::seconds(10);
constexpr size_t kMaxHeaderBytes = 8 << 10;
constexpr int kMaxConnections = 256;
constexpr char kText[] = "text/plain; charset=utf-8";
constexpr char kBytes[] = "application/octet-stream";

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

// An answer's status, media type and body, and whether it may be kept for ever.
struct Page {
  http::status status = http::status::ok;
  std::string content_type = kText;
  std::string body;
  bool immutable = false;
};

Page Refusal(http::status status, std::string why) { return {status, kText, std::move(why) + "\n", false}; }

// What the listener shows.
class Site {
 public:
  Site(Calls& calls, const CheckpointPublisher& checkpoints)
      : calls_(calls), checkpoints_(checkpoints), metrics_(calls.docket()) {}

  // `certificate` is the client's, PEM, and `token` its session's; both may be empty.
  Page Show(absl::string_view target, const std::string& certificate, const std::string& token) {
    if (target == "/healthz") return {http::status::ok, kText, "ok\n", false};
    if (target == "/metrics") return {http::status::ok, "text/plain; version=0.0.4", metrics_.Text(), false};
    if (target == "/vkey") return {http::status::ok, kText, checkpoints_.key().Text() + "\n", false};
    const std::shared_ptr<const Published> published = checkpoints_.current();
    if (target == "/checkpoint") {
      if (published->size == 0) return Refusal(http::status::service_unavailable, "no checkpoint is out yet");
      return {http::status::ok, kText, published->note, false};
    }
    absl::string_view rest = target;
    if (absl::ConsumePrefix(&rest, "/large/")) {
      if (Page refused = RequireAuditor(certificate, token); refused.status != http::status::ok)
        return refused;
      return LargeRecord(rest, published->size);
    }
    if (!absl::StartsWith(target, "/tile/")) return Refusal(http::status::not_found, "there is no such page");
    const std::optional<merkle::Tile> tile = merkle::Tile::Parse(target.substr(1));
    const uint32_t width =
        tile.has_value() ? merkle::WidthInTree(tile->level, tile->index, published->size) : 0;
    if (width < (tile.has_value() ? tile->width : 1)) {
      return Refusal(http::status::not_found, "there is no such tile in the checkpoint that is out");
    }
    if (tile->level.has_value()) return Hashes(*tile);
    if (Page refused = RequireAuditor(certificate, token); refused.status != http::status::ok) return refused;
    return Entries(*tile);
  }

 private:
  Page RequireAuditor(const std::string& certificate, const std::string& token) {
    auto principal = token.empty() ? calls_.authenticator().OfCertificate(certificate)
                                   : calls_.authenticator().OfSession(token);
    if (!principal.ok()) {
      return Refusal(http::status::unauthorized, "entries are for auditors: show a certificate, or sign in");
    }
    if (!principal->May(v1::PERMISSION_AUDIT) || !principal->national()) {
      return Refusal(http::status::forbidden, "entries are for auditors");
    }
    return {};
  }

  Page Hashes(const merkle::Tile& tile) {
    auto hashes = calls_.docket().log->Hashes(*tile.level, tile.index * merkle::kTileWidth, tile.width);
    if (!hashes.ok()) return Refusal(http::status::internal_server_error, "the tile can't be read");
    Page page{http::status::ok, kBytes, "", true};
    for (const merkle::Hash& hash : *hashes) absl::StrAppend(&page.body, merkle::AsBytes(hash));
    return page;
  }

  Page Entries(const merkle::Tile& tile) {
    const uint64_t first = tile.index * merkle::kTileWidth;
    Page page{http::status::ok, kBytes, "", true};
    std::string kept;
    absl::Status read = calls_.docket().log->Read(first, [&](uint64_t sequence, absl::string_view bytes) {
      if (sequence >= first + tile.width) return false;
      merkle::AppendEntry(record::LogEntry(sequence, bytes, kept), page.body);
      return true;
    });
    return read.ok() ? page : Refusal(http::status::internal_server_error, "the entries can't be read");
  }

  Page LargeRecord(absl::string_view text, uint64_t size) {
    uint64_t wanted = 0;
    Page page = Refusal(http::status::not_found, "there is no such record");
    if (!merkle::ParseSize(text, wanted) || wanted >= size) return page;
    absl::Status read = calls_.docket().log->Read(wanted, [&](uint64_t, absl::string_view bytes) {
      if (bytes.size() > merkle::kMaxEntryBytes) page = {http::status::ok, kBytes, std::string(bytes), true};
      return false;
    });
    return read.ok() ? page : Refusal(http::status::internal_server_error, "the record can't be read");
  }

  Calls& calls_;
  const CheckpointPublisher& checkpoints_;
  Metrics metrics_;
};

// One connection; keeps itself until it is closed.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, ssl::context& tls, Site& site, std::atomic<int>& connections)
      : stream_(std::move(socket), tls), site_(site), connections_(connections) {
    connections_.fetch_add(1);
  }
  ~Connection() { connections_.fetch_sub(1); }

  void Start() {
    beast::get_lowest_layer(stream_).expires_after(kTimeout);
    stream_.async_handshake(ssl::stream_base::server, [self = shared_from_this()](beast::error_code error) {
      if (error) return;
      self->certificate_ = self->PeerCertificate();
      self->Read();
    });
  }

 private:
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
    parser_->body_limit(0);
    beast::get_lowest_layer(stream_).expires_after(kTimeout);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code error, size_t) {
                       if (!error) self->Answer();
                     });
  }

  void Answer() {
    const auto& request = parser_->get();
    const auto authorization = request[http::field::authorization];
    absl::string_view token(authorization.data(), authorization.size());
    if (!absl::ConsumePrefix(&token, "Bearer ")) token = "";
    Page page = request.method() == http::verb::get
                    ? site_.Show(absl::string_view(request.target().data(), request.target().size()),
                                 certificate_, std::string(token))
                    : Refusal(http::status::method_not_allowed, "only GET");
    response_ = {};
    response_.version(request.version());
    response_.keep_alive(request.keep_alive());
    response_.result(page.status);
    response_.set(http::field::content_type, page.content_type);
    response_.set("X-Content-Type-Options", "nosniff");
    response_.set(http::field::cache_control,
                  page.immutable ? "private, max-age=31536000, immutable" : "no-store");
    response_.body() = std::move(page.body);
    response_.prepare_payload();
    beast::get_lowest_layer(stream_).expires_after(kTimeout);
    http::async_write(stream_, response_, [self = shared_from_this()](beast::error_code error, size_t) {
      if (!error && self->response_.keep_alive()) return self->Read();
      if (!error) self->stream_.async_shutdown([self](beast::error_code) {});
    });
  }

  beast::ssl_stream<beast::tcp_stream> stream_;
  Site& site_;
  std::atomic<int>& connections_;
  std::string certificate_;
  beast::flat_buffer buffer_{kMaxHeaderBytes};
  std::optional<http::request_parser<http::empty_body>> parser_;
  http::response<http::string_body> response_;
};

class BeastListener final : public HttpListener {
 public:
  BeastListener(Calls& calls, const CheckpointPublisher& checkpoints) : site_(calls, checkpoints) {}
  ~BeastListener() override {
    context_.stop();
    if (thread_.joinable()) thread_.join();
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
      if (!error && connections_ < kMaxConnections) {
        std::make_shared<Connection>(std::move(socket), tls_, site_, connections_)->Start();
      }
      if (acceptor_.is_open()) Accept();
    });
  }

  Site site_;
  std::atomic<int> connections_ = 0;
  ssl::context tls_{ssl::context::tls_server};
  boost::asio::io_context context_{1};
  tcp::acceptor acceptor_{context_};
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<HttpListener>> StartHttpListener(Calls& calls,
                                                                const CheckpointPublisher& checkpoints,
                                                                const HttpOptions& options) {
  auto listener = std::make_unique<BeastListener>(calls, checkpoints);
  if (absl::Status status = listener->Start(options); !status.ok()) return status;
  return listener;
}

}  // namespace klaim::services
