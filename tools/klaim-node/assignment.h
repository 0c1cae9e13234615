// Which dockets this node is to lead: the brokers' consumer-group assignment over the dockets' topics. It only saves
// work; who may append, the log itself decides (engine/log/kafka_event_log.h).
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "engine/log/kafka_client.h"
#include "tools/klaim-node/configuration.h"

namespace klaim::tools {

class Assignment {
 public:
  // `on_change` is called, from a thread, with all topics that are this node's now; another node gets what is gone once
  // it has returned.
  static absl::StatusOr<std::unique_ptr<Assignment>> Join(
      const NodeConfiguration& node, std::function<void(const std::set<std::string>&)> on_change);
  // Leaves the group: its dockets go to others at once.
  ~Assignment();

 private:
  explicit Assignment(std::function<void(const std::set<std::string>&)> on_change)
      : on_change_(std::move(on_change)) {}
  static void Rebalance(rd_kafka_t* client, rd_kafka_resp_err_t what,
                        rd_kafka_topic_partition_list_t* partitions, void* self);
  void Loop();

  const std::function<void(const std::set<std::string>&)> on_change_;
  log::KafkaClient client_;
  std::set<std::string> topics_;  // the thread's
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace klaim::tools
