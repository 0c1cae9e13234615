// klaim audit replay: how things stood at an earlier record or moment.
#pragma once

#include "tools/klaim/client/command.h"

namespace klaim::tools {

void AddReplay(CLI::App& audit, Connection& connection);

}  // namespace klaim::tools
