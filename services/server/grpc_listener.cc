#include "services/server/grpc_listener.h"

#include <fcntl.h>
#include <grpcpp/server_posix.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "engine/base/return_if_error.h"
#include "services/common/acceptor.h"
#include "services/identity/certificates.h"
#include "spdlog/spdlog.h"

namespace klaim::services {
namespace {

namespace ssl = boost::asio::ssl;
using boost::asio::ip::tcp;
using boost::system::error_code;
using LocalSocket = boost::asio::local::stream_protocol::socket;

constexpr auto kHandshakeTime = std::chrono::seconds(10);
constexpr auto kLook = std::chrono::seconds(5);
// Without a call since the connection is there; gRPC ends those that had one (kMaxConnectionIdle).
constexpr auto kStrangersFirstCall = std::chrono::seconds(10);
constexpr auto kFirstCall = std::chrono::minutes(1);
constexpr auto kStalled =
    std::chrono::minutes(2);  // a call that was begun, and neither ended nor gone on with
constexpr size_t kBufferBytes = 32 << 10;
constexpr int kThreads = 2;

// Hands connections to gRPC, until it is told that gRPC takes no more.
class Door {
 public:
  Door(grpc::Server& server, Peers& peers) : server_(server), peers_(peers) {}

  Peers& peers() { return peers_; }

  // The other end of a connection that gRPC has now, and the number of gRPC's end; -1 when none could be made.
  int Hand(LocalSocket& ours, const std::shared_ptr<const Peer>& peer) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) return -1;
    error_code error;
    ours.assign(boost::asio::local::stream_protocol(), ends[0], error);
    absl::MutexLock lock(&mutex_);
    if (error || closed_) {
      close(ends[1]);
      if (error) close(ends[0]);
      return -1;
    }
    peers_.NoteDescriptor(ends[1], peer);
    grpc::AddInsecureChannelFromFd(&server_, ends[1]);
    return ends[1];
  }

  void Close() {
    absl::MutexLock lock(&mutex_);
    closed_ = true;
  }

  // Once a minute at the most, so that an attack doesn't fill the journal too.
  void TellOfAttack() {
    const auto now = std::chrono::steady_clock::now();
    absl::MutexLock lock(&mutex_);
    if (now < quiet_until_) return;
    quiet_until_ = now + std::chrono::minutes(1);
    spdlog::warn(
        "connections to gRPC's port are being closed that give calls up, or ask for nothing, faster than "
        "others could bear, or have more calls under way than one may have");
  }

 private:
  grpc::Server& server_;
  Peers& peers_;
  absl::Mutex mutex_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::chrono::steady_clock::time_point quiet_until_ ABSL_GUARDED_BY(mutex_);
};

// One connection: what it brings goes to gRPC, and what gRPC says goes out. Keeps itself until both sides are done;
// everything of it runs on its strand.
class Relay final : public std::enable_shared_from_this<Relay> {
 public:
  Relay(tcp::socket socket, ssl::context& tls, Door& door, const FrameBounds& bounds)
      : address_(AddressOf(socket)),
        client_(std::move(socket), tls),
        ours_(client_.get_executor()),
        timer_(client_.get_executor()),
        door_(door),
        cost_(bounds) {}
  ~Relay() {
    if (peer_ != nullptr) door_.peers().ForgetDescriptor(descriptor_, *peer_);
  }

  void Start(ConnectionLimits& limits) {
    seat_ = limits.Enter(address_, ClosingOn(client_.get_executor(), weak_from_this(), &Relay::Close));
    if (seat_ == nullptr) return;
    timer_.expires_after(kHandshakeTime);
    timer_.async_wait([weak = weak_from_this()](error_code stopped) {
      if (auto self = weak.lock(); !stopped && self != nullptr) self->Close();
    });
    client_.async_handshake(ssl::stream_base::server, [self = shared_from_this()](error_code error) {
      self->timer_.cancel();
      if (!error) self->Begin();
    });
  }

 private:
  void Begin() {
    auto peer = std::make_shared<Peer>();
    peer->address = address_;
    peer->certificate = PeerCertificate(client_.native_handle());
    if (auto certificate = ReadClientCertificate(peer->certificate); certificate.ok()) {
      seat_->BelongsTo(absl::StrCat(certificate->name.name, "@", certificate->name.organisation_id));
    }
    descriptor_ = door_.Hand(ours_, peer);
    if (descriptor_ < 0) return;
    peer_ = std::move(peer);
    Look();
    ReadClient();
    ReadServer();
  }

  // Lets go of who keeps a connection, or a call, without using it.
  void Look() {
    timer_.expires_after(kLook);
    timer_.async_wait([weak = weak_from_this()](error_code stopped) {
      auto self = weak.lock();
      if (stopped || self == nullptr || self->closed_) return;
      const auto now = ConnectionCost::Clock::now();
      const auto first = self->peer_->certificate.empty() ? kStrangersFirstCall : kFirstCall;
      if (!self->cost_.asked && now - self->began_ > first) return self->Close();
      if (self->cost_.HasStalled(now - kStalled)) return self->Close();
      self->Look();
    });
  }

  void ReadClient() {
    client_.async_read_some(
        boost::asio::buffer(from_client_),
        [self = shared_from_this()](error_code error, size_t size) { self->ToServer(error, size); });
  }

  void ToServer(error_code error, size_t size) {
    if (error) {
      // Whether the client is done or gone: gRPC ends what is left of its calls.
      error_code ignored;
      ours_.shutdown(LocalSocket::shutdown_send, ignored);
      if (error != boost::asio::error::eof) Close();
      return;
    }
    seat_->Used();
    if (!counted_client_.Count(absl::string_view(from_client_.data(), size)) ||
        !seat_->Carries(cost_.streams.size(), cost_.bytes))
      return TooDear();
    boost::asio::async_write(ours_, boost::asio::buffer(from_client_.data(), size),
                             [self = shared_from_this()](error_code failed, size_t) {
                               if (failed) return self->Close();
                               self->ReadClient();
                             });
  }

  void ReadServer() {
    ours_.async_read_some(
        boost::asio::buffer(from_server_),
        [self = shared_from_this()](error_code error, size_t size) { self->ToClient(error, size); });
  }

  void ToClient(error_code error, size_t size) {
    if (error) return Goodbye();
    if (!counted_server_.Count(absl::string_view(from_server_.data(), size))) return TooDear();
    (void)seat_->Carries(cost_.streams.size(), cost_.bytes);
    boost::asio::async_write(client_, boost::asio::buffer(from_server_.data(), size),
                             [self = shared_from_this()](error_code failed, size_t) {
                               if (failed) return self->Close();
                               self->ReadServer();
                             });
  }

  void TooDear() {
    door_.TellOfAttack();
    Close();
  }

  // gRPC has said all that it had to say.
  void Goodbye() {
    if (closed_) return;
    timer_.expires_after(kHandshakeTime);
    timer_.async_wait([weak = weak_from_this()](error_code stopped) {
      if (auto self = weak.lock(); !stopped && self != nullptr) self->Close();
    });
    client_.async_shutdown([self = shared_from_this()](error_code) { self->Close(); });
  }

  void Close() {
    if (std::exchange(closed_, true)) return;
    error_code ignored;
    timer_.cancel();
    client_.lowest_layer().close(ignored);
    ours_.close(ignored);
  }

  const std::string address_;
  ssl::stream<tcp::socket> client_;
  LocalSocket ours_;
  boost::asio::steady_timer timer_;
  Door& door_;
  std::unique_ptr<ConnectionLimits::Seat> seat_;
  std::shared_ptr<const Peer> peer_;
  int descriptor_ = -1;
  const ConnectionCost::Clock::time_point began_ = ConnectionCost::Clock::now();
  ConnectionCost cost_;
  FrameCounter counted_client_{FrameCounter::Side::kClient, cost_};
  FrameCounter counted_server_{FrameCounter::Side::kServer, cost_};
  std::array<char, kBufferBytes> from_client_;
  std::array<char, kBufferBytes> from_server_;
  bool closed_ = false;
};

// gRPC's own: the first protocol of the client's that it speaks.
int ChooseProtocol(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                   unsigned int offered_length, void*) {
  static constexpr unsigned char kH2[] = "\x02h2";
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, length, kH2, 3, offered, offered_length) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

class AsioGrpcListener final : public GrpcListener {
 public:
  AsioGrpcListener(grpc::Server& server, Peers& peers, const GrpcListenerOptions& options)
      : options_(options), door_(server, peers), limits_(options.connections) {}
  ~AsioGrpcListener() override {
    context_.stop();
    for (std::thread& thread : threads_) thread.join();
  }

  absl::Status Start() {
    RETURN_IF_ERROR(
        PrepareTls(options_.certificate_authority, options_.certificate, options_.private_key, tls_));
    SSL_CTX_set_alpn_select_cb(tls_.native_handle(), ChooseProtocol, nullptr);
    RETURN_IF_ERROR(acceptor_.Listen(options_.address, options_.port));
    for (int i = 0; i < kThreads; ++i) {
      threads_.emplace_back([this] {
        pthread_setname_np(pthread_self(), "grpc-door");
        context_.run();
      });
    }
    return absl::OkStatus();
  }

  int port() const override { return acceptor_.port(); }

  void Close() override {
    boost::asio::post(context_, [this] { acceptor_.Close(); });
    door_.Close();
  }

 private:
  const GrpcListenerOptions options_;
  Door door_;
  ConnectionLimits limits_;
  ssl::context tls_{ssl::context::tls_server};
  boost::asio::io_context context_{kThreads};
  Acceptor acceptor_{
      context_, [this](tcp::socket socket) {
        std::make_shared<Relay>(std::move(socket), tls_, door_, options_.frames)->Start(limits_);
      }};
  std::vector<std::thread> threads_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcListener>> StartGrpcListener(grpc::Server& server, Peers& peers,
                                                                const GrpcListenerOptions& options) {
  auto listener = std::make_unique<AsioGrpcListener>(server, peers, options);
  RETURN_IF_ERROR(listener->Start());
  return listener;
}

}  // namespace klaim::services
