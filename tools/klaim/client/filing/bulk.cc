// klaim bulk, klaim job: decisions about many claims at once, and how far they are.

#include <iostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/base/return_if_error.h"
#include "klaim/v1/job_events.pb.h"
#include "klaim/v1/mass_decision_service.grpc.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/filing/jobs.h"
#include "tools/klaim/client/json_message.h"
#include "tools/klaim/client/money/plans.h"
#include "tools/klaim/client/progress.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Decisions = v1::MassDecisionService::Stub;

struct BulkOptions {
  uint64_t group = 0;
  std::vector<uint64_t> claims;
  std::vector<uint64_t> except;
  std::vector<std::string> missing;
  std::string answer_by;
  std::string decision;
  std::string reason_code;
  std::string reasons;
  uint64_t precedent = 0;
  bool only_proven = false;
  bool detach = false;
};

std::string ResultText(const v1::Job& job) {
  std::string text = absl::StrCat("Job ", job.job_id(), ": ", CountText(job.result().done()), " done, ",
                                  CountText(job.result().left()), " left as they were",
                                  job.result().cancelled() ? "; cancelled before the end" : "", ".\n");
  for (const v1::JobCount& count : job.result().counts()) {
    absl::StrAppend(&text, "  ", count.what(), ": ", CountText(count.count()), "\n");
  }
  if (job.result().outcome_id() != 0) absl::StrAppend(&text, "  number ", job.result().outcome_id(), "\n");
  for (const v1::JobProblem& problem : job.result().problems()) {
    absl::StrAppend(&text, "  ",
                    problem.claim_id() == 0 ? "" : absl::StrCat("claim ", problem.claim_id(), ": "),
                    problem.problem(), "\n");
  }
  return text;
}

// "decide_eligibility", "import".
std::string KindText(const v1::Job& job) {
  if (job.has_asked()) return EnumName(job.asked().action());
  return job.has_matching()        ? "register_matching"
         : job.has_linking()       ? "linking"
         : job.has_allocation()    ? "allocation"
         : job.has_import()        ? "import"
         : job.has_ledger_export() ? "ledger_export"
                                   : "log_export";
}

template <class Request, class Response>
absl::Status Start(Connection& connection, const BulkOptions& options, v1::BulkAction action,
                   grpc::Status (Decisions::*method)(grpc::ClientContext*, const Request&, Response*)) {
  Request request;
  request.set_request_id(connection.RequestId());
  auto& decision = *request.mutable_decision();
  decision.set_action(action);
  decision.set_group_id(options.group);
  decision.mutable_claim_ids()->Assign(options.claims.begin(), options.claims.end());
  decision.mutable_except_claim_ids()->Assign(options.except.begin(), options.except.end());
  for (const std::string& item : options.missing) decision.add_missing(item);
  if (!options.answer_by.empty()) {
    ASSIGN_OR_RETURN(auto date, DayOf("--answer-by", options.answer_by));
    *decision.mutable_answer_by() = date;
  }
  decision.set_eligible(options.decision == "eligible");
  decision.set_reason_code(options.reason_code);
  decision.set_reasons(options.reasons);
  decision.set_precedent_claim_id(options.precedent);
  decision.set_only_proven_by_register(options.only_proven);
  Response response;
  RETURN_IF_ERROR(connection.Call(method, request, response));
  return ShowUntilEnded(connection, response.job_id(), options.detach);
}

CLI::App* AddAction(CLI::App& bulk, const std::shared_ptr<BulkOptions>& options, const std::string& name,
                    const std::string& what) {
  auto* command = bulk.add_subcommand(name, what);
  command->add_option("--group", options->group, "All members of this certified group");
  command->add_option("--claim", options->claims, "These claims");
  command->add_option("--except", options->except, "Claims of the group to be taken out");
  command->add_flag("--detach", options->detach, "Don't wait for the end");
  return command;
}

void AddStarting(CLI::App& job, Connection& connection) {
  auto* link = job.add_subcommand("link", "Compares all claimants with each other once more");
  auto detach = std::make_shared<bool>(false);
  link->add_flag("--detach", *detach, "Don't wait for the end");
  OnCall(link, connection, [=, &connection] {
    v1::StartLinkingRequest request;
    v1::StartLinkingResponse response;
    request.set_request_id(connection.RequestId());
    absl::Status status = connection.Call(&Decisions::StartLinking, request, response);
    return status.ok() ? ShowUntilEnded(connection, response.job_id(), *detach) : status;
  });
  auto* allocate = job.add_subcommand("allocate", "Works out an allocation and proposes it");
  auto settlement = std::make_shared<uint64_t>(0);
  auto plan = std::make_shared<std::string>();
  allocate->add_option("SETTLEMENT", *settlement, "Number of the settlement")->required();
  allocate->add_option("--plan", *plan, "Plan of allocation, JSON (default: pro rata of all that is owed)")
      ->check(CLI::ExistingFile);
  allocate->add_flag("--detach", *detach, "Don't wait for the end");
  allocate->footer("Example:\n  klaim job allocate 4012 --plan plan.json");
  OnCall(allocate, connection, [=, &connection]() -> absl::Status {
    v1::StartAllocationRequest request;
    v1::StartAllocationResponse response;
    request.set_request_id(connection.RequestId());
    request.mutable_allocation()->set_settlement_id(*settlement);
    if (!plan->empty()) {
      RETURN_IF_ERROR(ReadJsonMessage(*plan, *request.mutable_allocation()->mutable_plan()));
    }
    absl::Status status = connection.Call(&Decisions::StartAllocation, request, response);
    return status.ok() ? ShowUntilEnded(connection, response.job_id(), *detach) : status;
  });
}

}  // namespace

absl::StatusOr<v1::Job> WaitUntilEnded(Connection& connection, uint64_t job_id, const std::string& what) {
  v1::GetJobRequest request;
  request.set_job_id(job_id);
  v1::GetJobResponse response;
  std::unique_ptr<Progress> progress;
  do {
    RETURN_IF_ERROR(connection.Call(&Decisions::GetJob, request, response));
    // How much there is, is known once it was looked for.
    if (progress == nullptr && response.job().total() > 0)
      progress = std::make_unique<Progress>(what, response.job().total(), connection.quiet());
    if (progress != nullptr) progress->Set(response.job().looked_at());
    if (!response.job().ended()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  } while (!response.job().ended());
  return response.job();
}

absl::Status ShowUntilEnded(Connection& connection, uint64_t job_id, bool detach) {
  v1::GetJobResponse response;
  if (detach) {
    response.mutable_job()->set_job_id(job_id);
    connection.Show(response.job(), absl::StrCat("Job ", job_id, " begun: klaim job show ", job_id));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(auto job, WaitUntilEnded(connection, job_id, "claims"));
  *response.mutable_job() = std::move(job);
  connection.Show(response, ResultText(response.job()));
  return absl::OkStatus();
}

void AddBulk(CLI::App& app, Connection& connection) {
  auto* bulk = app.add_subcommand("bulk", "Decisions about many claims at once, as jobs");
  bulk->require_subcommand(1);
  bulk->footer(
      "Examples:\n  klaim bulk notice --group 3012 --missing \"bank book\" --answer-by 31-01-2027\n"
      "  klaim bulk decide --group 3012 --except 4711 --decision eligible --reason-code meets_criteria "
      "--reasons \"...\"\n"
      "  klaim bulk value --group 3012 && klaim bulk determine --group 3012 --reason-code as_valued "
      "--reasons \"...\"");
  auto options = std::make_shared<BulkOptions>();
  const auto reasons = [options](CLI::App* command) {
    command->add_option("--reason-code", options->reason_code, "Code of the reason: a-z and _")->required();
    command->add_option("--reasons", options->reasons, "The reasons")->required();
  };
  const auto decides = [options, &connection](CLI::App* command, v1::BulkAction action) {
    OnCall(command, connection,
           [=, &connection] { return Start(connection, *options, action, &Decisions::StartBulkDecision); });
  };
  const auto values = [options, &connection](CLI::App* command, v1::BulkAction action) {
    OnCall(command, connection,
           [=, &connection] { return Start(connection, *options, action, &Decisions::StartBulkValuation); });
  };
  auto* notice = AddAction(*bulk, options, "notice", "Deficiency notices: what is missing, and until when");
  notice->add_option("--missing", options->missing, "What is missing; may be repeated")->required();
  notice->add_option("--answer-by", options->answer_by, "Last day of answering, day first")->required();
  decides(notice, v1::BULK_ACTION_NOTICE_DEFICIENCY);
  decides(AddAction(*bulk, options, "review", "Begins the reviews"), v1::BULK_ACTION_START_REVIEW);
  auto* decide = AddAction(*bulk, options, "decide", "Decides eligibility");
  decide->add_option("--decision", options->decision, "eligible or ineligible")
      ->required()
      ->check(CLI::IsMember({"eligible", "ineligible"}));
  decide->add_option("--precedent", options->precedent, "The decided claim that is followed");
  decide->add_flag("--only-proven-by-register", options->only_proven,
                   "Leave claims of which no register proves every head");
  reasons(decide);
  decides(decide, v1::BULK_ACTION_DECIDE_ELIGIBILITY);
  values(AddAction(*bulk, options, "value", "Computes values by the rules as they are now"),
         v1::BULK_ACTION_VALUE);
  auto* determine = AddAction(*bulk, options, "determine", "Determines the computed values");
  reasons(determine);
  values(determine, v1::BULK_ACTION_DETERMINE);
  auto* close =
      AddAction(*bulk, options, "close-unanswered", "Closes what was deficient and not answered in time");
  close->add_option("--reasons", options->reasons, "The reasons")->required();
  decides(close, v1::BULK_ACTION_CLOSE_UNANSWERED);
}

void AddJob(CLI::App& app, Connection& connection) {
  auto* job = app.add_subcommand("job", "Long work: how far it is, what came of it");
  job->require_subcommand(1);
  AddStarting(*job, connection);
  auto id = std::make_shared<uint64_t>(0);
  auto reason = std::make_shared<std::string>();
  auto* show = job->add_subcommand("show", "Shows a job; waits for its end");
  show->add_option("JOB", *id, "Number of the job")->required();
  OnCall(show, connection, [=, &connection] { return ShowUntilEnded(connection, *id); });
  auto* cancel = job->add_subcommand("cancel", "Ends a job early; what is done stays");
  cancel->add_option("JOB", *id, "Number of the job")->required();
  cancel->add_option("--reason", *reason, "Why")->required();
  OnCall(cancel, connection, [=, &connection] {
    v1::CancelJobRequest request;
    request.set_request_id(connection.RequestId());
    request.set_job_id(*id);
    request.set_reason(*reason);
    v1::CancelJobResponse response;
    absl::Status status = connection.Call(&Decisions::CancelJob, request, response);
    if (status.ok()) connection.Show(response, "It ends soon; what is done stays.");
    return status;
  });
  auto* list = job->add_subcommand("list", "Lists jobs, the latest first");
  OnCall(list, connection, [&connection] {
    v1::ListJobsRequest request;
    v1::ListJobsResponse response;
    absl::Status status = connection.Call(&Decisions::ListJobs, request, response);
    Table table({"job", "what", "by", "of", "looked at", "done", "left", ""});
    for (const auto& row : response.jobs()) {
      table.Add({absl::StrCat(row.job_id()), KindText(row), row.actor(), CountText(row.total()),
                 CountText(row.looked_at()), CountText(row.result().done()), CountText(row.result().left()),
                 row.ended() ? (row.result().cancelled() ? "cancelled" : "over") : "goes on"});
    }
    if (status.ok()) connection.Show(response, table.Text());
    return status;
  });
}

}  // namespace klaim::tools
