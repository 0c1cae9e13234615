// The protocol of the distributed log on a topic that repeats, loses and reorders what writers send: all readers hold
// the same records, what was acknowledged is among them, what was refused is not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/log/kafka_event_log.h"
#include "engine/log/kafka_topic.h"
#include "engine/log/topic_reader.h"
#include "klaim/v1/event_record.pb.h"
#include "testing/temporary_folder.h"

namespace klaim::log {
namespace {

using klaim::testing::TemporaryFolder;

// What all writers and readers of a docket share: one order of messages.
struct Partition {
  absl::Mutex mutex;
  std::vector<std::string> messages ABSL_GUARDED_BY(mutex);
  std::deque<std::string> under_way ABSL_GUARDED_BY(mutex);
  std::mt19937_64 random ABSL_GUARDED_BY(mutex){20261125};
  bool unruly ABSL_GUARDED_BY(mutex) = false;
  bool away ABSL_GUARDED_BY(mutex) = false;
  int stale_polls ABSL_GUARDED_BY(mutex) = 0;  // that a broker answers which led before
  int lost_polls ABSL_GUARDED_BY(mutex) = 0;   // in which a reader loses its place
  bool alone ABSL_GUARDED_BY(mutex) = false;   // one broker has what is stored, and says so

  // Whether the message was stored at once, this one or a copy of it.
  bool Take(const std::string& bytes) {
    absl::MutexLock lock(&mutex);
    const size_t before = messages.size();
    if (!unruly) {
      messages.push_back(bytes);
      return true;
    }
    under_way.push_back(bytes);
    // Any that is under way is stored, lost, or stored and kept to be stored again.
    for (uint64_t steps = random() % 4; steps > 0 && !under_way.empty(); --steps) {
      const size_t which = random() % under_way.size();
      if (random() % 4 != 0) messages.push_back(under_way[which]);
      if (random() % 3 != 0) under_way.erase(under_way.begin() + static_cast<std::ptrdiff_t>(which));
    }
    return std::find(messages.begin() + static_cast<std::ptrdiff_t>(before), messages.end(), bytes) !=
           messages.end();
  }
};

class SharedTopic final : public BatchTopic {
 public:
  explicit SharedTopic(Partition& partition) : partition_(partition) {}
  void Send(const std::string& bytes, std::function<void(const absl::Status&)> done) override {
    bool away = false;
    bool alone = false;
    {
      absl::MutexLock lock(&partition_.mutex);
      away = partition_.away;
      alone = partition_.alone;
    }
    if (away) return done(absl::UnavailableError("away"));
    // What becomes of a message that wasn't stored at once, its sender never learns.
    if (!partition_.Take(bytes)) return;
    done(alone ? absl::UnavailableError("too few brokers have it") : absl::OkStatus());
  }
  absl::Status Seek(uint64_t offset) override {
    next_ = offset;
    return absl::OkStatus();
  }
  absl::StatusOr<Polled> Poll(absl::Duration timeout) override {
    absl::MutexLock lock(&partition_.mutex);
    if (partition_.stale_polls > 0 && --partition_.stale_polls >= 0) {
      next_ = ~uint64_t{0};  // stays nowhere until it is told where to go on
      return absl::OutOfRangeError("the broker has less");
    }
    if (partition_.lost_polls > 0 && --partition_.lost_polls >= 0) {
      next_ = 0;
      return absl::AbortedError("with new connections");
    }
    const auto there = [this]() ABSL_SHARED_LOCKS_REQUIRED(partition_.mutex) {
      return partition_.messages.size() > next_;
    };
    if (!partition_.mutex.AwaitWithTimeout(absl::Condition(&there),
                                           std::min(timeout, absl::Milliseconds(2)))) {
      return Polled{std::nullopt, partition_.messages.size() == next_};
    }
    Polled polled{Message{next_, partition_.messages[next_]}, false};
    ++next_;
    return polled;
  }

 private:
  Partition& partition_;
  uint64_t next_ = 0;
};

v1::EventRecord Note(uint64_t sequence, const std::string& text) {
  v1::EventRecord event;
  event.set_sequence(sequence);
  event.set_stream(sequence);
  event.set_actor("sari@0");
  event.set_request_id(text);
  event.set_causation(sequence);
  event.mutable_claim_withdrawn()->set_reason(text);
  return event;
}

// One record to stand next, with a text of its own.
absl::StatusOr<std::vector<merkle::Hash>> AppendOne(KafkaEventLog& log, const std::string& text,
                                                    uint64_t& at) {
  record::EncodedRecords records;
  at = log.next_sequence();
  EXPECT_TRUE(records.Add(Note(at, text), RequestFingerprint("sari@0", text)).ok());
  return log.Append(at, records);
}

std::vector<std::string> Texts(const LogReader& log) {
  std::vector<std::string> texts;
  EXPECT_TRUE(log.Read(0,
                       [&](uint64_t sequence, absl::string_view bytes) {
                         v1::EventRecord event;
                         EXPECT_TRUE(record::DecodeRecord(sequence, bytes, event).ok());
                         texts.push_back(event.request_id());
                         return true;
                       })
                  .ok());
  return texts;
}

struct Opened {
  absl::Status failure;
  absl::Mutex mutex;
  std::unique_ptr<KafkaEventLog> log;
};

std::unique_ptr<Opened> OpenOn(Partition& partition, const std::string& cache, const std::string& writer,
                               bool leads = true) {
  auto opened = std::make_unique<Opened>();
  KafkaEventLog::Options options;
  options.cache = cache;
  options.writer = writer;
  options.leads = leads;
  options.send_again = absl::Milliseconds(3);
  auto log = KafkaEventLog::Open(
      std::make_unique<SharedTopic>(partition), options, [](uint64_t) { return true; },
      [raw = opened.get()](const absl::Status& status) {
        absl::MutexLock lock(&raw->mutex);
        raw->failure = status;
      });
  if (log.ok()) {
    opened->log = *std::move(log);
  } else {
    absl::MutexLock lock(&opened->mutex);
    opened->failure = log.status();
  }
  return opened;
}

void WaitFor(const KafkaEventLog& log, uint64_t size) {
  ASSERT_TRUE(size == 0 || log.WaitForAppend(size - 1, absl::Seconds(30))) << log.next_sequence();
}

TEST(DistributedLog, WhatOneWriterAppendsEveryReaderHoldsWithTheSameTree) {
  Partition partition;
  TemporaryFolder folder;
  auto writer = OpenOn(partition, folder.path("a"), "a");
  ASSERT_NE(writer->log, nullptr) << writer->failure;
  for (int i = 0; i < 600; ++i) {
    uint64_t at = 0;
    auto appended = AppendOne(*writer->log, absl::StrCat("r", i), at);
    ASSERT_TRUE(appended.ok()) << appended.status();
    ASSERT_EQ(appended->size(), 1u);
  }
  auto reader = OpenOn(partition, folder.path("b"), "b", false);
  ASSERT_NE(reader->log, nullptr) << reader->failure;
  EXPECT_EQ(Texts(*reader->log), Texts(*writer->log));
  EXPECT_EQ(*reader->log->Root(600), *writer->log->Root(600));
  for (uint64_t i = 0; i < 600; ++i) {
    const auto found = reader->log->FindRequests({RequestFingerprint("sari@0", absl::StrCat("r", i))});
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(found->front(), i) << "a repetition is known on every node";
  }
  uint64_t at = 0;
  EXPECT_EQ(AppendOne(*reader->log, "no", at).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_LT(reader->log->Lag(), absl::Seconds(30));
}

TEST(DistributedLog, TheCacheGoesOnWhereItStoodAndIsMadeAnewWhenThrownAway) {
  Partition partition;
  TemporaryFolder folder;
  merkle::Hash root;
  for (int round = 0; round < 3; ++round) {
    auto writer = OpenOn(partition, folder.path("a"), absl::StrCat("a", round));
    ASSERT_NE(writer->log, nullptr) << writer->failure;
    ASSERT_EQ(writer->log->next_sequence(), static_cast<uint64_t>(round) * 5);
    for (int i = 0; i < 5; ++i) {
      uint64_t at = 0;
      ASSERT_TRUE(AppendOne(*writer->log, absl::StrCat(round, "-", i), at).ok());
    }
    root = *writer->log->Root(writer->log->next_sequence());
  }
  std::ofstream(folder.path("a/CURRENT")) << "nothing that would be there\n";
  EXPECT_THAT(std::string(OpenOn(partition, folder.path("a"), "damaged")->failure.message()),
              ::testing::HasSubstr("move " + folder.path("a") + " away"));
  std::filesystem::rename(folder.path("a"), folder.path("away"));
  auto again = OpenOn(partition, folder.path("a"), "again");
  ASSERT_NE(again->log, nullptr) << again->failure;
  EXPECT_EQ(again->log->next_sequence(), 15u);
  EXPECT_EQ(*again->log->Root(15), root);
}

TEST(DistributedLog, AWriterThatWasReplacedIsStoppedAndNothingOfItAppears) {
  Partition partition;
  TemporaryFolder folder;
  auto first = OpenOn(partition, folder.path("a"), "a");
  uint64_t at = 0;
  ASSERT_TRUE(AppendOne(*first->log, "before", at).ok());
  auto second = OpenOn(partition, folder.path("b"), "b");
  ASSERT_NE(second->log, nullptr) << second->failure;
  ASSERT_TRUE(AppendOne(*second->log, "taken over", at).ok());
  const absl::Status late = AppendOne(*first->log, "late", at).status();
  EXPECT_TRUE(absl::IsAborted(late)) << late;
  EXPECT_EQ(Texts(*second->log), (std::vector<std::string>{"before", "taken over"}));
  absl::MutexLock lock(&first->mutex);
  const auto told = [&] { return !first->failure.ok(); };
  first->mutex.Await(absl::Condition(&told));
  EXPECT_TRUE(absl::IsAborted(first->failure)) << first->failure;
}

TEST(DistributedLog, WaitsWhileTheBrokersAreAwayAndSaysSoWhenInterrupted) {
  Partition partition;
  TemporaryFolder folder;
  auto writer = OpenOn(partition, folder.path("a"), "a");
  const auto set_away = [&](bool away) {
    absl::MutexLock lock(&partition.mutex);
    partition.away = away;
  };
  set_away(true);
  std::atomic<bool> done = false;
  std::thread appending([&] {
    uint64_t at = 0;
    EXPECT_TRUE(AppendOne(*writer->log, "patient", at).ok());
    done = true;
  });
  for (int looks = 0; looks < 20; ++looks) {
    EXPECT_FALSE(done);
    std::this_thread::yield();
  }
  set_away(false);
  appending.join();
  set_away(true);
  std::thread interrupted([&] {
    uint64_t at = 0;
    EXPECT_TRUE(absl::IsUnavailable(AppendOne(*writer->log, "unknown", at).status()));
  });
  writer->log->Interrupt();
  interrupted.join();
}

// Read back from one broker alone, which may be lost, a batch is stored again until the others have it.
TEST(DistributedLog, WhatOneBrokerAloneHasIsNotAcknowledged) {
  Partition partition;
  TemporaryFolder folder;
  auto writer = OpenOn(partition, folder.path("a"), "a");
  ASSERT_NE(writer->log, nullptr) << writer->failure;
  {
    absl::MutexLock lock(&partition.mutex);
    partition.alone = true;
  }
  std::atomic<bool> acknowledged = false;
  std::thread appending([&] {
    uint64_t at = 0;
    const auto appended = AppendOne(*writer->log, "once", at);
    EXPECT_TRUE(appended.ok()) << appended.status();
    acknowledged = true;
  });
  EXPECT_TRUE(writer->log->WaitForAppend(0, absl::Seconds(30))) << "it is read back";
  {
    absl::MutexLock lock(&partition.mutex);
    const auto sent_again = [&]() ABSL_SHARED_LOCKS_REQUIRED(partition.mutex) {
      return std::count(partition.messages.begin(), partition.messages.end(), partition.messages.back()) > 2;
    };
    EXPECT_TRUE(partition.mutex.AwaitWithTimeout(absl::Condition(&sent_again), absl::Seconds(30)));
    EXPECT_FALSE(acknowledged);
    partition.alone = false;
  }
  appending.join();
  EXPECT_TRUE(acknowledged);
  EXPECT_EQ(Texts(*writer->log), std::vector<std::string>{"once"});
}

TEST(DistributedLog, ClosingIsToldOnceItIsConfirmed) {
  Partition partition;
  TemporaryFolder folder;
  auto writer = OpenOn(partition, folder.path("a"), "a");
  ASSERT_NE(writer->log, nullptr) << writer->failure;
  uint64_t at = 0;
  ASSERT_TRUE(AppendOne(*writer->log, "last", at).ok());
  const auto set_alone = [&](bool alone) {
    absl::MutexLock lock(&partition.mutex);
    partition.alone = alone;
  };
  set_alone(true);
  std::atomic<bool> done = false;
  std::thread closing([&] {
    const absl::Status closed = writer->log->Close();
    EXPECT_TRUE(closed.ok()) << closed;
    done = true;
  });
  {
    absl::MutexLock lock(&partition.mutex);
    const auto sent_again = [&]() ABSL_SHARED_LOCKS_REQUIRED(partition.mutex) {
      return partition.messages.size() > 4;
    };
    EXPECT_TRUE(partition.mutex.AwaitWithTimeout(absl::Condition(&sent_again), absl::Seconds(30)));
    EXPECT_FALSE(done);
  }
  set_alone(false);
  closing.join();
}

// A batch was cut off and others were written behind it: a reader that stood before it can't be up to date.
TEST(DistributedLog, ABatchThatIsGoneFromTheTopicStopsTheReader) {
  Partition partition;
  TemporaryFolder folder;
  {
    auto writer = OpenOn(partition, folder.path("a"), "a");
    ASSERT_NE(writer->log, nullptr) << writer->failure;
    uint64_t at = 0;
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(AppendOne(*writer->log, absl::StrCat(i), at).ok());
  }
  {
    absl::MutexLock lock(&partition.mutex);
    ASSERT_EQ(partition.messages.size(), 4u);
    partition.messages.erase(partition.messages.begin() + 2);  // of the announcement and three batches
  }
  auto reader = OpenOn(partition, folder.path("b"), "b", false);
  absl::MutexLock lock(&reader->mutex);
  EXPECT_EQ(reader->log, nullptr);
  EXPECT_TRUE(absl::IsDataLoss(reader->failure)) << reader->failure;
  EXPECT_THAT(std::string(reader->failure.message()),
              ::testing::HasSubstr("records 1 to 1 stood in the topic and are gone"));
}

TEST(DistributedLog, OfTwoThatAnnounceTheSameEpochOneGoesOn) {
  Partition partition;
  TemporaryFolder folder;
  auto writer = OpenOn(partition, folder.path("b"), "b");
  ASSERT_NE(writer->log, nullptr) << writer->failure;
  const auto announce = [&](const std::string& name) {
    v1::AppendedBatch announcement;
    announcement.set_writer(name);
    announcement.set_writer_epoch(1);
    partition.Take(announcement.SerializeAsString());
  };
  announce("a");
  uint64_t at = 0;
  const auto appended = AppendOne(*writer->log, "goes on", at);
  EXPECT_TRUE(appended.ok()) << appended.status();
  announce("c");
  absl::MutexLock lock(&writer->mutex);
  const auto told = [&] { return !writer->failure.ok(); };
  EXPECT_TRUE(writer->mutex.AwaitWithTimeout(absl::Condition(&told), absl::Seconds(30)));
  EXPECT_TRUE(absl::IsAborted(writer->failure)) << writer->failure;
}

TEST(DistributedLog, ABrokerThatLedBeforeAndHasLessIsWaitedFor) {
  Partition partition;
  TemporaryFolder folder;
  auto writer = OpenOn(partition, folder.path("a"), "a");
  for (int i = 0; i < 6; ++i) {
    {
      absl::MutexLock lock(&partition.mutex);
      partition.stale_polls = i % 3;
      partition.lost_polls = i % 2;
    }
    uint64_t at = 0;
    auto appended = AppendOne(*writer->log, absl::StrCat(i), at);
    ASSERT_TRUE(appended.ok()) << appended.status();
    EXPECT_EQ(at, static_cast<uint64_t>(i));
  }
  EXPECT_EQ(Texts(*writer->log).size(), 6u);
}

TEST(TopicReader, GivesEachMessageOnceAndInOrderWhateverStaleBrokersSay) {
  Partition partition;
  for (int i = 0; i < 9; ++i) partition.Take(absl::StrCat(i));
  SharedTopic topic(partition);
  TopicReader reader(topic);
  ASSERT_TRUE(reader.Seek(2).ok());
  std::string read;
  for (int i = 2; i < 9; ++i) {
    {
      absl::MutexLock lock(&partition.mutex);
      partition.stale_polls = i % 3;
      partition.lost_polls = i % 2;
    }
    for (int given = 0; given == 0;) {
      auto next = reader.Next(absl::Seconds(1));
      ASSERT_TRUE(next.ok()) << next.status();
      if (!next->message.has_value()) continue;
      EXPECT_EQ(next->message->offset, static_cast<uint64_t>(i));
      read += next->message->bytes;
      ++given;
    }
  }
  EXPECT_EQ(read, "2345678");
  auto end = reader.Next(absl::ZeroDuration());
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_TRUE(end->at_end);
}

TEST(TopicReader, ATopicThatWasMadeAnewIsSaidToBeSoAndReadFromItsBeginning) {
  Partition partition;
  partition.Take("new");
  SharedTopic topic(partition);
  TopicReader reader(topic, absl::ZeroDuration());
  ASSERT_TRUE(reader.Seek(7).ok());
  {
    absl::MutexLock lock(&partition.mutex);
    partition.stale_polls = 1;
  }
  EXPECT_TRUE(absl::IsOutOfRange(reader.Next(absl::Seconds(1)).status()));
  ASSERT_TRUE(reader.Seek(0).ok());
  auto next = reader.Next(absl::Seconds(1));
  ASSERT_TRUE(next.ok() && next->message.has_value()) << next.status();
  EXPECT_EQ(next->message->bytes, "new");
}

TEST(DistributedLog, RefusesATopicThatIsNotTheCaches) {
  Partition partition;
  Partition other;
  TemporaryFolder folder;
  uint64_t at = 0;
  {
    auto a = OpenOn(partition, folder.path("a"), "a");
    auto b = OpenOn(other, folder.path("b"), "b");
    for (auto* log : {a->log.get(), b->log.get()}) {
      for (int i = 0; i < 3; ++i) ASSERT_TRUE(AppendOne(*log, absl::StrCat(log == a->log.get(), i), at).ok());
    }
  }
  auto crossed = OpenOn(other, folder.path("a"), "a");
  EXPECT_TRUE(absl::IsDataLoss(crossed->failure)) << crossed->failure;
  {
    absl::MutexLock lock(&partition.mutex);
    partition.messages.resize(3);
  }
  auto cut = OpenOn(partition, folder.path("a"), "a");
  EXPECT_TRUE(absl::IsDataLoss(cut->failure)) << cut->failure;
}

TEST(DistributedLog, ABatchThatDoesntFollowStopsTheReader) {
  Partition partition;
  TemporaryFolder folder;
  auto writer = OpenOn(partition, folder.path("a"), "a");
  uint64_t at = 0;
  ASSERT_TRUE(AppendOne(*writer->log, "good", at).ok());
  v1::AppendedBatch forged;
  forged.set_expects_sequence(1);
  forged.set_writer("mallory");
  forged.add_records(Note(1, "forged").SerializeAsString());
  forged.set_root(std::string(32, 'x'));
  partition.Take(forged.SerializeAsString());
  absl::MutexLock lock(&writer->mutex);
  const auto told = [&] { return !writer->failure.ok(); };
  writer->mutex.Await(absl::Condition(&told));
  EXPECT_TRUE(absl::IsDataLoss(writer->failure)) << writer->failure;
  EXPECT_EQ(writer->log->next_sequence(), 1u);
}

// A late batch of an earlier writer is accepted in the very moment in which this one appends behind it.
TEST(DistributedLog, WhatIsAppendedWhileAnotherBatchIsAcceptedFollowsFromIt) {
  Partition partition;
  TemporaryFolder folder;
  auto writer = OpenOn(partition, folder.path("a"), "a");
  merkle::Frontier tree;
  for (int i = 0; i < 300; ++i) {
    const uint64_t at = writer->log->next_sequence();
    v1::AppendedBatch late;
    late.set_expects_sequence(at);
    late.set_writer("earlier");
    late.add_records(Note(at, absl::StrCat("late", i)).SerializeAsString());
    tree.Append({merkle::LeafHash(late.records(0))});
    late.set_root(std::string(merkle::AsBytes(tree.Root())));
    const v1::EventRecord note = Note(at + 1, absl::StrCat("own", i));
    record::EncodedRecords own;
    ASSERT_TRUE(own.Add(note, RequestFingerprint("sari@0", note.request_id())).ok());
    partition.Take(late.SerializeAsString());
    while (writer->log->next_sequence() == at) std::this_thread::yield();
    auto appended = writer->log->Append(at + 1, own);
    // It may come too soon; it is tried again then.
    while (absl::IsAborted(appended.status())) appended = writer->log->Append(at + 1, own);
    ASSERT_TRUE(appended.ok()) << appended.status();
    tree.Append(*appended);
    ASSERT_EQ(*writer->log->Root(at + 2), tree.Root());
  }
}

// Two writers that both believe that the docket is theirs, a network that does what it likes, and readers that come
// when they come.
TEST(DistributedLog, WhateverTheNetworkDoesThereIsOneLog) {
  Partition partition;
  TemporaryFolder folder;
  {
    absl::MutexLock lock(&partition.mutex);
    partition.unruly = true;
  }
  absl::Mutex mutex;
  std::map<std::string, uint64_t> acknowledged;
  std::vector<std::string> refused;
  const auto enough = [&] {
    absl::MutexLock lock(&mutex);
    return acknowledged.size() > 25;
  };
  const auto work = [&](const std::string& name) {
    // They may take the docket from each other for long; whoever is left alone in the end gets on.
    for (int life = 0; life < 12 || !enough(); ++life) {
      // Sometimes it comes back to its old copy, sometimes to none.
      const std::string cache = folder.path(absl::StrCat(name, life % 3 == 2 ? absl::StrCat(life) : ""));
      auto writer = OpenOn(partition, cache, absl::StrCat(name, life));
      if (writer->log == nullptr) {
        absl::MutexLock lock(&writer->mutex);
        ASSERT_TRUE(absl::IsAborted(writer->failure)) << writer->failure;
        continue;
      }
      for (int i = 0; i < 25; ++i) {
        const std::string text = absl::StrCat(name, "-", life, "-", i);
        uint64_t at = 0;
        auto appended = AppendOne(*writer->log, text, at);
        absl::MutexLock lock(&mutex);
        if (appended.ok()) {
          acknowledged[text] = at;
        } else {
          ASSERT_TRUE(absl::IsAborted(appended.status())) << appended.status();
          if (appended.status().message() == "another writer has taken the docket over")
            refused.push_back(text);
          break;
        }
      }
    }
  };
  std::thread first([&] { work("a"); });
  std::thread second([&] { work("b"); });
  first.join();
  second.join();
  auto one = OpenOn(partition, folder.path("one"), "one", false);
  auto two = OpenOn(partition, folder.path("two"), "two", false);
  WaitFor(*one->log, two->log->next_sequence());
  WaitFor(*two->log, one->log->next_sequence());
  const std::vector<std::string> texts = Texts(*one->log);
  EXPECT_EQ(texts, Texts(*two->log));
  for (const auto& [text, at] : acknowledged) {
    ASSERT_LT(at, texts.size());
    EXPECT_EQ(texts[at], text) << "acknowledged at " << at;
    EXPECT_EQ(std::count(texts.begin(), texts.end(), text), 1) << text;
  }
  for (const std::string& text : refused) {
    EXPECT_EQ(std::count(texts.begin(), texts.end(), text), 0) << text << " was refused";
  }
  EXPECT_GT(one->log->skipped(), 0u) << "the network was too tame to show anything";
}

TEST(KafkaProperties, WhatKlaimSetsItselfIsRefused) {
  TemporaryFolder folder;
  const auto write = [&](const std::string& text) {
    FILE* file = std::fopen(folder.path("kafka.conf").c_str(), "w");
    std::fputs(text.c_str(), file);
    std::fclose(file);
    return ReadKafkaProperties(folder.path("kafka.conf"));
  };
  auto good = write("# TLS\nsecurity.protocol = ssl\nssl.ca.location=/etc/ca.pem\n\n");
  ASSERT_TRUE(good.ok()) << good.status();
  EXPECT_EQ(good->at("security.protocol"), "ssl");
  EXPECT_EQ(good->at("ssl.ca.location"), "/etc/ca.pem");
  for (const char* bad : {"acks=1\n", "enable.idempotence=false\n", "nothing\n", "=x\n"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(write(bad).status())) << bad;
  }
}

}  // namespace
}  // namespace klaim::log
