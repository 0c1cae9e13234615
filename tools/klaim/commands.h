// All commands of klaim: one program of what clients, auditors and administrators use.
#pragma once

#include "tools/klaim/client/command.h"

namespace klaim::tools {

// They are done when `app` parses.
void AddCommands(CLI::App& app, Connection& connection);

}  // namespace klaim::tools
