// klaim audit replay: how things stood at an earlier record or moment.
#pragma once

#include "tools/klaim/session.h"

namespace klaim::tools {

void AddReplay(CLI::App& audit, Session& session);

}  // namespace klaim::tools
