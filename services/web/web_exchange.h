// One HTTP request and its answer, whichever version of HTTP carries them; http_listener.h tells what there is to ask for.
#pragma once

#include <boost/beast/http.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "openssl/ssl.h"
#include "services/common/connection_limits.h"
#include "services/web/connect_gateway.h"
#include "services/web/console_files.h"
#include "services/web/transparency_log_pages.h"

namespace klaim::services {

class CallPipeline;

inline constexpr size_t kMaxWebHeaderBytes = 8 << 10;  // of one request
inline constexpr size_t kMaxStrangersBodyBytes =
    64 << 10;  // from whom isn't known, also once it is uncompressed

using WebRequest = boost::beast::http::request<boost::beast::http::string_body>;

// A header of a request; empty where there is none.
std::string FieldOf(const WebRequest& request, absl::string_view name);

struct WebAnswer {
  unsigned status = 200;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  bool without_body = false;  // the header alone was asked for: it tells how long the rest would be
};

// What carries an answer. From any thread.
class WebPeer {
 public:
  virtual ~WebPeer() = default;
  // The answer, whole.
  virtual void Answer(WebAnswer answer) = 0;
  // An answer begins whose body comes in parts; each after WebExchange::Next().
  virtual void Begin(WebAnswer header) = 0;
  virtual void Part(std::string bytes, bool last) = 0;
};

// What the listener shows.
struct WebSites {
  // All must live longer; `channel` leads to the server in this process.
  WebSites(CallPipeline& pipeline, const CheckpointPublisher& checkpoints, ConsoleFiles files,
           std::shared_ptr<grpc::Channel> channel, std::vector<std::string> names);
  CallPipeline& calls;
  TransparencyLogPages log;
  ConsoleFiles console;
  ConnectGateway gateway;
  std::vector<std::string> hosts;  // names of this daemon, beside those that its certificate has
  ConnectionLimits limits{ConnectionBounds()};
};

// Whose connection it is. Belongs to the connection's strand.
class WebVisitor {
 public:
  // Once TLS has said who is there.
  WebVisitor(WebSites& sites, std::string address, SSL* tls, std::unique_ptr<ConnectionLimits::Seat> seat);
  ~WebVisitor();
  WebVisitor(const WebVisitor&) = delete;
  WebVisitor& operator=(const WebVisitor&) = delete;

  // Whose a request is, by its header alone, and the connection then; empty where that is no account.
  std::string AccountOf(const WebRequest& request);
  // Whether a request is for this daemon: a page that reached it under a name of its own must learn nothing.
  bool IsAsked(const WebRequest& request) const;

  const std::string& address() const { return address_; }
  const std::string& certificate() const { return certificate_; }
  // What calls within the process show for this connection (peers.h).
  const std::string& shown() const { return shown_; }
  ConnectionLimits::Seat& seat() { return *seat_; }

 private:
  WebSites& sites_;
  const std::unique_ptr<ConnectionLimits::Seat> seat_;
  const std::string address_;
  const std::string certificate_;
  X509* const own_;  // the daemon's certificate
  const std::string shown_;
};

// A request under way. Start(), Next() and Cancel() from the connection's strand.
class WebExchange final : public ConnectPeer, public std::enable_shared_from_this<WebExchange> {
 public:
  // `account` as WebVisitor::AccountOf() says. `peer` is let go of when the answer is over.
  WebExchange(WebSites& sites, const WebVisitor& visitor, std::string account, WebRequest request,
              std::shared_ptr<WebPeer> peer);

  void Start();
  // The part before was taken.
  void Next();
  // Nobody waits for the answer any more.
  void Cancel();

  // The answer to a body that is longer than it may be.
  static WebAnswer BodyTooLong();

  // Of the gateway, from any thread.
  void Answer(ConnectResponse response) override;
  void Begin(ConnectResponse header) override;
  void Part(std::string bytes, bool last) override;

 private:
  void Call(const google::protobuf::MethodDescriptor& method);
  void CallByGet(const google::protobuf::MethodDescriptor& method, absl::string_view query);
  void BeginCall(const google::protobuf::MethodDescriptor& method, absl::StatusOr<ConnectRequest> call);
  void SendFile(const ConsoleFile& file);
  void SendPage(WebPage page);
  void Send(WebAnswer answer);
  std::shared_ptr<WebPeer> TakePeer();

  WebSites& sites_;
  const std::string certificate_;
  const std::string shown_;
  const bool ours_;
  const std::string account_;
  const std::string address_;
  const WebRequest request_;
  bool by_cookie_ = false;
  absl::Mutex mutex_;
  std::shared_ptr<WebPeer> peer_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<ConnectCall> call_ ABSL_GUARDED_BY(mutex_);
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace klaim::services
