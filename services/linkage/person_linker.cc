#include "services/linkage/person_linker.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/people/duplicate.h"
#include "engine/record/encoded_record.h"
#include "klaim/v1/event_cases.h"
#include "klaim/v1/event_record.pb.h"
#include "services/linkage/claimant_person.h"
#include "spdlog/spdlog.h"

namespace klaim::services {
namespace {

constexpr absl::Duration kWait = absl::Milliseconds(100);
constexpr size_t kMaxPersonSuspicions = 64;
// The likeliest are enough for a person to decide: who is the same as one of them is the same as all.
constexpr size_t kMaxPersonCandidates = 5;
constexpr size_t kAtOnce = 200;  // are compared before it is looked what is new
// Records that it may be behind and still compare each new one at once.
constexpr uint64_t kBehind = 1'000;

std::pair<uint64_t, uint64_t> PairOf(uint64_t one, uint64_t other) {
  return {std::max(one, other), std::min(one, other)};
}

}  // namespace

PersonLinker::PersonLinker(OpenDocket& docket, std::unique_ptr<linkage::PersonIndex> index,
                           RespondentLinker& respondents, PersonSearch& search)
    : docket_(docket),
      respondents_(respondents),
      search_(search),
      index_(std::move(index)),
      keys_(*docket.vault),
      under_way_(*docket.sequencer, kMaxPersonSuspicions) {
  thread_ = std::thread([this] { Loop(); });
  pthread_setname_np(thread_.native_handle(), "linking");
}

PersonLinker::~PersonLinker() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

uint64_t PersonLinker::next_sequence() const {
  absl::MutexLock lock(&mutex_);
  return next_sequence_;
}

bool PersonLinker::stopping() const {
  absl::MutexLock lock(&mutex_);
  return stopping_;
}

void PersonLinker::Loop() {
  // Calls and filings come first.
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 10);
  while (!stopping()) {
    if (absl::Status turned = Turn(); !turned.ok()) {
      docket_.on_failure(turned);
      return;
    }
    docket_.log->WaitForAppend(next_sequence(), idle() ? kWait : absl::ZeroDuration());
  }
}

absl::Status PersonLinker::Turn() {
  absl::Status status = Follow();
  if (!status.ok() || !docket_.leads()) return status;
  respondents_.CompareNoted();
  status = BeginRoundIfAsked();
  if (status.ok() && claimants_.size() >= linkage::kMinToLearn && claimants_.size() >= 2 * learnt_at_) {
    status = Relearn();
  }
  return status.ok() ? CompareSome() : status;
}

absl::Status PersonLinker::Follow() {
  v1::EventRecord event;
  absl::Status noted;
  absl::Status read = docket_.log->Read(next_sequence(), [&](uint64_t sequence, absl::string_view bytes) {
    noted = record::DecodeRecord(sequence, bytes, event);
    if (noted.ok()) noted = Note(event);
    absl::MutexLock lock(&mutex_);
    if (noted.ok()) next_sequence_ = sequence + 1;
    return noted.ok() && !stopping_;
  });
  // The log's own error stops the process elsewhere; here it is only waited out, and so is a vault that is away.
  const bool vault_is_away = absl::IsUnavailable(noted);
  if (!read.ok() || vault_is_away) absl::SleepFor(kWait);
  return vault_is_away ? absl::OkStatus() : noted;
}

absl::Status PersonLinker::Note(const v1::EventRecord& event) {
  if (event.has_claim_filed())
    return search_.AddReference(event.claim_filed().claimant_id(), event.request_id());
  switch (event.event_case()) {
    case v1::EventRecord::kClaimantRegistered: {
      RETURN_IF_ERROR(
          Index(event.stream(), OpenedPersonText(event.claimant_registered().person(),
                                                 [&](uint64_t key_id) { return keys_.Open(key_id); })));
      claimants_.push_back(event.stream());
      // While many come in, or the history is read again, all are put in first and compared in idle moments.
      if (compared_ + 1 == claimants_.size() && next_sequence() + kBehind > docket_.log->next_sequence()) {
        ++compared_;
        return SuspectAll(event.stream());
      }
      break;
    }
    case v1::EventRecord::kClaimantCorrected: {
      absl::Status status = Index(event.stream(), PersonTextOf(*docket_.log, event.stream(), *docket_.vault));
      return status.ok() ? SuspectAll(event.stream()) : status;
    }
    case v1::EventRecord::kClaimantErased:
      return Remove(event.stream());
    case v1::EventRecord::kDuplicateSuspected:
      decided_.insert(PairOf(event.stream(), event.duplicate_suspected().other_id()));
      break;
    case v1::EventRecord::kDuplicateRefused:
      decided_.insert(PairOf(event.stream(), event.duplicate_refused().other_id()));
      break;
    case v1::EventRecord::kClaimantMerged:
      decided_.insert(PairOf(event.stream(), event.claimant_merged().into_id()));
      break;
    case v1::EventRecord::kFamilyLinked:
      decided_.insert(PairOf(event.stream(), event.family_linked().other_id()));
      break;
    case v1::EventRecord::kClaimantConsentGiven:
    case v1::EventRecord::kClaimantConsentWithdrawn:
    case v1::EventRecord::kPayoutAccountConfirmed:
    case v1::EventRecord::kClaimantClaimed:
    case v1::EventRecord::kClaimantAbsorbed:
    case v1::EventRecord::kClaimantMergeUndone:  // that two were told apart again is a decision on them too
    case v1::EventRecord::kClaimantReleased:
    case v1::EventRecord::kFamilyUnlinked:
    case v1::EventRecord::kHeirNamed:
    case v1::EventRecord::kHeirPaymentOrdered:
    case v1::EventRecord::kHeirProposed:
    case v1::EventRecord::kHeirProposalRefused:
      break;
    case KLAIM_ALL_BUT_CLAIMANT_EVENTS:
      respondents_.Note(event);
      break;
  }
  return absl::OkStatus();
}

absl::Status PersonLinker::Index(uint64_t claimant_id,
                                 const absl::StatusOr<std::optional<linkage::PersonText>>& text) {
  if (absl::IsDataLoss(text.status())) {
    spdlog::error("claimant {} can't be read, and is not searched for nor compared: {}", claimant_id,
                  std::string(text.status().message()));
    return absl::OkStatus();
  }
  if (!text.ok()) return text.status();
  if (!text->has_value()) return Remove(claimant_id);
  absl::Status added = index_->Add(claimant_id, **text);
  return added.ok() ? search_.Put(claimant_id, **text) : added;
}

absl::Status PersonLinker::Remove(uint64_t claimant_id) {
  absl::Status removed = index_->Remove(claimant_id);
  return removed.ok() ? search_.Remove(claimant_id) : removed;
}

absl::Status PersonLinker::SuspectAll(uint64_t claimant_id) {
  if (!docket_.leads()) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto candidates, index_->CandidatesOf(claimant_id, kMaxPersonCandidates));
  for (const auto& candidate : candidates) Suspect(claimant_id, candidate);
  return absl::OkStatus();
}

uint64_t PersonLinker::CompareAllAgain() {
  absl::MutexLock lock(&mutex_);
  return ++progress_.rounds_asked;
}

PersonLinker::Progress PersonLinker::progress() const {
  absl::MutexLock lock(&mutex_);
  return progress_;
}

absl::Status PersonLinker::BeginRoundIfAsked() {
  {
    absl::MutexLock lock(&mutex_);
    if (progress_.rounds_begun == progress_.rounds_asked) return absl::OkStatus();
    progress_.rounds_begun = progress_.rounds_asked;
  }
  if (claimants_.size() >= linkage::kMinToLearn) return Relearn();
  compared_ = 0;
  return absl::OkStatus();
}

absl::Status PersonLinker::Relearn() {
  learnt_at_ = claimants_.size();
  compared_ = 0;
  return index_->Relearn({});
}

absl::Status PersonLinker::CompareSome() {
  for (size_t i = 0; i < kAtOnce && compared_ < claimants_.size(); ++i) {
    RETURN_IF_ERROR(SuspectAll(claimants_[compared_++]));
  }
  absl::MutexLock lock(&mutex_);
  progress_.compared = compared_;
  progress_.claimants = claimants_.size();
  if (compared_ >= claimants_.size()) progress_.rounds_ended = progress_.rounds_begun;
  return absl::OkStatus();
}

void PersonLinker::Suspect(uint64_t claimant_id, const linkage::PersonIndex::Candidate& candidate) {
  const auto pair = PairOf(claimant_id, candidate.id);
  if (!decided_.insert(pair).second) return;
  auto found = std::make_shared<domain::SuspectedDuplicates>();
  found->claimant_id = pair.first;
  found->suspected.set_other_id(pair.second);
  found->suspected.set_score_centibits(static_cast<int32_t>(std::lround(candidate.bits * 100)));
  found->suspected.set_probability_millionths(
      static_cast<uint32_t>(std::lround(candidate.probability * 1e6)));
  found->suspected.set_sure(candidate.zone == linkage::Zone::kLink);
  for (const linkage::FieldWeight& weight : candidate.explanation) {
    v1::ComparedField& field = *found->suspected.add_fields();
    field.set_field(std::string(linkage::FieldName(weight.field)));
    field.set_level(std::string(linkage::LevelName(weight.level)));
    field.set_weight_centibits(static_cast<int32_t>(std::lround(weight.bits * 100)));
  }
  sequencer::Command command;
  command.actor = "linkage@0";
  command.request_id = absl::StrCat("suspect-", pair.first, "-", pair.second);
  command.request_type = "DuplicateSuspected";
  command.decide = [found](domain::Docket& docket, const domain::Context& context,
                           domain::Decision& decision) {
    return domain::Decide(*found, docket, context, decision);
  };
  command.done = [this, found](const absl::StatusOr<sequencer::Outcome>& outcome) {
    absl::MutexLock lock(&mutex_);
    progress_.suspected += outcome.ok() ? 1 : 0;
  };
  // Full, or stopping: the pair is found again when all are compared once more.
  if (!under_way_.Submit(std::move(command)).ok()) decided_.erase(pair);
}

}  // namespace klaim::services
