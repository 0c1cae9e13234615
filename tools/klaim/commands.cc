// All commands of klaim, in the order in which --help lists them.

#include "tools/klaim/commands.h"

#include "tools/klaim/admin/commands.h"
#include "tools/klaim/audit/commands.h"
#include "tools/klaim/client/command.h"

namespace klaim::tools {

void AddCommands(CLI::App& app, Connection& connection) {
  AddInit(app, connection);
  AddDocket(app, connection);
  AddDoctor(app, connection);
  AddOrganisation(app, connection);
  AddAccount(app, connection);
  AddAdministrator(*app.get_subcommand("account"), connection);
  AddClaimant(app, connection);
  AddVault(app, connection);
  AddProgramme(app, connection);
  AddRespondent(app, connection);
  AddNetwork(app, connection);
  AddExchange(app, connection);
  AddRegister(app, connection);
  AddImport(app, connection);
  AddClaim(app, connection);
  AddGroups(app, connection);
  AddSettlement(app, connection);
  AddPayment(app, connection);
  AddTreasury(app, connection);
  AddReferenceTable(app, connection);
  AddBulk(app, connection);
  AddJob(app, connection);
  AddSample(app, connection);
  AddCase(app, connection);
  AddLedger(app, connection);
  AddStatement(app, connection);
  AddDuplicates(app, connection);
  AddFamily(app, connection);
  AddDoubleClaims(app, connection);
  AddLoss(app, connection);
  AddCredit(app, connection);
  AddOverpayment(app, connection);
  AddLog(app, connection);
  AddEvidence(app, connection);
  AddAudit(app, connection);
  AddBackup(app, connection);
  AddWitness(app, connection);
  AddStatus(app, connection);
  AddLink(app, connection);
  AddGenerate(app, connection);
}

}  // namespace klaim::tools
