#include "engine/log/kafka_client.h"

#include <atomic>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/time/steady.h"
#include "spdlog/spdlog.h"

namespace klaim::log {
namespace {

constexpr int64_t kSecondsBetweenWords = 10;

// librdkafka tells of every connection that it lost, from each of its threads; one word now and then is enough for people,
// and what matters comes back as an error of a call.
void LogLine(const rd_kafka_t*, int level, const char* facility, const char* text) {
  static std::atomic<int64_t> last_told_seconds = -kSecondsBetweenWords;
  const int64_t now = absl::ToInt64Seconds(steady::Now());
  int64_t last = last_told_seconds;
  const bool tell = level <= 3 && now - last >= kSecondsBetweenWords &&
                    last_told_seconds.compare_exchange_strong(last, now);
  tell ? spdlog::warn("brokers: {} {}", facility, text) : spdlog::debug("brokers: {} {}", facility, text);
}

}  // namespace

absl::StatusOr<KafkaConfig> MakeKafkaConfig(const std::map<std::string, std::string>& properties) {
  KafkaConfig config(rd_kafka_conf_new());
  char error[512];
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(config.get(), name.c_str(), value.c_str(), error, sizeof(error)) !=
        RD_KAFKA_CONF_OK) {
      return absl::InvalidArgumentError(absl::StrCat("broker property ", name, ": ", error));
    }
  }
  rd_kafka_conf_set_log_cb(config.get(), LogLine);
  return config;
}

std::map<std::string, std::string> CommonProperties(const std::string& brokers,
                                                    const std::map<std::string, std::string>& more) {
  std::map<std::string, std::string> properties = more;
  const std::pair<const char*, std::string> ours[] = {
      {"bootstrap.servers", brokers},
      {"socket.nagle.disable", "true"},
      {"socket.keepalive.enable", "true"},
      {"socket.timeout.ms", "6000"},
      {"socket.connection.setup.timeout.ms", "3000"},
      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "1000"},
      {"topic.metadata.refresh.interval.ms", "2000"},
  };
  for (const auto& [name, value] : ours) properties[name] = value;
  return properties;
}

absl::StatusOr<KafkaClient> MakeKafkaClient(rd_kafka_type_t type, KafkaConfig config) {
  char error[512];
  rd_kafka_t* client = rd_kafka_new(type, config.get(), error, sizeof(error));
  if (client == nullptr) return absl::InvalidArgumentError(absl::StrCat("brokers: ", error));
  (void)config.release();  // the client's now
  return KafkaClient(client);
}

absl::Status FromKafka(rd_kafka_resp_err_t error, absl::string_view doing, absl::string_view detail) {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
  const std::string message =
      absl::StrCat(doing, ": ", rd_kafka_err2str(error), detail.empty() ? "" : ": ", detail);
  switch (error) {
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      return absl::NotFoundError(message);
    case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS:
      return absl::AlreadyExistsError(message);
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
      return absl::OutOfRangeError(message);
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
      return absl::DataLossError(message);
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
      return absl::PermissionDeniedError(message);
    default:
      return absl::UnavailableError(message);
  }
}

}  // namespace klaim::log
