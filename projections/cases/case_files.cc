#include "projections/cases/case_files.h"

#include <string>
#include <vector>

#include "engine/domain/core/aggregate.h"
#include "klaim/v1/event_cases.h"

namespace klaim::projections {
namespace {

void NoteConsent(uint64_t claimant_id, const v1::Consent& consent, Rows& rows) {
  if (consent.purpose() != v1::CONSENT_PURPOSE_SHARE_WITH_PARTNER) return;
  rows.Put(Key('a').Number(claimant_id).Number(consent.recipient_id()), "");
}

void DropConsents(const std::string& prefix, Rows& rows) {
  std::vector<std::string> keys;
  rows.Scan(prefix, [&](const std::string& key, const std::string&) { keys.push_back(key); });
  for (std::string& key : keys) rows.Delete(std::move(key));
}

void ApplyToClaimant(const v1::EventRecord& event, Rows& rows) {
  const Key consents = Key('a').Number(event.stream());
  if (event.has_claimant_consent_given()) {
    NoteConsent(event.stream(), event.claimant_consent_given().consent(), rows);
  }
  if (event.has_claimant_consent_withdrawn()) {
    const v1::ClaimantConsentWithdrawn& withdrawn = event.claimant_consent_withdrawn();
    if (withdrawn.purpose() != v1::CONSENT_PURPOSE_SHARE_WITH_PARTNER) return;
    DropConsents(withdrawn.recipient_id() == 0 ? consents : Key(consents).Number(withdrawn.recipient_id()),
                 rows);
  }
  if (event.has_claimant_erased()) {
    DropConsents(consents, rows);
    rows.Put(Key('e').Number(event.stream()), Key('-').Number(event.claimant_erased().key_id()));
  }
}

void ApplySharing(const v1::EventRecord& event, Rows& rows) {
  if (event.has_case_sharing_ended()) {
    rows.Delete(Key('s').Number(event.stream()).Number(event.case_sharing_ended().organisation_id()));
    return;
  }
  rows.Put(Key('s').Number(event.stream()).Number(event.case_shared().organisation_id()), "");
}

}  // namespace

void CaseFiles::Apply(const v1::EventRecord& event, Rows& rows) {
  switch (event.event_case()) {
    case v1::EventRecord::kClaimantRegistered: {
      for (const v1::Consent& consent : event.claimant_registered().consents()) {
        NoteConsent(event.stream(), consent, rows);
      }
      rows.Put(Key('K').Number(event.claimant_registered().key_id()), Key('-').Number(event.stream()));
      break;
    }
    case v1::EventRecord::kClaimantConsentGiven:
    case v1::EventRecord::kClaimantConsentWithdrawn:
    case v1::EventRecord::kPayoutAccountConfirmed:
    case v1::EventRecord::kClaimantCorrected:
    case v1::EventRecord::kClaimantErased:
      ApplyToClaimant(event, rows);
      rows.Put(Key('p').Number(event.stream()).Number(event.sequence()), "");
      break;
    case v1::EventRecord::kCaseShared:
    case v1::EventRecord::kCaseSharingEnded:
      ApplySharing(event, rows);
      rows.Put(Key('c').Number(event.stream()).Number(event.sequence()), "");
      break;
    case v1::EventRecord::kDocumentReceived:
      rows.Put(Key('D').Number(event.stream()), Key('-').Number(event.document_received().case_id()));
      rows.Put(Key('c').Number(event.document_received().case_id()).Number(event.sequence()), "");
      break;
    case v1::EventRecord::kDocumentLinked:
    case v1::EventRecord::kDocumentCustodyNoted:
    case v1::EventRecord::kDocumentVerified:
    case v1::EventRecord::kDocumentHeld:
    case v1::EventRecord::kDocumentHoldLifted:
      if (auto row = rows.GetWhole(Key('D').Number(event.stream()), 9); row.has_value()) {
        rows.Put(Key('c').Number(NumberAt(*row, 1)).Number(event.sequence()), "");
      }
      break;
    case v1::EventRecord::kReferenceRegisterWithdrawn:
      rows.Put(Key('e').Number(event.stream()),
               Key('-').Number(event.reference_register_withdrawn().key_id()));
      break;
    case v1::EventRecord::kPersonalDataViewed:
      rows.Put(Key('v').Number(event.sequence()), "");
      for (uint64_t claimant_id : event.personal_data_viewed().claimant_ids()) {
        rows.Put(Key('w').Number(claimant_id).Number(event.sequence()), "");
      }
      break;
    case v1::EventRecord::kMeetingScheduled:
    case v1::EventRecord::kMeetingClosed:
    case v1::EventRecord::kCaseAssigned:
    case v1::EventRecord::kTransferStated:
    case v1::EventRecord::kCaseNoteAdded:
      rows.Put(Key('c').Number(event.stream()).Number(event.sequence()), "");
      break;
    case v1::EventRecord::kClaimFiled:
      rows.Put(Key('k').Number(event.stream()), Key('-').Number(event.claim_filed().case_id()));
      rows.Put(Key('h').Number(event.claim_filed().claimant_id()).Number(event.stream()),
               Key('-').Number(event.claim_filed().programme_id()).Number(event.claim_filed().case_id()));
      rows.Put(Key('c').Number(event.claim_filed().case_id()).Number(event.sequence()), "");
      break;
    case v1::EventRecord::kDuplicateSuspected:
    case v1::EventRecord::kDuplicateRefused:
    case v1::EventRecord::kClaimantMerged:
    case v1::EventRecord::kClaimantAbsorbed:
    case v1::EventRecord::kClaimantMergeUndone:
    case v1::EventRecord::kClaimantReleased:
    case v1::EventRecord::kFamilyLinked:
    case v1::EventRecord::kFamilyUnlinked:
    case v1::EventRecord::kHeirNamed:
    case v1::EventRecord::kHeirProposed:
    case v1::EventRecord::kHeirProposalRefused:
    case v1::EventRecord::kHeirPaymentOrdered:
      rows.Put(Key('p').Number(event.stream()).Number(event.sequence()), "");
      break;
    case v1::EventRecord::kClaimDeficiencyNoticed:
    case v1::EventRecord::kClaimDeficiencyCured:
    case v1::EventRecord::kClaimReviewStarted:
    case v1::EventRecord::kClaimEligibilityDecided:
    case v1::EventRecord::kClaimValued:
    case v1::EventRecord::kClaimDetermined:
    case v1::EventRecord::kClaimGrouped:
    case v1::EventRecord::kClaimOptedOut:
    case v1::EventRecord::kClaimAllocated:
    case v1::EventRecord::kClaimPaymentOrdered:
    case v1::EventRecord::kClaimPaymentReleased:
    case v1::EventRecord::kClaimPaid:
    case v1::EventRecord::kClaimPaymentReturned:
    case v1::EventRecord::kClaimWithdrawn:
    case v1::EventRecord::kClaimSuspended:
    case v1::EventRecord::kClaimResumed:
    case v1::EventRecord::kClaimAppealed:
    case v1::EventRecord::kClaimClosed:
    case v1::EventRecord::kClaimMerged:
    case v1::EventRecord::kClaimMergeUndone:
    case v1::EventRecord::kClaimsProposedSeparate:
    case v1::EventRecord::kClaimsFoundSeparate:
    case v1::EventRecord::kClaimLossJoined:
    case v1::EventRecord::kClaimLossSeparated:
    case v1::EventRecord::kClaimCredited:
    case v1::EventRecord::kClaimCreditReversalProposed:
    case v1::EventRecord::kClaimCreditReversed:
    case v1::EventRecord::kClaimAllocationLapsed:
    case v1::EventRecord::kClaimRegisterChecked:
    case v1::EventRecord::kClaimHeld:
    case v1::EventRecord::kClaimHoldReleased:
    case v1::EventRecord::kClaimMoveProposed:
    case v1::EventRecord::kClaimMoveRejected:
    case v1::EventRecord::kClaimDecisionRevised:
    case v1::EventRecord::kClaimOverpaymentForgiven:
    case v1::EventRecord::kClaimRepaid:
    case v1::EventRecord::kClaimRepaymentReversed:
    case v1::EventRecord::kClaimReopened:
    case v1::EventRecord::kClaimAppealDismissed:
    case v1::EventRecord::kClaimHandedOver:
      if (auto row = rows.GetWhole(Key('k').Number(event.stream()), 9); row.has_value()) {
        rows.Put(Key('c').Number(NumberAt(*row, 1)).Number(event.sequence()), "");
      }
      break;
    case v1::EventRecord::kClaimantClaimed:
    case v1::EventRecord::kCaseOpened:
    case v1::EventRecord::kReferenceRegisterPublished:
    case v1::EventRecord::kRegisterLinesAdded:
    case v1::EventRecord::EVENT_NOT_SET:
    case KLAIM_ACCOUNT_EVENTS:
    case KLAIM_CASE_FUND_EVENTS:
    case KLAIM_CLAIMANT_GROUP_EVENTS:
    case KLAIM_EXCHANGE_EVENTS:
    case KLAIM_JOB_EVENTS:
    case KLAIM_LOSS_EVENTS:
    case KLAIM_ORGANISATION_EVENTS:
    case KLAIM_PAYMENT_BATCH_EVENTS:
    case KLAIM_PROGRAMME_EVENTS:
    case KLAIM_REFERENCE_TABLE_EVENTS:
    case KLAIM_RESPONDENT_EVENTS:
    case KLAIM_SAMPLE_EVENTS:
    case KLAIM_SETTLEMENT_EVENTS:
    case KLAIM_TRUST_ACCOUNT_EVENTS:
      break;
  }
}

}  // namespace klaim::projections
