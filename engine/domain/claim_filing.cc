// How a claim is filed: the claimant, the case and the claim in one decision.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/domain/claim.h"
#include "engine/domain/docket.h"
#include "engine/domain/refusal.h"
#include "engine/domain/rules.h"

namespace klaim::domain {
namespace {

constexpr int64_t kMicrosADay = 86'400'000'000;

absl::Status CheckClaimedHead(const std::string& field, const v1::ClaimedHead& head,
                              const ProgrammeState& programme) {
  KLAIM_REFUSE_IF_NOT(CheckCode(field + ".code", head.code()));
  const v1::HeadRule* rule = programme.Head(head.code());
  if (rule == nullptr) {
    return InvalidField(field + ".code", absl::StrCat("programme ", programme.rules.code(), " has no head \"",
                                                      head.code(), "\""));
  }
  KLAIM_REFUSE_IF_NOT(CheckMoney(field + ".claimed", head.claimed(), programme.rules.currency()));
  KLAIM_REFUSE_IF_NOT(CheckDate(field + ".period_from", head.period_from(), false, true));
  KLAIM_REFUSE_IF_NOT(CheckDate(field + ".period_until", head.period_until(), false, true));
  KLAIM_REFUSE_IF_NOT(CheckOrder(field + ".period_until", head.period_from(), head.period_until()));
  if (head.months_hundredths() > 60000) {
    return InvalidField(field + ".months_hundredths",
                        "is more than 600 months: it is in hundredths of a month");
  }
  KLAIM_REFUSE_IF_NOT(CheckAmount(field + ".agreed_wage_minor", head.agreed_wage_minor(), 0));
  KLAIM_REFUSE_IF_NOT(CheckAmount(field + ".paid_minor", head.paid_minor(), 0));
  KLAIM_REFUSE_IF_NOT(CheckAmount(field + ".paid_monthly_minor", head.paid_monthly_minor(), 0));
  if (!head.documented_currency().empty()) {
    KLAIM_REFUSE_IF_NOT(MinorDigits(field + ".documented_currency", head.documented_currency()).status());
  }
  if (!head.schedule_code().empty()) {
    KLAIM_REFUSE_IF_NOT(CheckCode(field + ".schedule_code", head.schedule_code()));
  }
  return CheckAmount(field + ".documented_minor", head.documented_minor(), 0);
}

absl::Status CheckHeads(const v1::FileClaimRequest& request, const ProgrammeState& programme) {
  if (request.heads().empty()) return InvalidField("heads", "a claim needs at least one head");
  if (request.heads_size() > 20) return InvalidField("heads", "has more than 20 heads");
  for (int i = 0; i < request.heads_size(); ++i) {
    const std::string field = absl::StrCat("heads[", i, "]");
    KLAIM_REFUSE_IF_NOT(CheckClaimedHead(field, request.heads(i), programme));
    for (int k = 0; k < i; ++k) {
      if (request.heads(k).code() == request.heads(i).code()) {
        return InvalidField(field + ".code", "stands twice: a claim has each head once");
      }
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRespondents(const v1::FileClaimRequest& request, Docket& docket, v1::ClaimFiled& filed) {
  if (request.respondent_ids().empty())
    return InvalidField("respondent_ids", "a claim needs at least one respondent");
  if (request.respondent_ids_size() > 20)
    return InvalidField("respondent_ids", "has more than 20 respondents");
  *filed.mutable_respondent_ids() = request.respondent_ids();
  std::sort(filed.mutable_respondent_ids()->begin(), filed.mutable_respondent_ids()->end());
  for (int i = 0; i < filed.respondent_ids_size(); ++i) {
    const uint64_t id = filed.respondent_ids(i);
    auto respondent = docket.Find<RespondentState>("respondent_ids", id);
    if (!respondent.ok()) return respondent.status();
    if (i > 0 && filed.respondent_ids(i - 1) == id) {
      return InvalidField("respondent_ids", absl::StrCat("names respondent ", id, " twice"));
    }
  }
  return absl::OkStatus();
}

// Registers or finds the claimant; yields its number.
absl::StatusOr<uint64_t> ClaimantOf(const v1::FileClaimRequest& request, Docket& docket,
                                    const Context& context, Decision& decision) {
  if (request.has_new_claimant()) {
    const uint64_t id = decision.next_sequence();
    KLAIM_REFUSE_IF_NOT(Register("new_claimant", request.new_claimant(), context, decision.Open()));
    return id;
  }
  if (request.claimant_case() != v1::FileClaimRequest::kClaimantId) {
    return InvalidField("claimant_id", "name a claimant, or register a new_claimant");
  }
  auto claimant = docket.Find<ClaimantState>("claimant_id", request.claimant_id());
  if (!claimant.ok()) return claimant.status();
  if ((*claimant)->merged_into != 0) {
    // To whom an organisation's claimant is the same person as is another's.
    if (context.organisation_id != 0) {
      return NotNow(
          "claimant_id",
          "the claimant was found to be a person who was registered twice: ask the union's legal team");
    }
    return NotNow("claimant_id", absl::StrCat("the claimant is the same person as claimant ",
                                              (*claimant)->merged_into, ": file the claim for that one"));
  }
  if (!(*claimant)->consents_to_claim) {
    return NotNow("claimant_id", "the claimant's consent to pursue the claim is missing or withdrawn");
  }
  return request.claimant_id();
}

// Opens or finds the case; yields its number and copies its corridor.
absl::StatusOr<uint64_t> CaseOf(const v1::FileClaimRequest& request, uint64_t claimant_id, Docket& docket,
                                const Context& context, Decision& decision, v1::Corridor& corridor) {
  if (request.has_new_case()) {
    const uint64_t id = decision.next_sequence();
    KLAIM_REFUSE_IF_NOT(OpenCase("new_case", request.new_case(), claimant_id, context, decision.Open()));
    corridor.set_origin(request.new_case().placement().origin().code());
    corridor.set_destination(request.new_case().placement().destination());
    return id;
  }
  if (request.claim_case_case() != v1::FileClaimRequest::kCaseId) {
    return InvalidField("case_id", "name a case, or open a new_case");
  }
  auto found = docket.Find<CaseState>("case_id", request.case_id());
  if (!found.ok()) return found.status();
  if ((*found)->claimant_id != claimant_id) return InvalidField("case_id", "is the case of another claimant");
  corridor.set_origin((*found)->origin);
  corridor.set_destination((*found)->destination);
  return request.case_id();
}

}  // namespace

absl::Status Decide(const v1::FileClaimRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  auto programme = docket.Find<ProgrammeState>("programme_id", request.programme_id());
  if (!programme.ok()) return programme.status();
  if (!(*programme)->handed_over_to.empty()) {
    return NotNow("programme_id",
                  absl::StrCat("programme ", (*programme)->rules.code(), " goes on in docket \"",
                               (*programme)->handed_over_to, "\": file there"));
  }
  if ((*programme)->closed) {
    return NotNow("programme_id",
                  absl::StrCat("programme ", (*programme)->rules.code(), " is closed and takes no claims"));
  }
  KLAIM_REFUSE_IF_NOT(CheckHeads(request, **programme));
  v1::Corridor corridor;
  auto claimant_id = ClaimantOf(request, docket, context, decision);
  if (!claimant_id.ok()) return claimant_id.status();
  auto case_id = CaseOf(request, *claimant_id, docket, context, decision, corridor);
  if (!case_id.ok()) return case_id.status();
  // The claim last, so that the receipt's sequence is its number.
  const uint64_t claim_id = decision.next_sequence() + (request.has_new_claimant() ? 0 : 1);
  v1::ClaimFiled filed;
  KLAIM_REFUSE_IF_NOT(CheckRespondents(request, docket, filed));
  filed.set_programme_id(request.programme_id());
  filed.set_claimant_id(*claimant_id);
  filed.set_case_id(*case_id);
  *filed.mutable_heads() = request.heads();
  *filed.mutable_corridor() = std::move(corridor);
  if (request.has_new_claimant()) {
    // The claimant's own record, the first of this decision, names the claim too.
    decision.events().front()->mutable_claimant_registered()->set_first_claim_id(claim_id);
  } else {
    auto claimant = docket.Find<ClaimantState>("claimant_id", *claimant_id);
    if (!claimant.ok()) return claimant.status();
    decision.Append(**claimant).mutable_claimant_claimed()->set_claim_id(claim_id);
  }
  filed.set_late(context.now_micros / kMicrosADay > LastDayOf((*programme)->rules.filing_deadline()));
  filed.set_organisation_id(context.organisation_id);
  *decision.Open().mutable_claim_filed() = std::move(filed);
  return absl::OkStatus();
}

}  // namespace klaim::domain
