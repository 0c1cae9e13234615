// librdkafka's handles, and its configuration as Klaim wants it.
#pragma once

#include <librdkafka/rdkafka.h>

#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace klaim::log {

template <auto Destroy>
struct KafkaDeleter {
  template <class Handle>
  void operator()(Handle* handle) const {
    Destroy(handle);
  }
};
using KafkaClient = std::unique_ptr<rd_kafka_t, KafkaDeleter<&rd_kafka_destroy>>;
using KafkaQueue = std::unique_ptr<rd_kafka_queue_t, KafkaDeleter<&rd_kafka_queue_destroy>>;
using KafkaEvent = std::unique_ptr<rd_kafka_event_t, KafkaDeleter<&rd_kafka_event_destroy>>;
using KafkaMessage = std::unique_ptr<rd_kafka_message_t, KafkaDeleter<&rd_kafka_message_destroy>>;
using KafkaPartitions =
    std::unique_ptr<rd_kafka_topic_partition_list_t, KafkaDeleter<&rd_kafka_topic_partition_list_destroy>>;
using KafkaConfig = std::unique_ptr<rd_kafka_conf_t, KafkaDeleter<&rd_kafka_conf_destroy>>;

// A configuration of these properties. INVALID_ARGUMENT names one that librdkafka doesn't take.
absl::StatusOr<KafkaConfig> MakeKafkaConfig(const std::map<std::string, std::string>& properties);

// What every client of ours has: brokers, and times that notice a broker that is gone within seconds.
std::map<std::string, std::string> CommonProperties(const std::string& brokers,
                                                    const std::map<std::string, std::string>& more);

absl::StatusOr<KafkaClient> MakeKafkaClient(rd_kafka_type_t type, KafkaConfig config);

// An error as ours: UNAVAILABLE where another try may help.
absl::Status FromKafka(rd_kafka_resp_err_t error, absl::string_view doing, absl::string_view detail = "");

}  // namespace klaim::log
