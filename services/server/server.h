// The gRPC server of a docket: all services over TLS with client certificates or sessions, and health.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/boundary/call_pipeline.h"
#include "services/docket/backup.h"
#include "services/docket/open_docket.h"
#include "services/identity/provider_sign_in.h"

namespace klaim::services {

struct ServerOptions {
  std::string address = "127.0.0.1:0";  // host:port; port 0 takes a free one
  // PEM texts.
  std::string certificate_authority;
  std::string certificate;
  std::string private_key;
  // What every call goes through; its certificate_authority is taken from above.
  CallOptions calls;
  std::vector<Provider> providers;
  BackupPlaces backups;
  std::string clamd_socket;  // path; empty where no scanner is set up
  std::string areas_file;    // villages.csv, by which people are found under a village's name; empty for none
};

class Server {
 public:
  virtual ~Server() = default;
  // The port that it listens on.
  virtual int port() const = 0;
  virtual CallPipeline& calls() = 0;
  // For calls from within this process, which carry a session's token as any do.
  virtual std::shared_ptr<grpc::Channel> InProcessChannel() = 0;
  // Lets calls under way end (kStoppingGrace), and takes no new ones.
  virtual void Stop() = 0;
};

// `docket` must live longer.
absl::StatusOr<std::unique_ptr<Server>> StartServer(OpenDocket& docket, const ServerOptions& options);

}  // namespace klaim::services
