// A reference register: a list that others kept, against which claims are matched, and what its lines prove of a claim
// (the United Nations Compensation Commission decided most of its claims so, against records of arrivals and departures).
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/claim_events.pb.h"
#include "klaim/v1/reference_register_service.pb.h"

namespace klaim::domain {

class Docket;

struct ReferenceRegisterState : Aggregate {
  static constexpr char kKind[] = "reference register";
  v1::ReferenceRegisterPublished published;
  uint64_t lines = 0;
  uint32_t last_line = 0;  // its number in the file
  bool withdrawn = false;
};

inline constexpr int kMaxRegisterLines = 500;  // in one event

void Evolve(ReferenceRegisterState& state, const v1::EventRecord& event);

absl::Status Decide(const v1::PublishReferenceRegisterRequest& request, Docket& docket,
                    const Context& context, Decision& decision);
absl::Status Decide(const v1::AddRegisterLinesRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::WithdrawReferenceRegisterRequest& request, Docket& docket,
                    const Context& context, Decision& decision);

// The daemon's own: what comparing a claim with a register found. Which heads that proves is decided here, by the rules of
// the claim's programme as they are.
struct RegisterFinding {
  uint64_t claim_id = 0;
  // Without `register_kind`, `proven_heads` and `rules_version`.
  v1::ClaimRegisterChecked checked;
};
absl::Status Decide(const RegisterFinding& finding, Docket& docket, const Context& context,
                    Decision& decision);

// What a register says of a claim by the facts that both tell, when the claimant stands in it: contradicted by one that
// doesn't agree, confirmed by one that does, else nothing.
v1::RegisterResult ResultOf(const google::protobuf::RepeatedPtrField<v1::ComparedFact>& facts);

}  // namespace klaim::domain
