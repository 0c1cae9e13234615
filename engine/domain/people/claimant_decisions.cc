// What is decided of it (engine/domain/people/claimant.h).
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/document.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/payment_batch.h"
#include "engine/domain/people/claimant.h"
#include "engine/domain/registry/organisation.h"

namespace klaim::domain {
namespace {

// An older one was given for something else.
constexpr int64_t kOldestConsentYears = 20;

absl::Status CheckConsent(const std::string& field, const v1::Consent& consent, int64_t now_micros) {
  if (!v1::ConsentPurpose_IsValid(consent.purpose()) || consent.purpose() == 0) {
    return InvalidField(field + ".purpose", "must say what the consent is for");
  }
  if (consent.purpose() == v1::CONSENT_PURPOSE_SHARE_WITH_PARTNER && consent.recipient_id() == 0) {
    return InvalidField(field + ".recipient_id", "must name the organisation that may be shown the case");
  }
  if (consent.purpose() != v1::CONSENT_PURPOSE_SHARE_WITH_PARTNER && consent.recipient_id() != 0) {
    return InvalidField(field + ".recipient_id",
                        "must be left out: only a consent to share names who may be shown the case");
  }
  RETURN_IF_ERROR(CheckDate(field + ".given_on", consent.given_on(), false, false));
  return CheckHappened(field + ".given_on", consent.given_on(), now_micros, kOldestConsentYears);
}

absl::Status MoneyUnderWay(uint64_t batch_id) {
  return NotNow(
      "claimant_id",
      absl::StrCat("payment batch ", batch_id,
                   " has money for the person: wait until the bank has confirmed or returned it, or "
                   "have the payment held and the batch sent without it"));
}

// A batch could not be paid to an account that nobody can read.
absl::Status RequireNoMoneyUnderWay(const ClaimantState& claimant, Docket& docket) {
  std::set<uint64_t> batch_ids = claimant.heir_batch_ids;
  for (uint64_t claim_id : claimant.claim_ids) {
    ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claimant_id", claim_id));
    for (const ClaimPayment& payment : claim->payments) {
      if (!payment.paid) return MoneyUnderWay(payment.batch_id);
    }
  }
  for (uint64_t claim_id : claimant.released_claim_ids) {
    ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claimant_id", claim_id));
    for (const ClaimPayment& payment : claim->payments) batch_ids.insert(payment.batch_id);
  }
  for (uint64_t batch_id : batch_ids) {
    ASSIGN_OR_RETURN(auto batch, docket.Find<PaymentBatchState>("claimant_id", batch_id));
    const auto& payments = batch->proposed.payments();
    const bool waits = std::any_of(payments.begin(), payments.end(), [&](const v1::Payment& payment) {
      return payment.claimant_id() == claimant.id && batch->UnderWay(payment.number());
    });
    if (waits) return MoneyUnderWay(batch_id);
  }
  return absl::OkStatus();
}

}  // namespace

void CheckNewClaimant(const std::string& field, const v1::NewClaimant& claimant, int64_t now_micros,
                      Refusals& refusals) {
  if (!claimant.person().has_name())
    refusals.Note(InvalidField(field + ".person.name", "is missing: a claimant needs a name"));
  if (!v1::ClaimantCapacity_IsValid(claimant.capacity()) || claimant.capacity() == 0) {
    refusals.Note(
        InvalidField(field + ".capacity", "must say whether the worker claims, or who for the worker"));
  }
  if (!v1::WorkerStatus_IsValid(claimant.worker_status()) || claimant.worker_status() == 0)
    refusals.Note(InvalidField(field + ".worker_status", "must say where the worker is"));
  constexpr int kMaxConsents = 20;
  if (claimant.consents_size() > kMaxConsents)
    refusals.Note(InvalidField(field + ".consents", "has more than 20 consents"));
  bool pursues = false;
  for (int i = 0; i < std::min(claimant.consents_size(), kMaxConsents); ++i) {
    refusals.Note(CheckConsent(absl::StrCat(field, ".consents[", i, "]"), claimant.consents(i), now_micros));
    pursues |= claimant.consents(i).purpose() == v1::CONSENT_PURPOSE_PURSUE_CLAIM;
  }
  if (!pursues) {
    refusals.Note(InvalidField(field + ".consents",
                               "lacks the consent to pursue the claim: nothing is filed without it"));
  }
}

absl::Status CheckRecipient(const std::string& field, const v1::Consent& consent, Docket& docket) {
  if (consent.purpose() != v1::CONSENT_PURPOSE_SHARE_WITH_PARTNER) return absl::OkStatus();
  return docket.Find<OrganisationState>(field + ".recipient_id", consent.recipient_id()).status();
}

void Register(const v1::NewClaimant& claimant, const Context& context, v1::EventRecord& event) {
  auto* registered = event.mutable_claimant_registered();
  *registered->mutable_person() = claimant.person();
  registered->set_capacity(claimant.capacity());
  registered->set_worker_status(claimant.worker_status());
  *registered->mutable_consents() = claimant.consents();
  registered->set_key_id(claimant.key_id());
  registered->set_organisation_id(context.organisation_id);
  *registered->mutable_similar_key_ids() = claimant.similar_key_ids();
}

absl::Status Decide(const v1::GiveConsentRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckConsent("consent", request.consent(), context.now_micros));
  RETURN_IF_ERROR(CheckRecipient("consent", request.consent(), docket));
  ASSIGN_OR_RETURN(auto claimant, docket.Find<ClaimantState>("claimant_id", request.claimant_id()));
  *decision.Append(*claimant).mutable_claimant_consent_given()->mutable_consent() = request.consent();
  return absl::OkStatus();
}

absl::Status Decide(const v1::WithdrawConsentRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  if (!v1::ConsentPurpose_IsValid(request.purpose()) || request.purpose() == 0) {
    return InvalidField("purpose", "must say which consent is withdrawn");
  }
  ASSIGN_OR_RETURN(auto claimant, docket.Find<ClaimantState>("claimant_id", request.claimant_id()));
  if (request.purpose() != v1::CONSENT_PURPOSE_SHARE_WITH_PARTNER && request.recipient_id() != 0)
    return InvalidField("recipient_id",
                        "must be left out: only a consent to share names who may be shown the case");
  if (request.purpose() == v1::CONSENT_PURPOSE_SHARE_WITH_PARTNER && request.recipient_id() != 0 &&
      !claimant->may_share_with.contains(request.recipient_id())) {
    return NotNow("recipient_id", "no consent to share with this organisation stands");
  }
  auto& withdrawn = *decision.Append(*claimant).mutable_claimant_consent_withdrawn();
  withdrawn.set_purpose(request.purpose());
  withdrawn.set_recipient_id(request.recipient_id());
  return absl::OkStatus();
}

absl::Status Decide(const v1::ConfirmPayoutAccountRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  const v1::PayoutAccount& account = request.account();
  if (!account.has_holder())
    return InvalidField("account.holder", "is missing: name the holder as the bank has it");
  if (!v1::PayoutKind_IsValid(account.kind())) return InvalidField("account.kind", "is no way to pay");
  if (PayoutKindOf(account) == v1::PAYOUT_KIND_CASH) {
    if (account.has_number())
      return InvalidField("account.number", "must be left out: cash goes to the person");
    if (!account.bank_bic().empty())
      return InvalidField("account.bank_bic", "must be left out: cash needs no bank");
  } else {
    if (!account.has_number()) return InvalidField("account.number", "is missing");
    RETURN_IF_ERROR(CheckBic("account.bank_bic", account.bank_bic()));
  }
  RETURN_IF_ERROR(MinorDigits("account.currency", account.currency()).status());
  ASSIGN_OR_RETURN(auto claimant, docket.Find<ClaimantState>("claimant_id", request.claimant_id()));
  *decision.Append(*claimant).mutable_payout_account_confirmed()->mutable_account() = account;
  return absl::OkStatus();
}

absl::Status Decide(const v1::CorrectClaimantRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
  if (request.person().ByteSizeLong() == 0) return InvalidField("person", "name what is to be corrected");
  ASSIGN_OR_RETURN(auto claimant, docket.Find<ClaimantState>("claimant_id", request.claimant_id()));
  auto& corrected = *decision.Append(*claimant).mutable_claimant_corrected();
  *corrected.mutable_person() = request.person();
  corrected.set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const v1::EraseClaimantRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
  ASSIGN_OR_RETURN(auto claimant, docket.Find<ClaimantState>("claimant_id", request.claimant_id()));
  if (claimant->erased) return NotNow("claimant_id", "the claimant is erased already");
  RETURN_IF_ERROR(RequireNoMoneyUnderWay(*claimant, docket));
  auto& erased = *decision.Append(*claimant).mutable_claimant_erased();
  erased.set_reason(request.reason());
  erased.set_key_id(claimant->key_id);
  return absl::OkStatus();
}

absl::Status DecideErasure(const v1::EraseClaimantRequest& request, absl::Span<const uint64_t> document_ids,
                           Docket& docket, const Context& context, Decision& decision) {
  for (uint64_t document_id : document_ids) {
    ASSIGN_OR_RETURN(auto document, docket.Find<DocumentState>("claimant_id", document_id));
    if (!document->held) continue;
    return NotNow("claimant_id",
                  absl::StrCat("document ", document_id, " is under legal hold: lift that first"));
  }
  return Decide(request, docket, context, decision);
}

}  // namespace klaim::domain
