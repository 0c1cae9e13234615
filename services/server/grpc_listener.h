// Takes in the connections of gRPC's port, in gRPC's place: TLS, who is at the other end, how many there may be
// (connection_limits.h, also for calls under way), and what each may cost (http2_frames.h). What is left, HTTP/2 in clear, goes to gRPC through a
// socket pair.
//
// gRPC 1.51 (Debian 12) bounds none of that: 405,500 resets of a stranger took 6 GiB and stopped everybody. A proxy in front
// (nginx, haproxy) would be a second thing to install, would have to hand the client's certificate on in a header that
// klaimd must believe, and ends long streams by its own clocks. This is a read and a write more for what a connection brings
// at once (docs/performance.md has the cost).
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/grpcpp.h"
#include "services/boundary/peers.h"
#include "services/common/connection_limits.h"
#include "services/web/http2_frames.h"

namespace klaim::services {

struct GrpcListenerOptions {
  std::string address;  // IP address
  int port = 0;         // 0 takes a free one
  // PEM texts.
  std::string certificate_authority;
  std::string certificate;
  std::string private_key;
  ConnectionBounds connections;
  FrameBounds frames;
};

class GrpcListener {
 public:
  virtual ~GrpcListener() = default;
  virtual int port() const = 0;
  // Takes no more connections in; those that there are go on until gRPC has ended them. To be called before the server is
  // shut down.
  virtual void Close() = 0;
};

// `server`, which listens on no port itself, and `peers` must live longer.
absl::StatusOr<std::unique_ptr<GrpcListener>> StartGrpcListener(grpc::Server& server, Peers& peers,
                                                                const GrpcListenerOptions& options);

}  // namespace klaim::services
