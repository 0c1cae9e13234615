// A topic's clients on brokers that stop answering: librdkafka's own stand-ins, as for what the cluster test meets by
// chance only.

#include "engine/log/kafka_topic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <atomic>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "engine/log/kafka_client.h"
#include "engine/log/topic_reader.h"
#include "engine/time/steady.h"
#include "testing/bounded_tests.h"

namespace klaim::log {
namespace {

constexpr int kBrokers = 3;
constexpr char kTopicName[] = "klaim.docket.test";
constexpr absl::Duration kPollTime = absl::Milliseconds(50);
constexpr absl::Duration kEnough = absl::Minutes(1);

class StandInBrokers {
 public:
  StandInBrokers() {
    auto config = MakeKafkaConfig({{"test.mock.num.brokers", absl::StrCat(kBrokers)}});
    auto client = MakeKafkaClient(RD_KAFKA_PRODUCER, *std::move(config));
    client_ = *std::move(client);
    cluster_ = rd_kafka_handle_mock_cluster(client_.get());
    rd_kafka_mock_topic_create(cluster_, kTopicName, 1, kBrokers);
  }

  std::string addresses() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }

  void AnswerAfter(absl::Duration delay) {
    for (int broker = 1; broker <= kBrokers; ++broker) {
      rd_kafka_mock_broker_set_rtt(cluster_, broker, static_cast<int>(absl::ToInt64Milliseconds(delay)));
    }
  }

 private:
  KafkaClient client_;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;  // the client's
};

class KafkaTopicTest : public ::testing::Test {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_THREAD__
    GTEST_SKIP()
        << "librdkafka's threads are C11's (thrd_create), which the thread sanitizer doesn't know of";
#endif
    klaim::testing::AllowMinutes(3, "brokers that fall silent are waited for, a minute at a time");
    brokers_.emplace();
    KafkaOptions options;
    options.brokers = brokers_->addresses();
    options.topic = kTopicName;
    auto topic = OpenKafkaTopic(options);
    ASSERT_TRUE(topic.ok()) << topic.status();
    topic_ = *std::move(topic);
    reader_.emplace(*topic_);
    ASSERT_TRUE(reader_->Seek(0).ok());
  }

  ~KafkaTopicTest() override {
    reader_.reset();
    topic_.reset();
    brokers_.reset();
  }

  void Send(const std::string& bytes) {
    topic_->Send(bytes, [this](const absl::Status& stored) { ++(stored.ok() ? stored_ : failed_); });
  }

  // Polls once; messages are kept in the order in which they came.
  void Poll() {
    auto polled = reader_->Next(kPollTime);
    ASSERT_TRUE(polled.ok()) << polled.status();
    at_end_ = polled->at_end;
    if (polled->message.has_value()) {
      EXPECT_EQ(polled->message->offset, read_.size()) << "each message once, in order";
      read_.push_back(polled->message->bytes);
    }
  }

  bool PollUntil(absl::FunctionRef<bool()> done) {
    for (const absl::Duration end = steady::Now() + kEnough; !done();) {
      if (steady::Now() > end) return false;
      Poll();
    }
    return true;
  }

  std::optional<StandInBrokers> brokers_;
  std::atomic<int> failed_ = 0;
  std::atomic<int> stored_ = 0;
  bool at_end_ = false;
  std::vector<std::string> read_;
  std::unique_ptr<BatchTopic> topic_;
  std::optional<TopicReader> reader_;
};

TEST_F(KafkaTopicTest, GoesOnWithNewConnectionsAfterBrokersAnsweredNothingForLong) {
  Send("before");
  ASSERT_TRUE(PollUntil([&] { return !read_.empty() && stored_ > 0; }))
      << "the writer hears that it is stored";
  brokers_->AnswerAfter(absl::Minutes(10));
  Send("while they are silent");
  ASSERT_TRUE(PollUntil([&] { return failed_ > 0; })) << "the writer hears that it may be lost";
  brokers_->AnswerAfter(absl::ZeroDuration());
  Send("after");
  ASSERT_TRUE(PollUntil([&] { return read_.back() == "after"; })) << read_.back();
}

// Whoever is at the end asks every second whether it still is: an answer that doesn't come holds up nothing.
TEST_F(KafkaTopicTest, AReaderAtTheEndIsNotHeldUpByBrokersThatFallSilent) {
  ASSERT_TRUE(PollUntil([&] { return at_end_; }));
  brokers_->AnswerAfter(absl::Minutes(10));
  const absl::Duration silent = steady::Now();
  ASSERT_TRUE(PollUntil([&] { return steady::Now() - silent > absl::Seconds(3); }));
  at_end_ = false;
  brokers_->AnswerAfter(absl::ZeroDuration());
  ASSERT_TRUE(PollUntil([&] { return at_end_; })) << "it learns that it is up to date again";
}

}  // namespace
}  // namespace klaim::log
