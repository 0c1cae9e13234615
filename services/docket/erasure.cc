#include "services/docket/erasure.h"

#include <algorithm>
#include <map>
#include <string>

#include "engine/base/return_if_error.h"
#include "engine/record/byte_order.h"
#include "engine/record/encoded_record.h"
#include "klaim/v1/event_record.pb.h"
#include "projections/cases/cases_query.h"
#include "projections/documents/documents_query.h"
#include "spdlog/spdlog.h"

namespace klaim::services {
namespace {

// The vault's secret that lists the erasures that were begun, 16 bytes each: claimant and data key. It stands there until their
// documents are removed, since the keys are gone by then.
constexpr char kBegunSecret[] = "erasures";
constexpr size_t kBytesAnErasure = 16;

// Data keys by claimant.
using Erasures = std::map<uint64_t, uint64_t>;

absl::StatusOr<Erasures> Begun(const privacy::Vault& vault) {
  Erasures begun;
  auto list = vault.GetSecret(kBegunSecret);
  if (absl::IsNotFound(list.status())) return begun;
  if (!list.ok()) return list.status();
  for (size_t at = 0; at + kBytesAnErasure <= list->size(); at += kBytesAnErasure) {
    begun[record::LoadBig64(list->data() + at)] = record::LoadBig64(list->data() + at + 8);
  }
  return begun;
}

absl::Status NoteBegun(privacy::Vault& vault, const Erasures& erasures) {
  std::string list;
  for (const auto& [claimant_id, key_id] : erasures) {
    record::AppendBig64(list, claimant_id);
    record::AppendBig64(list, key_id);
  }
  return vault.PutSecret(kBegunSecret, list);
}

absl::Status DestroyKeys(privacy::Vault& vault, const Erasures& erasures) {
  std::vector<uint64_t> key_ids;
  for (const auto& [claimant_id, key_id] : erasures) key_ids.push_back(key_id);
  return vault.Erase(key_ids);
}

absl::Status RemoveDocuments(const OpenDocket& docket, const Erasures& erasures) {
  absl::flat_hash_set<uint64_t> claimant_ids;
  for (const auto& [claimant_id, key_id] : erasures) claimant_ids.insert(claimant_id);
  ASSIGN_OR_RETURN(auto documents, DocumentsOf(docket, claimant_ids));
  v1::EventRecord event;
  for (uint64_t document_id : documents) {
    absl::Status status = log::ReadRecord(*docket.log, document_id, event);
    if (status.ok()) status = docket.evidence->Remove(event.document_received().blob_id());
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

// Whose key the erasure of this stream destroys.
absl::StatusOr<absl::string_view> OwnerOf(const log::LogReader& log, uint64_t stream) {
  v1::EventRecord event;
  RETURN_IF_ERROR(log::ReadRecord(log, stream, event));
  return event.has_reference_register_published() ? privacy::kRegistersKey : privacy::kPersonsKey;
}

// The keys first: without them the documents are unreadable already.
absl::Status BeginAndDestroyKeys(OpenDocket& docket, const Erasures& erasures) {
  absl::Status status = NoteBegun(*docket.vault, erasures);
  return status.ok() ? DestroyKeys(*docket.vault, erasures) : status;
}

absl::Status RemoveDocumentsAndEnd(OpenDocket& docket, const Erasures& erasures) {
  absl::Status status = RemoveDocuments(docket, erasures);
  return status.ok() ? NoteBegun(*docket.vault, {}) : status;
}

}  // namespace

absl::StatusOr<std::vector<uint64_t>> DocumentsOf(const OpenDocket& docket,
                                                  const absl::flat_hash_set<uint64_t>& claimant_ids) {
  std::vector<uint64_t> document_ids;
  // Asked before the rows are read, so that between them and what is read from the log nothing is missed.
  const uint64_t folded = docket.projector->next_sequence();
  const projections::DocumentsQuery documents = docket.models().documents();
  for (uint64_t claimant_id : claimant_ids) {
    ASSIGN_OR_RETURN(auto of_claimant, documents.OfClaimant(claimant_id).All());
    document_ids.insert(document_ids.end(), of_claimant.begin(), of_claimant.end());
  }
  absl::Status status;
  v1::EventRecord event;
  absl::Status read = docket.log->Read(folded, [&](uint64_t sequence, absl::string_view bytes) {
    status = record::DecodeRecord(sequence, bytes, event);
    if (status.ok() && event.has_document_received() &&
        claimant_ids.contains(event.document_received().claimant_id())) {
      document_ids.push_back(sequence);
    }
    return status.ok();
  });
  if (!read.ok()) return read;
  if (!status.ok()) return status;
  std::sort(document_ids.begin(), document_ids.end());
  document_ids.erase(std::unique(document_ids.begin(), document_ids.end()), document_ids.end());
  return document_ids;
}

absl::Status Erase(OpenDocket& docket, absl::Span<const ErasedClaimant> erased) {
  ASSIGN_OR_RETURN(auto erasures, Begun(*docket.vault));
  for (const ErasedClaimant& each : erased) erasures[each.claimant_id] = each.key_id;
  if (erasures.empty()) return absl::OkStatus();
  absl::Status status = BeginAndDestroyKeys(docket, erasures);
  return status.ok() ? RemoveDocumentsAndEnd(docket, erasures) : status;
}

absl::Status FinishErasures(OpenDocket& docket) {
  ASSIGN_OR_RETURN(auto erasures, Begun(*docket.vault));
  std::vector<uint64_t> of_registers;
  absl::Status status = docket.models().cases().Erased().ForEach([&](const auto& erased) -> absl::Status {
    ASSIGN_OR_RETURN(auto owner, OwnerOf(*docket.log, erased.stream));
    if (absl::IsNotFound(docket.vault->Open(erased.key_id, owner).status())) return absl::OkStatus();
    if (owner == privacy::kRegistersKey) {
      of_registers.push_back(erased.key_id);
    } else {
      erasures[erased.stream] = erased.key_id;
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  if (!of_registers.empty()) {
    status = docket.vault->Erase(of_registers, privacy::kRegistersKey);
    if (!status.ok()) return status;
  }
  if (erasures.empty()) return absl::OkStatus();
  if (status = BeginAndDestroyKeys(docket, erasures); !status.ok()) return status;
  const absl::Status removed = RemoveDocumentsAndEnd(docket, erasures);
  if (!absl::IsUnavailable(removed)) return removed;
  spdlog::warn("documents of erased persons, whose keys are destroyed, still have to be removed: {}",
               std::string(removed.message()));
  return absl::OkStatus();
}

}  // namespace klaim::services
