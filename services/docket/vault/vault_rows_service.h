// A docket's vault rows over the network: the server that keeps them, and the nodes' side of it.
//
// Mutual TLS by the docket's own authority: only a node's certificate (services/identity/principal.h, NodeUri) is let in. Keys
// don't stand in the brokers' log, where nothing can be destroyed for certain: erasing a person is destroying a row
// here.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "engine/privacy/vault_rows.h"
#include "grpcpp/grpcpp.h"

namespace klaim::services {

// PEM texts.
struct NodeCredentials {
  std::string certificate_authority;
  std::string certificate;
  std::string private_key;
};

class VaultRowsServer {
 public:
  virtual ~VaultRowsServer() = default;
  virtual int port() const = 0;
};

// Serves on host:port; port 0 takes a free one. Nodes on the list, a file, are refused. Backups go to `backup_folder`; none are made where it is empty.
absl::StatusOr<std::unique_ptr<VaultRowsServer>> ServeVaultRows(std::unique_ptr<privacy::VaultRows> rows,
                                                                const std::string& address,
                                                                const NodeCredentials& credentials,
                                                                const std::string& revocation_list,
                                                                const std::string& backup_folder);

// Rows that the server at `address` keeps. Each call waits up to `patience` for a server that is away. A server that was
// started anew meanwhile may have been given a backup, and rows be gone that were known to be there: such a call fails with
// ABORTED, as does a write after another node changed the master key. Then `on_failure` is called, from any thread: the process
// should end, and open the vault anew.
std::unique_ptr<privacy::VaultRows> ConnectVaultRows(const std::string& address,
                                                     const NodeCredentials& credentials,
                                                     std::function<void(const absl::Status&)> on_failure,
                                                     absl::Duration patience = absl::Seconds(15));

}  // namespace klaim::services
