// What a node of the cluster serves: the file that klaim-node reads.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace klaim::tools {

struct ServedDocket {
  std::string folder;  // that `klaim init` made; this node's own copy of it
  std::string topic;
  std::string vault;         // host:port of its klaim-vaultd
  std::string grpc;          // host:port at which clients reach the docket through this node, whoever has it
  std::string http;          // the same for HTTP; may be empty
  bool follow = false;       // keep a copy and answer queries while another node has it
  uint16_t follow_grpc = 0;  // port of that copy's gRPC; 0 for any
  uint16_t follow_http = 0;
  std::vector<std::string> klaimd_arguments;  // further ones
};

struct NodeConfiguration {
  std::string node;                   // its name
  std::string address = "127.0.0.1";  // IP address at which other nodes reach this one's klaimd
  std::string brokers;
  std::string broker_properties;  // file; may be empty
  std::string group = "klaim";    // of nodes that share dockets
  std::vector<ServedDocket> dockets;
};

// INVALID_ARGUMENT naming the field that is missing or unknown.
absl::StatusOr<NodeConfiguration> ReadNodeConfiguration(const std::string& file);

}  // namespace klaim::tools
