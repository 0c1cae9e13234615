// A claimant: a worker, or who claims for one. What the person is called stands sealed in the events and is
// not part of the state.
#pragma once

#include <set>
#include <string>

#include "absl/status/status.h"
#include "engine/domain/decision.h"
#include "klaim/v1/intake_service.pb.h"
#include "klaim/v1/privacy_service.pb.h"

namespace klaim::domain {

class Docket;

struct ClaimantState : Aggregate {
  static constexpr char kKind[] = "claimant";
  uint64_t organisation_id = 0;
  bool consents_to_claim = false;     // PURSUE_CLAIM given and not withdrawn
  std::set<uint64_t> may_share_with;  // organisations of the SHARE_WITH_PARTNER consents that stand
  uint64_t key_id = 0;
  bool erased = false;
  uint64_t account_id = 0;  // sequence of the PayoutAccountConfirmed that counts; 0 for none
  std::string account_currency;
};

void Evolve(ClaimantState& state, const v1::EventRecord& event);

// Registers the claimant of a filing; `field` is where it stands in the request.
absl::Status Register(const std::string& field, const v1::NewClaimant& claimant, const Context& context,
                      v1::EventRecord& event);

absl::Status Decide(const v1::GiveConsentRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::WithdrawConsentRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::ConfirmPayoutAccountRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::CorrectClaimantRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

// Refused while money for the person is on its way to a bank, or a document of theirs is held.
absl::Status Decide(const v1::EraseClaimantRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
