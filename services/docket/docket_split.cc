#include "services/docket/docket_split.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/core/aggregate.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/people/claimant.h"
#include "engine/domain/work/handover.h"
#include "engine/log/log_copy.h"
#include "engine/log/rocksdb_event_log.h"
#include "engine/record/encoded_record.h"
#include "engine/sequencer/folded.h"
#include "klaim/v1/event_record.pb.h"
#include "services/docket/docket_opening.h"
#include "services/docket/erasure.h"
#include "services/docket/in_flight_commands.h"

namespace klaim::services {
namespace {

constexpr char kActor[] = "split@0";
constexpr size_t kMaxUnderWay = 4'096;
constexpr uint64_t kMeanwhile = 10'000;  // records or claims between two words on how far it is

struct CopiedDocument {
  uint64_t claimant_id = 0;
  evidence::BlobId blob;
  std::string stored_sha256;
};

// What a log says of who and what belongs to which programme.
struct Census {
  std::vector<uint64_t> programmes;
  std::map<uint64_t, v1::ProgrammeHandedOver> handed_over;
  struct Claim {
    uint64_t claim_id = 0;
    uint64_t programme_id = 0;
    uint64_t claimant_id = 0;
    bool handed_over = false;
  };
  std::vector<Claim> claims;  // by number
  absl::flat_hash_map<uint64_t, uint64_t> key_of_claimant;
  absl::flat_hash_set<uint64_t> erased;
  std::vector<std::pair<uint64_t, uint64_t>>
      relations;  // of claimants whose data one needs for the other's claims
  std::vector<CopiedDocument> documents;
  std::vector<uint64_t> register_keys;
  std::map<uint64_t, uint64_t> programme_of_settlement;
  std::set<uint64_t> open_jobs;
  uint64_t records = 0;
};

void Count(const v1::EventRecord& event, Census& census) {
  switch (event.event_case()) {
    case v1::EventRecord::kProgrammeOpened:
      census.programmes.push_back(event.stream());
      break;
    case v1::EventRecord::kProgrammeHandedOver:
      census.handed_over[event.stream()] = event.programme_handed_over();
      break;
    case v1::EventRecord::kClaimFiled:
      census.claims.push_back(
          {event.stream(), event.claim_filed().programme_id(), event.claim_filed().claimant_id()});
      break;
    case v1::EventRecord::kClaimantRegistered:
      census.key_of_claimant[event.stream()] = event.claimant_registered().key_id();
      break;
    case v1::EventRecord::kClaimantErased:
      census.erased.insert(event.stream());
      break;
    case v1::EventRecord::kClaimantMerged:
      census.relations.emplace_back(event.stream(), event.claimant_merged().into_id());
      break;
    case v1::EventRecord::kFamilyLinked:
      census.relations.emplace_back(event.stream(), event.family_linked().other_id());
      break;
    case v1::EventRecord::kHeirProposed:
      census.relations.emplace_back(event.stream(), event.heir_proposed().heir().heir_id());
      break;
    case v1::EventRecord::kHeirNamed:
      census.relations.emplace_back(event.stream(), event.heir_named().heir_id());
      break;
    case v1::EventRecord::kDocumentReceived: {
      const v1::DocumentReceived& received = event.document_received();
      census.documents.push_back({received.claimant_id(), received.blob_id(), received.stored_sha256()});
      break;
    }
    case v1::EventRecord::kReferenceRegisterPublished:
      census.register_keys.push_back(event.reference_register_published().key_id());
      break;
    case v1::EventRecord::kSettlementRecorded:
      census.programme_of_settlement[event.stream()] = event.settlement_recorded().programme_id();
      break;
    case v1::EventRecord::kJobEnded:
      census.open_jobs.erase(event.stream());
      break;
    default:
      break;
  }
  if (domain::KindOf(event) == v1::AGGREGATE_KIND_JOB && event.stream_version() == 0) {
    census.open_jobs.insert(event.stream());
  }
}

absl::StatusOr<Census> TakeCensus(const log::LogReader& log, SplitProgress progress) {
  Census census;
  absl::flat_hash_map<uint64_t, size_t> claim_at;
  absl::flat_hash_set<uint64_t> handed_over;
  v1::EventRecord event;
  absl::Status status;
  const uint64_t size = log.next_sequence();
  absl::Status read = log.Read(0, [&](uint64_t sequence, absl::string_view bytes) {
    status = record::DecodeRecord(sequence, bytes, event);
    if (!status.ok()) return false;
    Count(event, census);
    if (event.has_claim_handed_over()) handed_over.insert(event.stream());
    if (event.has_claim_merged() && event.claim_merged().claimant_id() != 0) {
      const auto claim =
          std::lower_bound(census.claims.begin(), census.claims.end(), event.stream(),
                           [](const Census::Claim& one, uint64_t id) { return one.claim_id < id; });
      if (claim != census.claims.end()) {
        census.relations.emplace_back(claim->claimant_id, event.claim_merged().claimant_id());
      }
    }
    if (sequence % kMeanwhile == 0) progress("Reading the log", sequence, size);
    return true;
  });
  if (!read.ok()) return read;
  if (!status.ok()) return status;
  for (Census::Claim& claim : census.claims) claim.handed_over = handed_over.contains(claim.claim_id);
  census.records = size;
  return census;
}

// Who is needed where.
struct People {
  absl::flat_hash_set<uint64_t> go;
  absl::flat_hash_set<uint64_t> stay;
};

// With those whose data the others' claims need: heirs, families, those with whom they were merged.
void AddRelations(const Census& census, absl::flat_hash_set<uint64_t>& people) {
  for (bool more = true; more;) {
    more = false;
    for (const auto& [one, other] : census.relations) {
      if (people.contains(one)) more |= people.insert(other).second;
      if (people.contains(other)) more |= people.insert(one).second;
    }
  }
}

People PeopleOf(const Census& census, const std::set<uint64_t>& moving) {
  People people;
  absl::flat_hash_set<uint64_t> have_claims;
  for (const Census::Claim& claim : census.claims) {
    have_claims.insert(claim.claimant_id);
    const bool went_before =
        census.handed_over.contains(claim.programme_id) && !moving.contains(claim.programme_id);
    if (went_before) continue;
    (moving.contains(claim.programme_id) ? people.go : people.stay).insert(claim.claimant_id);
  }
  AddRelations(census, people.go);
  for (const auto& [claimant_id, key_id] : census.key_of_claimant) {
    if (!have_claims.contains(claimant_id) && !people.go.contains(claimant_id))
      people.stay.insert(claimant_id);
  }
  AddRelations(census, people.stay);
  return people;
}

absl::Status RequireNoMoneyUnderWay(const log::LogReader& log, const Census& census,
                                    const std::set<uint64_t>& moving, SplitProgress progress) {
  for (const auto& [settlement_id, programme_id] : census.programme_of_settlement) {
    if (!moving.contains(programme_id)) continue;
    ASSIGN_OR_RETURN(auto settlement,
                     sequencer::Folded<domain::SettlementState>(log, "settlement_id", settlement_id));
    if (settlement.Open() > 0 || settlement.InTrust() != 0 || settlement.excess_minor != 0 ||
        settlement.open_allocation_id != 0 || !settlement.open_moves.empty()) {
      return domain::NotNow("programme_ids", v1::REASON_SETTLEMENT_IS_NOT_RECEIVED_AND_ALLOCATED_WHOLE,
                            settlement_id);
    }
  }
  uint64_t looked_at = 0;
  for (const Census::Claim& row : census.claims) {
    if (++looked_at % kMeanwhile == 0)
      progress("Looking at the claims' money", looked_at, census.claims.size());
    if (!moving.contains(row.programme_id)) continue;
    ASSIGN_OR_RETURN(auto claim, sequencer::Folded<domain::ClaimState>(log, "claim_id", row.claim_id));
    const bool paying = std::any_of(claim.payments.begin(), claim.payments.end(),
                                    [](const domain::ClaimPayment& payment) { return !payment.paid; });
    if (paying || claim.status == v1::CLAIM_STATUS_ALLOCATED) {
      return domain::NotNow("programme_ids", v1::REASON_CLAIM_HAS_MONEY_UNDER_WAY, row.claim_id);
    }
  }
  return absl::OkStatus();
}

// Puts commands through, some thousands at a time, and keeps the first refusal.
class Recorder {
 public:
  explicit Recorder(sequencer::Sequencer& sequencer) : under_way_(sequencer, kMaxUnderWay) {}

  template <class Asked>
  void Record(const std::string& request_id, absl::string_view request_type, Asked asked) {
    sequencer::Command command;
    command.actor = kActor;
    command.request_id = request_id;
    command.request_type = request_type;
    command.decide = [asked = std::move(asked)](domain::Docket& docket, const domain::Context& context,
                                                domain::Decision& decision) {
      return domain::Decide(asked, docket, context, decision);
    };
    command.done = [this](const absl::StatusOr<sequencer::Outcome>& outcome) { Note(outcome.status()); };
    Note(under_way_.Submit(std::move(command)));
  }

  absl::Status Finish() {
    under_way_.WaitForAll();
    absl::MutexLock lock(&mutex_);
    return failure_;
  }

 private:
  void Note(const absl::Status& status) {
    absl::MutexLock lock(&mutex_);
    failure_.Update(status);
  }

  absl::Mutex mutex_;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  InFlightCommands under_way_;
};

// What is another docket's from now on, in the docket that it leaves.
struct Leaving {
  std::set<uint64_t> programmes;
  std::string to;  // the other docket's name
  absl::flat_hash_set<uint64_t> claimants;
  uint64_t shared_size = 0;
  merkle::Hash shared_root{};
};

// The switch: one append.
absl::Status HandOverProgrammes(OpenDocket& docket, const Leaving& leaving) {
  if (leaving.programmes.empty()) return absl::OkStatus();
  Recorder recorder(*docket.sequencer);
  recorder.Record(absl::StrCat("split/", leaving.shared_size), "HandOverProgrammes",
                  domain::HandOverProgrammes{{leaving.programmes.begin(), leaving.programmes.end()},
                                             leaving.to,
                                             leaving.shared_size,
                                             std::string(merkle::AsBytes(leaving.shared_root))});
  return recorder.Finish();
}

absl::Status HandOverClaimsAndPeople(OpenDocket& docket, const Census& census, const Leaving& leaving,
                                     SplitProgress progress) {
  Recorder recorder(*docket.sequencer);
  const std::string request = absl::StrCat("split/", leaving.shared_size, "/");
  uint64_t done = 0;
  for (const Census::Claim& claim : census.claims) {
    if (++done % kMeanwhile == 0) progress("Handing claims over", done, census.claims.size());
    if (claim.handed_over || !leaving.programmes.contains(claim.programme_id)) continue;
    recorder.Record(absl::StrCat(request, claim.claim_id), "HandOverClaim",
                    domain::HandOverClaim{claim.claim_id});
  }
  std::vector<uint64_t> claimants(leaving.claimants.begin(), leaving.claimants.end());
  std::sort(claimants.begin(), claimants.end());
  for (uint64_t claimant_id : claimants) {
    if (census.erased.contains(claimant_id)) continue;
    v1::EraseClaimantRequest erase;
    erase.set_claimant_id(claimant_id);
    erase.set_reason(absl::StrCat("goes on in docket \"", leaving.to, "\""));
    recorder.Record(absl::StrCat(request, claimant_id), "EraseClaimantRequest", erase);
  }
  return recorder.Finish();
}

// Missing ones stay missing: the new docket says so as the other does.
absl::Status CopyDocuments(const Census& census, const People& people, const OpenDocket& from,
                           const OpenDocket& to, SplitProgress progress) {
  const std::string arriving = to.folder.evidence() + "/arriving";
  uint64_t done = 0;
  for (const CopiedDocument& document : census.documents) {
    progress("Copying documents", ++done, census.documents.size());
    if (!people.go.contains(document.claimant_id) || census.erased.contains(document.claimant_id)) continue;
    const std::string name = absl::BytesToHexString(document.blob);
    auto sha256 = evidence::CopyOut(from.evidence->files(), name, arriving);
    if (absl::IsNotFound(sha256.status())) continue;
    if (!sha256.ok()) return sha256.status();
    if (merkle::AsBytes(*sha256) != document.stored_sha256) {
      return absl::DataLossError(
          absl::StrCat("document file ", name,
                       " is not what the log says of it: see `klaim evidence verify`, and restore it first"));
    }
    RETURN_IF_ERROR(to.evidence->files().Keep(name, arriving, *sha256));
  }
  return absl::OkStatus();
}

// The log up to the split, and the keys of those who go.
absl::Status CopyLogAndKeys(const OpenDocket& from, const Census& census, const People& people,
                            const SplitOrder& order, const std::string& data, uint64_t shared_size,
                            SplitProgress progress) {
  ASSIGN_OR_RETURN(auto folder, log::DataFolder::Open(data));
  ASSIGN_OR_RETURN(auto log, log::RocksDbEventLog::Open(folder.log()));
  absl::Status copied = log::CopyRecords(*from.log, shared_size, *log, [&](uint64_t records) {
    progress("Copying the log", records, shared_size);
  });
  if (!copied.ok()) return copied;
  ASSIGN_OR_RETURN(auto master_key, privacy::ReadMasterKey(order.new_places.master_key.current));
  ASSIGN_OR_RETURN(auto rows, privacy::OpenVaultRows(folder.vault()));
  ASSIGN_OR_RETURN(auto identities, privacy::IdentityIndex::Begin(folder.vault()));
  ASSIGN_OR_RETURN(auto vault, privacy::Vault::Open(std::move(rows), std::move(identities), master_key,
                                                    std::nullopt, [](const absl::Status&) {}));
  std::vector<privacy::DataKey> keys;
  std::vector<uint64_t> not_ours = census.register_keys;
  for (const auto& [claimant_id, key_id] : census.key_of_claimant) {
    auto key = from.vault->Open(key_id);
    if (!key.ok() && !absl::IsNotFound(key.status())) return key.status();
    if (key.ok() && people.go.contains(claimant_id)) {
      keys.push_back(*std::move(key));
    } else {
      not_ours.push_back(key_id);
    }
  }
  return vault->Adopt(keys, not_ours);
}

absl::Status MakeNewDocket(const OpenDocket& from, const Census& census, const People& people,
                           const SplitOrder& order, const Leaving& leaving, SplitProgress progress) {
  const std::string part = order.new_data + ".part";
  std::error_code error;
  std::filesystem::remove_all(part, error);
  absl::Status copied = CopyLogAndKeys(from, census, people, order, part, leaving.shared_size, progress);
  if (!copied.ok()) return copied;
  progress("Building the new docket's read models", 0, 1);
  ASSIGN_OR_RETURN(auto to,
                   Open(
                       part, order.new_places, [](uint64_t) { return true; }, [](const absl::Status&) {}));
  ASSIGN_OR_RETURN(auto root, to->log->Root(leaving.shared_size));
  if (root != leaving.shared_root) return absl::DataLossError("the copied log's tree is not the docket's");
  absl::Status handed_over = CopyDocuments(census, people, from, *to, progress);
  if (handed_over.ok()) handed_over = HandOverProgrammes(*to, leaving);
  if (handed_over.ok()) handed_over = HandOverClaimsAndPeople(*to, census, leaving, progress);
  to->sequencer->Stop();
  return handed_over;
}

// The programmes that the docket handed over to this one before, when a split was cut off after its switch.
std::set<uint64_t> HandedOverBefore(const Census& census, const std::string& to, uint64_t& shared_size) {
  std::set<uint64_t> programmes;
  for (const auto& [programme_id, handed_over] : census.handed_over) {
    if (handed_over.docket() != to) continue;
    programmes.insert(programme_id);
    shared_size = handed_over.shared_size();
  }
  return programmes;
}

absl::Status CheckOrder(const OpenDocket& docket, const Census& census, const SplitOrder& order,
                        const std::set<uint64_t>& moving, SplitProgress progress) {
  for (uint64_t id : moving) {
    if (std::find(census.programmes.begin(), census.programmes.end(), id) == census.programmes.end()) {
      return domain::UnknownId("programme_ids", "programme", id);
    }
    if (census.handed_over.contains(id)) {
      return domain::NotNow("programme_ids", v1::REASON_PROGRAMME_WAS_HANDED_OVER_TO_ALREADY, id,
                            census.handed_over.at(id).docket());
    }
  }
  if (moving.empty()) return domain::InvalidField("programme_ids", v1::REASON_NAME_AT_LEAST_ONE);
  if (!census.open_jobs.empty()) {
    return domain::NotNow("programme_ids", v1::REASON_JOB_IS_NOT_ENDED, *census.open_jobs.begin());
  }
  if (std::filesystem::exists(order.new_data)) {
    return absl::AlreadyExistsError(absl::StrCat(order.new_data, " holds a docket already"));
  }
  return RequireNoMoneyUnderWay(*docket.log, census, moving, progress);
}

}  // namespace

absl::StatusOr<SplitResult> SplitDocket(OpenDocket& docket, const SplitOrder& order, SplitProgress progress) {
  const std::optional<evidence::S3Place>& here_lie = docket.places.evidence;
  const std::optional<evidence::S3Place>& there_lie = order.new_places.evidence;
  if (here_lie.has_value() && there_lie.has_value() && evidence::IsSamePlace(*here_lie, *there_lie)) {
    return domain::InvalidField("new_places.evidence", v1::REASON_IS_WHERE_THIS_DOCKET_DOCUMENTS_LIE);
  }
  ASSIGN_OR_RETURN(auto census, TakeCensus(*docket.log, progress));
  const std::set<uint64_t> moving(order.programme_ids.begin(), order.programme_ids.end());
  SplitResult result;
  result.shared_size = census.records;
  const std::set<uint64_t> before = HandedOverBefore(census, order.new_name, result.shared_size);
  if (!before.empty() && before != moving) {
    return domain::NotNow("programme_ids", v1::REASON_SPLIT_WITH_PROGRAMMES_WAS_BEGUN,
                          absl::StrJoin(before, ", "));
  }
  ASSIGN_OR_RETURN(auto root, docket.log->Root(result.shared_size));
  result.shared_root = root;
  const People people = PeopleOf(census, moving);
  Leaving here{moving, order.new_name, {}, result.shared_size, root};
  Leaving there{{}, order.name, {}, result.shared_size, root};
  for (uint64_t id : census.programmes) {
    if (!moving.contains(id) && !census.handed_over.contains(id)) there.programmes.insert(id);
  }
  for (const auto& [claimant_id, key_id] : census.key_of_claimant) {
    const bool goes = people.go.contains(claimant_id);
    const bool stays = people.stay.contains(claimant_id);
    if (!goes) there.claimants.insert(claimant_id);
    if (!stays) here.claimants.insert(claimant_id);
    result.claimants += goes ? 1 : 0;
    result.in_both += goes && stays ? 1 : 0;
  }
  for (const Census::Claim& claim : census.claims)
    result.claims += moving.contains(claim.programme_id) ? 1 : 0;

  if (before.empty()) {
    RETURN_IF_ERROR(CheckOrder(docket, census, order, moving, progress));
    RETURN_IF_ERROR(MakeNewDocket(docket, census, people, order, there, progress));
    RETURN_IF_ERROR(HandOverProgrammes(docket, here));
  }
  std::error_code error;
  if (!std::filesystem::exists(order.new_data)) {
    std::filesystem::rename(order.new_data + ".part", order.new_data, error);
    if (error) {
      return absl::NotFoundError(
          absl::StrCat("can't put the new docket in its place, ", order.new_data, ": ", error.message()));
    }
  }
  RETURN_IF_ERROR(HandOverClaimsAndPeople(docket, census, here, progress));
  std::vector<ErasedClaimant> gone;
  for (uint64_t claimant_id : here.claimants) {
    gone.push_back({claimant_id, census.key_of_claimant.at(claimant_id)});
  }
  progress("Destroying keys of who is in the new docket alone", 0, 1);
  RETURN_IF_ERROR(Erase(docket, gone));
  return result;
}

}  // namespace klaim::services
