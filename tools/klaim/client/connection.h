// The connection of `klaim` to a daemon: who asks, how answers are shown, and what was recorded.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <typeindex>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "services/common/wire_status.h"

namespace CLI {
class App;
}

namespace klaim::tools {

// Options before the command, and the connection that they lead to, made when a command first needs it.
class Connection {
 public:
  void AddOptions(CLI::App& app);

  absl::Status Connect();

  // The stub of a service, as in StubOf<v1::IntakeService::Stub>(): for calls that are streams.
  template <class Stub>
  Stub& StubOf() {
    std::shared_ptr<void>& stub = stubs_[std::type_index(typeid(Stub))];
    if (stub == nullptr) stub = std::make_shared<Stub>(channel_);
    return *static_cast<Stub*>(stub.get());
  }

  // Calls a unary method with a deadline of a minute, and again for half a minute while it is asked to wait.
  template <class Stub, class Request, class Response>
  absl::Status Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response& response) {
    Stub& stub = StubOf<Stub>();
    absl::Status status;
    // Who asks faster than its share is told to wait; repeating a request changes nothing.
    for (int tries = 0; tries < kMaxTries; ++tries) {
      if (tries > 0) std::this_thread::sleep_for(std::chrono::milliseconds(500));
      grpc::ClientContext context;
      AddMetadata(context);
      context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(1));
      status = services::FromWire((stub.*method)(&context, request, &response));
      if (!absl::IsResourceExhausted(status)) break;
    }
    if constexpr (requires { response.receipt(); }) {
      if (status.ok()) NoteRecorded(response.receipt().sequence());
    }
    return status;
  }

  // What goes with every call: the session's token, and what personal data is wanted for.
  void AddMetadata(grpc::ClientContext& context) const;

  // Queries are asked as of this record or moment from now on; empty for now.
  void AsOf(const std::string& when) { as_of_ = when; }

  // A page of the daemon's HTTP listener, at most so long.
  absl::StatusOr<std::string> Get(const std::string& path, size_t most_bytes) const;
  // The file with the log's public key in the daemon's own folder.
  const std::string& log_key_file() const { return log_key_file_; }

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // The file with the session's token; empty where a certificate is used.
  const std::string& session_file() const { return session_file_; }

  // The command had this recorded.
  void NoteRecorded(uint64_t sequence) { last_recorded_ = std::max(last_recorded_, sequence); }
  // Waits until what the command had recorded is visible, so that the next command sees it.
  void WaitUntilVisible();

  // --request-id, or a random one.
  std::string RequestId() const;

  bool json() const { return json_; }
  bool quiet() const { return quiet_; }
  // Prints a message as JSON on one line.
  static void PrintJson(const google::protobuf::Message& message);
  // With --json the message, else the text.
  void Show(const google::protobuf::Message& message, const std::string& text) const;

 private:
  static constexpr int kMaxTries = 60;

  std::string addresses_;
  std::string person_;
  std::string request_id_;
  std::string session_file_;
  std::string token_;
  std::string purpose_;
  std::string as_of_;
  std::string http_;
  std::string authority_file_;
  std::string certificate_file_;
  std::string key_file_;
  std::string log_key_file_;
  bool json_ = false;
  bool quiet_ = false;
  uint64_t last_recorded_ = 0;
  std::shared_ptr<grpc::Channel> channel_;
  std::map<std::type_index, std::shared_ptr<void>> stubs_;  // that were asked for
};

}  // namespace klaim::tools
