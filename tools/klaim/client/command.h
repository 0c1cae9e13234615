// What a command of `klaim` is, and where each is added.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "tools/klaim/client/connection.h"

namespace klaim::tools {

// A command: what it does when it was named on the command line. Errors are printed and end the program with
// 1; where a command examines something, those that say nothing against it (all but DATA_LOSS) with `trouble`.
using Action = std::function<absl::Status()>;
void OnCall(CLI::App* command, Connection& connection, Action action, bool connects = true, int trouble = 1);

// A line from standard input without showing it when that is a terminal: for passwords, which are never
// arguments.
std::string AskSecretly(const std::string& prompt);

// The client's commands, each in its own file; they are done when `app` parses. The others stand in tools/klaim/audit/commands.h and
// tools/klaim/admin/commands.h.
void AddProgramme(CLI::App& app, Connection& connection);
void AddRespondent(CLI::App& app, Connection& connection);
void AddClaim(CLI::App& app, Connection& connection);
void AddReview(CLI::App& claim, Connection& connection);  // below AddClaim's
// What was proposed of a claim, and how another person approves it.
std::string ProposedClaimMoveText(uint64_t claim_id, uint64_t proposal_id);
void AddRevision(CLI::App& claim, Connection& connection);  // likewise
void AddNetwork(CLI::App& app, Connection& connection);
void AddExchange(CLI::App& app, Connection& connection);
void AddRegister(CLI::App& app, Connection& connection);
void AddImport(CLI::App& app, Connection& connection);
void AddGroups(CLI::App& app, Connection& connection);
void AddSettlement(CLI::App& app, Connection& connection);
void AddPayment(CLI::App& app, Connection& connection);
void AddTreasury(CLI::App& app, Connection& connection);
void AddRules(CLI::App& programme, Connection& connection);  // below AddProgramme's
void AddReferenceTable(CLI::App& app, Connection& connection);
void AddBulk(CLI::App& app, Connection& connection);
void AddJob(CLI::App& app, Connection& connection);
void AddSample(CLI::App& app, Connection& connection);
void AddCase(CLI::App& app, Connection& connection);
void AddLedger(CLI::App& app, Connection& connection);
void AddStatement(CLI::App& app, Connection& connection);
void AddDuplicates(CLI::App& app, Connection& connection);
void AddFamily(CLI::App& app, Connection& connection);
void AddDoubleClaims(CLI::App& app, Connection& connection);
void AddLoss(CLI::App& app, Connection& connection);
void AddCredit(CLI::App& app, Connection& connection);
void AddOverpayment(CLI::App& app, Connection& connection);
void AddLog(CLI::App& app, Connection& connection);
void AddStatus(CLI::App& app, Connection& connection);
void AddAccount(CLI::App& app, Connection& connection);
void AddClaimant(CLI::App& app, Connection& connection);
void AddEvidence(CLI::App& app, Connection& connection);

}  // namespace klaim::tools
