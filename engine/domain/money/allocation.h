// Sharing money out, exactly. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "klaim/v1/settlement_events.pb.h"

namespace klaim::domain {

// Shares `amount` (0 or more, at most the sum of the weights) in proportion to `weights` (0 or more) by
// largest remainder (Hamilton): each gets the whole part of its quota, and the units that are left go to the
// largest fractions, ties to the earlier weight. The sum of the shares is `amount` to the last unit, and no
// share exceeds its weight.
std::vector<int64_t> ShareProRata(int64_t amount, absl::Span<const int64_t> weights);

// One that takes part in sharing: its weight, and what it gets at the least and at the most (0 <= least <= most).
struct Sharer {
  int64_t weight = 0;
  int64_t least = 0;
  int64_t most = 0;
};

// The same with bounds: each gets its share in proportion, but at least its least and at most its most; what a bound
// takes or frees is shared again among the others, until all fits. Gives out `amount`, or the sum of what they may get
// at the most if that is less. Where the money doesn't reach for every least, it is shared in proportion to those.
// Weights of 0 get their least alone. Takes n log n.
std::vector<int64_t> ShareWithin(int64_t amount, absl::Span<const Sharer> sharers);

// What one head of one claim takes part in sharing with.
struct OwedHead {
  uint64_t claim_id = 0;
  std::string head;
  uint32_t tier = 0;
  int64_t owed_minor = 0;     // still
  int64_t already_minor = 0;  // what the settlement gave it until now
  bool undecided = false;  // of a claim to which nothing can be allocated yet: what it would get is set aside
};

// Refuses a plan that no money could follow; `field` is where it stands.
absl::Status CheckPlan(const std::string& field, const v1::AllocationPlan& plan);

// A plan carried out.
struct SharedOut {
  int64_t costs_minor = 0;
  int64_t reserve_minor = 0;
  int64_t amount_minor = 0;                  // the sum of the shares of claims that are decided
  int64_t provision_minor = 0;               // the sum of those of claims that aren't
  std::vector<std::vector<int64_t>> shares;  // by head, then by step

  // What all steps give to one head.
  int64_t HeadMinor(size_t head) const;
};

// Shares `money` out by a plan: first the costs and the reserve, both of `new_money` (at most the money) alone, so that none pays them twice;
// then each step in its order. The steps share what the heads have already together with what is left of the money, and each gets what it
// doesn't have of it yet, so that equals stand equal whenever they came (as in the client money distribution rules of ADGM, 42(2) and (3), and
// of the United Kingdom, SI 2021/1178, article 118(2)). A claim that has more than its part keeps it, and the rest is shared without it. `owed` is by claim number, a
// claim's heads beside each other. The same in, the same out; costs + reserve + shares never exceed the money, and no head gets more than it
// is owed. What the steps can't give out is left.
SharedOut ShareOut(int64_t money, int64_t new_money, const v1::AllocationPlan& plan,
                   absl::Span<const OwedHead> owed);

// Why a claim gets what it gets, in a sentence; `parts` are its shares of an allocation that was made by `plan`.
std::string ExplainShare(const v1::AllocationPlan& plan, absl::Span<const v1::AllocationShare> parts,
                         const std::string& currency);

}  // namespace klaim::domain
