#include "engine/domain/money/case_fund.h"

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/case.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

// Of one fund, so that what waits stays small.
constexpr size_t kMaxOpenFundMoves = 100;

int64_t LeftOf(const CaseFundState& fund, v1::CaseFundPart part) {
  return part == v1::CASE_FUND_PART_SOCIAL ? fund.social_minor : fund.education_minor;
}

absl::StatusOr<const CaseFundState*> FundWithRoom(Docket& docket, uint64_t fund_id) {
  auto fund = docket.Find<CaseFundState>("case_fund_id", fund_id);
  if (fund.ok() && (*fund)->open_moves.size() >= kMaxOpenFundMoves) {
    return NotNow("case_fund_id", v1::REASON_TOO_MANY_PROPOSALS_WAIT, kMaxOpenFundMoves);
  }
  return fund;
}

absl::StatusOr<const CaseFundState*> FundWithOpenMove(Docket& docket, uint64_t fund_id, uint64_t proposal_id,
                                                      const Context& context) {
  ASSIGN_OR_RETURN(auto fund, docket.Find<CaseFundState>("case_fund_id", fund_id));
  const auto move = fund->open_moves.find(proposal_id);
  if (move == fund->open_moves.end()) {
    return NotNow("proposal_id", v1::REASON_PROPOSAL_DOES_NOT_WAIT_FOR_ANOTHER_PERSON, proposal_id);
  }
  if (move->second.proposer == context.actor) {
    return AnotherPerson("proposal_id", v1::REASON_YOU_PROPOSED_THIS);
  }
  return fund;
}

absl::Status CheckYear(const CaseFundState& fund, uint32_t year) {
  if (!fund.years.contains(year)) return absl::OkStatus();
  return NotNow("year", v1::REASON_SURPLUS_OF_WAS_DIVIDED_ALREADY, year);
}

absl::Status CheckThere(const CaseFundState& fund, const v1::CaseCostPaid& cost, int64_t there) {
  if (cost.amount_minor() <= there) return absl::OkStatus();
  return NotNow("cost.amount_minor", v1::REASON_ONLY_IS_LEFT_IN_THIS_PART_OF_FUND,
                Describe(there, fund.opened.currency()));
}

}  // namespace

int64_t CaseFundState::Free(v1::CaseFundPart part) const {
  int64_t left = LeftOf(*this, part);
  for (const auto& open : open_moves) {
    const v1::CaseCostPaid& cost = open.second.proposed.cost();
    if (cost.part() == part) left -= cost.amount_minor();
  }
  return left;
}

void Evolve(CaseFundState& state, const v1::EventRecord& event) {
  if (event.has_case_fund_opened()) {
    state.opened = event.case_fund_opened();
  } else if (event.has_case_fund_accrued()) {
    state.years.insert(event.case_fund_accrued().year());
    state.social_minor += event.case_fund_accrued().social_minor();
    state.education_minor += event.case_fund_accrued().education_minor();
    state.open_moves.erase(event.case_fund_accrued().proposal_id());
  } else if (event.has_case_cost_paid()) {
    const v1::CaseCostPaid& cost = event.case_cost_paid();
    (cost.part() == v1::CASE_FUND_PART_SOCIAL ? state.social_minor : state.education_minor) -=
        cost.amount_minor();
    state.open_moves.erase(cost.proposal_id());
  } else if (event.has_case_fund_move_proposed()) {
    state.open_moves[event.sequence()] = {event.case_fund_move_proposed(), event.actor()};
  } else if (event.has_case_fund_move_rejected()) {
    state.open_moves.erase(event.case_fund_move_rejected().proposal_id());
  }
}

absl::Status Decide(const v1::OpenCaseFundRequest& request, Docket&, const Context&, Decision& decision) {
  const v1::CaseFundOpened& fund = request.fund();
  RETURN_IF_ERROR(CheckName("fund.name", fund.name(), 200));
  RETURN_IF_ERROR(CheckText("fund.source", fund.source(), 1, 200));
  RETURN_IF_ERROR(MinorDigits("fund.currency", fund.currency()).status());
  if (fund.social_basis_points() + uint64_t{fund.education_basis_points()} > 10'000) {
    return InvalidField("fund.education_basis_points", v1::REASON_IS_WITH_SOCIAL_PART_MORE_THAN_WHOLE);
  }
  *decision.Open().mutable_case_fund_opened() = fund;
  return absl::OkStatus();
}

absl::Status Decide(const v1::AccrueCaseFundRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckAmount("surplus_minor", request.surplus_minor(), 1));
  if (request.year() < 1945 || request.year() > 2200)
    return InvalidField("year", v1::REASON_MUST_BE_1945_TO_2200);
  ASSIGN_OR_RETURN(auto fund, FundWithRoom(docket, request.case_fund_id()));
  RETURN_IF_ERROR(CheckYear(*fund, request.year()));
  v1::CaseFundAccrued& accrued = *decision.Append(*fund).mutable_case_fund_move_proposed()->mutable_accrual();
  accrued.set_year(request.year());
  accrued.set_surplus_minor(request.surplus_minor());
  accrued.set_social_minor(PartOf(request.surplus_minor(), fund->opened.social_basis_points()));
  accrued.set_education_minor(PartOf(request.surplus_minor(), fund->opened.education_basis_points()));
  return absl::OkStatus();
}

absl::Status Decide(const v1::PayCaseCostRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  const v1::CaseCostPaid& cost = request.cost();
  RETURN_IF_ERROR(CheckAmount("cost.amount_minor", cost.amount_minor(), 1));
  RETURN_IF_ERROR(CheckLine("cost.purpose", cost.purpose(), 1, 200));
  RETURN_IF_ERROR(CheckDate("cost.paid_on", cost.paid_on(), true, false));
  RETURN_IF_ERROR(CheckBooked("cost.paid_on", cost.paid_on(), context.now_micros));
  if (!v1::CaseFundPart_IsValid(cost.part()) || cost.part() == 0) {
    return InvalidField("cost.part", v1::REASON_MUST_SAY_WHETHER_IT_IS_PAID_OUT_OF_SOCIAL_OR_EDUCATION);
  }
  ASSIGN_OR_RETURN(auto fund, FundWithRoom(docket, request.case_fund_id()));
  if (cost.case_id() != 0) {
    RETURN_IF_ERROR(docket.Find<CaseState>("cost.case_id", cost.case_id()).status());
  }
  RETURN_IF_ERROR(CheckThere(*fund, cost, fund->Free(cost.part())));
  v1::CaseCostPaid& proposed = *decision.Append(*fund).mutable_case_fund_move_proposed()->mutable_cost();
  proposed = cost;
  proposed.clear_proposal_id();
  return absl::OkStatus();
}

absl::Status Decide(const v1::ApproveCaseFundMoveRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto fund,
                   FundWithOpenMove(docket, request.case_fund_id(), request.proposal_id(), context));
  const v1::CaseFundMoveProposed& proposed = fund->open_moves.find(request.proposal_id())->second.proposed;
  if (proposed.has_accrual()) {
    RETURN_IF_ERROR(CheckYear(*fund, proposed.accrual().year()));
    v1::CaseFundAccrued& accrued = *decision.Append(*fund).mutable_case_fund_accrued();
    accrued = proposed.accrual();
    accrued.set_proposal_id(request.proposal_id());
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(CheckThere(*fund, proposed.cost(), LeftOf(*fund, proposed.cost().part())));
  v1::CaseCostPaid& paid = *decision.Append(*fund).mutable_case_cost_paid();
  paid = proposed.cost();
  paid.set_proposal_id(request.proposal_id());
  return absl::OkStatus();
}

absl::Status Decide(const v1::RejectCaseFundMoveRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto fund,
                   FundWithOpenMove(docket, request.case_fund_id(), request.proposal_id(), context));
  auto* rejected = decision.Append(*fund).mutable_case_fund_move_rejected();
  rejected->set_proposal_id(request.proposal_id());
  rejected->set_reason(request.reason());
  return absl::OkStatus();
}

}  // namespace klaim::domain
