#include "projections/documents/documents.h"

#include <functional>

#include "klaim/v1/event_cases.h"
#include "klaim/v1/evidence_service.pb.h"

namespace klaim::projections {
namespace {

void Change(uint64_t document_id, Rows& rows, const std::function<void(v1::Document&)>& change) {
  const std::string key = Key('d').Number(document_id);
  auto row = rows.Read<v1::Document>(key);
  change(row);
  rows.Put(key, row.SerializeAsString());
}

void Receive(const v1::EventRecord& event, Rows& rows) {
  const v1::DocumentReceived& received = event.document_received();
  v1::Document row;
  row.set_document_id(event.stream());
  *row.mutable_received() = received;
  row.set_received_at_micros(event.recorded_at_micros());
  row.set_received_by(event.actor());
  rows.Put(Key('d').Number(event.stream()), row.SerializeAsString());
  rows.Put(Key('c').Number(received.case_id()).Number(event.stream()), "");
  rows.Put(Key('p').Number(received.claimant_id()).Number(event.stream()), "");
  rows.Put(Key('s').Number(event.stream()).Number(event.sequence()), "");
  if (received.redaction_of() == 0) return;
  Change(received.redaction_of(), rows,
         [&](v1::Document& original) { original.add_redactions(event.stream()); });
}

}  // namespace

void Documents::Apply(const v1::EventRecord& event, Rows& rows) {
  switch (event.event_case()) {
    case v1::EventRecord::kDocumentReceived:
      Receive(event, rows);
      break;
    case v1::EventRecord::kDocumentLinked:
      Change(event.stream(), rows, [&](v1::Document& row) { *row.add_links() = event.document_linked(); });
      rows.Put(Key('k').Number(event.document_linked().claim_id()).Number(event.stream()), "");
      break;
    case v1::EventRecord::kDocumentVerified:
      Change(event.stream(), rows, [&](v1::Document& row) {
        *row.mutable_finding() = event.document_verified();
        row.set_verified_by(event.actor());
      });
      break;
    case v1::EventRecord::kDocumentHeld:
    case v1::EventRecord::kDocumentHoldLifted:
      Change(event.stream(), rows, [&](v1::Document& row) { row.set_held(event.has_document_held()); });
      break;
    case v1::EventRecord::kDocumentCustodyNoted:
      rows.Put(Key('s').Number(event.stream()).Number(event.sequence()), "");
      break;
    case v1::EventRecord::kPersonalDataViewed:
      for (uint64_t document_id : event.personal_data_viewed().document_ids()) {
        rows.Put(Key('s').Number(document_id).Number(event.sequence()), "");
      }
      break;
    case v1::EventRecord::kClaimantErased: {
      std::vector<uint64_t> documents;
      const std::string prefix = Key('p').Number(event.stream());
      rows.Scan(prefix, [&](const std::string& key, const std::string&) {
        documents.push_back(NumberAt(key, prefix.size()));
      });
      for (uint64_t document_id : documents) {
        Change(document_id, rows, [](v1::Document& row) { row.set_erased(true); });
      }
      break;
    }
    case v1::EventRecord::kClaimantRegistered:
    case v1::EventRecord::kClaimantConsentGiven:
    case v1::EventRecord::kClaimantConsentWithdrawn:
    case v1::EventRecord::kPayoutAccountConfirmed:
    case v1::EventRecord::kClaimantCorrected:
    case v1::EventRecord::kClaimantClaimed:
    case v1::EventRecord::kDuplicateSuspected:
    case v1::EventRecord::kDuplicateRefused:
    case v1::EventRecord::kClaimantMerged:
    case v1::EventRecord::kClaimantAbsorbed:
    case v1::EventRecord::kClaimantMergeUndone:
    case v1::EventRecord::kClaimantReleased:
    case v1::EventRecord::kFamilyLinked:
    case v1::EventRecord::kFamilyUnlinked:
    case v1::EventRecord::kHeirNamed:
    case v1::EventRecord::kHeirPaymentOrdered:
    case v1::EventRecord::kHeirProposed:
    case v1::EventRecord::kHeirProposalRefused:
    case v1::EventRecord::EVENT_NOT_SET:
    case KLAIM_ACCOUNT_EVENTS:
    case KLAIM_CASE_EVENTS:
    case KLAIM_CASE_FUND_EVENTS:
    case KLAIM_CLAIM_EVENTS:
    case KLAIM_CLAIMANT_GROUP_EVENTS:
    case KLAIM_EXCHANGE_EVENTS:
    case KLAIM_JOB_EVENTS:
    case KLAIM_LOSS_EVENTS:
    case KLAIM_ORGANISATION_EVENTS:
    case KLAIM_PAYMENT_BATCH_EVENTS:
    case KLAIM_PROGRAMME_EVENTS:
    case KLAIM_REFERENCE_REGISTER_EVENTS:
    case KLAIM_REFERENCE_TABLE_EVENTS:
    case KLAIM_RESPONDENT_EVENTS:
    case KLAIM_SAMPLE_EVENTS:
    case KLAIM_SETTLEMENT_EVENTS:
    case KLAIM_TRUST_ACCOUNT_EVENTS:
      break;
  }
}

}  // namespace klaim::projections
