// What proves: commands that need no daemon's word.
#pragma once

#include "tools/klaim/client/command.h"

namespace klaim::tools {

void AddLink(CLI::App& app, Connection& connection);
void AddAudit(CLI::App& app, Connection& connection);
void AddWitness(CLI::App& app, Connection& connection);

}  // namespace klaim::tools
