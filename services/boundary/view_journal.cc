#include "services/boundary/view_journal.h"

#include <pthread.h>

#include <memory>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "engine/domain/people/data_access.h"
#include "engine/privacy/vault.h"
#include "engine/time/steady.h"

namespace klaim::services {
namespace {

// Looks that come within this time share an event.
constexpr absl::Duration kGathering = absl::Milliseconds(5);

std::string RandomName() {
  uint64_t number[2];
  privacy::FillRandom(reinterpret_cast<uint8_t*>(number), sizeof(number));
  return absl::StrFormat("view-%016x%016x", number[0], number[1]);
}

}  // namespace

ViewJournal::ViewJournal(sequencer::Sequencer& sequencer) : sequencer_(sequencer) {
  thread_ = std::thread([this] { Loop(); });
  pthread_setname_np(thread_.native_handle(), "viewing");
}

ViewJournal::~ViewJournal() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

void ViewJournal::Record(const std::string& viewer, const std::string& purpose,
                         const std::set<uint64_t>& claimants, const std::set<uint64_t>& documents,
                         absl::AnyInvocable<void(absl::Status)> then) {
  absl::MutexLock lock(&mutex_);
  Gathered& gathered = gathered_[{viewer, purpose}];
  gathered.claimants.insert(claimants.begin(), claimants.end());
  gathered.documents.insert(documents.begin(), documents.end());
  gathered.waiting.push_back(std::move(then));
}

void ViewJournal::Loop() {
  absl::MutexLock lock(&mutex_);
  const auto some = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return !gathered_.empty() || stopping_; };
  const auto stopping = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return stopping_; };
  while (true) {
    mutex_.Await(absl::Condition(&some));
    if (gathered_.empty()) return;
    steady::AwaitFor(mutex_, absl::Condition(&stopping), kGathering);
    auto taken = std::exchange(gathered_, {});
    mutex_.Unlock();
    for (auto& [key, gathered] : taken) Submit(key.first, key.second, std::move(gathered));
    mutex_.Lock();
  }
}

void ViewJournal::Submit(const std::string& viewer, const std::string& purpose, Gathered gathered) {
  auto viewed = std::make_shared<v1::PersonalDataViewed>();
  viewed->set_viewer(viewer);
  viewed->set_purpose(purpose);
  viewed->mutable_claimant_ids()->Assign(gathered.claimants.begin(), gathered.claimants.end());
  viewed->mutable_document_ids()->Assign(gathered.documents.begin(), gathered.documents.end());
  auto waiting = std::make_shared<decltype(gathered.waiting)>(std::move(gathered.waiting));
  sequencer::Command command;
  command.actor = "klaimd@0";
  command.request_id = RandomName();
  command.request_type = viewed->GetDescriptor()->name();
  command.decide = [viewed](domain::Docket& docket, const domain::Context& context,
                            domain::Decision& decision) {
    return domain::Decide(*viewed, docket, context, decision);
  };
  command.done = [waiting](const absl::StatusOr<sequencer::Outcome>& outcome) {
    for (auto& then : *waiting) then(outcome.status());
  };
  absl::Status submitted = sequencer_.Submit(std::move(command));
  if (submitted.ok()) return;
  for (auto& then : *waiting) then(submitted);
}

}  // namespace klaim::services
