// klaim: the command line of a docket.

#include <exception>
#include <iostream>

#include "tools/klaim/session.h"

int main(int argc, char** argv) try {
  CLI::App app("Klaim: gather claims, form groups, settle, pay, and prove it.", "klaim");
  app.footer(
      "Examples:\n"
      "  klaim import claims.csv --programme HK-FEES-2025\n"
      "  klaim groups proposals\n"
      "  klaim claim show 4711\n"
      "  klaim audit verify");
  app.require_subcommand(1);
  app.fallthrough();
  klaim::tools::Session session;
  session.AddOptions(app);
  klaim::tools::AddInit(app, session);
  klaim::tools::AddDocket(app, session);
  klaim::tools::AddDoctor(app, session);
  klaim::tools::AddOrganisation(app, session);
  klaim::tools::AddAccount(app, session);
  klaim::tools::AddClaimant(app, session);
  klaim::tools::AddVault(app, session);
  klaim::tools::AddProgramme(app, session);
  klaim::tools::AddRespondent(app, session);
  klaim::tools::AddNetwork(app, session);
  klaim::tools::AddExchange(app, session);
  klaim::tools::AddRegister(app, session);
  klaim::tools::AddImport(app, session);
  klaim::tools::AddClaim(app, session);
  klaim::tools::AddGroups(app, session);
  klaim::tools::AddSettlement(app, session);
  klaim::tools::AddPayment(app, session);
  klaim::tools::AddTreasury(app, session);
  klaim::tools::AddReferenceTable(app, session);
  klaim::tools::AddBulk(app, session);
  klaim::tools::AddJob(app, session);
  klaim::tools::AddSample(app, session);
  klaim::tools::AddCase(app, session);
  klaim::tools::AddLedger(app, session);
  klaim::tools::AddStatement(app, session);
  klaim::tools::AddDuplicates(app, session);
  klaim::tools::AddFamily(app, session);
  klaim::tools::AddDoubleClaims(app, session);
  klaim::tools::AddLog(app, session);
  klaim::tools::AddEvidence(app, session);
  klaim::tools::AddAudit(app, session);
  klaim::tools::AddBackup(app, session);
  klaim::tools::AddWitness(app, session);
  klaim::tools::AddStatus(app, session);
  klaim::tools::AddLink(app, session);
  klaim::tools::AddGenerate(app, session);
  CLI11_PARSE(app, argc, argv);
  return 0;
} catch (const std::exception& failure) {
  std::cerr << "klaim: " << failure.what() << std::endl;
  return 1;
}
