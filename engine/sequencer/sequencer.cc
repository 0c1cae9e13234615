#include "engine/sequencer/sequencer.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/invariants.h"
#include "engine/domain/people/account.h"
#include "engine/record/encoded_record.h"
#include "engine/sequencer/sequencer_metrics.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::sequencer {
namespace {

constexpr size_t kSaltBytes = 16;
// Written batches that wait for their answers at the most.
constexpr size_t kMaxUnanswered = 4;
// Commands for which the deciding thread is woken while a batch is being written anyway: to be woken for each
// costs more than to decide it.
constexpr size_t kWorthDeciding = 16;
// A clock is set by seconds, or by an hour where somebody mistook the zone; what is more was never right.
constexpr int64_t kMaxBehindMicros = 24ll * 3600 * 1'000'000;

absl::Status Stopping() {
  return domain::Refuse(absl::StatusCode::kUnavailable, v1::REASON_KLAIMD_IS_STOPPING_ASK_AGAIN);
}

std::string TimeText(int64_t micros) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMicros(micros), absl::UTCTimeZone());
}

absl::Status TooMany(size_t waiting) {
  return domain::Refuse(absl::StatusCode::kResourceExhausted, v1::REASON_TOO_MANY_REQUESTS_WAIT, waiting);
}

}  // namespace

domain::Docket::Loader LoaderOf(const log::LogReader& log) {
  return [&log](uint64_t stream, absl::FunctionRef<absl::Status(const v1::EventRecord&)> visitor) {
    absl::Status status;
    v1::EventRecord event;
    absl::Status read = log.ReadStream(stream, [&](uint64_t sequence, absl::string_view bytes) {
      status = record::DecodeRecord(sequence, bytes, event);
      if (status.ok()) status = visitor(event);
      return status.ok();
    });
    return read.ok() ? status : read;
  };
}

// A command's request, and where the log has it already.
struct Sequencer::Request {
  uint64_t fingerprint = 0;
  uint64_t actors_fingerprint = 0;  // the same but for names of an organisation
  std::optional<uint64_t> first_sequence;
};

struct Sequencer::Pending {
  Command command;
  absl::Status refusal;  // when it was refused
  bool repeated = false;
  Outcome outcome;        // of a repeated one: only first_sequence
  size_t last_index = 0;  // of its last record in the batch
};

struct Sequencer::Batch {
  google::protobuf::Arena arena;
  record::EncodedRecords records;
  uint64_t first_sequence = 0;
  std::vector<privacy::Identity> new_persons;
  std::vector<Pending> pending;
  absl::Status written;
  bool changes_accounts = false;
  std::vector<merkle::Hash> leaf_hashes;

  // All but `pending`, which is cleared once it is answered.
  void Clear() {
    arena.Reset();
    records.Clear();
    new_persons.clear();
    changes_accounts = false;
    leaf_hashes.clear();
  }
};

absl::StatusOr<std::unique_ptr<Sequencer>> Sequencer::Start(
    log::EventLog& log, privacy::Vault& vault, Options options,
    std::function<void(const absl::Status&)> on_failure) {
  metrics::Of<SequencerMetrics>();  // told from the start, at 0
  std::unique_ptr<Sequencer> sequencer(new Sequencer(log, vault, std::move(options), std::move(on_failure)));
  RETURN_IF_ERROR(sequencer->Recover());
  if (!sequencer->options_.threads) return sequencer;
  Sequencer* self = sequencer.get();
  self->deciding_ = std::thread([self] { self->DecideLoop(); });
  self->writing_ = std::thread([self] { self->WriteLoop(); });
  self->answering_ = std::thread([self] { self->AnswerLoop(); });
  pthread_setname_np(self->deciding_.native_handle(), "deciding");
  pthread_setname_np(self->writing_.native_handle(), "writing");
  pthread_setname_np(self->answering_.native_handle(), "answering");
  return sequencer;
}

Sequencer::Sequencer(log::EventLog& log, privacy::Vault& vault, Options options,
                     std::function<void(const absl::Status&)> on_failure)
    : log_(log),
      vault_(vault),
      options_(std::move(options)),
      on_failure_(std::move(on_failure)),
      docket_(LoaderOf(log), options_.cached_aggregates),
      refusal_(options_.refusal) {}

Sequencer::~Sequencer() { Stop(); }

absl::Status Sequencer::Recover() {
  next_sequence_ = log_.next_sequence();
  if (next_sequence_ > 0) {
    v1::EventRecord last;
    RETURN_IF_ERROR(log::ReadRecord(log_, next_sequence_ - 1, last));
    last_recorded_at_micros_ = last.recorded_at_micros();
  }
  return absl::OkStatus();
}

absl::Status Sequencer::Admit() const {
  const absl::Duration now = options_.elapsed();
  absl::MutexLock lock(&mutex_);
  if (queue_.empty() || now - queue_.front().submitted_at <= options_.longest_wait) {
    return absl::OkStatus();
  }
  return TooMany(queue_.size());
}

absl::Status Sequencer::Submit(Command command) {
  command.submitted_at = options_.elapsed();
  absl::Status refused;
  {
    absl::MutexLock lock(&mutex_);
    if (!refusal_.ok()) {
      refused = refusal_;
    } else if (stopping_ || failed_) {
      refused = Stopping();
    } else if (queue_.size() >= options_.queue_capacity) {
      refused = TooMany(queue_.size());
    } else {
      queue_.push_back(std::move(command));
      metrics::Of<SequencerMetrics>().waiting.Set(static_cast<double>(queue_.size()));
      return absl::OkStatus();
    }
  }
  if (command.new_person.has_value()) vault_.GiveBack(*command.new_person);
  return refused;
}

void Sequencer::Refuse(const absl::Status& refusal) {
  absl::MutexLock lock(&mutex_);
  refusal_ = refusal;
}

absl::Status Sequencer::refusal() const {
  absl::MutexLock lock(&mutex_);
  return refusal_;
}

void Sequencer::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (deciding_.joinable()) deciding_.join();
  if (writing_.joinable()) writing_.join();
  if (answering_.joinable()) answering_.join();
}

std::unique_ptr<Sequencer::Batch> Sequencer::OpenBatch() {
  std::unique_ptr<Batch> batch;
  {
    absl::MutexLock lock(&mutex_);
    // After a failure a spare one may hold events that never became durable.
    if (!spare_.empty() && !failed_) {
      batch = std::move(spare_.back());
      spare_.pop_back();
    }
  }
  if (batch == nullptr) batch = std::make_unique<Batch>();
  // In this order: a spare batch is durable, and so the docket lets go of its events before they go.
  docket_.Trim(log_.next_sequence());
  ForgetDurableRequests();
  batch->Clear();
  batch->first_sequence = next_sequence_;
  return batch;
}

bool Sequencer::HasRoom(const Batch& batch) const {
  return batch.pending.size() < options_.max_batch_commands &&
         batch.records.total_bytes() < options_.max_batch_bytes;
}

void Sequencer::DecideLoop() {
  std::unique_ptr<Batch> batch;
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      const auto can_hand_over = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
        return batch != nullptr && writing_waits_ && handed_over_ == nullptr;
      };
      const auto ready = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
        const bool ending = (stopping_ || failed_) && batch == nullptr;
        const bool worth_waking = writing_waits_ || stopping_ || failed_ || queue_.size() >= kWorthDeciding;
        const bool room = batch == nullptr || HasRoom(*batch);
        return (!queue_.empty() && room && worth_waking) || can_hand_over() || ending;
      };
      mutex_.Await(absl::Condition(&ready));
      if (can_hand_over()) {
        handed_over_ = std::exchange(batch, nullptr);
        continue;
      }
      if (queue_.empty()) {
        deciding_ended_ = true;
        return;
      }
    }
    DecideWaiting(batch, options_.max_batch_commands);
  }
}

// Decides what waits, as far as the batch has room for it. False when nothing was decided.
bool Sequencer::DecideWaiting(std::unique_ptr<Batch>& batch, size_t most_commands) {
  std::vector<Command> commands;
  {
    absl::MutexLock lock(&mutex_);
    const size_t there = batch == nullptr ? 0 : batch->pending.size();
    const size_t room = options_.max_batch_commands - std::min(there, options_.max_batch_commands);
    const size_t count = std::min({queue_.size(), most_commands, room});
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
    commands.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
    queue_.erase(queue_.begin(), end);
    metrics::Of<SequencerMetrics>().waiting.Set(static_cast<double>(queue_.size()));
  }
  if (commands.empty()) return false;
  if (batch == nullptr) batch = OpenBatch();
  // The log is asked after the last batch was opened, and so what has been decided since isn't forgotten yet.
  const auto requests = RequestsOf(commands);
  if (!requests.ok()) Fail(requests.status());
  size_t decided = 0;
  for (; decided < commands.size() && HasRoom(*batch); ++decided) {
    DecideOne(commands[decided], requests.ok() ? &(*requests)[decided] : nullptr, *batch);
  }
  absl::MutexLock lock(&mutex_);
  queue_.insert(queue_.begin(),
                std::make_move_iterator(commands.begin() + static_cast<std::ptrdiff_t>(decided)),
                std::make_move_iterator(commands.end()));
  return decided > 0;
}

absl::StatusOr<std::vector<Sequencer::Request>> Sequencer::RequestsOf(
    const std::vector<Command>& commands) const {
  // Of each its own name, and for an organisation's that of the actor alone.
  std::vector<uint64_t> fingerprints;
  for (const Command& command : commands) {
    for (bool of_organisation : {command.request_of_organisation, false}) {
      fingerprints.push_back(
          log::RequestFingerprint(log::RequestOwner(command.actor, of_organisation), command.request_id));
    }
  }
  ASSIGN_OR_RETURN(const auto recorded, log_.FindRequests(fingerprints));
  std::vector<Request> requests;
  for (size_t i = 0; i < fingerprints.size(); i += 2) {
    const auto& own = recorded[i + 1];
    requests.push_back({fingerprints[i], fingerprints[i + 1], recorded[i].has_value() ? recorded[i] : own});
  }
  return requests;
}

void Sequencer::ForgetDurableRequests() {
  const uint64_t durable = log_.next_sequence();
  while (!decided_requests_.empty() && decided_requests_.front().first < durable) {
    first_sequences_.erase(decided_requests_.front().second);
    decided_requests_.pop_front();
  }
}

void Sequencer::Fail(const absl::Status& status) {
  {
    absl::MutexLock lock(&mutex_);
    failed_ = true;
  }
  on_failure_(status);
}

// `request` is null when the log couldn't be asked for it.
void Sequencer::DecideOne(Command& command, const Request* request, Batch& batch) {
  Pending& pending = batch.pending.emplace_back();
  pending.command = std::move(command);
  metrics::Of<SequencerMetrics>().wait.Observe(
      absl::ToDoubleSeconds(options_.elapsed() - pending.command.submitted_at));
  if (request == nullptr) {
    pending.refusal =
        domain::Refuse(absl::StatusCode::kUnavailable, v1::REASON_KLAIMD_STOPPED_BEFORE_THIS_WAS_DECIDED);
    return;
  }
  const uint64_t fingerprint = request->fingerprint;
  std::optional<uint64_t> earlier = request->first_sequence;
  for (uint64_t name : {request->actors_fingerprint, fingerprint}) {
    if (const auto decided = first_sequences_.find(name); decided != first_sequences_.end())
      earlier = decided->second;
  }
  if (earlier.has_value()) {
    pending.repeated = true;
    pending.outcome.first_sequence = *earlier;
    return;
  }
  const int64_t now_micros = options_.clock();
  pending.refusal = CheckClock(now_micros);
  if (!pending.refusal.ok()) return;
  domain::Context context;
  context.now_micros = std::max(now_micros, last_recorded_at_micros_);
  context.actor = pending.command.actor;
  context.organisation_id = pending.command.organisation_id;
  domain::Decision decision(&batch.arena, next_sequence_);
  pending.refusal = pending.command.decide(docket_, context, decision);
  if (pending.refusal.ok()) pending.refusal = domain::CheckDecision(decision, docket_);
  if (pending.refusal.ok()) {
    pending.refusal = Record(decision, pending.command, context, fingerprint, batch);
  }
  if (!pending.refusal.ok()) return;
  first_sequences_.emplace(fingerprint, next_sequence_);
  decided_requests_.emplace_back(next_sequence_, fingerprint);
  pending.outcome = {next_sequence_,
                     decision.next_sequence() - 1,
                     {},
                     context.now_micros,
                     false,
                     decision.events().front(),
                     decision.events().back()};
  pending.last_index = batch.records.size() - 1;
  next_sequence_ = decision.next_sequence();
  last_recorded_at_micros_ = context.now_micros;
  if (pending.command.new_person.has_value()) {
    batch.new_persons.push_back(*std::move(pending.command.new_person));
    pending.command.new_person.reset();
  }
}

absl::Status Sequencer::CheckClock(int64_t now_micros) const {
  if (options_.accept_clock_behind || last_recorded_at_micros_ - now_micros <= kMaxBehindMicros)
    return absl::OkStatus();
  return domain::Refuse(absl::StatusCode::kUnavailable, v1::REASON_CLOCK_IS_BEHIND_RECORDS,
                        TimeText(now_micros), TimeText(last_recorded_at_micros_));
}

absl::Status Sequencer::Record(const domain::Decision& decision, const Command& command,
                               const domain::Context& context, uint64_t fingerprint, Batch& batch) {
  const size_t before = batch.records.size();
  const size_t bytes_before = batch.records.total_bytes();
  for (v1::EventRecord* event : decision.events()) {
    event->set_recorded_at_micros(context.now_micros);
    event->set_actor(command.actor);
    event->set_request_id(command.request_id);
    event->mutable_salt()->resize(kSaltBytes);
    privacy::FillRandom(reinterpret_cast<uint8_t*>(event->mutable_salt()->data()), kSaltBytes);
    const bool first = event == decision.events().front();
    if (first) {
      event->set_request_type(std::string(command.request_type));
      event->set_request_of_organisation(command.request_of_organisation);
      if (command.content.has_value()) *event->mutable_request_content() = command.content->recorded();
    }
    if (absl::Status status = batch.records.Add(*event, first ? fingerprint : 0); !status.ok()) {
      batch.records.Truncate(before);
      return status;
    }
    if (batch.records.total_bytes() - bytes_before > record::kMaxRequestBytes) {
      batch.records.Truncate(before);
      return domain::Refuse(absl::StatusCode::kInvalidArgument,
                            v1::REASON_REQUEST_MAKES_TOO_MANY_BYTES_OF_EVENTS, record::kMaxRequestBytes);
    }
  }
  for (const v1::EventRecord* event : decision.events()) {
    batch.changes_accounts |= domain::ChangesAccount(*event);
    if (absl::Status status = docket_.Evolve(*event); !status.ok()) {
      // What decide emits, evolve takes; anything else is a defect, and going on would fork state from log.
      batch.records.Truncate(before);
      Fail(status);
      return status;
    }
  }
  return absl::OkStatus();
}

void Sequencer::WriteLoop() {
  while (true) {
    std::unique_ptr<Batch> batch;
    bool failed = false;
    {
      absl::MutexLock lock(&mutex_);
      const auto ready = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
        return (handed_over_ != nullptr || deciding_ended_) && written_.size() < kMaxUnanswered;
      };
      writing_waits_ = true;
      mutex_.Await(absl::Condition(&ready));
      writing_waits_ = false;
      if (handed_over_ == nullptr) {
        writing_ended_ = true;
        return;
      }
      batch = std::move(handed_over_);
      failed = failed_;
    }
    WriteNow(std::move(batch), failed);
  }
}

void Sequencer::WriteNow(std::unique_ptr<Batch> batch, bool failed) {
  batch->written = failed ? domain::Refuse(absl::StatusCode::kUnavailable,
                                           v1::REASON_KLAIMD_STOPPED_BEFORE_THIS_WAS_RECORDED)
                          : Write(*batch);
  const bool fails_now = !batch->written.ok() && !failed;
  if (fails_now) on_failure_(batch->written);
  absl::MutexLock lock(&mutex_);
  if (fails_now) failed_ = true;
  written_.push_back(std::move(batch));
}

absl::Status Sequencer::Write(Batch& batch) {
  metrics::Of<SequencerMetrics>().batch.Observe(static_cast<double>(batch.pending.size()));
  RETURN_IF_ERROR(vault_.RequireKeys(batch.new_persons));
  ASSIGN_OR_RETURN(auto leaf_hashes, log_.Append(batch.first_sequence, batch.records));
  batch.leaf_hashes = std::move(leaf_hashes);
  if (batch.changes_accounts) ++account_changes_;
  // Not before, or an append that never happened would leave persons whom later ones resemble. What a crash takes in between is
  // made again from the records.
  return vault_.RecordIdentities(batch.first_sequence, batch.new_persons);
}

void Sequencer::AnswerLoop() {
  while (true) {
    std::unique_ptr<Batch> batch;
    {
      absl::MutexLock lock(&mutex_);
      const auto ready = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
        return !written_.empty() || writing_ended_;
      };
      mutex_.Await(absl::Condition(&ready));
      if (written_.empty()) return;
      batch = std::move(written_.front());
      written_.pop_front();
    }
    AnswerNow(std::move(batch));
  }
}

void Sequencer::AnswerNow(std::unique_ptr<Batch> batch) {
  Answer(*batch);
  absl::MutexLock lock(&mutex_);
  spare_.push_back(std::move(batch));
}

bool Sequencer::Step(Stage stage, size_t most_commands) {
  if (stage == Stage::kDecide) return DecideWaiting(open_, most_commands);
  std::unique_ptr<Batch> batch;
  bool failed = false;
  {
    absl::MutexLock lock(&mutex_);
    failed = failed_;
    if (stage == Stage::kHandOver) {
      if (open_ == nullptr || handed_over_ != nullptr) return false;
      handed_over_ = std::move(open_);
      return true;
    }
    if (stage == Stage::kWrite) {
      if (handed_over_ == nullptr || written_.size() >= kMaxUnanswered) return false;
      batch = std::move(handed_over_);
    } else {
      if (written_.empty()) return false;
      batch = std::move(written_.front());
      written_.pop_front();
    }
  }
  stage == Stage::kWrite ? WriteNow(std::move(batch), failed) : AnswerNow(std::move(batch));
  return true;
}

void Sequencer::Answer(Batch& batch) {
  for (Pending& pending : batch.pending) {
    if (pending.command.new_person.has_value()) vault_.GiveBack(*pending.command.new_person);
    // Refusals too may rest on events that are not in the log then.
    if (!batch.written.ok()) {
      pending.command.done(domain::Refuse(absl::StatusCode::kUnavailable,
                                          v1::REASON_IT_IS_NOT_KNOWN_WHETHER_THIS_WAS_RECORDED));
    } else if (!pending.refusal.ok()) {
      metrics::Of<SequencerMetrics>()
          .refused.Add({{"code", absl::StatusCodeToString(pending.refusal.code())}})
          .Increment();
      pending.command.done(pending.refusal);
    } else if (pending.repeated) {
      metrics::Of<SequencerMetrics>().repeated.Increment();
      v1::EventRecord first, last;
      pending.command.done(FirstOutcome(pending, first, last));
    } else {
      pending.outcome.leaf_hash = batch.leaf_hashes[pending.last_index];
      pending.command.done(pending.outcome);
    }
  }
  // Callers' requests are not kept any longer; the events are, until the docket no longer needs them.
  batch.pending.clear();
}

absl::StatusOr<Outcome> Sequencer::FirstOutcome(const Pending& pending, v1::EventRecord& first,
                                                v1::EventRecord& last) const {
  Outcome outcome;
  outcome.first_sequence = pending.outcome.first_sequence;
  outcome.recorded_before = true;
  absl::Status status = absl::DataLossError(absl::StrCat("the log has no record ", outcome.first_sequence));
  v1::EventRecord event;
  absl::Status read = log_.Read(outcome.first_sequence, [&](uint64_t sequence, absl::string_view bytes) {
    if (absl::Status decoded = record::DecodeRecord(sequence, bytes, event); !decoded.ok()) {
      status = decoded;
      return false;
    }
    if (event.causation() != outcome.first_sequence) return false;
    if (sequence == outcome.first_sequence) {
      first = event;
      status = CheckSameRequest(first, pending.command);
      if (!status.ok()) return false;
    }
    outcome.last_sequence = sequence;
    outcome.leaf_hash = record::EntryHash(sequence, bytes);
    outcome.recorded_at_micros = event.recorded_at_micros();
    return true;
  });
  if (!read.ok()) return read;
  if (!status.ok()) return status;
  RETURN_IF_ERROR(log::ReadRecord(log_, outcome.last_sequence, last));
  RETURN_IF_ERROR(CheckSameContent(first, last, pending.command));
  outcome.first = &first;
  outcome.last = &last;
  return outcome;
}

absl::Status Sequencer::CheckSameRequest(const v1::EventRecord& first, const Command& command) const {
  const bool of_organisation = first.request_of_organisation();
  if (log::RequestOwner(first.actor(), of_organisation) !=
          log::RequestOwner(command.actor, of_organisation) ||
      first.request_id() != command.request_id) {
    return domain::Taken("request_id", v1::REASON_CANNOT_BE_TOLD_APART_FROM_EARLIER_ONE);
  }
  if (first.request_type() == command.request_type) return absl::OkStatus();
  return domain::Taken("request_id", v1::REASON_WAS_THAT_OF_BEFORE, first.request_type());
}

absl::Status Sequencer::CheckSameContent(const v1::EventRecord& first, const v1::EventRecord& last,
                                         const Command& command) const {
  // Records from before contents were kept tell by the name alone.
  if (!command.content.has_value() || !first.has_request_content()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto differing, command.content->DiffersFrom(first.request_content(), vault_));
  if (!differing.has_value()) return absl::OkStatus();
  const std::string what = last.has_claim_filed() ? absl::StrCat("claim ", last.sequence())
                                                  : absl::StrCat("record ", first.sequence());
  const std::string how =
      differing->empty() ? "whether this is the same can't be known any more, since its key was destroyed"
                         : absl::StrCat("what differs is ", absl::StrJoin(*differing, ", "));
  return domain::TakenBy("request_id", last.has_claim_filed() ? last.sequence() : first.sequence(),
                         v1::REASON_REQUEST_ID_WAS_USED_FOR_SOMETHING_ELSE, what, how);
}

}  // namespace klaim::sequencer
