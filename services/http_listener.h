// The HTTP listener, over TLS:
//   /healthz            whether the docket serves
//   /metrics            for Prometheus
//   /vkey               the log's public key
//   /checkpoint         what the log says of itself, signed (C2SP tlog-checkpoint): for everyone
//   /tile/L/N[.p/W]     hashes of the tree (C2SP tlog-tiles): for everyone
//   /tile/entries/...   entries, for who may audit, by client certificate or "Authorization: Bearer TOKEN"
//   /large/SEQUENCE     a record that is too long for a bundle of entries: the same
// Tiles and entries go as far as the checkpoint that is out.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/calls.h"
#include "services/checkpoint_publisher.h"

namespace klaim::services {

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
};

// `calls` and `checkpoints` must live longer.
absl::StatusOr<std::unique_ptr<HttpListener>> StartHttpListener(Calls& calls,
                                                                const CheckpointPublisher& checkpoints,
                                                                const HttpOptions& options);

}  // namespace klaim::services
