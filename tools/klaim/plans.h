// Plans of allocation on the command line.
#pragma once

#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "klaim/v1/settlement_events.pb.h"

namespace klaim::tools {

class Session;

// Reads a plan from a JSON file.
absl::Status ReadPlan(const std::string& path, v1::AllocationPlan& plan);

// klaim settlement preview, shares, lapse, return-excess.
void AddPlans(CLI::App& settlement, Session& session);

}  // namespace klaim::tools
