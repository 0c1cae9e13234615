// A claimant group: claims that are argued and settled together, frozen by name and by a Merkle root.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/domain/core/decision.h"
#include "engine/merkle/hash.h"
#include "klaim/v1/groups_service.pb.h"

namespace klaim::domain {

class Docket;

// Most members of one group.
inline constexpr size_t kMaxGroupMembers = 100'000;

struct ClaimantGroupState : Aggregate {
  static constexpr char kKind[] = "claimant group";
  uint64_t programme_id = 0;
  std::string head;               // empty when the members are grouped for all their heads
  std::vector<uint64_t> members;  // ascending
  v1::PartialDate opt_out_until;  // none for no such day

  bool Has(uint64_t claim_id) const;
};

void Evolve(ClaimantGroupState& state, const v1::EventRecord& event);

// RFC 6962 root over claim numbers, each a leaf of 8 bytes big-endian.
merkle::Hash MembersRoot(const std::vector<uint64_t>& claim_ids);

// A claim joins when it is of the group's programme, has its head, goes on, and is in no other group for that
// head.
absl::Status Decide(const v1::CertifyGroupRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::CertifyAddendumRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
