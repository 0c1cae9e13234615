#include "projections/read_models.h"

#include "projections/cases/cases_query.h"
#include "projections/casework/casework_query.h"
#include "projections/claims/claims_query.h"
#include "projections/core/projector.h"
#include "projections/documents/documents_query.h"
#include "projections/duplicates/duplicates_query.h"
#include "projections/groups/groups_query.h"
#include "projections/money/compensation_query.h"
#include "projections/money/ledger_query.h"
#include "projections/operations/jobs_query.h"
#include "projections/people/accounts_query.h"
#include "projections/registry/reference_registers_query.h"
#include "projections/registry/registry_query.h"

namespace klaim::projections {

AccountsQuery ReadModels::accounts() const { return AccountsQuery(projector_->view("accounts")); }
CasesQuery ReadModels::cases() const { return CasesQuery(projector_->view("case_files")); }
CaseworkQuery ReadModels::casework() const { return CaseworkQuery(projector_->view("casework")); }
ClaimsQuery ReadModels::claims() const { return ClaimsQuery(projector_->view("statistics")); }
CompensationQuery ReadModels::compensation() const { return CompensationQuery(projector_->view("compensation")); }
DocumentsQuery ReadModels::documents() const { return DocumentsQuery(projector_->view("documents")); }
DuplicatesQuery ReadModels::duplicates() const { return DuplicatesQuery(projector_->view("duplicates")); }
GroupsQuery ReadModels::groups() const { return GroupsQuery(projector_->view("groups")); }
JobsQuery ReadModels::jobs() const { return JobsQuery(projector_->view("jobs")); }
LedgerQuery ReadModels::ledger() const { return LedgerQuery(projector_->view("ledger")); }
ReferenceRegistersQuery ReadModels::reference_registers() const { return ReferenceRegistersQuery(projector_->view("registers")); }
RegistryQuery ReadModels::registry() const { return RegistryQuery(projector_->view("registry")); }

}  // namespace klaim::projections
