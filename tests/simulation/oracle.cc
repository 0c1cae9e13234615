#include "simulation/oracle.h"

#include <numeric>

#include "absl/strings/str_cat.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/money/payment_batch.h"
#include "engine/domain/money/settlement.h"
#include "engine/record/encoded_record.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::simulation {
namespace {

template <class... Words>
absl::Status Wrong(const Words&... words) {
  return absl::InternalError(absl::StrCat(words...));
}

bool Same(const sequencer::Outcome& a, const sequencer::Outcome& b) {
  return a.first_sequence == b.first_sequence && a.last_sequence == b.last_sequence &&
         a.leaf_hash == b.leaf_hash;
}

}  // namespace

absl::Status Oracle::NoteAccepted(const std::string& request_id, const sequencer::Outcome& outcome) {
  Told& told = Of(request_id);
  if (told.accepted && !Same(told.outcome, outcome)) {
    return Wrong(request_id, " was accepted at ", told.outcome.first_sequence, " and again at ",
                 outcome.first_sequence);
  }
  told.accepted = true;
  told.outcome = outcome;
  return absl::OkStatus();
}

uint64_t Oracle::accepted() const {
  uint64_t count = 0;
  for (const auto& [id, told] : told_) count += told.accepted;
  return count;
}

absl::Status Oracle::Check(const log::EventLog& log, const privacy::Vault& vault, const Desk& desk,
                           Reading reading) {
  if (reading == Reading::kWhole) Forget();
  absl::Status status = ReadOn(log);
  if (status.ok()) status = CheckRequests(log);
  if (status.ok()) status = CheckProofs(log, reading);
  if (status.ok()) status = CheckKeys(vault);
  if (status.ok()) status = CheckMoney(log, desk);
  new_requests_.clear();
  new_key_ids_.clear();
  return status;
}

void Oracle::Forget() {
  seen_.clear();
  key_ids_.clear();
  leaves_.clear();
  tree_ = {};
  last_time_ = 0;
  programme_of_.clear();
  handed_over_.clear();
  new_key_ids_.clear();
  for (const auto& [id, told] : told_) new_requests_.insert(id);
}

absl::Status Oracle::ReadOn(const log::LogReader& log) {
  absl::Status status;
  v1::EventRecord event;
  absl::Status read = log.Read(leaves_.size(), [&](uint64_t sequence, absl::string_view bytes) {
    status = record::DecodeRecord(sequence, bytes, event);
    if (status.ok()) status = See(sequence, bytes, event);
    return status.ok();
  });
  if (!read.ok()) return read;
  if (status.ok() && leaves_.size() != log.next_sequence()) {
    status = Wrong("the log says that it has ", log.next_sequence(), " records, and has ", leaves_.size());
  }
  return status;
}

absl::Status Oracle::See(uint64_t sequence, absl::string_view bytes, const v1::EventRecord& event) {
  if (sequence != leaves_.size()) return Wrong("record ", sequence, " stands at ", leaves_.size());
  if (event.recorded_at_micros() < last_time_) return Wrong("at record ", sequence, " time goes back");
  last_time_ = event.recorded_at_micros();
  leaves_.push_back(record::EntryHash(sequence, bytes));

  if (event.has_programme_opened()) programme_of_[sequence] = sequence;
  if (event.has_claim_filed()) programme_of_[sequence] = event.claim_filed().programme_id();
  const auto programme = programme_of_.find(event.stream());
  if (programme != programme_of_.end() && handed_over_.contains(programme->second) &&
      !event.has_claim_handed_over()) {
    return Wrong("record ", sequence, " is about a programme that was handed over before");
  }
  if (event.has_programme_handed_over()) handed_over_.insert(event.stream());

  new_requests_.insert(event.request_id());
  auto& seen = seen_[event.request_id()];
  if (event.causation() == sequence) {
    seen.push_back({sequence, 0, 0, {}, log::FingerprintOfFirstRecord(event)});
  }
  if (seen.empty() || seen.back().first_sequence != event.causation()) {
    return Wrong("record ", sequence, " stands apart from its request's others");
  }
  ++seen.back().events;
  seen.back().last_sequence = sequence;
  seen.back().last_leaf = leaves_.back();

  if (!event.has_claimant_registered()) return absl::OkStatus();
  const uint64_t key_id = event.claimant_registered().key_id();
  new_key_ids_.push_back(key_id);
  return key_ids_.insert(key_id).second ? absl::OkStatus() : Wrong("two persons under data key ", key_id);
}

absl::Status Oracle::CheckRequests(const log::EventLog& log) const {
  for (const std::string& id : new_requests_) {
    const auto told = told_.find(id);
    const auto seen = seen_.find(id);
    if (seen == seen_.end()) {
      if (told->second.accepted) return Wrong("acknowledged request ", id, " is lost");
      continue;
    }
    if (seen->second.size() > 1) return Wrong("request ", id, " was carried out twice");
    const Seen& stands = seen->second.front();
    auto found = log.FindRequests({stands.fingerprint});
    if (!found.ok()) return found.status();
    if (found->front() != stands.first_sequence)
      return Wrong("a repetition of request ", id, " wouldn't be known");
    if (told == told_.end()) continue;
    absl::Status same = CheckTold(id, told->second, stands);
    if (!same.ok()) return same;
  }
  return absl::OkStatus();
}

absl::Status Oracle::CheckTold(const std::string& id, const Told& told, const Seen& seen) {
  if (!told.accepted && !told.uncertain) return Wrong("request ", id, " was refused, and is there");
  // A real daemon doesn't tell what it decides.
  const auto decided = told.decided.find(seen.first_sequence);
  if (!told.decided.empty() && decided == told.decided.end()) {
    return Wrong("request ", id, " stands where it was never decided to");
  }
  if (!told.decided.empty() && decided->second != seen.events) {
    return Wrong("of request ", id, " ", seen.events, " of ", decided->second, " events are there");
  }
  if (told.accepted &&
      (told.outcome.first_sequence != seen.first_sequence ||
       told.outcome.last_sequence != seen.last_sequence || told.outcome.leaf_hash != seen.last_leaf)) {
    return Wrong("the receipt of request ", id, " isn't what stands in the log");
  }
  return absl::OkStatus();
}

absl::Status Oracle::CheckProofs(const log::LogReader& log, Reading reading) {
  const uint64_t size = leaves_.size();
  auto root = log.Root(size);
  if (!root.ok()) return root.status();
  merkle::Hash expected;
  if (reading == Reading::kWhole) {
    expected = merkle::RootOfHashes(leaves_);
  } else {
    tree_.Append(absl::MakeConstSpan(leaves_).subspan(tree_.size()));
    expected = tree_.Root();
  }
  if (*root != expected) return Wrong("the tree isn't that of its records");
  if (earlier_size_ > size) return Wrong("the log had ", earlier_size_, " records, and has ", size);
  if (earlier_size_ > 0) {
    auto path = log.ConsistencyProof(earlier_size_, size);
    if (!path.ok()) return path.status();
    if (!merkle::VerifyConsistency(earlier_size_, size, earlier_root_, *root, *path)) {
      return Wrong("the log doesn't go on from what it was at ", earlier_size_);
    }
  }
  for (uint64_t sequence = size % 7; sequence < size; sequence += 1 + size / 5) {
    auto path = log.InclusionProof(sequence, size);
    if (!path.ok()) return path.status();
    if (!merkle::VerifyInclusion(leaves_[sequence], sequence, size, *path, *root)) {
      return Wrong("the proof of record ", sequence, " doesn't hold");
    }
  }
  earlier_size_ = size;
  earlier_root_ = *root;
  return absl::OkStatus();
}

absl::Status Oracle::CheckKeys(const privacy::Vault& vault) const {
  for (uint64_t key_id : new_key_ids_) {
    const absl::Status opened = vault.Open(key_id).status();
    if (erased_.contains(key_id)) {
      if (!absl::IsNotFound(opened)) return Wrong("data key ", key_id, " was destroyed, and opens");
    } else if (!opened.ok() && !(absl::IsNotFound(opened) && vault.WasErased(key_id).value_or(false))) {
      return Wrong("the data key of a person is lost: ", opened.message());
    }
  }
  return absl::OkStatus();
}

absl::Status Oracle::CheckMoney(const log::LogReader& log, const Desk& desk) {
  domain::Docket docket(sequencer::LoaderOf(log), 100'000);
  int64_t allocated = 0;
  int64_t paid = 0;
  for (uint64_t id : desk.Of(v1::AGGREGATE_KIND_CLAIM)) {
    auto claim = docket.Find<domain::ClaimState>("claim_id", id);
    if (!claim.ok()) return claim.status();
    for (const domain::ClaimHead& head : (*claim)->heads) {
      if (0 > head.paid_minor || head.paid_minor > head.ordered_minor ||
          head.ordered_minor > head.allocated_minor || head.allocated_minor > head.determined_minor) {
        return Wrong("claim ", id, ": paid ", head.paid_minor, ", ordered ", head.ordered_minor,
                     ", allocated ", head.allocated_minor, ", determined ", head.determined_minor);
      }
      allocated += head.allocated_minor;
      paid += head.paid_minor;
    }
  }
  int64_t allocated_by_settlements = 0;
  for (uint64_t id : desk.Of(v1::AGGREGATE_KIND_SETTLEMENT)) {
    auto settlement = docket.Find<domain::SettlementState>("settlement_id", id);
    if (!settlement.ok()) return settlement.status();
    const auto& received = (*settlement)->received_minor;
    if ((*settlement)->InTrust() < 0) return Wrong("settlement ", id, " paid out more than it received");
    if (std::accumulate(received.begin(), received.end(), int64_t{0}) >
        (*settlement)->recorded.amount().minor_units()) {
      return Wrong("settlement ", id, " received more than was agreed");
    }
    allocated_by_settlements += (*settlement)->allocated_minor;
  }
  if (allocated != allocated_by_settlements) {
    return Wrong("claims were allocated ", allocated, ", settlements allocated ", allocated_by_settlements);
  }
  int64_t confirmed = 0;
  for (uint64_t id : desk.Of(v1::AGGREGATE_KIND_PAYMENT_BATCH)) {
    auto batch = docket.Find<domain::PaymentBatchState>("batch", id);
    if (!batch.ok()) return batch.status();
    for (size_t i = 0; i < (*batch)->payments.size(); ++i) {
      if ((*batch)->payments[i] != v1::PAYMENT_STATUS_CONFIRMED) continue;
      confirmed += (*batch)->proposed.payments(static_cast<int>(i)).amount_minor();
    }
  }
  if (confirmed != paid) return Wrong("banks confirmed ", confirmed, ", claims were paid ", paid);
  paid_minor_ = static_cast<uint64_t>(paid);
  return absl::OkStatus();
}

absl::Status Oracle::CheckReadModels(const log::LogReader& log, const projections::Projector& projector) {
  auto kept = projector.ContentHashes();
  if (!kept.ok()) return kept.status();
  auto disk = std::make_shared<SimulatedStorage>(1);
  const auto env = EnvironmentOn(disk);
  auto fresh = projections::Projector::Open("/fresh", log, env.get());
  if (!fresh.ok()) return fresh.status();
  absl::Status folded = (*fresh)->FoldTo(log.next_sequence(), [](uint64_t) {});
  if (!folded.ok()) return folded;
  auto made = (*fresh)->ContentHashes();
  if (!made.ok()) return made.status();
  for (const auto& [name, hash] : *made) {
    if ((*kept)[name] != hash) return Wrong("read model ", name, " isn't what a fresh fold makes of the log");
  }
  return absl::OkStatus();
}

}  // namespace klaim::simulation
