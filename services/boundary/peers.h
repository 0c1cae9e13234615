// Who is at the other end of a call. gRPC sees only this process's own end of each connection: the listeners take the
// connections in (grpc_listener.h, http_listener.h), and note here what TLS told them. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/grpcpp.h"

namespace klaim::services {

struct Peer {
  std::string address;  // AddressShared (acceptor.h)
  std::string
      certificate;  // the client's, PEM, which TLS found to be of the docket's authority; empty for none
};

class Peers {
 public:
  // Makes the word that calls from within this process show.
  Peers();

  // A connection whose end that gRPC reads is this file descriptor. What was noted of the number before belonged to a
  // connection of which gRPC has let go, with all its calls: else the number couldn't be given again.
  void NoteDescriptor(int descriptor, std::shared_ptr<const Peer> peer);
  // The connection is closed; nothing happens where the number was given again already.
  void ForgetDescriptor(int descriptor, const Peer& peer);

  // A connection whose calls go through gRPC within this process: what such a call shows for it, as metadata under
  // kPeerMetadata (call_metadata.h), until the connection is forgotten.
  std::string Note(std::shared_ptr<const Peer> peer);
  void Forget(const std::string& shown);

  // Who makes a call; null when it isn't known. Then the call is nobody's.
  std::shared_ptr<const Peer> Of(const grpc::ServerContextBase& context) const;

 private:
  const std::string word_;  // random: nobody outside can show it
  mutable absl::Mutex mutex_;
  uint64_t next_ ABSL_GUARDED_BY(mutex_) = 1;
  absl::flat_hash_map<int, std::shared_ptr<const Peer>> by_descriptor_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, std::shared_ptr<const Peer>> shown_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace klaim::services
