// A cluster on this machine: three Kafka brokers, the vault's server and two nodes, each at a place of its own.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "grpcpp/grpcpp.h"
#include "testing/temporary_folder.h"

namespace klaim::testing {

// Brokers are 1 to 3, nodes 4 and 5.
inline constexpr int kBrokers = 3;
inline constexpr int kFirstNode = 4;
inline constexpr int kNodes = 2;

class Cluster {
 public:
  // Starts the brokers, which takes some seconds; a test failure when they can't be.
  Cluster();
  ~Cluster();

  const std::string& brokers() const { return brokers_; }  // addresses
  bool has_networks() const { return has_networks_; }
  // IP address of a place.
  std::string AddressOf(int place) const;
  // A broker: kill, pause, resume, run. A place: cut, join.
  void Do(const std::string& what, int place);

  // Waits until all brokers hold all of a topic again: a fault has healed then.
  void WaitForInSync(const std::string& topic) const;

  // Makes a docket, serves it here, calls `furnish` with its channel, and moves it onto the brokers; then a copy of it
  // for each node, and its vault's server. Returns its topic.
  std::string AddDocket(const std::string& name,
                        const std::function<void(std::shared_ptr<grpc::Channel>)>& furnish);
  // The folder of a docket as a node has it.
  std::string FolderOf(const std::string& name, int node) const;

  void StartNode(int node, const std::vector<std::string>& klaimd_arguments = {});
  void KillNode(int node);   // with its klaimds, kill -9
  void PauseNode(int node);  // with its klaimds, SIGSTOP
  void ResumeNode(int node);
  int StopNode(int node);  // SIGTERM; the exit code
  // Kills one klaimd of a node, if it has any.
  void KillDaemonOf(int node);
  std::string OutputOf(int node) const;

  // To a docket through a node, whoever has it; with this person's certificate.
  std::shared_ptr<grpc::Channel> Connect(const std::string& name, int node, const std::string& person) const;
  // To the copy that a node keeps of a docket while the other has it.
  std::shared_ptr<grpc::Channel> ConnectToCopy(const std::string& name, int node,
                                               const std::string& person) const;

  std::string path(const std::string& name) const { return folder_.path(name); }

 private:
  struct Docket {
    std::string name;
    std::string topic;
    std::string vault;  // host:port
    pid_t vault_process = -1;
    int port = 0;  // of every node
  };
  // Without networks of their own the nodes share an address.
  int PortOf(const Docket& docket, int node) const { return docket.port + (has_networks_ ? 0 : 100 * node); }
  int CopyPortOf(const Docket& docket, int node) const { return PortOf(docket, node) + 500; }
  std::shared_ptr<grpc::Channel> ConnectTo(const std::string& name, int node, int port,
                                           const std::string& person) const;
  const Docket& Named(const std::string& name) const;
  std::string VaultHost() const { return has_networks_ ? "10.213.77.1" : "127.0.0.1"; }
  std::vector<pid_t> DaemonsOf(int node) const;
  void StartVault(Docket& docket);
  std::vector<std::string> CommandAt(int place) const;

  TemporaryFolder folder_;
  std::string brokers_;
  bool has_networks_ = false;
  std::vector<Docket> dockets_;
  pid_t nodes_[kNodes] = {-1, -1};
};

}  // namespace klaim::testing
