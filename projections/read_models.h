// The read models of a docket as they are asked: the only way to them. A query is made where it is asked, sees what is committed then,
// and may be used from any thread.
#pragma once

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

class ReadModels {
 public:
  // `projector` must live longer than the queries.
  explicit ReadModels(const Projector& projector) : projector_(&projector) {}

  AccountsQuery accounts() const { return AccountsQuery(projector_->view("accounts")); }
  CasesQuery cases() const { return CasesQuery(projector_->view("case_files")); }
  CaseworkQuery casework() const { return CaseworkQuery(projector_->view("casework")); }
  ClaimsQuery claims() const { return ClaimsQuery(projector_->view("statistics")); }
  CompensationQuery compensation() const { return CompensationQuery(projector_->view("compensation")); }
  DocumentsQuery documents() const { return DocumentsQuery(projector_->view("documents")); }
  DuplicatesQuery duplicates() const { return DuplicatesQuery(projector_->view("duplicates")); }
  GroupsQuery groups() const { return GroupsQuery(projector_->view("groups")); }
  JobsQuery jobs() const { return JobsQuery(projector_->view("jobs")); }
  LedgerQuery ledger() const { return LedgerQuery(projector_->view("ledger")); }
  ReferenceRegistersQuery reference_registers() const {
    return ReferenceRegistersQuery(projector_->view("registers"));
  }
  RegistryQuery registry() const { return RegistryQuery(projector_->view("registry")); }

 private:
  const Projector* projector_;
};

}  // namespace klaim::projections
