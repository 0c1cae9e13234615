#include "engine/domain/docket.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

namespace klaim::domain {
namespace {

absl::Status Unreadable(const v1::EventRecord& event, absl::string_view why) {
  return absl::DataLossError(absl::StrCat("record ", event.sequence(), " of the log ", why));
}

}  // namespace

absl::StatusOr<AggregateState> MakeState(const v1::EventRecord& event) {
  // The ranges are drawn in event_record.proto.
  const int number = event.event_case();
  if (number >= 100 && number < 120) return OrganisationState();
  if (number >= 120 && number < 140) return ProgrammeState();
  if (number >= 140 && number < 160) return RespondentState();
  if (number >= 160 && number < 180) return ClaimantState();
  if (number >= 180 && number < 200) return CaseState();
  if (number >= 200 && number < 240) return ClaimState();
  if (number >= 240 && number < 260) return ClaimantGroupState();
  if (number >= 260 && number < 280) return SettlementState();
  if (number >= 280 && number < 300) return PaymentBatchState();
  if (number >= 300 && number < 320) return AccountState();
  if (number >= 320 && number < 340) return ViewState();
  if (number >= 340 && number < 360) return DocumentState();
  if (number >= 360 && number < 380) return TrustAccountState();
  if (number >= 380 && number < 400) return CaseFundState();
  if (number >= 400 && number < 420) return ReferenceTableState();
  if (number >= 420 && number < 440) return JobState();
  if (number >= 440 && number < 460) return SampleState();
  if (number >= 460 && number < 480) return ReferenceRegisterState();
  if (number >= 480 && number < 500) return ExchangeState();
  return Unreadable(event, "is of a kind that this program doesn't know: use a newer klaimd");
}

absl::Status EvolveState(AggregateState& state, const v1::EventRecord& event) {
  return std::visit(
      [&](auto& aggregate) {
        if (event.stream_version() != aggregate.version) {
          return Unreadable(
              event, absl::StrCat("is number ", event.stream_version(), " of its stream, where number ",
                                  aggregate.version, " comes next"));
        }
        aggregate.id = event.stream();
        ++aggregate.version;
        Evolve(aggregate, event);
        return absl::OkStatus();
      },
      state);
}

absl::Status CheckOneEventAStream(const Decision& decision) {
  absl::flat_hash_set<uint64_t> streams;
  for (const v1::EventRecord* event : decision.events()) {
    if (event->stream_version() == 0 || streams.insert(event->stream()).second) continue;
    return absl::InternalError(absl::StrCat("this would be recorded twice of number ", event->stream(),
                                            " at once, so nothing was recorded: ask for it in two requests"));
  }
  return absl::OkStatus();
}

absl::Status Docket::Load(uint64_t id,
                          absl::FunctionRef<absl::Status(const v1::EventRecord&)> visitor) const {
  const auto opening = std::lower_bound(
      openings_.begin(), openings_.end(), id,
      [](const v1::EventRecord* event, uint64_t stream) { return event->stream() < stream; });
  // Its later events, if any, would have brought it into memory.
  if (opening != openings_.end() && (*opening)->stream() == id) return visitor(**opening);
  return loader_(id, visitor);
}

absl::StatusOr<AggregateState*> Docket::FindAny(uint64_t id) {
  if (auto found = young_.find(id); found != young_.end()) return found->second.get();
  if (auto found = old_.find(id); found != old_.end()) {
    AggregateState* state = found->second.get();
    young_.emplace(id, std::move(found->second));
    old_.erase(found);
    return state;
  }
  std::unique_ptr<AggregateState> state;
  absl::Status loaded = Load(id, [&](const v1::EventRecord& event) -> absl::Status {
    if (state == nullptr) {
      // A number is an aggregate's only if its event opened a stream.
      if (event.stream() != id) return absl::NotFoundError("not the first event of a stream");
      auto fresh = MakeState(event);
      if (!fresh.ok()) return fresh.status();
      state = std::make_unique<AggregateState>(*std::move(fresh));
    }
    return EvolveState(*state, event);
  });
  if (!loaded.ok()) return loaded;
  if (state == nullptr) return absl::NotFoundError("an empty stream");
  return young_.emplace(id, std::move(state)).first->second.get();
}

void Docket::VisitOpenings(absl::FunctionRef<void(const v1::EventRecord&)> visitor) const {
  for (const v1::EventRecord* event : openings_) visitor(*event);
}

absl::Status Docket::Evolve(const v1::EventRecord& event) {
  next_sequence_ = event.sequence() + 1;
  if (event.stream_version() == 0) {
    // Its state can wait; a kind that can't be folded may not reach the log.
    if (auto kind = MakeState(event); !kind.ok()) return kind.status();
    openings_.push_back(&event);
    return absl::OkStatus();
  }
  auto state = FindAny(event.stream());
  if (!state.ok()) return state.status();
  return EvolveState(**state, event);
}

void Docket::Trim(uint64_t durable_sequence) {
  while (!openings_.empty() && openings_.front()->sequence() < durable_sequence) openings_.pop_front();
  if (young_.size() < capacity_ / 2 || durable_sequence < old_next_sequence_) return;
  old_ = std::move(young_);
  young_.clear();
  old_next_sequence_ = next_sequence_;
}

}  // namespace klaim::domain
