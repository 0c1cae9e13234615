#include "tools/klaim-node/owners.h"

#include <boost/json.hpp>

#include "absl/time/time.h"
#include "engine/base/return_if_error.h"
#include "engine/log/kafka_topic.h"
#include "spdlog/spdlog.h"

namespace klaim::tools {
namespace {

constexpr char kTopic[] = "klaim.owners";
constexpr absl::Duration kPollTime = absl::Milliseconds(200);

std::string Field(const boost::json::object& word, const char* name) {
  const boost::json::value* value = word.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

}  // namespace

absl::StatusOr<std::unique_ptr<Owners>> Owners::Follow(const NodeConfiguration& node,
                                                       std::function<void(const Owner&)> on_owner) {
  log::KafkaOptions options;
  options.brokers = node.brokers;
  options.topic = kTopic;
  if (!node.broker_properties.empty()) {
    ASSIGN_OR_RETURN(auto properties, log::ReadKafkaProperties(node.broker_properties));
    options.properties = std::move(properties);
  }
  if (absl::Status made = log::CreateTopic(options); !made.ok() && !absl::IsAlreadyExists(made)) return made;
  ASSIGN_OR_RETURN(auto topic, log::OpenKafkaTopic(options));
  std::unique_ptr<Owners> owners(new Owners(std::move(on_owner)));
  owners->topic_ = std::move(topic);
  owners->reader_.emplace(*owners->topic_);
  RETURN_IF_ERROR(owners->reader_->Seek(0));
  owners->thread_ = std::thread([self = owners.get()] { self->Loop(); });
  return owners;
}

Owners::~Owners() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void Owners::Announce(const Owner& owner) {
  const boost::json::object word = {
      {"topic", owner.topic}, {"node", owner.node}, {"grpc", owner.grpc}, {"http", owner.http}};
  const std::string text = boost::json::serialize(word);
  topic_->Send(text, [text](const absl::Status& status) {
    if (!status.ok()) spdlog::warn("nobody learnt of {}: {}", text, std::string(status.message()));
  });
}

void Owners::Loop() {
  while (!stopping_) {
    auto polled = reader_->Next(kPollTime);
    // The topic was made anew: it is read from its beginning.
    if (absl::IsOutOfRange(polled.status())) (void)reader_->Seek(0);
    if (!polled.ok() || !polled->message.has_value()) continue;
    boost::system::error_code error;
    const boost::json::value word = boost::json::parse(polled->message->bytes, error);
    if (error || !word.is_object()) continue;
    const boost::json::object& fields = word.as_object();
    on_owner_({Field(fields, "topic"), Field(fields, "node"), Field(fields, "grpc"), Field(fields, "http")});
  }
}

}  // namespace klaim::tools
