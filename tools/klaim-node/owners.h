// Who has which docket now, and where: each node says so on a topic that all read, klaim.owners. Only for finding the
// way; a wrong or late word costs a client another try.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "engine/log/batch_topic.h"
#include "engine/log/topic_reader.h"
#include "tools/klaim-node/configuration.h"

namespace klaim::tools {

struct Owner {
  std::string topic;
  std::string node;
  std::string grpc;  // host:port
  std::string http;
};

class Owners {
 public:
  // `on_owner` is called, from a thread, with every word in the order in which it was said.
  static absl::StatusOr<std::unique_ptr<Owners>> Follow(const NodeConfiguration& node,
                                                        std::function<void(const Owner&)> on_owner);
  ~Owners();

  void Announce(const Owner& owner);

 private:
  explicit Owners(std::function<void(const Owner&)> on_owner) : on_owner_(std::move(on_owner)) {}
  void Loop();

  const std::function<void(const Owner&)> on_owner_;
  std::unique_ptr<log::BatchTopic> topic_;
  std::optional<log::TopicReader> reader_;  // the thread's
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace klaim::tools
