#include "engine/domain/claims/credit.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/document.h"
#include "engine/domain/claims/loss.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/overpayment.h"
#include "engine/domain/people/claimant.h"
#include "engine/domain/registry/exchange_rate.h"
#include "engine/domain/registry/programme.h"
#include "engine/domain/registry/reference_table.h"
#include "engine/domain/registry/respondent.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

// Adds (sign +1) or takes back (-1) what a credit takes of what is owed, and of losses' ceilings.
void MoveCredited(ClaimState& state, const v1::ClaimCredited& credited, int sign) {
  for (const v1::CreditedHead& head : credited.heads())
    state.Head(head.head())->credited_minor += sign * head.credited_minor();
  for (const v1::LossDraw& draw : credited.draws())
    state.Head(draw.head())->drawn_minor += sign * draw.drawn_minor();
}

absl::Status CheckWho(const v1::ClaimCredited& credit, Docket& docket) {
  if (!v1::CreditKind_IsValid(credit.kind()) || credit.kind() == 0)
    return InvalidField("credit.kind", v1::REASON_MUST_SAY_HOW_IT_WAS_PAID);
  if ((credit.respondent_id() == 0) == credit.payer().empty())
    return InvalidField("credit.payer", v1::REASON_NAME_RESPONDENT_WHO_PAID_OR_WHO_ELSE);
  if (credit.respondent_id() != 0)
    return docket.Find<RespondentState>("credit.respondent_id", credit.respondent_id()).status();
  return CheckLine("credit.payer", credit.payer(), 1, 200);
}

absl::Status CheckShown(const v1::ClaimCredited& credit, const ClaimState& claim, Docket& docket) {
  if (credit.document_id() == 0) {
    if (credit.confirmed_by_claimant()) return absl::OkStatus();
    return InvalidField("credit.document_id", v1::REASON_NEEDS_DOCUMENT_OR_WORD_OF_CLAIMANT);
  }
  ASSIGN_OR_RETURN(auto claimant, docket.Find<ClaimantState>("claim_id", claim.claimant_id));
  for (uint64_t claim_id : claimant->claim_ids) {
    ASSIGN_OR_RETURN(auto of_person, docket.Find<ClaimState>("claim_id", claim_id));
    for (const ClaimCredit& other : of_person->credits) {
      if (other.credited.document_id() == credit.document_id())
        return NotNow("credit.document_id", v1::REASON_DOCUMENT_SHOWS_CREDIT_ALREADY, other.id, claim_id);
    }
  }
  return CheckDocumentOf("credit.document_id", credit.document_id(), *claimant, docket);
}

absl::Status CheckMade(const v1::ClaimCredited& credit) {
  if (credit.has_rate() || !credit.draws().empty() || credit.has_overpaid())
    return InvalidField("credit.rate", v1::REASON_IS_TOLD_WHEN_IT_IS_RECORDED);
  for (int i = 0; i < credit.heads_size(); ++i) {
    if (credit.heads(i).credited_minor() != 0 || !credit.heads(i).currency().empty())
      return InvalidField(absl::StrCat("credit.heads[", i, "].credited_minor"),
                          v1::REASON_IS_TOLD_WHEN_IT_IS_RECORDED);
  }
  return absl::OkStatus();
}

// The rate of the day on which it was paid into the claim's currency.
absl::StatusOr<v1::ExchangeRate> RateOfCredit(const v1::RecordCreditRequest& request,
                                              const std::string& currency, Docket& docket) {
  const v1::ClaimCredited& credit = request.credit();
  const std::string& paid = credit.heads(0).paid().currency();
  if (paid == currency && request.exchange_table_id() == 0) return SameCurrency();
  if (paid == currency) return InvalidField("exchange_table_id", v1::REASON_IS_SAME_CURRENCY);
  if (request.exchange_table_id() == 0)
    return InvalidField("exchange_table_id", v1::REASON_NAME_TABLE_OF_RATES_BETWEEN, paid, currency);
  ASSIGN_OR_RETURN(auto table,
                   docket.Find<ReferenceTableState>("exchange_table_id", request.exchange_table_id()));
  if (!ConvertsBetween(table->published, paid, currency))
    return InvalidField("exchange_table_id", v1::REASON_NAME_TABLE_OF_RATES_BETWEEN, paid, currency);
  const v1::ReferenceLine* line = LineOn(table->published, LastDayOf(credit.paid_on()));
  if (line == nullptr) return NotNow("exchange_table_id", v1::REASON_TABLE_HAS_NO_RATE_OF_THAT_DAY);
  return RateOfLine(table->id, table->published, *line, paid);
}

// Fills in what each head is credited, and what that takes of its loss's ceiling.
absl::Status CreditHeads(const ClaimState& claim, const std::string& currency, const v1::ExchangeRate& rate,
                         Docket& docket, v1::ClaimCredited& credited) {
  std::set<std::string> seen;
  const std::string& paid_in = credited.heads(0).paid().currency();
  for (int i = 0; i < credited.heads_size(); ++i) {
    const std::string field = absl::StrCat("credit.heads[", i, "]");
    v1::CreditedHead& credit = *credited.mutable_heads(i);
    const ClaimHead* head = claim.Head(credit.head());
    if (head == nullptr)
      return InvalidField(field + ".head", v1::REASON_CLAIM_DOES_NOT_HAVE_THIS_HEAD,
                          absl::StrCat("claim ", claim.id), credit.head());
    if (head->merged_into != 0)
      return NotNow(field + ".head", v1::REASON_HEAD_IS_PURSUED_IN_ANOTHER_CLAIM, head->merged_into);
    if (!seen.insert(credit.head()).second) return InvalidField(field, v1::REASON_NAMES_HEAD_TWICE);
    RETURN_IF_ERROR(MinorDigits(field + ".paid.currency", credit.paid().currency()).status());
    RETURN_IF_ERROR(CheckMoney(field + ".paid", credit.paid(), paid_in));
    credit.set_currency(currency);
    credit.set_credited_minor(Converted(credit.paid().minor_units(), rate));
    RETURN_IF_ERROR(CheckAmount(field + ".paid.minor_units", credit.credited_minor(), 1));
    RETURN_IF_ERROR(
        CheckAmount(field + ".paid.minor_units", head->credited_minor + credit.credited_minor(), 1));
    if (head->loss_id == 0) continue;
    ASSIGN_OR_RETURN(*credited.add_draws(),
                     DrawOfCredit(field, credit, *head, currency, LastDayOf(credited.paid_on()), docket));
  }
  return absl::OkStatus();
}

}  // namespace

void EvolveCredits(ClaimState& state, const v1::EventRecord& event) {
  if (event.has_claim_credited()) {
    MoveCredited(state, event.claim_credited(), +1);
    state.credits.push_back(
        {event.sequence(), event.claim_credited(), event.recorded_at_micros(), event.actor(), 0, ""});
    return;
  }
  const uint64_t credit_id = event.has_claim_credit_reversed()
                                 ? event.claim_credit_reversed().credit_id()
                                 : event.claim_credit_reversal_proposed().credit_id();
  ClaimCredit* credit = state.Credit(credit_id);
  if (credit == nullptr) return;
  if (event.has_claim_credit_reversal_proposed()) {
    credit->reversal_id = event.sequence();
    credit->reversal_proposer = event.actor();
    return;
  }
  MoveCredited(state, credit->credited, -1);
  std::erase_if(state.credits, [&](const ClaimCredit& each) { return each.id == credit_id; });
}

int64_t OwedOf(const ClaimHead& head) {
  return std::max<int64_t>(0, head.determined_minor - head.credited_minor - head.allocated_minor);
}

bool ClaimState::IsOwed() const {
  return std::any_of(heads.begin(), heads.end(), [](const ClaimHead& head) { return OwedOf(head) > 0; });
}

int64_t PayableOf(const ClaimHead& head) {
  return std::max<int64_t>(
      0, std::min(head.allocated_minor, head.determined_minor - head.credited_minor) - head.ordered_minor);
}

absl::Status CheckBesideCredits(absl::string_view field, const ClaimState& claim,
                                const google::protobuf::RepeatedPtrField<v1::HeadAmount>& heads) {
  for (const v1::HeadAmount& amount : heads) {
    const ClaimHead* head = claim.Head(amount.code());
    if (head != nullptr && head->credited_minor > 0 &&
        head->ordered_minor > head->determined_minor - head->credited_minor)
      return NotNow(field, v1::REASON_CLAIMANT_GOT_IT_OTHERWISE, amount.code(), claim.id);
  }
  return absl::OkStatus();
}

absl::Status Decide(const v1::RecordCreditRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  const v1::ClaimCredited& credit = request.credit();
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
  ASSIGN_OR_RETURN(auto programme, docket.Find<ProgrammeState>("claim_id", claim->programme_id));
  if (credit.heads().empty() || credit.heads_size() > static_cast<int>(claim->heads.size()))
    return InvalidField("credit.heads", v1::REASON_NAME_HEADS_OF_CLAIM_EACH_ONCE);
  RETURN_IF_ERROR(CheckMade(credit));
  RETURN_IF_ERROR(CheckWho(credit, docket));
  RETURN_IF_ERROR(CheckText("credit.note", credit.note(), 0, 1'000));
  RETURN_IF_ERROR(CheckDate("credit.paid_on", credit.paid_on(), true, false));
  RETURN_IF_ERROR(CheckHappened("credit.paid_on", credit.paid_on(), context.now_micros));
  RETURN_IF_ERROR(CheckShown(credit, *claim, docket));
  const std::string& currency = programme->rules.currency();
  v1::EventRecord& event = decision.Append(*claim);
  v1::ClaimCredited& credited = *event.mutable_claim_credited();
  credited = credit;
  ASSIGN_OR_RETURN(const v1::ExchangeRate rate, RateOfCredit(request, currency, docket));
  if (rate.reference_table_id() != 0) *credited.mutable_rate() = rate;
  RETURN_IF_ERROR(CreditHeads(*claim, currency, rate, docket, credited));
  TellOverpaid(*claim, event);
  return absl::OkStatus();
}

absl::Status Decide(const v1::ReverseCreditRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
  const ClaimCredit* credit = claim->Credit(request.credit_id());
  if (credit == nullptr)
    return NotNow("credit_id", v1::REASON_CLAIM_HAS_NO_SUCH_CREDIT, claim->id, request.credit_id());
  if (credit->reversal_id == 0) {
    v1::ClaimCreditReversalProposed& proposed =
        *decision.Append(*claim).mutable_claim_credit_reversal_proposed();
    proposed.set_credit_id(request.credit_id());
    proposed.set_reason(request.reason());
    return absl::OkStatus();
  }
  if (credit->reversal_proposer == context.actor)
    return AnotherPerson("credit_id", v1::REASON_YOU_FOUND_THIS_ALREADY);
  v1::EventRecord& event = decision.Append(*claim);
  v1::ClaimCreditReversed& reversed = *event.mutable_claim_credit_reversed();
  reversed.set_credit_id(request.credit_id());
  reversed.set_reason(request.reason());
  reversed.set_proposal_id(credit->reversal_id);
  TellOverpaid(*claim, event);
  return absl::OkStatus();
}

}  // namespace klaim::domain
