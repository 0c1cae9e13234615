// The Connect protocol (https://connectrpc.com/docs/protocol, version 1) for every service, by their descriptors: browsers and
// `curl` call what gRPC clients call. Unary calls, server streams and client streams, in JSON and binary; a stream in both
// directions needs HTTP/2 and is refused. Calls go through gRPC within the process, so that all that holds there holds here:
// permissions, scopes, limits.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "grpcpp/grpcpp.h"
#include "services/boundary/turns.h"

namespace klaim::services {

// A call as HTTP brought it.
struct ConnectRequest {
  std::string content_type;      // "application/json", "application/connect+proto"
  std::string content_encoding;  // of a unary call's body: "", "identity" or "gzip"
  std::string message_encoding;  // of a stream's messages
  std::string accept_encoding;   // what the answer may be compressed with
  std::string token;             // the session's; may be empty
  std::string who;               // the account whose turn the answer takes; an address where there is none
  // What gRPC can carry (CheckMetadata): anything else ends the process.
  std::map<std::string, std::string> metadata;
  int64_t timeout_millis = 0;  // 0 for none
  std::string body;
  size_t most_bytes = 0;  // that the body may come to once it is uncompressed, all its messages together
};

// The answer to a unary call, whole; or the beginning of a stream, which goes on with messages.
struct ConnectResponse {
  int http_status = 200;
  std::string content_type;
  std::string content_encoding;
  std::string body;
  // Set in place of the session's cookie when a sign-in began one; "" to take it away.
  bool sets_session = false;
  std::string session_token;
};

// What a call tells whoever began it, from any thread. A call's next part comes only after Next().
class ConnectPeer {
 public:
  virtual ~ConnectPeer() = default;
  // The answer to a unary call, or an error before a stream began: nothing comes after it.
  virtual void Answer(ConnectResponse response) = 0;
  // A stream begins; its parts follow.
  virtual void Begin(ConnectResponse header) = 0;
  // Bytes of the stream: whole envelopes. With `last` the stream is over.
  virtual void Part(std::string bytes, bool last) = 0;
};

// One call under way.
class ConnectCall {
 public:
  virtual ~ConnectCall() = default;
  // The part before was taken: the next may come.
  virtual void Next() = 0;
  // Nobody waits for the answer any more.
  virtual void Cancel() = 0;
};

class ConnectGateway {
 public:
  // `channel` leads to the server in this process. Answers are put into JSON, and compressed, by turns.
  ConnectGateway(std::shared_ptr<grpc::Channel> channel, Turns& turns);
  ~ConnectGateway();

  // The method of a path, "/klaim.v1.IntakeService/FileClaim"; null when there is none.
  static const google::protobuf::MethodDescriptor* Find(absl::string_view path);

  // Begins a call, and hands it to `begun` unless it was answered at once; a long body is read on another thread. With
  // `hides_token` a session that begins is told to the cookie alone, never to the body.
  void Start(const google::protobuf::MethodDescriptor& method, ConnectRequest request, bool hides_token,
             std::shared_ptr<ConnectPeer> peer, std::function<void(std::shared_ptr<ConnectCall>)> begun);

  // Cancels what is under way and waits until it has ended: no peer is told anything afterwards.
  void Stop();

  // The error of a unary call.
  static ConnectResponse Error(const grpc::Status& status);

 private:
  class UnderWay;

  std::shared_ptr<ConnectCall> StartNow(const google::protobuf::MethodDescriptor& method,
                                        ConnectRequest request, bool hides_token,
                                        std::shared_ptr<ConnectPeer> peer) const;

  const std::shared_ptr<grpc::Channel> channel_;
  Turns& turns_;
  const std::unique_ptr<UnderWay> under_way_;
  Turns reading_{2, 1};  // long bodies
};

}  // namespace klaim::services
