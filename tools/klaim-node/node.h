// A node of the cluster: serves the dockets that it is assigned, each by a klaimd of its own, follows those that it is
// to follow, and passes connections for the others on to the node that has them.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/klaim-node/assignment.h"
#include "tools/klaim-node/configuration.h"
#include "tools/klaim-node/daemon_child.h"
#include "tools/klaim-node/forwarder.h"
#include "tools/klaim-node/owners.h"

namespace klaim::tools {

class Node {
 public:
  Node(NodeConfiguration configuration, std::string klaimd);
  ~Node();

  // Listens, joins the group, and serves until Stop; then ends every klaimd in good order.
  absl::Status Run();
  // From any thread, or a signal handler's thread.
  void Stop();

 private:
  enum class Role { kNone, kFollow, kLead };
  struct Place;

  absl::Status Listen();
  absl::Status Join();
  void SetAssigned(const std::set<std::string>& topics);
  void NoticeOwner(const Owner& owner);
  void AnnounceAgain();
  void Reconcile(Place& place);
  void StartChild(Place& place, Role role);
  std::vector<std::string> CommandOf(const Place& place, Role role) const;
  bool AnyRunning() const;

  const NodeConfiguration configuration_;
  const std::string klaimd_;
  boost::asio::io_context io_;
  boost::asio::steady_timer announcing_{io_};
  std::vector<std::unique_ptr<Place>> places_;
  bool stopping_ = false;
  // Their threads call back, so they go first.
  std::unique_ptr<Owners> owners_;
  std::unique_ptr<Assignment> assignment_;
};

}  // namespace klaim::tools
