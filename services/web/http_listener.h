// The HTTP listener, over TLS:
//   /                   the console, the page for people, and its files
//   POST /klaim.v1.SERVICE/METHOD   any method, by the Connect protocol (connect_gateway.h). Who calls is told by the session's
//                       cookie, which a sign-in sets, by "Authorization: Bearer TOKEN", or by the client's certificate. A call
//                       by the cookie must say that it comes from here (Origin, or Sec-Fetch-Site: same-origin)
//   GET /klaim.v1.SERVICE/METHOD    the same of a method without side effects
//   /healthz            whether the docket serves
//   /metrics            for Prometheus
//   /vkey               the log's public key
//   /checkpoint         what the log says of itself, signed (C2SP tlog-checkpoint): for everyone
//   /tile/L/N[.p/W]     hashes of the tree (C2SP tlog-tiles): for everyone
//   /tile/entries/...   entries, for who may audit, by client certificate or "Authorization: Bearer TOKEN"
//   /large/SEQUENCE     a record that is too long for a bundle of entries: the same
//                       (both with Content-Encoding gzip for who accepts that)
// Tiles and entries go as far as the checkpoint that is out.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "grpcpp/channel.h"
#include "services/docket/checkpoint_publisher.h"

namespace klaim::services {

class CallPipeline;

class HttpListener {
 public:
  virtual ~HttpListener() = default;
  virtual int port() const = 0;
};

struct HttpOptions {
  std::string address;  // IP address
  int port = 0;         // 0 takes a free one
  // PEM texts.
  std::string certificate_authority;
  std::string certificate;
  std::string private_key;
  std::string console;             // folder of the console's files; empty for none
  std::vector<std::string> hosts;  // names under which it is called, beside those that its certificate has
};

// `calls` and `checkpoints` must live longer; `channel` leads to the server in this process.
absl::StatusOr<std::unique_ptr<HttpListener>> StartHttpListener(CallPipeline& calls,
                                                                const CheckpointPublisher& checkpoints,
                                                                std::shared_ptr<grpc::Channel> channel,
                                                                const HttpOptions& options);

}  // namespace klaim::services
