// Plans of allocation on the command line.
#pragma once

#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "klaim/v1/compensation_service.pb.h"
#include "klaim/v1/settlement_events.pb.h"
#include "tools/klaim/client/command.h"

namespace klaim::tools {

class Connection;

// The settlement as it stands. NOT_FOUND when none has the number.
absl::StatusOr<v1::Settlement> FindSettlement(Connection& connection, uint64_t id);

// What to do next with a move that was proposed.
std::string ProposedMoveText(uint64_t settlement_id, uint64_t proposal_id);

void AddDebtors(CLI::App& settlement, Connection& connection);

// klaim settlement preview, shares, lapse, return-excess, release-held, moves, approve-move, reject-move.
void AddPlans(CLI::App& settlement, Connection& connection);

}  // namespace klaim::tools
