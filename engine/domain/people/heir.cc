#include "engine/domain/people/heir.h"

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/document.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/people/claimant.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

absl::Status CheckHeir(const v1::HeirNamed& named, const ClaimantState& claimant, Docket& docket) {
  if (named.heir_id() == claimant.id) {
    return claimant.heir_id != 0 ? absl::OkStatus() : InvalidField("heir.heir_id", v1::REASON_IS_CLAIMANT);
  }
  if (claimant.heir_id != 0) {
    return NotNow("heir.heir_id", v1::REASON_HEIR_IS_NAMED_ALREADY, claimant.heir_id);
  }
  ASSIGN_OR_RETURN(auto heir, docket.Find<ClaimantState>("heir.heir_id", named.heir_id()));
  if (heir->heir_id != 0 || heir->merged_into != 0) {
    return NotNow("heir.heir_id", v1::REASON_HEIR_OWN_MONEY_GOES_TO_ANOTHER_PERSON);
  }
  if (heir->erased) return NotNow("heir.heir_id", v1::REASON_CLAIMANT_OF_NUMBER_WAS_ERASED, named.heir_id());
  return absl::OkStatus();
}

absl::StatusOr<const ClaimantState*> WithProposal(Docket& docket, uint64_t claimant_id,
                                                  uint64_t proposal_id) {
  ASSIGN_OR_RETURN(auto claimant, docket.Find<ClaimantState>("claimant_id", claimant_id));
  if (claimant->heir_proposal_id == 0 || claimant->heir_proposal_id != proposal_id)
    return NotNow("proposal_id", v1::REASON_NO_HEIR_WHO_WAS_PROPOSED_SO_WAITS_TO_BE_CONFIRMED);
  return claimant;
}

}  // namespace

void EvolveHeir(ClaimantState& state, const v1::EventRecord& event) {
  if (event.has_heir_proposed()) {
    state.heir_proposal_id = event.sequence();
    state.proposed_heir = event.heir_proposed().heir();
    state.heir_proposer = event.actor();
    return;
  }
  if (event.has_heir_named())
    state.heir_id = event.heir_named().heir_id() == state.id ? 0 : event.heir_named().heir_id();
  state.heir_proposal_id = 0;
}

absl::StatusOr<const ClaimantState*> EntitledTo(absl::string_view field, uint64_t claimant_id,
                                                Docket& docket) {
  auto claimant = docket.Find<ClaimantState>(field, claimant_id);
  while (claimant.ok() && (*claimant)->heir_id != 0)
    claimant = docket.Find<ClaimantState>(field, (*claimant)->heir_id);
  if (!claimant.ok()) return claimant.status();
  return PersonNow(field, (*claimant)->id, docket);
}

absl::Status Decide(const v1::NameHeirRequest& request, Docket& docket, const Context&, Decision& decision) {
  RETURN_IF_ERROR(CheckText("heir.evidence", request.heir().evidence(), 1, 200));
  if (request.heir().proposal_id() != 0)
    return InvalidField("heir.proposal_id", v1::REASON_MUST_BE_LEFT_OUT_IT_IS_TOLD_WHEN_HEIR_IS_CONFIRMED);
  ASSIGN_OR_RETURN(auto claimant, docket.Find<ClaimantState>("claimant_id", request.claimant_id()));
  if (claimant->heir_proposal_id != 0) {
    return NotNow("heir.heir_id", v1::REASON_CLAIMANT_WAITS_TO_BE_CONFIRMED_BY_PROPOSAL,
                  claimant->proposed_heir.heir_id(), claimant->heir_proposal_id);
  }
  RETURN_IF_ERROR(CheckHeir(request.heir(), *claimant, docket));
  RETURN_IF_ERROR(CheckDocumentOf("heir.document_id", request.heir().document_id(), *claimant, docket));
  *decision.Append(*claimant).mutable_heir_proposed()->mutable_heir() = request.heir();
  return absl::OkStatus();
}

absl::Status Decide(const v1::ConfirmHeirRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto claimant, WithProposal(docket, request.claimant_id(), request.proposal_id()));
  if (claimant->heir_proposer == context.actor)
    return AnotherPerson("proposal_id", v1::REASON_YOU_PROPOSED_THIS_HEIR);
  RETURN_IF_ERROR(CheckHeir(claimant->proposed_heir, *claimant, docket));
  v1::HeirNamed& named = *decision.Append(*claimant).mutable_heir_named();
  named = claimant->proposed_heir;
  named.set_proposal_id(request.proposal_id());
  return absl::OkStatus();
}

absl::Status Decide(const v1::RefuseHeirRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
  ASSIGN_OR_RETURN(auto claimant, WithProposal(docket, request.claimant_id(), request.proposal_id()));
  v1::HeirProposalRefused& refused = *decision.Append(*claimant).mutable_heir_proposal_refused();
  refused.set_proposal_id(request.proposal_id());
  refused.set_reason(request.reason());
  return absl::OkStatus();
}

}  // namespace klaim::domain
