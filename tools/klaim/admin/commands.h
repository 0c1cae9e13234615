// What begins a docket, keeps it, and mends it: commands at the machine where it stands.
#pragma once

#include "tools/klaim/client/command.h"

namespace klaim::tools {

void AddDocket(CLI::App& app, Connection& connection);
void AddSplit(CLI::App& docket, Connection& connection);  // below AddDocket's
void AddDoctor(CLI::App& app, Connection& connection);
void AddInit(CLI::App& app, Connection& connection);
void AddOrganisation(CLI::App& app, Connection& connection);
void AddGenerate(CLI::App& app, Connection& connection);
void AddAdministrator(CLI::App& account, Connection& connection);
void AddVault(CLI::App& app, Connection& connection);
void AddBackup(CLI::App& app, Connection& connection);

}  // namespace klaim::tools
