// What is decided of it (engine/domain/people/claimant.h).
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/document.h"
#include "engine/domain/claims/hold.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/overpayment.h"
#include "engine/domain/money/payment_batch.h"
#include "engine/domain/people/claimant.h"
#include "engine/domain/registry/organisation.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

// An older one was given for something else.
constexpr int64_t kOldestConsentYears = 20;

absl::Status CheckConsent(const std::string& field, const v1::Consent& consent, int64_t now_micros) {
  if (!v1::ConsentPurpose_IsValid(consent.purpose()) || consent.purpose() == 0) {
    return InvalidField(field + ".purpose", v1::REASON_MUST_SAY_WHAT_CONSENT_IS_FOR);
  }
  if (consent.purpose() == v1::CONSENT_PURPOSE_SHARE_WITH_PARTNER && consent.recipient_id() == 0) {
    return InvalidField(field + ".recipient_id", v1::REASON_MUST_NAME_ORGANISATION_THAT_MAY_BE_SHOWN_CASE);
  }
  if (consent.purpose() != v1::CONSENT_PURPOSE_SHARE_WITH_PARTNER && consent.recipient_id() != 0) {
    return InvalidField(field + ".recipient_id", v1::REASON_MUST_BE_LEFT_OUT);
  }
  RETURN_IF_ERROR(CheckDate(field + ".given_on", consent.given_on(), false, false));
  return CheckHappened(field + ".given_on", consent.given_on(), now_micros, kOldestConsentYears);
}

absl::Status MoneyUnderWay(uint64_t batch_id) {
  return NotNow("claimant_id", v1::REASON_PAYMENT_BATCH_HAS_MONEY_FOR_PERSON, batch_id);
}

// Money could not be paid to, nor had back from, who can't be found any more.
absl::Status RequireNoMoneyOpen(const ClaimantState& claimant, const ClaimState& claim) {
  RETURN_IF_ERROR(CheckNothingWaits("claimant_id", claim));
  RETURN_IF_ERROR(CheckNotOverpaid("claimant_id", claim));
  if (!claim.MoneyWaits() || claimant.heir_id != 0) return absl::OkStatus();  // an heir's it is
  return NotNow("claimant_id", v1::REASON_MONEY_OF_CLAIM_WAITS_TO_BE_PAID, claim.id);
}

// A batch could not be paid to an account that nobody can read.
absl::Status RequireNoMoneyUnderWay(const ClaimantState& claimant, Docket& docket) {
  std::set<uint64_t> batch_ids = claimant.heir_batch_ids;
  for (uint64_t claim_id : claimant.claim_ids) {
    ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claimant_id", claim_id));
    for (const ClaimPayment& payment : claim->payments) {
      if (!payment.paid) return MoneyUnderWay(payment.batch_id);
    }
    if (claim->claimant_id == claimant.id) RETURN_IF_ERROR(RequireNoMoneyOpen(claimant, *claim));
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

absl::StatusOr<const ClaimantState*> PersonNow(absl::string_view field, uint64_t claimant_id,
                                               Docket& docket) {
  auto claimant = docket.Find<ClaimantState>(field, claimant_id);
  while (claimant.ok() && (*claimant)->merged_into != 0) {
    claimant = docket.Find<ClaimantState>(field, (*claimant)->merged_into);
  }
  return claimant;
}

void CheckNewClaimant(const std::string& field, const v1::NewClaimant& claimant, int64_t now_micros,
                      Refusals& refusals) {
  if (!claimant.person().has_name())
    refusals.Note(InvalidField(field + ".person.name", v1::REASON_IS_MISSING_CLAIMANT_NEEDS_NAME));
  if (!v1::ClaimantCapacity_IsValid(claimant.capacity()) || claimant.capacity() == 0) {
    refusals.Note(
        InvalidField(field + ".capacity", v1::REASON_MUST_SAY_WHETHER_WORKER_CLAIMS_OR_WHO_FOR_WORKER));
  }
  if (!v1::WorkerStatus_IsValid(claimant.worker_status()) || claimant.worker_status() == 0)
    refusals.Note(InvalidField(field + ".worker_status", v1::REASON_MUST_SAY_WHERE_WORKER_IS));
  constexpr int kMaxConsents = 20;
  if (claimant.consents_size() > kMaxConsents)
    refusals.Note(InvalidField(field + ".consents", v1::REASON_HAS_MORE_THAN_20_CONSENTS));
  bool pursues = false;
  for (int i = 0; i < std::min(claimant.consents_size(), kMaxConsents); ++i) {
    refusals.Note(CheckConsent(absl::StrCat(field, ".consents[", i, "]"), claimant.consents(i), now_micros));
    pursues |= claimant.consents(i).purpose() == v1::CONSENT_PURPOSE_PURSUE_CLAIM;
  }
  if (!pursues) {
    refusals.Note(InvalidField(field + ".consents", v1::REASON_LACKS_CONSENT_TO_PURSUE_CLAIM));
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
    return InvalidField("purpose", v1::REASON_MUST_SAY_WHICH_CONSENT_IS_WITHDRAWN);
  }
  ASSIGN_OR_RETURN(auto claimant, docket.Find<ClaimantState>("claimant_id", request.claimant_id()));
  if (request.purpose() != v1::CONSENT_PURPOSE_SHARE_WITH_PARTNER && request.recipient_id() != 0)
    return InvalidField("recipient_id", v1::REASON_MUST_BE_LEFT_OUT);
  if (request.purpose() == v1::CONSENT_PURPOSE_SHARE_WITH_PARTNER && request.recipient_id() != 0 &&
      !claimant->may_share_with.contains(request.recipient_id())) {
    return NotNow("recipient_id", v1::REASON_NO_CONSENT_TO_SHARE_WITH_THIS_ORGANISATION_STANDS);
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
    return InvalidField("account.holder", v1::REASON_IS_MISSING_NAME_HOLDER_AS_BANK_HAS_IT);
  if (!v1::PayoutKind_IsValid(account.kind()))
    return InvalidField("account.kind", v1::REASON_IS_NO_WAY_TO_PAY);
  if (PayoutKindOf(account) == v1::PAYOUT_KIND_CASH) {
    if (account.has_number())
      return InvalidField("account.number", v1::REASON_MUST_BE_LEFT_OUT_CASH_GOES_TO_PERSON);
    if (!account.bank_bic().empty())
      return InvalidField("account.bank_bic", v1::REASON_MUST_BE_LEFT_OUT_CASH_NEEDS_NO_BANK);
  } else {
    if (!account.has_number()) return InvalidField("account.number", v1::REASON_IS_MISSING);
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
  if (request.person().ByteSizeLong() == 0)
    return InvalidField("person", v1::REASON_NAME_WHAT_IS_TO_BE_CORRECTED);
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
  if (claimant->erased) return NotNow("claimant_id", v1::REASON_CLAIMANT_IS_ERASED_ALREADY);
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
    return NotNow("claimant_id", v1::REASON_DOCUMENT_IS_UNDER_LEGAL_HOLD, document_id);
  }
  return Decide(request, docket, context, decision);
}

}  // namespace klaim::domain
