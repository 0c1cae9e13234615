#include "engine/domain/registry/organisation.h"

#include "engine/base/return_if_error.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {

void Evolve(OrganisationState& state, const v1::EventRecord& event) {
  if (event.has_organisation_registered()) {
    state.kind = event.organisation_registered().kind();
    state.parent_id = event.organisation_registered().parent_id();
  } else if (event.has_organisation_member_added()) {
    const v1::OrganisationMemberAdded& added = event.organisation_member_added();
    state.members.emplace(added.name(), added.account_id());
  }
}

absl::Status Decide(const v1::RegisterOrganisationRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  const v1::OrganisationRegistered& organisation = request.organisation();
  RETURN_IF_ERROR(CheckName("organisation.name", organisation.name(), 200));
  RETURN_IF_ERROR(CheckCountry("organisation.country", organisation.country()));
  if (!v1::OrganisationKind_IsValid(organisation.kind()) || organisation.kind() == 0) {
    return InvalidField("organisation.kind", v1::REASON_MUST_SAY_WHAT_ORGANISATION_IS);
  }
  if (organisation.has_area()) {
    RETURN_IF_ERROR(CheckArea("organisation.area.code", organisation.area().code(), 4));
  }
  const bool is_branch = organisation.kind() != v1::ORGANISATION_KIND_NATIONAL &&
                         organisation.kind() != v1::ORGANISATION_KIND_PARTNER;
  // A docket's first event is its national body, so that number 0 is always the root of the tree.
  if (is_branch || organisation.parent_id() != 0) {
    RETURN_IF_ERROR(
        docket.Find<OrganisationState>("organisation.parent_id", organisation.parent_id()).status());
  }
  *decision.Open().mutable_organisation_registered() = organisation;
  return absl::OkStatus();
}

}  // namespace klaim::domain
