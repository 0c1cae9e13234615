#include "engine/log/kafka_topic.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "engine/base/return_if_error.h"
#include "engine/log/kafka_client.h"
#include "engine/storage/settings_file.h"
#include "engine/time/steady.h"
#include "spdlog/spdlog.h"

namespace klaim::log {
namespace {

constexpr int kPartition = 0;
constexpr int kReplicas = 3;
constexpr int kAdminTimeoutMillis = 10'000;
constexpr int kAskMillis = 1'000;
constexpr absl::Duration kPeerDeadline = absl::Seconds(5);
constexpr absl::Duration kMaxPeerDeadline = absl::Seconds(80);
constexpr char kForever[] = "-1";

// What a topic must be set to, for CreateTopic and CheckTopic alike.
struct Setting {
  const char* name;
  const char* value;
  bool at_least;  // the value or more; else exactly it
  const char* why;
};
constexpr auto kMaxMessageText = "67108864";
constexpr std::array<Setting, 7> kSettings = {{
    {"min.insync.replicas", "2", true, "one broker alone could acknowledge what is lost with it"},
    {"unclean.leader.election.enable", "false", false,
     "a broker that lags could cut off what was acknowledged"},
    {"flush.messages", "1", false, "what was acknowledged would be lost when the power of all brokers fails"},
    {"cleanup.policy", "delete", false, "records would be compacted away"},
    {"retention.ms", kForever, false, "records would be deleted with time"},
    {"retention.bytes", kForever, false, "records would be deleted for space"},
    {"max.message.bytes", kMaxMessageText, true, "a whole batch wouldn't be taken"},
}};

// On these rest correctness, or limits of ours.
constexpr std::array<absl::string_view, 10> kOurs = {
    "bootstrap.servers",  "metadata.broker.list", "acks",       "enable.idempotence", "request.required.acks",
    "enable.auto.commit", "auto.offset.reset",    "check.crcs", "group.id",           "message.max.bytes"};

absl::StatusOr<KafkaClient> AdminClient(const KafkaOptions& options) {
  ASSIGN_OR_RETURN(auto config, MakeKafkaConfig(CommonProperties(options.brokers, options.properties)));
  return MakeKafkaClient(RD_KAFKA_PRODUCER, std::move(config));
}

absl::StatusOr<KafkaEvent> WaitForAdmin(rd_kafka_queue_t* queue, absl::string_view doing) {
  KafkaEvent event(rd_kafka_queue_poll(queue, kAdminTimeoutMillis + 2'000));
  if (event == nullptr) return absl::UnavailableError(absl::StrCat(doing, ": no broker answered"));
  const rd_kafka_resp_err_t error = rd_kafka_event_error(event.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return FromKafka(error, doing, rd_kafka_event_error_string(event.get()));
  }
  return event;
}

struct AdminCall {
  explicit AdminCall(rd_kafka_t* client)
      : options(rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_ANY)), queue(rd_kafka_queue_new(client)) {
    rd_kafka_AdminOptions_set_request_timeout(options.get(), kAdminTimeoutMillis, nullptr, 0);
  }
  std::unique_ptr<rd_kafka_AdminOptions_t, KafkaDeleter<&rd_kafka_AdminOptions_destroy>> options;
  KafkaQueue queue;
};

struct Replicas {
  int all = 0;
  int in_sync = 0;
};

absl::StatusOr<Replicas> CountReplicas(rd_kafka_t* client, const std::string& topic) {
  const std::string doing = absl::StrCat("asking the brokers for topic ", topic);
  std::unique_ptr<rd_kafka_topic_t, KafkaDeleter<&rd_kafka_topic_destroy>> handle(
      rd_kafka_topic_new(client, topic.c_str(), nullptr));
  const rd_kafka_metadata_t* found = nullptr;
  const rd_kafka_resp_err_t error = rd_kafka_metadata(client, 0, handle.get(), &found, kAdminTimeoutMillis);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return FromKafka(error, doing);
  std::unique_ptr<const rd_kafka_metadata_t, KafkaDeleter<&rd_kafka_metadata_destroy>> metadata(found);
  if (metadata->topic_cnt != 1) return absl::NotFoundError(absl::StrCat(doing, ": there is none"));
  const rd_kafka_metadata_topic_t& there = metadata->topics[0];
  if (there.err != RD_KAFKA_RESP_ERR_NO_ERROR) return FromKafka(there.err, doing);
  if (there.partition_cnt != 1) {
    return absl::FailedPreconditionError(
        absl::StrCat("topic ", topic, " has ", there.partition_cnt, " partitions: a docket's topic has one"));
  }
  return Replicas{there.partitions[0].replica_cnt, there.partitions[0].isr_cnt};
}

bool IsSafe(const Setting& setting, absl::string_view value) {
  if (value == setting.value) return true;
  int64_t is = 0;
  int64_t least = 0;
  return setting.at_least && absl::SimpleAtoi(value, &is) && absl::SimpleAtoi(setting.value, &least) &&
         is >= least;
}

absl::StatusOr<std::map<std::string, std::string>> ReadSettings(rd_kafka_t* client,
                                                                const std::string& topic) {
  AdminCall call(client);
  rd_kafka_ConfigResource_t* resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str());
  rd_kafka_DescribeConfigs(client, &resource, 1, call.options.get(), call.queue.get());
  rd_kafka_ConfigResource_destroy(resource);
  const std::string doing = absl::StrCat("asking the brokers for the settings of topic ", topic);
  ASSIGN_OR_RETURN(auto event, WaitForAdmin(call.queue.get(), doing));
  const rd_kafka_DescribeConfigs_result_t* result = rd_kafka_event_DescribeConfigs_result(event.get());
  size_t count = 0;
  const rd_kafka_ConfigResource_t** resources = rd_kafka_DescribeConfigs_result_resources(result, &count);
  if (count != 1) return absl::UnavailableError(absl::StrCat(doing, ": no answer"));
  if (const auto error = rd_kafka_ConfigResource_error(resources[0]); error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return FromKafka(error, doing);
  }
  const rd_kafka_ConfigEntry_t** entries = rd_kafka_ConfigResource_configs(resources[0], &count);
  std::map<std::string, std::string> settings;
  for (size_t i = 0; i < count; ++i) {
    const char* value = rd_kafka_ConfigEntry_value(entries[i]);
    settings[rd_kafka_ConfigEntry_name(entries[i])] = value == nullptr ? "" : value;
  }
  return settings;
}

// A reader leaves without a word: it has committed nothing and is of no group, and whom it would tell may be gone.
void Abandon(rd_kafka_t* consumer) { rd_kafka_destroy_flags(consumer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE); }

// A topic, by one producer and one consumer that reads it whole.
class KafkaTopic final : public BatchTopic {
 public:
  explicit KafkaTopic(KafkaOptions options) : options_(std::move(options)) {}
  ~KafkaTopic() override {
    stopping_ = true;
    if (delivering_.joinable()) delivering_.join();
    absl::MutexLock lock(&mutex_);
    if (producer_ != nullptr)
      rd_kafka_purge(producer_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  }

  absl::Status Start() {
    RETURN_IF_ERROR(MakeConsumer());
    absl::MutexLock lock(&mutex_);
    RETURN_IF_ERROR(MakeProducer());
    delivering_ = std::thread([this] { DeliverLoop(); });
    return absl::OkStatus();
  }

  void Send(const std::string& bytes, std::function<void(const absl::Status&)> done) override {
    auto callback = std::make_unique<std::function<void(const absl::Status&)>>(std::move(done));
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
    {
      absl::MutexLock lock(&mutex_);
      // One that lost count is of no more use, one that got nothing through may hold on to what is gone. Readers need
      // none of an idempotent producer's promises.
      const bool lost_count = rd_kafka_fatal_error(producer_.get(), nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR;
      if (timed_out_.exchange(false) || lost_count) {
        spdlog::warn("brokers: {} {}: with new connections", options_.topic,
                     lost_count ? "no longer takes what this writer numbers" : "takes nothing that is sent");
        rd_kafka_purge(producer_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        rd_kafka_poll(producer_.get(), 100);
        (void)MakeProducer();
      }
      error = rd_kafka_producev(producer_.get(), RD_KAFKA_V_TOPIC(options_.topic.c_str()),
                                RD_KAFKA_V_PARTITION(kPartition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                RD_KAFKA_V_VALUE(const_cast<char*>(bytes.data()), bytes.size()),
                                RD_KAFKA_V_OPAQUE(callback.get()), RD_KAFKA_V_END);
    }
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      (void)callback.release();  // Delivered's now
    } else {
      (*callback)(FromKafka(error, "sending to the brokers"));
    }
  }  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): librdkafka has it, until Delivered

  absl::Status Seek(uint64_t offset) override {
    heard_at_ = steady::Now();
    end_ = -1;
    KafkaPartitions partitions(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(partitions.get(), options_.topic.c_str(), kPartition)->offset =
        static_cast<int64_t>(offset);
    return FromKafka(rd_kafka_assign(consumer_.get(), partitions.get()), "going to a place of the topic");
  }

  absl::StatusOr<Polled> Poll(absl::Duration timeout) override {
    KafkaMessage message(
        rd_kafka_consumer_poll(consumer_.get(), static_cast<int>(absl::ToInt64Milliseconds(timeout))));
    Polled polled;
    if (message == nullptr) {
      polled.at_end = StillAtEnd();
      if (polled.at_end) {
        Hear();
      } else if (steady::Now() - heard_at_ > patience_) {
        return ConnectAnew();
      }
      return polled;
    }
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      Hear();
      end_ = message->offset;
      asked_at_ = steady::Now();
      polled.at_end = true;
      return polled;
    }
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      const char* said = rd_kafka_message_errstr(message.get());
      return FromKafka(message->err, absl::StrCat("reading topic ", options_.topic), said);
    }
    Hear();
    end_ = -1;
    polled.message = {static_cast<uint64_t>(message->offset),
                      std::string(static_cast<const char*>(message->payload), message->len)};
    return polled;
  }

 private:
  absl::Status MakeConsumer() {
    auto properties = CommonProperties(options_.brokers, options_.properties);
    properties["group.id"] = "klaim-readers";  // librdkafka wants one; nothing is committed
    properties["enable.auto.commit"] = "false";
    properties["enable.auto.offset.store"] = "false";
    properties["auto.offset.reset"] = "error";
    properties["enable.partition.eof"] = "true";
    properties["check.crcs"] = "true";
    properties["fetch.wait.max.ms"] = "500";
    properties["fetch.error.backoff.ms"] = "50";
    properties["queued.max.messages.kbytes"] = "65536";
    properties["fetch.message.max.bytes"] = "16777216";
    properties["receive.message.max.bytes"] = absl::StrCat(2 * kMaxTopicMessageBytes);
    properties["fetch.max.bytes"] = absl::StrCat(kMaxTopicMessageBytes);
    ASSIGN_OR_RETURN(auto config, MakeKafkaConfig(properties));
    ASSIGN_OR_RETURN(auto consumer, MakeKafkaClient(RD_KAFKA_CONSUMER, std::move(config)));
    consumer_.reset(consumer.release());
    rd_kafka_poll_set_consumer(consumer_.get());
    return absl::OkStatus();
  }

  // A reader that neither gets a message nor learns that there is none may hold on to a broker that is gone: it connects
  // anew, and waits longer each time, as the next message may be large and the way to it narrow.
  absl::Status ConnectAnew() {
    const std::string silent = absl::StrCat(options_.topic, " said nothing for ",
                                            absl::FormatDuration(patience_), ": with new connections");
    spdlog::warn("brokers: {}", silent);
    patience_ = std::min(2 * patience_, kMaxPeerDeadline);
    absl::Status made = MakeConsumer();
    return made.ok() ? absl::AbortedError(silent) : made;
  }

  void Hear() {
    heard_at_ = steady::Now();
    patience_ = kPeerDeadline;
  }

  // The end is told once; while nothing comes it is asked for, so that a reader knows that it is up to date. Not by
  // rd_kafka_query_watermark_offsets: before librdkafka 2.3 that waits for an answer without an end, whatever time it is given
  // (https://github.com/confluentinc/librdkafka/issues/2588). This asks brokers the same, and keeps to its time.
  bool StillAtEnd() {
    if (end_ < 0 || steady::Now() - asked_at_ < absl::Seconds(1)) return false;
    KafkaPartitions partitions(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_t* end =
        rd_kafka_topic_partition_list_add(partitions.get(), options_.topic.c_str(), kPartition);
    end->offset = RD_KAFKA_OFFSET_END;  // in the place of a time: the end
    const rd_kafka_resp_err_t error =
        rd_kafka_offsets_for_times(consumer_.get(), partitions.get(), kAskMillis);
    asked_at_ = steady::Now();
    return error == RD_KAFKA_RESP_ERR_NO_ERROR && end->err == RD_KAFKA_RESP_ERR_NO_ERROR &&
           end->offset == end_;
  }

  static void Delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* topic) {
    if (message->err == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT) static_cast<KafkaTopic*>(topic)->timed_out_ = true;
    auto* done = static_cast<std::function<void(const absl::Status&)>*>(message->_private);
    (*done)(FromKafka(message->err, "sending to the brokers"));
    delete done;
  }

  absl::Status MakeProducer() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    auto properties = CommonProperties(options_.brokers, options_.properties);
    properties["acks"] = "all";
    properties["enable.idempotence"] = "true";
    properties["linger.ms"] = "0";
    properties["message.max.bytes"] = absl::StrCat(kMaxTopicMessageBytes);
    properties["request.timeout.ms"] = "5000";
    properties["message.timeout.ms"] = "6000";
    properties["retry.backoff.ms"] = "50";
    ASSIGN_OR_RETURN(auto config, MakeKafkaConfig(properties));
    rd_kafka_conf_set_dr_msg_cb(config.get(), Delivered);
    rd_kafka_conf_set_opaque(config.get(), this);
    ASSIGN_OR_RETURN(producer_, MakeKafkaClient(RD_KAFKA_PRODUCER, std::move(config)));
    return absl::OkStatus();
  }

  // Delivery reports come by polling. The handle stays while it is polled: Send makes a new one only under the lock.
  void DeliverLoop() {
    while (!stopping_) {
      std::shared_ptr<rd_kafka_t> producer;
      {
        absl::MutexLock lock(&mutex_);
        producer = producer_;
      }
      rd_kafka_poll(producer.get(), 100);
    }
  }

  const KafkaOptions options_;

  // The reading thread's.
  std::unique_ptr<rd_kafka_t, KafkaDeleter<&Abandon>> consumer_;
  int64_t end_ = -1;         // the reader is at this end of the topic
  absl::Duration asked_at_;  // these two of the steady clock
  absl::Duration heard_at_;
  absl::Duration patience_ = kPeerDeadline;

  absl::Mutex mutex_;
  std::shared_ptr<rd_kafka_t> producer_ ABSL_GUARDED_BY(mutex_);
  std::atomic<bool> timed_out_ = false;  // a message of the producer
  std::atomic<bool> stopping_ = false;
  std::thread delivering_;
};

}  // namespace

absl::StatusOr<std::map<std::string, std::string>> ReadKafkaProperties(const std::string& file) {
  ASSIGN_OR_RETURN(auto lines, storage::ReadSettingsFile(file));
  std::map<std::string, std::string> properties;
  for (const storage::SettingLine& line : lines) {
    if (std::find(kOurs.begin(), kOurs.end(), line.name) != kOurs.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat(line.where, ": ", line.name, " is set by Klaim: leave it out"));
    }
    properties[line.name] = line.value;
  }
  return properties;
}

absl::Status CreateTopic(const KafkaOptions& options) {
  ASSIGN_OR_RETURN(auto client, AdminClient(options));
  AdminCall call(client.get());
  char error[512];
  rd_kafka_NewTopic_t* topic =
      rd_kafka_NewTopic_new(options.topic.c_str(), 1, kReplicas, error, sizeof(error));
  if (topic == nullptr) return absl::InvalidArgumentError(absl::StrCat("topic ", options.topic, ": ", error));
  for (const Setting& setting : kSettings) rd_kafka_NewTopic_set_config(topic, setting.name, setting.value);
  rd_kafka_CreateTopics(client.get(), &topic, 1, call.options.get(), call.queue.get());
  rd_kafka_NewTopic_destroy(topic);
  const std::string doing = absl::StrCat("making topic ", options.topic);
  ASSIGN_OR_RETURN(auto event, WaitForAdmin(call.queue.get(), doing));
  size_t count = 0;
  const rd_kafka_topic_result_t** results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  if (count != 1) return absl::UnavailableError(absl::StrCat(doing, ": no answer"));
  const char* said = rd_kafka_topic_result_error_string(results[0]);
  absl::Status made = FromKafka(rd_kafka_topic_result_error(results[0]), doing, said == nullptr ? "" : said);
  // Brokers learn of it one after the other.
  const absl::Duration until = steady::Now() + absl::Milliseconds(kAdminTimeoutMillis);
  while (made.ok() && absl::IsNotFound(CheckTopic(options)) && steady::Now() < until)
    absl::SleepFor(absl::Milliseconds(100));
  return made;
}

absl::Status DeleteTopic(const KafkaOptions& options) {
  ASSIGN_OR_RETURN(auto client, AdminClient(options));
  AdminCall call(client.get());
  rd_kafka_DeleteTopic_t* topic = rd_kafka_DeleteTopic_new(options.topic.c_str());
  rd_kafka_DeleteTopics(client.get(), &topic, 1, call.options.get(), call.queue.get());
  rd_kafka_DeleteTopic_destroy(topic);
  const std::string doing = absl::StrCat("removing topic ", options.topic);
  ASSIGN_OR_RETURN(auto event, WaitForAdmin(call.queue.get(), doing));
  size_t count = 0;
  const rd_kafka_topic_result_t** results =
      rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event.get()), &count);
  if (count != 1) return absl::UnavailableError(absl::StrCat(doing, ": no answer"));
  return FromKafka(rd_kafka_topic_result_error(results[0]), doing);
}

absl::Status CheckTopic(const KafkaOptions& options) {
  ASSIGN_OR_RETURN(auto client, AdminClient(options));
  ASSIGN_OR_RETURN(auto replicas, CountReplicas(client.get(), options.topic));
  ASSIGN_OR_RETURN(auto settings, ReadSettings(client.get(), options.topic));
  std::vector<std::string> unsafe;
  if (replicas.all < kReplicas) {
    unsafe.push_back(absl::StrCat("replication factor is ", replicas.all, ", must be ", kReplicas,
                                  " or more (the loss of brokers would lose the docket)"));
  }
  for (const Setting& setting : kSettings) {
    const std::string& value = settings[setting.name];
    if (IsSafe(setting, value)) continue;
    unsafe.push_back(absl::StrCat(setting.name, " is ", value.empty() ? "not told" : value, ", must be ",
                                  setting.value, setting.at_least ? " or more" : "", " (", setting.why, ")"));
  }
  if (unsafe.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("topic ", options.topic, " is unsafe: ", absl::StrJoin(unsafe, "; ")));
}

absl::StatusOr<int> CountInSync(const KafkaOptions& options) {
  ASSIGN_OR_RETURN(auto client, AdminClient(options));
  ASSIGN_OR_RETURN(auto replicas, CountReplicas(client.get(), options.topic));
  return replicas.in_sync;
}

absl::StatusOr<std::unique_ptr<BatchTopic>> OpenKafkaTopic(const KafkaOptions& options) {
  auto topic = std::make_unique<KafkaTopic>(options);
  RETURN_IF_ERROR(topic->Start());
  return topic;
}

}  // namespace klaim::log
