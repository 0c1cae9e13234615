// How a claim is filed: the claimant, the case and the claim in one decision.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/case.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/people/claimant.h"
#include "engine/domain/registry/programme.h"
#include "engine/domain/registry/respondent.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

constexpr int kMaxHeads = 20;

void CheckPeriod(const std::string& field, const v1::ClaimedHead& head, int64_t now_micros,
                 Refusals& refusals) {
  for (const auto& [name, date] : {std::pair(field + ".period_from", &head.period_from()),
                                   std::pair(field + ".period_until", &head.period_until())}) {
    const absl::Status exists = CheckDate(name, *date, false, true);
    refusals.Note(exists.ok() ? CheckHappened(name, *date, now_micros) : exists);
  }
  refusals.Note(CheckOrder(field + ".period_until", head.period_from(), head.period_until()));
  if (head.months_hundredths() > 60000) {
    refusals.Note(InvalidField(field + ".months_hundredths", v1::REASON_IS_MORE_THAN_600_MONTHS));
  }
}

// What can be said of a head without its programme.
void CheckHead(const std::string& field, const v1::ClaimedHead& head, int64_t now_micros,
               Refusals& refusals) {
  refusals.Note(CheckCode(field + ".code", head.code()));
  refusals.Note(CheckAmount(field + ".claimed.minor_units", head.claimed().minor_units(), 1));
  refusals.Note(MinorDigits(field + ".claimed.currency", head.claimed().currency()).status());
  CheckPeriod(field, head, now_micros, refusals);
  refusals.Note(CheckAmount(field + ".agreed_wage_minor", head.agreed_wage_minor(), 0));
  refusals.Note(CheckAmount(field + ".paid_minor", head.paid_minor(), 0));
  refusals.Note(CheckAmount(field + ".paid_monthly_minor", head.paid_monthly_minor(), 0));
  refusals.Note(CheckAmount(field + ".documented_minor", head.documented_minor(), 0));
  if (!head.documented_currency().empty())
    refusals.Note(MinorDigits(field + ".documented_currency", head.documented_currency()).status());
  if (!head.schedule_code().empty()) refusals.Note(CheckCode(field + ".schedule_code", head.schedule_code()));
}

void CheckHeads(const v1::FileClaimRequest& request, int64_t now_micros, Refusals& refusals) {
  if (request.heads().empty()) refusals.Note(InvalidField("heads", v1::REASON_CLAIM_NEEDS_AT_LEAST_ONE_HEAD));
  if (request.heads_size() > kMaxHeads)
    refusals.Note(InvalidField("heads", v1::REASON_HAS_MORE_THAN_20_HEADS));
  for (int i = 0; i < std::min(request.heads_size(), kMaxHeads); ++i) {
    const std::string field = absl::StrCat("heads[", i, "]");
    CheckHead(field, request.heads(i), now_micros, refusals);
    for (int k = 0; k < i; ++k) {
      if (request.heads(k).code() != request.heads(i).code()) continue;
      refusals.Note(InvalidField(field + ".code", v1::REASON_HEAD_IS_GIVEN_TWICE));
      break;
    }
  }
}

// What the programme says of them.
void CheckHeadsUnder(const ProgrammeState& programme, const v1::FileClaimRequest& request,
                     Refusals& refusals) {
  for (int i = 0; i < std::min(request.heads_size(), kMaxHeads); ++i) {
    const std::string field = absl::StrCat("heads[", i, "]");
    const v1::ClaimedHead& head = request.heads(i);
    const v1::HeadRule* rule = programme.Head(head.code());
    if (rule == nullptr && CheckCode("", head.code()).ok()) {
      refusals.Note(InvalidField(field + ".code", v1::REASON_PROGRAMME_HAS_NO_HEAD, programme.rules.code(),
                                 head.code()));
    }
    if (MinorDigits("", head.claimed().currency()).ok())
      refusals.Note(CheckCurrency(field + ".claimed", head.claimed(), programme.rules.currency()));
    if (rule == nullptr) continue;
    // Its wage and what was paid are in the programme's currency, whatever the documents are in.
    const bool documented = rule->valuation_rule() == v1::VALUATION_RULE_DOCUMENTED_AMOUNT ||
                            rule->valuation_rule() == v1::VALUATION_RULE_UNSPECIFIED;
    if (!documented && !head.documented_currency().empty() &&
        head.documented_currency() != programme.rules.currency()) {
      refusals.Note(InvalidField(field + ".documented_currency",
                                 v1::REASON_CURRENCY_IS_FOR_DOCUMENTED_AMOUNTS, programme.rules.currency()));
    }
    if (rule->most_claimed_minor() == 0) continue;
    if (head.claimed().minor_units() > rule->most_claimed_minor()) {
      refusals.Note(InvalidField(
          field + ".claimed.minor_units", v1::REASON_IS_MORE_THAN_PROGRAMME_TAKES_FOR_THIS_HEAD,
          Describe(head.claimed().minor_units(), programme.rules.currency()), programme.rules.code(),
          Describe(rule->most_claimed_minor(), programme.rules.currency())));
    }
  }
}

absl::Status CheckRespondents(const v1::FileClaimRequest& request, Docket& docket, v1::ClaimFiled& filed) {
  *filed.mutable_respondent_ids() = request.respondent_ids();
  std::sort(filed.mutable_respondent_ids()->begin(), filed.mutable_respondent_ids()->end());
  for (int i = 0; i < filed.respondent_ids_size(); ++i) {
    const uint64_t id = filed.respondent_ids(i);
    RETURN_IF_ERROR(docket.Find<RespondentState>("respondent_ids", id).status());
    if (i > 0 && filed.respondent_ids(i - 1) == id) {
      return InvalidField("respondent_ids", v1::REASON_NAMES_RESPONDENT_TWICE, id);
    }
  }
  return absl::OkStatus();
}

// Registers or finds the claimant; yields its number.
absl::StatusOr<uint64_t> ClaimantOf(const v1::FileClaimRequest& request, Docket& docket,
                                    const Context& context, Decision& decision) {
  if (request.has_new_claimant()) {
    const auto& consents = request.new_claimant().consents();
    for (int i = 0; i < consents.size(); ++i)
      RETURN_IF_ERROR(CheckRecipient(absl::StrCat("new_claimant.consents[", i, "]"), consents[i], docket));
    const uint64_t id = decision.next_sequence();
    Register(request.new_claimant(), context, decision.Open());
    return id;
  }
  if (request.claimant_case() != v1::FileClaimRequest::kClaimantId) {
    return InvalidField("claimant_id", v1::REASON_NAME_CLAIMANT_OR_REGISTER_NEW_CLAIMANT);
  }
  ASSIGN_OR_RETURN(auto claimant, docket.Find<ClaimantState>("claimant_id", request.claimant_id()));
  if (claimant->merged_into != 0) {
    // To whom an organisation's claimant is the same person as is another's.
    if (context.organisation_id != 0) {
      return NotNow("claimant_id", v1::REASON_CLAIMANT_WAS_FOUND_TO_BE_PERSON_WHO_WAS_REGISTERED);
    }
    return NotNow("claimant_id", v1::REASON_CLAIMANT_IS_SAME_PERSON_AS_CLAIMANT, claimant->merged_into);
  }
  if (!claimant->consents_to_claim) {
    return NotNow("claimant_id", v1::REASON_CONSENT_TO_PURSUE_CLAIM_IS_MISSING);
  }
  return request.claimant_id();
}

// Opens or finds the case; yields its number and copies its corridor.
absl::StatusOr<uint64_t> CaseOf(const v1::FileClaimRequest& request, uint64_t claimant_id, Docket& docket,
                                const Context& context, Decision& decision, v1::Corridor& corridor) {
  if (request.has_new_case()) {
    const uint64_t id = decision.next_sequence();
    OpenCase(request.new_case(), claimant_id, context, decision.Open());
    corridor.set_origin(request.new_case().placement().origin().code());
    corridor.set_destination(request.new_case().placement().destination());
    return id;
  }
  if (request.claim_case_case() != v1::FileClaimRequest::kCaseId) {
    return InvalidField("case_id", v1::REASON_NAME_CASE_OR_OPEN_NEW_CASE);
  }
  ASSIGN_OR_RETURN(auto found, docket.Find<CaseState>("case_id", request.case_id()));
  if (found->claimant_id != claimant_id)
    return InvalidField("case_id", v1::REASON_IS_CASE_OF_ANOTHER_CLAIMANT);
  corridor.set_origin(found->origin);
  corridor.set_destination(found->destination);
  return request.case_id();
}

}  // namespace

void CheckForm(const v1::FileClaimRequest& request, int64_t now_micros, Refusals& refusals) {
  if (request.has_new_claimant())
    CheckNewClaimant("new_claimant", request.new_claimant(), now_micros, refusals);
  if (request.has_new_case()) CheckNewCase("new_case", request.new_case(), now_micros, refusals);
  if (request.respondent_ids().empty())
    refusals.Note(InvalidField("respondent_ids", v1::REASON_CLAIM_NEEDS_AT_LEAST_ONE_RESPONDENT));
  if (request.respondent_ids_size() > 20)
    refusals.Note(InvalidField("respondent_ids", v1::REASON_HAS_MORE_THAN_20_RESPONDENTS));
  CheckHeads(request, now_micros, refusals);
}

absl::Status Decide(const v1::FileClaimRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto programme, docket.Find<ProgrammeState>("programme_id", request.programme_id()));
  if (!programme->handed_over_to.empty()) {
    return NotNow("programme_id", v1::REASON_PROGRAMME_GOES_ON_IN_DOCKET, programme->rules.code(),
                  programme->handed_over_to);
  }
  if (programme->closed) {
    return NotNow("programme_id", v1::REASON_PROGRAMME_IS_CLOSED_AND_TAKES_NO_CLAIMS,
                  programme->rules.code());
  }
  Refusals refusals;
  CheckForm(request, context.now_micros, refusals);
  CheckHeadsUnder(*programme, request, refusals);
  RETURN_IF_ERROR(refusals.Summary());
  v1::Corridor corridor;
  ASSIGN_OR_RETURN(auto claimant_id, ClaimantOf(request, docket, context, decision));
  ASSIGN_OR_RETURN(auto case_id, CaseOf(request, claimant_id, docket, context, decision, corridor));
  // The claim last, so that the receipt's sequence is its number.
  const uint64_t claim_id = decision.next_sequence() + (request.has_new_claimant() ? 0 : 1);
  v1::ClaimFiled filed;
  RETURN_IF_ERROR(CheckRespondents(request, docket, filed));
  filed.set_programme_id(request.programme_id());
  filed.set_claimant_id(claimant_id);
  filed.set_case_id(case_id);
  *filed.mutable_heads() = request.heads();
  *filed.mutable_corridor() = std::move(corridor);
  if (request.has_new_claimant()) {
    // The claimant's own record, the first of this decision, names the claim too.
    decision.events().front()->mutable_claimant_registered()->set_first_claim_id(claim_id);
  } else {
    ASSIGN_OR_RETURN(auto claimant, docket.Find<ClaimantState>("claimant_id", claimant_id));
    decision.Append(*claimant).mutable_claimant_claimed()->set_claim_id(claim_id);
  }
  filed.set_late(DayOf(context.now_micros) > LastDayOf(programme->rules.filing_deadline()));
  filed.set_organisation_id(context.organisation_id);
  *decision.Open().mutable_claim_filed() = std::move(filed);
  return absl::OkStatus();
}

}  // namespace klaim::domain
