// The life of a claim, said once: what each event makes of its status, and from which status each step may be taken. Deciding, folding and
// counting all go by this.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "klaim/v1/claim_events.pb.h"

namespace klaim::v1 {
class EventRecord;
}  // namespace klaim::v1

namespace klaim::domain {

struct ClaimLife {
  v1::ClaimStatus status = v1::CLAIM_STATUS_UNSPECIFIED;
  v1::ClaimStatus status_before_suspension = v1::CLAIM_STATUS_UNSPECIFIED;
  v1::ClaimStatus status_before_merging = v1::CLAIM_STATUS_UNSPECIFIED;
  v1::ClaimStatus status_before_ending =
      v1::CLAIM_STATUS_UNSPECIFIED;  // before it was withdrawn, closed or opted out
};

// What an event of the claim makes of it.
void EvolveLife(ClaimLife& claim, const v1::EventRecord& event);

// What may be done with a claim, as far as its status goes.
enum class ClaimStep {
  kNoticeDeficiency,
  kCure,
  kStartReview,
  kDecideEligibility,
  kValue,
  kDetermine,
  kWithdraw,
  kSuspend,
  kResume,
  kAppeal,
  kClose,
  kOptOut,
  kRevise,
  kReopen,
  kHold,
};

// OK when the step may be taken from this status; FAILED_PRECONDITION, which names the claim and from where it may be, otherwise.
absl::Status CheckStep(uint64_t claim_id, v1::ClaimStatus status, ClaimStep step);

// "under_review".
std::string NameOf(v1::ClaimStatus status);

// Whether the claim still stands for its loss: it wasn't withdrawn, refused, closed, left or merged.
bool IsPursued(v1::ClaimStatus status);

// Whether money may be allocated to it: what it is owed was determined.
bool IsDetermined(v1::ClaimStatus status);

// Whether a decision may still find that it is owed something.
bool MayBeDetermined(v1::ClaimStatus status);

// Whether money of it may be ordered to be paid.
bool IsPayable(v1::ClaimStatus status);

}  // namespace klaim::domain
