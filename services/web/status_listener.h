// A way of its own for whoever watches the daemon: /healthz and /metrics (transparency_log_pages.h) over plain HTTP on a port and a thread
// of their own, for this machine or a network of its watchers, so that nobody who fills the other ports hides how it is. There is
// nothing of anybody in what it tells.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/docket/checkpoint_publisher.h"

namespace klaim::services {

class CallPipeline;

class StatusListener {
 public:
  virtual ~StatusListener() = default;
  virtual int port() const = 0;
};

// `calls` and `checkpoints` must live longer. `address` is an IP address; port 0 takes a free one.
absl::StatusOr<std::unique_ptr<StatusListener>> StartStatusListener(CallPipeline& calls,
                                                                    const CheckpointPublisher& checkpoints,
                                                                    const std::string& address, int port);

}  // namespace klaim::services
