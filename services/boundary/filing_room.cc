#include "services/boundary/filing_room.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/domain/core/refusal.h"

namespace klaim::services {

absl::Status FilingRoom::Open(const std::string& who) {
  absl::MutexLock lock(&mutex_);
  Account& account = accounts_[who];
  if (account.streams >= bounds_.streams_of_one) {
    return domain::Refuse(absl::StatusCode::kResourceExhausted, v1::REASON_TOO_MANY_STREAMS_OF_FILINGS,
                          bounds_.streams_of_one);
  }
  ++account.streams;
  return absl::OkStatus();
}

void FilingRoom::Close(const std::string& who) {
  absl::MutexLock lock(&mutex_);
  --accounts_[who].streams;
  ForgetIfIdle(who);
}

void FilingRoom::Enter(const std::string& who, size_t filings, Then then) {
  std::vector<std::pair<Place, Then>> ready;
  {
    absl::MutexLock lock(&mutex_);
    Account& account = accounts_[who];
    if (account.waiting.empty()) turn_.push_back(who);
    account.waiting.push_back({filings, std::move(then)});
    ready = LetIn();
  }
  for (auto& [place, enters] : ready) enters(std::move(place));
}

std::optional<FilingRoom::Place> FilingRoom::EnterNow(const std::string& who, size_t filings) {
  absl::MutexLock lock(&mutex_);
  Account& account = accounts_[who];
  if (!account.waiting.empty() || !HasRoom(account, filings)) {
    ForgetIfIdle(who);
    return std::nullopt;
  }
  return Give(who, account, filings);
}

void FilingRoom::Leave(const std::string& who, size_t filings) {
  std::vector<std::pair<Place, Then>> ready;
  {
    absl::MutexLock lock(&mutex_);
    filings_ -= filings;
    accounts_[who].filings -= filings;
    ready = LetIn();
    ForgetIfIdle(who);
  }
  for (auto& [place, enters] : ready) enters(std::move(place));
}

FilingRoom::Place FilingRoom::Give(const std::string& who, Account& account, size_t filings) {
  filings_ += filings;
  account.filings += filings;
  return Place(*this, who, filings);
}

// What is larger than all room has it alone.
bool FilingRoom::HasRoom(const Account& account, size_t filings) const {
  return (filings_ == 0 || filings_ + filings <= bounds_.filings) &&
         (account.filings == 0 || account.filings + filings <= bounds_.filings_of_one);
}

std::vector<std::pair<FilingRoom::Place, FilingRoom::Then>> FilingRoom::LetIn() {
  std::vector<std::pair<Place, Then>> ready;
  // Round the accounts, until none of them has room.
  for (size_t passed = 0; passed < turn_.size();) {
    const std::string who = std::move(turn_.front());
    turn_.pop_front();
    Account& account = accounts_[who];
    const size_t filings = account.waiting.front().filings;
    if (!HasRoom(account, filings)) {
      turn_.push_back(who);
      ++passed;
      continue;
    }
    passed = 0;
    ready.emplace_back(Give(who, account, filings), std::move(account.waiting.front().then));
    account.waiting.pop_front();
    if (!account.waiting.empty()) turn_.push_back(who);
  }
  return ready;
}

void FilingRoom::ForgetIfIdle(const std::string& who) {
  const auto found = accounts_.find(who);
  if (found != accounts_.end() && found->second.streams == 0 && found->second.filings == 0 &&
      found->second.waiting.empty()) {
    accounts_.erase(found);
  }
}

}  // namespace klaim::services
