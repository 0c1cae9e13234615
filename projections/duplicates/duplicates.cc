#include "projections/duplicates/duplicates.h"

#include <algorithm>
#include <limits>
#include <map>

#include "engine/domain/claims/loss.h"
#include "engine/domain/core/aggregate.h"
#include "klaim/v1/event_cases.h"

namespace klaim::projections {
namespace {

// Of somebody with more claims than this, the others are not listed beside each other; no payment rests on the list.
constexpr int kMaxClaims = 100;

v1::ClaimantLinksRow LinksOf(uint64_t claimant_id, Rows& rows) {
  return rows.Read<v1::ClaimantLinksRow>(Key('k').Number(claimant_id));
}

void PutLinks(uint64_t claimant_id, const v1::ClaimantLinksRow& links, Rows& rows) {
  rows.Put(Key('k').Number(claimant_id), links.SerializeAsString());
}

using Numbers = google::protobuf::RepeatedField<uint64_t>;

void Drop(uint64_t number, Numbers& numbers) {
  numbers.erase(std::remove(numbers.begin(), numbers.end(), number), numbers.end());
}

v1::ClaimedLossRow LossOf(uint64_t claim_id, Rows& rows) {
  return rows.Read<v1::ClaimedLossRow>(Key('c').Number(claim_id));
}

// What a claimant claims, by programme.
std::map<uint64_t, int64_t> ClaimedBy(uint64_t claimant_id, Rows& rows) {
  std::map<uint64_t, int64_t> sums;
  const v1::ClaimantLinksRow links = LinksOf(claimant_id, rows);
  for (uint64_t claim_id : links.claim_ids()) {
    const v1::ClaimedLossRow loss = LossOf(claim_id, rows);
    if (!loss.pursued()) continue;
    for (const v1::ClaimedHead& head : loss.filed().heads()) {
      sums[loss.filed().programme_id()] += head.claimed().minor_units();
    }
  }
  return sums;
}

int64_t AtStake(uint64_t one, uint64_t other, Rows& rows) {
  const auto sums = ClaimedBy(one, rows);
  int64_t at_stake = 0;
  for (const auto& [programme_id, sum] : ClaimedBy(other, rows)) {
    if (const auto same = sums.find(programme_id); same != sums.end())
      at_stake += std::min(sum, same->second);
  }
  return at_stake;
}

std::string WaitingKey(const v1::SuspectedDuplicate& pair) {
  return Key('w')
      .Number(static_cast<uint64_t>(std::numeric_limits<int64_t>::max() - pair.at_stake_minor()))
      .Number((uint64_t{1} << 32) - pair.suspected().probability_millionths())
      .Number(pair.claimant_id())
      .Number(pair.suspected().other_id());
}

void PutPair(const v1::SuspectedDuplicate& pair, Rows& rows) {
  rows.Put(Key('p').Number(pair.claimant_id()).Number(pair.suspected().other_id()), pair.SerializeAsString());
  if (pair.status() == v1::SUSPICION_STATUS_OPEN) rows.Put(WaitingKey(pair), "");
}

// Every pair of this claimant, from either side, is changed, or weighed anew.
void ForEachPair(uint64_t claimant_id, Rows& rows, absl::FunctionRef<void(v1::SuspectedDuplicate&)> change) {
  const v1::ClaimantLinksRow links = LinksOf(claimant_id, rows);
  std::vector<std::string> keys;
  for (uint64_t other : links.earlier_ids()) keys.push_back(Key('p').Number(claimant_id).Number(other));
  for (uint64_t later : links.later_ids()) keys.push_back(Key('p').Number(later).Number(claimant_id));
  for (const std::string& key : keys) {
    auto pair = rows.Read<v1::SuspectedDuplicate>(key);
    if (pair.status() == v1::SUSPICION_STATUS_OPEN) rows.Delete(WaitingKey(pair));
    change(pair);
    pair.set_at_stake_minor(AtStake(pair.claimant_id(), pair.suspected().other_id(), rows));
    PutPair(pair, rows);
  }
}

void SetStatus(uint64_t one, uint64_t other, v1::SuspicionStatus from, v1::SuspicionStatus to, Rows& rows) {
  ForEachPair(one, rows, [&](v1::SuspectedDuplicate& pair) {
    const bool same = pair.claimant_id() == other || pair.suspected().other_id() == other;
    if (same && (from == v1::SUSPICION_STATUS_UNSPECIFIED || pair.status() == from)) pair.set_status(to);
  });
}

template <class List, class Value>
bool Contains(const List& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool Pursues(const v1::ClaimedLossRow& loss, const std::string& head) {
  return loss.pursued() && !Contains(loss.merged_heads(), head);
}

absl::string_view FamilyOf(const v1::LossFamiliesRow& families, const std::string& head) {
  for (const v1::HeadFamily& named : families.heads()) {
    if (named.head() == head) return named.family();
  }
  return head;
}

domain::LossCandidate CandidateOf(const v1::ClaimedHead& head, const v1::ClaimedLossRow& claim,
                                  const v1::LossFamiliesRow& families) {
  domain::LossCandidate candidate{head, FamilyOf(families, head.code()), 0, {}};
  for (const v1::DecidedHead& decided : claim.decided_heads()) {
    if (decided.head() != head.code()) continue;
    candidate.loss_id = decided.loss_id();
    candidate.separate_losses = {decided.separate_losses().data(),
                                 static_cast<size_t>(decided.separate_losses_size())};
  }
  return candidate;
}

v1::DecidedHead& DecidedHeadOf(const std::string& head, v1::ClaimedLossRow& claim) {
  for (v1::DecidedHead& decided : *claim.mutable_decided_heads()) {
    if (decided.head() == head) return decided;
  }
  v1::DecidedHead& decided = *claim.add_decided_heads();
  decided.set_head(head);
  return decided;
}

// Heads of two claims, or of one, that look like one loss; none for what was decided.
v1::DoubleClaim SharedLosses(uint64_t claim_id, const v1::ClaimedLossRow& one, uint64_t other_id,
                             const v1::ClaimedLossRow& other, Rows& rows) {
  v1::DoubleClaim found;
  found.set_claim_id(claim_id);
  found.set_other_claim_id(other_id);
  const auto families = rows.Read<v1::LossFamiliesRow>(Key('f').Number(one.filed().programme_id()));
  const auto others = rows.Read<v1::LossFamiliesRow>(Key('f').Number(other.filed().programme_id()));
  for (int i = 0; i < one.filed().heads_size(); ++i) {
    for (int k = claim_id == other_id ? i + 1 : 0; k < other.filed().heads_size(); ++k) {
      const v1::ClaimedHead& head = one.filed().heads(i);
      const v1::ClaimedHead& same = other.filed().heads(k);
      if (!Pursues(one, head.code()) || !Pursues(other, same.code()) ||
          !domain::LookLikeOneLoss(CandidateOf(head, one, families), CandidateOf(same, other, others)))
        continue;
      found.add_heads(head.code());
      found.add_other_heads(same.code());
    }
  }
  return found;
}

// Writes, or takes away, what the claim has in common with others of its claimant and the claimant's family.
void CompareClaim(uint64_t claim_id, Rows& rows) {
  v1::ClaimedLossRow loss = LossOf(claim_id, rows);
  const v1::ClaimantLinksRow own = LinksOf(loss.claimant_id(), rows);
  std::map<uint64_t, bool> others;  // true for a relative's
  for (uint64_t other : own.claim_ids()) others[other] = false;
  for (uint64_t relative : own.family_ids()) {
    const v1::ClaimantLinksRow links = LinksOf(relative, rows);
    for (uint64_t other : links.claim_ids()) others.emplace(other, true);
  }
  others[claim_id] = false;  // heads of it may be one loss too
  // What was found before may be no more.
  const Numbers before = loss.double_with();
  loss.clear_double_with();
  for (uint64_t other_id : before) {
    rows.Delete(Key('d').Number(std::min(claim_id, other_id)).Number(std::max(claim_id, other_id)));
    if (other_id == claim_id) continue;
    v1::ClaimedLossRow other = LossOf(other_id, rows);
    Drop(claim_id, *other.mutable_double_with());
    rows.Put(Key('c').Number(other_id), other.SerializeAsString());
  }
  for (const auto& [other_id, family] : others) {
    if (rows.Get(Key('x').Number(claim_id).Number(other_id)).has_value()) continue;
    v1::ClaimedLossRow other = other_id == claim_id ? loss : LossOf(other_id, rows);
    v1::DoubleClaim found = claim_id < other_id ? SharedLosses(claim_id, loss, other_id, other, rows)
                                                : SharedLosses(other_id, other, claim_id, loss, rows);
    if (found.heads().empty()) continue;
    found.set_family(family);
    found.set_proposed_separate(rows.Get(Key('y').Number(claim_id).Number(other_id)).has_value());
    rows.Put(Key('d').Number(found.claim_id()).Number(found.other_claim_id()), found.SerializeAsString());
    loss.add_double_with(other_id);
    if (other_id == claim_id) continue;
    other.add_double_with(claim_id);
    rows.Put(Key('c').Number(other_id), other.SerializeAsString());
  }
  rows.Put(Key('c').Number(claim_id), loss.SerializeAsString());
}

void SetFamily(uint64_t claimant_id, uint64_t other_id, bool family, Rows& rows) {
  v1::ClaimantLinksRow links = LinksOf(claimant_id, rows);
  Drop(other_id, *links.mutable_family_ids());
  if (family) links.add_family_ids(other_id);
  PutLinks(claimant_id, links, rows);
}

void CompareClaimsOf(uint64_t claimant_id, Rows& rows) {
  const v1::ClaimantLinksRow links = LinksOf(claimant_id, rows);
  for (uint64_t claim_id : links.claim_ids()) CompareClaim(claim_id, rows);
}

}  // namespace

void Duplicates::Apply(const v1::EventRecord& event, Rows& rows) {
  const v1::AggregateKind kind = domain::KindOf(event);
  if (event.has_claim_filed()) {
    v1::ClaimedLossRow loss;
    *loss.mutable_filed() = event.claim_filed();
    loss.set_claimant_id(event.claim_filed().claimant_id());
    loss.set_pursued(true);
    rows.Put(Key('c').Number(event.stream()), loss.SerializeAsString());
    v1::ClaimantLinksRow links = LinksOf(loss.claimant_id(), rows);
    if (links.claim_ids_size() >= kMaxClaims) return;
    links.add_claim_ids(event.stream());
    PutLinks(loss.claimant_id(), links, rows);
    if (links.claim_ids_size() > 1 || loss.filed().heads_size() > 1 || !links.family_ids().empty())
      CompareClaim(event.stream(), rows);
    ForEachPair(loss.claimant_id(), rows, [](v1::SuspectedDuplicate&) {});
  } else if (kind == v1::AGGREGATE_KIND_CLAIM) {
    ApplyToClaim(event, rows);
  } else if (kind == v1::AGGREGATE_KIND_CLAIMANT) {
    ApplyToClaimant(event, rows);
  } else if (kind == v1::AGGREGATE_KIND_PROGRAMME) {
    ApplyToProgramme(event, rows);
  }
}

void Duplicates::ApplyToProgramme(const v1::EventRecord& event, Rows& rows) {
  if (!event.has_programme_opened() && !event.has_programme_rules_revised()) return;
  const auto& heads = event.has_programme_opened() ? event.programme_opened().heads()
                                                   : event.programme_rules_revised().heads();
  v1::LossFamiliesRow families;
  for (const v1::HeadRule& rule : heads) {
    if (rule.loss_family().empty()) continue;
    v1::HeadFamily& named = *families.add_heads();
    named.set_head(rule.code());
    named.set_family(rule.loss_family());
  }
  const std::string key = Key('f').Number(event.stream());
  const std::string value = families.SerializeAsString();
  if (rows.Get(key).value_or("") == value) return;
  rows.Put(key, value);
  if (event.has_programme_opened()) return;
  // Seldom, and of every claim of the programme.
  std::vector<uint64_t> claims;
  rows.Scan(Key('c'), [&](const std::string& claim, const std::string& text) {
    v1::ClaimedLossRow row;
    if (rows.Parse(claim, text, row) && row.filed().programme_id() == event.stream())
      claims.push_back(NumberAt(claim, 1));
  });
  for (uint64_t claim_id : claims) CompareClaim(claim_id, rows);
}

void Duplicates::ApplyToClaim(const v1::EventRecord& event, Rows& rows) {
  const uint64_t claim_id = event.stream();
  bool pursued = true;
  switch (event.event_case()) {
    case v1::EventRecord::kClaimPaid:
      rows.Put(Key('P').Number(claim_id), "");
      return;
    case v1::EventRecord::kClaimCredited:
      rows.Put(Key('P').Number(claim_id), "");
      break;
    case v1::EventRecord::kClaimClosed:
    case v1::EventRecord::kClaimWithdrawn:
    case v1::EventRecord::kClaimOptedOut:
      // One for which something was got is a loss that was paid for.
      pursued = rows.Get(Key('P').Number(claim_id)).has_value();
      break;
    case v1::EventRecord::kClaimEligibilityDecided:
      pursued =
          event.claim_eligibility_decided().eligible() || rows.Get(Key('P').Number(claim_id)).has_value();
      break;
    case v1::EventRecord::kClaimDecisionRevised:
      pursued = event.claim_decision_revised().revision().eligible() ||
                rows.Get(Key('P').Number(claim_id)).has_value();
      break;
    case v1::EventRecord::kClaimReopened:
    case v1::EventRecord::kClaimAppealed:
    case v1::EventRecord::kClaimMerged:
    case v1::EventRecord::kClaimMergeUndone:
      break;
    case v1::EventRecord::kClaimsProposedSeparate:
      rows.Put(Key('y').Number(claim_id).Number(event.claims_proposed_separate().other_claim_id()), "");
      break;
    case v1::EventRecord::kClaimsFoundSeparate:
      rows.Put(Key('x').Number(claim_id).Number(event.claims_found_separate().other_claim_id()), "");
      break;
    case v1::EventRecord::kClaimLossJoined:
    case v1::EventRecord::kClaimLossSeparated:
      break;
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
    case v1::EventRecord::kClaimPaymentReturned:
    case v1::EventRecord::kClaimSuspended:
    case v1::EventRecord::kClaimResumed:
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
    case v1::EventRecord::kClaimHandedOver:
    case KLAIM_ALL_BUT_CLAIM_EVENTS:
      return;
  }
  v1::ClaimedLossRow loss = LossOf(claim_id, rows);
  const uint64_t before = loss.claimant_id();
  const bool unchanged =
      (event.has_claim_eligibility_decided() || event.has_claim_credited()) && pursued && loss.pursued();
  if (unchanged) return;
  if (event.has_claim_loss_joined()) {
    for (const std::string& head : event.claim_loss_joined().heads())
      DecidedHeadOf(head, loss).set_loss_id(event.claim_loss_joined().loss_id());
  } else if (event.has_claim_loss_separated()) {
    for (const std::string& head : event.claim_loss_separated().heads()) {
      v1::DecidedHead& decided = DecidedHeadOf(head, loss);
      decided.set_loss_id(0);
      decided.add_separate_losses(event.claim_loss_separated().loss_id());
    }
  } else if (!event.has_claims_found_separate() && !event.has_claims_proposed_separate()) {
    loss.set_pursued(pursued);
  }
  if (event.has_claim_merged()) {
    loss.set_claimant_id(event.claim_merged().claimant_id());
    for (const v1::HeadAmount& head : event.claim_merged().heads()) loss.add_merged_heads(head.code());
  } else if (event.has_claim_merge_undone()) {
    loss.set_claimant_id(event.claim_merge_undone().claimant_id());
    loss.clear_merged_heads();
  }
  rows.Put(Key('c').Number(claim_id), loss.SerializeAsString());
  if (before != loss.claimant_id()) {
    v1::ClaimantLinksRow left = LinksOf(before, rows);
    Drop(claim_id, *left.mutable_claim_ids());
    PutLinks(before, left, rows);
    v1::ClaimantLinksRow joined = LinksOf(loss.claimant_id(), rows);
    if (joined.claim_ids_size() < kMaxClaims) joined.add_claim_ids(claim_id);
    PutLinks(loss.claimant_id(), joined, rows);
  }
  CompareClaim(claim_id, rows);
  ForEachPair(loss.claimant_id(), rows, [](v1::SuspectedDuplicate&) {});
}

void Duplicates::ApplyToClaimant(const v1::EventRecord& event, Rows& rows) {
  const uint64_t claimant_id = event.stream();
  switch (event.event_case()) {
    case v1::EventRecord::kDuplicateSuspected: {
      v1::SuspectedDuplicate pair;
      pair.set_claimant_id(claimant_id);
      *pair.mutable_suspected() = event.duplicate_suspected();
      pair.set_status(v1::SUSPICION_STATUS_OPEN);
      pair.set_at_stake_minor(AtStake(claimant_id, pair.suspected().other_id(), rows));
      v1::ClaimantLinksRow links = LinksOf(claimant_id, rows);
      links.add_earlier_ids(pair.suspected().other_id());
      PutLinks(claimant_id, links, rows);
      v1::ClaimantLinksRow of_other = LinksOf(pair.suspected().other_id(), rows);
      of_other.add_later_ids(claimant_id);
      PutLinks(pair.suspected().other_id(), of_other, rows);
      PutPair(pair, rows);
      break;
    }
    case v1::EventRecord::kDuplicateRefused:
      SetStatus(claimant_id, event.duplicate_refused().other_id(), v1::SUSPICION_STATUS_UNSPECIFIED,
                v1::SUSPICION_STATUS_REFUSED, rows);
      break;
    case v1::EventRecord::kClaimantMerged:
      SetStatus(claimant_id, event.claimant_merged().into_id(), v1::SUSPICION_STATUS_UNSPECIFIED,
                v1::SUSPICION_STATUS_MERGED, rows);
      break;
    case v1::EventRecord::kClaimantMergeUndone:
      SetStatus(claimant_id, event.claimant_merge_undone().into_id(), v1::SUSPICION_STATUS_MERGED,
                v1::SUSPICION_STATUS_OPEN, rows);
      break;
    case v1::EventRecord::kFamilyLinked:
      SetFamily(claimant_id, event.family_linked().other_id(), true, rows);
      SetStatus(claimant_id, event.family_linked().other_id(), v1::SUSPICION_STATUS_OPEN,
                v1::SUSPICION_STATUS_FAMILY, rows);
      CompareClaimsOf(claimant_id, rows);
      break;
    case v1::EventRecord::kFamilyUnlinked:
      SetFamily(claimant_id, event.family_unlinked().other_id(), false, rows);
      SetStatus(claimant_id, event.family_unlinked().other_id(), v1::SUSPICION_STATUS_FAMILY,
                v1::SUSPICION_STATUS_OPEN, rows);
      CompareClaimsOf(claimant_id, rows);
      break;
    case v1::EventRecord::kClaimantErased: {
      // Nobody can tell any more whether the person is another one.
      ForEachPair(claimant_id, rows, [&](v1::SuspectedDuplicate& pair) {
        if (pair.status() == v1::SUSPICION_STATUS_OPEN) pair.set_status(v1::SUSPICION_STATUS_UNSPECIFIED);
      });
      break;
    }
    case v1::EventRecord::kClaimantRegistered:
    case v1::EventRecord::kClaimantConsentGiven:
    case v1::EventRecord::kClaimantConsentWithdrawn:
    case v1::EventRecord::kPayoutAccountConfirmed:
    case v1::EventRecord::kClaimantCorrected:
    case v1::EventRecord::kClaimantClaimed:
    case v1::EventRecord::kClaimantAbsorbed:
    case v1::EventRecord::kClaimantReleased:
    case v1::EventRecord::kHeirNamed:
    case v1::EventRecord::kHeirPaymentOrdered:
    case v1::EventRecord::kHeirProposed:
    case v1::EventRecord::kHeirProposalRefused:
    case KLAIM_ALL_BUT_CLAIMANT_EVENTS:
      break;
  }
}

}  // namespace klaim::projections
