// All read models, in the order in which they are folded.
#include <memory>
#include <vector>

#include "projections/cases/case_files.h"
#include "projections/casework/casework.h"
#include "projections/claims/statistics.h"
#include "projections/core/projection.h"
#include "projections/documents/documents.h"
#include "projections/duplicates/duplicates.h"
#include "projections/groups/groups.h"
#include "projections/money/compensation.h"
#include "projections/money/ledger.h"
#include "projections/operations/jobs.h"
#include "projections/people/accounts.h"
#include "projections/registry/reference_registers.h"
#include "projections/registry/registry.h"

namespace klaim::projections {

std::vector<std::unique_ptr<Projection>> AllProjections() {
  std::vector<std::unique_ptr<Projection>> all;
  all.push_back(std::make_unique<Registry>());
  all.push_back(std::make_unique<Accounts>());
  all.push_back(std::make_unique<CaseFiles>());
  all.push_back(std::make_unique<Documents>());
  all.push_back(std::make_unique<Groups>());
  all.push_back(std::make_unique<Compensation>());
  all.push_back(std::make_unique<Duplicates>());
  all.push_back(std::make_unique<Ledger>());
  all.push_back(std::make_unique<Casework>());
  all.push_back(std::make_unique<Jobs>());
  all.push_back(std::make_unique<ReferenceRegisters>());
  all.push_back(std::make_unique<Statistics>());
  return all;
}

}  // namespace klaim::projections
