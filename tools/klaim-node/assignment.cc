#include "tools/klaim-node/assignment.h"

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/log/kafka_topic.h"
#include "spdlog/spdlog.h"

namespace klaim::tools {

absl::StatusOr<std::unique_ptr<Assignment>> Assignment::Join(
    const NodeConfiguration& node, std::function<void(const std::set<std::string>&)> on_change) {
  std::map<std::string, std::string> more;
  if (!node.broker_properties.empty()) {
    ASSIGN_OR_RETURN(more, log::ReadKafkaProperties(node.broker_properties));
  }
  auto properties = log::CommonProperties(node.brokers, more);
  properties["group.id"] = node.group;
  properties["client.id"] = node.node;
  properties["partition.assignment.strategy"] = "cooperative-sticky";
  // Longer than the group itself needs to move when the broker that leads it is gone (some 10 s): else every node would
  // lose its dockets with it.
  properties["session.timeout.ms"] = "12000";
  properties["heartbeat.interval.ms"] = "1000";
  properties["enable.auto.commit"] = "false";
  ASSIGN_OR_RETURN(auto config, log::MakeKafkaConfig(properties));
  std::unique_ptr<Assignment> assignment(new Assignment(std::move(on_change)));
  rd_kafka_conf_set_opaque(config.get(), assignment.get());
  rd_kafka_conf_set_rebalance_cb(config.get(), Rebalance);
  ASSIGN_OR_RETURN(assignment->client_, log::MakeKafkaClient(RD_KAFKA_CONSUMER, std::move(config)));
  rd_kafka_poll_set_consumer(assignment->client_.get());
  log::KafkaPartitions topics(rd_kafka_topic_partition_list_new(static_cast<int>(node.dockets.size())));
  for (const ServedDocket& docket : node.dockets) {
    rd_kafka_topic_partition_list_add(topics.get(), docket.topic.c_str(), RD_KAFKA_PARTITION_UA);
  }
  const auto subscribed = rd_kafka_subscribe(assignment->client_.get(), topics.get());
  RETURN_IF_ERROR(log::FromKafka(subscribed, "joining the group of nodes"));
  assignment->thread_ = std::thread([self = assignment.get()] { self->Loop(); });
  return assignment;
}

Assignment::~Assignment() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void Assignment::Rebalance(rd_kafka_t* client, rd_kafka_resp_err_t what,
                           rd_kafka_topic_partition_list_t* partitions, void* opaque) {
  auto& self = *static_cast<Assignment*>(opaque);
  const bool gained = what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
  for (int i = 0; i < partitions->cnt; ++i) {
    const std::string topic = partitions->elems[i].topic;
    spdlog::info("{} {}", gained ? "gained" : "lost", topic);
    gained ? void(self.topics_.insert(topic)) : void(self.topics_.erase(topic));
  }
  self.on_change_(self.topics_);
  rd_kafka_error_t* error = gained ? rd_kafka_incremental_assign(client, partitions)
                                   : rd_kafka_incremental_unassign(client, partitions);
  if (error != nullptr) {
    spdlog::warn("the brokers' assignment: {}", rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
  }
  // The assignment is all that is wanted; the messages are read by whoever serves the docket.
  if (gained) rd_kafka_pause_partitions(client, partitions);
}

void Assignment::Loop() {
  while (!stopping_) {
    log::KafkaMessage ignored(rd_kafka_consumer_poll(client_.get(), 200));
  }
  rd_kafka_consumer_close(client_.get());
}

}  // namespace klaim::tools
