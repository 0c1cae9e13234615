// More than a server can do, and an hour of half of what it can: refusals, memory, latency.

#include <signal.h>

#include <atomic>
#include <deque>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "klaim/v1/evidence_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "services/common/connection_limits.h"
#include "services/common/limits.h"
#include "tools/benchmark/figures.h"
#include "tools/benchmark/served.h"
#include "tools/benchmark/workload.h"

namespace klaim::benchmark {
namespace {

using Clock = std::chrono::steady_clock;

// Gives the server a fifth of the time: a client on the same machine couldn't else ask for five times what it can do.
class Throttle {
 public:
  explicit Throttle(pid_t server)
      : thread_([this, server] {
          while (!ended_) {
            kill(server, SIGSTOP);
            std::this_thread::sleep_for(std::chrono::milliseconds(8));
            kill(server, SIGCONT);
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
          }
        }) {}
  ~Throttle() {
    ended_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

// What became of calls.
struct Answers {
  uint64_t answered = 0;
  uint64_t refused = 0;    // RESOURCE_EXHAUSTED
  uint64_t failed = 0;     // otherwise
  uint64_t kept_back = 0;  // not made, since all connections had as many calls under way as the server takes
  std::vector<double> answer_millis;
  std::vector<double> refusal_millis;
  double seconds = 0;  // until all were answered

  static double P99(const std::vector<double>& millis) { return millis.empty() ? 0 : Percentile99(millis); }
};

// Asks a server at a rate that doesn't depend on its answers: of `filing_share` calls out of 100 one files a claim, the
// others ask for what was filed.
class Callers {
 public:
  Callers(const Served& served, int connections) : served_(served) {
    constexpr auto kConnectionsOfOne =
        static_cast<int>(services::ConnectionBounds{}.calls_of_account) / services::kMaxStreamsOfConnection;
    for (int i = 0; i < connections; ++i)
      intakes_.push_back(v1::IntakeService::NewStub(served.Connect(Filer(i / kConnectionsOfOne))));
    for (int call = 0; call < services::kMaxStreamsOfConnection; ++call) {
      for (const auto& intake : intakes_) room_.push_back(intake.get());
    }
  }

  // For so many seconds at so many calls a second; returns when all are answered.
  Answers Ask(double calls_a_second, double seconds, uint64_t filing_share) {
    answers_ = {};
    const auto begin = Clock::now();
    const auto calls = static_cast<uint64_t>(calls_a_second * seconds);
    for (uint64_t i = 0; i < calls; ++i) {
      const auto due = begin + std::chrono::duration_cast<Clock::duration>(
                                   std::chrono::duration<double>(static_cast<double>(i) / calls_a_second));
      if (due > Clock::now()) std::this_thread::sleep_until(due);
      if (!Begin(i % 100 < filing_share)) ++answers_.kept_back;
    }
    WaitForAll();
    answers_.seconds = SecondsSince(begin);
    return std::move(answers_);
  }

  // Keeps so many calls under way for so many seconds; how many were answered a second.
  double Capacity(int most, double seconds, uint64_t filing_share) {
    answers_ = {};
    const auto begin = Clock::now();
    for (uint64_t i = 0; SecondsSince(begin) < seconds; ++i) {
      {
        absl::MutexLock lock(&mutex_);
        const auto room = [this, most]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return under_way_ < most; };
        mutex_.Await(absl::Condition(&room));
      }
      (void)Begin(i % 100 < filing_share);
    }
    WaitForAll();
    if (answers_.answered == 0) Need(absl::UnavailableError("no call was answered"));
    return static_cast<double>(answers_.answered) / SecondsSince(begin);
  }

  uint64_t filed() const { return number_; }

 private:
  struct Call {
    grpc::ClientContext context;
    v1::IntakeService::Stub* intake = nullptr;
    Clock::time_point begin;
    v1::FileClaimRequest filing;
    v1::FileClaimResponse filed;
    v1::GetClaimRequest asked;
    v1::GetClaimResponse told;
  };

  // A connection that has room, for one call; null when none has.
  v1::IntakeService::Stub* TakeRoom() {
    absl::MutexLock lock(&mutex_);
    if (room_.empty()) return nullptr;
    v1::IntakeService::Stub* intake = room_.front();
    room_.pop_front();
    ++under_way_;
    return intake;
  }

  // False when no call could be made.
  bool Begin(bool files) {
    v1::IntakeService::Stub* intake = TakeRoom();
    if (intake == nullptr) return false;
    auto* call = new Call;
    call->intake = intake;
    call->context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    call->begin = Clock::now();
    const uint64_t known = known_claim_;
    if (files || known == 0) {
      call->filing = WholeFiling(served_.fixtures(), number_++);
      intake->async()->FileClaim(&call->context, &call->filing, &call->filed,
                                 [this, call](const grpc::Status& status) {
                                   if (status.ok()) known_claim_ = call->filed.claim_id();
                                   Note(call, status);
                                 });
    } else {
      call->asked.set_claim_id(known);
      intake->async()->GetClaim(&call->context, &call->asked, &call->told,
                                [this, call](const grpc::Status& status) { Note(call, status); });
    }
    return true;
  }

  void Note(Call* call, const grpc::Status& status) {
    const double millis = SecondsSince(call->begin) * 1'000;
    v1::IntakeService::Stub* intake = call->intake;
    delete call;  // before it is told that none is under way: what it refers to may go then
    absl::MutexLock lock(&mutex_);
    --under_way_;
    room_.push_back(intake);
    if (status.ok()) {
      ++answers_.answered;
      answers_.answer_millis.push_back(millis);
    } else if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
      ++answers_.refused;
      answers_.refusal_millis.push_back(millis);
    } else if (answers_.failed++ == 0) {
      std::fprintf(stderr, "benchmark: %s\n", status.error_message().c_str());
    }
  }

  void WaitForAll() {
    absl::MutexLock lock(&mutex_);
    const auto none = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return under_way_ == 0; };
    mutex_.Await(absl::Condition(&none));
  }

  const Served& served_;
  std::vector<std::unique_ptr<v1::IntakeService::Stub>> intakes_;
  std::atomic<uint64_t> number_ = 0;
  std::atomic<uint64_t> known_claim_ = 0;
  absl::Mutex mutex_;
  int under_way_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<v1::IntakeService::Stub*> room_ ABSL_GUARDED_BY(mutex_);  // one a call that may be made
  Answers answers_;
};

// The most memory that a server had while it was looked at.
class MemoryWatch {
 public:
  explicit MemoryWatch(const Served& served)
      : thread_([this, &served] {
          while (!ended_) {
            most_ = std::max(most_, served.ResidentMebibytes());
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
          }
        }) {}
  ~MemoryWatch() { Stop(); }
  double Stop() {
    ended_ = true;
    if (thread_.joinable()) thread_.join();
    return most_;
  }

 private:
  std::atomic<bool> ended_ = false;
  double most_ = 0;
  std::thread thread_;
};

}  // namespace

void MeasureOverload(bool quick) {
  const double seconds = quick ? 1 : 30;
  const Served served("docket");
  Callers callers(served, quick ? 64 : 300);
  const Throttle throttle(served.process());
  const double capacity = callers.Capacity(2'048, quick ? 1 : 10, 100);
  Print("overload_capacity", capacity, "filings/s");
  const double before = served.ResidentMebibytes();
  MemoryWatch memory(served);
  const Answers answers = callers.Ask(5 * capacity, seconds, 100);
  const double most = memory.Stop();
  Print("overload_asked", 5 * capacity, "filings/s");
  Print("overload_accepted", static_cast<double>(answers.answered) / answers.seconds, "filings/s", "capacity",
        capacity);
  Print("overload_refused", static_cast<double>(answers.refused) / answers.seconds, "filings/s");
  Print("overload_kept_back_by_callers", static_cast<double>(answers.kept_back) / answers.seconds,
        "filings/s");
  Print("overload_failed_otherwise", static_cast<double>(answers.failed), "calls");
  Print("overload_p99_of_a_refusal", Answers::P99(answers.refusal_millis), "ms");
  Print("overload_p99_of_an_acceptance", Answers::P99(answers.answer_millis), "ms");
  Print("overload_most_resident_memory", most, "MiB", "before", before);
  // Ask() returned once all was answered; what comes now is served as if nothing had been.
  const Answers after = callers.Ask(capacity / 2, quick ? 1 : 5, 100);
  Print("overload_p99_right_after", Answers::P99(after.answer_millis), "ms");
  Print("overload_refused_right_after", static_cast<double>(after.refused), "calls");
  Print("overload_claims_filed", static_cast<double>(answers.answered + after.answered), "claims");
  Print("overload_resident_memory_right_after", served.ResidentMebibytes(), "MiB", "before", before);
}

void MeasureSoak(uint64_t seconds) {
  constexpr int kWindows = 12;
  constexpr uint64_t kFilingShare = 10;
  const Served served("docket");
  Callers callers(served, 16);
  const double capacity = callers.Capacity(64, std::min(10.0, static_cast<double>(seconds)), kFilingShare);
  Print("soak_capacity", capacity, "calls/s");
  double first = 0;
  for (int window = 1; window <= kWindows; ++window) {
    const Answers answers = callers.Ask(capacity / 2, static_cast<double>(seconds) / kWindows, kFilingShare);
    const double p99 = Answers::P99(answers.answer_millis);
    if (window == 1) first = p99;
    const std::string name = absl::StrCat("soak_", window, "_of_", kWindows, "_");
    Print(name + "p99", p99, "ms", "first", first);
    Print(name + "refused_or_failed", static_cast<double>(answers.refused + answers.failed), "calls");
    Print(name + "claims", static_cast<double>(callers.filed()), "claims");
    Print(name + "resident_memory", served.ResidentMebibytes(), "MiB");
  }
}

}  // namespace klaim::benchmark
