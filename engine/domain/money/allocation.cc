#include "engine/domain/money/allocation.h"

#include <algorithm>
#include <numeric>

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

int64_t RunStep(const v1::AllocationStep& step, size_t number, int64_t money, absl::Span<const OwedHead> owed,
                std::vector<int64_t>& open, SharedOut& out) {
  if (step.most_basis_points() != 0) money = PartOf(money, step.most_basis_points());
  const std::vector<Served> served = ServedBy(step, owed, open);
  std::vector<Sharer> sharers;
  sharers.reserve(served.size());
  for (const Served& claim : served) {
    const int64_t most = step.cap_minor() == 0 ? claim.open : std::min(claim.open, step.cap_minor());
    const int64_t weight = step.rule() == v1::ALLOCATION_RULE_EQUAL ? 1 : claim.open;
    sharers.push_back({weight, std::min(step.floor_minor(), most), most});
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

std::string StepText(const v1::AllocationStep& step, int64_t amount, const std::string& currency) {
  std::string text = absl::StrCat(Describe(amount, currency), step.rule() == v1::ALLOCATION_RULE_EQUAL
                                                                  ? " as the equal payment"
                                                                  : " in proportion to what was owed");
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
  }
  return absl::OkStatus();
}

SharedOut ShareOut(int64_t money, const v1::AllocationPlan& plan, absl::Span<const OwedHead> owed) {
  v1::AllocationPlan whole = plan;
  if (whole.steps().empty()) whole.add_steps()->set_rule(v1::ALLOCATION_RULE_PRO_RATA);
  SharedOut out;
  out.shares.assign(owed.size(), std::vector<int64_t>(static_cast<size_t>(whole.steps_size()), 0));
  out.costs_minor = std::min(money, PartOf(money, plan.costs_basis_points()) + plan.costs_minor());
  out.reserve_minor = PartOf(money - out.costs_minor, plan.reserve_basis_points());
  int64_t left = money - out.costs_minor - out.reserve_minor;
  std::vector<int64_t> open;
  open.reserve(owed.size());
  for (const OwedHead& head : owed) open.push_back(head.owed_minor);
  for (int i = 0; i < whole.steps_size(); ++i) {
    const int64_t given = RunStep(whole.steps(i), static_cast<size_t>(i), left, owed, open, out);
    left -= given;
    out.amount_minor += given;
  }
  return out;
}

std::string ExplainShare(const v1::AllocationPlan& plan, absl::Span<const v1::AllocationShare> parts,
                         const std::string& currency) {
  int64_t amount = 0;
  int64_t owed = 0;
  std::vector<int64_t> steps(static_cast<size_t>(std::max(1, plan.steps_size())), 0);
  for (const v1::AllocationShare& part : parts) {
    amount += part.amount_minor();
    owed += part.owed_minor();
    for (int i = 0; i < part.step_minor_size() && i < static_cast<int>(steps.size()); ++i) {
      steps[static_cast<size_t>(i)] += part.step_minor(i);
    }
  }
  std::vector<std::string> reasons;
  for (int i = 0; i < plan.steps_size(); ++i) {
    if (steps[static_cast<size_t>(i)] == 0) continue;
    reasons.push_back(StepText(plan.steps(i), steps[static_cast<size_t>(i)], currency));
  }
  if (plan.steps().empty())
    reasons.push_back(absl::StrCat(Describe(amount, currency), " in proportion to what was owed"));
  return absl::StrCat(
      "Of ", Describe(owed, currency), " still owed, ", Describe(amount, currency),
      " is allocated: ", reasons.empty() ? "nothing was left" : absl::StrJoin(reasons, ", and "), ".");
}

}  // namespace klaim::domain
