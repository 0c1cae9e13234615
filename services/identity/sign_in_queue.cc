#include "services/identity/sign_in_queue.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/domain/core/refusal.h"
#include "services/common/limits.h"
#include "services/common/wire_status.h"

namespace klaim::services {
namespace {

constexpr std::chrono::minutes kHalfForgottenAfter(5);
constexpr uint32_t kMaxFailuresOfKnown = 10;  // then it is a stranger again
constexpr size_t kMaxTallies = 100'000;
constexpr size_t kMaxKnown = 100'000;
constexpr uint32_t kMaxDelayBits = 6;  // of seconds: a minute

std::string KeyOf(const SignInTry& who) { return absl::StrCat(who.address, " ", who.account); }

}  // namespace

SignInQueue::SignInQueue(int threads) : most_strangers_(static_cast<size_t>(std::max(threads, 2)) - 1) {
  for (int i = 0; i < std::max(threads, 2); ++i) threads_.emplace_back([this] { Loop(); });
}

SignInQueue::~SignInQueue() {
  std::vector<Waiting> refused;
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    refused.swap(waiting_);
  }
  for (Waiting& each : refused)
    each.work(domain::Refuse(absl::StatusCode::kUnavailable, v1::REASON_KLAIMD_IS_STOPPING));
  for (std::thread& thread : threads_) thread.join();
}

void SignInQueue::Run(const SignInTry& who, bool trusted, Work work) {
  Waiting next{who, !trusted, 0, std::move(work)};
  std::vector<std::pair<Work, absl::Status>> refused;
  {
    absl::MutexLock lock(&mutex_);
    next.order = asked_++;
    if (next.stranger && known_.contains(KeyOf(who))) {
      next.stranger = FailuresOf(by_account_, KeyOf(who)) >= kMaxFailuresOfKnown;
    }
    if (stopping_ || !HasRoom(next)) {
      refused.emplace_back(std::move(next.work), Refusal(who));
    } else {
      waiting_.push_back(std::move(next));
    }
    if (waiting_.size() > kMaxSignInsWaiting) {
      const auto last =
          std::max_element(waiting_.begin(), waiting_.end(),
                           [this](const Waiting& one, const Waiting& other)
                               ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return ComesBefore(one, other); });
      refused.emplace_back(std::move(last->work), Refusal(last->who));
      waiting_.erase(last);
    }
  }
  for (auto& [given_way, status] : refused) given_way(status);
}

void SignInQueue::Succeeded(const SignInTry& who) {
  absl::MutexLock lock(&mutex_);
  if (known_.size() >= kMaxKnown) known_.clear();
  known_.insert(KeyOf(who));
  by_account_.erase(KeyOf(who));
}

void SignInQueue::Failed(const SignInTry& who) {
  absl::MutexLock lock(&mutex_);
  Count(by_address_, who.address);
  Count(by_account_, KeyOf(who));
}

void SignInQueue::Loop() {
  absl::MutexLock lock(&mutex_);
  const auto something = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || std::any_of(waiting_.begin(), waiting_.end(),
                                    [this](const Waiting& each)
                                        ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return MayGoOn(each); });
  };
  while (true) {
    mutex_.Await(absl::Condition(&something));
    if (stopping_) return;
    const auto next = Next();
    Waiting taken = std::move(*next);
    waiting_.erase(next);
    if (taken.stranger) ++strangers_at_work_;
    mutex_.Unlock();
    taken.work(absl::OkStatus());
    taken.work = nullptr;
    mutex_.Lock();
    if (taken.stranger) --strangers_at_work_;
  }
}

bool SignInQueue::MayGoOn(const Waiting& one) const {
  return !one.stranger || strangers_at_work_ < most_strangers_;
}

std::vector<SignInQueue::Waiting>::iterator SignInQueue::Next() {
  auto next = waiting_.end();
  for (auto each = waiting_.begin(); each != waiting_.end(); ++each) {
    if (!MayGoOn(*each)) continue;
    if (next == waiting_.end() || ComesBefore(*each, *next)) next = each;
  }
  return next;
}

bool SignInQueue::ComesBefore(const Waiting& one, const Waiting& other) {
  const auto rank = [this](const Waiting& each) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return std::make_tuple(each.stranger, FailuresOf(by_address_, each.who.address),
                           FailuresOf(by_account_, KeyOf(each.who)), each.order);
  };
  return rank(one) < rank(other);
}

bool SignInQueue::HasRoom(const Waiting& next) {
  size_t of_address = 0;
  size_t of_account = 0;
  for (const Waiting& each : waiting_) {
    if (each.stranger != next.stranger || each.who.address != next.who.address) continue;
    ++of_address;
    if (each.who.account == next.who.account) ++of_account;
  }
  return of_address < kMaxSignInsWaitingOfAddress &&
         (next.who.account.empty() || of_account < kMaxSignInsWaitingOfAccount);
}

uint32_t SignInQueue::FailuresOf(Tallies& tallies, const std::string& key) {
  const auto found = tallies.find(key);
  if (found == tallies.end()) return 0;
  Tally& tally = found->second;
  const auto halves = (std::chrono::steady_clock::now() - tally.since) / kHalfForgottenAfter;
  if (halves <= 0) return tally.failures;
  tally.failures = halves >= 31 ? 0 : tally.failures >> halves;
  tally.since += halves * kHalfForgottenAfter;
  return tally.failures;
}

void SignInQueue::Count(Tallies& tallies, const std::string& key) {
  if (tallies.size() >= kMaxTallies && !tallies.contains(key)) {
    absl::erase_if(tallies, [](const auto& entry) { return entry.second.failures <= 1; });
    if (tallies.size() >= kMaxTallies) tallies.clear();
  }
  if (FailuresOf(tallies, key) == 0) tallies[key] = {0, std::chrono::steady_clock::now()};
  ++tallies[key].failures;
}

absl::Status SignInQueue::Refusal(const SignInTry& who) {
  if (stopping_) return domain::Refuse(absl::StatusCode::kUnavailable, v1::REASON_KLAIMD_IS_STOPPING);
  const uint32_t failures = FailuresOf(by_account_, KeyOf(who));
  absl::Status status =
      domain::Refuse(absl::StatusCode::kResourceExhausted, v1::REASON_TOO_MANY_SIGN_IN_AT_THIS_MOMENT);
  SetRetryDelay(status, int64_t{1} << std::min(failures, kMaxDelayBits));
  return status;
}

}  // namespace klaim::services
