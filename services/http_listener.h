// A small HTTP listener for the machines around: /healthz says whether the docket serves, /metrics is for
// Prometheus. It shows counts and nothing else, and binds to loopback unless told otherwise.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/open_docket.h"

namespace klaim::services {

class HttpListener {
 public:
  virtual ~HttpListener() = default;
  virtual int port() const = 0;
};

// `address` is an IP address; port 0 takes a free one. `docket` must live longer.
absl::StatusOr<std::unique_ptr<HttpListener>> StartHttpListener(const OpenDocket& docket,
                                                                const std::string& address, int port);

}  // namespace klaim::services
