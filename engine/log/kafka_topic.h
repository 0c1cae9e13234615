// A docket's topic on a cluster of the Kafka protocol, by librdkafka: one partition, number 0.
//
// A topic is refused (CheckTopic) unless what is acknowledged on it survives the loss of any one broker, and of the
// power of all: three replicas, two in sync, no unclean election, every append synced, nothing ever deleted.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/log/batch_topic.h"

namespace klaim::log {

// Largest message: a whole batch. Larger than a record may be, with room for what else the batch holds.
inline constexpr int kMaxTopicMessageBytes = 64 << 20;

struct KafkaOptions {
  std::string brokers;  // host:port, comma-separated; any of the cluster's will do
  std::string topic;
  // librdkafka's own properties, as for TLS: security.protocol, ssl.ca.location ... Those that correctness or Klaim's
  // limits rest on can't be set.
  std::map<std::string, std::string> properties;
};

// Reads properties, one NAME=VALUE a line; # begins a comment. INVALID_ARGUMENT for a line that is none, or a
// property that Klaim sets itself.
absl::StatusOr<std::map<std::string, std::string>> ReadKafkaProperties(const std::string& file);

// Makes the topic, with three replicas on different brokers, as CheckTopic demands. ALREADY_EXISTS.
absl::Status CreateTopic(const KafkaOptions& options);

// Removes the topic and all that it holds. NOT_FOUND.
absl::Status DeleteTopic(const KafkaOptions& options);

// FAILED_PRECONDITION naming every setting that is unsafe, what it is and what it must be; UNAVAILABLE when no
// broker answers; NOT_FOUND when there is no topic.
absl::Status CheckTopic(const KafkaOptions& options);

// How many of the topic's replicas hold all that was acknowledged.
absl::StatusOr<int> CountInSync(const KafkaOptions& options);

// Send from any thread; Seek and Poll from one.
absl::StatusOr<std::unique_ptr<BatchTopic>> OpenKafkaTopic(const KafkaOptions& options);

}  // namespace klaim::log
