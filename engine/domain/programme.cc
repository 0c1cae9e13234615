#include "engine/domain/programme.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "engine/domain/docket.h"
#include "engine/domain/refusal.h"
#include "engine/domain/rules.h"

namespace klaim::domain {
namespace {

absl::Status CheckHeadRule(const std::string& field, const v1::HeadRule& head) {
  KLAIM_REFUSE_IF_NOT(CheckCode(field + ".code", head.code()));
  if (!v1::ProofStandard_IsValid(head.proof_standard()) || head.proof_standard() == 0) {
    return InvalidField(field + ".proof_standard", "must say how strictly the head is to be proven");
  }
  if (!v1::ValuationRule_IsValid(head.valuation_rule()) || head.valuation_rule() == 0) {
    return InvalidField(field + ".valuation_rule", "must say how the head is valued");
  }
  const bool fixed = head.valuation_rule() == v1::VALUATION_RULE_FIXED_SUM;
  KLAIM_REFUSE_IF_NOT(CheckAmount(field + ".fixed_sum_minor", head.fixed_sum_minor(), fixed ? 1 : 0));
  KLAIM_REFUSE_IF_NOT(CheckAmount(field + ".cap_minor", head.cap_minor(), 0));
  KLAIM_REFUSE_IF_NOT(CheckAmount(field + ".floor_minor", head.floor_minor(), 0));
  if (head.cap_minor() > 0 && head.cap_minor() < head.floor_minor()) {
    return InvalidField(field + ".cap_minor", "is lower than the floor");
  }
  if (head.priority_tier() < 1 || head.priority_tier() > 9) {
    return InvalidField(field + ".priority_tier", "must be 1 to 9");
  }
  return absl::OkStatus();
}

absl::Status CheckGrouping(const v1::GroupingRule& rule) {
  std::set<int> seen;
  for (int dimension : rule.dimensions()) {
    if (!v1::GroupingDimension_IsValid(dimension) || dimension == 0 || !seen.insert(dimension).second) {
      return InvalidField("programme.grouping.dimensions", "must name known dimensions, each once");
    }
  }
  if (seen.contains(v1::GROUPING_DIMENSION_CORRIDOR_PROVINCE) &&
      seen.contains(v1::GROUPING_DIMENSION_CORRIDOR_DISTRICT)) {
    return InvalidField("programme.grouping.dimensions",
                        "take the corridor by province or by district, not both");
  }
  if (seen.contains(v1::GROUPING_DIMENSION_RESPONDENT_ROLE) &&
      !seen.contains(v1::GROUPING_DIMENSION_RESPONDENT_NETWORK)) {
    return InvalidField("programme.grouping.dimensions",
                        "the respondent's role goes with the respondent network");
  }
  if (seen.empty()) return InvalidField("programme.grouping.dimensions", "name at least one");
  if (rule.least_size() < 1) return InvalidField("programme.grouping.least_size", "must be 1 or more");
  return absl::OkStatus();
}

}  // namespace

const v1::HeadRule* ProgrammeState::Head(absl::string_view code) const {
  for (const v1::HeadRule& head : rules.heads()) {
    if (head.code() == code) return &head;
  }
  return nullptr;
}

void Evolve(ProgrammeState& state, const v1::EventRecord& event) {
  if (event.has_programme_opened()) state.rules = event.programme_opened();
  if (event.has_programme_closed()) state.closed = true;
}

absl::Status Decide(const v1::OpenProgrammeRequest& request, Docket&, const Context&, Decision& decision) {
  const v1::ProgrammeOpened& programme = request.programme();
  KLAIM_REFUSE_IF_NOT(CheckText("programme.code", programme.code(), 1, 40));
  KLAIM_REFUSE_IF_NOT(CheckText("programme.title", programme.title(), 1, 200));
  KLAIM_REFUSE_IF_NOT(CheckText("programme.source", programme.source(), 0, 1000));
  KLAIM_REFUSE_IF_NOT(MinorDigits("programme.currency", programme.currency()).status());
  KLAIM_REFUSE_IF_NOT(CheckDate("programme.filing_deadline", programme.filing_deadline(), true, false));
  if (programme.heads().empty() || programme.heads_size() > 50) {
    return InvalidField("programme.heads",
                        absl::StrCat("has ", programme.heads_size(), " heads, 1 to 50 are allowed"));
  }
  std::set<std::string> codes;
  for (int i = 0; i < programme.heads_size(); ++i) {
    const std::string field = absl::StrCat("programme.heads[", i, "]");
    KLAIM_REFUSE_IF_NOT(CheckHeadRule(field, programme.heads(i)));
    if (!codes.insert(programme.heads(i).code()).second) return InvalidField(field + ".code", "stands twice");
  }
  KLAIM_REFUSE_IF_NOT(CheckGrouping(programme.grouping()));
  *decision.Open().mutable_programme_opened() = programme;
  return absl::OkStatus();
}

absl::Status Decide(const v1::CloseProgrammeRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  KLAIM_REFUSE_IF_NOT(CheckText("reason", request.reason(), 1, 1000));
  auto programme = docket.Find<ProgrammeState>("programme_id", request.programme_id());
  if (!programme.ok()) return programme.status();
  if ((*programme)->closed) return NotNow("programme_id", "the programme is closed already");
  decision.Append(**programme).mutable_programme_closed()->set_reason(request.reason());
  return absl::OkStatus();
}

}  // namespace klaim::domain
