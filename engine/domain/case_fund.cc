#include "engine/domain/case_fund.h"

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "engine/domain/docket.h"
#include "engine/domain/refusal.h"
#include "engine/domain/rules.h"

namespace klaim::domain {
namespace {

int64_t PartOf(int64_t surplus, uint32_t basis_points) {
  return static_cast<int64_t>(absl::int128(surplus) * basis_points / 10'000);
}

}  // namespace

void Evolve(CaseFundState& state, const v1::EventRecord& event) {
  if (event.has_case_fund_opened()) {
    state.opened = event.case_fund_opened();
  } else if (event.has_case_fund_accrued()) {
    state.years.insert(event.case_fund_accrued().year());
    state.social_minor += event.case_fund_accrued().social_minor();
    state.education_minor += event.case_fund_accrued().education_minor();
  } else if (event.has_case_cost_paid()) {
    const v1::CaseCostPaid& cost = event.case_cost_paid();
    (cost.part() == v1::CASE_FUND_PART_SOCIAL ? state.social_minor : state.education_minor) -=
        cost.amount_minor();
  }
}

absl::Status Decide(const v1::OpenCaseFundRequest& request, Docket&, const Context&, Decision& decision) {
  const v1::CaseFundOpened& fund = request.fund();
  KLAIM_REFUSE_IF_NOT(CheckText("fund.name", fund.name(), 1, 200));
  KLAIM_REFUSE_IF_NOT(CheckText("fund.source", fund.source(), 1, 200));
  KLAIM_REFUSE_IF_NOT(MinorDigits("fund.currency", fund.currency()).status());
  if (fund.social_basis_points() + uint64_t{fund.education_basis_points()} > 10'000) {
    return InvalidField("fund.education_basis_points",
                        "is with the social part more than the whole (10,000)");
  }
  *decision.Open().mutable_case_fund_opened() = fund;
  return absl::OkStatus();
}

absl::Status Decide(const v1::AccrueCaseFundRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  KLAIM_REFUSE_IF_NOT(CheckAmount("surplus_minor", request.surplus_minor(), 1));
  if (request.year() < 1945 || request.year() > 2200) return InvalidField("year", "must be 1945 to 2200");
  auto fund = docket.Find<CaseFundState>("case_fund_id", request.case_fund_id());
  if (!fund.ok()) return fund.status();
  if ((*fund)->years.contains(request.year())) {
    return NotNow("year", absl::StrCat("the surplus of ", request.year(), " was divided already"));
  }
  v1::CaseFundAccrued& accrued = *decision.Append(**fund).mutable_case_fund_accrued();
  accrued.set_year(request.year());
  accrued.set_surplus_minor(request.surplus_minor());
  accrued.set_social_minor(PartOf(request.surplus_minor(), (*fund)->opened.social_basis_points()));
  accrued.set_education_minor(PartOf(request.surplus_minor(), (*fund)->opened.education_basis_points()));
  return absl::OkStatus();
}

absl::Status Decide(const v1::PayCaseCostRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  const v1::CaseCostPaid& cost = request.cost();
  KLAIM_REFUSE_IF_NOT(CheckAmount("cost.amount_minor", cost.amount_minor(), 1));
  KLAIM_REFUSE_IF_NOT(CheckText("cost.purpose", cost.purpose(), 1, 200));
  KLAIM_REFUSE_IF_NOT(CheckDate("cost.paid_on", cost.paid_on(), true, false));
  if (!v1::CaseFundPart_IsValid(cost.part()) || cost.part() == 0) {
    return InvalidField("cost.part", "must say whether it is paid out of the social or the education part");
  }
  auto fund = docket.Find<CaseFundState>("case_fund_id", request.case_fund_id());
  if (!fund.ok()) return fund.status();
  if (cost.case_id() != 0) {
    auto found = docket.Find<CaseState>("cost.case_id", cost.case_id());
    if (!found.ok()) return found.status();
  }
  const int64_t left =
      cost.part() == v1::CASE_FUND_PART_SOCIAL ? (*fund)->social_minor : (*fund)->education_minor;
  if (cost.amount_minor() > left) {
    return NotNow("cost.amount_minor", absl::StrCat("only ", Describe(left, (*fund)->opened.currency()),
                                                    " is left in this part of the fund"));
  }
  *decision.Append(**fund).mutable_case_cost_paid() = cost;
  return absl::OkStatus();
}

}  // namespace klaim::domain
