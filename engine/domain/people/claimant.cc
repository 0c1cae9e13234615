#include "engine/domain/people/claimant.h"

#include "klaim/v1/event_cases.h"

namespace klaim::domain {

v1::PayoutKind PayoutKindOf(const v1::PayoutAccount& account) {
  return account.kind() == v1::PAYOUT_KIND_UNSPECIFIED ? v1::PAYOUT_KIND_BANK : account.kind();
}

void EvolvePerson(v1::Person& person, const v1::EventRecord& event) {
  if (event.has_claimant_registered()) person = event.claimant_registered().person();
  if (event.has_claimant_corrected()) person.MergeFrom(event.claimant_corrected().person());
}

void Evolve(ClaimantState& state, const v1::EventRecord& event) {
  const auto consent = [&](const v1::Consent& given) {
    if (given.purpose() == v1::CONSENT_PURPOSE_PURSUE_CLAIM) state.consents_to_claim = true;
    if (given.purpose() == v1::CONSENT_PURPOSE_SHARE_WITH_PARTNER) {
      state.may_share_with.insert(given.recipient_id());
    }
  };
  switch (event.event_case()) {
    case v1::EventRecord::kClaimantRegistered:
      state.organisation_id = event.claimant_registered().organisation_id();
      state.key_id = event.claimant_registered().key_id();
      state.similar_key_ids.assign(event.claimant_registered().similar_key_ids().begin(),
                                   event.claimant_registered().similar_key_ids().end());
      for (const v1::Consent& given : event.claimant_registered().consents()) consent(given);
      if (event.claimant_registered().first_claim_id() != 0) {
        state.claim_ids.push_back(event.claimant_registered().first_claim_id());
      }
      break;
    case v1::EventRecord::kClaimantClaimed:
      state.claim_ids.push_back(event.claimant_claimed().claim_id());
      break;
    case v1::EventRecord::kHeirProposed:
    case v1::EventRecord::kHeirProposalRefused:
    case v1::EventRecord::kHeirNamed:
      EvolveHeir(state, event);
      break;
    case v1::EventRecord::kHeirPaymentOrdered:
      state.heir_batch_ids.insert(event.heir_payment_ordered().payment_batch_id());
      break;
    case v1::EventRecord::kClaimantConsentGiven:
      consent(event.claimant_consent_given().consent());
      break;
    case v1::EventRecord::kClaimantConsentWithdrawn: {
      const v1::ClaimantConsentWithdrawn& withdrawn = event.claimant_consent_withdrawn();
      if (withdrawn.purpose() == v1::CONSENT_PURPOSE_PURSUE_CLAIM) state.consents_to_claim = false;
      if (withdrawn.purpose() != v1::CONSENT_PURPOSE_SHARE_WITH_PARTNER) break;
      if (withdrawn.recipient_id() == 0) state.may_share_with.clear();
      state.may_share_with.erase(withdrawn.recipient_id());
      break;
    }
    case v1::EventRecord::kPayoutAccountConfirmed:
      state.account_id = event.sequence();
      state.account_currency = event.payout_account_confirmed().account().currency();
      state.account_kind = PayoutKindOf(event.payout_account_confirmed().account());
      break;
    case v1::EventRecord::kClaimantErased:
      // Nobody can read the account any more, and no consent outlives the person in the docket.
      state.erased = true;
      state.account_id = 0;
      state.consents_to_claim = false;
      state.may_share_with.clear();
      break;
    case v1::EventRecord::kClaimantCorrected:
    case v1::EventRecord::kDuplicateSuspected:
    case v1::EventRecord::kDuplicateRefused:
    case v1::EventRecord::kClaimantMerged:
    case v1::EventRecord::kClaimantAbsorbed:
    case v1::EventRecord::kClaimantMergeUndone:
    case v1::EventRecord::kClaimantReleased:
    case v1::EventRecord::kFamilyLinked:
    case v1::EventRecord::kFamilyUnlinked:
      EvolveDuplicates(state, event);
      break;
    case KLAIM_ALL_BUT_CLAIMANT_EVENTS:
      break;
  }
}

}  // namespace klaim::domain
