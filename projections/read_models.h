// The read models of a docket as they are asked: the only way to them. A query is made where it is asked, sees what is committed then,
// and may be used from any thread. Who asks one includes its header (projections/<subject>/..._query.h).
#pragma once

namespace klaim::projections {

class AccountsQuery;
class CasesQuery;
class CaseworkQuery;
class ClaimsQuery;
class CompensationQuery;
class DocumentsQuery;
class DuplicatesQuery;
class GroupsQuery;
class JobsQuery;
class LedgerQuery;
class Projector;
class ReferenceRegistersQuery;
class RegistryQuery;

class ReadModels {
 public:
  // `projector` must live longer than the queries.
  explicit ReadModels(const Projector& projector) : projector_(&projector) {}

  AccountsQuery accounts() const;
  CasesQuery cases() const;
  CaseworkQuery casework() const;
  ClaimsQuery claims() const;
  CompensationQuery compensation() const;
  DocumentsQuery documents() const;
  DuplicatesQuery duplicates() const;
  GroupsQuery groups() const;
  JobsQuery jobs() const;
  LedgerQuery ledger() const;
  ReferenceRegistersQuery reference_registers() const;
  RegistryQuery registry() const;

 private:
  const Projector* projector_;
};

}  // namespace klaim::projections
