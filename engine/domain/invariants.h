// What is always true of money, checked before anything is recorded: a decision that would break it is a defect of this program, and
// nothing of it is taken.
//
//   of each head of a claim      0 <= paid <= ordered <= allocated <= determined
//   of what a settlement gives   0 <= ordered <= allocated
//   of each settlement           nothing received, allocated, kept for costs, released or in excess is less than 0, and no more was allocated
//                                and spent than was received
//   of each part of a case fund  0 <= what is left
#pragma once

#include "absl/status/status.h"
#include "engine/domain/core/decision.h"

namespace klaim::domain {

class Docket;

// What every decision is asked before anything of it is recorded, whoever recorded it: that its programme is still here (work/handover.h),
// that it puts at most one event into each stream that is there (core/docket.h), and the invariants.
absl::Status CheckDecision(const Decision& decision, Docket& docket);

// INTERNAL, with the numbers, when a claim, settlement or case fund would break one of these.
absl::Status CheckInvariants(const Decision& decision, Docket& docket);

}  // namespace klaim::domain
