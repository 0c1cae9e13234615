// The sequencer: the one write path. It orders commands, decides them against the docket's state, and appends
// whole batches with one sync.
//
//   Submit ──► bounded queue ──► deciding thread ──► writing thread ──► answering thread ──► done
//                                (decide, evolve,    (log: one append,
//                                 encode)             one sync)
//
// The deciding thread adds to one open batch until the writing thread, done with the batch before, takes it:
// so batches grow with the load, and one command alone still goes at once. Nothing is answered before it is
// durable.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "engine/domain/core/docket.h"
#include "engine/log/event_log.h"
#include "engine/privacy/request_content.h"
#include "engine/privacy/vault.h"
#include "engine/time/steady.h"

namespace klaim::sequencer {

// What became of a command: its events stand at [first_sequence, last_sequence].
struct Outcome {
  uint64_t first_sequence = 0;
  uint64_t last_sequence = 0;
  merkle::Hash leaf_hash{};        // of the last event's record
  int64_t recorded_at_micros = 0;  // of the last event
  bool recorded_before = false;    // the command was a repetition
  // What was decided, as it is in the log: of who is answered while the answer is made, and no longer.
  const v1::EventRecord* first = nullptr;
  const v1::EventRecord* last = nullptr;
};

// A request on its way to a decision.
struct Command {
  std::string actor;
  uint64_t organisation_id = 0;
  // 1 to 100 characters. A command whose actor and request id were accepted before is answered with the first
  // outcome, or refused with ALREADY_EXISTS when something else was asked then.
  std::string request_id;
  // Whether the name is the organisation's: whoever of it asks again is answered with the first outcome, and so is who had it accepted
  // as an own one.
  bool request_of_organisation = false;
  // Name of the request's message, as its descriptor holds it.
  absl::string_view request_type;
  // What it asks for; nothing where klaimd itself asks, or the name alone tells. What it was made of must live until `done`.
  std::optional<privacy::RequestContent> content;
  absl::AnyInvocable<absl::Status(domain::Docket&, const domain::Context&, domain::Decision&)> decide;
  // Of the person whom it registers, noted in the vault; recorded if the command is accepted, else given
  // back.
  std::optional<privacy::Identity> new_person;
  // Called once, from the answering thread, in the order of submission. Must not Submit and wait.
  absl::AnyInvocable<void(absl::StatusOr<Outcome>)> done;
  // Set by Submit, by Options::elapsed.
  absl::Duration submitted_at;
};

struct Options {
  size_t queue_capacity = 16'384;  // commands that wait at the most
  // Of the first in the queue; then Admit refuses.
  absl::Duration longest_wait = absl::Milliseconds(500);
  size_t max_batch_commands = 2'048;   // commands of one batch
  size_t max_batch_bytes = 16 << 20;   // of records, after which a batch takes no more commands
  size_t cached_aggregates = 200'000;  // about 100 MB
  // Microseconds since 1970-01-01T00:00:00Z. Times in the log never go back, whatever the clock does: while it is behind the
  // newest record, records keep that one's time.
  std::function<int64_t()> clock;
  // Whether to go on so while the clock is more than a day behind. Else commands are refused with UNAVAILABLE: one of the
  // two times is wrong, and deadlines, grants and consents would be decided by it.
  bool accept_clock_behind = false;
  std::function<absl::Duration()> elapsed = steady::Now;  // by which waiting is measured
  absl::Status refusal;  // of every command, where nothing may be written; Refuse() sets it later
  bool threads = true;   // else the caller runs the stages itself, by Step
};

// Folds aggregates from the streams of a log, which must live longer.
domain::Docket::Loader LoaderOf(const log::LogReader& log);

// Submit from any thread.
class Sequencer {
 public:
  // `log` and `vault` must live longer. `on_failure` is called, from a thread of the sequencer, when the log
  // or the vault can't be written, or an event that was decided can't be folded: from then on nothing is
  // accepted, and the process should end and recover from disk.
  static absl::StatusOr<std::unique_ptr<Sequencer>> Start(
      log::EventLog& log, privacy::Vault& vault, Options options,
      std::function<void(const absl::Status&)> on_failure);
  // Finishes what was accepted.
  ~Sequencer();

  // Whether somebody who asks now should be listened to at all: for the caller to look at before it spends anything on a
  // request. RESOURCE_EXHAUSTED while the first command in the queue has waited too long: what is behind it would only
  // wait longer.
  absl::Status Admit() const;

  // Queues a command. RESOURCE_EXHAUSTED when the queue is full, UNAVAILABLE when stopping; then `done` isn't
  // called.
  absl::Status Submit(Command command);

  // How many batches that became durable changed an account; it goes up before anybody is answered. What was known of an
  // account holds while this stays as it is.
  uint64_t account_changes() const { return account_changes_; }
  // From now on every command is refused with this; what was queued before is still decided and answered.
  void Refuse(const absl::Status& refusal);
  // With which every command is refused; OK where they are taken.
  absl::Status refusal() const;

  // Some of a stage's work, for a caller that runs the stages itself, from one thread: at most `most_commands`. False
  // when there was none to do.
  enum class Stage { kDecide, kHandOver, kWrite, kAnswer };
  bool Step(Stage stage, size_t most_commands = 1);

  // Accepts nothing more, and returns when everything that was accepted is answered.
  void Stop();

 private:
  struct Batch;
  struct Pending;
  struct Request;

  Sequencer(log::EventLog& log, privacy::Vault& vault, Options options,
            std::function<void(const absl::Status&)> on_failure);

  absl::Status Recover();
  void DecideLoop();
  void WriteLoop();
  void AnswerLoop();
  bool DecideWaiting(std::unique_ptr<Batch>& batch, size_t most_commands);
  bool HasRoom(const Batch& batch) const;
  void WriteNow(std::unique_ptr<Batch> batch, bool failed);
  void AnswerNow(std::unique_ptr<Batch> batch);
  std::unique_ptr<Batch> OpenBatch();
  absl::StatusOr<std::vector<Request>> RequestsOf(const std::vector<Command>& commands) const;
  void DecideOne(Command& command, const Request* request, Batch& batch);
  absl::Status CheckClock(int64_t now_micros) const;
  absl::Status Record(const domain::Decision& decision, const Command& command,
                      const domain::Context& context, uint64_t fingerprint, Batch& batch);
  absl::Status Write(Batch& batch);
  void Answer(Batch& batch);
  absl::StatusOr<Outcome> FirstOutcome(const Pending& pending, v1::EventRecord& first,
                                       v1::EventRecord& last) const;
  absl::Status CheckSameRequest(const v1::EventRecord& first, const Command& command) const;
  absl::Status CheckSameContent(const v1::EventRecord& first, const v1::EventRecord& last,
                                const Command& command) const;
  void ForgetDurableRequests();
  void Fail(const absl::Status& status);

  log::EventLog& log_;
  privacy::Vault& vault_;
  const Options options_;
  const std::function<void(const absl::Status&)> on_failure_;

  // The deciding thread's.
  domain::Docket docket_;
  // Of requests that the log may not have yet: first sequences by fingerprint, and all of them in order.
  absl::flat_hash_map<uint64_t, uint64_t> first_sequences_;
  std::deque<std::pair<uint64_t, uint64_t>> decided_requests_;  // first sequence, fingerprint
  uint64_t next_sequence_ = 0;
  int64_t last_recorded_at_micros_ = 0;
  std::unique_ptr<Batch> open_;  // where the caller runs the stages

  std::atomic<uint64_t> account_changes_ = 0;
  mutable absl::Mutex mutex_;
  absl::Status refusal_ ABSL_GUARDED_BY(mutex_);
  std::deque<Command> queue_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<Batch> handed_over_ ABSL_GUARDED_BY(mutex_);          // to the writing thread
  std::deque<std::unique_ptr<Batch>> written_ ABSL_GUARDED_BY(mutex_);  // for the answering thread
  // Answered ones; their events live on until the docket no longer needs them.
  std::vector<std::unique_ptr<Batch>> spare_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool failed_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_waits_ ABSL_GUARDED_BY(mutex_) = false;
  bool deciding_ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ended_ ABSL_GUARDED_BY(mutex_) = false;

  std::thread deciding_;
  std::thread writing_;
  std::thread answering_;
};

}  // namespace klaim::sequencer
