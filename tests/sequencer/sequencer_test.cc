// The write path: in order, once, durable before it is answered, bounded, and stopping at the first error.

#include "engine/sequencer/sequencer.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/registry/organisation.h"
#include "engine/log/rocksdb_event_log.h"
#include "klaim/v1/event_record.pb.h"
#include "testing/forwarding_log.h"
#include "testing/temporary_folder.h"

namespace klaim::sequencer {
namespace {

using klaim::testing::TemporaryFolder;

// A log that fails when told to, and can be held up.
class FragileLog final : public testing::ForwardingLog {
 public:
  explicit FragileLog(log::EventLog& log) : ForwardingLog(log) {}
  absl::StatusOr<std::vector<merkle::Hash>> Append(uint64_t next,
                                                   const record::EncodedRecords& records) override {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(
        +[](bool* held) { return !*held; }, &held_));
    if (failing_) return absl::ResourceExhaustedError("No space left on device");
    ++appends_;
    return log_.Append(next, records);
  }

  void Hold(bool held) {
    absl::MutexLock lock(&mutex_);
    held_ = held;
  }
  void Fail() {
    absl::MutexLock lock(&mutex_);
    failing_ = true;
  }
  int appends() {
    absl::MutexLock lock(&mutex_);
    return appends_;
  }

 private:
  absl::Mutex mutex_;
  bool held_ = false;
  bool failing_ = false;
  int appends_ = 0;
};

class SequencerTest : public ::testing::Test {
 protected:
  SequencerTest() { Open(); }

  void Open(bool threads = true, bool accept_clock_behind = false) {
    sequencer_.reset();
    fragile_.reset();
    log_.reset();
    vault_.reset();
    log_ = *log::RocksDbEventLog::Open(folder_.path("log"));
    vault_ = *privacy::Vault::Open(folder_.path("vault"), privacy::SecretKey());
    fragile_ = std::make_unique<FragileLog>(*log_);
    Options options;
    options.queue_capacity = 100;
    options.threads = threads;
    options.accept_clock_behind = accept_clock_behind;
    options.clock = [this] { return now_.load(); };
    options.elapsed = [this] { return absl::Microseconds(elapsed_.load()); };
    sequencer_ = *Sequencer::Start(*fragile_, *vault_, options,
                                   [this](const absl::Status& status) { failure_.set_value(status); });
  }

  static v1::RegisterOrganisationRequest Organisation(const std::string& name) {
    v1::RegisterOrganisationRequest request;
    request.mutable_organisation()->set_name(name);
    request.mutable_organisation()->set_country("ID");
    request.mutable_organisation()->set_kind(v1::ORGANISATION_KIND_PARTNER);
    return request;
  }

  std::future<absl::StatusOr<Outcome>> Submit(
      const std::string& request_id, const std::string& name = "NGO", const std::string& actor = "sari@0",
      absl::string_view request_type = "RegisterOrganisationRequest") {
    auto promise = std::make_shared<std::promise<absl::StatusOr<Outcome>>>();
    Command command;
    command.actor = actor;
    command.request_id = request_id;
    command.request_type = request_type;
    command.decide = [request = Organisation(name)](domain::Docket& d, const domain::Context& c,
                                                    domain::Decision& out) {
      return domain::Decide(request, d, c, out);
    };
    command.done = [promise](absl::StatusOr<Outcome> outcome) { promise->set_value(std::move(outcome)); };
    auto future = promise->get_future();
    if (absl::Status status = sequencer_->Submit(std::move(command)); !status.ok())
      promise->set_value(status);
    return future;
  }

  TemporaryFolder folder_;
  std::atomic<int64_t> now_ = 1'790'000'000'000'000;
  std::atomic<int64_t> elapsed_ = 0;
  std::unique_ptr<log::RocksDbEventLog> log_;
  std::unique_ptr<privacy::Vault> vault_;
  std::unique_ptr<FragileLog> fragile_;
  std::promise<absl::Status> failure_;
  std::unique_ptr<Sequencer> sequencer_;
};

TEST_F(SequencerTest, AnswersWithWhatIsInTheLog) {
  const auto outcome = *Submit("one").get();
  merkle::Hash leaf{};
  (void)log_->Read(outcome.last_sequence, [&](uint64_t, absl::string_view bytes) {
    leaf = merkle::LeafHash(bytes);
    return false;
  });
  EXPECT_EQ(leaf, outcome.leaf_hash);
}

// Nothing is read to be answered with: a failure to read it could be answered with nothing in its place.
TEST_F(SequencerTest, AnswersWithTheEventsThatWereDecidedAlsoWhenTheyAreAskedForAgain) {
  for (const bool repeated : {false, true}) {
    auto told = std::make_shared<std::promise<std::pair<std::string, std::string>>>();
    Command command;
    command.actor = "sari@0";
    command.request_id = "one";
    command.request_type = "RegisterOrganisationRequest";
    command.decide = [request = Organisation("NGO")](domain::Docket& d, const domain::Context& c,
                                                     domain::Decision& out) {
      return domain::Decide(request, d, c, out);
    };
    command.done = [told, repeated](const absl::StatusOr<Outcome>& outcome) {
      EXPECT_EQ(outcome->recorded_before, repeated);
      told->set_value({outcome->first->SerializeAsString(), outcome->last->SerializeAsString()});
    };
    ASSERT_TRUE(sequencer_->Submit(std::move(command)).ok());
    const auto [first, last] = told->get_future().get();
    v1::EventRecord recorded;
    ASSERT_TRUE(log::ReadRecord(*log_, 0, recorded).ok());
    EXPECT_EQ(first, recorded.SerializeAsString());
    EXPECT_EQ(last, recorded.SerializeAsString());
  }
}

TEST_F(SequencerTest, ADecisionThatCantBeTakenIsRefusedAndStopsNothing) {
  ASSERT_TRUE(Submit("one").get().ok());
  std::promise<absl::StatusOr<Outcome>> promise;
  Command command;
  command.actor = "sari@0";
  command.request_id = "twice";
  command.request_type = "Twice";
  command.decide = [](domain::Docket& docket, const domain::Context&,
                      domain::Decision& decision) -> absl::Status {
    auto organisation = docket.Find<domain::OrganisationState>("organisation_id", 0);
    if (!organisation.ok()) return organisation.status();
    for (const char* name : {"sari", "budi"})
      decision.Append(**organisation).mutable_organisation_member_added()->set_name(name);
    return absl::OkStatus();
  };
  command.done = [&promise](absl::StatusOr<Outcome> outcome) { promise.set_value(std::move(outcome)); };
  ASSERT_TRUE(sequencer_->Submit(std::move(command)).ok());
  EXPECT_TRUE(absl::IsInternal(promise.get_future().get().status()));
  EXPECT_TRUE(Submit("two").get().ok());
}

TEST_F(SequencerTest, ARepeatedRequestGetsTheFirstReceiptAlsoAfterARestart) {
  const auto first = *Submit("one").get();
  for (int round = 0; round < 2; ++round) {
    const auto again = *Submit("one", "Another name").get();
    EXPECT_TRUE(again.recorded_before);
    EXPECT_EQ(again.first_sequence, first.first_sequence);
    EXPECT_EQ(again.leaf_hash, first.leaf_hash);
    EXPECT_EQ(again.recorded_at_micros, first.recorded_at_micros);
    Open();
  }
  EXPECT_EQ(log_->next_sequence(), 1u);
  EXPECT_FALSE(Submit("one", "NGO", "budi@0").get()->recorded_before)
      << "another's request id is another request";
}

TEST_F(SequencerTest, NobodyIsKnownWhoseFilingNeverCameIntoTheLog) {
  const privacy::IdentityTag passport = vault_->Tag("passport", "B1234567");
  const privacy::Identity person{vault_->NewKey()->key_id, {passport}};
  ASSERT_TRUE(vault_->NoteIdentity(person).ok());
  fragile_->Fail();
  std::promise<absl::Status> answered;
  Command command;
  command.actor = "sari@0";
  command.request_id = "one";
  command.request_type = "FileClaimRequest";
  command.new_person = person;
  command.decide = [request = Organisation("NGO")](domain::Docket& d, const domain::Context& c,
                                                   domain::Decision& out) {
    return domain::Decide(request, d, c, out);
  };
  command.done = [&](const absl::StatusOr<Outcome>& outcome) { answered.set_value(outcome.status()); };
  ASSERT_TRUE(sequencer_->Submit(std::move(command)).ok());
  EXPECT_FALSE(answered.get_future().get().ok());
  Open();
  const auto similar = vault_->NoteIdentity({vault_->NewKey()->key_id, {passport}});
  ASSERT_TRUE(similar.ok()) << similar.status();
  EXPECT_TRUE(similar->empty()) << "who asks again would resemble a person who isn't there";
}

TEST_F(SequencerTest, ARequestIdIsNotTakenTwiceForDifferentThings) {
  ASSERT_TRUE(Submit("one").get().ok());
  for (int round = 0; round < 2; ++round) {
    const auto other = Submit("one", "NGO", "sari@0", "CloseProgrammeRequest").get();
    EXPECT_EQ(other.status().code(), absl::StatusCode::kAlreadyExists);
    EXPECT_EQ(other.status().message(),
              "request_id: was that of a RegisterOrganisationRequest before: choose another");
    Open();
  }
  EXPECT_TRUE(Submit("one").get()->recorded_before);
}

TEST_F(SequencerTest, ARepetitionWithinTheSameBatchIsOneToo) {
  fragile_->Hold(true);
  std::vector<std::future<absl::StatusOr<Outcome>>> answers;
  for (int i = 0; i < 10; ++i) answers.push_back(Submit("same"));
  fragile_->Hold(false);
  for (auto& answer : answers) EXPECT_EQ(answer.get()->first_sequence, 0u);
  EXPECT_EQ(log_->next_sequence(), 1u);
}

TEST_F(SequencerTest, ARefusalChangesNothingAndIsNotRemembered) {
  EXPECT_EQ(Submit("one", "").get().status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(log_->next_sequence(), 0u);
  EXPECT_FALSE(Submit("one", "Named now").get()->recorded_before);
}

TEST_F(SequencerTest, BatchesGrowWhileTheDiskIsSlow) {
  fragile_->Hold(true);
  std::vector<std::future<absl::StatusOr<Outcome>>> answers;
  for (int i = 0; i < 90; ++i) answers.push_back(Submit(absl::StrCat(i)));
  fragile_->Hold(false);
  uint64_t expected = 0;
  for (auto& answer : answers)
    EXPECT_EQ(answer.get()->first_sequence, expected++) << "in the order of submission";
  EXPECT_LT(fragile_->appends(), 10);
}

TEST_F(SequencerTest, ADecisionSeesWhatWasDecidedAMomentAgo) {
  constexpr uint64_t kChain = 20'000;  // each is looked up by the next, durable yet or not
  absl::BlockingCounter unanswered(kChain);
  std::atomic<uint64_t> refused = 0;
  const auto make = [&](uint64_t i) {
    Command command;
    command.actor = "sari@0";
    command.request_id = absl::StrCat(i);
    command.decide = [request = Organisation("NGO"), i](domain::Docket& d, const domain::Context& c,
                                                        domain::Decision& out) mutable {
      request.mutable_organisation()->set_parent_id(i == 0 ? 0 : i - 1);
      return domain::Decide(request, d, c, out);
    };
    command.done = [&](const absl::StatusOr<Outcome>& outcome) {
      if (!outcome.ok()) ++refused;
      unanswered.DecrementCount();
    };
    return command;
  };
  for (uint64_t i = 0; i < kChain; ++i) {
    while (!sequencer_->Submit(make(i)).ok()) std::this_thread::yield();
  }
  unanswered.Wait();
  EXPECT_EQ(refused, 0u);
  EXPECT_EQ(log_->next_sequence(), kChain);
}

TEST_F(SequencerTest, AFullQueueRefusesAtOnceAndServesAgainLater) {
  fragile_->Hold(true);
  std::vector<std::future<absl::StatusOr<Outcome>>> answers;
  for (int i = 0; i < 400; ++i) answers.push_back(Submit(absl::StrCat(i)));
  int refused = 0;
  fragile_->Hold(false);
  for (auto& answer : answers) refused += absl::IsResourceExhausted(answer.get().status()) ? 1 : 0;
  EXPECT_GT(refused, 0);
  EXPECT_LT(refused, 400);
  EXPECT_EQ(log_->next_sequence(), static_cast<uint64_t>(400 - refused));
  EXPECT_TRUE(Submit("later").get().ok());
}

TEST_F(SequencerTest, NobodyIsListenedToWhileTheFirstInTheQueueWaitsTooLong) {
  Open(false);
  auto answer = Submit("first");
  EXPECT_TRUE(sequencer_->Admit().ok()) << "it has only come";
  elapsed_ += 400'000;
  EXPECT_TRUE(sequencer_->Admit().ok());
  now_ += 3'600'000'000;
  EXPECT_TRUE(sequencer_->Admit().ok()) << "the clock was set, nobody waited longer";
  elapsed_ += 200'000;
  EXPECT_TRUE(absl::IsResourceExhausted(sequencer_->Admit())) << sequencer_->Admit();
  auto second = Submit("second");
  EXPECT_TRUE(sequencer_->Step(Sequencer::Stage::kDecide));
  EXPECT_TRUE(sequencer_->Admit().ok()) << "the second has only come";
  for (auto stage : {Sequencer::Stage::kDecide, Sequencer::Stage::kHandOver, Sequencer::Stage::kWrite,
                     Sequencer::Stage::kAnswer}) {
    EXPECT_TRUE(sequencer_->Step(stage));
  }
  EXPECT_TRUE(answer.get().ok());
  EXPECT_TRUE(second.get().ok());
}

TEST_F(SequencerTest, StopsAtTheFirstErrorAndAnswersNothingAsRecorded) {
  EXPECT_TRUE(Submit("before").get().ok());
  fragile_->Fail();
  EXPECT_EQ(Submit("full disk").get().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(failure_.get_future().get().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Submit("after").get().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(log_->next_sequence(), 1u);
}

TEST_F(SequencerTest, RefusesFromTheMomentThatItIsTold) {
  EXPECT_TRUE(Submit("before").get().ok());
  sequencer_->Refuse(absl::DataLossError("the log is damaged"));
  EXPECT_EQ(Submit("after").get().status(), absl::DataLossError("the log is damaged"));
  EXPECT_EQ(log_->next_sequence(), 1u);
}

TEST_F(SequencerTest, TimesInTheLogNeverGoBack) {
  const auto first = *Submit("one").get();
  now_ -= 3'600'000'000;
  EXPECT_EQ(Submit("two").get()->recorded_at_micros, first.recorded_at_micros);
  Open();
  EXPECT_EQ(Submit("three").get()->recorded_at_micros, first.recorded_at_micros);
  now_ += 7'200'000'000;
  EXPECT_GT(Submit("four").get()->recorded_at_micros, first.recorded_at_micros);
}

TEST_F(SequencerTest, AClockThatJumpedFarAheadStopsRecordingUntilSomebodyLooked) {
  ASSERT_TRUE(Submit("one").get().ok());
  constexpr int64_t kYears = 20ll * 365 * 24 * 3600 * 1'000'000;
  now_ += kYears;
  const auto ahead = *Submit("ahead").get();
  now_ -= kYears;
  for (int round = 0; round < 2; ++round) {
    const absl::Status refused = Submit("two").get().status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable) << refused;
    EXPECT_TRUE(absl::StrContains(refused.message(), "--accept-clock-behind")) << refused;
    EXPECT_TRUE(Submit("one").get()->recorded_before) << "what is in the log is told as ever";
    Open();
  }
  EXPECT_EQ(log_->next_sequence(), 2u);
  Open(true, /*accept_clock_behind=*/true);
  EXPECT_EQ(Submit("two").get()->recorded_at_micros, ahead.recorded_at_micros);
}

// A second name in use, because of an event that never became durable, is no refusal to be told.
TEST_F(SequencerTest, ARefusalThatRestsOnWhatWasNotRecordedIsNotTold) {
  Open(false);
  auto first = Submit("one");
  std::promise<absl::StatusOr<Outcome>> second;
  Command command;
  command.actor = "sari@0";
  command.request_id = "two";
  command.request_type = "RegisterOrganisationRequest";
  command.decide = [](domain::Docket& docket, const domain::Context&, domain::Decision&) {
    const auto found = docket.Find<domain::OrganisationState>("organisation_id", 0);
    return found.ok() ? domain::Taken("organisation.name", v1::REASON_IS_TAKEN_AT_THIS_ORGANISATION_FOR_EVER)
                      : found.status();
  };
  command.done = [&second](absl::StatusOr<Outcome> outcome) { second.set_value(std::move(outcome)); };
  ASSERT_TRUE(sequencer_->Submit(std::move(command)).ok());
  EXPECT_TRUE(sequencer_->Step(Sequencer::Stage::kDecide, 2));
  EXPECT_TRUE(sequencer_->Step(Sequencer::Stage::kHandOver));
  fragile_->Fail();
  EXPECT_TRUE(sequencer_->Step(Sequencer::Stage::kWrite));
  EXPECT_TRUE(sequencer_->Step(Sequencer::Stage::kAnswer));
  EXPECT_EQ(first.get().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(second.get_future().get().status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(SequencerTest, FinishesWhatItAcceptedWhenStopping) {
  std::vector<std::future<absl::StatusOr<Outcome>>> answers;
  for (int i = 0; i < 50; ++i) answers.push_back(Submit(absl::StrCat(i)));
  sequencer_->Stop();
  for (auto& answer : answers) EXPECT_TRUE(answer.get().ok());
  EXPECT_EQ(Submit("late").get().status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace klaim::sequencer
