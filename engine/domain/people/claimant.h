// A claimant: a worker, or who claims for one. What the person is called stands sealed in the events and is
// not part of the state.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "engine/domain/core/decision.h"
#include "engine/domain/core/refusal.h"
#include "klaim/v1/compensation_service.pb.h"
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
  std::vector<uint64_t> similar_key_ids;  // of who had the same identity at the registration
  bool erased = false;
  uint64_t account_id = 0;  // sequence of the PayoutAccountConfirmed that counts; 0 for none
  std::string account_currency;
  v1::PayoutKind account_kind = v1::PAYOUT_KIND_BANK;
  std::vector<uint64_t> claim_ids;     // all that were filed, or came with a merger
  std::map<uint64_t, bool> suspected;  // claimants who may be the same person: true once found not to be
  std::set<uint64_t> surely;           // of them, those who surely are, as far as names and numbers tell
  uint64_t merged_into = 0;            // who this person is; 0 for nobody else
  std::set<uint64_t> family;           // claimants of one family with this one
  uint64_t heir_id = 0;                // to whom money goes; 0 for the claimant
  uint64_t heir_proposal_id = 0;       // of an heir who waits to be confirmed; 0 for none
  v1::HeirNamed proposed_heir;
  std::string heir_proposer;
  // Where money for the person may be under way beside the claims above: claims that went back to another claimant when a
  // merger was undone, and batches that pay the person as an heir.
  std::set<uint64_t> released_claim_ids;
  std::set<uint64_t> heir_batch_ids;
};

// Who a claimant is by now: one who was merged is the one into whom it was. A refusal names `field`. Valid until the next Trim().
absl::StatusOr<const ClaimantState*> PersonNow(absl::string_view field, uint64_t claimant_id, Docket& docket);

// How the account is paid to; bank accounts were recorded before other ways were known.
v1::PayoutKind PayoutKindOf(const v1::PayoutAccount& account);

void EvolveHeir(ClaimantState& state, const v1::EventRecord& event);
// Folds the events of who is who.
void EvolveDuplicates(ClaimantState& state, const v1::EventRecord& event);

// What was written down of the person, sealed, as of this event of the claimant: as registered, with what was corrected since.
void EvolvePerson(v1::Person& person, const v1::EventRecord& event);

void Evolve(ClaimantState& state, const v1::EventRecord& event);

// What is wrong with the claimant of a filing, whatever the docket holds; `field` is where it stands in the request.
void CheckNewClaimant(const std::string& field, const v1::NewClaimant& claimant, int64_t now_micros,
                      Refusals& refusals);
// Whether the organisation is there that a consent to share names.
absl::Status CheckRecipient(const std::string& field, const v1::Consent& consent, Docket& docket);
// Registers the person.
void Register(const v1::NewClaimant& claimant, const Context& context, v1::EventRecord& event);

absl::Status Decide(const v1::GiveConsentRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::WithdrawConsentRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::ConfirmPayoutAccountRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::CorrectClaimantRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

// Refused for who was erased already, and for nothing else: whose programmes went to another docket goes with them.
absl::Status Decide(const v1::EraseClaimantRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// The same, refused while money for the person is on its way to a bank, or one of the person's documents, of which these are
// the numbers, is held: a legal hold goes before the wish to be erased (Law 27/2022, article 15: legal proceedings).
absl::Status DecideErasure(const v1::EraseClaimantRequest& request, absl::Span<const uint64_t> document_ids,
                           Docket& docket, const Context& context, Decision& decision);

}  // namespace klaim::domain
