// What is decided of it (engine/domain/registry/programme.h).
#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/registry/programme.h"
#include "engine/domain/registry/reference_table.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

// The table is of this kind, and yields the programme's currency.
absl::Status CheckTable(const std::string& field, uint64_t table_id, v1::ReferenceTableKind kind,
                        const std::string& currency, Docket& docket) {
  ASSIGN_OR_RETURN(auto table, docket.Find<ReferenceTableState>(field, table_id));
  const v1::ReferenceTablePublished& published = table->published;
  const bool wage = kind == v1::REFERENCE_TABLE_KIND_MONTHLY_WAGE;
  const bool is_of_currency =
      published.currency() == currency || (!wage && published.into_currency() == currency);
  if (published.kind() == kind && is_of_currency) return absl::OkStatus();
  return wage ? InvalidField(field, v1::REASON_MUST_BE_TABLE_OF_MONTHLY_WAGES_IN, currency)
              : InvalidField(field, v1::REASON_MUST_BE_TABLE_OF_EXCHANGE_RATES_INTO, currency);
}

absl::Status CheckSchedule(const std::string& field, const v1::HeadRule& head) {
  const bool needed = head.valuation_rule() == v1::VALUATION_RULE_SCHEDULE;
  if (needed == head.schedule().empty() || head.schedule_size() > 200) {
    return InvalidField(field + ".schedule", v1::REASON_MUST_HAVE_1_TO_200_LINES_FOR_RULE_SCHEDULE_ALONE);
  }
  std::set<std::string> codes;
  for (int i = 0; i < head.schedule_size(); ++i) {
    const std::string line = absl::StrCat(field, ".schedule[", i, "]");
    RETURN_IF_ERROR(CheckCode(line + ".code", head.schedule(i).code()));
    RETURN_IF_ERROR(CheckAmount(line + ".amount_minor", head.schedule(i).amount_minor(), 1));
    if (!codes.insert(head.schedule(i).code()).second)
      return InvalidField(line + ".code", v1::REASON_IS_GIVEN_TWICE);
  }
  return absl::OkStatus();
}

absl::Status CheckRegisterProofs(const std::string& field, const v1::HeadRule& head) {
  std::set<int> kinds;
  for (const v1::RegisterProof& proof : head.register_proofs()) {
    if (!v1::RegisterKind_IsValid(proof.register_kind()) || proof.register_kind() == 0 ||
        !kinds.insert(proof.register_kind()).second) {
      return InvalidField(field, v1::REASON_MUST_NAME_KNOWN_KINDS_OF_REGISTERS_EACH_ONCE);
    }
    std::set<int> facts;
    for (int fact : proof.facts()) {
      if (!v1::RegisterFact_IsValid(fact) || fact == 0 || !facts.insert(fact).second) {
        return InvalidField(field, v1::REASON_MUST_NAME_KNOWN_FACTS_EACH_ONCE);
      }
    }
  }
  return absl::OkStatus();
}

absl::Status CheckHeadRule(const std::string& field, const v1::HeadRule& head, const std::string& currency,
                           Docket& docket) {
  RETURN_IF_ERROR(CheckCode(field + ".code", head.code()));
  if (head.code() == kLateInterest)
    return InvalidField(field + ".code", v1::REASON_HEAD_IS_KEPT_FOR_LATE_INTEREST);
  if (!v1::ProofStandard_IsValid(head.proof_standard()) || head.proof_standard() == 0) {
    return InvalidField(field + ".proof_standard", v1::REASON_MUST_SAY_HOW_STRICTLY_HEAD_IS_TO_BE_PROVEN);
  }
  if (!v1::ValuationRule_IsValid(head.valuation_rule()) || head.valuation_rule() == 0) {
    return InvalidField(field + ".valuation_rule", v1::REASON_MUST_SAY_HOW_HEAD_IS_VALUED);
  }
  const bool fixed = head.valuation_rule() == v1::VALUATION_RULE_FIXED_SUM;
  RETURN_IF_ERROR(CheckAmount(field + ".fixed_sum_minor", head.fixed_sum_minor(), fixed ? 1 : 0));
  RETURN_IF_ERROR(CheckAmount(field + ".cap_minor", head.cap_minor(), 0));
  RETURN_IF_ERROR(CheckAmount(field + ".floor_minor", head.floor_minor(), 0));
  RETURN_IF_ERROR(CheckAmount(field + ".most_claimed_minor", head.most_claimed_minor(), 0));
  if (!head.loss_family().empty()) RETURN_IF_ERROR(CheckCode(field + ".loss_family", head.loss_family()));
  if (head.cap_minor() > 0 && head.cap_minor() < head.floor_minor()) {
    return InvalidField(field + ".cap_minor", v1::REASON_IS_LOWER_THAN_FLOOR);
  }
  if (head.priority_tier() < 1 || head.priority_tier() > 9) {
    return InvalidField(field + ".priority_tier", v1::REASON_MUST_BE_1_TO_9);
  }
  RETURN_IF_ERROR(CheckSchedule(field, head));
  if (head.valuation_rule() == v1::VALUATION_RULE_MINIMUM_LESS_PAID || head.wage_table_id() != 0) {
    RETURN_IF_ERROR(CheckTable(field + ".wage_table_id", head.wage_table_id(),
                               v1::REFERENCE_TABLE_KIND_MONTHLY_WAGE, currency, docket));
  }
  if (head.exchange_table_id() != 0) {
    RETURN_IF_ERROR(CheckTable(field + ".exchange_table_id", head.exchange_table_id(),
                               v1::REFERENCE_TABLE_KIND_EXCHANGE_RATE, currency, docket));
  }
  RETURN_IF_ERROR(CheckRegisterProofs(field + ".register_proofs", head));
  if (head.limitation_months() > 600)
    return InvalidField(field + ".limitation_months", v1::REASON_IS_MORE_THAN_600);
  return CheckText(field + ".limitation_forum", head.limitation_forum(),
                   head.limitation_months() != 0 ? 1 : 0, 200);
}

absl::Status CheckGrouping(const v1::GroupingRule& rule) {
  std::set<int> seen;
  for (int dimension : rule.dimensions()) {
    if (!v1::GroupingDimension_IsValid(dimension) || dimension == 0 || !seen.insert(dimension).second) {
      return InvalidField("programme.grouping.dimensions", v1::REASON_MUST_NAME_KNOWN_DIMENSIONS_EACH_ONCE);
    }
  }
  if (seen.contains(v1::GROUPING_DIMENSION_CORRIDOR_PROVINCE) &&
      seen.contains(v1::GROUPING_DIMENSION_CORRIDOR_DISTRICT)) {
    return InvalidField("programme.grouping.dimensions",
                        v1::REASON_TAKE_CORRIDOR_BY_PROVINCE_OR_BY_DISTRICT_NOT_BOTH);
  }
  if (seen.contains(v1::GROUPING_DIMENSION_RESPONDENT_ROLE) &&
      !seen.contains(v1::GROUPING_DIMENSION_RESPONDENT_NETWORK)) {
    return InvalidField("programme.grouping.dimensions",
                        v1::REASON_RESPONDENT_ROLE_GOES_WITH_RESPONDENT_NETWORK);
  }
  if (seen.empty()) return InvalidField("programme.grouping.dimensions", v1::REASON_NAME_AT_LEAST_ONE);
  if (rule.least_size() < 1)
    return InvalidField("programme.grouping.least_size", v1::REASON_MUST_BE_1_OR_MORE);
  return absl::OkStatus();
}

absl::Status CheckLiability(const v1::LiabilityRule& rule) {
  std::set<int> kinds;
  for (int kind : rule.link_kinds()) {
    if (!v1::LinkKind_IsValid(kind) || kind == 0 || !kinds.insert(kind).second) {
      return InvalidField("programme.liability.link_kinds",
                          v1::REASON_MUST_NAME_KNOWN_KINDS_OF_LINKS_EACH_ONCE);
    }
  }
  return CheckText("programme.liability.source", rule.source(), kinds.empty() ? 0 : 1, 200);
}

absl::Status CheckChargesAccount(const char* field, const std::string& account) {
  return account.empty() ? absl::OkStatus() : CheckCostsAccount(field, account);
}

absl::Status CheckCosts(const std::string& field, const v1::CostsTerms& costs) {
  RETURN_IF_ERROR(CheckText(field + ".basis", costs.basis(), 1, 500));
  if (costs.most_basis_points() > 10'000)
    return InvalidField(field + ".most_basis_points", v1::REASON_IS_MORE_THAN_WHOLE);
  if (costs.none() != (costs.most_basis_points() == 0))
    return InvalidField(field + ".none", v1::REASON_SAY_EITHER_THAT_NOTHING_OR_HOW_MUCH_MAY_BE_TAKEN);
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckHeadRules(const std::string& field,
                            const google::protobuf::RepeatedPtrField<v1::HeadRule>& heads,
                            const std::string& currency, Docket& docket) {
  if (heads.empty() || heads.size() > 50) {
    return InvalidField(field, v1::REASON_HAS_HEADS_1_TO_50_ARE_ALLOWED, heads.size());
  }
  std::set<std::string> codes;
  for (int i = 0; i < heads.size(); ++i) {
    const std::string head = absl::StrCat(field, "[", i, "]");
    RETURN_IF_ERROR(CheckHeadRule(head, heads[i], currency, docket));
    if (!codes.insert(heads[i].code()).second) return InvalidField(head + ".code", v1::REASON_IS_GIVEN_TWICE);
  }
  return absl::OkStatus();
}

absl::Status Decide(const v1::OpenProgrammeRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  const v1::ProgrammeOpened& programme = request.programme();
  RETURN_IF_ERROR(CheckText("programme.code", programme.code(), 1, 40));
  RETURN_IF_ERROR(CheckName("programme.title", programme.title(), 200));
  RETURN_IF_ERROR(CheckText("programme.source", programme.source(), 0, 1000));
  RETURN_IF_ERROR(MinorDigits("programme.currency", programme.currency()).status());
  RETURN_IF_ERROR(CheckDate("programme.filing_deadline", programme.filing_deadline(), true, false));
  RETURN_IF_ERROR(CheckDue("programme.filing_deadline", programme.filing_deadline(), context.now_micros));
  RETURN_IF_ERROR(CheckHeadRules("programme.heads", programme.heads(), programme.currency(), docket));
  RETURN_IF_ERROR(CheckGrouping(programme.grouping()));
  RETURN_IF_ERROR(CheckLiability(programme.liability()));
  RETURN_IF_ERROR(CheckChargesAccount("programme.bank_charges_account", programme.bank_charges_account()));
  if (programme.has_costs()) RETURN_IF_ERROR(CheckCosts("programme.costs", programme.costs()));
  *decision.Open().mutable_programme_opened() = programme;
  return absl::OkStatus();
}

absl::Status Decide(const v1::ReviseProgrammeRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("source", request.source(), 1, 1000));
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto programme, docket.Find<ProgrammeState>("programme_id", request.programme_id()));
  RETURN_IF_ERROR(CheckHeadRules("heads", request.heads(), programme->rules.currency(), docket));
  RETURN_IF_ERROR(CheckChargesAccount("bank_charges_account", request.bank_charges_account()));
  if (request.has_costs()) RETURN_IF_ERROR(CheckCosts("costs", request.costs()));
  for (const v1::HeadRule& before : programme->rules.heads()) {
    const auto kept = std::find_if(request.heads().begin(), request.heads().end(),
                                   [&](const v1::HeadRule& head) { return head.code() == before.code(); });
    if (kept == request.heads().end())
      return InvalidField("heads", v1::REASON_LACKS_CLAIMS_MAY_HAVE_IT_SO_IT_MUST_STAY, before.code());
    // What looks like one loss claimed twice must not cease to.
    if (!before.loss_family().empty() && kept->loss_family() != before.loss_family())
      return InvalidField("heads", v1::REASON_LOSS_FAMILY_MUST_STAY, before.code(), before.loss_family());
  }
  v1::ProgrammeRulesRevised& revised = *decision.Append(*programme).mutable_programme_rules_revised();
  revised.set_version(programme->rules_version + 1);
  *revised.mutable_heads() = request.heads();
  revised.set_source(request.source());
  revised.set_reason(request.reason());
  revised.set_bank_charges_account(request.bank_charges_account());
  if (request.has_costs()) *revised.mutable_costs() = request.costs();
  return absl::OkStatus();
}

absl::Status Decide(const v1::CloseProgrammeRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto programme, docket.Find<ProgrammeState>("programme_id", request.programme_id()));
  if (programme->closed) return NotNow("programme_id", v1::REASON_PROGRAMME_IS_CLOSED_ALREADY);
  decision.Append(*programme).mutable_programme_closed()->set_reason(request.reason());
  return absl::OkStatus();
}

}  // namespace klaim::domain
