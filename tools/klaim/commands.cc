// All commands of klaim, in the order in which --help lists them.

#include "tools/klaim/session.h"

namespace klaim::tools {

void AddCommands(CLI::App& app, Session& session) {
  AddInit(app, session);
  AddDocket(app, session);
  AddDoctor(app, session);
  AddOrganisation(app, session);
  AddAccount(app, session);
  AddClaimant(app, session);
  AddVault(app, session);
  AddProgramme(app, session);
  AddRespondent(app, session);
  AddNetwork(app, session);
  AddExchange(app, session);
  AddRegister(app, session);
  AddImport(app, session);
  AddClaim(app, session);
  AddGroups(app, session);
  AddSettlement(app, session);
  AddPayment(app, session);
  AddTreasury(app, session);
  AddReferenceTable(app, session);
  AddBulk(app, session);
  AddJob(app, session);
  AddSample(app, session);
  AddCase(app, session);
  AddLedger(app, session);
  AddStatement(app, session);
  AddDuplicates(app, session);
  AddFamily(app, session);
  AddDoubleClaims(app, session);
  AddLog(app, session);
  AddEvidence(app, session);
  AddAudit(app, session);
  AddBackup(app, session);
  AddWitness(app, session);
  AddStatus(app, session);
  AddLink(app, session);
  AddGenerate(app, session);
}

}  // namespace klaim::tools
