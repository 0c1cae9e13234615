#include "engine/domain/money/allocation.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"

namespace klaim::domain {
namespace {

constexpr int64_t kWhole = 10'000;  // basis points

// A sharer reaches one of its bounds when all are given this many units for each unit of weight: bound / weight.
struct Turn {
  int64_t bound;
  int64_t weight;
  size_t sharer;
  bool at_most;  // the upper bound: from here on it gets no more
  bool operator<(const Turn& other) const {
    const absl::int128 mine = absl::int128(bound) * other.weight;
    const absl::int128 theirs = absl::int128(other.bound) * weight;
    if (mine != theirs) return mine < theirs;
    return sharer != other.sharer ? sharer < other.sharer : at_most < other.at_most;
  }
};

// Where each sharer stands once the money is given out: at its least, at its most, or in proportion.
enum class Place : char { kLeast, kProportion, kMost };

std::vector<Turn> TurnsOf(absl::Span<const Sharer> sharers) {
  std::vector<Turn> turns;
  for (size_t i = 0; i < sharers.size(); ++i) {
    if (sharers[i].weight == 0) continue;
    if (sharers[i].least > 0) turns.push_back({sharers[i].least, sharers[i].weight, i, false});
    turns.push_back({sharers[i].most, sharers[i].weight, i, true});
  }
  std::sort(turns.begin(), turns.end());
  return turns;
}

// Raises the units for each unit of weight from nought until the money is given out.
std::vector<Place> PlacesAt(int64_t amount, absl::Span<const Sharer> sharers) {
  std::vector<Place> places(sharers.size(), Place::kLeast);
  absl::int128 fixed = 0;
  absl::int128 weight = 0;
  for (size_t i = 0; i < sharers.size(); ++i) {
    if (sharers[i].weight == 0 || sharers[i].least > 0) {
      fixed += sharers[i].least;
    } else {
      places[i] = Place::kProportion;
      weight += sharers[i].weight;
    }
  }
  for (const Turn& turn : TurnsOf(sharers)) {
    // Given out when the units reach this turn: fixed + weight * bound / turn.weight. Enough when it is the amount.
    if (weight * turn.bound >= (absl::int128(amount) - fixed) * turn.weight) break;
    const Sharer& sharer = sharers[turn.sharer];
    if (!turn.at_most) {
      places[turn.sharer] = Place::kProportion;
      fixed -= sharer.least;
      weight += sharer.weight;
    } else {
      places[turn.sharer] = Place::kMost;
      fixed += sharer.most;
      weight -= sharer.weight;
    }
  }
  return places;
}

// The heads of one claim that a step serves.
struct Served {
  size_t first_head;
  size_t heads;  // beside each other; of other tiers among them nothing is open
  int64_t open;
};

bool Serves(const v1::AllocationStep& step, uint32_t tier) {
  return step.tiers().empty() ||
         std::find(step.tiers().begin(), step.tiers().end(), tier) != step.tiers().end();
}

std::vector<Served> ServedBy(const v1::AllocationStep& step, absl::Span<const OwedHead> owed,
                             const std::vector<int64_t>& open) {
  std::vector<Served> served;
  for (size_t i = 0; i < owed.size();) {
    Served claim{i, 0, 0};
    for (; i < owed.size() && owed[i].claim_id == owed[claim.first_head].claim_id; ++i) {
      ++claim.heads;
      if (Serves(step, owed[i].tier)) claim.open += open[i];
    }
    if (claim.open > 0) served.push_back(claim);
  }
  return served;
}

std::map<uint64_t, int64_t> AwardsOf(const v1::AllocationStep& step) {
  std::map<uint64_t, int64_t> awards;
  for (const v1::ClaimAward& award : step.awards()) awards[award.claim_id()] = award.amount_minor();
  return awards;
}

// What a claim takes part in a step with, of which so much is open.
Sharer SharerOf(const v1::AllocationStep& step, const std::map<uint64_t, int64_t>& awards, uint64_t claim_id,
                int64_t open) {
  int64_t most = step.cap_minor() == 0 ? open : std::min(open, step.cap_minor());
  int64_t weight = step.rule() == v1::ALLOCATION_RULE_EQUAL ? 1 : open;
  if (step.rule() == v1::ALLOCATION_RULE_AS_AWARDED) {
    const auto award = awards.find(claim_id);
    weight = award == awards.end() ? 0 : award->second;
    most = std::min(most, weight);
  }
  return {weight, std::min(step.floor_minor(), most), most};
}

int64_t RunStep(const v1::AllocationStep& step, size_t number, int64_t money, absl::Span<const OwedHead> owed,
                std::vector<int64_t>& open, SharedOut& out) {
  if (step.most_basis_points() != 0) money = PartOf(money, step.most_basis_points());
  const std::vector<Served> served = ServedBy(step, owed, open);
  const std::map<uint64_t, int64_t> awards = AwardsOf(step);
  std::vector<Sharer> sharers;
  sharers.reserve(served.size());
  for (const Served& claim : served) {
    sharers.push_back(SharerOf(step, awards, owed[claim.first_head].claim_id, claim.open));
  }
  const std::vector<int64_t> shares = ShareWithin(money, sharers);
  int64_t given = 0;
  std::vector<int64_t> weights;
  for (size_t i = 0; i < served.size(); ++i) {
    weights.clear();
    for (size_t k = 0; k < served[i].heads; ++k) {
      const size_t head = served[i].first_head + k;
      weights.push_back(Serves(step, owed[head].tier) ? open[head] : 0);
    }
    const std::vector<int64_t> parts =
        weights.size() == 1 ? std::vector<int64_t>{shares[i]} : ShareProRata(shares[i], weights);
    for (size_t k = 0; k < parts.size(); ++k) {
      const size_t head = served[i].first_head + k;
      out.shares[head][number] = parts[k];
      open[head] -= parts[k];
    }
    given += shares[i];
  }
  return given;
}

// What each head of those that take part would have in all, by step, if the money were shared out among them once.
using Parts = std::vector<std::vector<int64_t>>;
Parts PartsInAll(int64_t money, const v1::AllocationPlan& plan, absl::Span<const OwedHead> owed) {
  SharedOut out;
  out.shares.assign(owed.size(), std::vector<int64_t>(static_cast<size_t>(plan.steps_size()), 0));
  std::vector<int64_t> open;
  open.reserve(owed.size());
  for (const OwedHead& head : owed) open.push_back(head.owed_minor + head.already_minor);
  for (int i = 0; i < plan.steps_size(); ++i)
    money -= RunStep(plan.steps(i), static_cast<size_t>(i), money, owed, open, out);
  return std::move(out.shares);
}

int64_t SumOf(const std::vector<int64_t>& parts) {
  return std::accumulate(parts.begin(), parts.end(), int64_t{0});
}

// Of what each head of a claim is to have in all, what it doesn't have yet. What it has counts as what the first steps gave.
void TakeAlready(absl::Span<const OwedHead> claim, absl::Span<std::vector<int64_t>> parts) {
  std::vector<int64_t> lacking;
  int64_t gets = 0;
  for (size_t i = 0; i < claim.size(); ++i) {
    const int64_t more = SumOf(parts[i]) - claim[i].already_minor;
    lacking.push_back(std::max<int64_t>(0, more));
    gets += more;
  }
  const std::vector<int64_t> now = ShareProRata(gets, lacking);
  for (size_t i = 0; i < claim.size(); ++i) {
    int64_t left = now[i];
    for (size_t step = parts[i].size(); step-- > 0;) {
      parts[i][step] = std::min(parts[i][step], left);
      left -= parts[i][step];
    }
  }
}

// The heads that share, and where each stands among all.
struct Sharing {
  std::vector<OwedHead> heads;
  std::vector<size_t> places;

  // Behind the last head of the claim whose first is this one.
  size_t EndOfClaim(size_t first) const {
    size_t end = first;
    while (end < heads.size() && heads[end].claim_id == heads[first].claim_id) ++end;
    return end;
  }
};

// Leaves out the claims that have more than their part: they keep it, and there is less for the others. False when there are none.
bool LeaveOutWhoHasMore(const Parts& parts, Sharing& sharing) {
  size_t stay = 0;
  for (size_t first = 0, end = 0; first < sharing.heads.size(); first = end) {
    end = sharing.EndOfClaim(first);
    int64_t more = 0;
    for (size_t i = first; i < end; ++i) more += SumOf(parts[i]) - sharing.heads[i].already_minor;
    if (more < 0) continue;
    for (size_t i = first; i < end; ++i, ++stay) {
      std::swap(sharing.heads[stay], sharing.heads[i]);
      std::swap(sharing.places[stay], sharing.places[i]);
    }
  }
  const bool some = stay < sharing.heads.size();
  sharing.heads.resize(stay);
  sharing.places.resize(stay);
  return some;
}

// What each head gets of money that is shared out now.
Parts PartsNow(int64_t money, const v1::AllocationPlan& plan, absl::Span<const OwedHead> owed) {
  Sharing sharing{{owed.begin(), owed.end()}, std::vector<size_t>(owed.size())};
  std::iota(sharing.places.begin(), sharing.places.end(), size_t{0});
  Parts parts;
  do {
    int64_t pool = money;
    for (const OwedHead& head : sharing.heads) pool += head.already_minor;
    parts = PartsInAll(pool, plan, sharing.heads);
  } while (LeaveOutWhoHasMore(parts, sharing));
  Parts now(owed.size(), std::vector<int64_t>(static_cast<size_t>(plan.steps_size()), 0));
  for (size_t first = 0, end = 0; first < sharing.heads.size(); first = end) {
    end = sharing.EndOfClaim(first);
    TakeAlready(absl::MakeConstSpan(sharing.heads).subspan(first, end - first),
                absl::MakeSpan(parts).subspan(first, end - first));
    for (size_t i = first; i < end; ++i) now[sharing.places[i]] = std::move(parts[i]);
  }
  return now;
}

absl::Status CheckAwards(const std::string& field, const v1::AllocationStep& step) {
  const bool awarded = step.rule() == v1::ALLOCATION_RULE_AS_AWARDED;
  if (step.awards().empty() == awarded || step.awards_size() > 10'000)
    return InvalidField(field, v1::REASON_MUST_LIST_1_TO_10_000_AWARDS);
  std::set<uint64_t> claims;
  for (int i = 0; i < step.awards_size(); ++i) {
    const v1::ClaimAward& award = step.awards(i);
    if (!claims.insert(award.claim_id()).second)
      return InvalidField(absl::StrCat(field, "[", i, "].claim_id"), v1::REASON_NAMES_CLAIM_TWICE,
                          award.claim_id());
    RETURN_IF_ERROR(CheckAmount(absl::StrCat(field, "[", i, "].amount_minor"), award.amount_minor(), 1));
  }
  return absl::OkStatus();
}

std::string StepText(const v1::AllocationStep& step, int64_t amount, const std::string& currency) {
  const char* how = step.rule() == v1::ALLOCATION_RULE_EQUAL        ? " as the equal payment"
                    : step.rule() == v1::ALLOCATION_RULE_AS_AWARDED ? " as it was awarded"
                                                                    : " in proportion to what was owed";
  std::string text = absl::StrCat(Describe(amount, currency), how);
  if (!step.tiers().empty()) absl::StrAppend(&text, " for tier ", absl::StrJoin(step.tiers(), " and "));
  if (step.cap_minor() != 0 && amount == step.cap_minor())
    absl::StrAppend(&text, ", the most that a claim gets");
  if (step.floor_minor() != 0 && amount == step.floor_minor()) {
    absl::StrAppend(&text, ", the least that a claim gets");
  }
  return text;
}

}  // namespace

std::vector<int64_t> ShareProRata(int64_t amount, absl::Span<const int64_t> weights) {
  absl::int128 total = 0;
  for (int64_t weight : weights) total += weight;
  std::vector<int64_t> shares(weights.size(), 0);
  if (total == 0 || amount <= 0) return shares;
  std::vector<absl::int128> remainders(weights.size());
  int64_t left = amount;
  for (size_t i = 0; i < weights.size(); ++i) {
    const absl::int128 quota = absl::int128(amount) * weights[i];
    shares[i] = static_cast<int64_t>(quota / total);
    remainders[i] = quota % total;
    left -= shares[i];
  }
  std::vector<size_t> order(weights.size());
  std::iota(order.begin(), order.end(), size_t{0});
  // Only which are the largest matters.
  const auto first = [&](size_t a, size_t b) {
    return remainders[a] != remainders[b] ? remainders[a] > remainders[b] : a < b;
  };
  if (left > 0) std::nth_element(order.begin(), order.begin() + (left - 1), order.end(), first);
  for (size_t i = 0; left > 0; ++i, --left) ++shares[order[i]];
  return shares;
}

std::vector<int64_t> ShareWithin(int64_t amount, absl::Span<const Sharer> sharers) {
  absl::int128 all_least = 0;
  absl::int128 all_most = 0;
  std::vector<int64_t> least;
  for (const Sharer& sharer : sharers) {
    least.push_back(sharer.least);
    all_least += sharer.least;
    all_most += sharer.weight == 0 ? sharer.least : sharer.most;
  }
  if (absl::int128(amount) <= all_least) return ShareProRata(amount, least);
  std::vector<int64_t> shares(sharers.size());
  if (absl::int128(amount) >= all_most) {
    for (size_t i = 0; i < sharers.size(); ++i) {
      shares[i] = sharers[i].weight == 0 ? sharers[i].least : sharers[i].most;
    }
    return shares;
  }
  const std::vector<Place> places = PlacesAt(amount, sharers);
  std::vector<int64_t> weights(sharers.size(), 0);
  int64_t left = amount;
  for (size_t i = 0; i < sharers.size(); ++i) {
    if (places[i] == Place::kProportion) {
      weights[i] = sharers[i].weight;
      continue;
    }
    shares[i] = places[i] == Place::kLeast ? sharers[i].least : sharers[i].most;
    left -= shares[i];
  }
  const std::vector<int64_t> parts = ShareProRata(left, weights);
  for (size_t i = 0; i < sharers.size(); ++i) shares[i] += parts[i];
  return shares;
}

absl::Status CheckPlan(const std::string& field, const v1::AllocationPlan& plan) {
  RETURN_IF_ERROR(CheckText(field + ".name", plan.name(), 0, 100));
  if (plan.costs_basis_points() > 5'000) {
    return InvalidField(field + ".costs_basis_points", v1::REASON_IS_MORE_THAN_HALF_OF_MONEY);
  }
  RETURN_IF_ERROR(CheckAmount(field + ".costs_minor", plan.costs_minor(), 0));
  const bool costs = plan.costs_basis_points() != 0 || plan.costs_minor() != 0;
  RETURN_IF_ERROR(CheckText(field + ".costs_rule", plan.costs_rule(), costs ? 1 : 0, 200));
  if (plan.reserve_basis_points() > 9'000) {
    return InvalidField(field + ".reserve_basis_points", v1::REASON_IS_MORE_THAN_NINE_TENTHS_OF_MONEY);
  }
  RETURN_IF_ERROR(CheckAmount(field + ".reserve_used_minor", plan.reserve_used_minor(), 0));
  RETURN_IF_ERROR(CheckText(field + ".no_provision_reason", plan.no_provision_reason(), 0, 500));
  if (plan.steps_size() > 20) return InvalidField(field + ".steps", v1::REASON_HAS_MORE_THAN_20_STEPS);
  for (int i = 0; i < plan.steps_size(); ++i) {
    const std::string step_field = absl::StrCat(field, ".steps[", i, "]");
    const v1::AllocationStep& step = plan.steps(i);
    if (!v1::AllocationRule_IsValid(step.rule()) || step.rule() == 0) {
      return InvalidField(step_field + ".rule", v1::REASON_MUST_SAY_WHETHER_IT_SHARES_PRO_RATA_OR_EQUALLY);
    }
    if (step.tiers_size() > 9) return InvalidField(step_field + ".tiers", v1::REASON_HAS_MORE_THAN_9_TIERS);
    for (uint32_t tier : step.tiers()) {
      if (tier < 1 || tier > 9) return InvalidField(step_field + ".tiers", v1::REASON_MUST_BE_1_TO_9);
    }
    RETURN_IF_ERROR(CheckAmount(step_field + ".cap_minor", step.cap_minor(), 0));
    RETURN_IF_ERROR(CheckAmount(step_field + ".floor_minor", step.floor_minor(), 0));
    if (step.cap_minor() != 0 && step.floor_minor() > step.cap_minor()) {
      return InvalidField(step_field + ".floor_minor", v1::REASON_IS_MORE_THAN_CAP);
    }
    if (step.most_basis_points() > 10'000) {
      return InvalidField(step_field + ".most_basis_points", v1::REASON_IS_MORE_THAN_ALL_OF_MONEY);
    }
    RETURN_IF_ERROR(CheckAwards(step_field + ".awards", step));
  }
  return absl::OkStatus();
}

int64_t SharedOut::HeadMinor(size_t head) const { return SumOf(shares[head]); }

SharedOut ShareOut(int64_t money, int64_t new_money, const v1::AllocationPlan& plan,
                   absl::Span<const OwedHead> owed) {
  v1::AllocationPlan whole = plan;
  if (whole.steps().empty()) whole.add_steps()->set_rule(v1::ALLOCATION_RULE_PRO_RATA);
  SharedOut out;
  if (new_money > 0)
    out.costs_minor = std::min(new_money, PartOf(new_money, plan.costs_basis_points()) + plan.costs_minor());
  out.reserve_minor = PartOf(new_money - out.costs_minor, plan.reserve_basis_points());
  out.shares = PartsNow(money - out.costs_minor - out.reserve_minor, whole, owed);
  for (size_t i = 0; i < owed.size(); ++i) {
    (owed[i].undecided ? out.provision_minor : out.amount_minor) += out.HeadMinor(i);
  }
  return out;
}

std::string ExplainShare(const v1::AllocationPlan& plan, absl::Span<const v1::AllocationShare> parts,
                         const std::string& currency) {
  int64_t amount = 0;
  int64_t owed = 0;
  int64_t interest = 0;
  int64_t already = 0;
  std::vector<int64_t> steps(static_cast<size_t>(std::max(1, plan.steps_size())), 0);
  for (const v1::AllocationShare& part : parts) {
    amount += part.amount_minor();
    owed += part.owed_minor();
    if (part.head() == kLateInterest) {
      interest += part.amount_minor();
      continue;
    }
    already += part.already_minor();
    for (int i = 0; i < part.step_minor_size() && i < static_cast<int>(steps.size()); ++i) {
      steps[static_cast<size_t>(i)] += part.step_minor(i);
    }
  }
  std::vector<std::string> reasons;
  for (int i = 0; i < plan.steps_size(); ++i) {
    if (steps[static_cast<size_t>(i)] == 0) continue;
    reasons.push_back(StepText(plan.steps(i), steps[static_cast<size_t>(i)], currency));
  }
  if (plan.steps().empty() && amount > interest)
    reasons.push_back(absl::StrCat(Describe(amount - interest, currency), " in proportion to what was owed"));
  if (interest > 0) reasons.push_back(absl::StrCat(Describe(interest, currency), " as late interest"));
  const std::string before = already == 0 ? ""
                                          : absl::StrCat(" beside ", Describe(already, currency),
                                                         " that the settlement gave before,");
  return absl::StrCat(
      "Of ", Describe(owed, currency), " still owed,", before, " ", Describe(amount, currency),
      " is allocated: ", reasons.empty() ? "nothing was left" : absl::StrJoin(reasons, ", and "), ".");
}

}  // namespace klaim::domain
