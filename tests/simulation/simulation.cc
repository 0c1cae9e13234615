#include "simulation/simulation.h"

#include <sodium.h>

#include <cstring>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "engine/log/rocksdb_event_log.h"
#include "engine/privacy/vault.h"
#include "engine/sequencer/sequencer.h"
#include "klaim/v1/event_record.pb.h"
#include "projections/core/projector.h"
#include "simulation/desk.h"
#include "simulation/job_worker.h"
#include "simulation/oracle.h"
#include "simulation/simulated_storage.h"
#include "testing/forwarding_log.h"

namespace klaim::simulation {
namespace {

constexpr char kLog[] = "/disk/log";
// So few that their indexes have files.
constexpr size_t kRequestsInMemory = 24;
constexpr size_t kTagsInMemory = 24;
constexpr char kVault[] = "/disk/vault";
constexpr char kReadModels[] = "/disk/projections";

// Keys and salts come from the seed too.
thread_local Random* random_bytes = nullptr;
Random& RandomBytes() {
  thread_local Random otherwise(1);
  return random_bytes == nullptr ? otherwise : *random_bytes;
}
void FillFromSeed(void* out, size_t size) {
  auto* bytes = static_cast<uint8_t*>(out);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(RandomBytes()());
}
randombytes_implementation seeded_bytes = {[] { return "seeded"; },
                                           [] { return static_cast<uint32_t>(RandomBytes()()); },
                                           nullptr,
                                           nullptr,
                                           FillFromSeed,
                                           nullptr};

// A log with a defect, in front of the real one.
class DefectiveLog final : public testing::ForwardingLog {
 public:
  DefectiveLog(log::EventLog& log, Bug bug) : ForwardingLog(log), bug_(bug) {}

  absl::StatusOr<std::vector<merkle::Hash>> Append(uint64_t expected,
                                                   const record::EncodedRecords& records) override {
    if (bug_ != Bug::kTearsRequests || records.size() < 2) return log_.Append(expected, records);
    std::vector<merkle::Hash> leaves;
    const size_t middle = records.size() / 2;
    for (const auto& [begin, end] : {std::pair(size_t{0}, middle), std::pair(middle, records.size())}) {
      record::EncodedRecords part;
      v1::EventRecord event;
      for (size_t i = begin; i < end; ++i) {
        (void)record::DecodeRecord(expected + i, records.bytes(i), event);
        (void)part.Add(event, records.bytes(i), records.entry(i).request_fingerprint);
      }
      auto appended = log_.Append(expected + begin, part);
      if (!appended.ok()) return appended;
      leaves.insert(leaves.end(), appended->begin(), appended->end());
    }
    return leaves;
  }
  absl::Status Read(uint64_t from, Visitor visitor) const override {
    v1::EventRecord event;
    return log_.Read(from, [&](uint64_t sequence, absl::string_view bytes) {
      if (bug_ != Bug::kSkipsEvents || sequence % 13 != 12) return visitor(sequence, bytes);
      // Another event in its place: that it happened is known, what it was isn't.
      if (!record::DecodeRecord(sequence, bytes, event).ok()) return visitor(sequence, bytes);
      event.clear_event();
      return visitor(sequence, event.SerializeAsString());
    });
  }
  absl::StatusOr<std::vector<std::optional<uint64_t>>> FindRequests(
      absl::Span<const uint64_t> fingerprints) const override {
    if (bug_ == Bug::kForgetsRequests) return std::vector<std::optional<uint64_t>>(fingerprints.size());
    return log_.FindRequests(fingerprints);
  }

 private:
  const Bug bug_;
};

// The engine, as a process has it.
struct Process {
  std::unique_ptr<rocksdb::Env> env;
  std::unique_ptr<log::RocksDbEventLog> log;
  std::unique_ptr<DefectiveLog> seen_by_writer;
  std::unique_ptr<DefectiveLog> seen_by_readers;
  std::unique_ptr<privacy::Vault> vault;
  std::unique_ptr<projections::Projector> projector;
  std::unique_ptr<JobWorker> jobs;
  std::unique_ptr<sequencer::Sequencer> sequencer;
  absl::Status failure;
};

class World {
 public:
  World(uint64_t seed, Bug bug)
      : bug_(bug), random_(seed), disk_(std::make_shared<SimulatedStorage>(seed ^ 0x5eed)), desk_(random_) {
    std::memset(master_key_.data(), 7, privacy::SecretKey::size());
  }

  Report Run() {
    disk_->LieOfSyncs(bug_ == Bug::kDiskLies);
    absl::Status status = Boot();
    for (Asked& asked : desk_.Fixtures()) {
      if (status.ok()) status = Submit(New(std::move(asked)));
    }
    if (status.ok()) status = Settle();
    // Good days first, so that there is something to lose.
    for (uint64_t asked = Below(random_, 300); asked > 0 && status.ok(); --asked) {
      status = Submit(New(desk_.Next()));
      if (status.ok() && asked % 4 == 1) status = Settle();
    }
    if (status.ok()) status = Settle();
    const uint64_t lives = 1 + Below(random_, 3);
    for (uint64_t life = 0; life < lives && status.ok(); ++life) {
      status = Live();
      if (status.ok()) status = Restart();
    }
    if (status.ok()) status = AskAgain();
    if (status.ok()) status = EndJobs();
    if (status.ok()) status = Settle();
    if (status.ok()) status = Check();
    if (status.ok()) {
      report_.root = merkle::ToHex(merkle::AsBytes(*process_->log->Root(process_->log->next_sequence())));
      report_.events = process_->log->next_sequence();
    }
    report_.status = status;
    report_.accepted = oracle_.accepted();
    report_.refused = oracle_.refused();
    report_.paid_minor = oracle_.paid_minor();
    process_.reset();
    return report_;
  }

 private:
  struct Request {
    std::string id;
    Asked asked;
    bool answered = false;  // for certain
  };

  std::shared_ptr<Request> New(Asked asked) {
    auto request = std::make_shared<Request>(
        Request{absl::StrCat("request-", requests_.size()), std::move(asked), false});
    oracle_.Of(request->id).actor = request->asked.actor;
    requests_.push_back(request);
    return request;
  }

  absl::Status Boot() {
    process_ = std::make_unique<Process>();
    Process& process = *process_;
    process.env = EnvironmentOn(disk_);
    auto log = log::RocksDbEventLog::Open(kLog, process.env.get(), kRequestsInMemory);
    if (!log.ok()) return log.status();
    process.log = *std::move(log);
    process.seen_by_writer =
        std::make_unique<DefectiveLog>(*process.log, bug_ == Bug::kSkipsEvents ? Bug::kNone : bug_);
    process.seen_by_readers = std::make_unique<DefectiveLog>(*process.log, bug_);
    const auto fail = [raw = &process](const absl::Status& status) { raw->failure = status; };
    auto rows = privacy::OpenVaultRows(kVault, process.env.get());
    if (!rows.ok()) return rows.status();
    auto identities = privacy::IdentityIndex::Begin(kVault, process.env.get(), kTagsInMemory);
    if (!identities.ok()) return identities.status();
    auto vault =
        privacy::Vault::Open(*std::move(rows), *std::move(identities), master_key_, std::nullopt, fail);
    if (!vault.ok()) return vault.status();
    process.vault = *std::move(vault);
    auto projector = projections::Projector::Open(kReadModels, *process.seen_by_readers, process.env.get());
    if (!projector.ok()) return projector.status();
    process.projector = *std::move(projector);
    process.jobs = std::make_unique<JobWorker>(*process.log, *process.projector);
    sequencer::Options options;
    options.threads = false;
    options.queue_capacity = 8;
    options.cached_aggregates = 16;  // small, so that aggregates are forgotten and folded again
    options.clock = [this] { return now_micros_; };
    auto sequencer = sequencer::Sequencer::Start(*process.seen_by_writer, *process.vault, options, fail);
    if (!sequencer.ok()) return sequencer.status();
    process.sequencer = *std::move(sequencer);
    return absl::OkStatus();
  }

  // A fault to come, and work until it has come or enough was done.
  absl::Status Live() {
    switch (Below(random_, 6)) {
      case 0:
      case 1:
      case 2:
        disk_->FailAfter(Below(random_, 60));
        break;
      case 3:
        disk_->FailOnceAt(Below(random_, 40));
        break;
      case 4:
        disk_->LimitTo(Below(random_, 60'000));
        break;
      default:
        break;  // a good day
    }
    const uint64_t steps = 60 + Below(random_, 240);
    for (uint64_t step = 0; step < steps && Runs(); ++step) {
      if (absl::Status status = Step(); !status.ok() && Runs()) return status;
      if (!wrong_.ok()) return wrong_;
    }
    report_.power_failures += disk_->failed();
    report_.disk_errors += disk_->had_error();
    report_.full_disks += disk_->full();
    const bool disk_is_well = !disk_->failed() && !disk_->had_error() && !disk_->full();
    if (!process_->failure.ok() && disk_is_well) return process_->failure;
    return wrong_;
  }

  bool Runs() const { return process_->failure.ok() && !disk_->failed(); }

  absl::Status Step() {
    using Stage = sequencer::Sequencer::Stage;
    switch (Below(random_, 14)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return Submit(New(desk_.Next()));
      case 4:
        return Submit(requests_[Below(random_, requests_.size())]);  // a repetition, answered already or not
      case 5:
      case 6:
        process_->sequencer->Step(Stage::kDecide, 1 + Below(random_, 6));
        return wrong_;
      case 7:
        process_->sequencer->Step(Stage::kHandOver);
        return wrong_;
      case 8:
      case 9:
        process_->sequencer->Step(Stage::kWrite);
        return wrong_;
      case 10:
        process_->sequencer->Step(Stage::kAnswer);
        return wrong_;
      case 11:
        // Behind, to a moment of its choice.
        return process_->projector->FoldTo(Below(random_, process_->log->next_sequence() + 1),
                                           [](uint64_t) {});
      case 12:
        // Set back now and then, and yet never a day behind for long.
        now_micros_ += static_cast<int64_t>(Below(random_, 3'600'000'000)) -
                       (Below(random_, 6) == 0 ? 7'200'000'000 : 0);
        return absl::OkStatus();
      default:
        return Below(random_, 8) == 0 ? Erase() : WorkOnJob();
    }
  }

  absl::Status Submit(const std::shared_ptr<Request>& request) {
    sequencer::Command command;
    command.actor = request->asked.actor;
    command.request_id = request->id;
    command.request_type = request->asked.request_type;
    uint64_t key_id = 0;
    if (request->asked.registers_person) {
      const auto fails = [this](const absl::Status& status) {
        return Runs() && !DiskHadTrouble() ? status : (Stop(status), absl::OkStatus());
      };
      auto key = process_->vault->NewKey();
      if (!key.ok()) return fails(key.status());
      key_id = key->key_id;
      privacy::Identity identity{key_id,
                                 {process_->vault->Tag("passport", absl::StrCat(Below(random_, 40)))}};
      const absl::Status noted = process_->vault->NoteIdentity(identity).status();
      if (!noted.ok()) return fails(noted);
      command.new_person = identity;
    }
    Told& told = oracle_.Of(request->id);
    command.decide = [this, &told, decide = request->asked.decide(key_id)](
                         domain::Docket& docket, const domain::Context& context, domain::Decision& decision) {
      const uint64_t first = decision.next_sequence();
      absl::Status status = decide(docket, context, decision);
      if (!status.ok()) return status;
      if (bug_ == Bug::kOverpays) Overpay(decision);
      told.decided[first] = decision.events().size();
      return status;
    };
    told.uncertain = true;  // until this one is answered, and if it never is
    ++unanswered_[request->id];
    command.done = [this, request](const absl::StatusOr<sequencer::Outcome>& outcome) {
      Answered(*request, outcome);
    };
    const absl::Status submitted = process_->sequencer->Submit(std::move(command));
    refused_at_the_door_ = !submitted.ok();
    if (refused_at_the_door_) {
      // Refused at the door: it was never looked at.
      --unanswered_[request->id];
      told.uncertain = unanswered_[request->id] > 0;
    }
    return absl::OkStatus();
  }

  // What is decided is a minor unit more than it should be.
  static void Overpay(domain::Decision& decision) {
    for (v1::EventRecord* event : decision.events()) {
      if (!event->has_claim_payment_ordered()) continue;
      auto& heads = *event->mutable_claim_payment_ordered()->mutable_heads();
      if (!heads.empty()) heads[0].set_minor_units(heads[0].minor_units() + 1);
    }
  }

  void Answered(Request& request, const absl::StatusOr<sequencer::Outcome>& outcome) {
    Told& told = oracle_.Of(request.id);
    if (outcome.ok()) {
      request.answered = true;
      report_.repeated += outcome->recorded_before;
      if (wrong_.ok()) wrong_ = oracle_.NoteAccepted(request.id, *outcome);
      --unanswered_[request.id];
    } else if (!absl::IsUnavailable(outcome.status())) {
      request.answered = true;
      // What would break an invariant is refused, and yet a defect.
      if (wrong_.ok() && absl::IsInternal(outcome.status())) wrong_ = outcome.status();
      oracle_.NoteRefused();
      --unanswered_[request.id];
    }
    told.uncertain = unanswered_[request.id] > 0;
    if (process_ != nullptr) process_->jobs->Answered(request.id, outcome.ok());
    Learn();
  }

  // The next errand of the daemon's own worker; `worked` tells whether there was one.
  absl::Status WorkOnJob(bool* worked = nullptr) {
    std::optional<JobWorker::Errand> errand = process_->jobs->Next();
    if (worked != nullptr) *worked = errand.has_value();
    if (!errand.has_value()) return absl::OkStatus();
    std::shared_ptr<Request>& request = errands_[errand->request_id];
    if (request == nullptr) {
      request = std::make_shared<Request>(Request{errand->request_id, {}, false});
      oracle_.Of(request->id).actor = errand->asked.actor;
    }
    request->asked = std::move(errand->asked);
    if (absl::Status status = Submit(request); !status.ok()) return status;
    if (refused_at_the_door_) process_->jobs->TurnedAway(request->id);
    return absl::OkStatus();
  }

  // On a good day every job comes to its end.
  absl::Status EndJobs() {
    for (int round = 0; round < 10'000; ++round) {
      if (absl::Status status = Settle(); !status.ok()) return status;
      bool worked = false;
      if (absl::Status status = WorkOnJob(&worked); !status.ok()) return status;
      if (worked) continue;
      auto done = JobWorker::CheckEnded(*process_->log);
      report_.done_by_jobs = done.value_or(0);
      return done.status();
    }
    return absl::InternalError("a job never comes to its end");
  }

  // What stands in the log can be asked about.
  void Learn() {
    v1::EventRecord event;
    (void)process_->log->Read(learnt_, [&](uint64_t sequence, absl::string_view bytes) {
      if (!record::DecodeRecord(sequence, bytes, event).ok()) return false;
      desk_.Learn(event);
      if (event.has_claimant_erased()) to_erase_.push_back(event.claimant_erased().key_id());
      learnt_ = sequence + 1;
      return true;
    });
  }

  // The key of somebody whose erasure is in the log.
  absl::Status Erase() {
    if (to_erase_.empty()) return absl::OkStatus();
    const uint64_t key_id = to_erase_.back();
    const absl::Status erased = process_->vault->Erase({key_id});
    if (erased.ok()) {
      oracle_.NoteErased(key_id);
      to_erase_.pop_back();
      ++report_.erasures;
      return erased;
    }
    Stop(erased);
    return DiskHadTrouble() ? absl::OkStatus() : erased;
  }

  bool DiskHadTrouble() const { return disk_->failed() || disk_->had_error() || disk_->full(); }
  void Stop(const absl::Status& status) {
    if (process_->failure.ok()) process_->failure = status;
  }

  // Ends the process, well or not, and starts the machine and it again. What isn't answered never is.
  absl::Status Restart() {
    ++report_.restarts;
    bool clean = Runs() && !DiskHadTrouble() && Below(random_, 2) == 0;
    if (clean) {
      const absl::Status status = Settle();
      if (!status.ok() && !DiskHadTrouble()) return status;
      clean = status.ok();
    }
    process_.reset();
    disk_->PowerOn();
    if (clean) {
      if (absl::Status status = TryCorrupted(); !status.ok()) return status;
    }
    if (Below(random_, 4) == 0) {
      // The power fails again while it starts.
      disk_->FailAfter(Below(random_, 30));
      const absl::Status started = Boot();
      if (!started.ok() && !disk_->failed()) return started;
      report_.power_failures += disk_->failed();
      process_.reset();
      disk_->PowerOn();
    }
    if (absl::Status status = Boot(); !status.ok()) return status;
    Learn();
    return Check();
  }

  // Works off all that waits.
  absl::Status Settle() {
    using Stage = sequencer::Sequencer::Stage;
    for (int round = 0; round < 10'000; ++round) {
      bool worked = false;
      for (Stage stage : {Stage::kDecide, Stage::kHandOver, Stage::kWrite, Stage::kAnswer}) {
        worked |= process_->sequencer->Step(stage, 100);
      }
      if (!process_->failure.ok()) return process_->failure;
      if (!wrong_.ok()) return wrong_;
      if (!worked) return process_->projector->FoldTo(process_->log->next_sequence(), [](uint64_t) {});
    }
    return absl::InternalError("the sequencer never comes to an end");
  }

  // Clients that had no answer ask again, most of them; all get one now.
  absl::Status AskAgain() {
    for (const auto& request : requests_) {
      if (request->answered || Below(random_, 5) == 0) continue;
      if (absl::Status status = Submit(request); !status.ok()) return status;
      if (absl::Status status = Settle(); !status.ok()) return status;
      if (!request->answered)
        return absl::InternalError(absl::StrCat(request->id, " has no answer on a good day"));
    }
    return absl::OkStatus();
  }

  absl::Status Check() {
    absl::Status status = process_->projector->FoldTo(process_->log->next_sequence(), [](uint64_t) {});
    if (status.ok()) status = oracle_.Check(*process_->log, *process_->vault, desk_);
    if (status.ok()) status = Oracle::CheckReadModels(*process_->log, *process_->projector);
    return status;
  }

  // A bit of the log changes at rest: whoever opens it is told, or sees what was there. An end that is cut off shows in
  // the checkpoint that was published (services/docket/checkpoint_publisher.h), so that isn't silent either.
  absl::Status TryCorrupted() {
    const std::shared_ptr<SimulatedStorage> copy = disk_->Copy();
    if (!copy->Corrupt(random_, kLog, Below(random_, 2) == 0 ? ".log" : ".sst")) return absl::OkStatus();
    ++report_.corruptions;
    const auto env = EnvironmentOn(copy);
    auto log = log::RocksDbEventLog::Open(kLog, env.get());
    if (!log.ok()) return absl::OkStatus();
    std::vector<merkle::Hash> leaves;
    v1::EventRecord event;
    const absl::Status read = (*log)->Read(0, [&](uint64_t sequence, absl::string_view bytes) {
      leaves.push_back(record::EntryHash(sequence, bytes));
      return true;
    });
    if (!read.ok()) return absl::OkStatus();
    const auto& before = oracle_.leaves();
    const size_t common = std::min(leaves.size(), before.size());
    if (!std::equal(leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(common), before.begin())) {
      return absl::InternalError("a changed bit of the log was read as if nothing had happened");
    }
    return absl::OkStatus();
  }

  const Bug bug_;
  Random random_;
  std::shared_ptr<SimulatedStorage> disk_;
  Desk desk_;
  Oracle oracle_;
  privacy::SecretKey master_key_;
  std::unique_ptr<Process> process_;
  std::vector<std::shared_ptr<Request>> requests_;
  std::map<std::string, std::shared_ptr<Request>> errands_;  // of jobs, by request id
  std::map<std::string, int> unanswered_;
  bool refused_at_the_door_ = false;  // what was submitted last
  std::vector<uint64_t> to_erase_;
  uint64_t learnt_ = 0;
  int64_t now_micros_ = 1'790'000'000'000'000;
  absl::Status wrong_;
  Report report_;
};

}  // namespace

Report Simulate(uint64_t seed, Bug bug) {
  static const bool seeded = randombytes_set_implementation(&seeded_bytes) == 0 && sodium_init() >= 0;
  Report report;
  // A thread of its own, since what is kept for each thread must begin anew.
  std::thread([&] {
    Random bytes(seed + 1);
    random_bytes = &bytes;
    report = seeded ? World(seed, bug).Run() : Report{absl::InternalError("libsodium can't start"), ""};
    random_bytes = nullptr;
  }).join();
  return report;
}

}  // namespace klaim::simulation
