#include "projections/groups/groups.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "klaim/v1/event_cases.h"
#include "projections/core/sums.h"

namespace klaim::projections {
namespace {

constexpr int kMaxLineage = 20;

bool Has(const v1::GroupingRule& rule, v1::GroupingDimension dimension) {
  return std::find(rule.dimensions().begin(), rule.dimensions().end(), dimension) != rule.dimensions().end();
}

// "12.n45.k1.33-HK.excess_recruitment_fee.2023": the programme, then each dimension of its rule.
std::string IdOf(const v1::GroupProposal& p, const v1::GroupingRule& rule) {
  std::string id = absl::StrCat(p.programme_id());
  if (Has(rule, v1::GROUPING_DIMENSION_RESPONDENT_NETWORK)) absl::StrAppend(&id, ".n", p.network_id());
  if (Has(rule, v1::GROUPING_DIMENSION_RESPONDENT_ROLE)) absl::StrAppend(&id, ".k", p.respondent_kind());
  if (Has(rule, v1::GROUPING_DIMENSION_CORRIDOR_PROVINCE) ||
      Has(rule, v1::GROUPING_DIMENSION_CORRIDOR_DISTRICT)) {
    absl::StrAppend(&id, ".", p.origin().empty() ? "?" : p.origin(), "-",
                    p.destination().empty() ? "?" : p.destination());
  }
  if (Has(rule, v1::GROUPING_DIMENSION_HEAD)) absl::StrAppend(&id, ".", p.head());
  if (Has(rule, v1::GROUPING_DIMENSION_YEAR))
    absl::StrAppend(&id, ".", p.year() == 0 ? "?" : absl::StrCat(p.year()));
  if (Has(rule, v1::GROUPING_DIMENSION_VESSEL)) {
    absl::StrAppend(&id, ".v", p.vessel().empty() ? "?" : p.vessel());
  }
  return id;
}

// Letters and digits alone, small: ships are written in many ways.
std::string FoldVessel(const std::string& vessel) {
  std::string folded;
  for (char c : vessel) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || (c & 0x80) != 0)
      folded += absl::ascii_tolower(c);
  }
  return folded;
}

std::string MemberKey(const std::string& proposal_id, uint64_t claim_id) {
  return Key('m').Text(proposal_id).Text(absl::string_view("\0", 1)).Number(claim_id);
}

std::string ListingKey(const v1::GroupProposal& proposal, uint64_t claims) {
  return Key('s').Number(proposal.programme_id()).Number(~claims).Text(proposal.proposal_id());
}

bool LeavesGroups(const v1::EventRecord& event) {
  switch (event.event_case()) {
    case v1::EventRecord::kClaimWithdrawn:
    case v1::EventRecord::kClaimOptedOut:
    case v1::EventRecord::kClaimClosed:
    case v1::EventRecord::kClaimHandedOver:
      return true;
    case v1::EventRecord::kClaimEligibilityDecided:
      return !event.claim_eligibility_decided().eligible();
    case v1::EventRecord::kClaimDecisionRevised:
      return !event.claim_decision_revised().revision().eligible();
    case v1::EventRecord::kClaimFiled:
    case v1::EventRecord::kClaimDeficiencyNoticed:
    case v1::EventRecord::kClaimDeficiencyCured:
    case v1::EventRecord::kClaimReviewStarted:
    case v1::EventRecord::kClaimValued:
    case v1::EventRecord::kClaimDetermined:
    case v1::EventRecord::kClaimGrouped:
    case v1::EventRecord::kClaimAllocated:
    case v1::EventRecord::kClaimPaymentOrdered:
    case v1::EventRecord::kClaimPaymentReleased:
    case v1::EventRecord::kClaimPaid:
    case v1::EventRecord::kClaimPaymentReturned:
    case v1::EventRecord::kClaimSuspended:
    case v1::EventRecord::kClaimResumed:
    case v1::EventRecord::kClaimAppealed:
    case v1::EventRecord::kClaimMerged:
    case v1::EventRecord::kClaimMergeUndone:
    case v1::EventRecord::kClaimsProposedSeparate:
    case v1::EventRecord::kClaimsFoundSeparate:
    case v1::EventRecord::kClaimLossJoined:
    case v1::EventRecord::kClaimLossSeparated:
    case v1::EventRecord::kClaimCredited:
    case v1::EventRecord::kClaimCreditReversalProposed:
    case v1::EventRecord::kClaimCreditReversed:
    case v1::EventRecord::kClaimAllocationLapsed:
    case v1::EventRecord::kClaimRegisterChecked:
    case v1::EventRecord::kClaimHeld:
    case v1::EventRecord::kClaimHoldReleased:
    case v1::EventRecord::kClaimMoveProposed:
    case v1::EventRecord::kClaimMoveRejected:
    case v1::EventRecord::kClaimOverpaymentForgiven:
    case v1::EventRecord::kClaimRepaid:
    case v1::EventRecord::kClaimRepaymentReversed:
    case v1::EventRecord::kClaimReopened:
    case v1::EventRecord::kClaimAppealDismissed:
    case KLAIM_ALL_BUT_CLAIM_EVENTS:
      return false;
  }
  return false;
}

void AddToSum(absl::int128 claimed, absl::int128 determined, v1::GroupSum& sum) {
  const KeptSum kept_claimed = Kept(SumOf(sum.claimed().minor_units(), sum.claimed_high()) + claimed);
  sum.mutable_claimed()->set_minor_units(kept_claimed.low);
  sum.set_claimed_high(kept_claimed.high);
  const KeptSum kept_determined =
      Kept(SumOf(sum.determined().minor_units(), sum.determined_high()) + determined);
  sum.mutable_determined()->set_minor_units(kept_determined.low);
  sum.set_determined_high(kept_determined.high);
}

}  // namespace

void Groups::Load(Rows& rows) {
  rows.Scan("n", [&](const std::string& key, const std::string& value) {
    networks_.Add(NumberAt(key, 1));
    kinds_[NumberAt(key, 1)] = static_cast<uint32_t>(NumberAt(value, 1));
  });
  rows.Scan("l", [&](const std::string& key, const std::string& value) {
    if (value.size() < 33) return rows.Fail(key);
    networks_.Link(NumberAt(key, 1), NumberAt(value, 1), NumberAt(value, 9),
                   {static_cast<int64_t>(NumberAt(value, 17)), static_cast<int64_t>(NumberAt(value, 25))});
  });
  rows.Scan("p", [&](const std::string& key, const std::string& value) {
    rows.Parse(key, value, rules_[NumberAt(key, 1)]);
  });
  rows.Scan("g", [&](const std::string& key, const std::string& value) {
    Counted& counted = proposals_[key.substr(1)];
    if (!rows.Parse(key, value, counted.row)) return;
    const v1::GroupProposal& proposal = counted.row.proposal();
    if (proposal.claims() >= counted.row.least_size()) counted.listed_claims = proposal.claims();
    of_network_[proposal.network_id()].insert(proposal.proposal_id());
  });
}

void Groups::Apply(const v1::EventRecord& event, Rows& rows) {
  Fold(event, rows);
  // Whether a proposal is forgotten in between may not depend on when rows are committed.
  for (const std::string& proposal_id : emptied_) {
    v1::GroupProposal& proposal = *proposals_[proposal_id].row.mutable_proposal();
    if (proposal.claims() == 0) proposal.clear_lineage();
  }
  emptied_.clear();
}

void Groups::Fold(const v1::EventRecord& event, Rows& rows) {
  switch (event.event_case()) {
    case v1::EventRecord::kProgrammeOpened:
      rules_[event.stream()] = event.programme_opened().grouping();
      rows.Put(Key('p').Number(event.stream()), event.programme_opened().grouping().SerializeAsString());
      break;
    case v1::EventRecord::kRespondentRegistered:
      networks_.Add(event.stream());
      kinds_[event.stream()] = event.respondent_registered().kind();
      rows.Put(Key('n').Number(event.stream()), Key('-').Number(event.respondent_registered().kind()));
      break;
    case v1::EventRecord::kRespondentsLinked:
    case v1::EventRecord::kRespondentsUnlinked:
      LinkOrUnlink(event, rows);
      break;
    case v1::EventRecord::kCaseOpened:
      if (!event.case_opened().placement().vessel().empty()) {
        rows.Put(Key('v').Number(event.stream()), FoldVessel(event.case_opened().placement().vessel()));
      }
      break;
    case v1::EventRecord::kClaimFiled:
      File(event, rows);
      break;
    case v1::EventRecord::kClaimDetermined:
    case v1::EventRecord::kClaimGrouped:
    case v1::EventRecord::kClaimAppealed:
    case v1::EventRecord::kClaimWithdrawn:
    case v1::EventRecord::kClaimOptedOut:
    case v1::EventRecord::kClaimClosed:
    case v1::EventRecord::kClaimHandedOver:
    case v1::EventRecord::kClaimEligibilityDecided:
    case v1::EventRecord::kClaimMerged:
    case v1::EventRecord::kClaimMergeUndone:
    case v1::EventRecord::kClaimDecisionRevised:
    case v1::EventRecord::kClaimReopened:
      ApplyToClaim(event, rows);
      break;
    case v1::EventRecord::kGroupCertified: {
      v1::CertifiedGroupRow row;
      *row.mutable_certified() = event.group_certified();
      row.set_members(static_cast<uint64_t>(row.certified().claim_ids_size()));
      row.mutable_certified()->clear_claim_ids();
      rows.Put(Key('G').Number(event.stream()), row.SerializeAsString());
      break;
    }
    case v1::EventRecord::kGroupAddendumCertified: {
      auto row = rows.Read<v1::CertifiedGroupRow>(Key('G').Number(event.stream()));
      row.set_members(row.members() +
                      static_cast<uint64_t>(event.group_addendum_certified().claim_ids_size()));
      rows.Put(Key('G').Number(event.stream()), row.SerializeAsString());
      break;
    }
    case v1::EventRecord::kProgrammeClosed:
    case v1::EventRecord::kProgrammeRulesRevised:
    case v1::EventRecord::kProgrammeHandedOver:
    case v1::EventRecord::kRespondentDetailsAdded:
    case v1::EventRecord::kLicenceStatusRecorded:
    case v1::EventRecord::kRespondentLinkSuspected:
    case v1::EventRecord::kRespondentLinkRefused:
    case v1::EventRecord::kCaseNoteAdded:
    case v1::EventRecord::kCaseShared:
    case v1::EventRecord::kCaseSharingEnded:
    case v1::EventRecord::kMeetingScheduled:
    case v1::EventRecord::kMeetingClosed:
    case v1::EventRecord::kCaseAssigned:
    case v1::EventRecord::kTransferStated:
    case v1::EventRecord::kClaimDeficiencyNoticed:
    case v1::EventRecord::kClaimDeficiencyCured:
    case v1::EventRecord::kClaimReviewStarted:
    case v1::EventRecord::kClaimValued:
    case v1::EventRecord::kClaimAllocated:
    case v1::EventRecord::kClaimPaymentOrdered:
    case v1::EventRecord::kClaimPaymentReleased:
    case v1::EventRecord::kClaimPaid:
    case v1::EventRecord::kClaimPaymentReturned:
    case v1::EventRecord::kClaimSuspended:
    case v1::EventRecord::kClaimResumed:
    case v1::EventRecord::kClaimsProposedSeparate:
    case v1::EventRecord::kClaimsFoundSeparate:
    case v1::EventRecord::kClaimLossJoined:
    case v1::EventRecord::kClaimLossSeparated:
    case v1::EventRecord::kClaimCredited:
    case v1::EventRecord::kClaimCreditReversalProposed:
    case v1::EventRecord::kClaimCreditReversed:
    case v1::EventRecord::kClaimAllocationLapsed:
    case v1::EventRecord::kClaimRegisterChecked:
    case v1::EventRecord::kClaimHeld:
    case v1::EventRecord::kClaimHoldReleased:
    case v1::EventRecord::kClaimMoveProposed:
    case v1::EventRecord::kClaimMoveRejected:
    case v1::EventRecord::kClaimOverpaymentForgiven:
    case v1::EventRecord::kClaimRepaid:
    case v1::EventRecord::kClaimRepaymentReversed:
    case v1::EventRecord::kClaimAppealDismissed:
    case v1::EventRecord::EVENT_NOT_SET:
    case KLAIM_ACCOUNT_EVENTS:
    case KLAIM_CASE_FUND_EVENTS:
    case KLAIM_CLAIMANT_EVENTS:
    case KLAIM_DOCUMENT_EVENTS:
    case KLAIM_EXCHANGE_EVENTS:
    case KLAIM_JOB_EVENTS:
    case KLAIM_LOSS_EVENTS:
    case KLAIM_ORGANISATION_EVENTS:
    case KLAIM_PAYMENT_BATCH_EVENTS:
    case KLAIM_REFERENCE_REGISTER_EVENTS:
    case KLAIM_REFERENCE_TABLE_EVENTS:
    case KLAIM_SAMPLE_EVENTS:
    case KLAIM_SETTLEMENT_EVENTS:
    case KLAIM_TRUST_ACCOUNT_EVENTS:
    case KLAIM_VIEW_EVENTS:
      break;
  }
}

void Groups::File(const v1::EventRecord& event, Rows& rows) {
  const v1::ClaimFiled& filed = event.claim_filed();
  v1::GroupingFacts facts;
  facts.set_programme_id(filed.programme_id());
  *facts.mutable_respondent_ids() = filed.respondent_ids();
  *facts.mutable_corridor() = filed.corridor();
  facts.set_active(true);
  if (const auto rule = rules_.find(filed.programme_id());
      rule != rules_.end() && Has(rule->second, v1::GROUPING_DIMENSION_VESSEL)) {
    facts.set_vessel(rows.Get(Key('v').Number(filed.case_id())).value_or(""));
  }
  for (const v1::ClaimedHead& claimed : filed.heads()) {
    auto* head = facts.add_heads();
    head->set_code(claimed.code());
    head->set_year(claimed.period_from().year());
    if (claimed.has_period_from()) *head->mutable_period_from() = claimed.period_from();
    if (claimed.has_period_until()) *head->mutable_period_until() = claimed.period_until();
    head->set_claimed_minor(claimed.claimed().minor_units());
  }
  Count(event.stream(), facts, +1, rows);
  rows.Put(Key('c').Number(event.stream()), facts.SerializeAsString());
}

void Groups::ApplyToClaim(const v1::EventRecord& event, Rows& rows) {
  const std::string key = Key('c').Number(event.stream());
  auto facts = rows.Read<v1::GroupingFacts>(key);
  Count(event.stream(), facts, -1, rows);
  if (event.has_claim_determined()) {
    for (const v1::HeadAmount& amount : event.claim_determined().heads()) {
      for (auto& head : *facts.mutable_heads()) {
        if (head.code() == amount.code()) head.set_determined_minor(amount.minor_units());
      }
    }
  } else if (event.has_claim_grouped()) {
    for (auto& head : *facts.mutable_heads()) {
      if (event.claim_grouped().head().empty() || event.claim_grouped().head() == head.code())
        head.set_grouped(true);
    }
  } else if (event.has_claim_merged()) {
    for (const v1::HeadAmount& merged : event.claim_merged().heads()) {
      for (auto& head : *facts.mutable_heads()) {
        if (head.code() == merged.code()) head.set_merged(true);
      }
    }
  } else if (event.has_claim_merge_undone()) {
    for (auto& head : *facts.mutable_heads()) head.set_merged(false);
  } else if (event.has_claim_appealed() || event.has_claim_reopened()) {
    facts.set_active(true);
  } else if (event.has_claim_decision_revised()) {
    for (const v1::RevisedHead& revised : event.claim_decision_revised().revision().heads()) {
      for (auto& head : *facts.mutable_heads()) {
        if (head.code() == revised.code()) head.set_determined_minor(revised.after_minor());
      }
    }
    facts.set_active(!LeavesGroups(event));
  } else if (LeavesGroups(event)) {
    facts.set_active(false);
  }
  Count(event.stream(), facts, +1, rows);
  rows.Put(key, facts.SerializeAsString());
}

void Groups::LinkOrUnlink(const v1::EventRecord& event, Rows& rows) {
  const bool linked = event.has_respondents_linked();
  const uint64_t other =
      linked ? event.respondents_linked().other_id() : event.respondents_unlinked().other_id();
  std::map<uint64_t, v1::GroupingFacts> claims;
  std::map<uint64_t, std::vector<std::set<std::string>>> before;
  for (uint64_t claim_id : ClaimsAffected(event.stream(), other, linked, rows)) {
    v1::GroupingFacts& facts = claims[claim_id];
    facts = rows.Read<v1::GroupingFacts>(Key('c').Number(claim_id));
    before[claim_id] = ProposalIdsOf(facts);
    Count(claim_id, facts, -1, rows);
  }
  if (linked) {
    const Period stood =
        Period::OfLink(event.respondents_linked().valid_from(), event.respondents_linked().valid_until());
    networks_.Link(event.sequence(), event.stream(), other, stood);
    rows.Put(Key('l').Number(event.sequence()), Key('-')
                                                    .Number(event.stream())
                                                    .Number(other)
                                                    .Number(static_cast<uint64_t>(stood.from))
                                                    .Number(static_cast<uint64_t>(stood.until)));
  } else {
    networks_.Unlink(event.respondents_unlinked().link_id());
    rows.Delete(Key('l').Number(event.respondents_unlinked().link_id()));
  }
  for (const auto& [claim_id, facts] : claims) Count(claim_id, facts, +1, rows);
  NoteLineage(event, claims, before);
}

std::set<uint64_t> Groups::ClaimsAffected(uint64_t one, uint64_t other, bool linked, Rows& rows) const {
  const uint64_t first = networks_.LabelOf(one);
  const uint64_t second = networks_.LabelOf(other);
  const uint64_t lowest = std::min(networks_.NumberOf(first), networks_.NumberOf(second));
  std::set<uint64_t> claims;
  for (const auto& [network, proposal_ids] : of_network_) {
    const uint64_t label = networks_.LabelOf(network);
    if (label != first && label != second) continue;
    // Linking renames; what has the lowest number of all keeps it.
    if (linked && network == lowest) continue;
    for (const std::string& proposal_id : proposal_ids) {
      const std::string prefix = Key('m').Text(proposal_id).Text(absl::string_view("\0", 1));
      rows.Scan(prefix, [&](const std::string& key, const std::string&) {
        claims.insert(NumberAt(key, prefix.size()));
      });
    }
  }
  return claims;
}

std::vector<std::set<std::string>> Groups::ProposalIdsOf(const v1::GroupingFacts& facts) const {
  std::vector<std::set<std::string>> by_head;
  for (const v1::GroupingHead& head : facts.heads()) {
    std::set<std::string>& ids = by_head.emplace_back();
    if (!facts.active() || head.grouped() || head.merged()) continue;
    for (const v1::GroupProposal& proposal : ProposalsOf(facts, head)) ids.insert(proposal.proposal_id());
  }
  return by_head;
}

void Groups::NoteLineage(const v1::EventRecord& event, const std::map<uint64_t, v1::GroupingFacts>& claims,
                         const std::map<uint64_t, std::vector<std::set<std::string>>>& before) {
  std::map<std::pair<std::string, std::string>, std::set<uint64_t>> came;  // to, from
  for (const auto& [claim_id, facts] : claims) {
    const auto after = ProposalIdsOf(facts);
    const auto& was = before.at(claim_id);
    for (size_t head = 0; head < after.size(); ++head) {
      for (const std::string& to : after[head]) {
        if (was[head].contains(to)) continue;
        for (const std::string& from : was[head]) {
          if (!after[head].contains(from)) came[{to, from}].insert(claim_id);
        }
      }
    }
  }
  for (const auto& [ids, members] : came) {
    v1::GroupProposal& proposal = *proposals_[ids.first].row.mutable_proposal();
    v1::ProposalLineage& lineage = *proposal.add_lineage();
    lineage.set_from_proposal_id(ids.second);
    lineage.set_sequence(event.sequence());
    lineage.set_split(event.has_respondents_unlinked());
    lineage.set_claims(members.size());
    if (proposal.lineage_size() > kMaxLineage) proposal.mutable_lineage()->DeleteSubrange(0, 1);
    changed_.insert(ids.first);
  }
}

std::vector<v1::GroupProposal> Groups::ProposalsOf(const v1::GroupingFacts& facts,
                                                   const v1::GroupingHead& head) const {
  std::vector<v1::GroupProposal> proposals;
  const auto found = rules_.find(facts.programme_id());
  if (found == rules_.end()) return proposals;
  const v1::GroupingRule& rule = found->second;
  v1::GroupProposal base;
  base.set_programme_id(facts.programme_id());
  if (Has(rule, v1::GROUPING_DIMENSION_CORRIDOR_PROVINCE))
    base.set_origin(facts.corridor().origin().substr(0, 2));
  if (Has(rule, v1::GROUPING_DIMENSION_CORRIDOR_DISTRICT)) base.set_origin(facts.corridor().origin());
  if (Has(rule, v1::GROUPING_DIMENSION_CORRIDOR_PROVINCE) ||
      Has(rule, v1::GROUPING_DIMENSION_CORRIDOR_DISTRICT)) {
    base.set_destination(facts.corridor().destination());
  }
  if (Has(rule, v1::GROUPING_DIMENSION_HEAD)) base.set_head(head.code());
  if (Has(rule, v1::GROUPING_DIMENSION_YEAR)) base.set_year(head.year());
  if (Has(rule, v1::GROUPING_DIMENSION_VESSEL)) base.set_vessel(facts.vessel());
  if (!Has(rule, v1::GROUPING_DIMENSION_RESPONDENT_NETWORK)) {
    base.set_proposal_id(IdOf(base, rule));
    return {base};
  }
  const Period period = PeriodOf(head);
  std::set<std::pair<uint64_t, uint32_t>> places;
  const bool by_role = Has(rule, v1::GROUPING_DIMENSION_RESPONDENT_ROLE);
  for (uint64_t respondent : facts.respondent_ids()) {
    const auto kind = kinds_.find(respondent);
    places.emplace(networks_.NetworkAt(respondent, period),
                   by_role && kind != kinds_.end() ? kind->second : 0);
  }
  for (const auto& [network, kind] : places) {
    v1::GroupProposal& proposal = proposals.emplace_back(base);
    proposal.set_network_id(network);
    proposal.set_respondent_kind(kind);
    proposal.set_proposal_id(IdOf(proposal, rule));
  }
  return proposals;
}

void TellSum(v1::GroupSum& sum) {
  bool too_large = false;
  sum.mutable_claimed()->set_minor_units(
      Told(SumOf(sum.claimed().minor_units(), sum.claimed_high()), too_large));
  sum.mutable_determined()->set_minor_units(
      Told(SumOf(sum.determined().minor_units(), sum.determined_high()), too_large));
  sum.clear_claimed_high();
  sum.clear_determined_high();
  sum.set_too_large(too_large);
}

void Groups::Count(uint64_t claim_id, const v1::GroupingFacts& facts, int sign, Rows& rows) {
  if (!facts.active()) return;
  std::map<std::string, bool> joined;  // a claim counts once in a proposal, its heads each with their sums
  for (const v1::GroupingHead& head : facts.heads()) {
    if (head.grouped() || head.merged()) continue;
    for (v1::GroupProposal& proposal : ProposalsOf(facts, head)) {
      const std::string proposal_id = proposal.proposal_id();
      auto [entry, fresh] = proposals_.try_emplace(proposal_id);
      Counted& counted = entry->second;
      if (fresh) {
        of_network_[proposal.network_id()].insert(proposal_id);
        counted.row.set_least_size(rules_[facts.programme_id()].least_size());
        *counted.row.mutable_proposal() = std::move(proposal);
      }
      changed_.insert(proposal_id);
      auto* kept = counted.row.mutable_proposal();
      AddToSum(absl::int128(sign) * head.claimed_minor(), absl::int128(sign) * head.determined_minor(),
               *kept->mutable_sum());
      if (!joined.emplace(proposal_id, true).second) continue;
      kept->set_claims(kept->claims() + static_cast<uint64_t>(static_cast<int64_t>(sign)));
      if (kept->claims() == 0) emptied_.insert(proposal_id);
      if (sign > 0) {
        rows.Put(MemberKey(proposal_id, claim_id), "");
      } else {
        rows.Delete(MemberKey(proposal_id, claim_id));
      }
    }
  }
}

void Groups::BeforeCommit(Rows& rows) {
  for (const std::string& proposal_id : changed_) {
    Counted& counted = proposals_[proposal_id];
    const v1::GroupProposal& proposal = counted.row.proposal();
    const uint64_t listed = proposal.claims() >= counted.row.least_size() ? proposal.claims() : 0;
    if (counted.listed_claims != listed) {
      if (counted.listed_claims != 0) rows.Delete(ListingKey(proposal, counted.listed_claims));
      if (listed != 0) rows.Put(ListingKey(proposal, listed), "");
      counted.listed_claims = listed;
    }
    if (proposal.claims() == 0) {
      rows.Delete(Key('g').Text(proposal_id));
      if (const auto of = of_network_.find(proposal.network_id()); of != of_network_.end()) {
        of->second.erase(proposal_id);
        if (of->second.empty()) of_network_.erase(of);
      }
      proposals_.erase(proposal_id);
    } else {
      rows.Put(Key('g').Text(proposal_id), counted.row.SerializeAsString());
    }
  }
  changed_.clear();
}

}  // namespace klaim::projections
