#include "engine/sequencer/sequencer.h"

#include <pthread.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/record/encoded_record.h"

namespace klaim::sequencer {
namespace {

constexpr size_t kSaltBytes = 16;

absl::Status Stopping() {
  return absl::UnavailableError("klaimd is stopping: try again, with the same request_id");
}

domain::Docket::Loader LoaderOf(const log::EventLog& log) {
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

}  // namespace

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
  std::vector<privacy::WrappedKey> new_keys;
  absl::Status keys_persisted;
  std::vector<Pending> pending;
  std::vector<merkle::Hash> leaf_hashes;

  void Clear() {
    arena.Reset();
    records.Clear();
    new_keys.clear();
    pending.clear();
    leaf_hashes.clear();
  }
};

absl::StatusOr<std::unique_ptr<Sequencer>> Sequencer::Start(
    log::EventLog& log, privacy::Vault& vault, Options options,
    std::function<void(const absl::Status&)> on_failure) {
  std::unique_ptr<Sequencer> sequencer(new Sequencer(log, vault, std::move(options), std::move(on_failure)));
  if (absl::Status status = sequencer->Recover(); !status.ok()) return status;
  Sequencer* self = sequencer.get();
  self->deciding_ = std::thread([self] { self->DecideLoop(); });
  self->writing_ = std::thread([self] { self->WriteLoop(); });
  pthread_setname_np(self->deciding_.native_handle(), "deciding");
  pthread_setname_np(self->writing_.native_handle(), "writing");
  return sequencer;
}

Sequencer::Sequencer(log::EventLog& log, privacy::Vault& vault, Options options,
                     std::function<void(const absl::Status&)> on_failure)
    : log_(log),
      vault_(vault),
      options_(std::move(options)),
      on_failure_(std::move(on_failure)),
      docket_(LoaderOf(log), options_.cached_aggregates) {}

Sequencer::~Sequencer() { Stop(); }

absl::Status Sequencer::Recover() {
  next_sequence_ = log_.next_sequence();
  if (next_sequence_ > 0) {
    v1::EventRecord last;
    if (absl::Status status = log::ReadRecord(log_, next_sequence_ - 1, last); !status.ok()) return status;
    last_recorded_at_micros_ = last.recorded_at_micros();
  }
  return log_.ReadRequests([this](uint64_t fingerprint, uint64_t first_sequence) {
    first_sequences_.try_emplace(fingerprint, first_sequence);
  });
}

absl::Status Sequencer::Submit(Command command) {
  absl::Status refused;
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_ || failed_) {
      refused = Stopping();
    } else if (queue_.size() >= options_.queue_capacity) {
      refused = absl::ResourceExhaustedError(absl::StrCat(
          queue_.size(), " requests are waiting already: try again in a second, with the same request_id"));
    } else {
      queue_.push_back(std::move(command));
      return absl::OkStatus();
    }
  }
  for (const privacy::WrappedKey& key : command.new_keys) vault_.Discard(key);
  return refused;
}

void Sequencer::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (deciding_.joinable()) deciding_.join();
  if (writing_.joinable()) writing_.join();
}

void Sequencer::DecideLoop() {
  std::vector<Command> commands;
  while (true) {
    std::unique_ptr<Batch> batch;
    {
      absl::MutexLock lock(&mutex_);
      const auto ready = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
        return !queue_.empty() || stopping_ || failed_;
      };
      mutex_.Await(absl::Condition(&ready));
      if (queue_.empty() && (stopping_ || failed_)) {
        deciding_ended_ = true;
        return;
      }
      const auto end =
          queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), options_.max_batch_commands));
      commands.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
      queue_.erase(queue_.begin(), end);
      if (spare_.empty()) {
        batch = std::make_unique<Batch>();
      } else {
        batch = std::move(spare_.back());
        spare_.pop_back();
      }
    }
    docket_.Trim(log_.next_sequence());
    batch->first_sequence = next_sequence_;
    for (Command& command : commands) DecideOne(command, *batch);
    commands.clear();
    // The keys are synced while the log syncs the batch before.
    batch->keys_persisted = vault_.Persist(batch->new_keys);
    absl::MutexLock lock(&mutex_);
    const auto free = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return handed_over_ == nullptr; };
    mutex_.Await(absl::Condition(&free));
    handed_over_ = std::move(batch);
  }
}

void Sequencer::DecideOne(Command& command, Batch& batch) {
  Pending& pending = batch.pending.emplace_back();
  pending.command = std::move(command);
  const uint64_t fingerprint = log::RequestFingerprint(pending.command.actor, pending.command.request_id);
  if (auto first = first_sequences_.find(fingerprint); first != first_sequences_.end()) {
    pending.repeated = true;
    pending.outcome.first_sequence = first->second;
    return;
  }
  domain::Context context;
  context.now_micros = std::max(options_.clock(), last_recorded_at_micros_);
  context.actor = pending.command.actor;
  context.organisation_id = pending.command.organisation_id;
  domain::Decision decision(&batch.arena, next_sequence_);
  pending.refusal = pending.command.decide(docket_, context, decision);
  if (!pending.refusal.ok()) return;
  pending.refusal = Record(decision, pending.command, context, fingerprint, batch);
  if (!pending.refusal.ok()) return;
  first_sequences_.emplace(fingerprint, next_sequence_);
  pending.outcome = {next_sequence_, decision.next_sequence() - 1, {}, context.now_micros, false};
  pending.last_index = batch.records.size() - 1;
  next_sequence_ = decision.next_sequence();
  last_recorded_at_micros_ = context.now_micros;
  for (privacy::WrappedKey& key : pending.command.new_keys) batch.new_keys.push_back(std::move(key));
  pending.command.new_keys.clear();
}

absl::Status Sequencer::Record(const domain::Decision& decision, const Command& command,
                               const domain::Context& context, uint64_t fingerprint, Batch& batch) {
  const size_t before = batch.records.size();
  for (v1::EventRecord* event : decision.events()) {
    event->set_recorded_at_micros(context.now_micros);
    event->set_actor(command.actor);
    event->set_request_id(command.request_id);
    event->mutable_salt()->resize(kSaltBytes);
    privacy::FillRandom(reinterpret_cast<uint8_t*>(event->mutable_salt()->data()), kSaltBytes);
    const bool first = event == decision.events().front();
    if (absl::Status status = batch.records.Add(*event, first ? fingerprint : 0); !status.ok()) {
      batch.records.Truncate(before);
      return status;
    }
  }
  for (const v1::EventRecord* event : decision.events()) {
    if (absl::Status status = docket_.Evolve(*event); !status.ok()) {
      // What decide emits, evolve takes; anything else is a defect, and going on would fork state from log.
      {
        absl::MutexLock lock(&mutex_);
        failed_ = true;
      }
      batch.records.Truncate(before);
      on_failure_(status);
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
        return handed_over_ != nullptr || deciding_ended_;
      };
      mutex_.Await(absl::Condition(&ready));
      if (handed_over_ == nullptr) return;
      batch = std::move(handed_over_);
      failed = failed_;
    }
    const absl::Status written =
        failed ? absl::UnavailableError("klaimd stopped on an error before this was recorded")
               : Write(*batch);
    if (!written.ok() && !failed) {
      {
        absl::MutexLock lock(&mutex_);
        failed_ = true;
      }
      on_failure_(written);
    }
    Answer(*batch, written);
    batch->Clear();
    absl::MutexLock lock(&mutex_);
    spare_.push_back(std::move(batch));
  }
}

absl::Status Sequencer::Write(Batch& batch) {
  if (!batch.keys_persisted.ok()) return batch.keys_persisted;
  auto leaf_hashes = log_.Append(batch.first_sequence, batch.records);
  if (!leaf_hashes.ok()) return leaf_hashes.status();
  batch.leaf_hashes = *std::move(leaf_hashes);
  return absl::OkStatus();
}

void Sequencer::Answer(Batch& batch, const absl::Status& written) {
  for (Pending& pending : batch.pending) {
    for (const privacy::WrappedKey& key : pending.command.new_keys) vault_.Discard(key);
    if (!pending.refusal.ok()) {
      pending.command.done(pending.refusal);
    } else if (!written.ok()) {
      pending.command.done(
          absl::UnavailableError("it isn't known whether this was recorded: ask again, with the same "
                                 "request_id, once klaimd is back"));
    } else if (pending.repeated) {
      pending.command.done(FirstOutcome(pending));
    } else {
      pending.outcome.leaf_hash = batch.leaf_hashes[pending.last_index];
      pending.command.done(pending.outcome);
    }
  }
}

absl::StatusOr<Outcome> Sequencer::FirstOutcome(const Pending& pending) const {
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
    if (event.actor() != pending.command.actor || event.request_id() != pending.command.request_id) {
      status =
          absl::AlreadyExistsError("request_id: can't be told apart from an earlier one: choose another");
      return false;
    }
    outcome.last_sequence = sequence;
    outcome.leaf_hash = merkle::LeafHash(bytes);
    outcome.recorded_at_micros = event.recorded_at_micros();
    status = absl::OkStatus();
    return true;
  });
  if (!read.ok()) return read;
  if (!status.ok()) return status;
  return outcome;
}

}  // namespace klaim::sequencer
