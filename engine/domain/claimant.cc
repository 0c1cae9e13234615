#include "engine/domain/claimant.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/domain/docket.h"
#include "engine/domain/refusal.h"
#include "engine/domain/rules.h"

namespace klaim::domain {
namespace {

absl::Status CheckConsent(const std::string& field, const v1::Consent& consent) {
  if (!v1::ConsentPurpose_IsValid(consent.purpose()) || consent.purpose() == 0) {
    return InvalidField(field + ".purpose", "must say what the consent is for");
  }
  if (consent.purpose() == v1::CONSENT_PURPOSE_SHARE_WITH_PARTNER && consent.recipient_id() == 0) {
    return InvalidField(field + ".recipient_id", "must name the organisation that may be shown the case");
  }
  return CheckDate(field + ".given_on", consent.given_on(), false, false);
}

}  // namespace

void Evolve(ClaimantState& state, const v1::EventRecord& event) {
  switch (event.event_case()) {
    case v1::EventRecord::kClaimantRegistered:
      state.organisation_id = event.claimant_registered().organisation_id();
      for (const v1::Consent& consent : event.claimant_registered().consents()) {
        if (consent.purpose() == v1::CONSENT_PURPOSE_PURSUE_CLAIM) state.consents_to_claim = true;
      }
      break;
    case v1::EventRecord::kClaimantConsentGiven:
      if (event.claimant_consent_given().consent().purpose() == v1::CONSENT_PURPOSE_PURSUE_CLAIM) {
        state.consents_to_claim = true;
      }
      break;
    case v1::EventRecord::kClaimantConsentWithdrawn:
      if (event.claimant_consent_withdrawn().purpose() == v1::CONSENT_PURPOSE_PURSUE_CLAIM) {
        state.consents_to_claim = false;
      }
      break;
    case v1::EventRecord::kPayoutAccountConfirmed:
      state.account_id = event.sequence();
      state.account_currency = event.payout_account_confirmed().account().currency();
      break;
    default:
      break;
  }
}

absl::Status Register(const std::string& field, const v1::NewClaimant& claimant, const Context& context,
                      v1::EventRecord& event) {
  if (!claimant.person().has_name())
    return InvalidField(field + ".person.name", "is missing: a claimant needs a name");
  if (!v1::ClaimantCapacity_IsValid(claimant.capacity()) || claimant.capacity() == 0) {
    return InvalidField(field + ".capacity", "must say whether the worker claims, or who for the worker");
  }
  if (!v1::WorkerStatus_IsValid(claimant.worker_status()) || claimant.worker_status() == 0) {
    return InvalidField(field + ".worker_status", "must say where the worker is");
  }
  if (claimant.consents_size() > 20) return InvalidField(field + ".consents", "has more than 20 consents");
  bool pursues = false;
  for (int i = 0; i < claimant.consents_size(); ++i) {
    KLAIM_REFUSE_IF_NOT(CheckConsent(absl::StrCat(field, ".consents[", i, "]"), claimant.consents(i)));
    pursues |= claimant.consents(i).purpose() == v1::CONSENT_PURPOSE_PURSUE_CLAIM;
  }
  if (!pursues) {
    return InvalidField(field + ".consents",
                        "lacks the consent to pursue the claim: nothing is filed without it");
  }
  auto* registered = event.mutable_claimant_registered();
  *registered->mutable_person() = claimant.person();
  registered->set_capacity(claimant.capacity());
  registered->set_worker_status(claimant.worker_status());
  *registered->mutable_consents() = claimant.consents();
  registered->set_key_id(claimant.key_id());
  registered->set_organisation_id(context.organisation_id);
  *registered->mutable_similar_key_ids() = claimant.similar_key_ids();
  return absl::OkStatus();
}

absl::Status Decide(const v1::GiveConsentRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  KLAIM_REFUSE_IF_NOT(CheckConsent("consent", request.consent()));
  auto claimant = docket.Find<ClaimantState>("claimant_id", request.claimant_id());
  if (!claimant.ok()) return claimant.status();
  *decision.Append(**claimant).mutable_claimant_consent_given()->mutable_consent() = request.consent();
  return absl::OkStatus();
}

absl::Status Decide(const v1::WithdrawConsentRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  if (!v1::ConsentPurpose_IsValid(request.purpose()) || request.purpose() == 0) {
    return InvalidField("purpose", "must say which consent is withdrawn");
  }
  auto claimant = docket.Find<ClaimantState>("claimant_id", request.claimant_id());
  if (!claimant.ok()) return claimant.status();
  decision.Append(**claimant).mutable_claimant_consent_withdrawn()->set_purpose(request.purpose());
  return absl::OkStatus();
}

absl::Status Decide(const v1::ConfirmPayoutAccountRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  const v1::PayoutAccount& account = request.account();
  if (!account.has_holder())
    return InvalidField("account.holder", "is missing: name the holder as the bank has it");
  if (!account.has_number()) return InvalidField("account.number", "is missing");
  const std::string& bic = account.bank_bic();
  if ((bic.size() != 8 && bic.size() != 11) || !std::all_of(bic.begin(), bic.end(), [](char c) {
        return absl::ascii_isupper(c) || absl::ascii_isdigit(c);
      })) {
    return InvalidField("account.bank_bic",
                        "must be a BIC of 8 or 11 capital letters and digits, as in BRINIDJA");
  }
  KLAIM_REFUSE_IF_NOT(MinorDigits("account.currency", account.currency()).status());
  auto claimant = docket.Find<ClaimantState>("claimant_id", request.claimant_id());
  if (!claimant.ok()) return claimant.status();
  *decision.Append(**claimant).mutable_payout_account_confirmed()->mutable_account() = account;
  return absl::OkStatus();
}

}  // namespace klaim::domain
