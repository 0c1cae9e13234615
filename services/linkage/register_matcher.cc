#include "services/linkage/register_matcher.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/people/claimant.h"
#include "engine/linkage/comparison.h"
#include "engine/linkage/name.h"
#include "engine/linkage/respondent.h"
#include "engine/privacy/sealing.h"
#include "engine/sequencer/folded.h"
#include "klaim/v1/event_record.pb.h"
#include "projections/registry/registry.h"
#include "projections/registry/registry_query.h"
#include "services/common/personal_data.h"
#include "services/linkage/claimant_person.h"

namespace klaim::services {
namespace {

using projections::Period;

// A deployment, a signing-on or a flight may lie so many days outside the days of work.
constexpr int64_t kToleranceDays = 31;
constexpr int64_t kFlightToleranceDays = 92;
constexpr size_t kMaxLines = 20;
// Of the claimants of whom a register is asked, at a guess.
constexpr double kExpectedInRegister = 0.5;

std::string DayText(const v1::PartialDate& date) { return date.year() == 0 ? "?" : IsoDate(date); }

std::string TimeText(const v1::PartialDate& from, const v1::PartialDate& until) {
  return absl::StrCat(DayText(from), "/", DayText(until));
}

// "FV Jin Sheng No. 88" is "jinsheng88".
std::string FoldVessel(const std::string& name) {
  static const auto& kinds = *new std::set<std::string>{"fv", "mv", "mt", "km", "kmn", "ss", "kapal", "no"};
  std::string folded;
  const std::string latin = linkage::Latin(name);
  for (absl::string_view word : absl::StrSplit(latin, ' ', absl::SkipEmpty())) {
    if (!kinds.contains(std::string(word))) absl::StrAppend(&folded, word);
  }
  return folded;
}

bool SameVessel(const std::string& one, const std::string& other) {
  const std::string a = FoldVessel(one);
  const std::string b = FoldVessel(other);
  if (a == b) return true;
  return std::min(a.size(), b.size()) >= 6 && linkage::OneError(a, b);
}

void AddFact(v1::RegisterFact fact, bool agrees, std::string claimed, std::string registered,
             v1::ClaimRegisterChecked& checked) {
  v1::ComparedFact& compared = *checked.add_facts();
  compared.set_fact(fact);
  compared.set_agrees(agrees);
  compared.set_claimed(std::move(claimed));
  compared.set_registered(std::move(registered));
}

}  // namespace

struct RegisterMatcher::Claimed {
  std::vector<linkage::PersonText> persons;  // the claimant, or whose family the claimant is
  v1::Placement placement;
  v1::PartialDate from;
  v1::PartialDate until;
  std::vector<std::string> respondents;  // all names of those named, and of who hung together with them then
  std::string currency;
  bool wages = false;
  int64_t paid_minor = 0;
};

absl::StatusOr<std::unique_ptr<RegisterMatcher>> RegisterMatcher::Open(OpenDocket& docket,
                                                                       uint64_t register_id) {
  ASSIGN_OR_RETURN(auto scratch, storage::PrivateScratch::Begin(docket.folder.scratch() + "/register"));
  ASSIGN_OR_RETURN(auto persons, linkage::PersonIndex::Begin(*scratch));
  std::unique_ptr<RegisterMatcher> matcher(
      new RegisterMatcher(docket, std::move(scratch), std::move(persons)));
  RETURN_IF_ERROR(matcher->Load(register_id));
  return matcher;
}

absl::Status RegisterMatcher::Load(uint64_t register_id) {
  register_id_ = register_id;
  absl::Status read;
  ASSIGN_OR_RETURN(auto state,
                   sequencer::Folded<domain::ReferenceRegisterState>(
                       *docket_.log, "reference_register_id", register_id, [&](const v1::EventRecord& event) {
                         for (v1::RegisterLine line : event.register_lines_added().lines()) {
                           if (read.ok())
                             read = privacy::Unseal(line, *docket_.vault, privacy::kRegistersKey);
                           if (!line.person().name().has_clear() && !line.person().national_id().has_clear())
                             continue;
                           if (read.ok()) read = persons_->Add(line.number(), TextOf(line.person()));
                           line.clear_person();
                           lines_[line.number()] = std::move(line);
                         }
                       }));
  if (!read.ok()) return read;
  if (state.withdrawn) return domain::NotNow("reference_register_id", v1::REASON_WAS_WITHDRAWN);
  published_ = state.published;
  if (persons_->size() >= linkage::kMinToLearn) {
    RETURN_IF_ERROR(persons_->Relearn({}));
  } else {
    persons_->Expect(kExpectedInRegister);
  }
  ASSIGN_OR_RETURN(networks_, docket_.models().registry().AllNetworks());
  return absl::OkStatus();
}

absl::StatusOr<RegisterMatcher::Claimed> RegisterMatcher::ReadClaim(uint64_t claim_id) const {
  ASSIGN_OR_RETURN(auto claim, sequencer::Folded<domain::ClaimState>(*docket_.log, "claim_id", claim_id));
  Claimed claimed;
  v1::EventRecord opened;
  RETURN_IF_ERROR(log::ReadRecord(*docket_.log, claim.case_id, opened));
  claimed.placement = opened.case_opened().placement();
  claimed.from = claimed.placement.began_on();
  claimed.until = claimed.placement.ended_on();
  for (const domain::ClaimHead& head : claim.heads) {
    claimed.currency = head.filed.claimed().currency();
    claimed.wages |= head.filed.agreed_wage_minor() > 0;
    claimed.paid_minor += head.filed.paid_minor();
    if (claimed.from.year() == 0) claimed.from = head.filed.period_from();
    if (claimed.until.year() == 0) claimed.until = head.filed.period_until();
  }
  // Who claims as wife, heir or guardian doesn't stand in the list: the worker does, if known as family.
  v1::EventRecord registered;
  RETURN_IF_ERROR(log::ReadRecord(*docket_.log, claim.claimant_id, registered));
  std::vector<uint64_t> persons = {claim.claimant_id};
  if (registered.claimant_registered().capacity() != v1::CLAIMANT_CAPACITY_WORKER) {
    ASSIGN_OR_RETURN(auto claimant,
                     sequencer::Folded<domain::ClaimantState>(*docket_.log, "claim_id", claim.claimant_id));
    persons.insert(persons.end(), claimant.family.begin(), claimant.family.end());
  }
  for (uint64_t id : persons) {
    // Who can't be read must not be recorded as who isn't in the register.
    ASSIGN_OR_RETURN(auto text, PersonTextOf(*docket_.log, id, *docket_.vault));
    if (text.has_value()) claimed.persons.push_back(*std::move(text));
  }
  const projections::RegistryQuery registry = docket_.models().registry();
  std::set<uint64_t> respondents;
  for (uint64_t id : claim.respondent_ids) {
    respondents.merge(networks_.MembersAt(id, Period::Of(claimed.from, claimed.until)));
  }
  for (uint64_t id : respondents) {
    ASSIGN_OR_RETURN(auto row, registry.Registered(id));
    if (!row.has_value())
      return domain::Refuse(absl::StatusCode::kUnavailable, v1::REASON_READ_MODELS_ARE_BEHIND_MATCH_AGAIN);
    const v1::RespondentRegistered& registered_as = row->registered();
    claimed.respondents.push_back(registered_as.name());
    claimed.respondents.insert(claimed.respondents.end(), registered_as.aliases().begin(),
                               registered_as.aliases().end());
  }
  return claimed;
}

void RegisterMatcher::ComparePeriod(const Claimed& claimed, const std::vector<uint64_t>& lines,
                                    v1::ClaimRegisterChecked& checked) const {
  Period work = Period::Of(claimed.from, claimed.until);
  if (work.always()) return;
  const int64_t tolerance =
      published_.kind() == v1::REGISTER_KIND_FLIGHT ? kFlightToleranceDays : kToleranceDays;
  work.from -= tolerance;
  work.until += tolerance;
  const v1::RegisterLine* shown = nullptr;
  bool agrees = false;
  for (uint64_t number : lines) {
    const v1::RegisterLine& line = lines_.at(number);
    if (line.from().year() == 0 && line.until().year() == 0) continue;
    // Who was placed or signed on without a last day may have stayed.
    const bool goes_on = line.until().year() == 0 && (published_.kind() == v1::REGISTER_KIND_DEPLOYMENT ||
                                                      published_.kind() == v1::REGISTER_KIND_CREW);
    const Period told =
        goes_on ? Period::OfLink(line.from(), line.until()) : Period::Of(line.from(), line.until());
    const bool here = work.Overlaps(told);
    if (shown == nullptr || (here && !agrees)) shown = &line;
    agrees |= here;
  }
  if (shown == nullptr) return;
  AddFact(v1::REGISTER_FACT_PERIOD, agrees, TimeText(claimed.from, claimed.until),
          TimeText(shown->from(), shown->until()), checked);
}

void RegisterMatcher::ComparePaid(const Claimed& claimed, const std::vector<uint64_t>& lines,
                                  v1::ClaimRegisterChecked& checked) const {
  if (published_.kind() != v1::REGISTER_KIND_PAYROLL || !claimed.wages) return;
  const Period work = Period::Of(claimed.from, claimed.until);
  int64_t paid = 0;
  bool told = false;
  for (uint64_t number : lines) {
    const v1::RegisterLine& line = lines_.at(number);
    if (line.currency() != claimed.currency || !work.Overlaps(Period::Of(line.from(), line.until())))
      continue;
    paid += line.paid_minor();
    told = true;
  }
  if (!told) return;
  AddFact(v1::REGISTER_FACT_PAID, paid <= claimed.paid_minor,
          domain::Describe(claimed.paid_minor, claimed.currency), domain::Describe(paid, claimed.currency),
          checked);
}

void RegisterMatcher::Compare(const Claimed& claimed, const std::vector<uint64_t>& lines,
                              v1::ClaimRegisterChecked& checked) const {
  ComparePeriod(claimed, lines, checked);
  // A text of the claim beside the same text of the lines: one line that agrees is enough.
  const auto compare = [&](v1::RegisterFact fact, const std::vector<std::string>& told, const auto& text_of,
                           const auto& same) {
    const std::string* shown = nullptr;
    const std::string* agreed = nullptr;
    for (uint64_t number : lines) {
      const std::string& text = text_of(lines_.at(number));
      if (text.empty()) continue;
      if (shown == nullptr) shown = &text;
      for (const std::string& one : told) {
        if (agreed != nullptr || !same(one, text)) continue;
        agreed = &one;
        shown = &text;
      }
    }
    if (shown == nullptr || told.empty() || told.front().empty()) return;
    AddFact(fact, agreed != nullptr, agreed != nullptr ? *agreed : told.front(), *shown, checked);
  };
  compare(
      v1::REGISTER_FACT_RESPONDENT, claimed.respondents,
      [](const auto& line) -> const std::string& { return line.respondent(); }, linkage::SameCompanyName);
  compare(
      v1::REGISTER_FACT_VESSEL, {claimed.placement.vessel()},
      [](const auto& line) -> const std::string& { return line.vessel(); }, SameVessel);
  compare(
      v1::REGISTER_FACT_DESTINATION, {claimed.placement.destination()},
      [](const auto& line) -> const std::string& { return line.destination(); },
      [](const std::string& one, const std::string& other) { return one == other; });
  ComparePaid(claimed, lines, checked);
}

absl::StatusOr<domain::RegisterFinding> RegisterMatcher::Match(uint64_t claim_id) {
  ASSIGN_OR_RETURN(auto claimed, ReadClaim(claim_id));
  domain::RegisterFinding finding;
  finding.claim_id = claim_id;
  v1::ClaimRegisterChecked& checked = finding.checked;
  checked.set_reference_register_id(register_id_);
  checked.set_result(v1::REGISTER_RESULT_NO_RECORD);
  std::vector<linkage::PersonIndex::Candidate> best;
  for (const linkage::PersonText& text : claimed.persons) {
    ASSIGN_OR_RETURN(auto candidates, persons_->CandidatesOf(text, kMaxLines));
    if (candidates.empty()) continue;
    if (best.empty() || candidates.front().bits > best.front().bits) best = std::move(candidates);
  }
  if (best.empty()) return finding;
  checked.set_probability_millionths(static_cast<uint32_t>(std::lround(best.front().probability * 1e6)));
  const bool sure = best.front().zone == linkage::Zone::kLink;
  // Lines of the same person: those as sure as the best one, or the best one alone.
  std::vector<uint64_t> lines;
  for (const auto& candidate : best) {
    if (lines.empty() || (sure && candidate.zone == linkage::Zone::kLink)) lines.push_back(candidate.id);
  }
  std::sort(lines.begin(), lines.end());
  for (uint64_t line : lines) checked.add_line_numbers(static_cast<uint32_t>(line));
  Compare(claimed, lines, checked);
  const v1::RegisterResult result = domain::ResultOf(checked.facts());
  if (sure || (result == v1::REGISTER_RESULT_CONFIRMED && checked.facts_size() >= 2)) {
    checked.set_result(result);
  } else {
    checked.clear_facts();  // they are of somebody who only looks like the claimant
  }
  return finding;
}

}  // namespace klaim::services
